"""What the examples say about their surroundings."""

import re
import shutil
import subprocess

import pytest
from engine_process import BIN, ROOT


@pytest.mark.skipif(shutil.which('dpkg') is None, reason='not on Debian')
def test_the_bridge_image_has_the_libraries_that_the_programs_need():
    dockerfile = (ROOT / 'examples/bridge/Dockerfile').read_text()
    build, _, runtime = dockerfile.partition('FROM debian:12-slim')
    assert 'scripts/setup --build-only' in build  # one list of what building needs
    installed = set(re.search(r'apt-get install [^&]*', runtime)[0].split())
    needed = {'libpq5', 'libmariadb3'}  # opened when a database needs them
    paths = set()
    for program in re.search(r'COPY --from=build (.*) /usr/local/bin/', runtime)[1].split():
        lines = subprocess.run(['ldd', BIN / program.rpartition('/')[2]], capture_output=True, text=True, check=True).stdout
        paths |= set(re.findall(r'=> (/\S+)', lines))
    # Packages know a file by its name with or without /usr.
    names = {name for path in paths for name in (path, '/usr' + path, path.removeprefix('/usr'))}
    owners = subprocess.run(['dpkg', '-S', *sorted(names)], capture_output=True, text=True).stdout
    needed |= set(re.findall(r'^([^:]+):', owners, re.M))
    assert len(needed) > 4, owners
    part_of_every_image = {'libc6', 'libgcc-s1', 'libstdc++6'}
    assert needed - part_of_every_image <= installed
