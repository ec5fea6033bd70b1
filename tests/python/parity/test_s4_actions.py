"""Section 4 of the inventory: every action of a model, by `db.user` and by `User.prisma()`, with every argument."""

import pytest

from databases import DATABASE, sql


@pytest.fixture
def users(db):
    """Three users, of whom the second has two posts."""
    for number, name in enumerate('abc'):
        db.user.create({'id': name, 'name': name.upper(), 'email': f'{name}@x', 'age': number})
    for title in ('one', 'two'):
        db.post.create({'title': title, 'author': {'connect': {'id': 'b'}}})
    return db.user


def names(found):
    return ''.join(user.name for user in found)


def test_create(users):
    made = users.create(data={'name': 'D', 'posts': {'create': [{'title': 't'}]}}, include={'posts': True})
    assert made.posts[0].title == 't' and users.create({'name': 'E'}).posts is None


def test_create_many(users, sync_package):
    assert users.create_many(data=[{'name': 'D'}, {'name': 'E'}]) == 2
    rows = [{'id': 'a', 'name': 'again'}, {'id': 'f', 'name': 'F'}]
    if DATABASE == 'sqlite':
        with pytest.raises(sync_package.errors.UnsupportedDatabaseError) as caught:
            users.create_many(data=rows, skip_duplicates=True)
        assert caught.value.database == 'sqlite' and caught.value.context == 'create_many_skip_duplicates'
        assert str(caught.value) == 'create_many_skip_duplicates is not supported by sqlite'
    else:
        assert users.create_many(data=rows, skip_duplicates=True) == 1
    with pytest.raises(sync_package.errors.UniqueViolationError):
        users.create_many(data=rows)


def test_find_unique(users):
    assert users.find_unique(where={'id': 'b'}).name == 'B'
    assert users.find_unique(where={'email': 'b@x'}, include={'posts': True}).posts[1].title == 'two'
    assert users.find_unique(where={'id': 'none'}) is None


def test_find_unique_or_raise(users, sync_package):
    assert users.find_unique_or_raise(where={'id': 'b'}, include={'posts': True}).posts is not None
    with pytest.raises(sync_package.errors.RecordNotFoundError, match='depends on one or more records that were required but not found'):
        users.find_unique_or_raise(where={'id': 'none'})


def test_find_first(users):
    assert users.find_first(order={'name': 'desc'}).name == 'C'
    assert users.find_first(skip=1, order={'name': 'asc'}).name == 'B'
    assert users.find_first(where={'age': {'gt': 1}}, include={'posts': True}).posts == []
    assert users.find_first(cursor={'id': 'b'}, order={'id': 'asc'}).name == 'B'
    assert users.find_first(distinct=['role'], order=[{'name': 'asc'}]).name == 'A'
    assert users.find_first(where={'name': 'none'}) is None


def test_find_first_or_raise(users, sync_package):
    assert users.find_first_or_raise(skip=2, order={'id': 'asc'}).name == 'C'
    with pytest.raises(sync_package.errors.RecordNotFoundError, match='required but not found'):
        users.find_first_or_raise(where={'name': 'none'})


def test_find_many(users):
    by_id = {'id': 'asc'}
    assert names(users.find_many(order=by_id)) == 'ABC' and users.find_many(where={'name': 'none'}) == []
    assert names(users.find_many(take=1, skip=1, order=by_id)) == 'B'
    assert names(users.find_many(take=-1, order=by_id)) == 'C'
    assert names(users.find_many(cursor={'id': 'b'}, order=by_id)) == 'BC'
    assert names(users.find_many(where={'age': {'in': [0, 2]}}, order=[{'age': 'desc'}, by_id])) == 'CA'
    users.create({'id': 'd', 'name': 'D', 'age': 2})
    assert len(users.find_many(distinct=['age'])) == 3
    assert [len(user.posts) for user in users.find_many(order=by_id, include={'posts': {'take': 1}})] == [0, 1, 0, 0]
    # By position, in the order of the inventory.
    assert names(users.find_many(2, 1, None, None, None, by_id)) == 'BC'


def test_update(users):
    assert users.update(data={'name': 'N', 'age': {'increment': 2}}, where={'id': 'b'}, include={'posts': True}).age == 3
    assert users.update(data={'name': 'N'}, where={'id': 'none'}) is None


def test_update_many(users):
    assert users.update_many(data={'age': 7}, where={'name': {'not': 'A'}}) == 2
    assert users.update_many(data={'age': 7}, where={'name': 'none'}) == 0


