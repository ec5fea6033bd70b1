"""What the commands of `prisma py` share. The two parameter types are for programs built with click, if that is
installed; the commands themselves need nothing."""

import sys
from enum import Enum
from pathlib import Path
from typing import Any, Mapping, Optional, Type

from ..utils import module_exists as module_exists
from . import prisma


def is_module(path: Path) -> bool:
    """Whether a folder is a package."""
    return path.is_dir() and (path / '__init__.py').exists()


def maybe_exit(retcode: int) -> None:
    """Ends the program if a command has failed."""
    if retcode != 0:
        sys.exit(retcode)


def generate_client(schema: Optional[str] = None, *, reload: bool = False) -> None:
    """Runs `prisma generate`; with `reload` the next import finds the new client."""
    maybe_exit(prisma.run(['generate', *([f'--schema={schema}'] if schema is not None else [])]))
    if reload:
        for name in list(sys.modules):
            if 'prisma' in name and 'generator' not in name and '_engine' not in name:
                sys.modules.pop(name, None)


def _styled(text: str, codes: str, stream: Any) -> str:
    return f'\x1b[{codes}m{text}\x1b[0m' if stream.isatty() else text


def warning(message: str) -> None:
    print(_styled('WARNING: ', '93', sys.stdout) + _styled(message, '1', sys.stdout))


def error(message: str, exit_: bool = True) -> None:
    """Says what is wrong, and ends the program unless told not to."""
    print(_styled(message, '91;1', sys.stderr), file=sys.stderr)
    if exit_:
        sys.exit(1)


def pretty_info(mapping: Mapping[str, Any]) -> str:
    """`name : value` lines with the colons below each other."""
    width = max(map(len, mapping))
    return '\n'.join(f'{name:<{width}} : {value}' for name, value in mapping.items())


def _choices(enum: Type[Enum]) -> Any:
    if not issubclass(enum, str):
        raise TypeError('Enum does not subclass `str`')
    return [member.value for member in enum]


def click_command(module: str, name: str) -> Any:
    """The attribute `name` of a module of commands: `cli` is its command for click."""
    if name == 'cli':
        try:
            from ._click import as_click
        except ImportError:
            raise AttributeError(f'{name} is a command for click, which is not installed') from None
        word = module.rpartition('.')[2]
        words = (word,) if word != 'custom' else ()
        return as_click(sys.modules[module].COMMAND, word, words)
    raise AttributeError(f'module {module!r} has no attribute {name!r}')


def __getattr__(name: str) -> Any:
    if name not in ('PathlibPath', 'EnumChoice', 'PrismaCLI'):
        raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    try:
        from . import _click
    except ImportError:
        raise AttributeError(f'{name} is a class for click, which is not installed') from None
    return getattr(_click, name)
