"""What users of Prisma Client Python have asked for, one group of wishes after the other."""

import datetime
import decimal

import pytest

from databases import DATABASE, IS_ASYNC, sql
from programs import Program

ALIASES = {
    'startswith': 'x', 'endswith': 1, 'has_every': 1, 'is_not': 1, 'order_by': [{'not_in': 1}], 'set': 5, 'in': [2],
    'connect_or_create': {'create_many': 1}, 'update_many': 1, 'skip_duplicates': None,
}
PATH = ['a', 'b'] if DATABASE == 'postgresql' else '$.a.b'


def read(record):
    """The fields of a record that were read."""
    names = record.model_fields_set if hasattr(record, 'model_fields_set') else record.__fields_set__
    return {name: getattr(record, name) for name in names}


# ── W4: some fields ──


def test_what_was_not_asked_for(db):
    db.user.create({'name': 'a', 'posts': {'create': {'title': 't'}}})
    user = db.user.find_first(select={'id': True, 'posts': {'select': {'title': True}}})
    assert set(read(user)) == {'id', 'posts'} and set(read(user.posts[0])) == {'title'}
    with pytest.raises(AttributeError, match="has no attribute 'name': it was not read"):
        user.name
    with pytest.raises(AttributeError, match="has no attribute 'nobody'$"):
        user.nobody
    with pytest.raises(AttributeError, match='include='):
        user._count
    assert not hasattr(db.user.find_first(omit={'name': True}), 'name')
    assert db.user.find_first(select={'_count': True})._count == {'posts': 1}
    with pytest.raises(ValueError, match='exclude each other'):
        db.user.find_first(select={'id': True}, omit={'name': True})
    with pytest.raises(ValueError, match='exclude each other'):
        db.user.find_first(include={'posts': {'select': {'id': True}, 'omit': {'title': True}}})


def test_writes_give_some_fields(db):
    made = db.user.create({'name': 'a'}, select={'name': True})
    assert read(made) == {'name': 'a'}
    user = db.user.find_first_or_raise()
    assert read(db.user.update(where={'id': user.id}, data={'age': 3}, select={'age': True})) == {'age': 3}
    both = {'create': {'name': 'b'}, 'update': {'age': 4}}
    assert read(db.user.upsert(where={'id': user.id}, data=both, select={'age': True})) == {'age': 4}
    assert not hasattr(db.user.delete(where={'id': user.id}, omit={'name': True}), 'name')


# ── W5: nested writes ──


def test_nested_lists(db):
    user = db.user.create({'name': 'a', 'posts': {'create': [{'title': 't1'}, {'title': 't2'}]}}, include={'posts': True})
    first, second = (post.id for post in user.posts)

    def change(posts):
        done = db.user.update(where={'id': user.id}, data={'posts': posts}, include={'posts': {'order_by': {'id': 'asc'}}})
        return [(post.title, post.views) for post in done.posts]

    assert change({'update': {'where': {'id': first}, 'data': {'title': 'x'}}}) == [('x', 0), ('t2', 0)]
    assert change({'update_many': {'where': {'title': 'x'}, 'data': {'views': {'increment': 5}}}}) == [('x', 5), ('t2', 0)]
    upsert = {'where': {'id': 31337}, 'create': {'title': 'new'}, 'update': {'title': 'z'}}
    assert change({'upsert': upsert, 'delete': {'id': second}}) == [('x', 5), ('new', 0)]
    assert change({'create_many': {'data': [{'title': 'm'}, {'title': 'm'}]}}) == [('x', 5), ('new', 0), ('m', 0), ('m', 0)]
    assert change({'delete_many': [{'title': 'm'}]}) == [('x', 5), ('new', 0)]
    assert change({'connect_or_create': {'where': {'id': 31337}, 'create': {'title': 'coc'}}, 'disconnect': {'id': first}})[-1] == ('coc', 0)
    assert change({'set': [{'id': first}]}) == [('x', 5)]
    assert change({'set': []}) == []
    with pytest.raises(Exception) as caught:
        change({'delete': {'id': first}})
    assert type(caught.value).__name__ == 'RecordsNotConnectedError' and caught.value.code == 'P2017'


