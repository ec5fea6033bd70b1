"""What programs written for Prisma Client Python 0.15 use: modules and names, signatures, errors, configuration, commands
and the API for generators. A row of the inventory, a test."""

import inspect
import json
import os
import subprocess
import sys
import warnings
from datetime import timedelta
from importlib import import_module

import pytest

from conftest import run_cli
from databases import DATABASE

NAMES = {
    '': 'BINARY_PATHS Base64 Batch Client ENGINE_TYPE Json Metric MetricHistogram Metrics Prisma PrismaMethod SCHEMA_PATH '
    'config errors get_client load_env register validate __version__ __title__ actions bases client enums fields metadata '
    'models partials types validator engine generator binaries cli testing utils http_abstract',
    '_builder': 'QueryBuilder dumps serializer serialize_datetime serialize_json serialize_base64 serialize_decimal '
    'METHOD_FORMAT_MAPPING METHOD_OPERATION_MAPPING ITERABLES',
    '_compat': 'PYDANTIC_V2 BaseSettings Extra Field GenericModel StrEnum cached_property field_validator get_args get_origin '
    'is_field_required is_literal_type is_typeddict is_union model_copy model_dict model_field_type model_fields model_json '
    'model_json_schema model_parse model_parse_json model_rebuild nodejs removeprefix root_validator',
    '_config': 'Config DefaultConfig LazyConfigProxy config',
    '_constants': 'CREATE_MANY_SKIP_DUPLICATES_UNSUPPORTED DEFAULT_CONNECT_TIMEOUT DEFAULT_TX_MAX_WAIT DEFAULT_TX_TIMEOUT '
    'QUERY_BUILDER_ALIASES',
    '_proxy': 'LazyProxy',
    '_raw_query': 'deserialize_raw_results DESERIALIZERS',
    '_transactions': 'AsyncTransactionManager SyncTransactionManager',
    '_base_client': 'BasePrisma SyncBasePrisma AsyncBasePrisma UseClientDefault USE_CLIENT_DEFAULT load_env',
    '_types': 'BaseModelT CallableT CoroType Datasource DatasourceOverride FuncType HttpConfig InheritsGeneric Literal Method '
    'MetricsFormat PrismaMethod Protocol SortMode SortOrder TransactionId TypedDict',
    'utils': 'DEBUG DEBUG_GENERATOR _env_bool _NoneType assert_never async_run get_or_create_event_loop is_coroutine is_dict '
    'make_optional maybe_async_run module_exists monkeypatch setup_logging temp_env_update time_since',
    'testing': 'reset_client unregister_client',
    'http_abstract': 'AbstractHTTP AbstractResponse',
    'engine': 'AbstractEngine AsyncAbstractEngine AsyncQueryEngine QueryEngine SyncAbstractEngine SyncQueryEngine errors utils '
    'EngineError BinaryNotFoundError AlreadyConnectedError NotConnectedError MismatchedVersionsError EngineConnectionError '
    'EngineRequestError UnprocessableEntityError',
    'engine.utils': 'ERROR_MAPPING META_ERROR_MAPPING ensure get_open_port handle_response_errors query_engine_name',
    'binaries.platform': 'binary_platform check_for_extension get_openssl linux_distro name parse_openssl_version',
    'cli': 'main cli prisma utils',
    'cli.prisma': 'run ensure_cached CLICache',
    'cli.utils': 'error warning generate_client is_module maybe_exit pretty_info',
    'generator': 'AnyData BASE_PACKAGE_DIR BaseGenerator DefaultData Generator GenericData GenericGenerator Manifest '
    'PartialModel PartialModelField PythonData cleanup_templates parse_schema_dsl partial_models_ctx render_template',
    'generator.models': 'BinaryPaths Config DMMF Datamodel Datasource DefaultValue EngineType Enum EnumValue Field Generator '
    'InterfaceChoices Model ModelExtension Module OptionalValueFromEnvVar PrimaryKey UniqueIndex ValueFromEnvVar',
    'generator.jsonrpc': 'Manifest Request SuccessResponse ErrorResponse parse readline reply',
    'generator.utils': 'Faker Sampler clean_multiline copy_tree is_same_path remove_suffix resolve_template_path '
    'to_camel_case to_constant_case to_pascal_case to_snake_case',
    'generator.errors': 'PartialTypeGeneratorError TemplateError',
    'errors': 'BuilderError ClientAlreadyRegisteredError ClientNotConnectedError ClientNotRegisteredError DataError '
    'FieldNotFoundError ForeignKeyViolationError GeneratorError HTTPClientClosedError InputError InvalidModelError '
    'MissingRequiredValueError PrismaError PrismaWarning RawQueryError RecordNotFoundError TableNotFoundError '
    'TransactionError TransactionExpiredError TransactionNotStartedError UniqueViolationError UnknownModelError '
    'UnknownRelationalFieldError UnsupportedDatabaseError UnsupportedListTypeError UnsupportedSubclassWarning',
}
# Of the types of a model with relations; `{M}` is the model, `{R}` one that it is related to.
TYPES = (
    '{M}OptionalCreateInput {M}CreateInput {M}OptionalCreateWithoutRelationsInput {M}CreateWithoutRelationsInput '
    '{M}ConnectOrCreateWithoutRelationsInput {M}CreateNestedWithoutRelationsInput {M}CreateManyNestedWithoutRelationsInput '
    '{M}WhereUniqueInput _{M}WhereUnique_id_Input {M}UpdateInput {M}UpdateManyMutationInput '
    '{M}UpdateManyWithoutRelationsInput {M}UpdateOneWithoutRelationsInput {M}UpsertInput {M}OrderByInput '
    '_{M}_id_OrderByInput {M}RelationFilter {M}ListRelationFilter {M}Include {R}IncludeFrom{M} {R}IncludeFrom{M}Recursive1 '
    '{R}ArgsFrom{M} {R}ArgsFrom{M}Recursive2 FindMany{R}ArgsFrom{M} FindMany{R}ArgsFrom{M}Recursive3 FindMany{M}Args '
    'FindFirst{M}Args {M}WhereInput {M}WhereInputRecursive1 {M}ScalarWhereWithAggregatesInput '
    '{M}ScalarWhereWithAggregatesInputRecursive4 {M}GroupByOutput {M}AvgAggregateOutput {M}SumAggregateOutput '
    '{M}ScalarAggregateOutput {M}MinAggregateOutput {M}MaxAggregateOutput {M}CountAggregateOutput {M}CountAggregateInput '
    '{M}MaxAggregateInput {M}MinAggregateInput {M}NumberAggregateInput {M}AvgAggregateInput {M}SumAggregateInput {M}Keys '
    '{M}ScalarFieldKeys {M}ScalarFieldKeysT {M}RelationalFieldKeys'
)


