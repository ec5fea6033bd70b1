"""The API of Prisma Client Python 0.15, from PyPI and unchanged, over our engine."""

import asyncio
import datetime
import decimal
import subprocess
import sys
import time

import pytest

UTC = datetime.timezone.utc
AT = datetime.datetime(2024, 2, 29, 12, 30, 15, 123000, tzinfo=UTC)


@pytest.fixture
def errors(project):
    return __import__(f'{project.provider}_sync.errors', fromlist=['errors'])


@pytest.fixture
def fields(project):
    return __import__(f'{project.provider}_sync.fields', fromlist=['fields'])


def people(db):
    ann = db.user.create({'email': 'ann@x', 'name': 'Ann', 'role': 'ADMIN', 'points': 3})
    bob = db.user.create({'email': 'bob@x', 'name': 'Bob', 'points': 5, 'boss': {'connect': {'id': ann.id}}})
    cid = db.user.create({'email': 'cid@x', 'points': 8, 'boss': {'connect': {'email': 'ann@x'}}})
    return ann, bob, cid


def test_create_read_update_delete(db):
    user = db.user.create(data={'email': 'a@x', 'name': 'Ann'})
    assert (user.email, user.name, user.role, user.points, user.bossId) == ('a@x', 'Ann', 'USER', 0, None)
    assert abs(user.created - datetime.datetime.now(UTC)) < datetime.timedelta(minutes=1) and user.posts is None
    assert db.user.find_unique(where={'id': user.id}) == user == db.user.find_first(where={'email': 'a@x'})
    assert db.user.find_unique(where={'email': 'no'}) is None and db.user.find_first(where={'points': 9}) is None
    assert db.user.find_unique_or_raise({'id': user.id}) == db.user.find_first_or_raise() == user
    changed = db.user.update(where={'id': user.id}, data={'name': None, 'points': {'increment': 4}, 'role': 'OWNER'})
    assert (changed.name, changed.points, changed.role) == (None, 4, 'OWNER') and changed.updated >= user.updated
    assert db.user.update(where={'email': 'no'}, data={'name': 'x'}) is None
    for data, points in (({'decrement': 1}, 3), ({'multiply': 5}, 15), ({'divide': 3}, 5), ({'set': 7}, 7)):
        assert db.user.update(where={'id': user.id}, data={'points': data}).points == points
    made = db.user.upsert(where={'email': 'b@x'}, data={'create': {'email': 'b@x'}, 'update': {'name': 'never'}})
    assert made.name is None
    assert db.user.upsert(where={'email': 'b@x'}, data={'create': {'email': 'b@x'}, 'update': {'name': 'Bob'}}).name == 'Bob'
    assert db.user.delete(where={'email': 'b@x'}).id == made.id
    assert db.user.delete(where={'email': 'b@x'}) is None
    assert db.user.count() == 1


def test_many_rows(db, project):
    assert db.user.create_many(data=[{'email': f'{i}@x', 'points': i % 3} for i in range(50)]) == 50
    if project.provider == 'postgresql':
        assert db.user.create_many(data=[{'email': '1@x'}, {'email': 'new@x'}], skip_duplicates=True) == 1
        db.user.delete(where={'email': 'new@x'})
    assert db.user.update_many(where={'points': 2}, data={'name': 'two'}) == 16
    assert db.user.count(where={'name': 'two'}) == 16
    assert db.user.count(take=5) == 5 and db.user.count(skip=45) == 5
    assert db.user.count(select={'_all': True, 'name': True}) == {'_all': 50, 'name': 16}
    page = db.user.find_many(order=[{'points': 'desc'}, {'id': 'asc'}], take=3, skip=1)
    assert [u.email for u in page] == ['5@x', '8@x', '11@x']
    assert [u.email for u in db.user.find_many(order={'id': 'asc'}, cursor={'email': '10@x'}, take=2, skip=1)] == ['11@x', '12@x']
    assert [u.email for u in db.user.find_many(order={'id': 'asc'}, cursor={'email': '10@x'}, take=-2)] == ['9@x', '10@x']
    assert len(db.user.find_many(distinct=['points'])) == 3
    assert db.user.delete_many(where={'points': {'in': [0, 1]}}) == 34
    assert db.user.delete_many() == 16


