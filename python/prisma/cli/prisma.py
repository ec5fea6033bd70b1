"""Runs the command line of Prisma, which is part of the extension."""

import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Tuple

from .. import _config

log: logging.Logger = logging.getLogger(__name__)

_PACKAGE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def run_here(args: List[str]) -> int:
    """Runs a command in this process; its exit code."""
    from .. import _engine

    os.environ.setdefault('PRISMA_PY_PACKAGE_DIR', _PACKAGE_DIR)
    os.environ.setdefault('PRISMA_PYTHON', sys.executable)
    sys.stdout.flush()
    sys.stderr.flush()
    code: int = _engine.cli_main(['prisma', *args])
    if args and args[0] in ('-h', '--help'):
        print('\n  Python Commands\n\n    For Prisma Client Python commands run prisma py --help', flush=True)
    return code


def _command(args: List[str]) -> List[str]:
    # The package need not be on the path: a generated one may be anywhere.
    root = str(Path(_PACKAGE_DIR).parents[__name__.count('.') - 2])
    code = (
        f'import sys; sys.path.insert(0, {root!r}); '
        f'from {__name__} import run_here; sys.exit(run_here(sys.argv[1:]))'
    )
    return [sys.executable, '-c', code, *args]


def _environment(env: Optional[Dict[str, str]]) -> Dict[str, str]:
    return {
        **os.environ,
        'PRISMA_HIDE_UPDATE_MESSAGE': 'true',
        'PRISMA_PY_PACKAGE_DIR': os.environ.get('PRISMA_PY_PACKAGE_DIR', _PACKAGE_DIR),
        **(env or {}),
    }


def run(args: List[str], check: bool = False, env: Optional[Dict[str, str]] = None) -> int:
    """Runs a command in a process of its own, with more variables than this one has; its exit code."""
    log.debug('Running prisma command with args: %s', args)
    sys.stdout.flush()
    return subprocess.run(_command(args), env=_environment(env), check=check).returncode


def run_captured(args: List[str], env: Optional[Dict[str, str]] = None) -> Tuple[int, str]:
    """The same; its exit code and all that it says."""
    done = subprocess.run(
        _command(args), env=_environment(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.returncode, done.stdout.decode('utf-8', 'replace')


class CLICache(NamedTuple):
    cache_dir: Path
    entrypoint: Path


def ensure_cached() -> CLICache:
    """Where the command line is: in the package. Nothing is fetched or written."""
    from .. import _engine

    return CLICache(cache_dir=_config.config.binary_cache_dir, entrypoint=Path(str(_engine.__file__)))
