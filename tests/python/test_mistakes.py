"""The mistakes that people make first: each is told with what to do about it."""

import os
import subprocess
import sys

import pytest

from conftest import run_cli

SCHEMA = """
datasource db {
  provider = "sqlite"
  url      = env("MISTAKES_URL")
}

generator client {
  provider  = "prisma-client-py"
  interface = "sync"
  output    = "./shop"
}

model Item {
  id   Int    @id @default(autoincrement())
  name String
}
"""
has_notes = pytest.mark.skipif(sys.version_info < (3, 11), reason='Python shows notes of exceptions since 3.11')


class Project:
    def __init__(self, folder):
        self.folder = folder
        self.environment = {key: value for key, value in os.environ.items() if key != 'MISTAKES_URL'}
        self.environment['MISTAKES_URL'] = 'file:./shop.db'

    def schema(self, text=SCHEMA):
        (self.folder / 'schema.prisma').write_text(text)

    def prisma(self, *words):
        return run_cli(*words, cwd=self.folder, env=self.environment)

    def run(self, code):
        """What a program ends with."""
        command = [sys.executable, '-c', code]
        done = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120)
        return done.stdout + done.stderr

    def query(self, text):
        return self.run(f'from shop import Prisma\nwith Prisma() as db:\n    print({text})')


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


@pytest.fixture
def shop(project):
    project.schema()
    done = project.prisma('db', 'push')
    assert done.returncode == 0, done.stdout + done.stderr
    return project


def test_no_schema(project):
    for command in (['generate'], ['db', 'push'], ['validate']):
        done = project.prisma(*command)
        assert done.returncode == 1 and 'Could not find Prisma Schema' in done.stderr and '`--schema`' in done.stderr


def test_not_generated(shop):
    for name in ('client', 'models', 'types', 'enums'):
        (shop.folder / f'shop/{name}.py').unlink()
    for code in ('from shop import Prisma', 'from shop.models import Item', 'import shop.types', 'from shop import enums'):
        assert 'you must run `prisma generate`' in shop.run(code), code
    # Who only asks whether it is there is told so, and the class is that of any missing module.
    asks = 'import importlib.util, shop\nprint(importlib.util.find_spec("shop.models"))'
    assert shop.run(asks) == 'None\n'
    assert shop.run('try:\n    import shop.models\nexcept ImportError as error:\n    print(error.name)') == 'shop.models\n'


def test_missing_variable(shop):
    del shop.environment['MISTAKES_URL']
    done = shop.prisma('db', 'push')
    assert done.returncode == 1 and 'Environment variable not found: MISTAKES_URL' in done.stderr
    said = shop.query('db.item.count()')
    assert 'EngineConnectionError' in said and 'Environment variable not found: MISTAKES_URL' in said
    if sys.version_info >= (3, 11):
        assert 'a file `.env`' in said


def test_wrong_url(shop):
    for url, words in [
        ('nonsense', 'the URL must start with the protocol'),
        ('', 'resolved to an empty string'),
        ('postgresql://me:secret@localhost/shop', 'the URL must start with the protocol'),
    ]:
        shop.environment['MISTAKES_URL'] = url
        done = shop.prisma('db', 'push')
        said = shop.query('db.item.count()')
        assert done.returncode == 1 and words in done.stderr and words in said
        assert 'secret' not in done.stderr + said


@has_notes
def test_no_such_folder(shop):
    shop.environment['MISTAKES_URL'] = 'file:./nowhere/shop.db'
    said = shop.query('db.item.count()')
    assert 'unable to open database file: ' in said and 'Its folder must be there' in said


@has_notes
def test_missing_table_and_column(shop):
    shop.environment['MISTAKES_URL'] = 'file:./empty.db'
    said = shop.query('db.item.count()')
    assert 'TableNotFoundError: The table `main.Item` does not exist' in said and '`prisma db push` makes' in said
    shop.environment['MISTAKES_URL'] = 'file:./shop.db'
    said = shop.query('(db.execute_raw(\'ALTER TABLE "Item" DROP COLUMN name\'), db.item.find_many())')
    assert 'ColumnNotFoundError' in said and '`prisma db push` makes' in said and '`prisma generate`' in said


@has_notes
def test_stale_client(shop):
    shop.schema(SCHEMA.replace('name String', 'name String\n  price Int?'))
    assert shop.prisma('db', 'push', '--skip-generate').returncode == 0
    said = shop.query("db.item.create({'name': 'x', 'price': 3})")
    assert 'Could not find field at `createOneItem.data.price`' in said and 'run `prisma generate`' in said
    assert shop.prisma('generate').returncode == 0
    assert 'price=3' in shop.query("db.item.create({'name': 'x', 'price': 3})")


def test_wrong_types(shop):
    assert '`name` should be of any of the following types: `String`' in shop.query("db.item.create({'name': 1})")
    assert '`data.name`: A value is required but not set' in shop.query('db.item.create({})')


def test_not_connected(shop):
    said = shop.run('from shop import Prisma\nPrisma().item.count()')
    assert 'ClientNotConnectedError' in said and 'you must call `connect()`' in said
    said = shop.run('from shop.models import Item\nItem.prisma().count()')
    assert 'ClientNotRegisteredError' in said and 'register' in said
