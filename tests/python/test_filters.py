"""Inputs, row by row: the operators of each type, lists, relations, nested writes, orders, aggregates."""

import datetime
from decimal import Decimal

import pytest

from databases import DATABASE


def day(number):
    return datetime.datetime(2024, 1, number, tzinfo=datetime.timezone.utc)


# field → its values in the rows 0, 1 and 2
VALUES = {
    'string': ['a', 'b', 'c'],
    'integer': [-1, 0, 2147483647],
    'big': [-9007199254740993, 0, 9007199254740993],
    'float': [-1.5, 0.25, 1e10],
    'decimal': [Decimal('-1.5'), Decimal('0.1'), Decimal('12345.678')],
    'datetime': [day(1), day(2), day(3)],
}


@pytest.fixture
def rows(db, sync_package):
    Json, Base64, enums = sync_package.Json, sync_package.Base64, sync_package.enums
    for i in range(3):
        data = {field: values[i] for field, values in VALUES.items()}
        optional = {} if i == 0 else {'optional': str(i)}
        db.all_types.create({**data, **optional, 'boolean': i == 1, 'bytes': Base64.encode(bytes([i])), 'json_obj': Json({'i': i}), 'a': i})
    db.user.create_many([{'name': 'u', 'role': enums.Role.USER}, {'name': 'a', 'role': 'ADMIN'}])
    return lambda where: [row.a for row in db.all_types.find_many(where=where, order={'a': 'asc'})]


@pytest.mark.parametrize('field', VALUES)
def test_comparable(rows, field):
    low, middle, high = VALUES[field]
    for where, expected in (
        (middle, [1]), ({'equals': middle}, [1]), ({'in': [low, high]}, [0, 2]), ({'in': []}, []), ({'not_in': [low, high]}, [1]),
        ({'lt': middle}, [0]), ({'lte': middle}, [0, 1]), ({'gt': middle}, [2]), ({'gte': middle}, [1, 2]),
        ({'not': middle}, [0, 2]), ({'not': {'gt': low}}, [0]), ({'not': {'in': [low]}}, [1, 2]), ({'gt': low, 'lt': high}, [1]),
    ):  # fmt: skip
        for _ in range(2):
            assert rows({field: where}) == expected, where


def test_others(rows, db, sync_package):
    Json, Base64 = sync_package.Json, sync_package.Base64
    one = Base64.encode(b'\x01')
    for where, expected in (
        ({'boolean': True}, [1]), ({'boolean': {'equals': False}}, [0, 2]), ({'boolean': {'not': {'equals': True}}}, [0, 2]),
        ({'bytes': one}, [1]), ({'bytes': {'in': [one]}}, [1]), ({'bytes': {'not_in': [one]}}, [0, 2]), ({'bytes': {'not': one}}, [0, 2]),
        ({'bytes': {'not': {'equals': one}}}, [0, 2]),
        ({'json_obj': {'equals': Json({'i': 1})}}, [1]), ({'json_obj': {'not': Json({'i': 1})}}, [0, 2]),
        ({'string': {'contains': 'b'}}, [1]), ({'string': {'startswith': 'b'}}, [1]), ({'string': {'endswith': 'b'}}, [1]),
        ({'string': {'startsWith': 'b'}}, [1]), ({'string': {'not': {'contains': 'b'}}}, [0, 2]),
        ({'optional': None}, [0]), ({'optional': {'equals': None}}, [0]), ({'optional': {'not': None}}, [1, 2]),
        ({'AND': [{'a': 1}, {'string': 'b'}]}, [1]), ({'AND': {'a': 1}}, [1]), ({'OR': [{'a': 0}, {'a': 2}]}, [0, 2]), ({'OR': []}, []),
        ({'NOT': [{'a': 0}, {'a': 1}]}, [2]), ({'NOT': {'a': 0}}, [1, 2]), ({}, [0, 1, 2]),
    ):  # fmt: skip
        for _ in range(2):
            assert rows(where) == expected, where
    role = sync_package.enums.Role
    for where, expected in (
        (role.USER, 1), ('ADMIN', 1), ({'in': [role.USER, role.ADMIN]}, 2), ({'not_in': ['USER']}, 1), ({'not': role.ADMIN}, 1),
        ({'not': {'in': [role.ADMIN]}}, 1), ({'equals': role.ADMIN}, 1),
    ):  # fmt: skip
        assert db.user.count(where={'role': where}) == expected, where
    if DATABASE == 'postgresql':
        assert rows({'string': {'equals': 'B', 'mode': 'insensitive'}}) == [1] and rows({'string': {'equals': 'B', 'mode': 'default'}}) == []


