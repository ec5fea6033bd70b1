"""Actions, by the sync client."""

import datetime
import inspect
from collections import ChainMap
from decimal import Decimal
from types import MappingProxyType

import pytest

import pydantics
from databases import DATABASE, sql


@pytest.fixture
def errors(sync_package):
    return sync_package.errors


def make_users(db, count=3):
    return [db.user.create(data={'name': f'user {i}', 'email': f'{i}@x.org', 'age': i * 10}) for i in range(count)]


def test_create_and_find(db, sync_package):
    user = db.user.create(data={'name': 'Robert', 'email': 'r@x.org'})
    assert isinstance(user, sync_package.models.User)
    assert user.name == 'Robert' and user.role == 'USER' and user.posts is None
    assert user.joined.tzinfo is not None
    assert db.user.find_unique(where={'id': user.id}) == user
    assert db.user.find_unique(where={'email': 'nobody'}) is None
    assert db.user.find_unique_or_raise(where={'email': 'r@x.org'}).id == user.id
    assert db.user.find_first(where={'name': {'startswith': 'Rob'}}).id == user.id
    assert db.user.find_first(where={'name': 'x'}) is None


def test_not_found(db, errors):
    with pytest.raises(errors.RecordNotFoundError) as raised:
        db.user.find_unique_or_raise(where={'id': 'x'})
    assert raised.value.code == 'P2025'
    with pytest.raises(errors.RecordNotFoundError):
        db.user.find_first_or_raise(where={'id': 'x'})
    assert db.user.update(where={'id': 'x'}, data={'name': 'y'}) is None
    assert db.user.delete(where={'id': 'x'}) is None
    assert db.user.update_many(where={'id': 'x'}, data={'name': 'y'}) == 0
    assert db.user.delete_many(where={'id': 'x'}) == 0


def test_find_many(db):
    make_users(db)
    assert [u.age for u in db.user.find_many(order={'age': 'desc'})] == [20, 10, 0]
    assert [u.age for u in db.user.find_many(order=[{'age': 'asc'}], take=1, skip=1)] == [10]
    assert [u.age for u in db.user.find_many(where={'age': {'not_in': [10]}}, order={'age': 'asc'})] == [0, 20]
    assert [u.age for u in db.user.find_many(where={'OR': [{'age': 0}, {'age': {'gt': 15}}]}, order={'age': 'asc'})] == [0, 20]
    assert len(db.user.find_many(where={'NOT': [{'age': 0}]})) == 2
    assert [u.age for u in db.user.find_many(cursor={'email': '1@x.org'}, order={'age': 'asc'})] == [10, 20]
    assert len(db.user.find_many(distinct=['role'])) == 1
    assert db.user.find_first(order={'age': 'asc'}, take=-1).age == 20
    assert len(db.user.find_many(where={'name': {'contains': 'ser', 'endswith': '2'}})) == 1
    assert db.user.find_many(where={'email': None}) == []


def test_writes(db):
    user = db.user.create(data={'name': 'a', 'email': 'a@x.org', 'age': 5})
    assert db.user.update(where={'id': user.id}, data={'age': {'increment': 2}}).age == 7
    assert db.user.upsert(where={'email': 'a@x.org'}, data={'create': {'name': 'b'}, 'update': {'name': 'c'}}).name == 'c'
    assert db.user.upsert(where={'email': 'n@x.org'}, data={'create': {'name': 'n', 'email': 'n@x.org'}, 'update': {}}).name == 'n'
    assert db.user.create_many(data=[{'name': 'x'}, {'name': 'y', 'age': 3}]) == 2
    assert db.user.update_many(where={'name': {'in': ['x', 'y']}}, data={'age': 9}) == 2
    assert db.user.count(where={'age': 9}) == 2
    assert db.user.delete(where={'id': user.id}).id == user.id
    assert db.user.delete_many() == 3


@pytest.mark.skipif(DATABASE == 'mysql', reason='the database gives nothing back')
def test_many_and_return(db):
    users = db.user.create_many_and_return(data=[{'name': 'x'}, {'name': 'y'}])
    assert sorted(u.name for u in users) == ['x', 'y']
    users = db.user.update_many_and_return(where={'name': 'x'}, data={'age': 4}, select={'age': True})
    assert [u.age for u in users] == [4] and not hasattr(users[0], 'name')