@pytest.mark.parametrize('module', NAMES)
def test_names(sync_package, module):
    found = import_module('.'.join(filter(None, ['client_sync', module])))
    assert [name for name in NAMES[module].split() if not hasattr(found, name)] == []


def test_type_names(sync_package):
    types = import_module('client_sync.types')
    for model, related in (('User', 'Post'), ('Post', 'User'), ('Profile', 'User'), ('Category', 'Post')):
        names = TYPES.format(M=model, R=related).split()
        assert [name for name in names if not hasattr(types, name)] == []
    for name in (
        'StringFilter IntFilter BigIntFilter FloatFilter DateTimeFilter BooleanFilter BytesFilter JsonFilter DecimalFilter '
        'AtomicIntInput AtomicBigIntInput AtomicFloatInput _IntIncrementInput StringWithAggregatesFilter SortOrder SortMode '
        'DatasourceOverride HttpConfig MetricsFormat _TypesCompoundpairKey _TypesCompoundpairKeyInner'
    ).split():
        assert hasattr(types, name), name


SIGNATURES = {
    'create': ['data', 'include'],
    'create_many': ['data', 'skip_duplicates'],
    'find_unique': ['where', 'include'],
    'find_unique_or_raise': ['where', 'include'],
    'find_first': ['skip', 'where', 'cursor', 'include', 'order', 'distinct'],
    'find_first_or_raise': ['skip', 'where', 'cursor', 'include', 'order', 'distinct'],
    'find_many': ['take', 'skip', 'where', 'cursor', 'include', 'order', 'distinct'],
    'update': ['data', 'where', 'include'],
    'update_many': ['data', 'where'],
    'upsert': ['where', 'data', 'include'],
    'delete': ['where', 'include'],
    'delete_many': ['where'],
    'count': ['select', 'take', 'skip', 'where', 'cursor'],
    'group_by': ['by', 'where', 'take', 'skip', 'avg', 'sum', 'min', 'max', 'having', 'count', 'order'],
    'query_raw': ['query', 'args'],
    'query_first': ['query', 'args'],
}


