"""Rows of the inventory that no other file has: what a class of the user's own may hold, faults of requests, partial types."""

import os
import subprocess
import sys
from importlib import import_module
from typing import List, Optional

import pytest

import pydantics
from conftest import run_cli


@pytest.mark.sync
def test_fields_of_a_class_are_the_selection(db, sync_package):
    errors, BaseUser = sync_package.errors, sync_package.bases.BaseUser
    db.user.create({'name': 'a', 'posts': {'create': {'title': 't'}}})

    class Slim(BaseUser):
        name: str

    class Slip(BaseUser):
        id: str
        emial: Optional[str] = None

    class Rich(BaseUser):
        name: str
        posts: Optional[List[sync_package.models.Post]] = None

    assert pydantics.dump(Slim.prisma(db).find_first()) == {'name': 'a'}
    assert Rich.prisma(db).find_first().posts is None
    assert Rich.prisma(db).find_first(include={'posts': True}).posts[0].title == 't'
    with pytest.raises(errors.FieldNotFoundError, match="Field 'emial' not found in enclosing type 'User'"):
        Slip.prisma(db).find_first()
    with pytest.raises(errors.UnknownRelationalFieldError, match='Field: "posts" either .* on the Slim model'):
        Slim.prisma(db).find_first(include={'posts': True})
    assert Slim.prisma(db).find_first(include={'posts': False}).name == 'a'


def test_sets_are_lists(db):
    db.user.create_many([{'name': 'a'}, {'name': 'b'}, {'name': 'c'}])
    assert db.user.count(where={'name': {'in': {'a', 'b'}}}) == 2
    assert db.user.count(where={'name': {'not_in': frozenset(['a'])}}) == 2
    assert db.user.count(where={'name': {'in': ('a',)}}) == 1


def test_what_is_wrong_with_a_request(db, sync_package):
    """Of the forms that an object may have, the fault is told of the one that was meant."""
    errors = sync_package.errors
    for data, kind, text in (
        ({'unknown': 1, 'name': 'x'}, 'FieldNotFoundError', 'Could not find field at `createOneUser.data.unknown`'),
        ({'unknown': 1}, 'MissingRequiredValueError', '`data.name`: A value is required but not set'),
        ({}, 'MissingRequiredValueError', '`data.name`: A value is required but not set'),
        ({'name': 'x', 'posts': {'create': [{'title': 'x', 'no': 1}]}}, 'FieldNotFoundError', 'createOneUser.data.posts.create.no`'),
        ({'name': 'x', 'posts': {'creat': {}}}, 'FieldNotFoundError', 'createOneUser.data.posts.creat`'),
        ({'name': 1}, 'FieldNotFoundError', 'Invalid argument type. `name` should be of any of the following types: `String`'),
        ({'name': 'x', 'role': 'NONE'}, 'FieldNotFoundError', '`NONE` is not a valid `Role`'),
    ):
        for _ in range(2):
            with pytest.raises(errors.DataError) as caught:
                db.user.create(data)
            assert type(caught.value).__name__ == kind and text in str(caught.value), str(caught.value)
    # A field that only the other form of the object lacks is not what is wrong.
    with pytest.raises(errors.DataError) as caught:
        db.all_types.create({'id': 5, 'bytes': 'no base64'})
    assert 'not a valid `base64 String`' in str(caught.value)
    with pytest.raises(errors.FieldNotFoundError, match="Field 'no' not found in enclosing type 'UserCountAggregateOutputType'"):
        db.user.count(select={'no': True})
    assert db.user.count() == 0


def test_metrics_are_models(db):
    db.user.count()
    metrics = db.get_metrics()
    data = pydantics.dump(metrics)
    assert {'key', 'value', 'labels', 'description'} == set(data['counters'][0])
    bucket = metrics.histograms[0].value.buckets[0]
    assert bucket.max_value == bucket[0] and bucket.total_count == bucket[1]


