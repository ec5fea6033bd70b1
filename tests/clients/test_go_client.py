"""The protocol of the Go client: a Go program as its generator under our `prisma generate`, then as its runtime on our process."""

import os
import shutil
import subprocess

import pytest

from conftest import HERE, prisma

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