def test_signatures(sync_package, async_package):
    for package in ('client_sync', 'client_async'):
        actions = import_module(f'{package}.actions').UserActions
        for name, expected in SIGNATURES.items():
            given = list(inspect.signature(getattr(actions, name)).parameters)[1:]
            assert given[: len(expected)] == expected, name
        batch = import_module(f'{package}.client').UserBatchActions
        for name in ('create', 'create_many', 'delete', 'update', 'upsert', 'update_many', 'delete_many'):
            given = list(inspect.signature(getattr(batch, name)).parameters)[1:]
            assert given[: len(SIGNATURES[name])] == SIGNATURES[name], name
        client = import_module(f'{package}').Prisma
        options = inspect.signature(client.__init__).parameters
        for name in ('use_dotenv', 'log_queries', 'auto_register', 'datasource', 'connect_timeout', 'http'):
            assert options[name].kind is inspect.Parameter.KEYWORD_ONLY


@pytest.mark.sync
def test_actions_are_members(db):
    """Programs that empty a database find the actions of all models by their classes."""
    db.user.create({'name': 'a'})
    with db.batch_() as batch:
        found = [name for name, item in inspect.getmembers(batch) if type(item).__name__.endswith('Actions')]
        lists = ['lists'] if DATABASE == 'postgresql' else []
        assert found == ['all_types', 'category', *lists, 'post', 'profile', 'user']
        for name in found:
            getattr(batch, name).delete_many()
    assert db.user.count() == 0
    assert found == [name for name, item in inspect.getmembers(db) if type(item).__name__.endswith('Actions')]


def test_deprecated_numbers(sync_package, database):
    with pytest.warns(DeprecationWarning, match='`connect_timeout` argument is deprecated') as caught:
        db = sync_package.Prisma(use_dotenv=False, connect_timeout=5)
    assert db._connect_timeout == timedelta(seconds=5)
    with pytest.warns(DeprecationWarning, match='`timeout` argument'):
        db.connect(timeout=5)
    with pytest.warns(DeprecationWarning, match='Passing an int as `max_wait`'):
        with db.tx(max_wait=1000) as tx:
            tx.user.count()
    with pytest.warns(DeprecationWarning, match='Passing a number as `timeout`'):
        db.disconnect(timeout=3)
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        db.disconnect(timeout=3)  # not connected: nothing to say


def test_registry(sync_package, database):
    errors = sync_package.errors
    testing = import_module('client_sync.testing')
    with pytest.raises(errors.ClientNotRegisteredError):
        sync_package.get_client()
    with pytest.raises(errors.ClientNotRegisteredError):
        testing.unregister_client()
    with pytest.raises(TypeError, match='Expected either a'):
        sync_package.register(3)
    db = sync_package.Prisma(use_dotenv=False, auto_register=True)
    try:
        assert db.is_registered() and sync_package.get_client() is db
        with pytest.raises(errors.ClientAlreadyRegisteredError):
            sync_package.register(db)
        with testing.reset_client():
            assert not db.is_registered()
            with pytest.raises(errors.ClientNotRegisteredError):
                sync_package.models.User.prisma()
        with testing.reset_client(lambda: 3):
            with pytest.raises(TypeError, match='Registered function returned 3'):
                sync_package.get_client()
        assert db.is_registered()
    finally:
        testing.unregister_client()


