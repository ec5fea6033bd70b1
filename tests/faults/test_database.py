"""Databases that are missing, locked, read-only, corrupt or full: Prisma's error, and nothing committed is lost."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import threading
import time

import pytest
from engine_process import BIN, SCHEMA, Engine, as_nobody, cli, error_of


def integrity(path):
    with sqlite3.connect(path) as connection:
        assert connection.execute('PRAGMA integrity_check').fetchall() == [('ok',)]
        assert connection.execute('PRAGMA foreign_key_check').fetchall() == []


def emails(path):
    with sqlite3.connect(path) as connection:
        return [row[0] for row in connection.execute('SELECT email FROM User ORDER BY id')]


def test_missing_file_is_created_by_the_engine(project):
    with Engine(project.schema, f'file:{project.folder}/new.db') as engine:
        error = error_of(engine.query('findMany', 'User'))
        assert error['error_code'] == 'P2021', error
        assert 'The table `main.User` does not exist in the current database.' in error['message']


def test_missing_folder(project):
    engine = Engine(project.schema, f'file:{project.folder}/no/such/folder/x.db')
    assert engine.port is None
    error = json.loads(engine.start_error)
    assert 'Error querying the database: Error code 14: unable to open database file' in error['message'], error
    assert f'{project.folder}/no/such/folder/x.db' in error['message']
    done = cli('db', 'push', '--skip-generate', cwd=project.folder, url='file:/proc/no/x.db')
    assert done.returncode == 1 and 'Error' in done.stderr, done


def test_wrong_protocol(project):
    done = cli('validate', cwd=project.folder, url='postgresql://localhost/x')
    assert done.returncode == 1
    assert 'the URL must start with the protocol `file:`' in done.stderr, done.stderr


def test_locked(project):
    with Engine(project.schema, project.url + '?socket_timeout=1') as engine:
        engine.create_user('before')
        other = sqlite3.connect(project.database, isolation_level=None)
        other.execute('BEGIN EXCLUSIVE')
        began = time.monotonic()
        error = error_of(engine.create_user('refused'))
        assert error['error_code'] == 'P1008', error
        assert time.monotonic() - began < 4
        other.execute('ROLLBACK')
        other.close()
        assert 'data' in engine.create_user('after')
    assert emails(project.database) == ['before', 'after']


def test_locked_push(project):
    other = sqlite3.connect(project.database, isolation_level=None)
    other.execute('BEGIN EXCLUSIVE')
    project.schema.write_text(SCHEMA.replace('name  String?', 'nick  String?'))
    done = cli('db', 'push', '--skip-generate', '--accept-data-loss', cwd=project.folder, url=project.url + '?socket_timeout=1')
    other.execute('ROLLBACK')
    assert done.returncode == 1, done.stdout
    assert 'locked' in done.stderr or 'P1008' in done.stderr, done.stderr
    other.close()


def test_read_only_file(project):
    with sqlite3.connect(project.database) as connection:
        connection.execute("INSERT INTO User(email) VALUES ('kept')")
    connection.close()
    for file in project.folder.glob('test.db*'):
        file.chmod(0o444)
    project.folder.chmod(0o555)
    try:
        engine = Engine(project.schema, project.url, command=as_nobody_in(project, 'query-engine'))
        if engine.port is None:
            assert json.loads(engine.start_error).get('message')
            return
        with engine:
            answer = engine.create_user('refused')
            assert 'readonly' in json.dumps(answer).replace('read-only', 'readonly'), answer
            assert error_of(answer)['is_panic'] is False
    finally:
        project.folder.chmod(0o777)
    assert emails(project.database) == ['kept']


def as_nobody_in(project, program):
    project.folder.chmod(0o777)
    command = as_nobody(project.folder, program)
    project.folder.chmod(0o555)
    folder = project.folder
    if os.geteuid() == 0:  # a parent folder may be closed to others
        done = subprocess.run([*command[:4], 'test', '-x', command[-1]])
        if done.returncode:
            pytest.skip(f'{folder} cannot be reached without root')
    return command


def test_not_a_database(project):
    project.database.write_bytes(b'This is no database, whatever its name says.' * 100)
    for file in project.folder.glob('test.db-*'):
        file.unlink()
    before = project.database.read_bytes()
    engine = Engine(project.schema, project.url)
    if engine.port is None:
        assert 'not a database' in json.loads(engine.start_error)['message']
    else:
        with engine:
            assert 'not a database' in json.dumps(engine.query('findMany', 'User'))
    done = cli('db', 'push', '--skip-generate', cwd=project.folder, url=project.url)
    assert done.returncode == 1 and 'not a database' in done.stderr, done
    assert project.database.read_bytes() == before


def test_damaged_pages(project):
    with Engine(project.schema, project.url) as engine:
        data = [{'email': f'user{i}', 'name': 'x' * 500} for i in range(500)]
        assert engine.query('createMany', 'User', {'data': data}, {'count': True})['data']['createManyUser']['count'] == 500
    with sqlite3.connect(project.database) as connection:
        connection.execute('PRAGMA wal_checkpoint(TRUNCATE)')
    connection.close()
    with open(project.database, 'r+b') as file:
        size = file.seek(0, os.SEEK_END)
        for offset in range(4096 * 4, size, 4096):
            file.seek(offset)
            file.write(b'\xff' * 4096)
    with Engine(project.schema, project.url) as engine:
        answer = engine.query('findMany', 'User')
        assert 'malformed' in json.dumps(answer), answer
        assert error_of(answer)['is_panic'] is False


def test_full_disk(project):
    """A limit on the size of files stands for a full disk."""
    with Engine(project.schema, project.url, file_limit=600_000) as engine:
        written = []
        failure = None
        for i in range(200):
            answer = engine.query('createOne', 'User', {'data': {'email': f'u{i}', 'name': 'x' * 20_000}}, {'email': True})
            if 'data' in answer:
                written.append(f'u{i}')
            else:
                failure = error_of(answer)
                break
        assert failure and failure['is_panic'] is False, failure
        assert any(word in failure['message'] for word in ('full', 'disk I/O')), failure
        assert len(engine.query('findMany', 'User', selection={'id': True})['data']['findManyUser']) == len(written)
    integrity(project.database)
    assert emails(project.database) == written


def test_full_disk_push(project):
    with sqlite3.connect(project.database) as connection:
        connection.executemany('INSERT INTO User(email, name) VALUES (?, ?)', [(f'u{i}', 'x' * 1000) for i in range(1000)])
        connection.commit()
        connection.execute('PRAGMA wal_checkpoint(TRUNCATE)')
    connection.close()
    before = emails(project.database)
    project.schema.write_text(SCHEMA.replace('name  String?', 'name  String? @default("y")\n  more  String @default("z")'))
    done = cli('db', 'push', '--skip-generate', cwd=project.folder, url=project.url, file_limit=project.database.stat().st_size + 50_000)
    assert done.returncode == 1, done.stdout
    integrity(project.database)
    assert emails(project.database) == before
    done = cli('db', 'push', '--skip-generate', cwd=project.folder, url=project.url)
    assert done.returncode == 0, done.stderr
    assert emails(project.database) == before


@pytest.mark.parametrize('round', range(4))
def test_killed_during_writes(project, round):
    """What was answered is there afterwards; a nested write is there wholly or not at all."""
    engine = Engine(project.schema, project.url)
    confirmed = []

    def write(worker):
        try:
            for i in range(100_000):
                email = f'{worker}-{i}'
                posts = {'create': [{'title': f'{n}', 'body': 'x' * 2000} for n in range(3)]}
                answer = engine.query('createOne', 'User', {'data': {'email': email, 'posts': posts}})
                if 'data' in answer:
                    confirmed.append(email)
        except Exception:
            pass

    workers = [threading.Thread(target=write, args=(n,)) for n in range(3)]
    for worker in workers:
        worker.start()
    time.sleep(0.3 + random.random() * 0.5)
    engine.process.send_signal(signal.SIGKILL)
    engine.process.wait()
    for worker in workers:
        worker.join()
    engine.stop()
    assert confirmed
    integrity(project.database)
    assert set(confirmed) <= set(emails(project.database))
    with sqlite3.connect(project.database) as connection:
        counts = connection.execute('SELECT (SELECT COUNT(*) FROM Post WHERE authorId = User.id) FROM User').fetchall()
    assert set(counts) == {(3,)}
    with Engine(project.schema, project.url) as again:
        assert 'data' in again.create_user('again')


def test_killed_push(project):
    """A push that rewrites a big table, killed at any time, leaves the old table or the new one, and every row."""
    rows = 20_000
    with sqlite3.connect(project.database) as connection:
        connection.executemany('INSERT INTO User(email, name) VALUES (?, ?)', [(f'u{i}', 'x' * 200) for i in range(rows)])
    connection.close()
    changed = SCHEMA.replace('name  String?', 'name  String? @default("y")')
    project.schema.write_text(changed)
    for delay in (0.005, 0.01, 0.02, 0.04, 0.08):
        copy = project.folder / 'copy.db'
        for file in project.folder.glob('copy.db*'):
            file.unlink()
        shutil.copy(project.database, copy)
        process = subprocess.Popen([str(BIN / 'prisma'), 'db', 'push', '--skip-generate'], cwd=project.folder,
                                   env={**os.environ, 'DATABASE_URL': f'file:{copy}'}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.kill()
        process.wait()
        integrity(copy)
        assert len(emails(copy)) == rows
        done = cli('db', 'push', '--skip-generate', cwd=project.folder, url=f'file:{copy}')
        assert done.returncode == 0, done.stderr
        assert len(emails(copy)) == rows


def test_interrupted_transaction(project):
    """An interactive transaction that its client forgets is rolled back when its time is over."""
    with Engine(project.schema, project.url) as engine:
        status, answer = engine.post('/transaction/start', {'max_wait': 2000, 'timeout': 300})
        assert status == 200
        transaction = answer['id']
        assert 'data' in engine.create_user('forgotten', X_transaction_id=transaction)
        time.sleep(0.6)
        assert 'data' in engine.create_user('other')
        status, answer = engine.post(f'/transaction/{transaction}/commit', {})
        assert status == 422 and 'expired transaction' in answer['message'], answer
    assert emails(project.database) == ['other']


def test_slow_request_holds_up_nobody(project):
    with Engine(project.schema, project.url) as engine:
        slow = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 6000000) SELECT COUNT(*) AS n FROM c'
        thread = threading.Thread(target=lambda: engine.query('queryRaw', arguments={'query': slow, 'parameters': '[]'}, selection={}))
        thread.start()
        time.sleep(0.1)
        began = time.monotonic()
        assert engine.query('findMany', 'User') == {'data': {'findManyUser': []}}
        assert engine.request('GET', '/status')[0] == 200
        elapsed = time.monotonic() - began
        assert thread.is_alive(), 'the slow request was not slow enough for this test'
        thread.join()
        assert elapsed < 0.5