def test_nested_single(db):
    user = db.user.create({'name': 'a'})

    def change(profile):
        return db.user.update(where={'id': user.id}, data={'profile': profile}, include={'profile': True}).profile

    assert change({'upsert': {'create': {'bio': 'c'}, 'update': {'bio': 'u'}}}).bio == 'c'
    assert change({'upsert': {'create': {'bio': 'c'}, 'update': {'bio': 'u'}}}).bio == 'u'
    assert change({'update': {'bio': 'n'}}).bio == 'n'
    assert change({'update': {'where': {'bio': 'n'}, 'data': {'bio': 'm'}}}).bio == 'm'
    assert change({'delete': True}) is None


# ── W6: what many writes give back ──


@pytest.mark.skipif(DATABASE == 'mysql', reason='the database gives nothing back')
def test_many_and_return(db):
    made = db.user.create_many_and_return([{'name': 'a'}, {'name': 'b', 'age': 3}])
    assert [(user.name, user.age) for user in made] == [('a', 0), ('b', 3)]
    assert [read(user) for user in db.user.create_many_and_return([{'name': 'c'}], select={'name': True})] == [{'name': 'c'}]
    [post] = db.post.create_many_and_return([{'title': 't', 'authorId': made[0].id}], include={'author': True})
    assert post.author.name == 'a' and db.user.create_many_and_return([]) == []
    changed = db.user.update_many_and_return(where={'name': {'in': ['a', 'b']}}, data={'age': {'increment': 1}})
    assert sorted(user.age for user in changed) == [1, 4]
    assert len(db.user.update_many_and_return(where={}, data={'age': 9}, limit=2)) == 2
    batch = db.batch_()
    batch.user.create_many_and_return([{'name': 'd'}])
    batch.user.update_many_and_return(where={'name': 'd'}, data={'age': 1})
    batch.user.update_many(where={}, data={'age': 2}, limit=1)
    batch.user.delete_many(limit=3)
    [[d], [changed], one, three] = batch.commit()
    assert (d.name, d.age, changed.age, one, three) == ('d', 0, 1, 1, 3)


# ── W7: Json ──


def test_plain_json_stays_as_it_is(db, sync_package):
    Json = sync_package.Json
    written = db.all_types.create({'json_obj': ALIASES, 'json_any': [ALIASES]})
    assert written.json_obj == ALIASES and written.json_any == [ALIASES]
    assert db.all_types.count(where={'json_obj': {'equals': ALIASES}}) == 1
    data = {'json_obj': {'a': Json({'b': [1]}), 'c': None}}
    assert db.all_types.update(where={'id': written.id}, data=data).json_obj == {'a': {'b': [1]}, 'c': None}
    db.all_types.create_many(data=[{'json_obj': ALIASES}])
    assert db.all_types.find_first(order={'id': 'desc'}).json_obj == ALIASES
    with pytest.raises(ValueError):
        db.all_types.create({'json_obj': Json({'a': float('nan')})})


def test_json_paths_and_nulls(db, sync_package):
    Json, DbNull, JsonNull, AnyNull = (getattr(sync_package, name) for name in ('Json', 'DbNull', 'JsonNull', 'AnyNull'))
    types = db.all_types
    types.create({'json_obj': {'a': {'b': 'hello'}}, 'json_any': DbNull})
    types.create({'json_obj': {'a': {'b': [1, 2]}}, 'json_any': JsonNull})
    types.create({'json_obj': {'a': {'b': 5}}, 'json_any': {'x': 1}})

    def count(where):
        return types.count(where={'json_obj': {'path': PATH, **where}})

    assert count({'equals': Json('hello')}) == count({'string_contains': 'ell'}) == 1
    assert count({'string_starts_with': 'he'}) == count({'string_ends_with': 'lo'}) == 1
    if DATABASE != 'sqlite':
        assert count({'array_contains': Json([1])}) == count({'array_starts_with': Json(1)}) == 1
        assert count({'gte': Json(5)}) == 1 and count({'lt': Json(5)}) == 0
    counts = [types.count(where={'json_any': {'equals': kind}}) for kind in (DbNull, JsonNull, AnyNull)]
    assert counts == [1, 1, 2] and types.count(where={'json_any': {'not': DbNull}}) == 2