def test_filters(db):
    people(db)

    def found(where):
        return ''.join(u.email[0] for u in db.user.find_many(where=where, order={'id': 'asc'}))

    for where, expected in (
        ({'name': None}, 'c'), ({'name': {'not': None}}, 'ab'), ({'email': {'contains': 'b@'}}, 'b'), ({'email': {'startswith': 'c'}}, 'c'),
        ({'email': {'endswith': '@x'}}, 'abc'), ({'points': {'gt': 3, 'lt': 8}}, 'b'), ({'points': {'gte': 5}}, 'bc'), ({'points': {'lte': 3}}, 'a'),
        ({'points': {'in': [3, 8]}}, 'ac'), ({'points': {'not_in': [3, 8]}}, 'b'), ({'points': {'not': {'in': [3]}}}, 'bc'), ({'role': 'ADMIN'}, 'a'),
        ({'role': {'in': ['USER']}}, 'bc'), ({'OR': [{'points': 3}, {'name': 'Bob'}]}, 'ab'), ({'NOT': [{'points': 3}]}, 'bc'),
        ({'AND': [{'points': {'gt': 1}}, {'points': {'lt': 6}}]}, 'ab'), ({'boss': {'is': {'email': 'ann@x'}}}, 'bc'),
        ({'boss': {'is_not': {'name': 'Ann'}}}, 'a'), ({'staff': {'some': {'points': {'gt': 6}}}}, 'a'), ({'staff': {'none': {}}}, 'bc'),
        ({'staff': {'every': {'points': {'gt': 4}}}}, 'abc'), ({'email': {'not': 'ann@x'}}, 'bc'),
        ({'created': {'lt': datetime.datetime(2000, 1, 1, tzinfo=UTC)}}, ''),
    ):
        assert found(where) == expected, where


def test_relations(db):
    ann, bob, cid = people(db)
    post = db.post.create(
        {'title': 'Hello', 'author': {'connect': {'id': ann.id}}, 'likedBy': {'connect': [{'id': bob.id}, {'email': 'cid@x'}]},
         'tags': {'create': [{'name': 'red'}, {'name': 'blue'}]}}, include={'author': {'include': {'staff': True}}, 'likedBy': True, 'tags': True})
    assert post.author.email == 'ann@x' and {u.email for u in post.author.staff} == {'bob@x', 'cid@x'} and len(post.likedBy) == 2
    nested = db.user.create(
        {'email': 'dan@x', 'profile': {'create': {'bio': 'B'}}, 'posts': {'create': [{'title': 'one'}, {'title': 'two', 'views': 5}]}},
        include={'profile': True, 'posts': {'order_by': {'title': 'desc'}}})
    assert nested.profile.bio == 'B' and [p.title for p in nested.posts] == ['two', 'one']
    limited = db.user.find_unique({'id': nested.id}, include={'posts': {'where': {'views': {'gt': 1}}, 'take': 1}})
    assert [p.title for p in limited.posts] == ['two'] and limited.profile is None
    updated = db.user.update(
        where={'id': nested.id}, include={'posts': {'order_by': {'title': 'asc'}}, 'profile': True},
        data={'profile': {'update': {'bio': 'C'}}, 'posts': {'delete': [{'id': nested.posts[1].id}], 'create': [{'title': 'three'}],
              'update': [{'where': {'id': nested.posts[0].id}, 'data': {'views': {'increment': 2}}}]}})
    assert updated.profile.bio == 'C' and [(p.title, p.views) for p in updated.posts] == [('three', 0), ('two', 7)]
    tags = db.post.update(where={'id': post.id}, data={'tags': {'disconnect': [{'name': 'red'}], 'connect_or_create': [
        {'where': {'name': 'green'}, 'create': {'name': 'green'}}]}}, include={'tags': {'order_by': {'name': 'asc'}}}).tags
    assert [t.name for t in tags] == ['blue', 'green']
    assert db.post.update(where={'id': post.id}, data={'tags': {'set': [{'name': 'red'}]}}, include={'tags': True}).tags[0].name == 'red'
    assert db.post.find_many(where={'tags': {'some': {'name': 'red'}}, 'author': {'is': {'staff': {'some': {'email': {'contains': 'b'}}}}}})[0].id == post.id
    assert db.post.find_many(order={'views': 'desc'}, where={'author': {'is': {'email': 'dan@x'}}})[0].title == 'two'
    db.user.delete(where={'id': nested.id})
    assert db.profile.count() == 0 and db.post.count(where={'authorId': None}) == 2


