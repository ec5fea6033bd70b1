"""Parameter types and commands for click: for programs that use it, and that put commands of the client among theirs."""

import os
import sys
from enum import Enum
from pathlib import Path
from typing import Any, List, Optional, Tuple, Type, Union

import click

from ..utils import module_exists
from ._parser import Command, main
from .utils import _choices, is_module


class PathlibPath(click.Path):
    """A path as `pathlib.Path`."""

    def convert(self, value: Union[str, 'os.PathLike[str]'], param: Any, ctx: Any) -> Any:
        return Path(str(super().convert(value, param, ctx)))


class EnumChoice(click.Choice):  # type: ignore[type-arg]
    """One of the values of an enum of strings."""

    def __init__(self, enum: Type[Enum]) -> None:
        super().__init__(_choices(enum))
        self._enum = enum

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        return str(self._enum(super().convert(value, param, ctx)).value)


class PrismaCLI(click.Group):
    """The modules of a folder as commands: each has its command as `cli`."""

    base_package: str = 'prisma.cli.commands'
    folder: Path = Path(__file__).parent / 'commands'

    def list_commands(self, ctx: Any) -> List[str]:
        found = (path for path in self.folder.iterdir() if not path.name.startswith('_'))
        return sorted(path.stem for path in found if path.suffix == '.py' or is_module(path))

    def get_command(self, ctx: Any, cmd_name: str) -> Optional[click.Command]:
        name = f'{self.base_package}.{cmd_name}'
        if not module_exists(name):
            return None
        module = __import__(name, None, None, ['cli'])
        assert hasattr(module, 'cli'), f'Expected command module {name} to contain a "cli" attribute'
        assert isinstance(module.cli, click.Command), (
            f'Expected command module attribute {name}.cli to be a {click.Command} instance but got '
            f'{type(module.cli)} instead'
        )
        return module.cli


def as_click(command: Command, name: str, words: Tuple[str, ...]) -> click.Command:
    """A command of `prisma py …` for click, which hands all that is typed on to it."""
    path = ' '.join(('prisma', 'py', *words))

    def run(args: Tuple[str, ...]) -> None:
        sys.exit(main(command, args, path, '_'.join(('PRISMA', 'PY', *words)).upper()))

    made = click.Command(
        name,
        help=command.help,
        callback=run,
        params=[click.Argument(['args'], nargs=-1, type=click.UNPROCESSED)],
        add_help_option=False,
        context_settings={'ignore_unknown_options': True, 'allow_interspersed_args': False},
    )
    return made
