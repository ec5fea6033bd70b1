"""A generated client of each interface, each its own package, and an empty SQLite database for every test.

The extension has to be there: the package `prisma` installed for this Python, or PRISMA_PY_PACKAGE_DIR.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def run_cli(*words, **kwargs):
    return subprocess.run([sys.executable, '-m', 'prisma', *words], capture_output=True, text=True, **kwargs)


def pytest_configure(config):
    package = os.environ.get('PRISMA_PY_PACKAGE_DIR')
    if package:
        sys.path.insert(0, str(Path(package).parent))
        os.environ['PYTHONPATH'] = os.pathsep.join([str(Path(package).parent), os.environ.get('PYTHONPATH', '')])
    try:
        import prisma._engine  # noqa: F401
    except ImportError as error:
        pytest.exit(f'the package prisma with its extension is not installed ({error}); run: pip install .', returncode=4)


@pytest.fixture(scope='session')
def workspace(tmp_path_factory):
    return tmp_path_factory.mktemp('clients')


def _generate(workspace, interface, name):
    folder = workspace / name
    folder.mkdir()
    text = (HERE / 'schema.prisma').read_text()
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
    return _generate(workspace, 'sync', 'client_sync')


@pytest.fixture(scope='session')
def empty_database(workspace, async_package):
    path = workspace / 'empty.db'
    env = {**os.environ, 'PRISMA_TEST_URL': f'file:{path}'}
    done = run_cli('db', 'push', '--skip-generate', '--schema', str(workspace / 'client_async' / 'schema.prisma'), env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    return path


@pytest.fixture
def database(empty_database, tmp_path, monkeypatch):
    path = tmp_path / 'test.db'
    shutil.copy(empty_database, path)
    monkeypatch.setenv('PRISMA_TEST_URL', f'file:{path}')
    return path


@pytest.fixture
def db(sync_package, database):
    client = sync_package.Prisma(use_dotenv=False)
    client.connect()
    yield client
    if client.is_connected():
        client.disconnect()