def test_names_of_list_types(sync_package):
    types = import_module('client_sync.types')
    for name in ('String', 'Int', 'BigInt', 'Float', 'Decimal', 'DateTime', 'Boolean', 'Bytes', 'Json', 'Role'):
        for suffix in ('ListFilter', 'ListUpdate'):
            assert hasattr(types, name + suffix)
        for suffix in ('EqualsInput', 'HasInput', 'HasEveryInput', 'HasSomeInput', 'IsEmptyInput'):
            assert hasattr(types, f'_{name}ListFilter{suffix}')


SCHEMA = (
    'datasource db {\n provider = "sqlite"\n url = "file:x.db"\n}\ngenerator client {\n provider = "prisma-client-py"\n'
    ' interface = "sync"\n output = "./made"\n partial_type_generator = "parts.py"\n}\n'
    'model User {\n id Int @id\n name String\n email String?\n posts Post[]\n profile Profile?\n}\n'
    'model Profile {\n id Int @id\n user User @relation(fields: [id], references: [id])\n}\n'
    'model Post {\n id Int @id\n userId Int\n user User @relation(fields: [userId], references: [id])\n}\n'
    'model Alone {\n id Int @id\n}\n'
)


@pytest.fixture(scope='module')
def declare(tmp_path_factory):
    """Runs a script of partial types; what is wrong with it, by the generator."""
    folder = tmp_path_factory.mktemp('partials')
    (folder / 'schema.prisma').write_text(SCHEMA)

    def run(*lines):
        (folder / 'parts.py').write_text('from prisma.models import Alone, Post, User\n' + '\n'.join(lines) + '\n')
        done = run_cli('generate', cwd=folder)
        return folder, done.returncode, done.stdout + done.stderr

    return run


@pytest.mark.parametrize(
    'arguments, message',
    [
        ("'A', include={'id'}, exclude={'name'}", 'TypeError: Exclude and include are mutually exclusive.'),
        ("'A', {'id'}, exclude_relational_fields=True", 'TypeError: Include and exclude_relational_fields=True are mutually exclusive.'),
        ("'A', required={'name'}, optional={'name'}", "Cannot make the same field(s) required and optional {'name'}"),
        ("'A', exclude_relational_fields=True, relations={'posts': 'P'}", 'exclude_relational_fields and relations are mutually exclusive'),
        ("'A', relations={'posts': 'P'}", 'Unknown partial type: "P". Did you remember to generate the P type before this one?'),
        ("'A', relations={'no': 'P'}", 'Field: "no" either does not exist or is not a relational field on the User model'),
        ("'A', include={'id'}, relations={'posts': 'P'}", 'posts is not a valid User / A field.'),
        ("'A', exclude={'email'}, required={'email'}", 'email is not a valid User / A field.'),
        ("'A', optional={'no'}", 'no is not a valid User / A field.'),
        ("'A'); User.create_partial('A'", 'Partial type "A" has already been created.'),
        ("'1A'", 'Partial type name "1A" is not a valid Python identifier.'),
        ("'B'); Alone.create_partial('A', relations={'posts': 'B'}", 'Model: "Alone" has no relational fields.'),
    ],
)
def test_faults_of_partial_types(declare, arguments, message):
    _, status, text = declare(f'User.create_partial({arguments})')
    assert status == 1 and 'An exception ocurred while running the partial type generator' in text and message in text, text


