"""PostgreSQL when something is wrong: Prisma's errors, and connections that heal. Run by scripts/with_postgresql."""

import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import urllib.parse

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from engine_process import Engine, ServerProject, cli  # noqa: E402

SERVER = urllib.parse.urlsplit(os.environ.get('POSTGRES_URL', ''))
pytestmark = pytest.mark.skipif(not SERVER.hostname, reason='no POSTGRES_URL: run scripts/with_postgresql')


def psql(text, database='postgres'):
    url = SERVER._replace(path='/' + database).geturl()
    done = subprocess.run(['psql', '-qXAt', '-v', 'ON_ERROR_STOP=1', url], input=text, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def restart():
    subprocess.run([*os.environ['PG_CTL'].split(), '-m', 'immediate', 'restart'], check=True, timeout=60)


def error_of(answer):
    return answer['errors'][0]['user_facing_error']


@pytest.fixture(scope='module')
def project():
    with ServerProject('postgresql', SERVER) as made:
        yield made
        psql(f'DROP DATABASE {made.name} WITH (FORCE)')


def answer_of(engine):
    """The error of a first request, or of the start."""
    if engine.port is None:
        return json.loads(engine.start_error)
    with engine:
        return error_of(engine.query('findMany', 'User'))


@pytest.mark.parametrize('change, code, text', [
    (lambda url: url._replace(netloc=url.netloc.replace(str(url.port), '1')), 'P1001', "Can't reach database server at `127.0.0.1:1`"),
    (lambda url: url._replace(path='/no_such_database'), 'P1003', '`no_such_database` does not exist'),
    (lambda url: url._replace(netloc='nobody_here:secret@' + url.netloc.rpartition('@')[2]), 'P1010', 'denied access'),
    (lambda url: url._replace(netloc='with_password:secret@' + url.netloc.rpartition('@')[2]), 'P1000', 'credentials for `with_password`'),
    (lambda url: url._replace(query='sslmode=require&sslaccept=strict'), 'P1011', 'certificate'),
    (lambda url: url._replace(query='sslmode=require&sslaccept=strict&sslcert=' + os.environ.get('POSTGRES_CERTIFICATE', '')), 'P1011', 'host name'),
    (lambda url: url._replace(query='connection_limit=many'), 'P1013', 'connection_limit'),
])
def test_connecting_fails(project, change, code, text):
    url = change(urllib.parse.urlsplit(project.url)).geturl()
    error = answer_of(Engine(project.schema, url))
    assert error['error_code'] == code and text in error['message'], error
    assert 'secret' not in error['message']


def test_certificates_and_passwords(project):
    psql("CREATE ROLE with_password SUPERUSER LOGIN PASSWORD 'right/one'")
    url = urllib.parse.urlsplit(project.url)
    by_name = url._replace(netloc=f'with_password:right%2Fone@localhost:{url.port}')
    strict = f'sslmode=require&sslaccept=strict&sslcert={os.environ["POSTGRES_CERTIFICATE"]}'
    for query in ('sslmode=disable', 'sslmode=require', strict):
        with Engine(project.schema, by_name._replace(query=query).geturl()) as engine:
            answer = engine.query('queryRaw', arguments={'query': 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()', 'parameters': '[]'},
                                  selection={})
            assert answer['data']['queryRaw']['rows'] == [['disable' not in query]], answer
    psql('DROP ROLE with_password')


def test_violations(project):
    with Engine(project.schema, project.url) as engine:
        engine.create_user('unique')
        error = error_of(engine.create_user('unique'))
        assert (error['error_code'], error['meta']['target']) == ('P2002', ['email']), error
        error = error_of(engine.query('createOne', 'Post', {'data': {'title': 't', 'authorId': 999999}}))
        assert error['error_code'] == 'P2003' and 'Post_authorId_fkey' in error['message'], error
        error = error_of(engine.query('queryRaw', arguments={'query': 'SELECT nonsense', 'parameters': '[]'}, selection={}))
        assert error['error_code'] == 'P2010' and '42703' in error['message'], error


def test_a_restart_of_the_server_is_survived(project):
    with Engine(project.schema, project.url) as engine:
        assert 'data' in engine.query('findMany', 'User')
        _, started = engine.post('/transaction/start', {'max_wait': 2000, 'timeout': 20000})
        assert 'data' in engine.create_user('lost', X_transaction_id=started['id'])
        restart()
        error = error_of(engine.create_user('lost too', X_transaction_id=started['id']))
        assert error['error_code'] == 'P1017', error
        engine.post(f'/transaction/{started["id"]}/rollback', {})
        emails = [user['email'] for user in engine.query('findMany', 'User')['data']['findManyUser']]
        assert 'lost' not in emails and 'lost too' not in emails


def test_the_pool_runs_out(project):
    with Engine(project.schema, project.url + '?connection_limit=1&pool_timeout=1') as engine:
        _, started = engine.post('/transaction/start', {'max_wait': 2000, 'timeout': 20000})
        error = error_of(engine.query('findMany', 'User'))
        assert (error['error_code'], error['meta']['connection_limit']) == ('P2024', 1), error
        assert engine.post(f'/transaction/{started["id"]}/commit', {})[0] == 200
        assert 'data' in engine.query('findMany', 'User')


def test_an_expired_transaction_stops_its_statement(project):
    with Engine(project.schema, project.url + '?connection_limit=1&pool_timeout=5') as engine:
        _, started = engine.post('/transaction/start', {'max_wait': 2000, 'timeout': 500})
        begin = time.monotonic()
        sleep = {'query': 'SELECT 1 FROM pg_sleep(20)', 'parameters': '[]'}
        error = error_of(engine.query('queryRaw', arguments=sleep, selection={}, X_transaction_id=started['id']))
        assert error['error_code'] == 'P2028' and 'expired' in error['message'], error
        assert time.monotonic() - begin < 10
        assert psql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)%' AND state = 'active' "
                    'AND pid <> pg_backend_pid()') == ['0']
        assert 'data' in engine.query('findMany', 'User')