# ── W8: numbers ──


def test_numbers(db):
    db.user.create({'name': 'a', 'age': 3, 'posts': {'create': [{'title': 't', 'published': True}, {'title': 'u'}]}})
    db.user.create({'name': 'b', 'age': 8})
    found = db.user.aggregate(count=True, avg={'age': True}, sum={'age': True}, min={'name': True}, max={'joined': True})
    assert found['_count'] == {'_all': 2} and found['_avg'] == {'age': 5.5} and found['_sum'] == {'age': 11}
    assert found['_min'] == {'name': 'a'} and isinstance(found['_max']['joined'], datetime.datetime)
    assert db.user.aggregate(take=1, order={'age': 'desc'}, sum={'age': True}) == {'_sum': {'age': 8}}
    nobody = db.user.aggregate(where={'name': 'x'}, avg={'age': True}, count={'_all': True, 'email': True})
    assert nobody == {'_avg': {'age': None}, '_count': {'_all': 0, 'email': 0}}
    db.all_types.create({'decimal': decimal.Decimal('1.5'), 'big': 2**40})
    assert db.all_types.aggregate(sum={'decimal': True, 'big': True}) == {'_sum': {'decimal': decimal.Decimal('1.5'), 'big': 2**40}}
    counts = {'_count': {'select': {'posts': {'where': {'published': True}}}}}
    assert [user._count for user in db.user.find_many(include=counts, order={'name': 'asc'})] == [{'posts': 1}, {'posts': 0}]
    assert db.post.find_first(include={'author': {'include': {'_count': True}}}).author._count == {'posts': 2}
    with pytest.raises(TypeError, match='at least one'):
        db.user.aggregate()
    assert db.user.group_by('role', count=True) == db.user.group_by(['role'], count=True)
    grouped = db.user.group_by(['role'], sum={'age': True}, order={'_sum': {'age': 'desc'}}, having={'age': {'_sum': {'gt': 1}}})
    assert grouped == [{'role': 'USER', '_sum': {'age': 11}}]


# ── W12: order ──


def test_order(db):
    for name, email, posts in (('b', None, 2), ('a', 'x', 1), ('c', 'e', 0)):
        db.user.create({'name': name, 'email': email, 'posts': {'create': [{'title': name}] * posts}})
    assert [post.title for post in db.post.find_many(order=[{'author': {'name': 'desc'}}, {'id': 'asc'}])] == ['b', 'b', 'a']
    assert [user.name for user in db.user.find_many(order={'posts': {'_count': 'desc'}})] == ['b', 'a', 'c']
    if DATABASE != 'mysql':
        for nulls, names in (('first', ['b', 'c', 'a']), ('last', ['c', 'a', 'b'])):
            assert [user.name for user in db.user.find_many(order={'email': {'sort': 'asc', 'nulls': nulls}})] == names
    assert db.user.find_first(take=-1, order={'name': 'asc'}).name == 'c'


def notes(call):
    with pytest.raises(Exception) as caught:
        call()
    return caught.value.code, ' '.join(getattr(caught.value, '__notes__', ['no notes before Python 3.11']))


def test_what_is_wrong_is_told(db, sync_package):
    if not hasattr(BaseException, 'add_note'):
        pytest.skip('notes of exceptions are new in Python 3.11')
    user = db.user
    for call, words in (
        (lambda: user.find_many(order={'name': 'asc', 'age': 'desc'}), 'order=[{'),
        (lambda: user.find_many(order={'name': 'up'}), "'asc' or 'desc'"),
        (lambda: user.group_by(['role', 'age'], order={'role': 'asc', 'age': 'asc'}), 'order=[{'),
        (lambda: user.find_many(where={'role': {'in': ['NOBODY']}}), 'where.role.in'),
        (lambda: user.find_many(select={'id': False}), 'At least one field'),
        (lambda: db.all_types.create({'json_obj': 'no json'}), "Json('…')"),
        (lambda: db.all_types.count(where={'json_any': sync_package.DbNull}), "{'equals': DbNull}"),
        (lambda: db.all_types.count(where={'json_obj': {'path': '$.a' if DATABASE == 'postgresql' else ['a'], 'equals': 1}}), 'path is'),
    ):
        code, text = notes(call)
        assert code == 'P2009' and words in text, (code, text)