def test_error_classes(sync_package):
    errors = sync_package.errors
    handle = import_module('client_sync.engine.utils').handle_response_errors
    engine_errors = import_module('client_sync.engine.errors')

    def given(code, message='m', meta=None, error=''):
        facing = {'is_panic': False, 'message': message, 'meta': meta or {}, 'error_code': code}
        return {'error': error, 'user_facing_error': facing}

    for code, name in {
        'P2002': 'UniqueViolationError',
        'P2003': 'ForeignKeyViolationError',
        'P2010': 'RawQueryError',
        'P2012': 'MissingRequiredValueError',
        'P2019': 'InputError',
        'P2021': 'TableNotFoundError',
        'P2025': 'RecordNotFoundError',
        'P2034': 'WriteConflictError',
        'P2024': 'PoolTimeoutError',
        'P2099': 'DataError',
    }.items():
        with pytest.raises(getattr(errors, name)) as caught:
            handle(None, [given(code, meta={'table': 't', 'message': 'raw'})])
        assert type(caught.value) is getattr(errors, name) and isinstance(caught.value, errors.DataError)
        assert caught.value.code == code and caught.value.meta['table'] == 't'
    with pytest.raises(errors.TransactionExpiredError):
        handle(None, [given('P2028', error='Transaction already closed: …')])
    with pytest.raises(errors.TransactionError):
        handle(None, [given('P2028')])
    with pytest.raises(errors.MissingRequiredValueError):
        handle(None, [given('P2009', message='A value is required but not set')])
    meta = {'kind': 'UnknownArgument', 'selectionPath': ['findManyUser'], 'argumentPath': ['where', 'foo']}
    with pytest.raises(errors.FieldNotFoundError, match='Could not find field at `findManyUser.where.foo`'):
        handle(None, [given('P2009', meta=meta)])
    longer = {'kind': 'Union', 'errors': [meta, {**meta, 'argumentPath': ['where', 'AND', 'foo']}]}
    with pytest.raises(errors.FieldNotFoundError, match='findManyUser.where.AND.foo'):
        handle(None, [given('P2009', meta=longer)])
    with pytest.raises(errors.DataError):
        handle(None, [{'error': 'x', 'user_facing_error': {'message': 'text'}}])
    response = type('Response', (), {'status': 500})()
    with pytest.raises(engine_errors.EngineRequestError, match='500: Could not process erroneous response'):
        handle(response, [])
    assert str(errors.UnsupportedDatabaseError('sqlite', 'x')) == 'x is not supported by sqlite'
    assert 'must set the' not in str(engine_errors.MismatchedVersionsError(expected='a', got='b'))


def test_messages(db, sync_package):
    errors = sync_package.errors
    db.user.create({'name': 'a', 'email': 'e'})
    with pytest.raises(errors.UniqueViolationError, match='Unique constraint failed'):
        db.user.create({'name': 'b', 'email': 'e'})
    with pytest.raises(errors.ForeignKeyViolationError, match='(?i)foreign key constraint'):
        db.post.create({'title': 't', 'authorId': 'nobody'})
    with pytest.raises(errors.FieldNotFoundError):
        db.user.find_many(where={'nope': 1})
    with pytest.raises(errors.DataError, match='Expected exactly one field to be present, got 2'):
        db.post.update(where={'id': 1}, data={'views': {'increment': 1, 'decrement': 2}})
    with pytest.raises(errors.RecordNotFoundError):
        db.user.find_unique_or_raise(where={'id': 'x'})
    with pytest.raises(TypeError, match="Missing argument: 'order' which is required when 'take' is present"):
        db.user.group_by(by=['name'], take=1)
    if DATABASE == 'sqlite':
        with pytest.raises(errors.UnsupportedDatabaseError, match='create_many_skip_duplicates is not supported by sqlite'):
            db.user.create_many(data=[], skip_duplicates=True)
    with pytest.raises(errors.UnknownRelationalFieldError):
        db.user.find_many(include={'nope': True})
    with pytest.raises(TypeError, match='Expected `bool` or `dict` include value but got'):
        db.user.find_many(include={'posts': 3})


