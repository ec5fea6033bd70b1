import pytest
from app import app, db
from fastapi.testclient import TestClient


@pytest.fixture(scope='module')
def client():
    with TestClient(app) as client:
        client.portal.call(db.book.delete_many)
        client.portal.call(db.author.delete_many)
        yield client


def book(**changes):
    return {'isbn': '9780201896831', 'title': 'Fundamental Algorithms', 'price': '79.99', 'author': 'Knuth', 'tags': ['classic'], **changes}


def test_add_and_read(client):
    added = client.post('/books', json=book())
    assert added.status_code == 201, added.text
    assert added.json()['author']['name'] == 'Knuth'
    read = client.get('/books/9780201896831').json()
    assert (read['title'], float(read['price']), read['tags']) == ('Fundamental Algorithms', 79.99, ['classic'])


def test_the_same_isbn_twice(client):
    again = client.post('/books', json=book(title='Another'))
    assert again.status_code == 409 and '9780201896831' in again.json()['detail']


def test_search(client):
    client.post('/books', json=book(isbn='9780201896848', title='Seminumerical Algorithms', tags=[]))
    titles = [found['title'] for found in client.get('/books', params={'text': 'ALGORITHMS'}).json()]
    assert titles == ['Fundamental Algorithms', 'Seminumerical Algorithms']
    assert len(client.get('/books', params={'tag': 'classic'}).json()) == 1
    assert len(client.get('/books', params={'take': 1, 'skip': 1}).json()) == 1
    assert client.get('/authors').json() == [{'name': 'Knuth', 'books': 2}]


def test_remove(client):
    assert client.delete('/books/9780201896848').status_code == 204
    assert client.delete('/books/9780201896848').status_code == 404
    assert client.get('/books/9780201896848').status_code == 404


def test_bad_input_and_health(client):
    assert client.post('/books', json=book(isbn='1')).status_code == 422
    assert client.get('/health').json() == {'status': 'ok'}
    assert set(client.get('/openapi.json').json()['components']['schemas']) >= {'Book', 'Author', 'NewBook'}