def test_none_for_json(db, sync_package):
    fields = __import__('client_sync.fields').fields
    made = db.all_types.create({'json_any': sync_package.Json(None)})
    assert made.json_any is None and db.all_types.count(where={'json_any': {'equals': fields.DbNull}}) == 0
    db.all_types.update(where={'id': made.id}, data={'json_any': None})
    db.all_types.create({'json_any': None})
    assert db.all_types.count(where={'json_any': {'equals': None}}) == 2 == db.all_types.count(where={'json_any': {'equals': fields.DbNull}})
    with pytest.raises(sync_package.errors.MissingRequiredValueError, match='A value is required but not set'):
        db.all_types.create({'json_obj': None})
    with pytest.raises(sync_package.errors.MissingRequiredValueError):
        db.all_types.update(where={'id': made.id}, data={'json_obj': None})


def test_json_nulls_and_paths(db, sync_package):
    Json, fields = sync_package.Json, __import__('client_sync.fields').fields
    for i, value in enumerate((Json({'k': {'n': 1, 's': 'abc'}, 'l': [1, 2]}), Json({'k': {'n': 5, 's': 'xyz'}}), Json(None))):
        db.all_types.create({'a': i, 'json_obj': value})
    count = lambda where: db.all_types.count(where={'json_obj': where})  # noqa: E731
    assert count({'equals': fields.JsonNull}) == 1 and count({'equals': fields.AnyNull}) == 1 and count({'equals': fields.DbNull}) == 0
    assert db.all_types.find_first(where={'json_obj': {'equals': fields.JsonNull}}).json_obj is None
    if DATABASE == 'sqlite':
        return
    path = (lambda *keys: list(keys)) if DATABASE == 'postgresql' else (lambda *keys: '.'.join(('$', *keys)))
    assert count({'path': path('k', 'n'), 'equals': Json(5)}) == 1
    assert count({'path': path('k', 'n'), 'gt': 0}) == 2 and count({'path': path('k', 'n'), 'lt': 5}) == 1
    assert count({'path': path('k', 's'), 'string_contains': 'b'}) == 1
    assert count({'path': path('k', 's'), 'string_starts_with': 'x'}) == 1
    assert count({'path': path('k', 's'), 'string_ends_with': 'z'}) == 1
    assert count({'path': path('l'), 'array_contains': Json([1] if DATABASE == 'postgresql' else 1)}) == 1


def test_atomic_numbers(db):
    row = db.all_types.create({'integer': 10, 'big': 10, 'float': 10, 'decimal': Decimal(10)})
    for field in ('integer', 'big', 'float', 'decimal'):
        for operation, operand, expected in (
            ('set', 7, 7), ('increment', 3, 10), ('decrement', 2, 8), ('multiply', 3, 24), ('divide', 2, 12),
        ):  # fmt: skip
            operand = Decimal(operand) if field == 'decimal' else operand
            changed = db.all_types.update(where={'id': row.id}, data={field: {operation: operand}})
            assert getattr(changed, field) == expected, (field, operation)
    assert db.all_types.update_many(where={}, data={'integer': {'increment': 1}}) == 1
    assert db.all_types.find_first().integer == 13


