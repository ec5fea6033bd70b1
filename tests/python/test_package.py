"""The package: what is there to import, what it costs, the command line, partial types."""

import os
import subprocess
import sys
import textwrap

import pytest

import pydantics
from conftest import run_cli


def test_not_generated(tmp_path):
    code = 'import prisma\ntry:\n    prisma.Prisma\nexcept RuntimeError as error:\n    print(error)'
    import shutil

    import prisma

    source = os.path.dirname(prisma.__file__)
    shutil.copytree(source, tmp_path / 'prisma', ignore=shutil.ignore_patterns('client.py', '__pycache__'))
    done = subprocess.run([sys.executable, '-c', code], cwd=tmp_path, capture_output=True, text=True)
    assert "The Client hasn't been generated yet" in done.stdout, done.stderr


def test_names(async_package):
    for name in (
        'BINARY_PATHS Base64 Batch Client ENGINE_TYPE Json Metric MetricHistogram Metrics Prisma PrismaMethod SCHEMA_PATH '
        'config errors get_client load_env register validate __version__ actions bases client enums fields metadata models '
        'partials types validator engine generator cli testing'
    ).split():
        assert getattr(async_package, name) is not None, name
    assert async_package.Client is async_package.Prisma
    assert 'User' in async_package.metadata.PRISMA_MODELS
    assert async_package.metadata.RELATIONAL_FIELD_MAPPINGS['User'] == {'posts': 'Post', 'profile': 'Profile'}
    assert async_package.enums.Role.ADMIN == 'ADMIN' and str(async_package.enums.Role.ADMIN) == 'ADMIN'
    with pytest.raises(AttributeError):
        async_package.nothing
    with pytest.raises(AttributeError):
        async_package.models.Nothing


TYPE_NAMES = """
OptionalCreateInput CreateInput OptionalCreateWithoutRelationsInput CreateWithoutRelationsInput
ConnectOrCreateWithoutRelationsInput CreateNestedWithoutRelationsInput CreateManyNestedWithoutRelationsInput
WhereUniqueInput UpdateInput UpdateManyMutationInput UpdateManyWithoutRelationsInput UpdateOneWithoutRelationsInput
UpsertInput OrderByInput RelationFilter ListRelationFilter Include WhereInput WhereInputRecursive1
ScalarWhereWithAggregatesInput ScalarWhereWithAggregatesInputRecursive2 GroupByOutput AvgAggregateOutput
SumAggregateOutput ScalarAggregateOutput MinAggregateOutput MaxAggregateOutput CountAggregateOutput
MaxAggregateInput MinAggregateInput NumberAggregateInput AvgAggregateInput SumAggregateInput CountAggregateInput
Keys ScalarFieldKeys ScalarFieldKeysT RelationalFieldKeys
""".split()


@pytest.mark.parametrize('model', ['User', 'Post', 'Types'])
def test_type_names(async_package, model):
    types = async_package.types
    for name in TYPE_NAMES:
        assert getattr(types, model + name) is not None
    for name in (f'FindMany{model}Args', f'FindFirst{model}Args', f'_{model}WhereUnique_id_Input', f'_{model}_id_OrderByInput',
                 'PostIncludeFromUser', 'PostIncludeFromUserRecursive1', 'PostArgsFromUserRecursive2', 'FindManyPostArgsFromUser',
                 'StringFilter', 'IntFilter', 'DateTimeFilter', 'SortOrder', 'DatasourceOverride', 'HttpConfig'):
        assert getattr(types, name) is not None
    with pytest.raises(AttributeError):
        types.Nothing


def test_all_types_can_be_made(async_package):
    types = async_package.types
    for name in list(types.__lazy__.names()):
        assert getattr(types, name) is not None


