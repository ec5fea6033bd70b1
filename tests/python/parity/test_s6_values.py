"""Section 6 of the inventory: how values travel, and what is made of them; the text that the builder makes; metrics."""

import datetime
import decimal
import json

import pytest

import pydantics
from databases import DATABASE, sql

UTC = datetime.timezone.utc


def kept(db, **data):
    """What the database has of a value."""
    [field] = data
    return getattr(db.all_types.find_unique(where={'id': db.all_types.create(data).id}), field)


@pytest.mark.parametrize(
    'field, values',
    [
        ('string', ['', 'x', 'zürich 🐘', 'quote " \\ \n\t', '$1 ) {', '\u2028']),
        ('boolean', [True, False]),
        ('integer', [0, -(2**31), 2**31 - 1]),
        ('big', [0, 2**63 - 1, -(2**63), 2**53 + 1]),
        ('float', [0.0, 0.1, -1.5, 1e-07, 1.7e300]),
        ('optional', [None, 'x']),
    ],
)
def test_plain_values(db, field, values):
    for value in values:
        found = kept(db, **{field: value})
        assert found == value and type(found) is type(value)


@pytest.mark.parametrize('value', [float('nan'), float('inf'), -float('inf')])
def test_what_is_no_number(db, sync_package, value):
    """Databases would keep something else, or nothing."""
    for field in ('float', 'decimal', 'integer'):
        with pytest.raises(sync_package.errors.DataError):
            db.all_types.create({field: value})
    assert db.all_types.count() == 0


def test_decimals(db):
    for text in ('1.10', '0', '-12345.6789', '0.000001'):
        found = kept(db, decimal=decimal.Decimal(text))
        assert type(found) is decimal.Decimal and found == decimal.Decimal(text)