# ── streaming ──


@pytest.mark.parametrize('order', [None, {'age': 'desc'}])
def test_who_deletes_what_streams_in_gets_all(db, order):
    db.user.create_many(data=[{'name': str(i), 'age': i % 5} for i in range(23)])
    seen = []
    for user in db.user.iterate(batch_size=4, order=order):
        db.user.delete(where={'id': user.id})
        seen.append(user.name)
    assert sorted(map(int, seen)) == list(range(23)) and db.user.count() == 0


def test_streams_over_nulls_and_compound_orders(db):
    db.user.create_many(data=[{'name': str(i % 3), 'email': None if i % 2 else f'{i:02}'} for i in range(20)])
    order = [{'name': 'asc'}, {'email': 'asc'}]
    whole = [user.id for user in db.user.find_many(order=[*order, {'id': 'asc'}])]
    assert [user.id for user in db.user.iterate(order=order, batch_size=3)] == whole
    assert len(list(db.user.iterate(where={'OR': [{'name': '1'}, {'name': '2'}]}, batch_size=2))) == 13


# ── names ──

WORDS = """
model Shelf {
  id              Int     @id @default(autoincrement())
  skip_duplicates Boolean @default(true)
  update_many     Int     @default(0)
  create_many     Book[]
}

model Book {
  id          Int    @id @default(autoincrement())
  title       String @default("")
  shelfId     Int
  delete_many Shelf  @relation(fields: [shelfId], references: [id])
}
"""


@pytest.mark.skipif(IS_ASYNC, reason='nothing of it depends on the interface')
def test_fields_called_like_operators(tmp_path):
    out = Program(tmp_path, WORDS).run("""
        from app_client import Prisma
        with Prisma() as db:
            data = {'skip_duplicates': False, 'update_many': 3, 'create_many': {'create_many': {'data': [{'title': 'b'}]}}}
            shelf = db.shelf.create(data, include={'create_many': True})
            assert (shelf.skip_duplicates, shelf.update_many, len(shelf.create_many)) == (False, 3, 1)
            assert db.shelf.count(where={'skip_duplicates': False, 'update_many': {'not_in': [1]}}) == 1
            assert db.shelf.find_first(order=[{'update_many': 'asc'}, {'create_many': {'_count': 'asc'}}]).id == shelf.id
            assert db.book.find_first(where={'delete_many': {'is_not': {'skip_duplicates': True}}}).title == 'b'
            assert db.shelf.update(where={'id': shelf.id}, data={'update_many': {'increment': 1}}).update_many == 4
            assert db.shelf.group_by(['update_many'], having={'update_many': 4}, count=True)[0]['_count']['_all'] == 1
            change = {'create_many': {'update_many': {'where': {'title': 'b'}, 'data': {'title': 'c'}}}}
            shelf = db.shelf.update(where={'id': shelf.id}, data=change, include={'create_many': {'order_by': {'id': 'asc'}}})
            assert shelf.create_many[0].title == 'c'
        print('fine')
    """)
    assert out == 'fine\n'


@pytest.mark.skipif(IS_ASYNC, reason='nothing of it depends on the interface')
def test_star_imports(tmp_path):
    out = Program(tmp_path, WORDS).run("""
        from app_client import *
        from app_client.models import *
        from app_client.types import *
        from app_client.bases import *
        from app_client.actions import *
        from app_client.partials import *
        from app_client.enums import *
        from app_client.errors import *
        from app_client.client import *
        print(*(thing.__name__ for thing in (Prisma, Shelf, ShelfWhereInput, BaseShelf, ShelfActions, UniqueViolationError, models)))
    """)
    assert out == 'Prisma Shelf ShelfWhereInput BaseShelf ShelfActions UniqueViolationError app_client.models\n'


def test_lists_as_parameters(db):
    if DATABASE == 'postgresql':
        assert db.query_first('SELECT $1::int[] AS a', [1, 2]) == {'a': [1, 2]}
        return
    with pytest.raises(Exception, match="a list can't be a parameter") as caught:
        db.query_raw(sql('SELECT ? AS a'), [1, 2])
    assert caught.value.code == 'P2010'