def test_relation_filters(db):
    db.user.create({'name': 'a', 'posts': {'create': [{'title': 'x', 'views': 1}, {'title': 'y', 'views': 2}]}, 'profile': {'create': {'bio': 'b'}}})
    db.user.create({'name': 'b', 'posts': {'create': [{'title': 'x', 'views': 1}]}})
    db.user.create({'name': 'c'})
    names = lambda where: [user.name for user in db.user.find_many(where=where, order={'name': 'asc'})]  # noqa: E731
    for where, expected in (
        ({'posts': {'some': {'title': 'y'}}}, 'a'), ({'posts': {'every': {'title': 'x'}}}, 'bc'), ({'posts': {'none': {'title': 'x'}}}, 'c'),
        ({'posts': {'some': {}}}, 'ab'), ({'posts': {'none': {}}}, 'c'), ({'posts': {'some': {'author': {'is': {'name': 'a'}}}}}, 'a'),
        ({'profile': {'is': {'bio': 'b'}}}, 'a'), ({'profile': {'is_not': {'bio': 'b'}}}, 'bc'), ({'profile': {'is': None}}, 'bc'),
        ({'profile': {'is_not': None}}, 'a'), ({'profile': {'bio': 'b'}}, 'a'), ({'profile': None}, 'bc'),
    ):  # fmt: skip
        assert names(where) == list(expected), where
    assert db.profile.count(where={'user': {'is': {'posts': {'some': {'views': {'gt': 1}}}}}}) == 1


def test_unique_filters(db):
    user = db.user.create({'name': 'a', 'email': 'e', 'age': 3})
    assert db.user.find_unique(where={'email': 'e', 'age': 3}).id == user.id
    assert db.user.find_unique(where={'email': 'e', 'age': {'gt': 3}}) is None
    assert db.user.find_unique(where={'id': user.id, 'OR': [{'name': 'a'}, {'name': 'b'}]}).id == user.id
    assert db.user.update(where={'email': 'e', 'age': 4}, data={'name': 'x'}) is None
    row = db.all_types.create({'a': 5})
    assert db.all_types.delete(where={'pair': {'id': row.id, 'a': 5}}).id == row.id


def test_nested_writes(db):
    user = db.user.create({'name': 'a', 'posts': {'create': {'title': '1'}}})
    free = db.post.create({'title': 'free'})

    def write(**data):
        found = db.user.update(where={'id': user.id}, data=data, include={'posts': {'order_by': {'id': 'asc'}}, 'profile': True})
        return [post.title for post in found.posts], found.profile and found.profile.bio

    first = db.post.find_first(where={'title': '1'}).id
    assert write(posts={'create': [{'title': '2'}, {'title': '3'}]}) == (['1', '2', '3'], None)
    assert write(posts={'connect': [{'id': free.id}]}) == (['1', 'free', '2', '3'], None)
    assert write(posts={'disconnect': [{'id': free.id}]}) == (['1', '2', '3'], None)
    assert write(posts={'update': [{'where': {'id': first}, 'data': {'title': 'one'}}]}) == (['one', '2', '3'], None)
    assert write(posts={'upsert': [{'where': {'id': first}, 'create': {'title': 'n'}, 'update': {'title': 'uno'}}]}) == (['uno', '2', '3'], None)
    assert write(posts={'update_many': [{'where': {'title': '2'}, 'data': {'views': 9}}]})[0] == ['uno', '2', '3']
    assert write(posts={'updateMany': {'where': {}, 'data': {'views': {'increment': 1}}}})[0] == ['uno', '2', '3']
    assert db.post.count(where={'views': 10}) == 1
    assert write(posts={'delete_many': [{'title': '2'}]}) == (['uno', '3'], None)
    assert write(posts={'delete': [{'id': first}]}) == (['3'], None)
    assert write(posts={'create_many': {'data': [{'title': '4'}, {'title': '5'}]}}) == (['3', '4', '5'], None)
    assert write(posts={'connect_or_create': [{'where': {'id': free.id}, 'create': {'title': 'x'}}]})[0] == ['free', '3', '4', '5']
    assert write(posts={'set': [{'id': free.id}]}) == (['free'], None)
    assert write(posts={'set': []}) == ([], None)
    assert write(profile={'create': {'bio': 'b'}}) == ([], 'b')
    assert write(profile={'update': {'bio': 'c'}}) == ([], 'c')
    assert write(profile={'upsert': {'create': {'bio': 'x'}, 'update': {'bio': 'd'}}}) == ([], 'd')
    assert write(profile={'delete': True}) == ([], None)
    assert write(profile={'upsert': {'create': {'bio': 'x'}, 'update': {'bio': 'd'}}}) == ([], 'x')
    post = db.post.create(
        {'title': 't', 'author': {'connect_or_create': {'where': {'id': 'none'}, 'create': {'name': 'new'}}}, 'categories': {'create': [{'name': 'c'}]}},
        include={'author': True, 'categories': True},
    )
    assert post.author.name == 'new' and post.categories[0].name == 'c'
    assert db.post.update(where={'id': post.id}, data={'author': {'disconnect': True}}, include={'author': True}).author is None
    done = db.post.upsert(
        where={'id': post.id},
        data={'create': {'title': 'n'}, 'update': {'author': {'connect': {'id': user.id}}, 'categories': {'set': []}}},
        include={'author': True, 'categories': True},
    )
    assert done.author.id == user.id and done.categories == []


