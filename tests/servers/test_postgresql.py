"""PostgreSQL when something is wrong: Prisma's errors, and connections that heal. Run by scripts/with_postgresql."""

import json
import os
import pathlib
import subprocess
import sys
import threading
import urllib.parse

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import common  # noqa: E402
from engine_process import Engine, ServerProject, cli, error_of, wait_until  # noqa: E402

SERVER = urllib.parse.urlsplit(os.environ.get('POSTGRES_URL', ''))
pytestmark = pytest.mark.skipif(not SERVER.hostname, reason='no POSTGRES_URL: run scripts/with_postgresql')


def psql(text, database='postgres'):
    url = SERVER._replace(path='/' + database).geturl()
    done = subprocess.run(['psql', '-qXAt', '-v', 'ON_ERROR_STOP=1', url], input=text, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def restart():
    subprocess.run([*os.environ['PG_CTL'].split(), '-m', 'immediate', 'restart'], check=True, timeout=60)


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


def test_the_client_shows_a_certificate(project, tmp_path):
    psql('CREATE ROLE by_certificate SUPERUSER LOGIN')
    identity = pathlib.Path(os.environ['POSTGRES_IDENTITY'])
    key = identity.with_suffix('.pem')
    key.write_text(identity.with_suffix('.crt').read_text() + identity.with_suffix('.key').read_text())
    key.chmod(0o600)
    broken = tmp_path / 'broken.p12'
    broken.write_bytes(b'no certificate')
    url = urllib.parse.urlsplit(project.url)
    with_identity = lambda file, password='': url._replace(  # noqa: E731
        netloc=f'by_certificate@127.0.0.1:{url.port}', query=f'sslmode=require&sslidentity={file}&sslpassword={password}').geturl()
    for file, password in ((identity, 'secret'), (key, '')):
        with Engine(project.schema, with_identity(file, password)) as engine:
            answer = engine.query('queryRaw', arguments={'query': 'SELECT client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
                                                         'parameters': '[]'}, selection={})
            assert answer['data']['queryRaw']['rows'] == [['/CN=by_certificate']], answer
    for file, password, text in ((identity, 'hidden-word', '`sslpassword`'), (broken, '', 'neither PEM nor PKCS #12'), (tmp_path / 'none', '', 'no such file')):
        error = answer_of(Engine(project.schema, with_identity(file, password)))
        assert error['error_code'] == 'P1011' and text in error['message'] and 'hidden-word' not in error['message'], error
    psql('DROP ROLE by_certificate')


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


# Sleeps for longer than a request of these tests may take: whoever is answered at all was not kept waiting by it.
SLEEP = {'query': 'SELECT 1 FROM pg_sleep(900)', 'parameters': '[]'}


def sleepers():
    return int(psql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(900)%' AND state = 'active' AND pid <> pg_backend_pid()")[0])


def test_an_expired_transaction_stops_its_statement(project):
    with Engine(project.schema, project.url + '?connection_limit=1&pool_timeout=5') as engine:
        _, started = engine.post('/transaction/start', {'max_wait': 2000, 'timeout': 500})
        error = error_of(engine.query('queryRaw', arguments=SLEEP, selection={}, X_transaction_id=started['id']))
        assert error['error_code'] == 'P2028' and 'expired' in error['message'], error
        assert wait_until(lambda: not sleepers())
        assert 'data' in engine.query('findMany', 'User')


def test_a_request_that_is_out_of_time_stops_its_statement(project):
    common.check_a_request_that_is_out_of_time_stops_its_statement(project, SLEEP, sleepers)


def test_a_client_that_leaves_stops_its_statement(project):
    with Engine(project.schema, project.url + '?connection_limit=1') as engine:
        raw = {'action': 'queryRaw', 'query': {'arguments': SLEEP, 'selection': {}}}
        engine.ask_and_leave('/', raw, is_running=lambda: sleepers() == 1)
        assert wait_until(lambda: not sleepers())
        assert 'data' in engine.query('findMany', 'User')
        # In a transaction, which is as usable afterwards as one with a failed statement.
        _, started = engine.post('/transaction/start', {'max_wait': 2000, 'timeout': 900000})
        engine.ask_and_leave('/', raw, {'X-transaction-id': started['id']}, lambda: sleepers() == 1)
        assert engine.post(f'/transaction/{started["id"]}/rollback', {})[0] == 200
        assert not sleepers()
        assert 'data' in engine.query('findMany', 'User')


def test_a_deadlock(project):
    common.check_a_deadlock(project)


def test_a_serialization_failure(project):
    with Engine(project.schema, project.url) as engine:
        for name in ('one', 'two'):
            engine.create_user(f'serial {name}')
        both = [engine.post('/transaction/start', {'max_wait': 20000, 'timeout': 120000, 'isolation_level': 'Serializable'})[1]['id']
                for _ in range(2)]
        where = {'where': {'email': {'startsWith': 'serial'}}}
        for transaction in both:
            engine.query('findMany', 'User', where, X_transaction_id=transaction)
        for name, transaction in zip(('one', 'two'), both, strict=True):
            changed = engine.query('updateOne', 'User', {'where': {'email': f'serial {name}'}, 'data': {'name': 'x'}}, X_transaction_id=transaction)
            assert 'data' in changed, changed
        assert engine.post(f'/transaction/{both[0]}/commit', {})[0] == 200
        status, answer = engine.post(f'/transaction/{both[1]}/commit', {})
        assert status != 200 and answer['error_code'] == 'P2034', answer


def test_a_statement_that_takes_longer_than_socket_timeout(project):
    with Engine(project.schema, project.url + '?socket_timeout=1') as engine:
        error = error_of(engine.query('queryRaw', arguments={'query': 'SELECT 1 FROM pg_sleep(901)', 'parameters': '[]'}, selection={}))
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
        assert wait_until(lambda: psql("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))
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


JOINED = """datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

generator client {
  provider        = "prisma-client-py"
  previewFeatures = ["relationJoins"]
}

enum Colour {
  RED
  it_s_blue @map("it's \\"blue\\"")
}

model Holder {
  id         Int        @id
  things     Thing[]
  favourite  Thing?     @relation("favourite", fields: [favouriteId], references: [id])
  favouriteId Int?
  wide       Wide?
  tags       Tag[]
}

model Tag {
  name    String   @id
  holders Holder[]
}

model Thing {
  id       Int       @id
  holderId Int
  holder   Holder    @relation(fields: [holderId], references: [id])
  fans     Holder[]  @relation("favourite")
  parentId Int?
  parent   Thing?    @relation("tree", fields: [parentId], references: [id])
  children Thing[]   @relation("tree")
  c1       Int?      @db.SmallInt
  c2       BigInt?
  c3       Decimal?
  c4       Decimal?  @db.Money
  c5       Float?
  c6       Float?    @db.Real
  c7       Boolean?
  c8       String?
  c9       String?   @db.Char(5)
  c10      String?   @db.Uuid
  c11      String?   @db.Inet
  c12      String?   @db.VarBit(8)
  c13      String?   @db.Xml
  c14      Bytes?
  c15      Json?
  c16      Json?     @db.Json
  c17      DateTime? @db.Timestamp(6)
  c18      DateTime? @db.Timestamptz(6)
  c19      DateTime? @db.Date
  c20      DateTime? @db.Time(6)
  c21      DateTime? @db.Timetz(3)
  c22      Colour?
  c23      Int?      @db.Oid
  l1       Int[]
  l2       BigInt[]
  l3       Decimal[]
  l4       Float[]
  l5       Boolean[]
  l6       String[]
  l7       Bytes[]
  l8       Json[]
  l9       DateTime[]
  l10      Colour[]
}

model Wide {
  holderId Int    @id
  holder   Holder @relation(fields: [holderId], references: [id])
WIDE
}
"""

THINGS = [
    {'id': 1, 'holderId': 1, 'l1': [], 'c15': {'$type': 'Enum', 'value': 'JsonNull'}},
    {'id': 2, 'holderId': 1, 'parentId': 1, 'c1': -32768, 'c2': '9223372036854775807', 'c3': '12345678901234567890.123456789000', 'c4': '-1234.5',
     'c5': 1e300, 'c6': 0.1, 'c7': False, 'c8': 'a"b\\\n\u2019😀', 'c9': 'ab', 'c10': '3fa85f64-5717-4562-b3fc-2c963f66afa6', 'c11': '10.1.2.3',
     'c12': '10110', 'c13': '<a>1</a>', 'c14': 'AAH/', 'c15': {'$type': 'Json', 'value': '{"b": [1,2.50,null, "x y"],"a":"\\u00e4"}'},
     'c16': {'$type': 'Json', 'value': '{"b":1,"a":[1e3, 1.0]}'}, 'c17': '1969-12-31T23:59:59.999Z', 'c18': '2020-02-29T01:02:03.456+05:30',
     'c19': '0001-02-03T00:00:00Z', 'c20': '1970-01-01T23:59:59.999Z', 'c21': '1970-01-01T01:02:03.000Z', 'c22': 'it_s_blue', 'c23': 4294967295,
     'l1': [1, -2], 'l2': ['1', '-9223372036854775808'], 'l3': ['1.50', '0'], 'l4': [0.5, 3], 'l5': [True, False], 'l6': ['', 'ü', '"'],
     'l7': ['', 'AQI='], 'l8': [{'$type': 'Json', 'value': '{"x": 1}'}, {'$type': 'Json', 'value': 'null'}, {'$type': 'Json', 'value': '"s"'}],
     'l9': ['2020-01-01T00:00:00.001Z'], 'l10': ['it_s_blue', 'RED']},
    {'id': 3, 'holderId': 2, 'parentId': 1, 'c8': 'x'},
    {'id': 4, 'holderId': 1, 'parentId': 2, 'c8': 'x', 'c1': 1},
]

RELATIONS = [
    {'things': True, 'favourite': True, 'wide': True, 'tags': True},
    {'things': {'orderBy': [{'c1': {'sort': 'desc', 'nulls': 'last'}}, {'id': 'desc'}], 'skip': 1, 'take': 1}},
    {'things': {'take': -2}, '_count': {'things': True, 'tags': {'where': {'name': {'not': 'b'}}}}},
    {'things': {'distinct': ['c8'], 'orderBy': {'id': 'asc'}, 'take': 2}, 'tags': {'where': {'name': {'in': ['a', 'b', 'z']}}, 'take': 1, 'orderBy': {'name': 'desc'}}},
    {'things': {'cursor': {'id': 2}}},
    {'things': {'cursor': {'id': 2}, 'orderBy': {'c8': 'desc'}, 'skip': 1}},
    {'things': {'where': {'OR': [{'parent': {'id': 1}}, {'children': {'some': {'c8': 'x'}}}]}, 'orderBy': [{'parent': {'id': 'asc'}}, {'id': 'asc'}],
                'nested': {'parent': {'nested': {'holder': {'nested': {'tags': True}}}}, 'children': {'nested': {'fans': True, '_count': {'children': True}}}}}},
    {'favourite': {'nested': {'fans': {'nested': {'favourite': True}}, 'parent': True}}},
]


def selection_of(relations):
    out = {'$scalars': True}
    for name, wanted in relations.items():
        if name == '_count':
            out[name] = {'selection': {k: v if v is True else {'arguments': v, 'selection': {}} for k, v in wanted.items()}}
            continue
        wanted = {} if wanted is True else dict(wanted)
        out[name] = {'selection': selection_of(wanted.pop('nested', {})), 'arguments': wanted}
    return out


def pieces(answer):
    return json.dumps(answer, indent=1).splitlines()


def test_joined_relations_answer_as_queries_do(tmp_path):
    schema = tmp_path / 'schema.prisma'
    schema.write_text(JOINED.replace('WIDE', '\n'.join(f'  w{i} String @default("{i}")' for i in range(130))))
    name = f'joined_{os.getpid()}'
    url = SERVER._replace(path='/' + name).geturl()
    done = cli('db', 'push', '--skip-generate', cwd=tmp_path, url=url)
    assert done.returncode == 0, done.stdout + done.stderr
    try:
        with Engine(schema, url) as engine:
            for holder in (1, 2, 3):
                engine.query('createOne', 'Holder', {'data': {'id': holder, 'tags': {'connectOrCreate': [
                    {'where': {'name': tag}, 'create': {'name': tag}} for tag in 'abc'[:holder]]}}}, {'id': True})
            for thing in THINGS:
                answer = engine.query('createOne', 'Thing', {'data': thing}, {'id': True})
                assert 'data' in answer, answer
            engine.query('updateOne', 'Holder', {'where': {'id': 2}, 'data': {'favourite': {'connect': {'id': 2}}, 'wide': {'create': {}}}}, {'id': True})
            for relations in RELATIONS:
                selection = selection_of(relations)
                for action, arguments in (('findMany', {}), ('findMany', {'orderBy': {'id': 'desc'}, 'take': 2, 'skip': 1}), ('findMany', {'distinct': ['favouriteId']}),
                                          ('findFirst', {'where': {'id': {'gt': 1}}}), ('findUnique', {'where': {'id': 1}}), ('findUnique', {'where': {'id': 9}})):
                    by_join, by_query, by_default = (
                        engine.query(action, 'Holder', {**arguments, **strategy}, selection)
                        for strategy in ({'relationLoadStrategy': 'join'}, {'relationLoadStrategy': 'query'}, {}))
                    assert 'data' in by_query, by_query
                    for answer in (by_join, by_default):
                        different = [(a, b) for a, b in zip(pieces(answer), pieces(by_query)) if a != b]
                        assert answer == by_query, (relations, action, arguments, different[:3])
            made = engine.query('upsertOne', 'Holder', {'where': {'id': 2}, 'create': {'id': 2}, 'update': {'id': 5}}, selection_of(RELATIONS[0]))
            assert made['data']['upsertOneHolder'] == engine.query('findUnique', 'Holder', {'where': {'id': 5}, 'relationLoadStrategy': 'query'},
                                                                   selection_of(RELATIONS[0]))['data']['findUniqueHolder']
    finally:
        psql(f'DROP DATABASE {name} WITH (FORCE)')
