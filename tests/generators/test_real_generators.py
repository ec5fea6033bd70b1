"""Generators of others under our `prisma generate`, and ours under the official one: the same requests, files and errors."""

import filecmp
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get('PRISMA_BUILD', HERE.parent.parent / 'build'))
INSTALL = pathlib.Path(os.environ.get('PRISMA_GENERATORS', BUILD / 'generators'))
PYTHON_0_15 = BUILD / 'prisma-0.15'
OURS = [str(BUILD / 'bin/prisma')]
OFFICIAL = ['node', str(INSTALL / 'node_modules/prisma/build/index.js')]
RECORDER = f'python3 {HERE}/recorder.py'
FAULTY = f'python3 {HERE}/faulty.py'

MODELS = """
/// A person
model User {
  id       Int      @id @default(autoincrement())
  email    String   @unique
  name     String?  @map("full_name")
  role     Role     @default(USER)
  balance  Decimal?
  big      BigInt?
  meta     Json?
  avatar   Bytes?
  created  DateTime @default(now())
  profile  Profile?
  posts    Post[]   @relation("written")
  liked    Post[]   @relation("liked")
  friends  User[]   @relation("friends")
  friendOf User[]   @relation("friends")

  @@index([name])
  @@map("users")
}

model Profile {
  id     Int    @id
  bio    String
  userId Int    @unique
  user   User   @relation(fields: [userId], references: [id], onDelete: Cascade)
}

model Post {
  id       String  @id @default(cuid())
  title    String
  rating   Float?
  authorId Int
  /// Who wrote it
  author   User    @relation("written", fields: [authorId], references: [id])
  likedBy  User[]  @relation("liked")

  @@unique([title, authorId])
}

enum Role {
  USER
  ADMIN @map("admin")
}
"""
DATASOURCE = 'datasource db {\n  provider = "sqlite"\n  url      = env("DATABASE_URL")\n}\n'


def generator(name, provider, **options):
    lines = ''.join(f'  {key} = {value if value.startswith(("[", "env(")) else json.dumps(value)}\n' for key, value in options.items())
    return f'generator {name} {{\n  provider = {provider if provider.startswith("env(") else json.dumps(provider)}\n{lines}}}\n'


def environment(**extra):
    engine = BUILD / 'lib/libquery_engine.so.node'
    return {
        **os.environ,
        'CHECKPOINT_DISABLE': '1',
        'PRISMA_HIDE_UPDATE_MESSAGE': '1',
        # The official command line downloads what is not named here.
        'PRISMA_SCHEMA_ENGINE_BINARY': str(BUILD / 'bin/schema-engine'),
        'PRISMA_QUERY_ENGINE_BINARY': str(BUILD / 'bin/query-engine'),
        'PRISMA_QUERY_ENGINE_LIBRARY': str(engine if engine.exists() else BUILD / 'bin/query-engine'),
        'PRISMA_PY_PACKAGE_DIR': str(python_package()),
        'DATABASE_URL': 'file:./dev.db',
        # As npx does.
        'PATH': f'{INSTALL}/node_modules/.bin:{os.environ["PATH"]}',
        **extra,
    }


def python_package():
    found = sorted((BUILD / 'test-venv/lib').glob('python3*/site-packages/prisma'))
    return found[0] if found else HERE.parent.parent / 'python/prisma'


def generate(command, folder, *words, **extra):
    return subprocess.run([*command, 'generate', *words], cwd=folder, env=environment(**extra), capture_output=True, text=True, timeout=120)


def same_tree(a, b):
    compared = filecmp.dircmp(a, b)
    assert not compared.left_only and not compared.right_only and not compared.funny_files, (a, compared.left_only, compared.right_only)
    for name in compared.common_files:
        assert (pathlib.Path(a) / name).read_bytes() == (pathlib.Path(b) / name).read_bytes(), f'{a}/{name}'
    count = len(compared.common_files)
    for name in compared.common_dirs:
        count += same_tree(pathlib.Path(a) / name, pathlib.Path(b) / name)
    return count