def test_orders(db):
    ids = [db.user.create({'name': name, 'email': email, 'posts': {'create': [{'title': str(i)} for i in range(count)]}}).id
           for name, email, count in (('a', 'z', 1), ('b', None, 2), ('c', 'y', 0))]  # fmt: skip
    order = lambda *orders: ''.join(user.name for user in db.user.find_many(order=list(orders)))  # noqa: E731
    assert order({'name': 'desc'}) == 'cba' and order({'age': 'asc'}, {'name': 'asc'}) == 'abc'
    assert order({'posts': {'_count': 'desc'}}) == 'bac'
    if DATABASE != 'mysql':
        assert order({'email': {'sort': 'asc', 'nulls': 'last'}}) == 'cab' and order({'email': {'sort': 'asc', 'nulls': 'first'}}) == 'bca'
    titles = [post.author.name for post in db.post.find_many(order=[{'author': {'name': 'desc'}}, {'title': 'asc'}], include={'author': True})]
    assert titles == ['b', 'b', 'a']
    assert [user.name for user in db.user.find_many(where={'id': {'in': ids}}, order={'name': 'asc'}, cursor={'id': ids[0]}, skip=1, take=1)] == ['b']
    found = db.user.find_many(order={'name': 'asc'}, include={'_count': {'select': {'posts': {'where': {'title': '1'}}}}})
    assert [user._count['posts'] for user in found] == [0, 1, 0]
    assert db.user.find_first(order={'name': 'asc'}, take=-1).name == 'c'


@pytest.mark.skipif(DATABASE != 'postgresql', reason='only this database has lists')
def test_lists(db, sync_package):
    Json, Base64 = sync_package.Json, sync_package.Base64
    moments = [datetime.datetime(2024, 1, i, tzinfo=datetime.timezone.utc) for i in (1, 2)]
    for field, one, two in (
        ('strings', 'a', 'b'), ('ints', 1, 2), ('bigs', 2**40, -(2**40)), ('floats', 1.5, 2.5), ('decimals', Decimal('1.5'), Decimal('2')),
        ('bools', True, False), ('times', *moments), ('bytes', Base64.encode(b'a'), Base64.encode(b'b')), ('roles', 'USER', 'ADMIN'),
        ('jsons', Json({'a': 1}), Json([1])),
    ):  # fmt: skip
        plain = [getattr(value, 'data', value) if field == 'jsons' else value for value in (one, two)]
        row = db.lists.create({field: [one]})
        assert getattr(row, field) == plain[:1]
        change = lambda value: getattr(db.lists.update(where={'id': row.id}, data={field: value}), field)  # noqa: E731, B023
        assert change({'push': two}) == plain and change({'set': []}) == [] and change({'push': [one, two]}) == plain
        assert change([two]) == plain[1:] and change({'set': [one]}) == plain[:1]
        for where, expected in (
            ({'has': one}, 1), ({'has': two}, 0), ({'equals': [one]}, 1), ({'has_every': [one]}, 1), ({'has_every': [one, two]}, 0),
            ({'has_some': [one, two]}, 1), ({'is_empty': False}, 1), ({'is_empty': True}, 0),
        ):  # fmt: skip
            assert db.lists.count(where={'id': row.id, field: where}) == expected, (field, where)
    assert db.lists.create({}).strings == []