def test_required_relations_of_partial_types(declare):
    folder, status, text = declare("User.create_partial('Full', None, {'email'}, required=['posts', 'profile'], optional=['name'])")
    assert status == 0, text
    code = (
        'from made.partials import Full\nfrom made._compat import is_field_required, model_fields, model_parse\n'
        'print([name for name, field in model_fields(Full).items() if is_field_required(field)])\n'
        "print(model_parse(Full, {'id': 1, 'posts': [], 'profile': {'id': 1}}).profile.id)\n"
    )
    done = subprocess.run([sys.executable, '-c', code], cwd=folder, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["['id', 'posts', 'profile']", '1'], done.stdout + done.stderr
    assert 'posts: List[Post]\n' in (folder / 'made/partials.pyi').read_text()


MODEL = 'model User {\n id Int @id @default(autoincrement())\n}\n'


def generated(folder, models=MODEL, options='', environment=None, code=''):
    """What `prisma generate` says, or what a program prints that uses what it has made."""
    (folder / 'schema.prisma').write_text(
        'datasource db {\n provider = "sqlite"\n url = "file:x.db"\n}\ngenerator client {\n provider = "prisma-client-py"\n'
        f' interface = "sync"\n output = "./made"\n {options}\n}}\n{models}'
    )
    done = run_cli('generate', cwd=folder, env={**os.environ, **(environment or {})})
    if not code or done.returncode:
        return done.returncode, done.stdout + done.stderr
    done = subprocess.run([sys.executable, '-c', code], cwd=folder, capture_output=True, text=True)
    return done.returncode, (done.stdout + done.stderr).strip()


def test_instance_names(tmp_path):
    """What was accepted is; what can't be read is told as by the parser that users know."""
    name = lambda comment: generated(  # noqa: E731
        tmp_path, f'{comment}\n{MODEL}', code='from made._data import ACCESSORS\nprint(*ACCESSORS)'
    )
    for comment, expected in (
        ('/// @Python(instance_name: "people")', 'people'), ("/// text @Python(instance_name: 'people') text", 'people'),
        ('/// @Python(other: "x", instance_name: "people")', 'people'), ('/// @Python()', 'user'), ('/// @Python', 'user'),
        ('/// @Python(other: "x")', 'user'), ('/// @Python(\n/// instance_name: "people"\n/// )', 'people'),
    ):  # fmt: skip
        assert name(comment) == (0, expected), comment
    for comment, message in (
        ('/// @Python(instance_name)', "Unexpected token Token('RPAR', ')') at line 1, column 22.\nExpected one of: \n\t* COLON\n"),
        ('/// @Python(instance_name: a)', "Unexpected token Token('CNAME', 'a') at line 1, column 24."),
        ('/// @Python(a: 1)', "No terminal matches '1' in the current parser context, at line 1 col 12"),
        ('/// @Python(a: "b" c)', 'Expected one of: \n\t* COMMA\n\t* RPAR\n'),
        ('/// @Python(a: "b") @Python(a: "b")', 'Encountered multiple `@Python` declarations'),
        ('/// @Python(instance_name: "connect")', 'Model "User" would be the property "connect" of the client, which is a method'),
        ('model Post {\n id Int @id\n}\n/// @Python(instance_name: "post")', 'as model "Post" is; give it another'),
    ):
        status, text = generated(tmp_path, f'{comment}\n{MODEL}')
        assert status == 1 and message in text, text


def test_a_model_takes_the_place_of_a_method(tmp_path):
    code = 'from made import Prisma\ndb = Prisma(use_dotenv=False)\nprint(type(db.primary).__name__, type(db.on).__name__, type(db.use).__name__)'
    models = 'model Primary {\n id Int @id\n}\nmodel On {\n id Int @id\n}\n'
    assert generated(tmp_path, models, code=code) == (0, 'PrimaryActions OnActions method')


def test_options_of_the_generator(tmp_path):
    for options, environment, expected in (
        ('engine_type = "binary"', {}, 0), ('engineType = "library"', {}, 0), ('engineType = "dataproxy"', {}, 'does not support the Prisma Data Proxy'),
        ('', {'PRISMA_PY_CONFIG_ENGINE_TYPE': 'no'}, 'engine_type'), ('engineType = "no"', {'PRISMA_CLIENT_ENGINE_TYPE': 'binary'}, 0),
        ('', {'PRISMA_PY_CONFIG_INTERFACE': 'trio'}, 'interface'), ('enable_experimental_decimal = "maybe"', {}, 'enable_experimental_decimal'),
        ('', {'PRISMA_PY_CONFIG_ENABLE_EXPERIMENTAL_DECIMAL': 'true'}, 0), ('binaryTargets = ["native", "windows"]', {}, 0),
        ('', {'PRISMA_PY_CONFIG_PARTIAL_TYPE_GENERATOR': 'no.such'}, 'Could not find a python file or module at no.such'),
        ('', {'PRISMA_PY_CONFIG_RECURSIVE_TYPE_DEPTH': '0'}, 'Value must equal -1 or be greater than 1.'),
        ('recursive_type_depth = 1', {'PRISMA_PY_CONFIG_RECURSIVE_TYPE_DEPTH': '5'}, 0),
    ):  # fmt: skip
        status, text = generated(tmp_path, options=options, environment=environment)
        assert status == (0 if expected == 0 else 1) and (expected == 0 or expected in text), (options, environment, text)


def test_views_and_unsupported_columns(tmp_path):
    models = (
        'model User {\n id Int @id @default(autoincrement())\n name String\n shape Unsupported("circle")?\n}\n'
        'view Names {\n name String @unique\n}\n'
    )
    code = (
        'from made import Prisma\nfrom made._compat import model_fields\nfrom made.models import User\n'
        'print(list(model_fields(User)))\ndb = Prisma(use_dotenv=False, datasource={"url": "file:y.db"})\ndb.connect()\n'
        'db.execute_raw("CREATE TABLE User (id INTEGER PRIMARY KEY, name TEXT)")\n'
        'db.execute_raw("CREATE VIEW Names AS SELECT DISTINCT name FROM User")\n'
        'db.user.create({"name": "a"})\nprint(db.names.find_many()[0].name, db.names.count(), hasattr(db.names, "create"))'
    )
    status, text = generated(tmp_path, models, 'previewFeatures = ["views"]', code=code)
    assert text.splitlines() == ["['id', 'name']", 'a 1 False'], text


def test_mapped_enums(tmp_path):
    models = 'enum Kind {\n A @map("a b")\n B\n}\nmodel User {\n id Int @id\n kind Kind @default(A)\n}\n'
    code = (
        'from made import Prisma, enums\nprint([(kind.name, kind.value) for kind in enums.Kind])\n'
        'db = Prisma(use_dotenv=False, datasource={"url": "file:z.db"})\ndb.connect()\n'
        'db.execute_raw("CREATE TABLE User (id INTEGER PRIMARY KEY, kind TEXT)")\n'
        'print(db.user.create({"id": 1}).kind, db.query_first("SELECT kind FROM User"), db.user.count(where={"kind": enums.Kind.A}))'
    )
    status, text = generated(tmp_path, models, code=code)
    assert text.splitlines() == ["[('A', 'A'), ('B', 'B')]", "A {'kind': 'a b'} 1"], text


@pytest.mark.sync
def test_traces(sync_package, database, monkeypatch):
    """Spans are made by whatever OpenTelemetry is there: here, one that keeps them."""
    opened = []

    class Span:
        def __init__(self, name, attributes=None, **_):
            opened.append((name, dict(attributes or {})))

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return False

        def __getattr__(self, name):
            return lambda *_, **__: None

    class Tracer:
        start_as_current_span = start_span = staticmethod(lambda name, *args, **kwargs: Span(name, *args, **kwargs))

    trace = pytest.importorskip('opentelemetry.trace', reason='OpenTelemetry is not installed')
    monkeypatch.setattr(trace, 'get_tracer', lambda *_, **__: Tracer())
    with sync_package.Prisma(use_dotenv=False, tracing=True) as db:
        db.user.count(where={'name': 'x'})
    assert ('prisma:client:operation', 'User.count') in [(name, attributes.get('name')) for name, attributes in opened]
    assert any(name == 'prisma:engine:db_query' for name, _ in opened)
