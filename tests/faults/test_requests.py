"""Bad start commands and bad requests: a clear answer each, and the engine goes on."""

import json
import socket

import pytest
from engine_process import SCHEMA, Engine, error_of


def start_error(schema, url, *flags, **env):
    engine = Engine(schema, url, *flags, **env)
    assert engine.port is None, 'the engine must not start'
    return engine.process.returncode, json.loads(engine.start_error.strip().splitlines()[-1])


def test_invalid_schema(tmp_path):
    schema = tmp_path / 'schema.prisma'
    schema.write_text(SCHEMA.replace('email String', 'email Strin'))
    status, error = start_error(schema, f'file:{tmp_path}/x.db')
    assert status == 1
    assert error['error_code'] == 'P1012' and error['is_panic'] is False
    assert 'Type "Strin" is neither a built-in type' in error['message']


def test_missing_variable(tmp_path, monkeypatch):
    schema = tmp_path / 'schema.prisma'
    schema.write_text(SCHEMA.replace('DATABASE_URL', 'NO_SUCH_VARIABLE'))
    status, error = start_error(schema, 'unused')
    assert status == 1
    assert error['error_code'] == 'P1012'
    assert 'Environment variable not found: NO_SUCH_VARIABLE.' in error['message']


def test_missing_schema_file(tmp_path):
    status, error = start_error(tmp_path / 'nowhere.prisma', 'file:x.db')
    assert status == 1 and 'nowhere.prisma' in error['message']


def test_bad_protocol_name(project):
    status, error = start_error(project.schema, project.url, '--engine-protocol', 'soap')
    assert status == 101 and 'soap' in error['message']


@pytest.fixture
def engine(project):
    with Engine(project.schema, project.url) as engine:
        yield engine
        # whatever was sent, the engine still answers
        assert 'data' in engine.query('findMany', 'User')


@pytest.mark.parametrize('body', ['', '{', 'null', '[]', '"x"', '{}', '{"action":"findMany"}', '{"query":"{ findManyUser { id } }","variables":{}}', '{"batch":1}',
                                  '{"modelName":1,"action":2,"query":3}', b'\xff\xfe\x00', '{"action":"findMany","modelName":"User","query":[]}'])
def test_unreadable_body(engine, body):
    status, _, answer = engine.request('POST', '/', body)
    error = json.loads(answer)
    assert status in (200, 422), answer
    assert 'Error parsing Json query' in json.dumps(error) or 'errors' in error, answer


@pytest.mark.parametrize('query, text', [
    ({'modelName': 'User', 'action': 'explode', 'query': {'selection': {'$scalars': True}}}, 'explode'),
    ({'modelName': 'Nope', 'action': 'findMany', 'query': {'selection': {'$scalars': True}}}, 'Nope'),
    ({'modelName': 'User', 'action': 'findMany', 'query': {'selection': {'nope': True}}}, 'nope'),
    ({'modelName': 'User', 'action': 'findMany', 'query': {'arguments': {'where': {'nope': 1}}, 'selection': {'$scalars': True}}}, 'nope'),
    ({'modelName': 'User', 'action': 'findUnique', 'query': {'arguments': {'where': {'id': 'x'}}, 'selection': {'$scalars': True}}}, 'id'),
    ({'modelName': 'User', 'action': 'createOne', 'query': {'arguments': {'data': {}}, 'selection': {'$scalars': True}}}, 'email'),
    ({'modelName': 'User', 'action': 'createOne', 'query': {'arguments': {'data': {'email': 1e999}}, 'selection': {'$scalars': True}}}, ''),
    ({'modelName': 'User', 'action': 'findMany', 'query': {'arguments': {'take': {'$type': 'Nope', 'value': 1}}, 'selection': {'$scalars': True}}}, ''),
    ({'action': 'queryRaw', 'query': {'arguments': {'query': 'SELECT FROM', 'parameters': '[]'}, 'selection': {}}}, 'syntax'),
    ({'action': 'queryRaw', 'query': {'arguments': {'query': 'SELECT ?', 'parameters': 'x'}, 'selection': {}}}, ''),
])
def test_wrong_request(engine, query, text):
    status, _, answer = engine.request('POST', '/', json.dumps(query).replace('Infinity', '1e999'))
    assert status in (200, 422), answer
    assert b'"is_panic":true' not in answer
    assert text.encode() in answer, answer
    assert 'data' not in json.loads(answer)


def test_deep_nesting(engine):
    depth = 200_000
    status, _, answer = engine.request('POST', '/', '[' * depth + ']' * depth)
    assert status == 422, answer[:200]
    where = '{"AND":' * 5000 + '{}' + '}' * 5000
    status, _, answer = engine.request('POST', '/', '{"modelName":"User","action":"findMany","query":{"arguments":{"where":' + where + '},"selection":{"$scalars":true}}}')
    assert status in (200, 422), answer[:200]
    selection = '{"selection":{"posts":{"selection":{"author":' * 2000 + 'true' + '}}}}' * 2000
    status, _, answer = engine.request('POST', '/', '{"modelName":"User","action":"findMany","query":' + selection + '}')
    assert status in (200, 422), answer[:200]


def test_wrong_transactions(engine):
    assert engine.request('POST', '/transaction/start', '{}')[0] == 400
    assert engine.request('POST', '/transaction/start', 'x')[2] == b'Invalid transaction options'
    status, answer = engine.post('/transaction/start', {'max_wait': 2000, 'timeout': 5000, 'isolation_level': 'Foo'})
    assert status == 500 and 'Invalid isolation level `Foo`' in answer['message']
    for path in ('/transaction/x/commit', '/transaction/aaaaaaaaaaaaaaaaaaaaaaaa/rollback'):
        status, answer = engine.post(path, {})
        assert status == 404 and answer['error_code'] == 'P2028' and 'Transaction not found' in answer['message']
    status, _, answer = engine.request('POST', '/transaction/x/explode', '{}')
    assert status == 400 and answer == b'wrong transaction handler path: /transaction/x/explode'
    for transaction in ('x', 'aaaaaaaaaaaaaaaaaaaaaaaa'):
        error = error_of(engine.query('findMany', 'User', X_transaction_id=transaction))
        assert error['error_code'] == 'P2028', error


def test_other_paths(engine):
    assert engine.request('GET', '/status')[2] == b'{"status":"ok"}'
    for method, path in (('POST', '/status'), ('GET', '/nope'), ('PUT', '/'), ('DELETE', '/'), ('GET', '/')):
        status, headers, body = engine.request(method, path)
        assert status == 404 and body == b'', (method, path, body)


def test_broken_http(engine):
    for data in (b'nonsense\r\n\r\n', b'POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n', b'POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nshort', b'\x00' * 1000,
                 b'GET /status HTTP/1.1\r\n' + b'X: ' + b'a' * 200_000 + b'\r\n\r\n'):
        with socket.create_connection(('127.0.0.1', engine.port), 5) as s:
            try:  # the engine may close at any point
                s.sendall(data)
                s.shutdown(socket.SHUT_WR)
                while s.recv(65536):
                    pass
            except (ConnectionError, OSError):
                pass


def test_body_of_some_megabytes(engine):
    name = 'x' * 3_000_000
    answer = engine.query('createOne', 'User', {'data': {'email': 'big', 'name': name}}, {'name': True})
    assert answer['data']['createOneUser']['name'] == name
