"""Section 8 of the inventory: generators written in Python, what they are told, and the protocol that they speak."""

import json
import os
import subprocess
import sys
from importlib import import_module

import pytest

import pydantics
from conftest import run_cli

SCHEMA = """
datasource db {
  provider = "sqlite"
  url      = env("PARITY_URL")
}
generator mine {
  provider = "PYTHON gen.py"
  output   = "./out.json"
  flag     = true
  number   = 5
  previewFeatures = ["views"]
}
/// Somebody.
/// @Python(instance_name: "person")
model User {
  id    Int     @id @default(autoincrement())
  /// Their name.
  name  String?
  mail  String  @unique @default("x")
  role  Role    @default(A)
  score Float
  made  DateTime @default(now())
  last  DateTime @updatedAt
  big   BigInt  @default(5)
  meta  Json?
  raw   Bytes?
  posts Post[]
  @@unique([name, mail], name: "both")
  @@map("users")
}
model Post {
  a      Int
  b      String
  user   User? @relation(fields: [userId], references: [id], onDelete: Cascade)
  userId Int?
  @@id([a, b])
}
enum Role {
  A @map("a")
  B
  @@map("roles")
}
"""
GENERATOR = """
import json
from pathlib import Path
from pydantic import BaseModel
from prisma.generator import GenericData, GenericGenerator, Manifest

class Options(BaseModel):
    flag: bool
    number: int

def fact(value):
    if isinstance(value, (list, tuple)) or hasattr(value, '__next__'):
        return [fact(item) for item in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else getattr(value, 'name', str(value))

class Mine(GenericGenerator[GenericData[Options]]):
    def get_manifest(self):
        return Manifest(name='Mine', default_output='nowhere', denylist=None, requires_engines=None)

    def generate(self, data):
        out = {'generator': [data.generator.name, data.generator.preview_features, data.generator.has_preview_feature('views'),
                             [data.generator.config.flag, data.generator.config.number], str(data.generator.provider.value)],
               'datasource': [[fact(getattr(source, name)) for name in ('name', 'provider', 'active_provider')]
                              + [source.url.from_env_var, source.url.resolve()] for source in data.datasources],
               'data': [data.version, Path(data.schema_path).name, len(data.other_generators), 'model User' in data.datamodel,
                        type(data.binary_paths).__name__, sorted(data.to_params())[:3]],
               'enums': [[enum.name, enum.db_name, [(value.name, value.db_name) for value in enum.values]]
                         for enum in data.dmmf.datamodel.enums],
               'types': fact(data.dmmf.datamodel.types), 'models': {}, 'fields': {}}
        for model in data.dmmf.datamodel.models:
            out['models'][model.name] = {name: fact(getattr(model, name)) for name in (
                'db_name', 'documentation', 'is_generated', 'instance_name', 'plural_name', 'has_relational_fields',
                'related_models', 'relational_fields', 'scalar_fields', 'atomic_fields', 'required_array_fields', 'all_fields',
                'id_field')}
            out['models'][model.name]['key'] = model.compound_primary_key and model.compound_primary_key.fields
            out['models'][model.name]['unique'] = [(index.name, index.fields) for index in model.unique_indexes]
            sampler = model.sampler()
            out['models'][model.name]['sample'] = [sampler.get_field().name for _ in range(2)]
            for field in model.all_fields:
                assert model.resolve_field(field.name) is field
                out['fields'][f'{model.name}.{field.name}'] = {name: fact(getattr(field, name)) for name in (
                    'kind', 'type', 'documentation', 'is_id', 'is_list', 'is_unique', 'is_required', 'is_read_only', 'is_updated_at',
                    'has_default_value', 'relation_name', 'relation_on_delete', 'relation_to_fields', 'relation_from_fields',
                    'python_type', 'python_type_as_string', 'create_input_type', 'where_input_type',
                    'required_on_create', 'is_optional', 'is_relational', 'is_atomic', 'is_number')}
                facts = out['fields'][f'{model.name}.{field.name}']
                facts['update'], facts['maybe'] = field.get_update_input_type(), field.maybe_optional('X')
                facts['related'] = fact(field.get_relational_model()) if field.is_relational else None
                facts['enum'] = fact(field.get_corresponding_enum())
                facts['default'] = fact(field.default)
                if not field.is_relational:
                    facts['made_up'] = field.get_sample_data()
                    facts['where_aggregates_input_type'] = field.where_aggregates_input_type
        Path(data.generator.output.value).write_text(json.dumps(out))

if __name__ == '__main__':
    Mine.invoke()
"""


@pytest.fixture(scope='module')
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp('generator')
    (folder / 'gen.py').write_text(GENERATOR)
    (folder / 'schema.prisma').write_text(SCHEMA.replace('PYTHON', sys.executable))
    done = run_cli('generate', cwd=folder, env={**os.environ, 'PARITY_URL': 'file:x.db'})
    assert done.returncode == 0 and 'Generated Mine' in done.stdout, done.stdout + done.stderr
    return json.loads((folder / 'out.json').read_text())


