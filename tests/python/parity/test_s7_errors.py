"""Section 7 of the inventory: exceptions, partial types, names in a schema."""

import json
from importlib import import_module

import pytest

import pydantics
from databases import sql

# Each class with its base.
CLASSES = {
    'PrismaError': 'Exception',
    'ClientNotRegisteredError': 'PrismaError',
    'ClientAlreadyRegisteredError': 'PrismaError',
    'ClientNotConnectedError': 'PrismaError',
    'HTTPClientClosedError': 'PrismaError',
    'UnsupportedDatabaseError': 'PrismaError',
    'DataError': 'PrismaError',
    'UniqueViolationError': 'DataError',
    'ForeignKeyViolationError': 'DataError',
    'FieldNotFoundError': 'DataError',
    'RawQueryError': 'DataError',
    'MissingRequiredValueError': 'DataError',
    'InputError': 'DataError',
    'TableNotFoundError': 'DataError',
    'RecordNotFoundError': 'DataError',
    'TransactionError': 'PrismaError',
    'TransactionExpiredError': 'TransactionError',
    'TransactionNotStartedError': 'TransactionError',
    'BuilderError': 'PrismaError',
    'InvalidModelError': 'BuilderError',
    'UnknownModelError': 'BuilderError',
    'UnknownRelationalFieldError': 'BuilderError',
    'GeneratorError': 'PrismaError',
    'UnsupportedListTypeError': 'GeneratorError',
    'PrismaWarning': 'Warning',
    'UnsupportedSubclassWarning': 'PrismaWarning',
}
ENGINE_CLASSES = {
    'EngineError': 'PrismaError',
    'BinaryNotFoundError': 'EngineError',
    'AlreadyConnectedError': 'EngineError',
    'NotConnectedError': 'EngineError',
    'MismatchedVersionsError': 'EngineError',
    'EngineConnectionError': 'EngineError',
    'EngineRequestError': 'EngineError',
    'UnprocessableEntityError': 'EngineRequestError',
}


@pytest.mark.parametrize('name', CLASSES)
def test_classes(sync_package, name):
    bases = [base.__name__ for base in getattr(sync_package.errors, name).__mro__]
    assert CLASSES[name] in bases[1:] or CLASSES[name] == 'Warning'


@pytest.mark.parametrize('name', ENGINE_CLASSES)
def test_classes_of_the_engine(sync_package, name):
    bases = [base.__name__ for base in getattr(import_module('client_sync.engine.errors'), name).__mro__]
    assert ENGINE_CLASSES[name] in bases[1:]


def test_classes_elsewhere(sync_package):
    errors = sync_package.errors
    for module, name in (('generator.errors', 'TemplateError'), ('generator.errors', 'PartialTypeGeneratorError'),
                         ('cli', 'UnknownTargetError'), ('cli._node', 'MissingNodejsBinError')):  # fmt: skip
        found = getattr(import_module(f'client_sync.{module}'), name)
        assert issubclass(found, errors.PrismaError)


def answer(code, message='m', meta=None, error=''):
    facing = {'is_panic': False, 'message': message, 'meta': meta, 'error_code': code}
    return [{'error': error, 'user_facing_error': facing}]


ARGUMENT = {'selectionPath': ['findFirstPost'], 'argumentPath': ['where', 'foo']}


