"""`prisma bridge`: the surface, the limits, and what it refuses."""

import concurrent.futures
import http.client
import json
import re
import signal
import subprocess
import time

import pytest
from engine_process import BIN


class Bridge:
    def __init__(self, project, *flags, **env):
        full = {'PATH': '/usr/bin:/bin', 'DATABASE_URL': project.url, 'PRISMA_BRIDGE_PORT': '0', **env}
        self.process = subprocess.Popen([BIN / 'prisma', 'bridge', '--schema', project.schema, *flags], env=full, cwd=project.folder,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines = []
        while line := self.process.stdout.readline():
            self.lines.append(json.loads(line))
            if found := re.search(r'"port":"(\d+)"', line):
                self.port = int(found[1])
                return
        raise AssertionError(self.process.stderr.read())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0
        self.process.stdout.close()
        self.process.stderr.close()

    def raw(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        try:
            connection.request(method, path, body, {k.replace('_', '-'): v for k, v in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def call(self, method, path, body=None, **headers):
        data = body if body is None or isinstance(body, str) else json.dumps(body)
        status, _, text = self.raw(method, path, data, **headers)
        return status, json.loads(text)

    def query(self, text, path='/', **headers):
        return self.call('POST', path, {'query': text}, **headers)


CREATE = 'mutation { result: createOneUser(data: {email: "%s"}) { id email } }'


def code_of(answer):
    return answer['errors'][0]['code']


def test_queries(project):
    with Bridge(project) as bridge:
        assert bridge.query(CREATE % 'a') == (200, {'data': {'result': {'id': 1, 'email': 'a'}}})
        assert bridge.query('query { result: findManyUser { email } }', '/query') == (200, {'data': {'result': [{'email': 'a'}]}})
        assert bridge.call('POST', '/', 'query { result: findFirstUser { email } }') == (200, {'data': {'result': {'email': 'a'}}})
        status, answer = bridge.query(CREATE % 'a')
        assert (status, code_of(answer), answer['data'], answer['errors'][0]['meta']) == (409, 'P2002', None, {'target': ['email']})
        assert answer['errors'][0]['user_facing_error']['error_code'] == 'P2002'
        status, answer = bridge.query('mutation { result: deleteOneUser(where: {id: 9}) { id } }')
        assert status == 200 and answer['data']['result'] is None or (status, code_of(answer)) == (404, 'P2025')
        assert bridge.query('query { result: findManyUser(')[0] == 400
        assert code_of(bridge.query('query { result: findManyUser(')[1]) == 'PARSE_ERROR'
        assert code_of(bridge.call('POST', '/', {})[1]) == 'BAD_REQUEST'
        assert code_of(bridge.call('POST', '/', '')[1]) == 'BAD_REQUEST'
        for broken in ('{"query": "query { resu', '{', ' { "query" }', '{"query": "{ result: findManyUser { id } }",}'):
            status, answer = bridge.call('POST', '/', broken)
            assert (status, code_of(answer)) == (400, 'PARSE_ERROR') and 'not valid JSON' in answer['errors'][0]['message']
        assert bridge.call('GET', '/nope')[0] == 404
        # A parenthesis, a dollar and a brace in a value are only text.
        assert bridge.query(CREATE % '):${}([')[1]['data']['result']['email'] == '):${}(['
        status, answer = bridge.call('POST', '/', {'action': 'findMany', 'modelName': 'User', 'query': {'selection': {'email': True}}})
        assert status == 200 and len(answer['data']['findManyUser']) == 2


def test_variables(project):
    text = 'query Find($email: String!, $take: Int = 5) { result: findManyUser(where: {email: {equals: $email}}, take: $take) { email } }'
    with Bridge(project) as bridge:
        hostile = 'a") { id } } $take'
        bridge.query(CREATE % 'b')
        assert bridge.call('POST', '/', {'query': 'mutation($data: UserCreateInput!) { result: createOneUser(data: $data) { email } }',
                                         'variables': {'data': {'email': hostile}}}) == (200, {'data': {'result': {'email': hostile}}})
        assert bridge.call('POST', '/query', {'query': text, 'variables': {'email': hostile}}) == (200, {'data': {'result': [{'email': hostile}]}})
        status, answer = bridge.call('POST', '/', {'query': text})
        assert (status, code_of(answer)) == (400, 'PARSE_ERROR') and '`$email` has no value' in answer['errors'][0]['message']


def test_debug_is_a_log_of_queries(project):
    with Bridge(project, DEBUG='true') as bridge:
        bridge.query(CREATE % 'a')
        bridge.process.send_signal(signal.SIGTERM)
        assert 'INSERT INTO' in bridge.process.stdout.read()
    with Bridge(project, DEBUG='prisma:*') as bridge:
        bridge.query(CREATE % 'b')
        bridge.process.send_signal(signal.SIGTERM)
        assert 'INSERT INTO' not in bridge.process.stdout.read()


def test_transactions(project):
    with Bridge(project) as bridge:
        status, answer = bridge.call('POST', '/transaction/start', {'timeout': 5000})
        assert status == 200
        identity = answer['id']
        assert bridge.query(CREATE % 'a', X_transaction_id=identity)[0] == 200
        assert 'prisma_bridge_active_transactions 1' in bridge.raw('GET', '/metrics')[2]
        assert bridge.call('POST', f'/transaction/{identity}/rollback') == (200, {'success': True})
        assert bridge.query('query { result: aggregateUser { _count { _all } } }')[1]['data']['result'] == {'_count': {'_all': 0}}
        status, answer = bridge.call('POST', f'/transaction/{identity}/commit')
        assert (status, code_of(answer)) == (500, 'TRANSACTION_ERROR')
        status, answer = bridge.query('query { result: findManyUser { id } }', X_transaction_id='x' * 24)
        assert (status, code_of(answer)) == (400, 'TRANSACTION_NOT_FOUND')
        assert bridge.call('POST', '/transaction/start', {'timeout': 'long'})[0] == 400
        started = bridge.call('POST', '/transaction/start')[1]['id']
        assert bridge.query(CREATE % 'b', X_transaction_id=started)[0] == 200
        assert bridge.call('POST', f'/transaction/{started}/commit')[0] == 200
        assert bridge.query('query { result: aggregateUser { _count { _all } } }')[1]['data']['result'] == {'_count': {'_all': 1}}


def test_health_and_metrics(project):
    with Bridge(project, PRISMA_CONNECTION_LIMIT='3', PRISMA_POOL_TIMEOUT='7') as bridge:
        status, answer = bridge.call('GET', '/health')
        assert status == 200 and answer['status'] == 'ok' and answer['database'] == 'connected' and answer['timestamp']
        assert answer['pool'] == {'connectionLimit': 3, 'poolTimeout': 7, 'databaseProvider': 'sqlite'}
        assert bridge.call('GET', '/health/status') == (200, {'status': 'ok'})
        bridge.query(CREATE % 'a')
        bridge.query(CREATE % 'a')
        text = bridge.raw('GET', '/metrics')[2]
        for line in ['prisma_bridge_http_requests_total{method="POST",route="/",status_code="409"} 1',
                     'prisma_bridge_queries_total{model="User",operation="createOne",status="success"} 1',
                     'prisma_bridge_queries_total{model="User",operation="createOne",status="error"} 1',
                     'prisma_bridge_query_duration_seconds_count{model="User",operation="createOne"} 2',
                     'prisma_bridge_errors_total{type="query",code="P2002"} 1', 'prisma_bridge_active_requests 1',
                     'prisma_client_queries_total 2']:
            assert line in text.splitlines(), line
        for line in text.splitlines():
            assert not line or line.startswith('#') or re.fullmatch(r'[a-z_]+(\{.*\})? [0-9.e+-]+', line), line


def test_token(project):
    with Bridge(project, PRISMA_BRIDGE_TOKEN='secret-word') as bridge:
        assert bridge.call('GET', '/health')[0] == 200
        for given in ({}, {'Authorization': 'Bearer other'}, {'Authorization': 'secret-word'}, {'Authorization': 'Bearer secret-wor'}):
            status, headers, text = bridge.raw('POST', '/', '{}', **given)
            assert (status, headers['www-authenticate']) == (401, 'Bearer')
            assert 'secret' not in text
        assert bridge.raw('GET', '/metrics')[0] == 401
        assert bridge.query(CREATE % 'a', Authorization='Bearer secret-word')[0] == 200


def test_limits(project):
    with Bridge(project, '--max-body', '1000', RATE_LIMIT_ENABLED='true', RATE_LIMIT_MAX_REQUESTS='20', RATE_LIMIT_WINDOW_MS='60000') as bridge:
        assert bridge.query('query { ' + ' ' * 2000)[0] == 413
        for _ in range(4):
            bridge.call('POST', '/transaction/start', {'timeout': 1, 'max_wait': 2000})
            time.sleep(0.05)
        status, headers, text = bridge.raw('POST', '/transaction/start')
        assert (status, code_of(json.loads(text))) == (429, 'RATE_LIMIT_EXCEEDED')
        assert 1 <= int(headers['retry-after']) <= 60
        statuses = [bridge.query('query { result: findManyUser { id } }')[0] for _ in range(25)]
        assert set(statuses) == {200, 429}
        assert bridge.call('GET', '/health')[0] == 200


def test_load_is_shed(project):
    slow = {'action': 'queryRaw', 'query': {'arguments': {'query': 'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3000000) '
                                                                   'SELECT max(n) AS m FROM c', 'parameters': '[]'}, 'selection': {}}}
    with Bridge(project, PRISMA_BRIDGE_MAX_CONCURRENCY='2') as bridge, concurrent.futures.ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda _: bridge.call('POST', '/', slow), range(12)))
        statuses = [status for status, _ in answers]
        assert statuses.count(200) >= 2 and set(statuses) <= {200, 503}, statuses
        assert all(code_of(answer) == 'OVERLOADED' for status, answer in answers if status == 503)
        assert bridge.query('query { result: findManyUser { id } }')[0] == 200


@pytest.mark.parametrize('name, value, text', [('PRISMA_BRIDGE_PORT', 'x', 'whole number'), ('RATE_LIMIT_ENABLED', 'maybe', 'true or false'),
                                               ('PRISMA_CONNECTION_LIMIT', '-1', 'whole number')])
def test_wrong_settings(project, name, value, text):
    with pytest.raises(AssertionError, match=text):
        Bridge(project, **{name: value})


def test_open_to_the_world_without_a_token_warns(project):
    with Bridge(project, '--host', '0.0.0.0') as bridge:
        assert bridge.lines[0]['level'] == 'WARN' and 'PRISMA_BRIDGE_TOKEN' in bridge.lines[0]['fields']['message']
