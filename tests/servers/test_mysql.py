"""MySQL and MariaDB when something is wrong: Prisma's errors, and connections that heal. Run by scripts/with_mariadb."""

import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.parse

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import common  # noqa: E402
from engine_process import Engine, ServerProject, cli, error_of, wait_until  # noqa: E402

SERVER = urllib.parse.urlsplit(os.environ.get('MYSQL_URL', ''))
pytestmark = pytest.mark.skipif(not SERVER.hostname, reason='no MYSQL_URL: run scripts/with_mariadb')


def sql(text, database=''):
    done = subprocess.run(['mariadb', '--no-defaults', f'-u{SERVER.username}', f'-h{SERVER.hostname}', f'-P{SERVER.port}', '-BN', database],
                          input=text, capture_output=True, text=True, timeout=30, env={**os.environ, 'MYSQL_PWD': SERVER.password})
    assert done.returncode == 0, done.stderr
    return [line.split('\t') for line in done.stdout.splitlines()]


@pytest.fixture(scope='module')
def project():
    with ServerProject('mysql', SERVER) as made:
        yield made
        sql(f'DROP DATABASE {made.name}')


def connections(project):
    return [row[0] for row in sql(f"SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '{project.name}'")]


def answer_of(engine, url_error):
    """The error of a first request, or of the start."""
    if engine.port is None:
        return url_error(engine.start_error)
    with engine:
        return error_of(engine.query('findMany', 'User'))


@pytest.mark.parametrize('change, code, text', [
    (lambda url: url._replace(netloc=url.netloc.replace(':' + url.password, ':wrong')), 'P1000', f'credentials for `{SERVER.username}`'),
    (lambda url: url._replace(netloc=url.netloc.replace(str(url.port), '1')), 'P1001', "Can't reach database server at `127.0.0.1:1`"),
    (lambda url: url._replace(netloc=url.netloc.replace(url.hostname, 'no.such.host.invalid')), 'P1001', 'no.such.host.invalid'),
    (lambda url: url._replace(path='/no_such_database'), 'P1003', '`no_such_database` does not exist'),
])
def test_connecting_fails(project, change, code, text):
    url = change(urllib.parse.urlsplit(project.url)).geturl()
    error = answer_of(Engine(project.schema, url), json.loads)
    done = cli('db', 'push', '--skip-generate', cwd=project.folder, url=url)
    if code == 'P1003':  # is made
        assert done.returncode == 0, done.stderr
        sql('DROP DATABASE no_such_database')
    else:
        assert done.returncode == 1 and code in done.stderr and 'wrong' not in done.stderr, done
    assert error['error_code'] == code and text in error['message'], error
    assert 'wrong' not in error['message']


def test_certificates(project):
    sql("CREATE USER by_certificate@'%' REQUIRE SUBJECT '/CN=by_certificate'; GRANT ALL ON *.* TO by_certificate@'%'")
    url = urllib.parse.urlsplit(project.url)
    authority, identity = os.environ['MYSQL_CERTIFICATE'], os.environ['MYSQL_IDENTITY']
    by_name = lambda query: url._replace(netloc=f'by_certificate@localhost:{url.port}', query=query).geturl()  # noqa: E731
    strict = f'sslcert={authority}&sslaccept=strict&sslidentity={identity}&sslpassword='
    with Engine(project.schema, by_name(strict + 'secret')) as engine:
        answer = engine.query('queryRaw', arguments={'query': "SHOW STATUS LIKE 'Ssl_cipher'", 'parameters': '[]'}, selection={})
        assert answer['data']['queryRaw']['rows'][0][1], answer
    for query, code in ((f'sslcert={authority}', 'P1000'), (strict + 'hidden-word', 'P1011'), (f'sslaccept=strict&sslidentity={authority}', 'P1011')):
        error = answer_of(Engine(project.schema, by_name(query)), json.loads)
        assert error['error_code'] == code and 'hidden-word' not in error['message'], error
    sql('DROP USER by_certificate')


def test_violations(project):
    with Engine(project.schema, project.url) as engine:
        engine.create_user('unique')
        error = error_of(engine.create_user('unique'))
        assert (error['error_code'], error['meta']['target']) == ('P2002', 'User_email_key'), error
        error = error_of(engine.query('createOne', 'Post', {'data': {'title': 't', 'authorId': 999999}}))
        assert error['error_code'] == 'P2003' and '(`authorId`)' in error['message'], error
        error = error_of(engine.create_user('x' * 500))
        assert (error['error_code'], error['meta']['column_name']) == ('P2000', 'email'), error
        error = error_of(engine.query('queryRaw', arguments={'query': 'SELECT nonsense', 'parameters': '[]'}, selection={}))
        assert error['error_code'] == 'P2010' and '1054' in error['message'], error


