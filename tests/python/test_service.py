"""The same client with its engine in another process (PRISMA_BRIDGE_URL)."""

import asyncio
import datetime
import decimal
import os
import socket
import subprocess
import time
from pathlib import Path

import pytest

from databases import sql

ROOT = Path(__file__).parent.parent.parent
ENGINE = Path(os.environ.get('PRISMA_TEST_ENGINE', ROOT / 'build/bin/query-engine'))
pytestmark = pytest.mark.skipif(not ENGINE.exists(), reason=f'no {ENGINE}')


@pytest.fixture
def service(workspace, sync_package, database, monkeypatch):
    with socket.socket() as sock:
        sock.bind(('127.0.0.1', 0))
        port = sock.getsockname()[1]
    env = {**os.environ, 'PRISMA_DML_PATH': str(workspace / 'client_sync/schema.prisma'), 'PRISMA_ENGINE_PROTOCOL': 'graphql'}
    process = subprocess.Popen([str(ENGINE), '-p', str(port), '--enable-raw-queries', '--enable-metrics'], env=env)
    for _ in range(200):
        try:
            socket.create_connection(('127.0.0.1', port), 1).close()
            break
        except OSError:
            time.sleep(0.05)
    monkeypatch.setenv('PRISMA_BRIDGE_URL', f'http://127.0.0.1:{port}')
    monkeypatch.setenv('http_proxy', 'http://127.0.0.1:9')
    yield port
    process.terminate()
    process.wait()


def test_sync(service, sync_package):
    errors, Base64, Json = sync_package.errors, sync_package.Base64, sync_package.Json
    db = sync_package.Prisma(use_dotenv=False)
    with pytest.raises(errors.ClientNotConnectedError):
        db.user.count()
    with db:
        assert type(db._session).__name__ == 'ServiceSession'
        user = db.user.create(
            {'name': 'ä"$)', 'email': 'e', 'posts': {'create': [{'title': 't'}, {'title': 'u'}]}}, include={'posts': True}
        )
        assert user.name == 'ä"$)' and isinstance(user.joined, datetime.datetime) and len(user.posts) == 2
        assert user.posts[0].title == 't' and user.profile is None
        found = db.user.find_first_or_raise(where={'posts': {'some': {'title': {'in': ['t']}}}}, select={'id': True})
        assert found.id == user.id
        counted = db.user.find_first(include={'_count': {'select': {'posts': {'where': {'title': 't'}}}}})
        assert counted._count['posts'] == 1
        assert db.user.update(where={'id': 'x'}, data={'age': 1}) is None
        assert db.user.update(where={'id': user.id}, data={'age': {'increment': 2}}).age == 2
        assert db.user.create_many(data=[{'name': 'b'}, {'name': 'c'}]) == 2
        assert db.user.count() == 3 and db.user.count(select={'email': True, '_all': True}) == {'email': 1, '_all': 3}
        assert db.user.group_by(by=['age'], count=True, order={'age': 'asc'})[1] == {'age': 2, '_count': {'_all': 1}}
        assert db.user.aggregate(max={'age': True}, sum={'age': True}) == {'_max': {'age': 2}, '_sum': {'age': 2}}
        with pytest.raises(errors.UniqueViolationError):
            db.user.create({'name': 'd', 'email': 'e'})
        with pytest.raises(errors.RecordNotFoundError):
            db.user.find_unique_or_raise(where={'id': 'x'})
        row = db.all_types.create(
            {'big': 2**60, 'decimal': decimal.Decimal('1.10'), 'json_obj': Json({'a': [1]}), 'bytes': Base64.encode(b'x')}
        )
        assert (row.big, row.decimal, row.json_obj, row.bytes.decode()) == (2**60, decimal.Decimal('1.10'), {'a': [1]}, b'x')
        assert db.query_raw(sql('SELECT name FROM "User" WHERE age = ?'), 2) == [{'name': 'ä"$)'}]
        assert db.query_first(sql('SELECT * FROM "User" WHERE age = ?'), 2, model=sync_package.models.User).email == 'e'
        assert db.execute_raw(sql('UPDATE "User" SET age = 7')) == 3
        with pytest.raises(ZeroDivisionError):
            with db.tx() as tx:
                tx.user.delete_many()
                1 / 0
        with db.tx() as tx:
            assert tx.is_transaction() and tx.user.delete(where={'id': user.id}) is not None
        assert db.user.count() == 2
        batch = db.batch_()
        batch.user.create({'name': 'e'})
        batch.user.delete_many(where={'name': 'b'})
        made, deleted = batch.commit()
        assert made.name == 'e' and deleted == 1
        assert len(list(db.user.iterate(batch_size=1))) == 2
        assert 'prisma_client_queries_total' in db.get_metrics('prometheus')


def test_async(service, async_package):
    async def main():
        async with async_package.Prisma(use_dotenv=False) as db:
            await asyncio.gather(*(db.user.create({'name': str(i)}) for i in range(5)))
            assert await db.user.count() == 5
            async with db.tx() as tx:
                await tx.user.delete_many()
            assert [user async for user in db.user.iterate()] == []

    asyncio.run(main())


def test_unreachable(sync_package, monkeypatch):
    monkeypatch.setenv('PRISMA_BRIDGE_URL', 'http://127.0.0.1:9')
    from importlib import import_module

    failure = import_module('client_sync.engine.errors').EngineConnectionError
    with pytest.raises(failure, match='127.0.0.1:9'):
        sync_package.Prisma(use_dotenv=False).connect()