def test_validate(async_package):
    types, validate = async_package.types, async_package.validate
    assert validate(types.UserCreateInput, {'name': 'x', 'age': '3'}) == {'name': 'x', 'age': 3}
    with pytest.raises(ValueError, match='nothing'):
        validate(types.UserCreateInput, {'name': 'x', 'nothing': 1})
    with pytest.raises(ValueError, match='name'):
        validate(types.UserCreateInput, {})
    assert validate(types.UserWhereInput, {'posts': {'some': {'title': {'contains': 'x'}}}})
    with pytest.raises(TypeError, match='Only TypedDict types are supported'):
        validate(int, 1)


def test_models(async_package):
    User = async_package.models.User
    assert User.__doc__.strip() == 'Somebody who writes.'
    assert list(pydantics.fields(User)) == ['id', 'name', 'email', 'age', 'role', 'joined', 'posts', 'profile']
    user = pydantics.parse(
        User,
        {'id': '1', 'name': 'a', 'age': 3, 'role': 'ADMIN', 'joined': '2024-01-01T00:00:00Z',
         'posts': [{'id': 1, 'title': 't', 'published': True, 'views': 0, 'author': None}]},
    )
    assert user.posts[0].title == 't' and user.role == 'ADMIN'
    assert pydantics.copied(user, name='b').name == 'b'
    assert 'posts' in pydantics.schema_of(User, 'User')['properties']
    assert async_package.bases.BaseUser.__prisma_model__ == 'User'


def test_instances_are_ordinary(db):
    import copy
    import pickle

    user = db.user.create(data={'name': 'a'})
    assert pydantics.fields_set(user) == {'id', 'name', 'email', 'age', 'role', 'joined'}
    assert copy.copy(user) == user and copy.deepcopy(user) == user
    assert pickle.loads(pickle.dumps(user)) == user
    other = db.user.find_first()
    other.posts = []
    assert 'posts' in pydantics.fields_set(other) and 'posts' not in pydantics.fields_set(user)
    assert pydantics.dump(user) == {'id': user.id, 'name': 'a', 'email': None, 'age': 0, 'role': 'USER', 'joined': user.joined,
                                 'posts': None, 'profile': None}
    assert pydantics.made(type(user), name='x').name == 'x'
    del other.posts
    assert repr(user).startswith("User(id=")


