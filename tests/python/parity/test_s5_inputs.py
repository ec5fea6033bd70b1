"""Section 5 of the inventory: filters of every type, relations, writes, orders and aggregates."""

import datetime
import decimal

import pytest

from databases import DATABASE

UTC = datetime.timezone.utc
EARLY, LATE = datetime.datetime(2020, 1, 1, tzinfo=UTC), datetime.datetime(2021, 1, 1, tzinfo=UTC)
# Of each type: its field, the value of the first record and that of the second, which is greater.
ORDERED = {
    'String': ('string', 'aX', 'bX'),
    'Int': ('integer', 1, 2),
    'BigInt': ('big', 2**40, 2**41),
    'Float': ('float', 1.5, 2.5),
    'Decimal': ('decimal', decimal.Decimal('1.25'), decimal.Decimal('2.25')),
    'DateTime': ('datetime', EARLY, LATE),
}


@pytest.fixture
def types(db, sync_package):
    """Two records of all types: the first has the smaller values."""
    Base64, Json = sync_package.Base64, sync_package.Json
    for number in (0, 1):
        data = {field: values[number] for field, *values in ORDERED.values()}
        data.update(boolean=bool(number), bytes=Base64.encode(b'xy'[number : number + 1]), json_obj=Json({'n': number}))
        db.all_types.create({'id': number + 1, **data})
    return db.all_types


def ids(types, where):
    return [record.id for record in types.find_many(where=where, order={'id': 'asc'})]


@pytest.mark.parametrize('kind', ORDERED)
def test_filters(types, kind):
    field, low, high = ORDERED[kind]
    for operators, expected in (
        (low, [1]),
        ({'equals': high}, [2]),
        ({'not_in': [low]}, [2]),
        ({'in': [low, high]}, [1, 2]),
        ({'lt': high}, [1]),
        ({'lte': high}, [1, 2]),
        ({'gt': low}, [2]),
        ({'gte': low}, [1, 2]),
        ({'gt': low, 'lt': high}, []),
        ({'not': {'equals': low}}, [2]),
        ({'not': {'in': [low, high]}}, []),
        ({'not': {'not': {'equals': low}}}, [1]),
        ({'notIn': [high]}, [1]),  # as the engine spells it
    ):
        assert ids(types, {field: operators}) == expected, operators
    assert ids(types, {field: {'not': low}}) == [2]


def test_filters_of_strings(types):
    for operators, expected in (
        ({'contains': 'X'}, [1, 2]),
        ({'startswith': 'a'}, [1]),
        ({'endswith': 'X', 'not': 'aX'}, [2]),
        ({'not': {'contains': 'a'}}, [2]),
    ):
        assert ids(types, {'string': operators}) == expected, operators
    if DATABASE == 'postgresql':
        assert ids(types, {'string': {'equals': 'AX', 'mode': 'insensitive'}}) == [1]
        assert ids(types, {'string': {'equals': 'AX', 'mode': 'default'}}) == []


def test_filters_of_booleans_and_bytes(types, sync_package):
    x, y = (sync_package.Base64.encode(value) for value in (b'x', b'y'))
    for where, expected in (
        ({'boolean': True}, [2]),
        ({'boolean': {'equals': False}}, [1]),
        ({'boolean': {'not': True}}, [1]),
        ({'boolean': {'not': {'equals': False}}}, [2]),
        ({'bytes': x}, [1]),
        ({'bytes': {'equals': y}}, [2]),
        ({'bytes': {'in': [x, y]}}, [1, 2]),
        ({'bytes': {'not_in': [x]}}, [2]),
        ({'bytes': {'not': y}}, [1]),
        ({'bytes': {'not': {'equals': y}}}, [1]),
    ):
        assert ids(types, where) == expected, where


def test_filters_of_json(types, sync_package):
    Json = sync_package.Json
    assert ids(types, {'json_obj': {'equals': Json({'n': 1})}}) == [2]
    assert ids(types, {'json_obj': {'not': Json({'n': 1})}}) == [1]


