"""The process as its clients see it: start, log, endpoints, headers, telemetry, time-outs, end."""

import base64
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time

import pytest
from engine_process import BIN, SCHEMA, Engine, cli, error_of, wait_until

# Takes SQLite minutes.
ENDLESS = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 4000000000) SELECT max(x) FROM c'
TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
FIND = {'modelName': 'User', 'action': 'findMany', 'query': {'selection': {'$scalars': True}}}


def raw(sql):
    return {'action': 'queryRaw', 'query': {'arguments': {'query': sql, 'parameters': '[]'}, 'selection': {}}}


def start(project, *flags, **env):
    return Engine(project.schema, project.url, *flags, **env)


@pytest.fixture(scope='module')
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp('process')
    (folder / 'schema.prisma').write_text(SCHEMA)
    url = f'file:{folder}/test.db'
    assert cli('db', 'push', '--skip-generate', cwd=folder, url=url).returncode == 0
    with Engine(folder / 'schema.prisma', url, '--enable-metrics') as running:
        yield running


# ── endpoints ──


@pytest.mark.parametrize('method, path, status, content_type, has_elapsed', [
    ('GET', '/status', 200, 'application/json', True),
    ('POST', '/status', 404, None, True),
    ('GET', '/', 404, None, True),
    ('GET', '/sdl', 200, 'application/text', True),
    ('GET', '/dmmf', 200, 'application/json', True),
    ('GET', '/server_info', 200, 'application/json', True),
    ('GET', '/boot_trace', 200, 'application/json', True),
    ('GET', '/metrics', 200, 'text/plain; version=0.0.4', False),
    ('POST', '/metrics', 200, 'text/plain; version=0.0.4', False),
    ('GET', '/metrics?format=json', 200, 'application/json', False),
    ('POST', '/transaction/start', 400, 'text/plain; charset=utf-8', False),
    ('POST', '/transaction/aaaaaaaaaaaaaaaaaaaaaaaa/commit', 404, 'application/json', False),
    ('POST', '/transaction/nonsense', 400, 'text/plain; charset=utf-8', False),
    ('GET', '/nothing', 404, None, True),
    ('PUT', '/', 404, None, True),
])
def test_endpoint(engine, method, path, status, content_type, has_elapsed):
    answered, headers, body = engine.request(method, path)
    assert (answered, headers.get('content-type')) == (status, content_type)
    assert ('x-elapsed' in headers) == has_elapsed
    assert headers['qe-content-length'] == headers['content-length'] == str(len(body))
    assert headers['date'].endswith(' GMT')
    if content_type == 'application/json':
        json.loads(body)


def test_server_info(engine):
    assert json.loads(engine.request('GET', '/server_info')[2]) == {
        'commit': '2ba551f319ab1df4bc874a89965d8b3641056773', 'version': '0.1.0', 'primary_connector': 'sqlite'}


def test_sdl(engine):
    text = engine.request('GET', '/sdl')[2].decode()
    assert text.endswith('\n\nscalar DateTime\nscalar Json\nscalar UUID\nscalar BigInt\nscalar Decimal\nscalar Bytes')
    assert re.search(r'^type Query \{$', text, re.M) and re.search(r'^type Mutation \{$', text, re.M)
    assert '\n  findUniqueUser(where: UserWhereUniqueInput!): User\n' in text
    assert '\ninput UserCreateInput {\n  email: String!\n  name: String\n  posts: PostCreateNestedManyWithoutAuthorInput\n}\n' in text
    defined = re.findall(r'^(?:input|type|enum|scalar) (\w+)', text, re.M)
    assert len(defined) == len(set(defined))
    named = set(re.findall(r': \[?(\w+)', text))
    assert named - set(defined) - {'Int', 'Float', 'String', 'Boolean'} == set()


def test_playground(project):
    with start(project, '--enable-playground') as engine:
        status, headers, body = engine.request('GET', '/')
        assert status == 200 and headers['content-type'] == 'text/html' and b'<script>' in body
        # The page speaks GraphQL.
        assert engine.post('/', {'query': '{ findManyUser { id } }', 'variables': {}})[1] == {'data': {'findManyUser': []}}


@pytest.mark.parametrize('flags, is_there', [((), False), (('--enable-metrics',), True), (('--dataproxy-metric-override',), True)])
def test_metrics_are_served_if_asked_for(project, flags, is_there):
    with start(project, *flags) as engine:
        assert engine.request('GET', '/metrics')[0] == (200 if is_there else 404)


