"""The commands `prisma` and `prisma-client-py`."""

import os
import sys
from typing import Any, List, NoReturn, Optional


def main(args: Optional[List[str]] = None, use_handler: bool = True, do_cleanup: bool = True) -> NoReturn:
    argv = list(sys.argv if args is None else args)
    if len(argv) < 2:
        _without_command()
    if argv[1] == 'py':
        from .custom import run

        sys.exit(run(argv[2:]))
    from .prisma import run_here

    sys.exit(run_here(argv[1:]))


def _without_command() -> NoReturn:
    if os.environ.get('PRISMA_GENERATOR_INVOCATION'):
        from ..utils import DEBUG_GENERATOR

        if DEBUG_GENERATOR:
            from ..generator import Generator

            Generator.invoke()  # it writes down what it is given
            sys.exit(0)
        from .prisma import run_here

        # Another command line has started this one as its generator.
        sys.exit(run_here([]))
    sys.stderr.write('This command is only intended to be invoked internally. Please run the following instead:\n')
    sys.stdout.write('prisma <command>\ne.g.\nprisma generate\n')
    sys.exit(1)


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in ('cli', 'prisma', 'utils', 'options', 'custom', 'commands', '_node'):
        return import_module(f'{__name__}.{name}')
    if name == 'setup_logging':
        return import_module(f'{__name__}.cli').setup_logging
    if name == 'UnknownTargetError':
        return import_module(f'{__name__}._node').UnknownTargetError
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