def test_compound_ids(db):
    ann, bob, _ = people(db)
    db.team.create({'country': 'nl', 'number': 7, 'title': 'T', 'members': {'create': [{'userId': ann.id}, {'userId': bob.id, 'since': AT}]}})
    key = {'country_number': {'country': 'nl', 'number': 7}}
    team = db.team.find_unique(where=key, include={'members': {'include': {'user': True}, 'order_by': {'userId': 'asc'}}})
    assert [(m.user.email, m.since) for m in team.members] == [('ann@x', None), ('bob@x', AT)]
    member = {'userId_country_number': {'userId': ann.id, 'country': 'nl', 'number': 7}}
    assert db.member.update(where=member, data={'since': AT}).since == AT
    assert db.member.delete(where=member).userId == ann.id
    assert db.team.update(where={'title': 'T'}, data={'title': 'U'}, include={'members': True}).members[0].userId == bob.id


def scalars(fields, **more):
    return {'int': -(2**31), 'big': 2**62 + 1, 'real': 0.1, 'exact': decimal.Decimal('12345678.9012'), 'flag': True, 'text': 'quote " \\ é 🦀\n\t',
            'at': AT, 'data': fields.Json({'a': [1, None, 'x"y'], 'b': {'c': 1.5}}), 'raw': fields.Base64.encode(b'\x00\xff raw'), **more}


def test_every_scalar(db, fields):
    row = db.scalars.create(scalars(fields))
    assert len(row.id) == 36
    again = db.scalars.find_unique(where={'id': row.id})
    assert again == row
    assert (again.int, again.big, again.real, again.exact) == (-(2**31), 2**62 + 1, 0.1, decimal.Decimal('12345678.9012'))
    assert again.flag is True and again.text == 'quote " \\ é 🦀\n\t' and again.at == AT and again.data == {'a': [1, None, 'x"y'], 'b': {'c': 1.5}}
    assert again.raw.decode() == b'\x00\xff raw'
    assert all(getattr(again, name) is None for name in ('intOpt', 'bigOpt', 'realOpt', 'exactOpt', 'flagOpt', 'textOpt', 'atOpt', 'dataOpt', 'rawOpt', 'roleOpt'))
    full = db.scalars.create(scalars(fields, intOpt=1, bigOpt=2, realOpt=3.5, exactOpt=decimal.Decimal('4.25'), flagOpt=False, textOpt='', atOpt=AT,
                                     dataOpt=fields.Json([]), rawOpt=fields.Base64.encode(b''), roleOpt='OWNER'))
    assert (full.intOpt, full.bigOpt, full.realOpt, full.exactOpt, full.flagOpt, full.textOpt) == (1, 2, 3.5, decimal.Decimal('4.25'), False, '')
    assert full.atOpt == AT and full.dataOpt == [] and full.rawOpt.decode() == b'' and full.roleOpt == 'OWNER'
    for where in ({'big': 2**62 + 1}, {'exact': {'gt': decimal.Decimal('1')}}, {'at': {'lte': AT}}, {'raw': fields.Base64.encode(b'\x00\xff raw')},
                  {'data': {'equals': fields.Json({'a': [1, None, 'x"y'], 'b': {'c': 1.5}})}}, {'real': {'lt': 0.2}}, {'flag': {'not': False}}):
        assert db.scalars.count(where=where) == 2, where
    assert db.scalars.update(where={'id': row.id}, data={'data': fields.Json('text'), 'exact': {'increment': decimal.Decimal('0.5')}}).data == 'text'
    cleared = db.scalars.update(where={'id': full.id}, data={'atOpt': None, 'rawOpt': None, 'roleOpt': None})
    assert (cleared.atOpt, cleared.rawOpt, cleared.roleOpt) == (None, None, None)


def test_lists(db, project):
    if project.provider != 'postgresql':
        pytest.skip('the provider has no lists')
    db.lists.delete_many()
    row = db.lists.create({'id': 1, 'texts': ['a', 'b"c'], 'ints': [3, 1], 'roles': ['ADMIN']})
    assert (row.texts, row.ints, row.roles) == (['a', 'b"c'], [3, 1], ['ADMIN'])
    assert db.lists.update(where={'id': 1}, data={'ints': {'push': [9]}, 'texts': {'set': []}}).ints == [3, 1, 9]
    assert db.lists.count(where={'ints': {'has': 9}, 'texts': {'is_empty': True}, 'roles': {'has_some': ['ADMIN', 'USER']}}) == 1
    assert db.lists.find_first(where={'ints': {'has_every': [1, 4]}}) is None


