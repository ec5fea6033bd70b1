"""Section 2 of the inventory: options of the generator, `[tool.prisma]`, and variables of the environment."""

import json
import logging
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from conftest import run_cli

SCHEMA = (
    'datasource db {\n provider = "sqlite"\n url = "file:x.db"\n}\n'
    'generator client {\n provider = "prisma-client-py"\n output = "./made"\n OPTIONS\n}\nmodel A {\n id Int @id\n d Decimal?\n}\n'
)


@pytest.fixture(scope='module')
def generate(tmp_path_factory):
    """Generates with options and variables; the exit code, what was said, and the folder."""
    folder = tmp_path_factory.mktemp('options')

    def run(options='', **env):
        (folder / 'schema.prisma').write_text(SCHEMA.replace('OPTIONS', options))
        done = run_cli('generate', cwd=folder, env={**os.environ, **env})
        return done.returncode, done.stdout + done.stderr, folder

    return run


def interface(folder):
    return 'sync' if 'SyncClient' in (folder / 'made/client.py').read_text() else 'asyncio'


@pytest.mark.parametrize(
    'options, env, expected',
    [
        ('', {}, 'asyncio'),
        ('interface = "sync"', {}, 'sync'),
        ('interface = "asyncio"', {'PRISMA_PY_CONFIG_INTERFACE': 'sync'}, 'sync'),
    ],
)
def test_interface(generate, options, env, expected):
    code, said, folder = generate(options, **env)
    assert code == 0 and interface(folder) == expected, said


@pytest.mark.parametrize(
    'options',
    [
        'recursive_type_depth = 5',
        'recursive_type_depth = "-1"',
        'recursive_type_depth = 2',
        'engineType = "binary"',
        'engine_type = "binary"',
        'enable_experimental_decimal = true',
        'previewFeatures = ["tracing"]',
        'binaryTargets = ["native", "debian-openssl-1.1.x"]',
    ],
)
def test_accepted(generate, options):
    code, said, _ = generate(options)
    assert code == 0 and 'Generated Prisma Client Python' in said, said


@pytest.mark.parametrize(
    'options, env, message',
    [
        ('nonsense = "x"', {}, 'generator.config.nonsense\n  Extra inputs are not permitted'),
        ('interface = "trio"', {}, "generator.config.interface\n  Input should be 'sync' or 'asyncio'"),
        ('', {'PRISMA_PY_CONFIG_INTERFACE': 'trio'}, "Input should be 'sync' or 'asyncio'"),
        ('recursive_type_depth = 0', {}, 'Value must equal -1 or be greater than 1.'),
        ('recursive_type_depth = 1', {}, 'Value must equal -1 or be greater than 1.'),
        ('recursive_type_depth = "-2"', {}, 'Value must equal -1 or be greater than 1.'),
        ('', {'PRISMA_PY_CONFIG_RECURSIVE_TYPE_DEPTH': 'x'}, 'Input should be a valid integer'),
        ('engineType = "dataproxy"', {}, 'Prisma Client Python does not support the Prisma Data Proxy yet.'),
        ('engineType = "x"', {}, 'generator.config.engine_type\n  Input should be '),
        ('', {'PRISMA_CLIENT_ENGINE_TYPE': 'x'}, 'generator.config.engine_type'),
        ('', {'PRISMA_PY_CONFIG_ENGINE_TYPE': 'x'}, 'generator.config.engine_type'),
        ('enable_experimental_decimal = "x"', {}, 'Input should be a valid boolean'),
        ('http = "aiohttp"', {}, 'removed in favour of the interface option'),
        ('http = "httpx-async"', {}, 'interface = "asyncio"'),
        ('http = "requests"', {}, 'interface = "sync"'),
        ('partial_type_generator = "none.py"', {}, 'Could not find a python file or module at none.py'),
        ('partial_type_generator = "no.such"', {}, 'Could not find a python file or module at no.such'),
        ('partial_type_generator = ".such"', {}, 'No file found at .such and relative imports are not allowed.'),
    ],
)
def test_refused(generate, options, env, message):
    code, said, _ = generate(options, **env)
    assert code == 1 and message in said, said


def test_all_faults_are_told(generate):
    code, said, _ = generate('nonsense = "x"\n other = "y"')
    assert code == 1 and '2 validation errors' in said and 'config.nonsense' in said and 'config.other' in said, said


def test_partial_type_generator(generate):
    _, _, folder = generate()
    script = 'from prisma.models import A\nA.create_partial({!r}, include={{"id"}})\n'
    (folder / 'prisma').mkdir()
    for path, options, env, name in (
        ('prisma/partial_types.py', '', {}, 'ByDefault'),
        ('parts.py', 'partial_type_generator = "parts.py"', {}, 'ByPath'),
        ('deep/parts.py', 'partial_type_generator = "deep.parts"', {}, 'ByModule'),
        ('env.py', 'partial_type_generator = "parts.py"', {'PRISMA_PY_CONFIG_PARTIAL_TYPE_GENERATOR': 'env.py'}, 'ByVariable'),
    ):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(script.format(name))
        code, said, _ = generate(options, **env)
        assert code == 0 and f'class {name}(bases.BaseA)' in (folder / 'made/partials.pyi').read_text(), said
    (folder / 'prisma/partial_types.py').unlink()


# ── [tool.prisma] ──

SETTINGS = {
    'prisma_version': '1.2.3',
    'expected_engine_version': 'abc',
    'home_dir': '/h',
    'binary_cache_dir': '/c',
    'binary_platform': 'debian',
    'use_global_node': False,
    'use_nodejs_bin': False,
    'nodeenv_extra_args': ['-x'],
    'nodeenv_cache_dir': '/n',
}