def test_times(db):
    for given, expected in (
        (datetime.datetime(2024, 1, 2, 3, 4, 5), datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        (
            datetime.datetime(2024, 1, 2, 3, 4, 5, 678999, tzinfo=UTC),
            datetime.datetime(2024, 1, 2, 3, 4, 5, 678000, tzinfo=UTC),
        ),
        (
            datetime.datetime(2024, 1, 2, 3, tzinfo=datetime.timezone(datetime.timedelta(hours=5))),
            datetime.datetime(2024, 1, 1, 22, tzinfo=UTC),
        ),
    ):
        found = kept(db, datetime=given)
        assert found == expected and found.utcoffset() == datetime.timedelta(0)


def test_base64(db, sync_package):
    Base64 = sync_package.Base64
    data = Base64.encode(bytes(range(256)))
    found = kept(db, bytes=data)
    assert type(found) is Base64 and found == data and found.decode() == bytes(range(256))
    assert str(Base64.encode(b'hi')) == 'aGk=' == str(Base64.fromb64('aGk=')) == str(Base64.fromb64(b'aGk='))
    assert Base64.encode('ü'.encode()).decode_str() == 'ü' and Base64.encode(b'\xfc').decode_str('latin-1') == 'ü'
    assert Base64.encode(b'a') != Base64.encode(b'b') and Base64.encode(b'a') != 'YQ=='
    assert repr(Base64.encode(b'a')) in ("Base64(b'YQ==')", "Base64('YQ==')")


def test_base64_in_models(sync_package):
    Types = sync_package.models.Types
    schema = Types.model_json_schema() if pydantics.IS_2 else Types.schema()
    assert schema['properties']['bytes']['type'] == 'string' and schema['properties']['bytes']['format'] == 'byte'


def test_json(db, sync_package):
    Json = sync_package.Json
    for value in ({'a': [1, 2.5, None, True, {'b': 'ü'}]}, [], {}, 'text', 1, True, [[1]], {'é"\\': 1}):
        assert kept(db, json_obj=Json(value)) == value
    assert kept(db, json_obj=Json(None)) is None
    assert kept(db, json_obj=Json.keys(a=Json(1), b='x')) == {'a': 1, 'b': 'x'}
    assert kept(db, json_obj=Json({None: 1, True: 2, 1: 3})) in ({'null': 1, 'true': 3}, {'null': 1, 'true': 2, '1': 3})
    with pytest.raises(TypeError, match="Type <class 'object'> not serializable"):
        db.all_types.create({'json_obj': Json({'x': object()})})


def test_enums(db, sync_package):
    Role = sync_package.enums.Role
    assert isinstance(Role.USER, str) and str(Role.ADMIN) == 'ADMIN' == Role.ADMIN.value and Role('USER') is Role.USER
    assert list(Role) == [Role.USER, Role.ADMIN]
    found = db.user.create({'name': 'a', 'role': Role.ADMIN}).role
    assert found == 'ADMIN' == Role.ADMIN


def test_defaults(db):
    made = db.all_types.create({})
    assert (made.string, made.boolean, made.integer, made.big, made.float) == ('', False, 0, 0, 0.0)
    assert made.decimal == 0 and made.json_obj is None and made.bytes.decode() == b'' and made.optional is None
    assert abs(datetime.datetime.now(UTC) - made.datetime) < datetime.timedelta(hours=1)


def test_raw_values(db, sync_package):
    Types = sync_package.models.Types
    db.all_types.create({'big': 2**40, 'decimal': decimal.Decimal('1.5'), 'json_any': sync_package.Json({'a': 1}), 'boolean': True})
    [row] = db.query_raw(sql('SELECT * FROM "Types"'))
    assert row['big'] == 2**40 and float(row['decimal']) == 1.5 and row['optional'] is None
    assert row['json_any'] == {'a': 1} or DATABASE != 'postgresql'  # the others keep it as text
    [record] = db.query_raw(sql('SELECT * FROM "Types"'), model=Types)
    assert isinstance(record, Types) and record.decimal == decimal.Decimal('1.5') and record.boolean is True
    assert record.json_any == {'a': 1} and record.big == 2**40
    first = db.query_first(sql('SELECT * FROM "Types" WHERE boolean = ?'), True, model=Types)
    assert first.datetime.tzinfo is not None and first == record
    assert db.query_first(sql('SELECT * FROM "Types" WHERE id = ?'), -1, model=Types) is None
    assert db.execute_raw(sql('UPDATE "Types" SET string = ? WHERE big = ?'), 'new', 2**40) == 1
    assert db.execute_raw(sql('UPDATE "Types" SET string = ? WHERE big = ?'), 'new', 1) == 0
    with pytest.raises(sync_package.errors.RawQueryError):
        db.query_raw('SELECT nothing FROM nowhere')


def test_raw_parameters(db, sync_package):
    made = db.all_types.create({'decimal': decimal.Decimal('2.5'), 'big': 2**60, 'optional': 'x'})
    for column, value in (('float', 0.0), ('string', ''), ('boolean', False), ('big', 2**60), ('optional', 'x')):
        [row] = db.query_raw(sql(f'SELECT id FROM "Types" WHERE "{column}" = ?'), value)
        assert row['id'] == made.id, column


def test_raw_results_of_older_programs():
    from prisma._raw_query import deserialize_raw_results

    raw = {
        'columns': ['i', 'b', 'd', 'j', 'n', 'l'],
        'types': ['int', 'bigint', 'decimal', 'json', 'string', 'bigint-array'],
        'rows': [[1, '9007199254740993', '1.5', '{"a": 1}', None, ['1', '2']]],
    }
    assert deserialize_raw_results(raw) == [
        {'i': 1, 'b': 9007199254740993, 'd': 1.5, 'j': '{"a": 1}', 'n': None, 'l': [1, 2]}
    ]


# ── the text of requests (6.1) ──


@pytest.fixture(scope='module')
def build(sync_package):
    def build(method, model=None, root_selection=None, **arguments):
        builder = __import__('client_sync._builder')._builder.QueryBuilder(
            method=method,
            model=getattr(sync_package.models, model) if model else None,
            arguments=arguments,
            prisma_models=sync_package.metadata.PRISMA_MODELS,
            relational_field_mappings=sync_package.metadata.RELATIONAL_FIELD_MAPPINGS,
            root_selection=root_selection,
        )
        return builder

    return build


def words(text):
    return text.replace(',', ' ').split()


@pytest.mark.parametrize(
    'method, root',
    [
        ('create', 'createOnePost'),
        ('create_many', 'createManyPost'),
        ('find_unique', 'findUniquePost'),
        ('find_unique_or_raise', 'findUniquePostOrThrow'),
        ('find_first', 'findFirstPost'),
        ('find_first_or_raise', 'findFirstPostOrThrow'),
        ('find_many', 'findManyPost'),
        ('update', 'updateOnePost'),
        ('update_many', 'updateManyPost'),
        ('upsert', 'upsertOnePost'),
        ('delete', 'deleteOnePost'),
        ('delete_many', 'deleteManyPost'),
        ('count', 'aggregatePost'),
        ('group_by', 'groupByPost'),
    ],
)
def test_roots(build, method, root):
    builder = build(method, 'Post', where={'id': 1}, take=None)
    text = builder.build_query()
    kind = 'query' if method.startswith(('find', 'count', 'group')) else 'mutation'
    assert words(text)[:10] == [kind, '{', 'result:', root, '(', 'where:', '{', 'id:', '1', '}'] and 'take' not in text
    body = json.loads(builder.build())
    assert body == {'variables': {}, 'operation_name': kind, 'query': text}


def test_text(build):
    text = build(
        'find_many',
        'Post',
        where={'title': {'not_in': ['a', 'b'], 'startswith': 'é'}, 'OR': []},
        order={'views': 'asc'},
        distinct=['title'],
        include={'author': {'include': {'posts': {'take': 1}}}},
    ).build_query()
    found = words(text)
    assert found[found.index('notIn:') :][:5] == ['notIn:', '[', '"a"', '"b"', ']'] and 'startsWith:' in found and '"é"' in found
    assert found[found.index('distinct:') :][:4] == ['distinct:', '[', '"title"', ']'] and '"asc"' in found
    assert found[found.index('OR:') :][:3] == ['OR:', '[', ']']
    assert 'author' in found and 'posts(' in text.replace('posts\n', 'posts')
    assert words(build('create', 'Post', data={'author': None}).build_query())[5:10] == ['data:', '{', 'author:', 'null', '}']


def test_text_of_raw_queries(build, sync_package):
    moment = datetime.datetime(2024, 1, 1, 12)
    text = build('query_raw', query='SELECT 1', parameters=[1, decimal.Decimal('1.10'), moment, sync_package.Json([1])]).build_query()
    assert words(text)[:4] == ['mutation', '{', 'result:', 'queryRaw'] and 'query: "SELECT 1"' in text
    inner = json.loads(json.loads(text.split('parameters: ')[1].splitlines()[0]))
    assert inner[:3] == [1, '1.10', '2024-01-01T12:00:00+00:00'] and json.loads(inner[3]) == [1]


def test_root_selection(build):
    assert '_count { _all }' in build('count', 'Post', root_selection=['_count { _all }']).build_query()


def test_faults_of_the_builder(build, sync_package):
    errors, bases = sync_package.errors, sync_package.bases

    class Nameless(bases._PrismaModel):
        pass

    class Unknown(bases._PrismaModel):
        __prisma_model__ = 'Nobody'

    QueryBuilder = __import__('client_sync._builder')._builder.QueryBuilder
    for model, kind, text in (
        (Nameless, errors.InvalidModelError, 'Expected the <class'),
        (Unknown, errors.UnknownModelError, '"Nobody"'),
    ):
        with pytest.raises(kind) as caught:
            QueryBuilder(method='find_first', model=model, arguments={}, prisma_models={'Post'}, relational_field_mappings={}).build()
        assert text in str(caught.value), str(caught.value)
    with pytest.raises(errors.UnknownRelationalFieldError):
        build('find_first', 'Post', include={'nothing': True}).build()


def test_metrics(db):
    db.user.count()
    found = db.get_metrics(format='json', global_labels={'app': 'x'})
    keys = {metric.key for group in (found.counters, found.gauges, found.histograms) for metric in group}
    assert {'prisma_client_queries_total', 'prisma_datasource_queries_total', 'prisma_client_queries_active'} <= keys
    assert all(isinstance(metric.value, int) for metric in found.counters)
    [histogram] = [item for item in found.histograms if item.key == 'prisma_client_queries_duration_histogram_ms']
    assert histogram.value.count >= 1 and histogram.value.sum >= 0 and len(histogram.value.buckets[0]) == 2
    assert histogram.labels == {'app': 'x'} and histogram.description
    text = db.get_metrics(format='prometheus', global_labels={'app': 'x'})
    assert 'prisma_client_queries_duration_histogram_ms_bucket{' in text and 'prisma_pool_connections_open' in text and 'app="x"' in text