def test_a_request_that_is_out_of_time_stops_its_statement(project):
    with Engine(project.schema, project.url + '?connection_limit=1') as engine:
        begin = time.monotonic()
        sleep = {'action': 'queryRaw', 'query': {'arguments': {'query': 'SELECT 1 FROM pg_sleep(20)', 'parameters': '[]'}, 'selection': {}}}
        status, answer = engine.post('/', sleep, X_query_timeout='300')
        assert (status, answer['message']) == (408, 'Query timed out') and time.monotonic() - begin < 10
        assert psql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)%' AND state = 'active' "
                    'AND pid <> pg_backend_pid()') == ['0']
        for _ in range(20):
            assert 'data' in engine.query('findMany', 'User', X_query_timeout='60000')


def test_a_statement_that_takes_longer_than_socket_timeout(project):
    with Engine(project.schema, project.url + '?socket_timeout=1') as engine:
        error = error_of(engine.query('queryRaw', arguments={'query': 'SELECT 1 FROM pg_sleep(20)', 'parameters': '[]'}, selection={}))
        assert error['error_code'] == 'P1008', error
        assert 'data' in engine.query('findMany', 'User')


def test_a_write_conflict(project):
    with Engine(project.schema, project.url) as engine:
        engine.create_user('counted')
        both = [engine.post('/transaction/start', {'max_wait': 2000, 'timeout': 20000, 'isolation_level': 'RepeatableRead'})[1]['id'] for _ in range(2)]
        for transaction in both:
            engine.query('findMany', 'User', X_transaction_id=transaction)
        change = {'where': {'email': 'counted'}, 'data': {'name': 'x'}}
        assert 'data' in engine.query('updateOne', 'User', change, X_transaction_id=both[0])
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(engine.query('updateOne', 'User', change, X_transaction_id=both[1])))
        waiting.start()
        time.sleep(0.5)
        assert engine.post(f'/transaction/{both[0]}/commit', {})[0] == 200
        waiting.join(20)
        assert error_of(answers[0])['error_code'] == 'P2034', answers
        engine.post(f'/transaction/{both[1]}/rollback', {})


def test_a_plan_outlives_a_change_of_its_table(project):
    with Engine(project.schema, project.url + '?connection_limit=1') as engine:
        star = {'query': 'SELECT * FROM "Post"', 'parameters': '[]'}
        first = engine.query('queryRaw', arguments=star, selection={})['data']['queryRaw']
        psql('ALTER TABLE "Post" ADD COLUMN extra INT', project.name)
        second = engine.query('queryRaw', arguments=star, selection={})['data']['queryRaw']
        psql('ALTER TABLE "Post" DROP COLUMN extra', project.name)
        assert second['columns'] == [*first['columns'], 'extra']


@pytest.mark.parametrize('parameters', ['pgbouncer=true', 'statement_cache_size=0', 'statement_cache_size=2&application_name=tests',
                                        'options=-c%20statement_timeout%3D5000', 'schema=public&sslmode=disable&connect_timeout=3'])
def test_parameters_of_the_url(project, parameters):
    with Engine(project.schema, f'{project.url}?{parameters}') as engine:
        name = parameters.replace('%', '')
        for i in range(4):
            assert 'data' in engine.create_user(f'{name}{i}')
        where = {'where': {'email': {'startsWith': name}}, 'orderBy': [{'id': 'desc'}], 'take': 3}
        found = engine.query('findMany', 'User', where)['data']['findManyUser']
        assert [user['email'] for user in found] == [f'{name}{i}' for i in (3, 2, 1)]


def test_pushing_changes_onto_data(project):
    schema = project.folder / 'changed.prisma'
    schema.write_text(project.schema.read_text().replace('name  String?', 'name  String? @db.VarChar(50)\n  age   Int     @default(7)\n  role  Role @default(A)')
                      + '\nenum Role {\n  A\n  B\n}\n')
    with Engine(project.schema, project.url) as engine:
        engine.create_user('kept')
    done = cli('db', 'push', '--skip-generate', '--schema', schema, cwd=project.folder, url=project.url)
    assert done.returncode == 0 or '--accept-data-loss' in done.stdout + done.stderr, done.stdout + done.stderr
    done = cli('db', 'push', '--skip-generate', '--accept-data-loss', '--schema', schema, cwd=project.folder, url=project.url)
    assert done.returncode == 0, done.stdout + done.stderr
    again = cli('db', 'push', '--skip-generate', '--schema', schema, cwd=project.folder, url=project.url)
    assert 'already in sync' in again.stdout, again.stdout + again.stderr
    with Engine(schema, project.url) as engine:
        user = engine.query('findUnique', 'User', {'where': {'email': 'kept'}})['data']['findUniqueUser']
        assert (user['age'], user['role']) == (7, 'A')
    # A column of data goes only when that is accepted.
    done = cli('db', 'push', '--skip-generate', cwd=project.folder, url=project.url)
    assert done.returncode != 0 and 'accept-data-loss' in done.stdout + done.stderr, done.stdout + done.stderr
    done = cli('db', 'push', '--skip-generate', '--accept-data-loss', cwd=project.folder, url=project.url)
    assert done.returncode == 0, done.stdout + done.stderr