def test_import_costs(workspace, tmp_path):
    models = ''.join(
        f'model M{i} {{\n  id Int @id\n' + ''.join(f'  f{j} String?\n' for j in range(15)) +
        f'  parentId Int?\n  parent M{max(i - 1, 0)}? @relation("r{i}", fields: [parentId], references: [id])\n' +
        (f'  children M{i + 1}[] @relation("r{i + 1}")\n' if i < 99 else '') +
        (f'  own M{i}[] @relation("r0")\n' if i == 0 else '') + '}\n'
        for i in range(100)
    )
    (tmp_path / 'schema.prisma').write_text(
        'datasource db {\n  provider = "sqlite"\n  url = "file:x.db"\n}\n'
        'generator client {\n  provider = "prisma-client-py"\n  output = "./big"\n  recursive_type_depth = -1\n}\n' + models
    )
    done = run_cli('generate', cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    code = textwrap.dedent(
        """
        import time
        start = time.process_time()
        from big import Prisma
        Prisma(use_dotenv=False)
        took = time.process_time() - start
        from big.types import M5CreateInput
        # Of this program alone: what getrusage tells has the peak of the process that started it, too.
        print(took, next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))
        """
    )
    best = min(
        tuple(map(float, subprocess.run([sys.executable, '-c', code], cwd=tmp_path, capture_output=True, text=True).stdout.split()))
        for _ in range(3)
    )
    assert best[0] < 0.15 and best[1] < 80_000


def test_partials(tmp_path):
    (tmp_path / 'schema.prisma').write_text(
        'datasource db {\n  provider = "sqlite"\n  url = "file:x.db"\n}\ngenerator client {\n  provider = "prisma-client-py"\n'
        '  interface = "sync"\n  output = "./made"\n  partial_type_generator = "parts.py"\n}\n'
        'model User {\n  id Int @id @default(autoincrement())\n  name String\n  email String?\n  posts Post[]\n}\n'
        'model Post {\n  id Int @id @default(autoincrement())\n  title String\n  userId Int\n'
        '  user User @relation(fields: [userId], references: [id])\n}\n'
    )
    (tmp_path / 'parts.py').write_text(
        'from prisma.models import Post, User\n'
        "Post.create_partial('PostTitle', include={'title'})\n"
        "User.create_partial('UserSlim', exclude={'name'}, required={'email'}, relations={'posts': 'PostTitle'})\n"
    )
    done = run_cli('generate', cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    done = run_cli('db', 'push', '--skip-generate', cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    code = textwrap.dedent(
        """
        from made import Prisma
        from made.partials import PostTitle, UserSlim
        from made.models import User
        from made._compat import is_field_required, model_fields
        fields = model_fields(UserSlim)
        assert list(fields) == ['id', 'email', 'posts'] and is_field_required(fields['email']), fields
        db = Prisma()
        db.connect()
        db.user.create(data={'name': 'n', 'email': 'e', 'posts': {'create': [{'title': 't'}]}})
        slim = UserSlim.prisma(db).find_first(include={'posts': True})
        assert type(slim) is UserSlim and type(slim.posts[0]) is PostTitle and slim.posts[0].title == 't', slim
        assert not hasattr(slim, 'name')
        try:
            User.create_partial('X')
        except RuntimeError:
            print('good')
        """
    )
    done = subprocess.run([sys.executable, '-c', code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.strip() == 'good', done.stderr
    (tmp_path / 'parts.py').write_text("from prisma.models import User\nUser.create_partial('X', include={'nope'})\n")
    done = run_cli('generate', cwd=tmp_path)
    assert done.returncode == 1 and 'nope is not a valid User / X field.' in done.stdout + done.stderr


@pytest.mark.parametrize(
    'line, message',
    [
        ('recursive_type_depth = 1', 'Value must equal -1 or be greater than 1.'),
        ('interface = "trio"', 'interface'),
        ('nonsense = "x"', 'nonsense'),
        ('http = "aiohttp"', 'The http option has been removed'),
    ],
)
def test_generator_options(tmp_path, line, message):
    (tmp_path / 'schema.prisma').write_text(
        'datasource db {\n  provider = "sqlite"\n  url = "file:x.db"\n}\ngenerator client {\n  provider = "prisma-client-py"\n'
        f'  output = "./made"\n  {line}\n}}\nmodel User {{\n  id Int @id\n}}\n'
    )
    done = run_cli('generate', cwd=tmp_path)
    assert done.returncode == 1 and message in done.stdout + done.stderr


@pytest.mark.parametrize('field', ['class', 'prisma', 'copy', 'startswith'])
def test_reserved_field_names(tmp_path, field):
    (tmp_path / 'schema.prisma').write_text(
        'datasource db {\n  provider = "sqlite"\n  url = "file:x.db"\n}\ngenerator client {\n  provider = "prisma-client-py"\n'
        f'  output = "./made"\n}}\nmodel User {{\n  id Int @id\n  {field} String\n}}\n'
    )
    done = run_cli('generate', cwd=tmp_path)
    assert done.returncode == 1 and field in done.stdout + done.stderr


def test_generator_in_python(tmp_path):
    (tmp_path / 'gen.py').write_text(textwrap.dedent(
        """
        from pathlib import Path
        from prisma.generator import BaseGenerator, Manifest

        class Mine(BaseGenerator):
            def get_manifest(self):
                return Manifest(name='Mine', default_output='mine.txt')

            def generate(self, data):
                Path(data.generator.output.value).write_text(','.join(m.name for m in data.dmmf.datamodel.models))

        if __name__ == '__main__':
            Mine.invoke()
        """
    ))
    (tmp_path / 'schema.prisma').write_text(
        'datasource db {\n  provider = "sqlite"\n  url = "file:x.db"\n}\n'
        f'generator mine {{\n  provider = "{sys.executable} {tmp_path}/gen.py"\n  output = "mine.txt"\n}}\n'
        'model User {\n  id Int @id\n}\nmodel Post {\n  id Int @id\n}\n'
    )
    done = run_cli('generate', cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / 'mine.txt').read_text() == 'User,Post'


def test_cli(tmp_path):
    assert run_cli('version', cwd=tmp_path).returncode == 0
    done = run_cli('py', 'version', '--json', cwd=tmp_path)
    assert '"prisma-client-python"' in done.stdout
    assert run_cli('nonsense', cwd=tmp_path).returncode == 1


def test_dotenv(async_package, tmp_path, monkeypatch):
    from prisma._dotenv import parse

    assert parse('A=1\nexport B="x\\ny" # c\nC=\'$A\'\n# D=1\nE= a b # c\nF=${A}2\n') == {
        'A': '1', 'B': 'x\ny', 'C': '$A', 'E': 'a b', 'F': '12'}
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv('NEW_ONE', raising=False)
    monkeypatch.setenv('OLD_ONE', 'old')
    (tmp_path / '.env').write_text('NEW_ONE=1\nOLD_ONE=2\n')
    async_package.load_env()
    assert os.environ['NEW_ONE'] == '1' and os.environ['OLD_ONE'] == 'old'
    monkeypatch.delenv('NEW_ONE')
    # A program may be started in any folder: the file beside the schema, or beside its folder `prisma`, is found.
    (tmp_path / 'elsewhere').mkdir()
    monkeypatch.chdir(tmp_path / 'elsewhere')
    async_package.load_env(schema_folder=tmp_path / 'prisma')
    assert os.environ['NEW_ONE'] == '1'
    monkeypatch.delenv('NEW_ONE')
    async_package.load_env(schema_folder=tmp_path / 'other')
    assert 'NEW_ONE' not in os.environ


def test_fork(db):
    db.user.create(data={'name': 'a'})
    pid = os.fork()
    if pid == 0:
        try:
            # a connection of the child's own
            assert db.is_connected() and db.user.count() == 1
            db.user.create(data={'name': 'b'})
            db.disconnect()
            os._exit(0)
        except BaseException:
            os._exit(1)
    assert os.waitpid(pid, 0)[1] == 0
    assert db.user.count() == 2


@pytest.mark.skipif(not pydantics.IS_2, reason='the code of both versions is checked by the newer one')
def test_types_check(async_package, workspace, tmp_path):
    mypy = pytest.importorskip('mypy.api', reason='mypy is not installed')
    good = textwrap.dedent(
        """
        from client_async import Prisma
        from client_async.types import UserCreateInput

        async def main() -> None:
            db = Prisma()
            data: UserCreateInput = {'name': 'x', 'posts': {'create': [{'title': 't'}]}}
            user = await db.user.create(data=data)
            name: str = user.name
            found = await db.user.find_unique(where={'id': '1'}, include={'posts': {'include': {'author': True}}})
            age: int = found.age if found else 0
            n: int = await db.user.count(where={'OR': [{'age': {'gt': 3}}, {'posts': {'some': {'title': 'x'}}}]})
            async with db.tx() as tx:
                await tx.post.delete_many(where={'author': {'is': {'name': name}}})
            rows = await db.user.group_by(by=['role'], count=True, order={'role': 'asc'})
        """
    )
    (tmp_path / 'good.py').write_text(good)
    (tmp_path / 'bad.py').write_text(
        "from client_async import Prisma\nasync def main() -> None:\n    db = Prisma()\n"
        "    await db.user.create(data={'nme': 'x'})\n    await db.user.find_many(order={'age': 'up'})\n"
    )
    env_path = str(workspace / 'packages')
    os.environ['MYPYPATH'] = env_path
    out, err, code = mypy.run([str(tmp_path / 'good.py'), '--cache-dir', str(tmp_path / 'cache')])
    assert code == 0, out + err
    out, err, code = mypy.run([str(tmp_path / 'bad.py'), '--cache-dir', str(tmp_path / 'cache')])
    assert out.count('error:') >= 2, out