def test_metrics_are_fed(project):
    with start(project, '--enable-metrics') as engine:
        engine.create_user('a')
        engine.query('findMany', 'User')
        metrics = json.loads(engine.request('POST', '/metrics?format=json', '{"app":"x"}')[2])
        values = {m['key']: m['value'] for kind in metrics.values() for m in kind}
        assert values['prisma_client_queries_total'] == 2 and values['prisma_datasource_queries_total'] >= 2
        assert values['prisma_pool_connections_opened_total'] == 1 and values['prisma_pool_connections_open'] == 1.0
        assert values['prisma_client_queries_active'] == 0.0
        for name in ('prisma_client_queries_duration', 'prisma_client_queries_wait', 'prisma_datasource_queries_duration'):
            assert values[name + '_histogram_ms']['count'] >= 2
        assert all(m['labels'] == {'app': 'x'} for kind in metrics.values() for m in kind)


def test_metrics_count_what_is_run(project):
    """Once each, in batches and transactions too; not what is wrong in itself."""
    one = {'modelName': 'User', 'action': 'aggregate', 'query': {'selection': {'_count': {'selection': {'_all': True}}}}}

    def total(engine):
        counters = json.loads(engine.request('GET', '/metrics?format=json')[2])['counters']
        return next(counter['value'] for counter in counters if counter['key'] == 'prisma_client_queries_total')

    with start(project, '--enable-metrics') as engine:
        for body, count in ((one, 1), ({'batch': [one, one]}, 2), ({'batch': [one, one, one], 'transaction': {}}, 3), ({**one, 'modelName': 'Nope'}, 0),
                            ({**one, 'query': {'selection': {'nope': True}}}, 0), (raw('SELECT 1'), 1), (raw('SELECT nope'), 1)):
            before = total(engine)
            engine.post('/', body)
            assert total(engine) == before + count, body
        id, before = engine.post('/transaction/start', {'max_wait': 5000, 'timeout': 50000})[1]['id'], total(engine)
        engine.post('/', one, X_transaction_id=id)
        engine.post('/', {'batch': [one, one]}, X_transaction_id=id)
        engine.post(f'/transaction/{id}/commit', {})
        assert total(engine) == before + 3


# ── the log ──


@pytest.mark.parametrize('env, targets', [
    ({}, ['query_engine::server']),
    ({'RUST_LOG': 'error'}, ['query_engine::server']),
    ({'RUST_LOG': 'info'}, ['quaint::pooled', 'query_engine::server']),
    ({'RUST_LOG': 'quaint=info'}, ['quaint::pooled', 'query_engine::server']),
    ({'QE_LOG_LEVEL': 'debug', 'RUST_LOG': 'error'}, ['query_engine::server']),
])
def test_log_levels(project, env, targets):
    env = {'RUST_LOG': '', 'QE_LOG_LEVEL': '', **env}
    with start(project, **env) as engine:
        lines = [json.loads(line) for line in engine.log]
        assert [line['target'] for line in lines] == targets
        last = lines[-1]
        assert set(last) == {'timestamp', 'level', 'fields', 'target'} and last['level'] == 'INFO'
        assert last['fields'] == {'message': f'Started query engine http server on http://127.0.0.1:{engine.port}', 'ip': '127.0.0.1', 'port': str(engine.port)}
        assert re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z', last['timestamp'])


def test_log_level_hides_the_start(project):
    process = subprocess.Popen([BIN / 'query-engine', '--datamodel-path', project.schema, '--port', '0'], stdout=subprocess.PIPE,
                               env={'DATABASE_URL': project.url, 'QE_LOG_LEVEL': 'error'})
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=20)[0] == b'' and process.returncode in (0, -signal.SIGTERM)


