"""Names of platforms as Prisma spells them."""

import platform as _platform
import re
import ssl
from functools import lru_cache
from pathlib import Path
from typing import Tuple


def name() -> str:
    return _platform.system().lower()


def check_for_extension(file: str) -> str:
    """The name of a program's file on this system."""
    if name() != 'windows' or '.exe' in file:
        return file
    return file.replace('.gz', '.exe.gz') if '.gz' in file else f'{file}.exe'


def linux_distro() -> str:
    distro, relatives = _get_linux_distro_details()
    if distro == 'alpine':
        return 'alpine'
    if any(family in relatives for family in ('centos', 'fedora', 'rhel')):
        return 'rhel'
    return 'debian'


def _get_linux_distro_details() -> Tuple[str, str]:
    """ID and ID_LIKE of /etc/os-release."""
    try:
        text = Path('/etc/os-release').read_text('utf-8')
    except OSError:
        text = ''

    def value(key: str) -> str:
        match = re.search(rf'^{key}="?([^"\n]*)"?', text, re.M)
        return match.group(1) if match else ''

    return value('ID'), value('ID_LIKE')


@lru_cache(maxsize=None)
def binary_platform() -> str:
    system = name()
    if system != 'linux':
        return system
    distro = linux_distro()
    return 'linux-musl' if distro == 'alpine' else f'{distro}-openssl-{get_openssl()}'


def get_openssl() -> str:
    return parse_openssl_version(ssl.OPENSSL_VERSION)


def parse_openssl_version(string: str) -> str:
    match = re.match(r'^OpenSSL\s(\d+\.\d+)\.\d+', string)
    return f'{match.group(1)}.x' if match else '1.1.x'
