"""Runs the command line of Prisma, which is part of the extension."""

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any, Dict, List, NamedTuple, Optional, Tuple

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
    if not _are_streams_real():
        return run(args)
    code: int = _engine.cli_main(['prisma', *args])
    if args and args[0] in ('-h', '--help'):
        print('\n  Python Commands\n\n    For Prisma Client Python commands run prisma py --help', flush=True)
    return code


def _are_streams_real() -> bool:
    """Whether what is printed goes where the process writes: programs may put objects of their own in the place of
    `sys.stdout`, which the engine and other processes know nothing of."""
    try:
        return sys.stdout.fileno() == 1 and sys.stderr.fileno() == 2
    except (OSError, ValueError, AttributeError):
        return False


def _copy_lines(source: IO[str], target: Any) -> None:
    for line in source:
        target.write(line)


def _spawn(command: List[str], env: Dict[str, str]) -> int:
    if _are_streams_real():
        return subprocess.run(command, env=env).returncode
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding='utf-8', errors='replace'
    )
    assert process.stdout is not None and process.stderr is not None
    errors = threading.Thread(target=_copy_lines, args=(process.stderr, sys.stderr))
    errors.start()
    _copy_lines(process.stdout, sys.stdout)
    errors.join()
    return process.wait()


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
    command = _command(args)
    code = _spawn(command, _environment(env))
    if check and code != 0:
        raise subprocess.CalledProcessError(code, command)
    return code


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