def test_relations(db):
    user = db.user.create(
        data={
            'name': 'a',
            'profile': {'create': {'bio': 'hello'}},
            'posts': {'create': [{'title': 'one', 'views': 1}, {'title': 'two', 'published': True}]},
        },
        include={'posts': True, 'profile': True},
    )
    assert user.profile.bio == 'hello' and [p.title for p in user.posts] == ['one', 'two']
    assert user.posts[0].author is None
    found = db.user.find_unique(
        where={'id': user.id},
        include={
            'posts': {'where': {'published': True}, 'include': {'author': {'include': {'profile': True}}}},
            '_count': {'select': {'posts': True}},
        },
    )
    assert [p.title for p in found.posts] == ['two']
    assert found.posts[0].author.profile.bio == 'hello'
    assert found._count == {'posts': 2}
    assert db.user.find_first(include={'posts': {'order_by': {'title': 'desc'}, 'take': 1}}).posts[0].title == 'two'
    assert db.user.find_first(include={'posts': False}).posts is None
    assert db.user.find_many(where={'posts': {'some': {'title': 'one'}}})[0].id == user.id
    assert db.post.find_many(where={'author': {'is_not': {'name': 'a'}}}) == []
    post = db.post.update(
        where={'id': user.posts[0].id},
        data={'categories': {'connect_or_create': [{'where': {'name': 'c'}, 'create': {'name': 'c'}}]}},
        include={'categories': True},
    )
    assert [c.name for c in post.categories] == ['c']
    updated = db.user.update(
        where={'id': user.id},
        data={'posts': {'update_many': [{'where': {}, 'data': {'views': 8}}]}},
        include={'posts': True},
    )
    assert [p.views for p in updated.posts] == [8, 8]


def test_select_and_omit(db):
    user = db.user.create(data={'name': 'a', 'posts': {'create': {'title': 't'}}}, select={'id': True})
    assert pydantics.fields_set(user) == {'id'} and not hasattr(user, 'name')
    user = db.user.find_first(select={'name': True, 'posts': {'select': {'title': True}}})
    assert pydantics.dump(user, exclude_unset=True) == {'name': 'a', 'posts': [{'title': 't'}]}
    user = db.user.find_first(omit={'email': True})
    assert user.name == 'a' and 'email' not in pydantics.fields_set(user) and user.posts is None


def test_mappings(db):
    """What isn't a dict but a mapping is read like one, everywhere."""
    frozen = MappingProxyType({'posts': MappingProxyType({'where': MappingProxyType({'title': 't'})})})
    data = MappingProxyType({'name': 'a', 'posts': {'create': ChainMap({'title': 't'}, {'views': 3})}})
    user = db.user.create(data=data, include=frozen)
    assert [(post.title, post.views) for post in user.posts] == [('t', 3)]
    select = MappingProxyType({'id': True, 'posts': MappingProxyType({'select': MappingProxyType({'title': True})})})
    assert db.user.find_first(select=select).posts[0].title == 't'
    assert db.user.find_first(include={'_count': MappingProxyType({'select': MappingProxyType({'posts': True})})})._count == {'posts': 1}
    with pytest.raises(TypeError, match='`include` must be a dict'):
        db.user.find_first(include='posts')


def test_json_text(db, sync_package):
    """A str is JSON text, as it has always been; all else stands for itself."""
    Json = sync_package.Json
    for given, expected in (
        ('{"a": [1, null]}', {'a': [1, None]}), ('"x"', 'x'), ('3', 3), (Json('3'), '3'), (Json({'a': 'b'}), {'a': 'b'}),
        ({'a': '1'}, {'a': '1'}), (['a'], ['a']), (3, 3),
    ):  # fmt: skip
        for _ in range(2):  # the second is answered by the plan of the first
            row = db.all_types.create(data={'json_obj': given})
            assert db.all_types.find_unique(where={'id': row.id}).json_obj == row.json_obj == expected
    assert db.all_types.count(where={'json_obj': {'equals': '{"a": [1, null]}'}}) == 2
    for _ in range(2):
        with pytest.raises(sync_package.errors.DataError, match='plain'):
            db.all_types.create(data={'json_obj': 'plain'})