@pytest.mark.parametrize(
    'name, code, message, meta, text',
    [
        ('UniqueViolationError', 'P2002', 'Unique constraint failed', {'target': ['a']}, 'Unique constraint failed'),
        ('ForeignKeyViolationError', 'P2003', 'x', {}, 'x'),
        ('FieldNotFoundError', 'P2009', 'x', {'kind': 'UnknownArgument', **ARGUMENT}, 'Could not find field at `findFirstPost.where.foo`'),
        ('FieldNotFoundError', 'P2009', 'x', {'kind': 'UnknownInputField', 'selectionPath': ['a'], 'inputObjectPath': ['b'],
                                               'argumentPath': ['where', 'c']}, 'Could not find field at `a.where.c`'),
        ('RawQueryError', 'P2010', 'x', {'code': '1', 'message': 'no such table: t'}, 'no such table: t'),
        ('MissingRequiredValueError', 'P2012', 'x', {}, 'x'),
        ('MissingRequiredValueError', 'P2009', 'y: A value is required but not set', {}, 'A value is required but not set'),
        ('InputError', 'P2019', 'Input error. x', {}, 'Input error. x'),
        ('TableNotFoundError', 'P2021', 'x', {'table': 'main.t'}, 'x'),
        ('RecordNotFoundError', 'P2025', 'x', {}, 'x'),
        ('TransactionError', 'P2028', 'x', {}, 'x'),
        ('DataError', 'P2000', 'x', {}, 'x'),
        ('DataError', 'P9999', 'x', {}, 'x'),
    ],
)  # fmt: skip
def test_answers(sync_package, name, code, message, meta, text):
    handle = import_module('client_sync.engine.utils').handle_response_errors
    with pytest.raises(sync_package.errors.PrismaError) as caught:
        handle(None, answer(code, message, meta))
    error = caught.value
    assert isinstance(error, getattr(sync_package.errors, name)) and text in str(error)
    if isinstance(error, sync_package.errors.DataError):
        assert (error.code, error.meta) == (code, meta) and error.data['user_facing_error']['error_code'] == code
    if name == 'TableNotFoundError':
        assert error.table == 'main.t'


def test_answers_of_the_engine(sync_package):
    engine, handle = import_module('client_sync.engine.errors'), import_module('client_sync.engine.utils').handle_response_errors
    response = type('Response', (), {'status': 500})()
    assert str(engine.EngineRequestError(response, 'body')) == '500: body'
    assert engine.EngineRequestError(response, 'body').response is response
    assert '422' in str(engine.UnprocessableEntityError(type('Response', (), {'status': 422})()))
    assert engine.MismatchedVersionsError(expected='a', got='b').expected == 'a'
    with pytest.raises(sync_package.errors.TransactionExpiredError):
        handle(None, answer('P2028', error='Transaction already closed: x'))


def test_fixed_messages(sync_package):
    errors = sync_package.errors
    for name, text in (
        ('ClientNotRegisteredError', 'No client instance registered; You must call prisma.register(prisma.Prisma())'),
        ('ClientAlreadyRegisteredError', 'A client has already been registered.'),
        ('ClientNotConnectedError', 'Client is not connected to the query engine, you must call `connect()` before attempting to query data.'),
        ('HTTPClientClosedError', 'Cannot make a request from a closed client.'),
    ):
        assert str(getattr(errors, name)()) == text
    error = errors.UnsupportedDatabaseError('sqlite', 'this')
    assert (str(error), error.database, error.context) == ('this is not supported by sqlite', 'sqlite', 'this')
    assert str(errors.UnknownRelationalFieldError('User', 'x')) == (
        'Field: "x" either does not exist or is not a relational field on the User model'
    )


@pytest.mark.parametrize(
    'name, ask',
    [
        ('UniqueViolationError', lambda db: db.user.create({'name': 'b', 'email': 'e'})),
        ('ForeignKeyViolationError', lambda db: db.post.create({'title': 't', 'authorId': 'nobody'})),
        ('FieldNotFoundError', lambda db: db.user.find_first(where={'nope': 1})),
        ('FieldNotFoundError', lambda db: db.user.find_many(order={'nope': 'asc'})),
        ('MissingRequiredValueError', lambda db: db.post.create({})),
        ('RawQueryError', lambda db: db.query_raw('SELECT * FROM nowhere')),
        ('RawQueryError', lambda db: db.execute_raw('nonsense')),
        ('RecordNotFoundError', lambda db: db.user.find_unique_or_raise(where={'id': 'x'})),
        ('DataError', lambda db: db.all_types.create({'integer': 2**31})),
    ],
)
def test_errors_of_the_database(db, sync_package, name, ask):
    db.user.create({'name': 'a', 'email': 'e'})
    with pytest.raises(getattr(sync_package.errors, name)) as caught:
        ask(db)
    assert str(caught.value)
    with db.tx() as tx:
        with pytest.raises(getattr(sync_package.errors, name)):
            ask(tx)


