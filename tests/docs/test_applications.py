"""The example applications: their own tests, each with a client of its own."""

import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys

import pytest
from examples import COMMAND, ROOT


def run_tests_of(name, folder, **variables):
    import prisma

    shutil.copytree(ROOT / 'examples' / name, folder)
    shutil.copytree(pathlib.Path(prisma.__file__).parent, folder / 'site/prisma', ignore=shutil.ignore_patterns('__pycache__'))
    environment = {
        **os.environ,
        'PYTHONPATH': f'{folder / "site"}:{folder}',
        'PRISMA_PY_PACKAGE_DIR': str(folder / 'site/prisma'),
        'NO_COLOR': '1',
        **variables,
    }

    def run(*command):
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f'{" ".join(command)}\n{done.stdout}{done.stderr}'

    run(*COMMAND, 'db', 'push', '--force-reset', '--accept-data-loss')
    if (folder / 'prisma/sql').is_dir():
        run(*COMMAND, 'generate', '--sql')
    run(sys.executable, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', '--rootdir', str(folder), str(folder))


def postgresql(database):
    url = os.environ.get('POSTGRES_URL')
    if not url:
        pytest.skip('needs a PostgreSQL: scripts/with_postgresql')
    return url.rpartition('/')[0] + '/' + database


def test_notes(tmp_path):
    run_tests_of('notes', tmp_path / 'notes', NOTES_DB=f'file:{tmp_path}/notes.db')


def test_fastapi(tmp_path):
    if importlib.util.find_spec('fastapi') is None or importlib.util.find_spec('httpx') is None:
        pytest.skip('FastAPI and httpx are not installed')
    run_tests_of('fastapi', tmp_path / 'books', DATABASE_URL=postgresql('books'))


def test_worker(tmp_path):
    run_tests_of('worker', tmp_path / 'worker', DATABASE_URL=postgresql('jobs'))
