"""The generator protocol from both sides, without anything from a package registry."""

import json
import os
import pathlib
import stat
import subprocess
import time

import pytest
from engine_process import BIN, ROOT, SCHEMA, cli

PARTS = pathlib.Path(__file__).resolve().parent.parent / 'generators'
RECORDER = f'python3 {PARTS}/recorder.py'
FAULTY = f'python3 {PARTS}/faulty.py'


def write(folder, *providers, name='schema.prisma', options=''):
    blocks = ''.join(f'generator g{i} {{\n  provider = {json.dumps(p)}\n{options}}}\n' for i, p in enumerate(providers))
    (folder / name).write_text(SCHEMA + blocks)


def test_what_a_generator_is_told(tmp_path):
    (tmp_path / 'db').mkdir()
    write(tmp_path / 'db', RECORDER, f'{RECORDER} 1', options='  output = "../out/"\n  list = ["a"]\n  key = env("KEY")\n')
    (tmp_path / 'package.json').write_text('{"prisma": {"schema": "db/schema.prisma"}}')
    (tmp_path / '.env').write_text('A=1')
    done = cli('generate', cwd=tmp_path, RECORD=str(tmp_path / 'record'))
    assert done.returncode == 0 and done.stdout.count('✔ Generated Recorder (1.2.3) to ./out in') == 2, done.stdout + done.stderr
    manifest, generate = json.loads((tmp_path / 'record').read_text())
    source = str(tmp_path / 'db/schema.prisma')
    assert (manifest['method'], manifest['id'], generate['method'], generate['id']) == ('getManifest', 1, 'generate', 3)
    assert manifest['invoked'] == 'true' and manifest['cwd'] == str(tmp_path)
    assert manifest['params']['output'] == {'fromEnvVar': None, 'value': '../out/'}
    assert manifest['params']['config'] == {'list': ['a'], 'key': 'KEY'}
    told = generate['params']
    assert list(told) == ['datamodel', 'datasources', 'generator', 'dmmf', 'otherGenerators', 'schemaPath', 'version', 'postinstall',
                          'noEngine', 'allowNoModels', 'envPaths']
    assert told['datamodel'].startswith('datasource db {\n') and told['dmmf']['datamodel']['models'][0]['name'] == 'User'
    assert told['datasources'][0]['sourceFilePath'] == told['schemaPath'] == told['generator']['sourceFilePath'] == source
    assert told['generator']['output'] == {'value': str(tmp_path / 'out'), 'fromEnvVar': None}
    assert told['generator']['isCustomOutput'] is True and told['generator']['binaryTargets'][0]['native'] is True
    assert [other['name'] for other in told['otherGenerators']] == ['g1']
    assert told['envPaths'] == {'rootEnvPath': str(tmp_path / '.env'), 'schemaEnvPath': './.env'}


@pytest.mark.parametrize('fault,code,text', [
    ('crash', 1, f'Error: Generator "{FAULTY} crash" failed:\n\nboom at start\n\n'),
    ('exit', 1, f'Error: Generator "{FAULTY} exit" failed:\n\nIt ended without an answer to getManifest.\n\n'),
    ('manifest-error', 1, 'Error: no manifest today\n'),
    ('no-output', 1, 'You need to define `output` in the generator block'),
    ('needs-another', 1, 'Error: Generator "N" requires generator "other", but it is missing in your schema.prisma.\n'),
    ('wrong-id', 1, 'Error: message.id has to be a number. Found value "one"\n'),
    ('generate-error', 1, 'Error: \ncannot generate\nsecond line\n\n'),
    ('generate-crash', 1, f'Error: \nGenerator "{FAULTY} generate-crash" failed:\n\ntrace line 1\ntrace line 2\n'),
    ('generate-exit', 1, 'It ended without an answer to generate.\n'),
    ('signal', 1, 'Segmentation fault'),
    ('garbage', 0, ''),
    ('slow', 0, 'Generating…\n'),
    ('stays', 0, ''),
])
def test_faults_of_a_generator(tmp_path, fault, code, text):
    write(tmp_path, f'{FAULTY} {fault}')
    started = time.monotonic()
    done = cli('generate', cwd=tmp_path)
    assert (done.returncode, text in done.stderr) == (code, True), done.stdout + done.stderr
    assert code == 1 or '✔ Generated Faulty to ./faulty in' in done.stdout
    assert time.monotonic() - started < 30  # one that doesn't end is ended