def variable(name):
    return 'PRISMA_VERSION' if name == 'prisma_version' else f'PRISMA_{name.upper()}'


@pytest.fixture
def Config(sync_package, monkeypatch):
    for name in SETTINGS:
        monkeypatch.delenv(variable(name), raising=False)
    return import_module('client_sync._config').Config


@pytest.mark.parametrize('name', SETTINGS)
def test_settings(Config, tmp_path, monkeypatch, name):
    expected = Path(SETTINGS[name]) if name.endswith('_dir') else SETTINGS[name]
    path = tmp_path / 'pyproject.toml'
    path.write_text(f'[tool.other]\nx = 1\n[tool.prisma]\n{name} = {json.dumps(SETTINGS[name])}\nunknown = 2\n')
    assert getattr(Config.load(path), name) == expected == getattr(Config.parse(**{name: SETTINGS[name]}), name)
    monkeypatch.chdir(tmp_path)
    assert getattr(Config.load(), name) == expected
    other = {True: 'false', False: 'true'}.get(SETTINGS[name], '/env') if isinstance(SETTINGS[name], bool) else '/env'
    if name == 'nodeenv_extra_args':
        other = '["-y"]'
    monkeypatch.setenv(variable(name), other)
    found = getattr(Config.load(path), name)
    assert found == (not SETTINGS[name] if isinstance(SETTINGS[name], bool) else ['-y'] if '[' in other else type(expected)(other))


def test_defaults(Config, tmp_path):
    config = Config.load(tmp_path / 'none.toml')
    assert (config.prisma_version, config.expected_engine_version) == ('6.19.0', '2ba551f319ab1df4bc874a89965d8b3641056773')
    assert config.home_dir == Path.home() and config.nodeenv_cache_dir == Path.home() / '.cache/prisma-python/nodeenv'
    cache = Path.home() / '.cache/prisma-python/binaries' / config.prisma_version / config.expected_engine_version
    assert config.binary_cache_dir == cache and config.binary_platform is None
    assert config.use_global_node is True and config.use_nodejs_bin is True and config.nodeenv_extra_args == []
    assert Config.parse(home_dir=str(tmp_path)).binary_cache_dir.parts[: len(tmp_path.parts)] == tmp_path.parts


def test_lazy_config(sync_package, monkeypatch, tmp_path):
    module = import_module('client_sync._config')
    proxy = module.LazyConfigProxy()
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'pyproject.toml').write_text('[tool.prisma]\nprisma_version = "9"\n')
    assert proxy.prisma_version == '9' and isinstance(proxy.__get_proxied__(), module.Config)
    proxy.__set_proxied__(module.Config.parse(prisma_version='10'))
    assert proxy.prisma_version == '10'
    assert sync_package.config.prisma_version


# ── other variables ──


def test_debug(sync_package):
    code = 'import logging, prisma; print(logging.getLogger("prisma").level)'
    for value, expected in (('1', logging.DEBUG), ('t', logging.DEBUG), ('true', logging.DEBUG), ('0', logging.NOTSET)):
        env = {**os.environ, 'PRISMA_PY_DEBUG': value}
        done = subprocess.run([sys.executable, '-c', code], env=env, capture_output=True, text=True)
        assert done.stdout.split()[-1] == str(expected), done.stderr


def test_invocation(tmp_path):
    (tmp_path / 'gen.py').write_text('from prisma.generator import Generator\nGenerator.invoke()\n')
    done = subprocess.run([sys.executable, 'gen.py'], cwd=tmp_path, capture_output=True, text=True)
    assert 'RuntimeError: Attempted to invoke a generator outside of Prisma generation' in done.stderr
    done = run_cli()
    assert done.returncode == 1 and done.stdout == 'prisma <command>\ne.g.\nprisma generate\n'
    assert done.stderr == 'This command is only intended to be invoked internally. Please run the following instead:\n'


def test_dotenv(sync_package, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'prisma').mkdir()
    (tmp_path / '.env').write_text('PARITY_A=a\nPARITY_B="b c"\n')
    (tmp_path / 'prisma/.env').write_text('PARITY_C=c\nPARITY_A=other\n')
    for name in 'ABC':
        monkeypatch.setenv(f'PARITY_{name}', 'x')  # so that it is undone
        monkeypatch.delenv(f'PARITY_{name}')
    monkeypatch.setenv('PARITY_B', 'kept')
    sync_package.Prisma(use_dotenv=False)
    assert 'PARITY_A' not in os.environ
    sync_package.Prisma()
    assert (os.environ['PARITY_A'], os.environ['PARITY_B'], os.environ['PARITY_C']) == ('a', 'kept', 'c')
    sync_package.load_env(override=True)
    assert os.environ['PARITY_B'] == 'b c'


def test_options_by_variables(tmp_path):
    (tmp_path / 'schema.prisma').write_text(SCHEMA.replace('OPTIONS', ''))
    env = {**os.environ, 'PRISMA_PY_GENERATE_INTERFACE': 'sync'}
    done = run_cli('py', 'generate', cwd=tmp_path, env=env)
    assert done.returncode == 0 and interface(tmp_path) == 'sync', done.stdout + done.stderr
    env = {**os.environ, 'PRISMA_PY_GENERATE_INTERFACE': 'x', 'PRISMA_PY_GENERATE_TYPE_DEPTH': 'y'}
    done = run_cli('py', 'generate', cwd=tmp_path, env=env)
    assert done.returncode == 2 and "'x' is not one of 'sync', 'asyncio'." in done.stderr