def differences(theirs, ours, path=''):
    """Where two JSON values differ; the documents are too long to be shown."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        found = [f'{path}.{key}: only on one side' for key in theirs.keys() ^ ours.keys()]
        return found + [line for key in theirs.keys() & ours.keys() for line in differences(theirs[key], ours[key], f'{path}.{key}')]
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        return [line for i, pair in enumerate(zip(theirs, ours)) for line in differences(*pair, f'{path}[{i}]')]
    return [] if theirs == ours else [f'{path}: {str(theirs)[:200]} and {str(ours)[:200]}']


def record(command, folder, names, *words, **extra):
    done = generate(command, folder, *words, RECORD=str(folder / 'record'), **extra)
    assert done.returncode == 0, done.stdout + done.stderr
    records = {}
    for name in names:
        file = folder / f'record{name}'
        records[name] = json.loads(file.read_text())
        file.unlink()
    return records, re.sub(r'in [\d.]+m?s', 'in TIME', done.stdout)


def test_requests_are_the_official_ones(tmp_path):
    (tmp_path / 'prisma').mkdir()
    (tmp_path / 'prisma/schema.prisma').write_text(
        DATASOURCE
        + generator('one', RECORDER, extra='x', list='["a", "b"]', variable='env("SOME_VAR")', previewFeatures='["views"]')
        + generator('two', f'{RECORDER} 2', output='../out', binaryTargets='["native", "rhel-openssl-3.0.x"]', engineType='binary')
        + MODELS)
    (tmp_path / 'package.json').write_text('{}')
    (tmp_path / 'prisma/.env').write_text('OTHER=1\n')
    for extra in ({}, {'MANIFEST': '{"prettyName":"R","defaultOutput":"node_modules/x","requiresEngines":["libqueryEngine","queryEngine","schemaEngine"]}'}):
        theirs, ours = (record(c, tmp_path, ('', '2'), SOME_VAR='v', **extra) for c in (OFFICIAL, OURS))
        assert differences(theirs[0], ours[0]) == []
        assert ours[1] == theirs[1]
    theirs, ours = (record(c, tmp_path, ('2',), '--generator', 'two', '--no-engine', SOME_VAR='v')[0] for c in (OFFICIAL, OURS))
    assert differences(theirs, ours) == [] and ours['2'][1]['params']['noEngine'] is True


def test_requests_of_a_folder_with_everything_from_the_environment(tmp_path):
    (tmp_path / 'schema/sub').mkdir(parents=True)
    (tmp_path / 'schema/main.prisma').write_text(DATASOURCE.replace('sqlite', 'postgresql') + 'model A {\n id Int @id\n l String[]\n}\n')
    (tmp_path / 'schema/sub/gen.prisma').write_text(
        generator('rec', 'env("PROVIDER")', output='env("OUTPUT")', binaryTargets='env("TARGETS")'))
    (tmp_path / 'schema/sub/z.prisma').write_text('model Z {\n id Int   @id\n b Bytes\n}\n')
    (tmp_path / '.env').write_text('OUTPUT=./o\n')
    extra = {'PROVIDER': RECORDER, 'TARGETS': '["native","linux-musl"]'}
    theirs, ours = (record(c, tmp_path, ('',), '--schema', 'schema', **extra) for c in (OFFICIAL, OURS))
    assert differences(theirs, ours) == []
    assert ours[0][''][1]['params']['generator']['output']['value'] == str(tmp_path / 'schema/sub/o')


@pytest.mark.parametrize('faults', [
    ['crash'], ['manifest-error'], ['null-manifest'], ['needs-another'], ['no-output'], ['garbage'], ['generate-error'], ['signal'],
    ['generate-error', 'ok', 'generate-crash'], None])
def test_errors_are_the_official_ones(tmp_path, faults):
    providers = [f'{FAULTY} {fault}' for fault in faults] if faults else ['no-such-generator']
    blocks = ''.join(generator(f'g{i}', provider) for i, provider in enumerate(providers))
    (tmp_path / 'schema.prisma').write_text(DATASOURCE + blocks + MODELS)
    theirs, ours = (generate(c, tmp_path) for c in (OFFICIAL, OURS))
    clean = lambda text: re.sub(r'in [\d.]+m?s', 'in TIME', text.replace('Generating…\n', ''))
    assert (ours.returncode, clean(ours.stdout), clean(ours.stderr)) == (theirs.returncode, clean(theirs.stdout), clean(theirs.stderr))


def test_binary_targets(tmp_path):
    for targets in ('["foo"]', '["linux-musl"]', 'env("NO_SUCH_VARIABLE")', '["linux-glibc-libssl1.0.1"]'):
        (tmp_path / 'schema.prisma').write_text(DATASOURCE + generator('g', f'{FAULTY} ok', binaryTargets=targets) + MODELS)
        theirs, ours = (generate(c, tmp_path) for c in (OFFICIAL, OURS))
        assert (ours.returncode, ours.stderr, ours.stdout.split('\n✔')[0]) == (theirs.returncode, theirs.stderr, theirs.stdout.split('\n✔')[0])


def test_generators_from_npm_write_the_same_files(tmp_path):
    os.symlink(INSTALL / 'node_modules', tmp_path / 'node_modules')
    (tmp_path / 'package.json').write_text('{"name": "app"}')
    (tmp_path / 'schema.prisma').write_text(
        DATASOURCE
        + generator('dbml', 'prisma-dbml-generator', output='./out/dbml')
        + generator('markdown', 'prisma-markdown', output='./out/ERD.md', title='Blog')
        + generator('zod', 'zod-prisma-types', output='./out/zod')
        + generator('docs', 'node node_modules/prisma-docs-generator', output='./out/docs')
        + generator('js', 'prisma-client-js', output='./out/js')
        + generator('ts', 'prisma-client', output='./out/ts', engineType='client')
        + MODELS)
    for command, name in ((OFFICIAL, 'theirs'), (OURS, 'ours')):
        # What npx adds to PATH, ours finds by itself.
        done = generate(command, tmp_path, **({'PATH': os.environ['PATH']} if command is OURS else {}))
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.count('✔ Generated') == 6
        shutil.move(tmp_path / 'out', tmp_path / name)
    assert same_tree(tmp_path / 'theirs', tmp_path / 'ours') > 30


def test_python_client_under_the_official_command(tmp_path):
    provider = BUILD / 'test-venv/bin/prisma-client-py'
    if not provider.exists():
        provider = BUILD / 'bin/prisma'
    for command, name, which in ((OFFICIAL, 'theirs', str(provider)), (OURS, 'ours', str(provider)), (OURS, 'inside', 'prisma-client-py')):
        (tmp_path / 'schema.prisma').write_text(DATASOURCE + generator('py', which, output='./client', interface='sync') + MODELS)
        done = generate(command, tmp_path)
        assert done.returncode == 0 and '✔ Generated Prisma Client Python (v' in done.stdout, done.stdout + done.stderr
        (tmp_path / 'client/schema.prisma').unlink()
        shutil.move(tmp_path / 'client', tmp_path / name)
    assert same_tree(tmp_path / 'theirs', tmp_path / 'ours') > 20
    assert same_tree(tmp_path / 'ours', tmp_path / 'inside') > 20
    (tmp_path / 'schema.prisma').write_text(DATASOURCE + generator('py', str(provider), nonsense='1') + MODELS)
    for command in (OFFICIAL, OURS):
        done = generate(command, tmp_path)
        assert done.returncode == 1 and 'nonsense' in done.stderr, done.stderr


APP = """
from client15 import Prisma, Json
from client15.errors import UniqueViolationError
db = Prisma()
db.connect()
user = db.user.create({'email': 'a@x', 'meta': Json({'a': 1}), 'posts': {'create': [{'title': 'Hello'}]}}, include={'posts': True})
assert user.posts[0].title == 'Hello' and user.role == 'USER'
assert db.post.find_many(where={'author': {'is': {'email': {'contains': '@'}}}})[0].id == user.posts[0].id
with db.tx() as tx:
    tx.user.create({'email': 'b@x'})
