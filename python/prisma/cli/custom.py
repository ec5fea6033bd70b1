"""`prisma py …`: the commands that are about the Python client. Each is a module of `prisma.cli.commands`."""

from importlib import import_module
from typing import Any, Callable, List

from ._parser import Command, main
from .utils import click_command

# Each with its line in the help.
COMMANDS = {
    'dev': 'Commands for developing Prisma Client Python',
    'fetch': 'Say where the engine is; there is nothing to download.',
    'generate': 'Generate prisma artifacts with modified config options',
    'version': 'Display Prisma Client Python version information.',
}


def _loader(name: str) -> Callable[[], Command]:
    def load() -> Command:
        command: Command = import_module(f'{__package__}.commands.{name}').COMMAND
        return command

    return load


COMMAND = Command(
    help='Custom command line arguments specifically for Prisma Client Python.\n\nFor other prisma commands, see prisma --help',
    commands={name: (line, _loader(name)) for name, line in COMMANDS.items()},
)


def run(args: List[str]) -> int:
    """Runs `prisma py ARGS`; its exit code."""
    return main(COMMAND, args, 'prisma py', 'PRISMA_PY')


def __getattr__(name: str) -> Any:
    return click_command(__name__, name)