def test_groups(db):
    people(db)
    rows = db.user.group_by(by=['role'], count=True, sum={'points': True}, avg={'points': True}, min={'points': True}, max={'points': True}, order={'role': 'asc'})
    by_role = {row['role']: row for row in rows}
    assert by_role['USER']['_count'] == {'_all': 2} and by_role['USER']['_sum'] == {'points': 13} and by_role['USER']['_avg'] == {'points': 6.5}
    assert by_role['ADMIN']['_min'] == by_role['ADMIN']['_max'] == {'points': 3}
    assert db.user.group_by(by=['role'], having={'points': {'_sum': {'gt': 5}}}) == [{'role': 'USER'}]
    assert len(db.user.group_by(by=['role', 'points'], where={'points': {'lt': 6}}, order=[{'points': 'asc'}], take=2, skip=1)) == 1


def test_raw(db, project, errors):
    people(db)
    mark = '?' if project.provider == 'sqlite' else '$1'
    table = '"User"' if project.provider == 'sqlite' else 'public."User"'
    rows = db.query_raw(f'SELECT email, points FROM {table} WHERE points > {mark} ORDER BY id', 3)
    assert rows == [{'email': 'bob@x', 'points': 5}, {'email': 'cid@x', 'points': 8}]
    assert db.query_first(f'SELECT name FROM {table} WHERE email = {mark}', 'ann@x') == {'name': 'Ann'}
    assert db.query_first(f'SELECT name FROM {table} WHERE email = {mark}', 'no') is None
    typed = db.user.query_raw(f'SELECT * FROM {table} WHERE email = {mark}', 'ann@x')
    assert typed[0].name == 'Ann' and isinstance(typed[0].created, datetime.datetime)
    assert db.user.query_first(f'SELECT * FROM {table} WHERE points = {mark}', 5).email == 'bob@x'
    assert db.execute_raw(f'UPDATE {table} SET name = {mark} WHERE points > 4', 'x') == 2
    with pytest.raises(errors.RawQueryError) as raised:
        db.query_raw('SELECT * FROM no_such_table')
    assert 'no_such_table' in str(raised.value)


def test_errors(db, errors, project):
    ann, bob, _ = people(db)
    with pytest.raises(errors.UniqueViolationError) as raised:
        db.user.create({'email': 'ann@x'})
    assert raised.value.code == 'P2002' and raised.value.data['user_facing_error']['meta']['target'] == ['email']
    assert 'Unique constraint failed on the fields: (`email`)' in str(raised.value)
    with pytest.raises(errors.ForeignKeyViolationError):
        db.profile.create({'bio': 'x', 'userId': 999999})
    with pytest.raises(errors.MissingRequiredValueError):
        db.user.create({'name': 'x'})
    with pytest.raises(errors.FieldNotFoundError):
        db.user.create({'email': 'z@x', 'nonsense': 1})
    with pytest.raises(errors.FieldNotFoundError):
        db.user.find_many(where={'nonsense': 1})
    with pytest.raises(errors.RecordNotFoundError):
        db.user.find_unique_or_raise({'id': 999999})
    with pytest.raises(errors.RecordNotFoundError):
        db.post.create({'title': 'x', 'author': {'connect': {'id': 999999}}})
    with pytest.raises(errors.DataError):
        db.user.create({'email': 'z@x', 'role': 'KING'})
    with pytest.raises(errors.DataError):
        db.user.update(where={'id': bob.id}, data={'points': 'many'})
    with pytest.raises(errors.DataError):
        db.scalars.find_many(where={'big': 2**80})
    assert db.user.count() == 3
    db.execute_raw('ALTER TABLE "Tag" RENAME TO "Elsewhere"')
    try:
        with pytest.raises(errors.TableNotFoundError) as raised:
            db.tag.count()
        assert raised.value.table == ('main.Tag' if project.provider == 'sqlite' else 'public.Tag')
    finally:
        db.execute_raw('ALTER TABLE "Elsewhere" RENAME TO "Tag"')
    assert db.tag.count() == 0