try:
    db.user.create({'email': 'b@x'})
except UniqueViolationError:
    print(db.user.count(), db.query_raw('SELECT count(*) AS n FROM users'))
db.disconnect()
"""


def test_prisma_client_py_0_15(tmp_path):
    """The client that ours follows: its generator under our `generate`, and what it writes on our query engine."""
    (tmp_path / 'schema.prisma').write_text(
        DATASOURCE
        + generator('py', f'{PYTHON_0_15}/bin/prisma-client-py', output='./client15', interface='sync', recursive_type_depth='5',
                    enable_experimental_decimal='true')
        + MODELS)
    done = generate(OURS, tmp_path)
    assert done.returncode == 1 and 'Prisma Client Python expected Prisma version' in done.stderr
    done = generate(OURS, tmp_path, PRISMA_PY_DEBUG_GENERATOR='1')
    assert done.returncode == 0 and '✔ Generated Prisma Client Python (v0.15.0) to ./client15' in done.stdout, done.stderr
    subprocess.run([*OURS, 'db', 'push', '--skip-generate'], cwd=tmp_path, env=environment(), check=True, capture_output=True)
    (tmp_path / 'app.py').write_text(APP)
    app = subprocess.run([str(PYTHON_0_15 / 'bin/python'), 'app.py'], cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60)
    assert app.returncode == 0 and "2 [{'n': 2}]\n" in app.stdout, app.stdout + app.stderr
