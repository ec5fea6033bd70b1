"""`prisma py generate`: `prisma generate` with options of the Python client's generator."""

import logging
from typing import Any, Dict

import pydantic

from .. import options, prisma
from .._parser import Command, Option
from ..utils import click_command, warning

ARG_TO_CONFIG_KEY = {'partials': 'partial_type_generator', 'type_depth': 'recursive_type_depth'}

log: logging.Logger = logging.getLogger(__name__)


def run(values: Dict[str, Any]) -> int:
    if tuple(int(part) for part in pydantic.VERSION.split('.')[:2]) < (1, 8):
        warning(
            'Unsupported version of pydantic installed, this command may not work as intended\n'
            'Please update pydantic to 1.8 or greater.\n'
        )
    args = ['generate']
    if values['schema'] is not None:
        args.append(f'--schema={values["schema"]}')
    if values['watch']:
        args.append('--watch')
    args += [f'--generator={name}' for name in values['generator']]
    env: Dict[str, str] = {}
    for name in ('interface', 'partials', 'type_depth'):
        value = values[name]
        if value is not None:
            env[f'PRISMA_PY_CONFIG_{ARG_TO_CONFIG_KEY.get(name, name)}'.upper()] = serialize(name, value)
    log.debug('Running generate with env: %s', env)
    return prisma.run(args, env=env)


def serialize(key: str, obj: object) -> str:
    """The text of an option for the environment."""
    return str(obj)


COMMAND = Command(
    help='Generate prisma artifacts with modified config options',
    options=[
        options.SCHEMA,
        options.WATCH,
        Option(
            ['--interface'], 'Method that the client will use to interface with Prisma', 'choice', ('sync', 'asyncio')
        ),
        Option(['--partials'], 'Partial type generator location', 'path'),
        Option(
            ['-t', '--type-depth'],
            'Depth to generate pseudo-recursive types to; -1 signifies fully recursive types',
            'int',
        ),
        Option(
            ['--generator'],
            'Specifies which generator to use. Can be specified multiple times. By default, all generators will be ran',
            is_multiple=True,
        ),
    ],
    run=run,
)


def __getattr__(name: str) -> Any:
    return click_command(__name__, name)