@pytest.mark.parametrize('flags, env, is_logged', [
    ((), {}, False),
    (('--log-queries',), {}, True),
    ((), {'LOG_QUERIES': 'y'}, True),
    ((), {'RUST_LOG': 'debug'}, True),
    ((), {'RUST_LOG': 'info'}, False),
])
def test_query_log(project, flags, env, is_logged):
    with start(project, *flags, **{'RUST_LOG': '', 'LOG_QUERIES': '', **env}) as engine:
        engine.query('findMany', 'User')
        lines = [json.loads(line) for line in engine.rest_of_log()]
        found = [line for line in lines if line['target'] == 'quaint::connector::metrics']
        assert len(found) == is_logged
        for line in found:
            fields = line['fields']
            assert fields['query'].startswith('SELECT ') and fields['params'] == '[]' and fields['is_query'] is True
            assert fields['item_type'] == 'query' and fields['result'] == 'success' and isinstance(fields['duration_ms'], int)
        assert lines[-1]['fields']['message'] == 'Received SIGTERM, shutting down'


def test_statements_that_fail_are_told(project):
    """In the log, in telemetry and in metrics, as those that succeed."""
    def datasource_queries():
        return next(m['value'] for m in json.loads(engine.request('GET', '/metrics?format=json')[2])['counters'] if m['key'] == 'prisma_datasource_queries_total')

    create = {'modelName': 'User', 'action': 'createOne', 'query': {'arguments': {'data': {'email': 'a'}}, 'selection': {'id': True}}}
    with start(project, '--log-queries', '--enable-metrics', '--enable-telemetry-in-response', RUST_LOG='') as engine:
        engine.create_user('a')
        for body, beginning in ((raw('SELECT nope'), 'SELECT nope'), (create, 'INSERT INTO')):
            before = datasource_queries()
            _, answer = engine.post('/', body, X_capture_telemetry='tracing, query')
            assert 'errors' in answer and datasource_queries() == before + 1
            span = next(span for span in answer['extensions']['traces'] if span['name'] == 'prisma:engine:db_query')
            log = answer['extensions']['logs'][0]
            assert log['spanId'] == span['id'] and log['attributes']['result'] == 'error' and log['attributes']['query'].startswith(beginning)
        fields = [json.loads(line)['fields'] for line in engine.rest_of_log()]
        assert [(f['query'].split(' ')[0], f['result']) for f in fields if 'query' in f] == [('INSERT', 'success'), ('SELECT', 'error'), ('INSERT', 'error')]


def test_text_log(project):
    with start(project, '--log-format', 'devel', '--log-queries', RUST_LOG='') as engine:
        assert re.fullmatch(r'\S+Z  INFO query_engine::server: Started query engine http server on (http://127\.0\.0\.1:\d+) ip=127\.0\.0\.1 port=\d+\n', engine.log[0])
        engine.query('findMany', 'User')
        assert re.fullmatch(r'\S+Z DEBUG quaint::connector::metrics: query=SELECT .* params=\[\] result="success" item_type="query" is_query=true duration_ms=\d+',
                            engine.rest_of_log()[0])


# ── telemetry ──


@pytest.mark.parametrize('flags, wanted, has_spans, has_logs', [
    (('--enable-telemetry-in-response',), None, False, False),
    (('--enable-telemetry-in-response',), 'tracing', True, False),
    (('--enable-telemetry-in-response',), 'query', False, True),
    (('--enable-telemetry-in-response',), 'tracing, query, info', True, True),
    (('--enable-telemetry-in-response',), 'tracing, nonsense', False, False),
    (('--enable-open-telemetry',), None, True, False),
])
def test_telemetry(project, flags, wanted, has_spans, has_logs):
    headers = {'X_capture_telemetry': wanted} if wanted else {}
    with start(project, *flags) as engine:
        boot = json.loads(engine.request('GET', '/boot_trace')[2])
        assert 'prisma:engine:connect' in [span['name'] for span in boot['spans']] and boot['events'] == []
        assert engine.request('GET', '/boot_trace')[2] == b'null'
        _, answer = engine.post('/', FIND, **headers)
        assert answer['data'] == {'findManyUser': []}
        spans, logs = answer['extensions']['traces'], answer['extensions']['logs']
        assert bool(spans) == has_spans and bool(logs) == has_logs
        if has_spans:
            by_name = {span['name']: span for span in spans}
            assert set(by_name) >= {'prisma:engine:' + part for part in ('query', 'connection', 'db_query', 'serialize')}
            root, statement = by_name['prisma:engine:query'], by_name['prisma:engine:db_query']
            assert root['parentId'] is None and root['kind'] == 'internal' and statement['kind'] == 'client'
            assert statement['parentId'] == root['id'] and root['startTime'] <= statement['startTime'] <= statement['endTime'] <= root['endTime']
            assert statement['attributes']['db.system'] == 'sqlite' and statement['attributes']['db.query.text'].startswith('SELECT')
            assert by_name['prisma:engine:connection']['attributes'] == {'db.system': 'sqlite'}
        if has_logs:
            assert logs[0]['level'] == 'query' and logs[0]['attributes']['query'].startswith('SELECT')
            assert not has_spans or logs[0]['spanId'] == statement['id']
        # Transactions and errors tell the same.
        status, started = engine.post('/transaction/start', {'max_wait': 2000, 'timeout': 5000}, **headers)
        assert status == 200 and bool(started['extensions']['traces']) == has_spans
        status, ended = engine.post(f'/transaction/{started["id"]}/commit', {}, **headers)
        assert status == 200 and list(ended) == ['extensions'] and bool(ended['extensions']['traces']) == has_spans
        status, again = engine.post(f'/transaction/{started["id"]}/commit', {}, **headers)
        assert status == 422 and again['error_code'] == 'P2028' and bool(again['extensions']['traces']) == has_spans
        assert 'extensions' in engine.post('/', {'batch': [FIND, FIND]}, **headers)[1]


