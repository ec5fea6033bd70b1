"""Section 3 of the inventory: the client, transactions, batches, registration."""

import asyncio
import inspect
import logging
import warnings
from datetime import timedelta
from importlib import import_module

import pytest

from databases import DATABASE, IS_ASYNC, sql

TRANSACTION = 'The current client is already in a transaction. This can lead to surprising behaviour.'


def test_options(sync_package, database):
    for name, value in (
        ('use_dotenv', False),
        ('log_queries', True),
        ('auto_register', False),
        ('datasource', {'url': database}),
        ('datasource', {'url': database, 'name': 'db', 'env': 'X'}),
        ('connect_timeout', timedelta(seconds=3)),
        ('http', {'timeout': 3, 'limits': None, 'trust_env': False, 'max_redirects': 2, 'http2': True}),
    ):
        with sync_package.Prisma(**{name: value}) as client:
            assert client.user.count() == 0
    with pytest.raises(TypeError):
        sync_package.Prisma(True)
    with pytest.raises(TypeError):
        sync_package.Prisma(nonsense=1)


def test_connect(sync_package, database):
    client = sync_package.Prisma(use_dotenv=False)
    assert not client.is_connected() and not client.is_transaction()
    client.disconnect()  # nothing to do
    client.connect(timeout=timedelta(seconds=5))
    assert client.is_connected()
    with pytest.raises(import_module('client_sync.engine.errors').AlreadyConnectedError) as caught:
        client.connect()
    assert str(caught.value) == 'Already connected to the query engine'
    client.disconnect(timeout=timedelta(seconds=1))
    client.disconnect()
    assert not client.is_connected()
    client.connect()
    assert client.user.count() == 0
    client.disconnect()


def test_not_connected(sync_package, database):
    client = sync_package.Prisma(use_dotenv=False)
    message = 'Client is not connected to the query engine, you must call `connect()` before attempting to query data.'
    for ask in (lambda: client.user.count(), lambda: client.query_raw('SELECT 1'), lambda: client.tx().start()):
        with pytest.raises(sync_package.errors.ClientNotConnectedError) as caught:
            ask()
        assert str(caught.value) == message


def test_context_manager(sync_package, database):
    with pytest.raises(KeyError):
        with sync_package.Prisma(use_dotenv=False) as client:
            assert client.is_connected()
            raise KeyError
    assert not client.is_connected()
    with client:
        client.disconnect()
    assert not client.is_connected()


def test_the_other_with(sync_package, async_package, database):
    client = async_package.Prisma(use_dotenv=False)
    for thing in (client, client.tx(), client.batch_()):
        with pytest.raises(TypeError, match='does not support the context manager protocol.*use `async with`'):
            with thing:
                pass

    async def enter(thing):
        async with thing:
            pass

    client = import_module('client_sync').Prisma(use_dotenv=False)
    if not IS_ASYNC:
        for thing in (client, client.tx(), client.batch_()):
            with pytest.raises(TypeError, match='does not support the asynchronous context manager protocol.*use `with`'):
                asyncio.run(enter(thing))


def test_registration(sync_package, database):
    errors, testing = sync_package.errors, import_module('client_sync.testing')
    client = sync_package.Prisma(use_dotenv=False)
    assert not client.is_registered()
    with pytest.raises(errors.ClientNotRegisteredError) as caught:
        sync_package.get_client()
    assert str(caught.value) == 'No client instance registered; You must call prisma.register(prisma.Prisma())'
    inner = getattr(client, '_thing', client)
    sync_package.register(lambda: inner)
    try:
        assert sync_package.get_client() is inner and client.is_registered()
        with pytest.raises(errors.ClientAlreadyRegisteredError) as caught:
            sync_package.register(inner)
        assert str(caught.value) == 'A client has already been registered.'
        other = import_module('client_sync').Prisma(use_dotenv=False)
        with testing.reset_client(other):
            assert sync_package.get_client() is other
        assert sync_package.get_client() is inner
    finally:
        testing.unregister_client()
    assert not client.is_registered()


