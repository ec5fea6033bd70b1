"""What is wrapped around queries: middleware, extensions, events, replicas; and what reads or runs them otherwise."""

import asyncio
import datetime
import decimal
import shutil

import pytest

from databases import sql


@pytest.mark.sync
def test_middleware(db):
    seen = []

    def outer(params, call):
        seen.append((params.model, params.method, dict(params.arguments)))
        return call(params)

    def soft_delete(params, call):
        if params.model == 'User' and params.method == 'find_many':
            where = params.arguments.get('where') or {}
            params = params._replace(arguments={**params.arguments, 'where': {'AND': [where, {'name': {'not': 'gone'}}]}})
        return call(params)

    db.use(outer)
    db.use(soft_delete)
    db.user.create(data={'name': 'gone'})
    db.user.create({'name': 'here'})
    assert [user.name for user in db.user.find_many(order={'name': 'asc'}, take=5)] == ['here']
    assert db.user.count() == 2
    assert db.user.group_by(by=['role'], count=True)[0]['_count']['_all'] == 2
    assert db.user.count(select={'_all': True}) == {'_all': 2}
    assert db.query_raw('SELECT 1 AS one') == [{'one': 1}]
    assert [(model, method) for model, method, _ in seen] == [
        ('User', 'create'),
        ('User', 'create'),
        ('User', 'find_many'),
        ('User', 'count'),
        ('User', 'group_by'),
        ('User', 'aggregate'),
        (None, 'query_raw'),
    ]
    assert seen[2][2] == {'orderBy': {'name': 'asc'}, 'take': 5}
    with db.tx() as tx:
        tx.user.create({'name': 'tx'})
    assert seen[-1][:2] == ('User', 'create')
    db.use(lambda params, call: None)
    assert db.user.find_many() is None


def test_batches_pass_the_hooks(db):
    seen = []

    def watch(params, call):
        if params.method == 'batch':
            writes = params.arguments['queries']
            seen.append([(write.model, write.method) for write in writes])
            kept = [write._replace(arguments={**write.arguments, 'data': {'name': 'x'}}) for write in writes if write.model]
            params = params._replace(arguments={'queries': kept})
        return call(params)

    db.use(watch)
    extended = db.extends(result={'user': lambda user: user.name.upper()})
    batch = extended.batch_()
    batch.user.create({'name': 'a'})
    batch.execute_raw(sql('DELETE FROM "User"'))
    assert batch.commit() == ['X']
    assert seen == [[('User', 'create'), (None, 'execute_raw')]]
    assert [user.name for user in db.user.find_many()] == ['x']


@pytest.mark.sync
def test_extends(db):
    names = []
    extended = db.extends(
        query={'user': {'create': lambda params, call: names.append(params.method) or call(params)}, '$all': lambda p, c: c(p)},
        result={'user': lambda user: user.name.upper()},
    )
    assert extended.user.create({'name': 'a'}) == 'A'
    assert extended.user.find_many() == ['A'] and extended.user.count() == 1
    assert db.user.create({'name': 'b'}).name == 'b' and names == ['create']
    assert extended.post.create({'title': 't'}).title == 't'
    with pytest.raises(ValueError, match='There is no model'):
        db.extends(query={'nobody': lambda params, call: call(params)})


@pytest.mark.asyncio
async def test_async_middleware(async_package, database):
    db = async_package.Prisma(use_dotenv=False)
    took = []

    async def timed(params, call):
        begin = datetime.datetime.now()
        try:
            return await call(params)
        finally:
            took.append((params.method, datetime.datetime.now() - begin))

    db.use(timed)
    await db.connect()
    await asyncio.gather(*(db.user.create({'name': str(i)}) for i in range(5)))
    assert await db.user.count() == 5 and len(took) == 6
    assert [user.name async for user in db.user.iterate(order={'name': 'desc'}, batch_size=2)] == ['4', '3', '2', '1', '0']
    async with db.batch_() as batch:
        batch.user.create({'name': '5'})
    assert await db.user.count() == 6 and [method for method, _ in took].count('batch') == 1
    await db.disconnect()


def test_events(sync_package, database):
    events = []
    db = sync_package.Prisma(use_dotenv=False)
    db.on('query', events.append)
    with pytest.raises(ValueError):
        db.on('weather', print)
    with db:
        db.user.find_many(where={'name': 'x'})
        with pytest.raises(RuntimeError, match='before'):
            db.on('query', print)
    event = next(event for event in events if 'User' in event.query)
    assert 'SELECT' in event.query and 'x' in event.params and event.duration >= 0 and event.timestamp.tzinfo