def test_config(sync_package, tmp_path, monkeypatch):
    Config = import_module('client_sync._config').Config
    path = tmp_path / 'pyproject.toml'
    path.write_text('[tool.prisma]\nbinary_cache_dir = "/cache"\nuse_global_node = false\nnodeenv_extra_args = ["-x"]\nfoo = 1\n')
    config = Config.load(path)
    assert (str(config.binary_cache_dir), config.use_global_node, config.nodeenv_extra_args) == ('/cache', False, ['-x'])
    monkeypatch.setenv('PRISMA_BINARY_CACHE_DIR', '/other')
    monkeypatch.setenv('PRISMA_USE_NODEJS_BIN', 'false')
    assert str(Config.load(path).binary_cache_dir) == '/other' and not Config.parse().use_nodejs_bin
    monkeypatch.delenv('PRISMA_BINARY_CACHE_DIR')
    config = Config.parse(home_dir='/h', prisma_version='1', expected_engine_version='2')
    assert str(config.binary_cache_dir) == '/h/.cache/prisma-python/binaries/1/2'
    section = import_module('client_sync._config')._read_section(path.read_text())
    assert section == {'binary_cache_dir': '/cache', 'use_global_node': False, 'nodeenv_extra_args': ['-x'], 'foo': 1}


def test_engine_settings_are_harmless(sync_package, database, monkeypatch):
    monkeypatch.setenv('PRISMA_BINARY_PLATFORM', 'debian-openssl-9.9.x')
    monkeypatch.setenv('PRISMA_QUERY_ENGINE_BINARY', '/nowhere')
    monkeypatch.setenv('http_proxy', 'http://127.0.0.1:9')
    sync_package.BINARY_PATHS.query_engine = {'debian': '/nowhere/engine'}
    with sync_package.Prisma(use_dotenv=False, http={'timeout': 1}) as db:
        assert db.user.count() == 0


def test_commands(workspace, async_package, tmp_path):
    done = run_cli('py', 'version', '--json')
    info = json.loads(done.stdout)
    assert list(info) == [
        'prisma', 'prisma-client-python', 'platform', 'expected-engine-version', 'installed-extras', 'install-path',
        'binary-cache-dir',
    ]  # fmt: skip
    assert 'prisma client python' in run_cli('py', 'version').stdout
    assert run_cli('py', 'fetch', '--force').returncode == 0
    none = run_cli()
    assert none.returncode == 1 and 'only intended to be invoked internally' in none.stderr and 'prisma generate' in none.stdout
    for words, message in (
        (('nonsense',), "Error: No such command 'nonsense'."),
        (('generate', '--schema', 'missing'), "Error: Invalid value for '--schema': File 'missing' does not exist."),
        (('generate', '--interface=trio'), "Error: Invalid value for '--interface': 'trio' is not one of 'sync', 'asyncio'."),
        (('generate', '-t', 'x'), "Error: Invalid value for '-t' / '--type-depth': 'x' is not a valid integer."),
    ):
        done = run_cli('py', *words)
        assert done.returncode == 2 and message in done.stderr, done.stderr
        assert "Try 'prisma py" in done.stderr
    for words in ((), ('--help',)):
        done = run_cli('py', *words)
        assert done.returncode == 0 and 'Usage: prisma py' in done.stdout
        assert 'Custom command line arguments specifically for Prisma Client Python.' in done.stdout
    helped = run_cli('--help')
    assert helped.returncode == 0 and 'prisma py --help' in helped.stdout
    schema = tmp_path / 'schema.prisma'
    schema.write_text(
        'datasource db {\n provider = "sqlite"\n url = "file:x.db"\n}\n'
        'generator client {\n provider = "prisma-client-py"\n output = "./made"\n}\nmodel A {\n id Int @id\n}\n'
    )
    done = run_cli('py', 'generate', f'--schema={schema}', '--interface', 'sync', '-t', '-1')
    assert done.returncode == 0 and 'SyncClient' in (tmp_path / 'made/client.py').read_text(), done.stdout + done.stderr
    # A command line of another package starts it so; what it is given is written down if asked for.
    text = schema.read_text()
    schema.write_text(text.replace('"prisma-client-py"', f'"{sys.executable} -m prisma"'))
    for given, name, expected in (
        ((), 'interface', 'asyncio'),
        (('--interface=sync',), 'interface', 'sync'),
        ((), 'recursive_type_depth', -1),
        (('-t', '3'), 'recursive_type_depth', 3),
    ):
        env = {**os.environ, 'PRISMA_PY_DEBUG_GENERATOR': '1'}
        done = run_cli('py', 'generate', f'--schema={schema}', *given, env=env)
        assert done.returncode == 0, done.stdout + done.stderr
        data = json.loads((tmp_path / 'made/generator/debug-data.json').read_text())
        assert data['generator']['config'][name] == expected
    schema.write_text(text)
    done = run_cli('generate', f'--schema={schema}', env={**os.environ, 'PRISMA_PY_CONFIG_RECURSIVE_TYPE_DEPTH': '1'})
    assert done.returncode != 0 and 'Value must equal -1 or be greater than 1.' in done.stdout + done.stderr