def test_data(told):
    assert told['generator'][:3] == ['mine', ['views'], True] and told['generator'][4].endswith('gen.py')
    assert told['generator'][3] == [True, 5]
    assert told['datasource'] == [['db', 'sqlite', 'sqlite', 'PARITY_URL', 'file:x.db']]
    assert told['data'][1:] == ['schema.prisma', 0, True, 'BinaryPaths', ['binary_paths', 'datamodel', 'datasources']]
    assert told['enums'] == [['Role', 'roles', [['A', 'a'], ['B', None]]]] and told['types'] == []


def test_models(told):
    user, post = told['models']['User'], told['models']['Post']
    scalars = ['id', 'name', 'mail', 'role', 'score', 'made', 'last', 'big', 'meta', 'raw']
    assert user['scalar_fields'] == scalars and user['relational_fields'] == ['posts'] and user['all_fields'] == [*scalars, 'posts']
    assert (user['instance_name'], user['plural_name'], user['db_name'], user['id_field']) == ('person', 'persons', 'users', 'id')
    assert user['documentation'].startswith('Somebody.') and user['has_relational_fields'] and user['is_generated'] is False
    assert user['related_models'] == ['Post'] and user['atomic_fields'] == ['id', 'score', 'big'] and user['key'] is None
    assert user['unique'] == [['both', ['name', 'mail']]] and user['sample'] == ['id', 'name']
    assert post['key'] == ['a', 'b'] and post['id_field'] is None and post['instance_name'] == 'post'


@pytest.mark.parametrize(
    'field, facts',
    [
        ('User.id', {'is_id': True, 'python_type': '_int', 'where_input_type': "Union[_int, 'types.IntFilter']", 'required_on_create': False,
                     'update': "Union[AtomicIntInput, _int]", 'is_number': True, 'has_default_value': True, 'default': 'autoincrement'}),
        ('User.name', {'is_required': False, 'is_optional': True, 'documentation': 'Their name.', 'maybe': 'Optional[X]',
                       'where_input_type': "Union[None, _str, 'types.StringFilter']", 'update': '_str'}),
        ('User.mail', {'is_unique': True, 'default': 'x', 'maybe': 'X', 'where_aggregates_input_type': "Union[_str, 'types.StringWithAggregatesFilter']"}),
        ('User.role', {'kind': 'enum', 'enum': 'Role', 'python_type': "'enums.Role'", 'python_type_as_string': "'enums.Role'"}),
        ('User.last', {'is_updated_at': True, 'required_on_create': False, 'python_type': 'datetime.datetime'}),
        ('User.score', {'required_on_create': True, 'is_atomic': True, 'python_type': '_float'}),
        ('User.big', {'default': '5', 'type': 'BigInt', 'python_type': '_int'}),
        ('User.posts', {'kind': 'object', 'is_list': True, 'is_relational': True, 'related': 'Post', 'python_type': "List['models.Post']",
                        'create_input_type': "'PostCreateManyNestedWithoutRelationsInput'", 'where_input_type': "'PostListRelationFilter'",
                        'update': "'PostUpdateManyWithoutRelationsInput'", 'required_on_create': False}),
        ('Post.user', {'relation_on_delete': 'Cascade', 'relation_to_fields': ['id'], 'relation_from_fields': ['userId'],
                       'create_input_type': "'UserCreateNestedWithoutRelationsInput'", 'where_input_type': "'UserRelationFilter'",
                       'update': "'UserUpdateOneWithoutRelationsInput'", 'relation_name': 'PostToUser'}),
        ('Post.userId', {'is_read_only': True, 'is_required': False, 'required_on_create': False}),
    ],
)  # fmt: skip
def test_fields(told, field, facts):
    found = told['fields'][field]
    assert {name: found[name] for name in facts} == facts


# ── the protocol (8.1) ──


def speak(folder, script, *requests, env=None):
    (folder / 'gen.py').write_text(script)
    text = ''.join((request if isinstance(request, str) else json.dumps(request)) + '\n' for request in requests)
    env = {**os.environ, 'PRISMA_GENERATOR_INVOCATION': 'true', **(env or {})}
    done = subprocess.run([sys.executable, 'gen.py'], cwd=folder, input=text, capture_output=True, text=True, env=env)
    return [json.loads(line) for line in done.stderr.splitlines() if line.startswith('{')], done


SMALL = (
    'from prisma.generator import BaseGenerator, Manifest\nclass Mine(BaseGenerator):\n'
    '    def get_manifest(self): return Manifest(name="Mine", default_output="x", requires_engines=["queryEngine"])\n'
    '    def generate(self, data): BODY\nMine.invoke()\n'
)


def request(method, number=1, **params):
    return {'jsonrpc': '2.0', 'method': method, 'params': params, 'id': number}