def test_batch(db, errors):
    with db.batch_() as batch:
        batch.user.create({'email': 'a@x'})
        batch.user.create_many([{'email': 'b@x'}, {'email': 'c@x'}])
        batch.user.update(where={'email': 'a@x'}, data={'name': 'A'})
        batch.user.upsert(where={'email': 'd@x'}, data={'create': {'email': 'd@x'}, 'update': {}})
        batch.user.update_many(where={'email': 'b@x'}, data={'points': 4})
        batch.user.delete(where={'email': 'c@x'})
        batch.execute_raw('UPDATE "User" SET points = points + 1 WHERE points = 4')
    assert [(u.email, u.name, u.points) for u in db.user.find_many(order={'email': 'asc'})] == [('a@x', 'A', 0), ('b@x', None, 5), ('d@x', None, 0)]
    batch = db.batch_()
    batch.user.create({'email': 'e@x'})
    batch.user.create({'email': 'a@x'})
    with pytest.raises(errors.UniqueViolationError):
        batch.commit()
    assert db.user.count() == 3


def test_transactions(db, errors):
    with db.tx() as tx:
        tx.user.create({'email': 'a@x'})
        assert tx.user.count() == 1 and tx.query_raw('SELECT count(*) AS n FROM "User"') == [{'n': 1}]
    with pytest.raises(ZeroDivisionError):
        with db.tx() as tx:
            tx.user.create({'email': 'b@x'})
            1 / 0
    assert db.user.count() == 1
    with pytest.raises(errors.TransactionExpiredError):
        with db.tx(timeout=datetime.timedelta(milliseconds=100)) as tx:
            tx.user.create({'email': 'c@x'})
            time.sleep(0.4)
            tx.user.count()
    assert db.user.count() == 1
    with db.tx(max_wait=datetime.timedelta(seconds=5), timeout=datetime.timedelta(seconds=20)) as tx:
        with tx.batch_() as batch:
            batch.user.create({'email': 'd@x'})
            batch.user.delete(where={'email': 'a@x'})
    assert [u.email for u in db.user.find_many()] == ['d@x']


def test_metrics(db, project):
    db.user.count()
    metrics = db.get_metrics()
    counters = {m.key: m.value for m in metrics.counters}
    assert counters['prisma_client_queries_total'] > 0 and counters['prisma_datasource_queries_total'] > 0
    assert {'prisma_pool_connections_open', 'prisma_client_queries_active'} <= {m.key for m in metrics.gauges + metrics.counters}
    assert {m.key for m in metrics.histograms} >= {'prisma_client_queries_duration_histogram_ms', 'prisma_datasource_queries_duration_histogram_ms'}
    labelled = db.get_metrics(global_labels={'app': 'x'})
    assert all(m.labels['app'] == 'x' for m in labelled.counters)
    text = db.get_metrics(format='prometheus', global_labels={'app': 'x'})
    assert '# TYPE prisma_client_queries_total counter\nprisma_client_queries_total{app="x"}' in text


def test_asyncio(project, db):
    async def work():
        client = project.client('asyncio')
        async with client:
            await asyncio.gather(*(client.user.create({'email': f'{i}@x', 'points': i}) for i in range(20)))
            found = await asyncio.gather(*(client.user.find_unique(where={'email': f'{i}@x'}) for i in range(20)))
            assert [u.points for u in found] == list(range(20))
            async with client.tx() as tx:
                await tx.user.delete_many(where={'points': {'gt': 9}})
            async with client.batch_() as batch:
                batch.user.delete(where={'email': '0@x'})
                batch.user.update(where={'email': '1@x'}, data={'name': 'one'})
            assert await client.query_first('SELECT name FROM "User" WHERE points = 1') == {'name': 'one'}
            assert (await client.user.group_by(by=['role'], count=True)) == [{'role': 'USER', '_count': {'_all': 9}}]
        assert not client.is_connected()

    asyncio.run(work())


def test_registered_client(project, db):
    """What a script does: the client is registered, models query by themselves, the process ends and its engine with it."""
    script = f"""
from {project.provider}_sync import Prisma, register
from {project.provider}_sync.models import User
register(Prisma(datasource={{'url': {project.url!r}}}, auto_register=False, log_queries=True))
from {project.provider}_sync import get_client
get_client().connect()
print(User.prisma().create({{'email': 's@x'}}).email, User.prisma().count())
"""
    done = subprocess.run([sys.executable, '-c', script], cwd=project.folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and 's@x 1' in done.stdout.splitlines(), done.stdout + done.stderr
    assert 'Traceback' not in done.stderr


def test_engine_that_cannot_start(project):
    package = project.package()
    client = package.Prisma(datasource={'url': 'mysql://nowhere/x'}, connect_timeout=datetime.timedelta(seconds=2))
    with pytest.raises(package.engine.errors.EngineConnectionError):
        client.connect()