# ── transactions ──


def test_transaction(db):
    with db.tx(max_wait=timedelta(seconds=2), timeout=timedelta(seconds=5)) as tx:
        assert tx.is_transaction() and not db.is_transaction() and tx.is_connected()
        tx.user.create({'id': 'a', 'name': 'a'})
        with tx.batch_() as batch:
            batch.user.create({'id': 'b', 'name': 'b'})
        assert len(tx.query_raw(sql('SELECT id FROM "User"'))) == 2
    assert db.user.count() == 2
    with pytest.raises(KeyError):
        with db.tx() as tx:
            tx.user.delete_many()
            raise KeyError
    assert db.user.count() == 2


def test_manual_transaction(db, sync_package):
    manager = db.tx()
    for end in (manager.commit, manager.rollback):
        with pytest.raises(sync_package.errors.TransactionNotStartedError) as caught:
            end()
    assert isinstance(caught.value, sync_package.errors.TransactionError) and 'start' in str(caught.value)
    tx = manager.start()
    tx.user.create({'name': 'kept'})
    manager.commit()
    manager = db.tx()
    manager.start().user.create({'name': 'lost'})
    manager.rollback()
    assert [user.name for user in db.user.find_many()] == ['kept']


def test_timeout(db, sync_package):
    import time

    with pytest.raises(sync_package.errors.TransactionExpiredError, match='Transaction already closed'):
        with db.tx(timeout=timedelta(milliseconds=50)) as tx:
            tx.user.create({'name': 'late'})
            time.sleep(0.3)
            tx.user.count()
    assert db.user.count() == 0


def test_rollback_that_fails_is_logged(db, caplog):
    with pytest.raises(KeyError):
        with caplog.at_level(logging.WARNING):
            manager = db.tx()
            with manager as tx:
                tx.user.count()
                manager.rollback()
                raise KeyError
    assert any('while rolling back a transaction. Ignoring and raising original exception' in text for text in caplog.messages)


def test_transaction_in_a_transaction(db):
    with db.tx() as tx:
        with pytest.warns(UserWarning) as caught:
            try:
                with tx.tx(max_wait=timedelta(milliseconds=30)) as inner:
                    assert inner.is_transaction()
            except Exception:
                assert DATABASE == 'sqlite'  # it has only one transaction that writes
        assert str(caught[0].message) == TRANSACTION


@pytest.mark.sqlite
def test_waiting_for_the_transaction_that_writes(db, sync_package):
    """Not for as long as for a lock, but as long as `max_wait` says."""
    with db.tx():
        with pytest.raises(sync_package.errors.TransactionError) as caught:
            with db.tx(max_wait=timedelta(milliseconds=30)):
                pass
    assert str(caught.value) == 'Transaction API error: Unable to start a transaction in the given time.'
    with db.tx(max_wait=timedelta(milliseconds=30)) as tx:
        assert tx.user.count() == 0


def test_numbers_for_times(db):
    for name in ('max_wait', 'timeout'):
        with pytest.warns(DeprecationWarning, match=f'Passing an int as `{name}` argument is deprecated'):
            with db.tx(**{name: 2000}) as tx:
                assert tx.user.count() == 0
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        with db.tx(max_wait=timedelta(seconds=1)) as tx:
            tx.user.count()


# ── batches ──