def test_filters_of_optional_fields(types):
    types.update(where={'id': 1}, data={'optional': 'x'})
    assert ids(types, {'optional': None}) == [2] and ids(types, {'optional': {'not': None}}) == [1]
    types.update(where={'id': 1}, data={'optional': None})
    assert ids(types, {'optional': None}) == [1, 2]


def test_filters_of_enums(db, sync_package):
    Role = sync_package.enums.Role
    db.user.create({'name': 'a'})
    db.user.create({'name': 'b', 'role': Role.ADMIN})
    assert db.user.find_first(where={'role': Role.ADMIN}).name == 'b' and db.user.find_first(where={'role': 'USER'}).name == 'a'
    assert db.user.find_first(where={'name': 'b'}).role == 'ADMIN' == Role.ADMIN.value == Role.ADMIN.name


def test_combinators(types):
    for where, expected in (
        ({'AND': [{'integer': 1}, {'boolean': False}]}, [1]),
        ({'OR': [{'integer': 1}, {'boolean': True}]}, [1, 2]),
        ({'NOT': [{'integer': 1}]}, [2]),
        ({'AND': [{'OR': [{'NOT': [{'integer': 1}]}]}]}, [2]),
        ({'OR': []}, []),
        ({'AND': []}, [1, 2]),
        ({'NOT': []}, [1, 2]),
    ):
        assert ids(types, where) == expected, where


def test_unique_filters(types):
    assert types.find_unique(where={'id': 1}).id == 1
    types.update(where={'id': 1}, data={'a': 5})
    assert types.find_unique(where={'pair': {'id': 1, 'a': 5}}).id == 1
    assert types.find_unique(where={'pair': {'id': 1, 'a': 6}}) is None


DAY = datetime.datetime(2020, 1, 1, tzinfo=UTC)
LISTS = {
    'strings': ('a', 'b', 'c'),
    'ints': (1, 2, 3),
    'bigs': (2**40, 2**41, 0),
    'floats': (1.5, 2.5, 0.0),
    'decimals': (decimal.Decimal('1.5'), decimal.Decimal('2.5'), decimal.Decimal(0)),
    'bools': (True, False, True),
    'times': (DAY, LATE, EARLY),
    'bytes': (b'x', b'y', b'z'),
    'roles': ('USER', 'ADMIN', 'USER'),
    'jsons': ({'a': 1}, [2], 'x'),
}


@pytest.mark.skipif(DATABASE != 'postgresql', reason='the database has no lists')
@pytest.mark.parametrize('field', LISTS)
def test_lists_of_scalars(db, sync_package, field):
    make = {'bytes': sync_package.Base64.encode, 'jsons': sync_package.Json}.get(field, lambda value: value)
    first, second, other = map(make, LISTS[field])
    lists = db.lists
    lists.create({'id': 1, field: [first, second]})
    for operators, expected in (
        ({'equals': [first, second]}, 1),
        ({'equals': [second, first]}, 0),
        ({'has': first}, 1),
        ({'has_every': [first, second]}, 1),
        ({'has_some': [first, other]}, 1),
        ({'is_empty': True}, 0),
        ({'is_empty': False}, 1),
    ):
        assert lists.count(where={field: operators}) == expected, operators
    for data, expected in (
        ({'push': [other]}, [first, second, other]),
        ({'set': [second]}, [second]),
        ([other, first], [other, first]),
        ([], []),
    ):
        found = getattr(lists.update(where={'id': 1}, data={field: data}), field)
        assert found == [getattr(item, 'data', item) if field == 'jsons' else item for item in expected], data


@pytest.fixture
def family(db):
    db.user.create({'id': 'a', 'name': 'a', 'profile': {'create': {'bio': 'x'}}, 'posts': {'create': [{'title': 't', 'views': 3}]}})
    db.user.create({'id': 'b', 'name': 'b', 'posts': {'create': [{'title': 't'}, {'title': 'u', 'views': 5}]}})
    db.user.create({'id': 'c', 'name': 'c'})
    db.post.create({'title': 'alone'})
    return db


