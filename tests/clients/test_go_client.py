"""The Go client: itself, where its module can be fetched, and a Go program that speaks as it does, as generator under our `prisma generate` and as client
of our process."""

import os
import shutil
import subprocess

import pytest

from conftest import BUILD, HERE, prisma

GENERATOR = 'generator go {{\n  provider = "{program}"\n  output   = "./db"\n  package  = "shop"\n}}\n'


@pytest.fixture(scope='session')
def program(tmp_path_factory):
    if not shutil.which('go'):
        pytest.skip('Go is not installed')
    file = tmp_path_factory.mktemp('go') / 'goclient'
    subprocess.run(['go', 'build', '-o', str(file), '.'], cwd=HERE / 'go', check=True, timeout=300)
    return file


def test_go(program, project, db, tmp_path):
    folder = tmp_path
    text = (HERE / 'schema.prisma').read_text().replace('PROVIDER', project.provider)
    (folder / 'schema.prisma').write_text(text.replace('GENERATOR', GENERATOR.format(program=program)))
    assert '✔ Generated Go client' in prisma('generate', folder=folder, url=project.url)
    env = {**os.environ, 'CLIENTS_URL': project.url}
    done = subprocess.run([str(program), str(folder / 'db/generated.json'), project.url], cwd=folder, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and ' checks passed\n' in done.stdout, done.stdout + done.stderr
    print(done.stdout)


@pytest.mark.parametrize('provider', ['sqlite', 'postgresql'])
def test_the_go_client_itself(provider, tmp_path):
    if not shutil.which('go'):
        pytest.skip('Go is not installed')
    folder = tmp_path / 'app'
    shutil.copytree(HERE / 'go_client', folder)
    env = {**os.environ, 'GOFLAGS': '-mod=mod -modcacherw', 'GOMODCACHE': str(BUILD / 'go/modules'), 'GOCACHE': str(BUILD / 'go/cache')}
    fetched = subprocess.run(['go', 'mod', 'download'], cwd=folder, env=env, capture_output=True, text=True, timeout=120)
    if fetched.returncode:
        pytest.skip(f'github.com/steebchen/prisma-client-go could not be fetched: {fetched.stderr[-200:]}')
    schema = folder / 'schema.prisma'
    schema.write_text(schema.read_text().replace('PROVIDER', provider))
    url = f'file:{folder}/dev.db' if provider == 'sqlite' else os.environ['POSTGRES_URL'].rsplit('/', 1)[0] + '/go_client'
    env['CLIENTS_URL'] = url
    pushed = subprocess.run([str(BUILD / 'bin/prisma'), 'db', 'push'], cwd=folder, env=env, capture_output=True, text=True, timeout=300)
    assert 'Generated Prisma Client Go' in pushed.stdout, pushed.stdout + pushed.stderr
    subprocess.run(['go', 'build', '-o', 'app', '.'], cwd=folder, env=env, check=True, timeout=300)
    log = folder / 'log'
    with log.open('w') as out:  # a file: a pipe would stay open if the engine outlived its client
        done = subprocess.run(['./app', '?' if provider == 'sqlite' else '$1'], cwd=folder, env=env, stdout=out, stderr=out, timeout=60)
    assert done.returncode == 0 and ' checks passed' in log.read_text(), log.read_text()