def test_a_table_that_is_gone(db, sync_package):
    db.execute_raw(sql('DROP TABLE "Profile"'))
    with pytest.raises(sync_package.errors.TableNotFoundError, match='does not exist in the current database') as caught:
        db.profile.count()
    assert 'Profile' in caught.value.table


# ── partial types (7.2): what they become; the faults are in test_rows.py ──

PARTS = """
from client_sync.models import Post, User
from prisma import models
assert models.User is User
User.create_partial('Named', include={'name'})
User.create_partial('NotRelated', exclude_relational_fields=True)
Post.create_partial('Slim', exclude={'author', 'categories'})
User.create_partial('Full', required={'email'}, optional={'name', 'age'}, relations={'posts': 'Slim'})
"""


@pytest.fixture(scope='module')
def partials(workspace, sync_package):
    """The package of this session, generated again with partial types, in a folder of its own."""
    import os
    import subprocess
    import sys

    folder = workspace / 'partials'
    folder.mkdir()
    text = (workspace / 'client_sync/schema.prisma').read_text()
    text = text.replace('../packages/client_sync', './client_sync').replace('generator client {', 'generator client {\n partial_type_generator = "parts.py"')
    (folder / 'schema.prisma').write_text(text)
    (folder / 'parts.py').write_text(PARTS)
    done = subprocess.run([sys.executable, '-m', 'prisma', 'generate'], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr

    def run(code):
        env = {**os.environ, 'PYTHONPATH': os.pathsep.join([str(folder), os.environ.get('PYTHONPATH', '')])}
        done = subprocess.run([sys.executable, '-c', code], cwd=folder, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.split('\n')[:-1]

    return run


def test_partial_types(partials):
    """The script names the package as its users do, and as `prisma`."""
    code = (
        'import json\nfrom client_sync import partials\nfrom client_sync.bases import BaseUser\n'
        'from client_sync._compat import is_field_required, model_fields\n'
        'for name in ("Named", "NotRelated", "Slim", "Full"):\n'
        '    fields = model_fields(getattr(partials, name))\n'
        '    print(json.dumps({name: is_field_required(field) for name, field in fields.items()}))\n'
        'assert issubclass(partials.Named, BaseUser) and partials.Named.__prisma_model__ == "User"\n'
    )
    named, plain, slim, full = map(json.loads, partials(code))
    assert named == {'name': True} and list(plain) == ['id', 'name', 'email', 'age', 'role', 'joined']
    assert list(slim) == ['id', 'title', 'published', 'views', 'authorId']
    assert full == {'id': True, 'name': False, 'email': True, 'age': False, 'role': True, 'joined': True, 'posts': False, 'profile': False}


def test_types_of_fields(sync_package):
    """Fields have types, not the names of types."""
    import typing

    models = sync_package.models
    if pydantics.IS_2:
        for found in (models.User.model_fields, type('Mine', (models.User,), {'__module__': __name__}).model_fields):
            assert found['name'].annotation is str and found['email'].annotation == typing.Optional[str]
            assert found['role'].annotation is sync_package.enums.Role
            assert found['posts'].annotation == typing.Optional[typing.List[models.Post]]
        hints = typing.get_type_hints(models.Post)
        assert hints['author'] == typing.Optional[models.User] and hints['published'] is bool
    assert models.User.__doc__.strip() == 'Somebody who writes.'


def test_only_while_generating(sync_package, monkeypatch):
    monkeypatch.delenv('PRISMA_GENERATOR_INVOCATION', raising=False)
    with pytest.raises(RuntimeError) as caught:
        sync_package.models.User.create_partial('Mine')
    assert str(caught.value) == 'Attempted to create a partial type outside of client generation.'


def test_warn_subclass(sync_package):
    with pytest.warns(DeprecationWarning, match='The `warn_subclass` argument is deprecated as it is no longer necessary'):
        type('Mine', (sync_package.models.User,), {'__module__': __name__}, warn_subclass=False)