@pytest.mark.parametrize('parent, is_written', [(TRACE, True), (TRACE[:-1] + '0', False), ('00-xyz', False), ("00-' */ DROP TABLE User; --", False)])
def test_trace_in_statements(project, parent, is_written):
    with start(project, '--log-queries') as engine:
        assert engine.post('/', FIND, traceparent=parent)[1]['data'] == {'findManyUser': []}
        logged = [line for line in engine.rest_of_log() if 'SELECT' in line]
        assert (f"/* traceparent='{TRACE}' */" in logged[0]) == is_written and ('traceparent' in logged[0]) == is_written


def test_no_telemetry_unless_asked(engine):
    assert 'extensions' not in engine.post('/', FIND, X_capture_telemetry='tracing, query')[1]
    assert engine.request('GET', '/boot_trace')[2] == b'null'


# ── debugging ──


def test_debug_headers(project):
    with start(project, '--debug') as engine:
        assert engine.request('POST', '/', 'x')[0::2] == (200, b'')
        assert engine.post('/', FIND, x_debug_non_fatal='1') == (200, {'is_panic': True, 'message': 'Debug panic', 'backtrace': None})
        with pytest.raises(OSError):
            engine.post('/', FIND, x_debug_fatal='1')
        assert engine.process.wait(20) == 1


def test_debug_headers_need_the_flag(engine):
    assert engine.post('/', FIND, x_debug_fatal='1')[0] == 200


# ── time ──


def test_query_timeout(engine):
    status, answer = engine.post('/', raw(ENDLESS), X_query_timeout='100')
    assert (status, answer) == (408, {'is_panic': False, 'message': 'Query timed out', 'backtrace': None})
    status, answer = engine.post('/', {'batch': [FIND, raw(ENDLESS)], 'transaction': {}}, X_query_timeout='100')
    assert status == 408 and answer['message'] == 'Query timed out'
    # The connections are usable, and what has time enough is not disturbed.
    for _ in range(6):
        assert 'data' in engine.post('/', FIND, X_query_timeout='60000')[1]
    for header in ('x', '-5', ''):
        assert engine.post('/', FIND, X_query_timeout=header)[0] == 200
    values = {m['key']: m['value'] for m in json.loads(engine.request('GET', '/metrics?format=json')[2])['gauges']}
    assert values['prisma_client_queries_active'] == 0.0 and values['prisma_pool_connections_busy'] == 0.0


def test_a_client_that_leaves_stops_its_statement(project):
    with Engine(project.schema, project.url + '?connection_limit=1&pool_timeout=60', '--enable-metrics') as engine:
        def busy():
            gauges = json.loads(engine.request('GET', '/metrics?format=json')[2])['gauges']
            return next(m['value'] for m in gauges if m['key'] == 'prisma_pool_connections_busy')

        engine.ask_and_leave('/', raw(ENDLESS), is_running=lambda: busy() == 1)
        assert wait_until(lambda: busy() == 0)
        assert engine.post('/', FIND)[1] == {'data': {'findManyUser': []}}