def test_closed_connections_are_replaced(project):
    with Engine(project.schema, project.url + '?connection_limit=3') as engine:
        for _ in range(3):
            assert 'data' in engine.query('findMany', 'User')
            for connection in connections(project):
                sql(f'KILL {connection}')
            time.sleep(0.1)
        assert 'data' in engine.query('findMany', 'User')


def test_a_transaction_whose_connection_is_gone(project):
    with Engine(project.schema, project.url + '?connection_limit=1') as engine:
        _, started = engine.post('/transaction/start', {'max_wait': 2000, 'timeout': 20000})
        assert 'data' in engine.create_user('lost', X_transaction_id=started['id'])
        for connection in connections(project):
            sql(f'KILL {connection}')
        error = error_of(engine.create_user('lost too', X_transaction_id=started['id']))
        assert error['error_code'] == 'P1017', error
        engine.post(f'/transaction/{started["id"]}/rollback', {})
        emails = [user['email'] for user in engine.query('findMany', 'User')['data']['findManyUser']]
        assert 'lost' not in emails and 'lost too' not in emails


def test_pool_timeout(project):
    with Engine(project.schema, project.url + '?connection_limit=1&pool_timeout=1') as engine:
        _, started = engine.post('/transaction/start', {'max_wait': 2000, 'timeout': 20000})
        error = error_of(engine.query('findMany', 'User'))
        assert error['error_code'] == 'P2024' and 'connection limit: 1' in error['message'], error
        engine.post(f'/transaction/{started["id"]}/rollback', {})
        assert 'data' in engine.query('findMany', 'User')


# Sleeps for longer than a request of these tests may take: whoever is answered at all was not kept waiting by it.
SLEEP = {'query': 'SELECT SLEEP(900)', 'parameters': '[]'}


def sleepers():
    return sql("SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP(900)%'")


def test_an_expired_transaction_stops_its_statement(project):
    with Engine(project.schema, project.url + '?connection_limit=1') as engine:
        _, started = engine.post('/transaction/start', {'max_wait': 2000, 'timeout': 500})
        answer = engine.query('queryRaw', arguments=SLEEP, selection={}, X_transaction_id=started['id'])
        assert error_of(answer)['error_code'] == 'P2028', answer
        assert 'data' in engine.query('findMany', 'User')
        assert wait_until(lambda: not sleepers())


def test_a_request_that_is_out_of_time_stops_its_statement(project):
    common.check_a_request_that_is_out_of_time_stops_its_statement(project, SLEEP, sleepers)


def test_a_client_that_leaves_stops_its_statement(project):
    with Engine(project.schema, project.url + '?connection_limit=1') as engine:
        engine.ask_and_leave('/', {'action': 'queryRaw', 'query': {'arguments': SLEEP, 'selection': {}}}, is_running=sleepers)
        assert wait_until(lambda: not sleepers())
        assert 'data' in engine.query('findMany', 'User')


def test_socket_timeout(project):
    with Engine(project.schema, project.url + '?socket_timeout=1') as engine:
        error = error_of(engine.query('queryRaw', arguments=SLEEP, selection={}))
        assert error['error_code'] == 'P1008', error
        assert 'data' in engine.query('findMany', 'User')


def test_deadlock(project):
    common.check_a_deadlock(project)


def test_raw_statements_see_changed_tables(project):
    with Engine(project.schema, project.url + '?connection_limit=1') as engine:
        def raw(text):
            return engine.query('queryRaw', arguments={'query': text, 'parameters': '[]'}, selection={})['data']['queryRaw']

        sql('CREATE TABLE changing (a INT); INSERT INTO changing VALUES (1)', project.name)
        try:
            assert raw('SELECT * FROM changing')['columns'] == ['a']
            sql("ALTER TABLE changing ADD COLUMN b VARCHAR(9) DEFAULT 'x'", project.name)
            assert raw('SELECT * FROM changing')['rows'] == [[1, 'x']]
            assert raw('SELECT a FROM changing')['types'] == ['int']
            sql("ALTER TABLE changing MODIFY COLUMN a VARCHAR(9)", project.name)
            assert (raw('SELECT a FROM changing')['types'], raw('SELECT a FROM changing')['rows']) == (['string'], [['1']])
            sql("DELIMITER //\nCREATE PROCEDURE two() BEGIN SELECT 1 AS x; SELECT 2 AS y; END //", project.name)
            assert raw('CALL two()')['columns'] == ['x']
            assert raw('SELECT 5 AS five')['rows'][0][0] in (5, '5')
        finally:
            sql('DROP TABLE changing; DROP PROCEDURE IF EXISTS two', project.name)


