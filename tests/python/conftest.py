"""A generated client of each interface, each its own package, and an empty database for every test: see databases.py.

The extension has to be there: the package `prisma` installed for this Python, or PRISMA_PY_PACKAGE_DIR.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from databases import DATABASE, IS_ASYNC, BlockingPackage, Database

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def run_cli(*words, **kwargs):
    return subprocess.run([sys.executable, '-m', 'prisma', *words], capture_output=True, text=True, **kwargs)


def pytest_configure(config):
    config.addinivalue_line('markers', 'sqlite: only for this database')
    config.addinivalue_line('markers', 'sync: only for the sync client')
    package = os.environ.get('PRISMA_PY_PACKAGE_DIR')
    if package:
        sys.path.insert(0, str(Path(package).parent))
        os.environ['PYTHONPATH'] = os.pathsep.join([str(Path(package).parent), os.environ.get('PYTHONPATH', '')])
    try:
        import prisma._engine  # noqa: F401
    except ImportError as error:
        pytest.exit(f'the package prisma with its extension is not installed ({error}); run: pip install .', returncode=4)


def pytest_collection_modifyitems(config, items):
    """On another database or interface only what depends on it runs; the rest has been run on SQLite."""
    if DATABASE == 'sqlite' and not IS_ASYNC:
        return
    needed = {'db'} if IS_ASYNC else {'db', 'database'}
    kept, left = [], []
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        meant = needed & set(getattr(item, 'fixturenames', ()))
        meant = meant and not ('sqlite' in marks and DATABASE != 'sqlite') and not ('sync' in marks and IS_ASYNC)
        (kept if meant else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


@pytest.fixture(scope='session')
def workspace(tmp_path_factory):
    return tmp_path_factory.mktemp('clients')


def _generate(workspace, interface, name):
    folder = workspace / name
    folder.mkdir()
    text = (HERE / 'schema.prisma').read_text().replace('provider = "sqlite"', f'provider = "{DATABASE}"')
    if DATABASE == 'postgresql':
        text += (HERE / 'lists.prisma').read_text()
    (folder / 'schema.prisma').write_text(text.replace('INTERFACE', interface).replace('OUTPUT', f'../packages/{name}'))
    (workspace / 'packages').mkdir(exist_ok=True)
    done = run_cli('generate', '--schema', 'schema.prisma', cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    if str(workspace / 'packages') not in sys.path:
        sys.path.insert(0, str(workspace / 'packages'))
    return __import__(name)


@pytest.fixture(scope='session')
def async_package(workspace):
    return _generate(workspace, 'asyncio', 'client_async')


@pytest.fixture(scope='session')
def sync_package(workspace):
    if IS_ASYNC:
        return BlockingPackage(_generate(workspace, 'asyncio', 'client_sync'))
    return _generate(workspace, 'sync', 'client_sync')


@pytest.fixture(scope='session')
def databases(workspace, sync_package):
    def make_client(url):
        return sync_package.Prisma(use_dotenv=False, datasource={'url': url})

    return Database(workspace, run_cli, make_client)


@pytest.fixture
def database(databases, tmp_path, monkeypatch):
    """The URL of an empty database, which clients use by default."""
    url = databases.empty(tmp_path)
    monkeypatch.setenv('PRISMA_TEST_URL', url)
    return url


@pytest.fixture
def db(sync_package, database):
    client = sync_package.Prisma(use_dotenv=False)
    client.connect()
    yield client
    if client.is_connected():
        client.disconnect()