@pytest.mark.parametrize(
    'old, new, message',
    [
        ('model A', '/// @Python(instance_name: "1")\nmodel A', 'Custom Model instance_name "1" is not a valid Python identifier'),
        ('model A', 'model Class', 'results in a client property that shadows a Python keyword'),
        ('x Int', 'copy Int', 'Field name "copy" shadows a BaseModel attribute'),
        ('x Int', 'prisma Int', 'Field name "prisma" shadows a Prisma Client Python method'),
        ('x Int', 'order_by Int', 'Field name "order_by" shadows an internal keyword'),
        ('x Int', 'lambda Int', 'Field name "lambda" shadows a Python keyword'),
        ('sync', 'http', 'interface'),
        ('interface = "sync"', 'http = "aiohttp"', 'interface = "asyncio"'),
        ('interface = "sync"', 'nonsense = "x"', 'nonsense'),
        ('interface = "sync"', 'partial_type_generator = "no.such"', 'Could not find a python file or module at no.such'),
    ],
)
def test_generation_faults(tmp_path, old, new, message):
    text = (
        'datasource db {\n provider = "sqlite"\n url = "file:x.db"\n}\ngenerator client {\n provider = "prisma-client-py"\n'
        ' interface = "sync"\n output = "./made"\n}\nmodel A {\n id Int @id\n x Int\n}\n'
    )
    assert old in text
    (tmp_path / 'schema.prisma').write_text(text.replace(old, new))
    done = run_cli('generate', cwd=tmp_path)
    assert done.returncode != 0 and message in done.stdout + done.stderr, done.stdout + done.stderr


def test_generators_in_python(tmp_path):
    (tmp_path / 'gen.py').write_text(
        'import sys\nfrom pathlib import Path\nfrom pydantic import BaseModel\n'
        'from prisma.generator import GenericData, GenericGenerator, Manifest\n\n'
        'class Options(BaseModel):\n    greeting: str\n\nclass Data(GenericData[Options]):\n    pass\n\n'
        'class Mine(GenericGenerator[Data]):\n'
        '    def get_manifest(self):\n        return Manifest(name="Mine", default_output="./made.txt")\n'
        '    def generate(self, data):\n'
        '        models = data.dmmf.datamodel.models\n'
        '        text = [data.generator.config.greeting, models[0].instance_name, models[0].plural_name,\n'
        '                models[0].id_field.name, models[0].resolve_field("posts").where_input_type]\n'
        '        Path(data.generator.output.value).write_text(" ".join(text))\n\n'
        'if __name__ == "__main__":\n    Mine.invoke()\n'
    )
    (tmp_path / 'schema.prisma').write_text(
        'datasource db {\n provider = "sqlite"\n url = "file:x.db"\n}\n'
        f'generator g {{\n provider = "{sys.executable} gen.py"\n greeting = "hi"\n}}\n'
        'model User {\n id Int @id\n posts Post[]\n}\nmodel Post {\n id Int @id\n userId Int\n'
        ' user User @relation(fields: [userId], references: [id])\n}\n'
    )
    done = run_cli('generate', cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / 'made.txt').read_text() == "hi user users id 'PostListRelationFilter'"
    done = subprocess.run([sys.executable, 'gen.py'], cwd=tmp_path, capture_output=True, text=True)
    assert 'Attempted to invoke a generator outside of Prisma generation' in done.stderr