def test_push_again_changes_nothing_and_keeps_rows(project):
    with Engine(project.schema, project.url) as engine:
        engine.create_user('kept')
    done = cli('db', 'push', '--skip-generate', cwd=project.folder, url=project.url)
    assert done.returncode == 0 and 'already in sync' in done.stdout, done.stdout + done.stderr
    text = project.schema.read_text()
    project.schema.write_text(text.replace('name  String?', 'name  String? @db.VarChar(300)\n  age   Int @default(7)'))
    try:
        done = cli('db', 'push', '--skip-generate', cwd=project.folder, url=project.url)
        assert done.returncode == 0, done.stdout + done.stderr
        assert sql("SELECT age FROM User WHERE email = 'kept'", project.name) == [['7']]
    finally:
        project.schema.write_text(text)
        done = cli('db', 'push', '--skip-generate', '--accept-data-loss', cwd=project.folder, url=project.url)
        assert done.returncode == 0, done.stdout + done.stderr


ALL_TYPES = """datasource db {
  provider = "mysql"
  url      = env("DATABASE_URL")
}

generator client {
  provider        = "prisma-client-py"
  previewFeatures = ["fullTextSearch"]
}

enum Colour {
  RED
  it_s_blue @map("it's blue")
}

model Everything {
  id     Int      @id @default(autoincrement()) @db.UnsignedInt
  c1     Int      @default(-5) @db.TinyInt
  c2     Int      @db.UnsignedTinyInt
  c3     Int      @db.SmallInt
  c4     Int?     @db.UnsignedSmallInt
  c5     Int      @db.MediumInt
  c6     Int      @db.UnsignedMediumInt
  c7     BigInt   @default(9007199254740993)
  c8     BigInt   @db.UnsignedBigInt
  c9     Decimal  @default(1.50) @db.Decimal(10, 2)
  c10    Float    @default(1.5)
  c11    Float    @db.Float
  c12    Boolean  @default(true)
  c13    Boolean  @db.Bit(1)
  c14    Bytes    @db.Bit(16)
  c15    String   @default("it's \\"so\\"") @db.Char(20)
  c16    String   @default("") @db.VarChar(300)
  c17    String   @db.TinyText
  c18    String   @db.Text
  c19    String   @db.MediumText
  c20    String   @db.LongText
  c21    Bytes    @db.Binary(16)
  c22    Bytes    @db.VarBinary(40)
  c23    Bytes    @db.TinyBlob
  c24    Bytes    @db.Blob
  c25    Bytes    @db.MediumBlob
  c26    Bytes
  c27    DateTime @db.Date
  c28    DateTime @db.Time(3)
  c29    DateTime @default(now())
  c30    DateTime @default(now()) @db.Timestamp(6)
  c31    DateTime @updatedAt @db.DateTime(0)
  c32    Int      @db.Year
  c33    Json
  c34    Colour   @default(it_s_blue)
  c35    Colour?
  c36    String   @default(uuid())
  c37    String   @default(dbgenerated("(uuid())")) @db.VarChar(40)
  owner  Owner?   @relation(fields: [a, b], references: [a, b])
  a      Int?
  b      String?
  tags   Tag[]

  @@unique([c3, c5(sort: Desc)], map: "pair")
  @@index([c18(length: 20)])
  @@index([c27, c29])
  @@fulltext([c16, c19])
}

model Owner {
  a     Int
  b     String
  boss  Int?
  all   Everything[]

  @@id([a, b])
  @@map("owner table")
}

model Tag {
  id    String       @id @default(cuid())
  all   Everything[]
  up    Tag?         @relation("tree", fields: [upId], references: [id], onDelete: SetNull, onUpdate: NoAction)
  upId  String?
  down  Tag[]        @relation("tree")
  @@index([upId])
}
"""