def test_query_timeout_while_waiting(project):
    with Engine(project.schema, project.url + '?connection_limit=1') as engine:
        transaction = engine.post('/transaction/start', {'max_wait': 1000, 'timeout': 60000})[1]['id']
        assert engine.post('/', FIND, X_query_timeout='100')[0] == 408  # for a connection
        assert engine.post('/', raw(ENDLESS), X_transaction_id=transaction, X_query_timeout='100')[0] == 408
        assert engine.post(f'/transaction/{transaction}/rollback', {}) == (200, {})
        assert engine.post('/', FIND)[0] == 200
    with start(project) as engine:
        transaction = engine.post('/transaction/start', {'max_wait': 1000, 'timeout': 60000})[1]['id']
        begin = time.monotonic()
        write = {'modelName': 'User', 'action': 'createOne', 'query': {'arguments': {'data': {'email': 'late'}}, 'selection': {'id': True}}}
        assert engine.post('/', write, X_query_timeout='100')[0] == 408  # for the lock that the transaction holds
        assert time.monotonic() - begin < 4.5
        assert engine.post(f'/transaction/{transaction}/commit', {}) == (200, {})
        assert engine.post('/', FIND)[1] == {'data': {'findManyUser': []}}


# ── transactions ──


@pytest.mark.parametrize('body, status, error', [
    ('{}', 400, 'Invalid transaction options'),
    ('[', 400, 'Invalid transaction options'),
    ('{"max_wait":-1,"timeout":5000}', 400, 'Invalid transaction options'),
    ('{"max_wait":1000,"timeout":5000,"isolation_level":"Foo"}', 500,
     {'is_panic': False, 'message': 'Inconsistent column data: Conversion failed: Invalid isolation level `Foo`',
      'meta': {'message': 'Conversion failed: Invalid isolation level `Foo`'}, 'error_code': 'P2023'}),
    ('{"max_wait":1000,"timeout":5000,"isolation_level":"ReadCommitted"}', 500,
     {'is_panic': False, 'message': 'Error in connector: Conversion error: READ COMMITTED', 'backtrace': None}),
])
def test_transaction_options(engine, body, status, error):
    answered, _, text = engine.request('POST', '/transaction/start', body)
    assert answered == status
    assert (text.decode() if isinstance(error, str) else json.loads(text)) == error


def test_transaction_errors(project):
    def p2028(text):
        return {'is_panic': False, 'message': 'Transaction API error: ' + text, 'meta': {'error': text}, 'error_code': 'P2028'}

    with Engine(project.schema, project.url + '?connection_limit=1') as engine:
        status, first = engine.post('/transaction/start', {'max_wait': 2000, 'timeout': 300, 'isolation_level': 'Serializable'})
        assert status == 200 and re.fullmatch('[a-z0-9]{24}', first['id'])
        assert engine.post('/transaction/start', {'max_wait': 10, 'timeout': 300}) == (504, p2028('Unable to start a transaction in the given time.'))
        assert engine.query('findMany', 'User', X_transaction_id=first['id'])['data'] == {'findManyUser': []}
        time.sleep(0.5)
        error = error_of(engine.query('findMany', 'User', X_transaction_id=first['id']))
        text = (r'Transaction already closed: A query cannot be executed on an expired transaction\. The timeout for this transaction was 300 ms, '
                r'however \d+ ms passed since the start of the transaction\. Consider increasing the interactive transaction timeout or doing less work in the transaction\.')
        assert error['error_code'] == 'P2028' and re.fullmatch('Transaction API error: ' + text, error['message'])
        ends = {'commit': 'a committed transaction.', 'rollback': 'a transaction that was rolled back.'}
        for end, state in ends.items():
            transaction = engine.post('/transaction/start', {'max_wait': 2000, 'timeout': 5000})[1]['id']
            assert engine.post(f'/transaction/{transaction}/{end}', {}) == (200, {})
            for verb in ends:
                assert engine.post(f'/transaction/{transaction}/{verb}', {}) == (
                    422, p2028(f'Transaction already closed: A {verb} cannot be executed on {state}'))
            closed = 'Transaction already closed: A {} cannot be executed on ' + state
            assert error_of(engine.query('findMany', 'User', X_transaction_id=transaction)) == p2028(closed.format('query'))
            _, batch = engine.post('/', {'batch': [FIND, FIND]}, X_transaction_id=transaction)
            assert error_of(batch) == p2028(closed.format('batch query'))