def test_what_can_be_a_provider(tmp_path):
    bin_folder = tmp_path / 'node_modules/.bin'
    bin_folder.mkdir(parents=True)
    script = bin_folder / 'some-generator'
    script.write_text(f'#!/bin/sh\nexec {FAULTY} ok\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    (tmp_path / 'plain.py').write_text(f'import os\nos.execvp("python3", {["python3", str(PARTS / "faulty.py"), "ok"]!r})\n')
    (tmp_path / 'sub').mkdir()
    for provider in ('some-generator', './node_modules/.bin/some-generator', './plain.py', f'A=1 {FAULTY} "ok"'):
        write(tmp_path, provider)
        done = cli('generate', cwd=tmp_path)
        assert done.returncode == 0 and '✔ Generated Faulty' in done.stdout, done.stderr
    write(tmp_path / 'sub', 'some-generator')
    assert cli('generate', cwd=tmp_path / 'sub').returncode == 0
    write(tmp_path, 'no-such-generator')
    done = cli('generate', cwd=tmp_path)
    assert done.returncode == 1 and done.stderr == 'Error: Generator "no-such-generator" failed:\n\n/bin/sh: 1: no-such-generator: not found\n\n'
    write(tmp_path, 'prisma-client-js')
    done = cli('generate', cwd=tmp_path)
    assert done.returncode == 1 and 'npm install @prisma/client' in done.stderr
    (tmp_path / 'schema.prisma').write_text(SCHEMA + 'generator g {\n  provider = env("NOT_SET")\n}\n')
    done = cli('generate', cwd=tmp_path)
    assert done.returncode == 1 and 'Please ensure that NOT_SET is present in your Environment Variables' in done.stderr
    for lines in ('provider = env("")', f'provider = "{FAULTY} ok"\n  binaryTargets = env("")', f'provider = "{FAULTY} ok"\n  output = env("")'):
        (tmp_path / 'schema.prisma').write_text(SCHEMA + f'generator g {{\n  {lines}\n}}\n')
        done = cli('generate', cwd=tmp_path)
        assert done.returncode == 1 and 'env(""), which names no variable' in done.stderr


def test_some_generators_only(tmp_path):
    write(tmp_path, f'{FAULTY} ok', f'{FAULTY} crash', f'{FAULTY} ok')
    done = cli('generate', '--generator', 'g0', '--generator=g2', cwd=tmp_path)
    assert done.returncode == 0 and done.stdout.count('✔ Generated Faulty') == 2
    done = cli('generate', '--generator', 'a', '--generator', 'g0', '--generator', 'b', cwd=tmp_path)
    assert done.stderr == 'Error: The generators a, b specified via --generator do not exist in your Prisma schema\n'
    # What one fails at does not keep the others from their work.
    write(tmp_path, f'{FAULTY} generate-error', f'{FAULTY} ok')
    done = cli('generate', cwd=tmp_path)
    assert done.returncode == 1 and 'cannot generate' in done.stderr and '✔ Generated Faulty' in done.stderr
    (tmp_path / 'schema.prisma').write_text(f'generator g {{\n  provider = "{FAULTY} ok"\n}}\n')
    done = cli('generate', cwd=tmp_path)
    assert done.returncode == 1 and "You don't have any datasource defined in your schema.prisma." in done.stderr


def test_the_python_generator_as_a_program(tmp_path):
    env = {**os.environ, 'PRISMA_GENERATOR_INVOCATION': 'true', 'PRISMA_PY_PACKAGE_DIR': str(ROOT / 'python/prisma')}
    with subprocess.Popen([str(BIN / 'prisma')], stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=env, text=True) as child:
        def call(method, params=None):
            child.stdin.write(json.dumps({'jsonrpc': '2.0', 'id': 7, 'method': method, 'params': params}) + '\n')
            child.stdin.flush()
            answer = json.loads(child.stderr.readline())
            assert answer['id'] == 7
            return answer

        assert call('getManifest', {})['result']['manifest']['prettyName'] == 'Prisma Client Python'
        write(tmp_path, RECORDER)
        cli('generate', cwd=tmp_path, RECORD=str(tmp_path / 'record'))
        options = json.loads((tmp_path / 'record').read_text())[1]['params']
        options['generator'].update(output={'value': str(tmp_path / 'client'), 'fromEnvVar': None}, config={'interface': 'sync'})
        assert call('generate', options)['result'] is None
        assert 'SyncClient' in (tmp_path / 'client/client.py').read_text() and (tmp_path / 'client/_client.py').exists()
        options['generator']['config'] = {'interface': 'nonsense'}
        assert 'interface' in call('generate', options)['error']['message']
        assert 'no method' in call('dance')['error']['message']
        child.stdin.write('not JSON\n')
        child.stdin.close()
        assert 'not JSON' in child.stderr.read()
        assert child.wait(10) == 0
