"""Section 1 of the inventory: what is generated, and what the package offers."""

import shutil
import subprocess
import sys
from importlib import import_module

import pytest

from conftest import run_cli

SCHEMA = (
    'datasource db {\n provider = "sqlite"\n url = "file:x.db"\n}\n'
    'generator client {\n provider = "PROVIDER"\n output = "./app/db"\n interface = "sync"\n}\n'
    'model A {\n id Int @id\n kind Kind\n b B[]\n}\nmodel B {\n id Int @id\n a A @relation(fields: [aId], references: [id])\n aId Int\n}\n'
    'model Alone {\n id Int @id\n}\nenum Kind {\n one @map("1")\n two\n}\n'
)


@pytest.fixture(scope='module')
def generated(tmp_path_factory):
    folder = tmp_path_factory.mktemp('package')
    (folder / 'schema.prisma').write_text(SCHEMA.replace('PROVIDER', 'prisma-client-py'))
    done = run_cli('generate', cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.parametrize(
    'name',
    'client actions models bases types enums partials metadata engine/abstract engine/http engine/query http_abstract '
    '__init__ __main__ errors fields validator testing utils cli/__init__ generator/__init__ binaries/platform'.split(),
)
def test_files(generated, name):
    assert (generated / f'app/db/{name}.py').is_file()


def test_whole_package_is_copied(generated):
    assert (generated / 'app/db/py.typed').is_file() and (generated / 'app/db/schema.prisma').read_text().count('model ') == 3
    code = (
        'from app.db import *; from app.db import Prisma, Client, enums, metadata, SCHEMA_PATH, client\n'
        'assert Prisma is Client and Prisma.__module__ == "app.db.client", Prisma.__module__\n'
        'assert [(kind.name, kind.value, str(kind)) for kind in enums.Kind] == [("one", "one", "one"), ("two", "two", "two")]\n'
        'assert metadata.PRISMA_MODELS == {"A", "B", "Alone"}\n'
        'assert metadata.RELATIONAL_FIELD_MAPPINGS == {"A": {"b": "B"}, "B": {"a": "A"}, "Alone": {}}\n'
        'assert SCHEMA_PATH.name == "schema.prisma" and client.PACKAGED_SCHEMA_PATH.parent.name == "db"\n'
        'assert {"sqlite", "binary"} == {Prisma()._active_provider, client.ENGINE_TYPE}\n'
        'for name in ("register", "get_client", "load_env", "BINARY_PATHS", "Batch", "ABatchActions", "TransactionManager"):\n'
        '    assert hasattr(client, name), name\n'
    )
    subprocess.run([sys.executable, '-c', code], cwd=generated, check=True)


@pytest.mark.parametrize('provider', ['python -m prisma', 'prisma-client-py', 'prisma-client-python'])
def test_providers(generated, tmp_path, provider):
    text = SCHEMA.replace('PROVIDER', provider.replace('python -m', f'{sys.executable} -m'))
    (tmp_path / 'schema.prisma').write_text(text)
    done = run_cli('generate', cwd=tmp_path)
    if provider == 'prisma-client-python':
        assert done.returncode != 0
        return
    assert done.returncode == 0 and (tmp_path / 'app/db/client.py').exists(), done.stdout + done.stderr


def test_output_by_a_variable(tmp_path, monkeypatch):
    text = SCHEMA.replace('PROVIDER', 'prisma-client-py').replace('"./app/db"', 'env("PARITY_OUTPUT")')
    (tmp_path / 'schema.prisma').write_text(text)
    monkeypatch.setenv('PARITY_OUTPUT', './elsewhere')
    done = run_cli('generate', cwd=tmp_path)
    assert done.returncode == 0 and (tmp_path / 'elsewhere/client.py').exists(), done.stdout + done.stderr


def test_before_generation(generated, tmp_path):
    shutil.copytree(generated / 'app/db', tmp_path / 'bare')
    code = [sys.executable, '-c', 'from bare import Prisma']
    assert subprocess.run(code, cwd=tmp_path).returncode == 0
    clean = subprocess.run([sys.executable, '-m', 'prisma_cleanup', 'bare'], cwd=tmp_path, capture_output=True, text=True)
    assert clean.returncode == 0, clean.stderr
    done = subprocess.run(code, cwd=tmp_path, capture_output=True, text=True)
    assert 'RuntimeError: The Client hasn\'t been generated yet, you must run `prisma generate` before you can use the client.' in done.stderr


def test_faults_leave_no_half_client(tmp_path):
    text = SCHEMA.replace('PROVIDER', 'prisma-client-py')
    (tmp_path / 'schema.prisma').write_text(text.replace('kind Kind', 'copy Kind'))
    assert run_cli('generate', cwd=tmp_path).returncode == 1
    assert not (tmp_path / 'app/db/client.py').exists()


def test_console_scripts():
    from importlib.metadata import distribution

    scripts = {entry.name: entry.value for entry in distribution('prisma').entry_points if entry.group == 'console_scripts'}
    assert scripts == {'prisma': 'prisma.cli:main', 'prisma-client-py': 'prisma.cli:main'}


@pytest.mark.parametrize(
    'name',
    'BINARY_PATHS Base64 Batch Client ENGINE_TYPE Json Metric MetricHistogram Metrics Prisma PrismaMethod SCHEMA_PATH config '
    'errors get_client load_env register validate __version__ actions bases client enums fields metadata models partials types '
    'validator engine generator binaries cli testing utils http_abstract'.split(),
)
def test_names(sync_package, name):
    assert hasattr(sync_package, name)


def test_prisma_mypy_is_there():
    pytest.importorskip('mypy')
    assert import_module('prisma.mypy').plugin('1.0').__name__ == 'PrismaPlugin'
