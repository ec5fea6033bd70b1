"""The generated types under pyright and mypy, both strict: a program that is right, and one with an error in each line
that is marked `# E`."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import pydantics
from conftest import run_cli

HERE = Path(__file__).parent / 'types'


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp('types')
    for name in ('schema.prisma', 'good.py', 'bad.py'):
        shutil.copy(HERE / name, path)
    done = run_cli('generate', '--schema', 'schema.prisma', cwd=path)
    assert done.returncode == 0, done.stdout + done.stderr
    return path


def marked(path):
    return {number for number, line in enumerate(path.read_text().splitlines(), 1) if line.endswith('# E')}


def test_pyright(folder):
    tool = shutil.which('pyright', path=os.pathsep.join([str(Path(sys.executable).parent), os.environ['PATH']]))
    if tool is None:
        pytest.skip('pyright is not installed')
    stubs = [str(path.relative_to(folder)) for path in sorted((folder / 'rich_client').glob('*.pyi'))]
    config = {'typeCheckingMode': 'strict', 'include': ['good.py', 'bad.py', 'rich_client/enums.py', *stubs]}
    (folder / 'pyrightconfig.json').write_text(json.dumps(config))
    done = subprocess.run(
        [tool, '--outputjson', '--pythonpath', sys.executable], cwd=folder, capture_output=True, text=True
    )
    assert done.stdout.startswith('{'), done.stdout + done.stderr
    errors = json.loads(done.stdout)['generalDiagnostics']
    bad = {error['range']['start']['line'] + 1 for error in errors if error['file'].endswith('bad.py')}
    assert [error for error in errors if not error['file'].endswith('bad.py')] == []
    assert bad == marked(folder / 'bad.py')


@pytest.mark.skipif(not pydantics.IS_2, reason='the code of both versions is checked by the newer one')
def test_mypy(folder):
    pytest.importorskip('mypy', reason='mypy is not installed')
    done = subprocess.run(
        [sys.executable, '-m', 'mypy', '--strict', '--cache-dir', '.mypy', 'good.py', 'bad.py'],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    found = {(name, int(line)) for name, line in re.findall(r'^(\S+?):(\d+): error', done.stdout, re.M)}
    assert {(name, line) for name, line in found if name != 'bad.py'} == set(), done.stdout
    assert {line for _, line in found} == marked(folder / 'bad.py'), done.stdout