def test_generator_api(sync_package):
    generator = import_module('client_sync.generator')
    with pytest.raises(TypeError, match='cannot be subclassed'):
        type('Mine', (generator.Generator,), {})
    parse = generator.parse_schema_dsl
    assert parse('nothing') == {'type': 'not_applicable'} == parse('@Python()')
    assert parse("text @Python(a: 'b', c: \"d\") more")['value'] == {'arguments': {'a': 'b', 'c': 'd'}}
    assert parse('@Python(a: b)')['error'] == (
        "Unexpected token Token('CNAME', 'b') at line 1, column 12.\nExpected one of: \n\t* ESCAPED_STRING\n"
        "Previous tokens: [Token('COLON', ':')]\n@Python(a: b)\n           ^\n"
    )
    assert parse('( @Python(a: 1)')['error'] == (
        "No terminal matches '1' in the current parser context, at line 1 col 12\n\n@Python(a: 1)\n           ^\n"
        "Expected one of: \n\t* ESCAPED_STRING\n\nPrevious tokens: Token('COLON', ':')\n@Python(a: 1)\n           ^\n"
    )
    assert "Token('RPAR', ')') at line 1, column 10.\nExpected one of: \n\t* COLON" in parse('@Python(a)')['error']
    assert parse('@Python(a: b) @Python(a: b)')['error'] == 'Encountered multiple `@Python` declarations'
    utils = import_module('client_sync.generator.utils')
    assert utils.to_snake_case('fooBar') == 'foo_bar' and utils.to_constant_case('FooBar') == 'FOO_BAR'
    assert utils.to_camel_case('foo_bar') == 'fooBar' and utils.to_pascal_case('foo_bar') == 'FooBar'


def test_cleanup(tmp_path):
    (tmp_path / 'schema.prisma').write_text(
        'datasource db {\n provider = "sqlite"\n url = "file:x.db"\n}\n'
        'generator client {\n provider = "prisma-client-py"\n output = "./made"\n}\nmodel A {\n id Int @id\n}\n'
    )
    assert run_cli('generate', cwd=tmp_path).returncode == 0
    assert (tmp_path / 'made/client.py').exists()
    run = [sys.executable, '-m', 'prisma_cleanup']
    done = subprocess.run([*run, 'made'], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0 and 'Successfully removed' in done.stdout, done.stderr
    assert not (tmp_path / 'made/client.py').exists() and (tmp_path / 'made/__init__.py').exists()
    done = subprocess.run([sys.executable, '-c', 'from made import Prisma'], cwd=tmp_path, capture_output=True, text=True)
    assert "hasn't been generated yet" in done.stderr
    done = subprocess.run([*run, 'json'], cwd=tmp_path, capture_output=True, text=True)
    assert 'does not appear to be a Prisma Client Python package' in done.stderr


def test_validate(sync_package):
    types, validate = import_module('client_sync.types'), sync_package.validate
    assert validate(types.UserCreateInput, {'name': 'x', 'posts': {'create': [{'title': 't'}]}})['name'] == 'x'
    where = {'AND': [{'name': {'not': {'in': ['a']}}}], 'posts': {'some': {'author': {'is': {'age': 3}}}}}
    assert validate(types.UserWhereInput, where) == where
    with pytest.raises(ValueError, match='field required'):
        validate(types.UserCreateInput, {})
    with pytest.raises(ValueError, match='extra fields not permitted'):
        validate(types.UserCreateInput, {'name': 'x', 'foo': 1})
    with pytest.raises(TypeError, match='Only TypedDict types are supported'):
        validate(int, 1)


def test_metrics(db):
    db.user.count()
    metrics = db.get_metrics(global_labels={'app': 'x'})
    names = {metric.key for metric in [*metrics.counters, *metrics.gauges, *metrics.histograms]}
    assert {'prisma_client_queries_total', 'prisma_datasource_queries_total', 'prisma_client_queries_active'} <= names
    assert 'prisma_client_queries_duration_histogram_ms' in names and metrics.counters[0].labels['app'] == 'x'
    text = db.get_metrics('prometheus')
    assert 'prisma_client_queries_total' in text and 'prisma_pool_connections_open' in text