def test_manifest(tmp_path):
    [answer], done = speak(tmp_path, SMALL.replace('BODY', 'pass'), request('getManifest', 7))
    assert done.returncode == 0 and done.stdout == '' and (answer['id'], answer['jsonrpc']) == (7, '2.0')
    assert answer['result']['manifest'] == {
        'prettyName': 'Mine', 'defaultOutput': 'x', 'denylist': None, 'requiresEngines': ['queryEngine'], 'requiresGenerators': None,
    }  # fmt: skip


def test_faults_are_answered(tmp_path):
    answers, _ = speak(tmp_path, SMALL.replace('BODY', 'pass'), request('getManifest'), '', request('generate', 2, nothing=1))
    assert 'result' in answers[0] and answers[1]['id'] == 2
    fault = answers[1]['error']
    assert fault['code'] == -32000 and fault['data'] == {} and 'validation error' in fault['message'] and 'Traceback' not in fault['message']
    answers, done = speak(tmp_path, SMALL.replace('BODY', 'pass'), request('nonsense'))
    assert answers == [] and 'Unknown method: nonsense' in done.stderr


def test_a_generator_that_fails(tmp_path):
    (tmp_path / 'gen.py').write_text(SMALL.replace('BODY', 'raise ValueError("what went wrong")'))
    text = SCHEMA.replace('PYTHON', sys.executable).replace('  flag     = true\n  number   = 5\n', '')
    (tmp_path / 'schema.prisma').write_text(text)
    done = run_cli('generate', cwd=tmp_path, env={**os.environ, 'PARITY_URL': 'file:x.db'})
    assert done.returncode == 1 and 'ValueError: what went wrong' in done.stdout + done.stderr


def test_data_class(sync_package):
    import pydantic

    generator = import_module('client_sync.generator')

    class Options(pydantic.BaseModel):
        greeting: str

    class Typed(generator.GenericGenerator[generator.GenericData[Options]]):
        def get_manifest(self):
            raise NotImplementedError

        def generate(self, data):
            raise NotImplementedError

    class Plain(generator.BaseGenerator):
        get_manifest = generate = Typed.generate

    class Wrong(generator.GenericGenerator[int]):
        get_manifest = generate = Typed.generate

    assert Typed().data_class is generator.GenericData[Options] and Plain().data_class is generator.DefaultData
    with pytest.raises(TypeError, match='Expected first generic type argument argument to be a subclass of .* but got'):
        Wrong().data_class
    with pytest.raises(TypeError, match='cannot be subclassed, maybe you meant'):
        type('Sub', (generator.Generator,), {})
    with pytest.raises(TypeError, match='abstract'):
        type('Empty', (generator.BaseGenerator,), {})()
    with pytest.raises(RuntimeError, match='Attempted to invoke a generator outside of Prisma generation'):
        Plain.invoke()
    manifest = generator.Generator().get_manifest()
    assert manifest.prettyName.startswith('Prisma Client Python (v') and manifest.defaultOutput == generator.BASE_PACKAGE_DIR
    assert pydantics.dump(manifest)['requiresEngines'] is None


def test_templates(sync_package, tmp_path):
    generator, utils = import_module('client_sync.generator'), import_module('client_sync.generator.utils')

    class Template:
        def render(self, **params):
            return f'hi {params["who"]}'

    class Environment:
        get_template = staticmethod(lambda name: Template())
        list_templates = staticmethod(lambda: ['deep/x.py.jinja'])

    generator.render_template(tmp_path, 'deep/x.py.jinja', {'who': 'you'}, env=Environment())
    assert (tmp_path / 'deep/x.py').read_text() == 'hi you' and utils.resolve_template_path(tmp_path, 'a.jinja') == tmp_path / 'a'
    generator.cleanup_templates(tmp_path, env=Environment())
    assert not (tmp_path / 'deep/x.py').exists()


def test_utils(sync_package, tmp_path):
    utils = import_module('client_sync.generator.utils')
    for given, snake, constant, pascal, camel in (
        ('fooBar', 'foo_bar', 'FOO_BAR', 'FooBar', 'fooBar'),
        ('foo_bar', 'foo_bar', 'FOO_BAR', 'FooBar', 'fooBar'),
        ('User', 'user', 'USER', 'User', 'user'),
    ):
        assert utils.to_snake_case(given) == snake and utils.to_constant_case(given) == constant
        assert utils.to_pascal_case(given) == pascal and utils.to_camel_case(given) == camel
    assert utils.remove_suffix('a.py.jinja', '.jinja') == 'a.py' and utils.remove_suffix('a.py', '.jinja') == 'a.py'
    assert utils.is_same_path(tmp_path, tmp_path / 'x' / '..') and utils.Faker.from_list(['a', 'b']) in ('a', 'b')
    first, second = utils.Faker(), utils.Faker()
    assert [first.string(), first.integer(), first.boolean()] == [second.string(), second.integer(), second.boolean()]
    (tmp_path / 'from').mkdir()
    (tmp_path / 'from/a.py').write_text('x')
    utils.copy_tree(tmp_path / 'from', tmp_path / 'to')
    assert (tmp_path / 'to/a.py').read_text() == 'x'
