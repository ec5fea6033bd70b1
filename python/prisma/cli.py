"""The commands `prisma` and `prisma-client-py`."""

import os
import sys
from typing import List, NoReturn, Optional


def main(args: Optional[List[str]] = None) -> NoReturn:
    from . import _engine

    argv = list(sys.argv if args is None else args)
    os.environ.setdefault('PRISMA_PY_PACKAGE_DIR', os.path.dirname(os.path.abspath(__file__)))
    os.environ.setdefault('PRISMA_PYTHON', sys.executable)
    if len(argv) > 1 and argv[1] == 'py':
        from ._cli_py import run

        sys.exit(run(argv[2:]))
    sys.stdout.flush()
    sys.exit(_engine.cli_main(['prisma', *argv[1:]]))