@pytest.mark.sync
def test_batch(db, sync_package):
    Base = {'where': {'id': 'a'}}
    with db.batch_() as batch:
        for done in (
            batch.user.create({'id': 'a', 'name': 'a'}),
            batch.user.create_many([{'id': 'b', 'name': 'b'}, {'id': 'c', 'name': 'c'}]),
            batch.user.update(data={'name': 'A'}, **Base),
            batch.user.upsert(where={'id': 'd'}, data={'create': {'id': 'd', 'name': 'd'}, 'update': {}}),
            batch.user.update_many(data={'age': 5}, where={'name': 'b'}),
            batch.user.delete(where={'id': 'c'}),
            batch.user.delete_many(where={'name': 'nobody'}),
            batch.execute_raw(sql('UPDATE "User" SET age = ? WHERE id = ?'), 9, 'd'),
        ):
            assert done is None
        assert db.user.count() == 0  # nothing is sent before the end
    assert {user.id: user.age for user in db.user.find_many()} == {'a': 0, 'b': 5, 'd': 9}
    with pytest.raises(sync_package.errors.UniqueViolationError):
        with db.batch_() as batch:
            batch.user.create({'name': 'new'})
            batch.user.create({'id': 'a', 'name': 'again'})
    assert db.user.count() == 3
    with pytest.raises(KeyError):
        with db.batch_() as batch:
            batch.user.delete_many()
            raise KeyError
    assert db.user.count() == 3


def test_batch_again(db):
    batch = db.batch_()
    batch.commit()  # an empty one
    for name in 'ab':
        batch.user.create({'name': name})
        batch.commit()
    assert db.user.count() == 2


def test_signatures_of_batches(sync_package):
    actions = import_module('client_sync.actions').UserActions
    batch = import_module('client_sync.client').UserBatchActions
    for name in ('create', 'create_many', 'delete', 'update', 'upsert', 'update_many', 'delete_many'):
        expected = [part for part in inspect.signature(getattr(actions, name)).parameters.values()]
        given = [part for part in inspect.signature(getattr(batch, name)).parameters.values()]
        assert [part.name for part in given] == [part.name for part in expected][: len(given)], name
        assert [part.kind for part in given] == [part.kind for part in expected][: len(given)], name


# ── what programs reach for inside ──


def test_internals(sync_package, tmp_path):
    client = import_module('client_sync').Prisma(use_dotenv=False, datasource={'url': 'x'})
    assert client._active_provider == DATABASE and client._datasource == {'url': 'x'}
    assert client._connect_timeout == timedelta(seconds=10) and client._http_config == {} and client._log_queries is False
    copy = client._copy()
    assert type(copy) is type(client) and copy._copied and not client._copied
    assert client._make_sqlite_url('file:dev.db', relative_to=tmp_path) == f'file:{tmp_path}/dev.db'
    assert client._make_sqlite_url('sqlite:dev.db', relative_to=tmp_path) == f'file:{tmp_path}/dev.db'
    assert client._make_sqlite_url('file:/abs/dev.db') == 'file:/abs/dev.db'
    builder = client._make_query_builder(method='find_first', arguments={}, model=sync_package.models.User, root_selection=None)
    assert 'findFirstUser' in builder.build_query()
    assert {'_engine_class', '_create_engine', '_engine', '_execute'} <= set(dir(client))


@pytest.mark.sync
def test_requests_by_hand(db, sync_package):
    db.user.create({'name': 'a'})
    found = db._execute(method='find_many', arguments={'where': {'name': 'a'}}, model=sync_package.models.User)
    assert found['data']['result'][0]['name'] == 'a'


@pytest.mark.sqlite
def test_relative_files(sync_package, tmp_path, monkeypatch):
    """They are looked for from the folder of the schema, wherever the program runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv('PRISMA_TEST_URL', 'file:./relative.db')
    with sync_package.Prisma(use_dotenv=False) as client:
        client.execute_raw('CREATE TABLE t (x INT)')
    folder = sync_package.SCHEMA_PATH.parent
    assert (folder / 'relative.db').exists() and not (tmp_path / 'relative.db').exists()
    (folder / 'relative.db').unlink()


def test_instance_names(sync_package):
    client = import_module('client_sync').Prisma(use_dotenv=False)
    assert type(client.all_types).__name__ == 'TypesActions' and not hasattr(client, 'types')
    assert client.user is client.user
    with pytest.raises(AttributeError):
        client.nobody


def test_query_log(sync_package, database, caplog):
    with caplog.at_level(logging.INFO):
        with sync_package.Prisma(use_dotenv=False, log_queries=True) as client:
            client.user.count()
    assert any('SELECT' in text for text in caplog.messages)