def test_count_aggregate_group_by(db):
    make_users(db)
    assert db.user.count() == 3
    assert db.user.count(where={'age': {'gt': 0}}, take=1) == 1
    assert db.user.count(select={}) == {'_all': 3}
    assert db.user.count(select={'_all': True, 'email': True}) == {'_all': 3, 'email': 3}
    result = db.user.aggregate(where={'age': {'gt': 0}}, count=True, avg={'age': True}, sum={'age': True}, max={'name': True})
    assert result == {'_count': {'_all': 2}, '_avg': {'age': 15.0}, '_sum': {'age': 30}, '_max': {'name': 'user 2'}}
    groups = db.user.group_by(by=['role'], count=True, min={'age': True}, having={'age': {'_avg': {'gt': 5}}})
    assert groups == [{'role': 'USER', '_count': {'_all': 3}, '_min': {'age': 0}}]
    assert [g['age'] for g in db.user.group_by(by=['age'], order={'age': 'desc'}, take=2)] == [20, 10]
    by_number = db.user.group_by(by=['role'], order=[{'_count': {'id': 'desc'}}, {'_sum': {'age': 'asc'}}, {'role': 'asc'}])
    assert by_number == [{'role': 'USER'}]
    with pytest.raises(TypeError, match="Missing argument: 'order' which is required when 'take' is present"):
        db.user.group_by(by=['age'], take=1)
    with pytest.raises(TypeError, match="'skip' is present"):
        db.user.group_by(by=['age'], skip=1)


