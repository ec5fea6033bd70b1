"""schema-engine over JSON-RPC: malformed messages, failing pushes, a process killed in the midst of one."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import time

import pytest
from engine_process import BIN

FILTERS = {'externalTables': [], 'externalEnums': []}


def schema(path, fields, count=1):
    models = '\n'.join(f'model M{i} {{\n  id Int @id\n  {fields}\n}}' for i in range(count))
    return {'files': [{'path': 'schema.prisma', 'content': f'datasource db {{\nprovider = "sqlite"\nurl = "file:{path}"\n}}\n{models}\n'}]}


def push(path, fields, force=False, count=1):
    return {'force': force, 'schema': schema(path, fields, count), 'filters': FILTERS}


class Rpc:
    def __init__(self):
        self.process = subprocess.Popen([BIN / 'schema-engine'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding='utf-8')

    def send(self, line):
        self.process.stdin.write(line + '\n')
        self.process.stdin.flush()

    def call(self, method, params):
        self.send(json.dumps({'jsonrpc': '2.0', 'id': 1, 'method': method, 'params': params}))
        return json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        assert self.process.wait(10) == 0


@pytest.mark.parametrize('line, code', [
    ('no json', -32700),
    ('[]', -32600),
    ('{"jsonrpc": "2.0", "id": 1}', -32600),
    ('{"jsonrpc": "2.0", "id": 1, "method": "nope"}', -32601),
    ('{"jsonrpc": "2.0", "id": 1, "method": "schemaPush"}', -32602),
    ('{"jsonrpc": "2.0", "id": 1, "method": "diff", "params": {"from": {"tag": "x"}}}', -32602),
    ('{"jsonrpc": "2.0", "id": 1, "method": "debugPanic"}', 4466),
])
def test_bad_messages_are_answered_and_the_engine_goes_on(line, code):
    with Rpc() as rpc:
        rpc.send(line)
        assert json.loads(rpc.process.stdout.readline())['error']['code'] == code
        rpc.send('{"jsonrpc": "2.0", "method": "nope"}')  # a notification: no answer
        rpc.send('{"jsonrpc": "2.0", "id": 2, "method": "nope"}')
        assert json.loads(rpc.process.stdout.readline())['id'] == 2


def test_calls_that_come_while_the_engine_calls_back_are_answered_later(tmp_path):
    with Rpc() as rpc:
        diff = {'from': {'tag': 'empty'}, 'to': {'tag': 'schemaDatamodel', **schema(tmp_path / 'x.db', '')}, 'script': True}
        printed = rpc.call('diff', diff)
        assert printed['method'] == 'print' and 'CREATE TABLE "M0"' in printed['params']['content']
        rpc.send('{"jsonrpc": "2.0", "id": 7, "method": "nope"}')
        rpc.send(json.dumps({'jsonrpc': '2.0', 'id': printed['id'], 'result': {}}))
        assert json.loads(rpc.process.stdout.readline())['id'] == 1
        assert json.loads(rpc.process.stdout.readline())['id'] == 7


def test_faults_of_the_schema_and_the_environment():
    with Rpc() as rpc:
        for text, part in (('model A {', 'error: '), ('datasource db {\nprovider = "sqlite"\nurl = env("NO_SUCH_URL")\n}', 'NO_SUCH_URL')):
            files = {'files': [{'path': 'schema.prisma', 'content': text}]}
            data = rpc.call('schemaPush', {'force': False, 'schema': files, 'filters': FILTERS})['error']['data']
            assert data['error_code'] == 'P1012' and part in data['message'] and data['is_panic'] is False


def test_missing_locked_and_corrupt_databases(tmp_path):
    with Rpc() as rpc:
        url = {'datasource': {'tag': 'ConnectionString', 'url': f'file:{tmp_path}/no.db'}}
        data = rpc.call('ensureConnectionValidity', url)['error']['data']
        assert (data['error_code'], data['message']) == ('P1003', 'Database `no.db` does not exist')

        path = tmp_path / 'locked.db'
        assert rpc.call('schemaPush', push(f'{path}?socket_timeout=1', ''))['result']['executedSteps'] == 1
        other = sqlite3.connect(path, isolation_level=None)
        other.execute('BEGIN EXCLUSIVE')
        assert rpc.call('schemaPush', push(f'{path}?socket_timeout=1', 'a Int?'))['error']['data']['error_code'] == 'P1008'
        other.execute('ROLLBACK')
        other.close()

        (tmp_path / 'corrupt.db').write_bytes(b'x' * 5000)
        data = rpc.call('schemaPush', push(tmp_path / 'corrupt.db', ''))['error']['data']
        assert 'SQLite database error' in data['message'] and not data['is_panic']


def test_a_push_that_is_killed_is_done_or_not_done(tmp_path):
    path, count = tmp_path / 'big.db', 20
    with Rpc() as rpc:
        assert rpc.call('schemaPush', push(path, 'text String', count=count))['result']['executedSteps'] == count
    with sqlite3.connect(path) as connection:
        for i in range(count):
            connection.executemany(f'INSERT INTO M{i} VALUES (?, ?)', ((n, 'x' * 200) for n in range(2000)))
    request = json.dumps({'jsonrpc': '2.0', 'id': 1, 'method': 'schemaPush', 'params': push(path, 'text String @default("y")\nmore Int @default(1)', True, count)})
    seen = set()
    for _ in range(12):
        process = subprocess.Popen([BIN / 'schema-engine'], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, encoding='utf-8')
        process.stdin.write(request + '\n')
        process.stdin.flush()
        time.sleep(random.uniform(0.002, 0.15))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with sqlite3.connect(path) as connection:
            assert connection.execute('PRAGMA integrity_check').fetchall() == [('ok',)]
            columns = {connection.execute(f'SELECT count(*) FROM pragma_table_info("M{i}")').fetchone()[0] for i in range(count)}
            assert len(columns) == 1, columns  # all tables, or none of them
            seen |= columns
            rows = sum(connection.execute(f'SELECT count(*) FROM M{i}').fetchone()[0] for i in range(count))
            assert rows == 2000 * count
            names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'new_%'")]
            assert names == []
    assert seen <= {2, 3}