def test_relation_filters(family):
    db = family
    for where, expected in (
        ({'posts': {'some': {'title': 't'}}}, 'ab'),
        ({'posts': {'every': {'title': 't'}}}, 'ac'),
        ({'posts': {'none': {'title': 't'}}}, 'c'),
        ({'posts': {'some': {'author': {'is': {'name': 'b'}}}}}, 'b'),
        ({'profile': {'is': {'bio': 'x'}}}, 'a'),
        ({'profile': {'is_not': {'bio': 'x'}}}, 'bc'),
        ({'profile': None}, 'bc'),
    ):
        assert ''.join(user.id for user in db.user.find_many(where=where, order={'id': 'asc'})) == expected, where


def test_writes_of_relations(db):
    post, user = db.post, db.user
    user.create({'id': 'a', 'name': 'a'})
    made = post.create({'title': '1', 'author': {'connect': {'id': 'a'}}}, include={'author': True})
    assert made.author.id == 'a'
    for _ in range(2):
        data = {'connect_or_create': {'where': {'id': 'n'}, 'create': {'id': 'n', 'name': 'new'}}}
        assert post.create({'title': '2', 'author': data}, include={'author': True}).author.name == 'new'
    assert post.create({'title': '3', 'author': {'create': {'name': 'made'}}}, include={'author': True}).author.name == 'made'
    with_both = user.create({'name': 'm', 'posts': {'create': {'title': '4'}, 'connect': [{'id': made.id}]}}, include={'posts': True})
    assert sorted(item.title for item in with_both.posts) == ['1', '4']

    def change(**data):
        found = user.update(where={'id': with_both.id}, data={'posts': data}, include={'posts': {'order_by': {'id': 'asc'}}})
        return [item.title for item in found.posts]

    last = with_both.posts[-1].id if with_both.posts[-1].title == '4' else with_both.posts[0].id
    assert change(disconnect=[{'id': made.id}]) == ['4'] and change(connect=[{'id': made.id}]) == ['1', '4']
    assert change(set=[{'id': last}]) == ['4'] and change(create=[{'title': '5'}]) == ['4', '5']
    assert change(delete=[{'id': last}]) == ['5']
    assert change(connect_or_create=[{'where': {'id': 999}, 'create': {'title': '6'}}]) == ['5', '6']
    # The other side.
    assert post.update(where={'id': made.id}, data={'author': {'connect': {'id': 'a'}}}, include={'author': True}).author.id == 'a'
    assert post.update(where={'id': made.id}, data={'author': {'disconnect': True}}, include={'author': True}).author is None
    assert post.update(where={'id': made.id}, data={'author': {'create': {'name': 'z'}}}, include={'author': True}).author.name == 'z'
    assert post.update(where={'id': made.id}, data={'author': {'delete': True}}, include={'author': True}).author is None
    assert user.count(where={'name': 'z'}) == 0


def test_writes_that_only_the_engine_types(db):
    user = db.user.create({'name': 'a', 'posts': {'create': [{'title': '1'}, {'title': '2'}]}}, include={'posts': True})

    def change(name='posts', **data):
        return db.user.update(where={'id': user.id}, data={name: data}, include={name: True})

    first = user.posts[0].id
    change(update=[{'where': {'id': first}, 'data': {'title': 'x'}}])
    change(updateMany=[{'where': {'title': 'x'}, 'data': {'views': 4}}])
    assert db.post.find_unique(where={'id': first}).views == 4
    change(upsert=[{'where': {'id': 99}, 'create': {'title': 'up'}, 'update': {}}])
    change(createMany={'data': [{'title': 'many'}]})
    assert len(change(deleteMany=[{'title': 'x'}]).posts) == 3
    assert change('profile', upsert={'create': {'bio': 'p'}, 'update': {'bio': 'q'}}).profile.bio == 'p'
    assert change('profile', update={'bio': 'r'}).profile.bio == 'r'