def test_remembered_transactions(project):
    with start(project, CLOSED_TX_CACHE_SIZE='1') as engine:
        ids = []
        for _ in range(2):
            ids.append(engine.post('/transaction/start', {'max_wait': 2000, 'timeout': 5000})[1]['id'])
            engine.post(f'/transaction/{ids[-1]}/commit', {})
        assert [engine.post(f'/transaction/{i}/commit', {})[0] for i in ids] == [404, 422]


# ── commands and the end ──


def run(*words, schema=None, **env):
    return subprocess.run([BIN / 'query-engine', *words], capture_output=True, text=True, timeout=60, env={**({'PRISMA_DML_PATH': str(schema)} if schema else {}), **env})


def test_commands(project):
    url = {'DATABASE_URL': project.url}
    assert json.loads(run('cli', 'dmmf', schema=project.schema, **url).stdout)['datamodel']['models']
    config = run('cli', 'get-config', PRISMA_DML=base64.b64encode(project.schema.read_bytes()).decode(), **url)
    assert 'datasources' in config.stdout and json.loads(config.stdout)
    request = base64.b64encode(json.dumps(FIND).encode()).decode()
    answer = run('cli', 'execute-request', request, schema=project.schema, **url)
    assert json.loads(base64.b64decode(answer.stdout.removeprefix('Response: '))) == {'data': {'findManyUser': []}}
    assert run('cli', 'debug-panic', schema=project.schema, **url).returncode == 101


@pytest.mark.parametrize('words, status', [(('--help',), 0), (('--version',), 0), (('--nonsense',), 1), (('--port', 'x'), 1), (('--engine-protocol', 'x'), 101), ((), 1)])
def test_exit_codes(words, status):
    done = run(*words)
    assert done.returncode == status
    if status:
        assert done.stdout == '' and json.loads(done.stderr.strip().splitlines()[-1])['message']


def test_a_signal_right_after_the_start(project):
    for _ in range(10):
        engine = start(project)
        engine.process.send_signal(signal.SIGTERM)
        assert engine.stop() == 0


@pytest.mark.parametrize('number, name', [(signal.SIGTERM, 'SIGTERM'), (signal.SIGINT, 'SIGINT')])
def test_signals_wait_for_answers(project, number, name):
    """A request that is being answered is answered; then the process ends with 0."""
    with start(project) as engine:
        slow = ENDLESS.replace('4000000000', '3000000')
        answers = []
        client = threading.Thread(target=lambda: answers.append(engine.post('/', raw(slow))))
        client.start()
        time.sleep(0.2)
        engine.process.send_signal(number)
        client.join(60)
        assert engine.process.wait(30) == 0
        assert answers[0][1]['data']['queryRaw']['rows'] == [['3000000']]
        assert json.loads(engine.process.stdout.read().splitlines()[-1])['fields']['message'] == f'Received {name}, shutting down'


# Starts an engine, says who it is, and waits to be killed.
PARENT = """
import json, subprocess, sys, time
out = open(sys.argv[1], 'w+') if len(sys.argv) > 1 else subprocess.PIPE
process = subprocess.Popen(json.loads(sys.stdin.readline()), stdout=out, stderr=subprocess.DEVNULL)
if out is subprocess.PIPE:
    process.stdout.readline()
print(process.pid, flush=True)
time.sleep(600)
"""


def test_an_engine_whose_client_was_killed_ends(project):
    """If the client read its log. One that writes to a file may have been left running on purpose."""
    def orphan(*arguments):
        parent = subprocess.Popen([sys.executable, '-c', PARENT, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                  env={**os.environ, 'DATABASE_URL': project.url})
        parent.stdin.write(json.dumps([str(BIN / 'query-engine'), '--datamodel-path', str(project.schema), '--port', '0']) + '\n')
        parent.stdin.flush()
        pid = int(parent.stdout.readline())
        time.sleep(0.2)
        assert is_alive(pid)
        parent.kill()
        parent.communicate()
        return pid

    def is_alive(pid):
        try:
            return 'query-engine' in pathlib.Path(f'/proc/{pid}/comm').read_text() and ') Z ' not in pathlib.Path(f'/proc/{pid}/stat').read_text()
        except FileNotFoundError:
            return False

    left = orphan(str(project.folder / 'log'))
    try:
        assert wait_until(lambda pid=orphan(): not is_alive(pid))
        assert is_alive(left)
    finally:
        os.kill(left, signal.SIGTERM)
    assert wait_until(lambda: not is_alive(left))