def test_iterate(db):
    db.user.create_many(data=[{'name': str(i % 3), 'age': i} for i in range(25)])
    assert len({user.id for user in db.user.iterate(batch_size=4)}) == 25
    ages = [user.age for user in db.user.iterate(where={'age': {'gt': 4}}, order=[{'name': 'asc'}, {'age': 'desc'}], batch_size=3)]
    assert ages == sorted(range(5, 25), key=lambda age: (age % 3, -age))
    users = list(db.user.iterate(select={'name': True}, batch_size=10))
    assert len(users) == 25 and users[0].name == '0'
    with pytest.raises(ValueError):
        next(db.user.iterate(batch_size=0))


def test_batch_results(db):
    batch = db.batch_()
    batch.user.create({'name': 'a'})
    batch.user.create_many(data=[{'name': 'b'}, {'name': 'c'}])
    batch.execute_raw(sql('UPDATE "User" SET age = 3'))
    user, count, changed = batch.commit()
    assert (user.name, count, changed) == ('a', 2, 3)
    assert batch.commit() == []


@pytest.mark.sqlite
def test_replicas(sync_package, database, tmp_path):
    with sync_package.Prisma(use_dotenv=False) as db:
        db.user.create({'name': 'old'})
    replica = tmp_path / 'replica.db'
    shutil.copy(database[len('file:') :], replica)
    with sync_package.Prisma(use_dotenv=False, replicas=[f'file:{replica}']) as db:
        db.user.create({'name': 'new'})
        assert [user.name for user in db.user.find_many()] == ['old']
        assert db.primary().user.count() == 2
        with db.tx() as tx:
            assert tx.user.count() == 2


def test_typed_raw_results(db, sync_package):
    db.all_types.create({'decimal': decimal.Decimal('1.5'), 'bytes': sync_package.Base64.encode(b'x')})
    text = db.query_first(sql('SELECT "decimal", "datetime", "bytes" FROM "Types"'))
    typed = db.query_first(sql('SELECT "decimal", "datetime", "bytes" FROM "Types"'), typed=True)
    assert isinstance(text['datetime'], str) and isinstance(typed['datetime'], datetime.datetime)
    assert typed['bytes'] == b'x' and float(typed['decimal']) == 1.5


@pytest.mark.sync
def test_internals(db, sync_package):
    user = db.user.create({'name': 'a', 'posts': {'create': {'title': 't'}}})
    builder = db._make_query_builder(
        method='find_unique',
        arguments={'where': {'id': user.id}, 'include': {'posts': {'where': {'title': {'startswith': 't'}}}}},
        model=sync_package.models.User,
    )
    assert builder.build_query() == (
        'query {\n  result: findUniqueUser\n  (\n    where: {\n      id: "%s"\n    }\n  )\n  {\n    id\n    name\n    email\n'
        '    age\n    role\n    joined\n    posts(\n      where: {\n        title: {\n          startsWith: "t"\n'
        '        }\n      }\n    )\n    {\n      id\n      title\n      published\n      views\n      authorId\n    }\n  }\n}'
    ) % user.id
    answer = db._execute(method='find_unique', arguments=builder.arguments, model=sync_package.models.User)
    assert answer['data']['result']['name'] == 'a'
    with pytest.raises(sync_package.errors.UniqueViolationError):
        db._execute(method='create', arguments={'data': {'id': user.id, 'name': 'b'}}, model=sync_package.models.User)
    tx_id = db._engine.start_transaction(content='{"max_wait": 1000, "timeout": 5000}')
    db._engine.rollback_transaction(tx_id)
    assert db._engine.process is None and db._tx_id is None
    assert db._make_sqlite_url('file:a.db', relative_to='/x') == 'file:/x/a.db'
    db.disconnect()
    with pytest.raises(sync_package.errors.ClientNotConnectedError):
        db._engine


def test_pytest_fixtures(sync_package, database, tmp_path):
    import os
    import subprocess
    import sys

    (tmp_path / 'conftest.py').write_text("pytest_plugins = ['client_sync.contrib.pytest']\n")
    (tmp_path / 'test_it.py').write_text(
        'from client_sync.models import User\n\n'
        'def test_one(prisma_tx):\n    prisma_tx.user.create({"name": "a"})\n    assert User.prisma().count() == 1\n\n'
        'def test_two(prisma_tx):\n    assert prisma_tx.user.count() == 0\n'
    )
    packages = os.path.dirname(os.path.dirname(sync_package.__file__))
    env = {**os.environ, 'PYTHONPATH': os.pathsep.join([packages, os.environ.get('PYTHONPATH', '')])}
    done = subprocess.run([sys.executable, '-m', 'pytest', '-q'], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0 and '2 passed' in done.stdout, done.stdout + done.stderr


@pytest.mark.asyncio
async def test_lifespan(async_package, database):
    from importlib import import_module
    from types import SimpleNamespace

    lifespan = import_module('client_async.contrib.fastapi').lifespan
    client = async_package.Prisma(use_dotenv=False)
    app = SimpleNamespace(state=SimpleNamespace())
    async with lifespan(client)(app):
        assert client.is_connected() and await app.state.prisma.user.count() == 0
    assert not client.is_connected()