def test_push_of_all_types_is_stable_and_values_come_back(project, tmp_path):
    (tmp_path / 'schema.prisma').write_text(ALL_TYPES)
    name = f'all_types_{os.getpid()}'
    url = SERVER._replace(path='/' + name).geturl()
    try:
        for text in ('database ' + name + ' created', 'already in sync'):
            done = cli('db', 'push', '--skip-generate', cwd=tmp_path, url=url)
            assert done.returncode == 0 and text in done.stdout, done.stdout + done.stderr
        data = {'c2': 255, 'c3': -32768, 'c4': 65535, 'c5': -8388608, 'c6': 16777215, 'c8': '9223372036854775807', 'c9': '12345678.9', 'c11': 0.1,
                'c13': True, 'c14': 'AQI=', 'c17': 't', 'c18': 'ä\u2019😀', 'c19': 'm', 'c20': 'l' * 70000, 'c21': 'AAECAwQFBgcICQoLDA0ODw==',
                'c22': 'AA==', 'c23': '', 'c24': '/w==', 'c25': 'AA==', 'c26': 'AAAA', 'c27': '2020-02-29T00:00:00.000Z',
                'c28': '1970-01-01T23:59:59.999Z', 'c29': '1000-01-01T00:00:00.001Z', 'c30': '2020-02-29T01:02:03.456Z', 'c32': 1999,
                'c33': {'$type': 'Json', 'value': '{"b": [1,2.5,null],"a":"\\u00e4 b"}'}, 'c35': 'RED'}
        with Engine(tmp_path / 'schema.prisma', url) as engine:
            made = engine.query('createOne', 'Everything', {'data': data})['data']['createOneEverything']
            found = engine.query('findFirst', 'Everything', {'where': {'c27': data['c27'], 'c28': {'lte': data['c28']}, 'c9': data['c9']}})
            assert found['data']['findFirstEverything'] == made
            plain = {key: value['value'] if isinstance(value, dict) else value for key, value in made.items()}
            for key, value in data.items():
                expected = '{"b":[1,2.5,null],"a":"ä b"}' if key == 'c33' else value
                assert plain[key] == expected, (key, plain[key])
            assert (plain['c1'], plain['c7'], plain['c12'], plain['c15'], plain['c34']) == (-5, '9007199254740993', True, 'it\'s "so"', 'it_s_blue')
            assert len(plain['c37']) == 36
    finally:
        sql(f'DROP DATABASE IF EXISTS {name}')


TIMES = """datasource db {
  provider = "mysql"
  url      = env("DATABASE_URL")
}

model Shift {
  starts DateTime @id @db.Time(3)
  day    DateTime @unique @db.Date
  visits Visit[]  @relation("starts")
  dates  Visit[]  @relation("day")
}

model Visit {
  id     Int       @id @default(autoincrement())
  starts DateTime? @db.Time(3)
  day    DateTime? @db.Date
  shift  Shift?    @relation("starts", fields: [starts], references: [starts], onUpdate: Cascade)
  date   Shift?    @relation("day", fields: [day], references: [day])
}
"""


def test_relations_by_times_of_day(project, tmp_path):
    (tmp_path / 'schema.prisma').write_text(TIMES)
    name = f'times_{os.getpid()}'
    url = SERVER._replace(path='/' + name).geturl()
    both = {'$scalars': True, 'visits': {'selection': {'starts': True, 'shift': {'selection': {'day': True}}}}, 'dates': {'selection': {'day': True}}}
    start, day = '1970-01-01T12:34:56.789Z', '2020-02-29T00:00:00.000Z'
    try:
        done = cli('db', 'push', '--skip-generate', cwd=tmp_path, url=url)
        assert done.returncode == 0, done.stdout + done.stderr
        with Engine(tmp_path / 'schema.prisma', url) as engine:
            data = {'starts': start, 'day': day, 'visits': {'create': [{}, {}]}, 'dates': {'create': {}}}
            made = engine.query('createOne', 'Shift', {'data': data}, both)
            assert 'data' in made, made
            made = made['data']['createOneShift']
            assert [visit['starts']['value'] for visit in made['visits']] == [start, start], made
            assert made['visits'][0]['shift']['day']['value'] == made['dates'][0]['day']['value'] == day
            found = engine.query('findMany', 'Shift', {'where': {'visits': {'some': {'starts': start}}}}, both)
            assert found['data']['findManyShift'] == [made]
            later = '1970-01-01T23:00:00.000Z'
            changed = engine.query('updateOne', 'Shift', {'where': {'starts': start}, 'data': {'starts': later}}, both)['data']['updateOneShift']
            assert [visit['starts']['value'] for visit in changed['visits']] == [later, later], changed
            gone = engine.query('updateOne', 'Shift', {'where': {'day': day}, 'data': {'visits': {'deleteMany': {}}}}, both)['data']['updateOneShift']
            assert gone['visits'] == [] and len(gone['dates']) == 1
    finally:
        sql(f'DROP DATABASE IF EXISTS {name}')