def test_upsert(users):
    for expected in ('created', 'updated'):
        data = {'create': {'id': 'u', 'name': 'created'}, 'update': {'name': 'updated'}}
        assert users.upsert(where={'id': 'u'}, data=data, include={'posts': True}).name == expected
    assert users.count(where={'name': 'updated'}) == 1


def test_delete(users):
    assert users.delete(where={'id': 'a'}, include={'posts': True}).posts == []
    assert users.delete(where={'id': 'a'}) is None and users.count() == 2


def test_delete_many(users):
    assert users.delete_many(where={'name': 'none'}) == 0 and users.delete_many(where={'age': 0}) == 1
    assert users.delete_many() == 2 and users.count() == 0


def test_count(users):
    assert users.count() == 3 and users.count(where={'age': {'gte': 1}}) == 2
    assert users.count(take=1) == 1 and users.count(skip=2) == 1 and users.count(cursor={'id': 'b'}) == 2
    users.create({'name': 'no mail'})
    assert users.count(select={'_all': True, 'email': True}) == {'_all': 4, 'email': 3}
    assert users.count(select={}) == {'_all': 4}


def test_group_by(users, sync_package):
    users.create({'name': 'A', 'age': 8})
    found = users.group_by(by=['name'], count=True, sum={'age': True}, avg={'age': True}, order={'name': 'asc'})
    assert found[0] == {'name': 'A', '_count': {'_all': 2}, '_sum': {'age': 8}, '_avg': {'age': 4.0}}
    found = users.group_by(['name'], count={'email': True}, min={'age': True}, max={'age': True}, order=[{'name': 'desc'}], take=1)
    assert found == [{'name': 'C', '_count': {'email': 1}, '_min': {'age': 2}, '_max': {'age': 2}}]
    found = users.group_by(['name'], where={'age': {'gt': 0}}, having={'age': {'_sum': {'gt': 4}}})
    assert found == [{'name': 'A'}]
    assert users.group_by(['name'], order={'name': 'asc'}, skip=2) == [{'name': 'C'}]
    for argument in ('take', 'skip'):
        with pytest.raises(TypeError) as caught:
            users.group_by(['name'], **{argument: 1})
        assert str(caught.value) == f"Missing argument: 'order' which is required when '{argument}' is present"
    with pytest.raises(sync_package.errors.DataError) as caught:
        users.group_by(['name'], order={'age': 'asc'})
    assert 'Every field used for orderBy must be included in the by-arguments of the query. Missing fields: age' in str(caught.value)
    with pytest.raises(sync_package.errors.InputError) as caught:
        users.group_by(['name'], having={'age': 1})
    assert 'must either be an aggregation filter or be included in the selection of the query. Missing fields: age' in str(caught.value)


def test_raw(users):
    found = users.query_raw(sql('SELECT * FROM "User" WHERE name = ?'), 'B')
    assert [type(user).__name__ for user in found] == ['User'] and found[0].email == 'b@x'
    assert users.query_first(sql('SELECT * FROM "User" WHERE age = ?'), 2).name == 'C'
    assert users.query_first(sql('SELECT * FROM "User" WHERE age = ?'), 9) is None
    assert not hasattr(users, 'execute_raw')


@pytest.mark.sync
def test_by_the_model(users, db, sync_package):
    User = sync_package.models.User
    testing = __import__('client_sync.testing').testing
    sync_package.register(db)
    try:
        assert User.prisma().count() == 3 and User.prisma().find_first(order={'id': 'asc'}).name == 'A'
    finally:
        testing.unregister_client()
    with db.tx() as tx:
        User.prisma(tx).create({'name': 'T'})
        assert tx.user.count() == 4

    class Slim(sync_package.bases.BaseUser):
        name: str

    class Further(Slim):
        age: int

    assert isinstance(Slim.prisma(db).find_first(), Slim) and not hasattr(Slim.prisma(db).find_first(), 'age')
    assert Further.prisma(db).find_first(order={'age': 'desc'}).age == 2


@pytest.mark.sync
def test_classes_of_no_model(db, sync_package):
    errors = sync_package.errors

    class Nameless(sync_package.bases._PrismaModel):
        name: str

    class Unknown(sync_package.bases._PrismaModel):
        __prisma_model__ = 'Nobody'
        name: str

    for cls, error, text in (
        (Nameless, errors.InvalidModelError, 'type to have a `__prisma_model__` class variable set'),
        (Unknown, errors.UnknownModelError, '"Nobody"'),
    ):
        for ask in (lambda: cls.prisma(db), lambda: sync_package.actions.UserActions(db, cls).find_first()):  # noqa: B023
            with pytest.raises(error) as caught:
                ask()
            assert text in str(caught.value)
