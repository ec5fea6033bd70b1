"""`prisma py dev playground`."""

from importlib.util import find_spec
from typing import Any, Dict

from .. import options, prisma
from .._parser import Command
from ..utils import click_command, error, maybe_exit

_PACKAGE = __name__.rpartition('.cli.')[0]


def playground(values: Dict[str, Any]) -> int:
    if values['skip_generate']:
        if find_spec(f'{_PACKAGE}.client') is None:
            error('Prisma Client Python has not been generated yet.')
    else:
        maybe_exit(prisma.run(['generate', *([f'--schema={values["schema"]}'] if values['schema'] else [])]))
    error(
        'There is no GraphQL playground: the engine is a part of the program that uses it and has no address.\n'
        'To send queries by hand, start `prisma bridge`: it answers them as GraphQL at http://localhost:4466.'
    )
    return 1


PLAYGROUND = Command(
    help='Say what took the place of the GraphQL playground',
    options=[options.SCHEMA, options.SKIP_GENERATE],
    run=playground,
)
COMMAND = Command(
    help='Commands for developing Prisma Client Python',
    commands={'playground': ('Say what took the place of the GraphQL playground', lambda: PLAYGROUND)},
)


def __getattr__(name: str) -> Any:
    return click_command(__name__, name)