@pytest.mark.parametrize('field', ['integer', 'big', 'float'])
def test_atomic_numbers(types, sync_package, field):
    start = {'integer': 6, 'big': 2**40, 'float': 1.5}[field]
    for operator, expected in (
        ('set', start),
        ('increment', start + 2),
        ('decrement', start),
        ('multiply', start * 2),
        ('divide', start),
    ):
        value = start if operator == 'set' else 2
        assert getattr(types.update(where={'id': 1}, data={field: {operator: value}}), field) == expected, operator
    assert types.update_many(where={'id': 1}, data={field: {'increment': 1}}) == 1
    with pytest.raises(sync_package.errors.DataError, match='Expected exactly one field to be present, got 2'):
        types.update(where={'id': 1}, data={field: {'increment': 1, 'set': 1}})


def test_foreign_keys_are_written(db):
    db.user.create({'id': 'a', 'name': 'a'})
    post = db.post.create({'title': 't', 'authorId': 'a'})
    assert post.authorId == 'a' and db.post.update(where={'id': post.id}, data={'authorId': None}).authorId is None


def test_order(family, sync_package):
    post = family.post
    titles = lambda order: [item.title for item in post.find_many(order=order)]  # noqa: E731
    assert titles({'views': 'desc'})[:2] == ['u', 't'] and titles([{'title': 'asc'}, {'views': 'asc'}]) == ['alone', 't', 't', 'u']
    with pytest.raises(sync_package.errors.DataError, match='at most 1 fields to be present, got 2'):
        titles({'views': 'desc', 'title': 'asc'})


def test_include(family, sync_package):
    errors, user, post = sync_package.errors, family.user, family.post
    b = {'id': 'b'}
    assert user.find_unique(where=b, include={'posts': False}).posts is None
    found = user.find_unique(where=b, include={'posts': {'take': 1, 'skip': 1, 'order_by': {'title': 'asc'}}})
    assert [item.title for item in found.posts] == ['u']
    found = user.find_unique(where=b, include={'posts': {'where': {'views': {'gt': 1}}, 'include': {'author': True}}})
    assert [item.author.name for item in found.posts] == ['b']
    cursor = post.find_first(where={'title': 'u'})
    found = user.find_unique(where=b, include={'posts': {'cursor': {'id': cursor.id}, 'order_by': {'id': 'asc'}}})
    assert [item.title for item in found.posts] == ['u']
    found = user.find_unique(where=b, include={'posts': {'distinct': ['authorId']}})
    assert len(found.posts) == 1
    found = post.find_unique(where={'id': cursor.id}, include={'author': {'include': {'posts': True, 'profile': True}}})
    assert len(found.author.posts) == 2 and found.author.profile is None
    with pytest.raises(errors.UnknownRelationalFieldError) as caught:
        user.find_first(include={'nope': True})
    assert str(caught.value) == 'Field: "nope" either does not exist or is not a relational field on the User model'
    with pytest.raises(TypeError) as caught:
        user.find_first(include={'posts': 1})
    assert str(caught.value) == "Expected `bool` or `dict` include value but got <class 'int'> instead."


def test_aggregates(types):
    both = ('integer', 'big', 'float')
    [found] = types.group_by(
        ['a'],
        sum={field: True for field in both},
        avg={field: True for field in both},
        min={'string': True, 'datetime': True, 'integer': True},
        max={'string': True, 'decimal': True, 'float': True},
        count={'_all': True, 'optional': True},
    )
    assert found['_sum']['integer'] == 3 and found['_avg']['float'] == 2.0 and int(found['_sum']['big']) == 2**40 + 2**41
    assert found['_min']['string'] == 'aX' and found['_max']['float'] == 2.5 and found['_count'] == {'_all': 2, 'optional': 0}
    for having, expected in (
        ({'integer': {'_max': {'gt': 1}}}, 1),
        ({'integer': {'_min': {'gt': 1}}}, 0),
        ({'integer': {'_sum': {'equals': 3}}}, 1),
        ({'integer': {'_avg': {'lt': 1}}}, 0),
        ({'integer': {'_count': {'equals': 2}}}, 1),
        ({'AND': [{'integer': {'_max': {'gt': 1}}}]}, 1),
        ({'OR': [{'integer': {'_max': {'gt': 9}}}]}, 0),
        ({'NOT': [{'integer': {'_max': {'gt': 9}}}]}, 1),
    ):
        assert len(types.group_by(['a'], having=having)) == expected, having