def test_types(db, sync_package):
    Json, Base64 = sync_package.Json, sync_package.Base64
    now = datetime.datetime(2024, 2, 29, 12, 30, 1, 123456, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
    data = {
        'string': 'ä漢🎉\'"\\', 'boolean': True, 'integer': -2147483648, 'big': 9007199254740993, 'float': 1.5e-7,
        'decimal': Decimal('12345678901234567890.123'), 'datetime': now, 'json_obj': Json({'a': [1, None, 'ü', 2.5, 10**20]}),
        'bytes': Base64.encode(b'\x00\xff'),
    }
    row = db.all_types.create(data=data)
    row = db.all_types.find_unique(where={'id': row.id})
    assert row.string == data['string'] and row.boolean is True and row.integer == -2147483648
    assert row.big == 9007199254740993 and row.float == 1.5e-7
    assert row.datetime == now.replace(microsecond=123000) and row.datetime.tzinfo is datetime.timezone.utc
    assert row.json_obj['a'][:4] == [1, None, 'ü', 2.5]
    assert row.bytes == data['bytes'] and row.bytes.decode() == b'\x00\xff'
    assert row.optional is None
    assert isinstance(row.decimal, Decimal)
    naive = db.all_types.create(data={'datetime': datetime.datetime(2024, 1, 1)})
    assert naive.datetime == datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
    assert db.all_types.find_first(where={'datetime': {'lt': datetime.datetime(2024, 1, 2)}}).id == naive.id
    assert db.all_types.find_unique(where={'pair': {'id': naive.id, 'a': 0}}).id == naive.id
    assert pydantics.parse(type(row), pydantics.dump(row)) == row
    assert pydantics.parse_json(sync_package.models.Types, pydantics.dump_json(row)).bytes == row.bytes


def test_values_that_cannot_travel(db, sync_package):
    class Strange:
        pass

    with pytest.raises(TypeError, match='not serializable'):
        db.user.create(data={'name': Strange()})
    with pytest.raises(TypeError):
        db.user.find_many(where={1: 2})
    with pytest.raises(TypeError, match='Expected `bool` or `dict` include value'):
        db.user.find_many(include={'posts': 'yes'})
    deep = {}
    for _ in range(1000):
        deep = {'AND': [deep]}
    with pytest.raises(RecursionError):
        db.user.find_many(where=deep)
    with pytest.raises(sync_package.errors.DataError):
        db.user.create(data={'name': 'x', 'age': 2**70})
    sync_package.builder.serializer.register(Strange, lambda value: 'strange')
    assert db.user.create(data={'name': Strange()}).name == 'strange'


def test_errors(db, errors):
    db.user.create(data={'name': 'a', 'email': 'a@x.org'})
    with pytest.raises(errors.UniqueViolationError, match='Unique constraint failed') as raised:
        db.user.create(data={'name': 'a', 'email': 'a@x.org'})
    assert raised.value.code == 'P2002'
    assert raised.value.meta['target'] == ('User_email_key' if DATABASE == 'mysql' else ['email'])
    with pytest.raises(errors.ForeignKeyViolationError, match='(?i)foreign key constraint'):
        db.post.create(data={'title': 't', 'authorId': 'nobody'})
    with pytest.raises(errors.MissingRequiredValueError):
        db.user.create(data={})
    with pytest.raises(errors.FieldNotFoundError, match='foo'):
        db.user.find_many(where={'foo': 1})
    with pytest.raises(errors.UnknownRelationalFieldError, match='"foo" either does not exist or is not a relational field'):
        db.user.find_many(include={'foo': True})
    with pytest.raises(errors.DataError, match='Expected exactly one field to be present, got 2|exactly one'):
        db.user.update(where={'email': 'a@x.org'}, data={'age': {'increment': 1, 'set': 2}})
    with pytest.raises(errors.RawQueryError):
        db.query_raw('SELECT nonsense FROM nowhere')
    if DATABASE == 'sqlite':
        with pytest.raises(errors.UnsupportedDatabaseError, match='create_many_skip_duplicates is not supported by'):
            db.user.create_many(data=[], skip_duplicates=True)
    else:
        assert db.user.create_many(data=[{'name': 'b', 'email': 'a@x.org'}, {'name': 'c'}], skip_duplicates=True) == 1
    with pytest.raises(errors.DataError):
        db.user.find_unique(where={})


def test_table_not_found(db, errors):
    db.execute_raw(sql('DROP TABLE "Profile"'))
    with pytest.raises(errors.TableNotFoundError) as raised:
        db.profile.find_many()
    assert 'Profile' in raised.value.table


def test_raw(db, sync_package):
    make_users(db)
    assert db.query_raw(sql('SELECT age FROM "User" WHERE age > ? ORDER BY age'), 5) == [{'age': 10}, {'age': 20}]
    assert db.query_first(sql('SELECT age FROM "User" WHERE age > 100')) is None
    assert db.execute_raw(sql('UPDATE "User" SET age = ? WHERE age = ?'), 11, 10) == 1
    users = db.user.query_raw(sql('SELECT * FROM "User" ORDER BY age'))
    assert [u.age for u in users] == [0, 11, 20] and isinstance(users[0], sync_package.models.User)
    assert db.user.query_first(sql('SELECT * FROM "User" WHERE age = 20')).name == 'user 2'
    assert db.query_first(sql('SELECT 1.5 AS f, NULL AS n, \'t\' AS s')) == {'f': 1.5, 'n': None, 's': 't'}


def test_transactions(db, sync_package):
    with db.tx() as tx:
        assert tx.is_transaction() and not db.is_transaction()
        tx.user.create(data={'name': 'a'})
    assert db.user.count() == 1
    with pytest.raises(ZeroDivisionError):
        with db.tx() as tx:
            tx.user.create(data={'name': 'b'})
            1 / 0
    assert db.user.count() == 1
    manager = db.tx(isolation_level='Serializable')
    with pytest.raises(sync_package.errors.TransactionNotStartedError):
        manager.commit()
    tx = manager.start()
    tx.user.create(data={'name': 'c'})
    manager.rollback()
    assert db.user.count() == 1


@pytest.mark.sync
def test_transaction_in_a_transaction(db):
    with db.tx(timeout=datetime.timedelta(minutes=1)) as tx:
        session = tx._session
        tx._session = type('Session', (), {'is_transaction': True, 'start_transaction': lambda *_: session})()
        inner = tx.tx()
        with pytest.warns(UserWarning, match='already in a transaction') as caught:
            inner.start()
        assert caught[0].filename == __file__


def test_transaction_timeout(db, sync_package):
    import time

    with pytest.raises(sync_package.errors.TransactionExpiredError, match='Transaction already closed'):
        with db.tx(timeout=datetime.timedelta(milliseconds=50)) as tx:
            time.sleep(0.15)
            tx.user.create(data={'name': 'late'})
    assert db.user.count() == 0


def test_batch(db, sync_package):
    with db.batch_() as batch:
        batch.user.create(data={'name': 'a', 'email': 'a@x.org'})
        batch.user.create_many(data=[{'name': 'b'}])
        batch.execute_raw(sql('UPDATE "User" SET age = 3'))
        assert db.user.count() == 0
    assert db.user.count(where={'age': 3}) == 2
    batch = db.batch_()
    batch.user.delete_many()
    batch.user.create(data={'name': 'c', 'email': 'a@x.org'})
    batch.user.create(data={'name': 'd', 'email': 'a@x.org'})
    with pytest.raises(sync_package.errors.UniqueViolationError):
        batch.commit()
    assert db.user.count() == 2
    batch.commit()  # nothing is left in it
    with pytest.raises(ZeroDivisionError):
        with db.batch_() as batch:
            batch.user.delete_many()
            1 / 0
    assert db.user.count() == 2


def test_client(sync_package, database, errors):
    client = sync_package.Prisma()
    assert not client.is_connected() and not client.is_registered()
    with pytest.raises(errors.ClientNotConnectedError):
        client.user.find_many()
    client.disconnect()
    with client:
        assert client.is_connected()
        with pytest.raises(sync_package.engine.errors.AlreadyConnectedError):
            client.connect()
        client.user.create(data={'name': 'x'})
    assert not client.is_connected()
    client.connect()
    assert client.user.count() == 1
    client.disconnect()
    with pytest.raises(AttributeError):
        client.nothing
    assert 'all_types' in dir(client)


@pytest.mark.sqlite
def test_datasource(sync_package, database, tmp_path):
    import shutil

    shutil.copy(database[len('file:') :], tmp_path / 'other.db')
    with sync_package.Prisma(datasource={'url': f'file:{tmp_path}/other.db'}) as other, sync_package.Prisma() as client:
        other.user.create(data={'name': 'x'})
        assert client.user.count() == 0


def test_cannot_connect(sync_package, monkeypatch):
    client = sync_package.Prisma(datasource={'url': 'file:/nowhere/at/all.db'})
    with pytest.raises(sync_package.engine.errors.EngineConnectionError):
        client.connect()
    assert not client.is_connected()


@pytest.mark.sync
def test_model_access(db, sync_package, errors):
    User, testing = sync_package.models.User, __import__('client_sync.testing').testing
    with pytest.raises(errors.ClientNotRegisteredError):
        User.prisma()
    sync_package.register(db)
    try:
        with pytest.raises(errors.ClientAlreadyRegisteredError):
            sync_package.register(db)
        assert db.is_registered() and sync_package.get_client() is db
        user = User.prisma().create(data={'name': 'a', 'age': 3})

        class Short(sync_package.bases.BaseUser):
            id: str
            age: int

        short = Short.prisma().find_first(where={'name': 'a'})
        assert isinstance(short, Short) and short.id == user.id and short.age == 3
        assert not hasattr(short, 'name')
        with testing.reset_client():
            with pytest.raises(errors.ClientNotRegisteredError):
                sync_package.get_client()
        with db.tx() as tx:
            assert User.prisma(tx).find_first().id == user.id
    finally:
        testing.unregister_client()


@pytest.mark.sync
def test_users_class_is_validated(db, sync_package):
    class Loud(sync_package.bases.BaseUser):
        name: str

        @pydantics.validator('name')
        def shout(cls, value):
            return value.upper()

    db.user.create(data={'name': 'a'})
    assert Loud.prisma(db).find_first().name == 'A'
    assert [u.name for u in Loud.prisma(db).find_many()] == ['A']


def test_metrics(db):
    db.user.count()
    metrics = db.get_metrics(global_labels={'x': 'y'})
    assert {m.key for m in metrics.counters} >= {'prisma_client_queries_total', 'prisma_datasource_queries_total'}
    assert metrics.counters[0].labels['x'] == 'y'
    assert metrics.histograms[0].value.buckets
    assert 'prisma_client_queries_total' in db.get_metrics(format='prometheus')


def test_batch_takes_what_actions_take(sync_package):
    client = sync_package.Prisma()
    batch = client.batch_()
    for name in ('create', 'create_many', 'delete', 'update', 'upsert', 'update_many', 'delete_many'):
        ours = inspect.signature(getattr(batch.user, name)).parameters
        actions = inspect.signature(getattr(client.user, name)).parameters
        assert set(ours) <= set(actions)


@pytest.mark.sync
def test_threads(db):
    from concurrent.futures import ThreadPoolExecutor

    make_users(db, 3)
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda _: len(db.user.find_many()), range(200)))
    assert set(counts) == {3}


def test_query_log(sync_package, database, caplog):
    import logging

    with caplog.at_level(logging.INFO):
        with sync_package.Prisma(log_queries=True) as client:
            client.user.count()
    assert any('SELECT' in record.getMessage() for record in caplog.records)
