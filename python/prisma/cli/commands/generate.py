"""`prisma py generate`: `prisma generate` with options of the Python client's generator."""

import argparse
import logging
from typing import Dict

import pydantic

from .. import options, prisma
from ..utils import warning

ARG_TO_CONFIG_KEY = {'partials': 'partial_type_generator', 'type_depth': 'recursive_type_depth'}

log: logging.Logger = logging.getLogger(__name__)


def add_options(command: argparse.ArgumentParser) -> None:
    options.schema(command)
    options.watch(command)
    command.add_argument(
        '--interface', choices=('sync', 'asyncio'), help='Method that the client will use to interface with Prisma'
    )
    command.add_argument('--partials', metavar='PATH', type=options.existing_file, help='Partial type generator location')
    command.add_argument(
        '-t',
        '--type-depth',
        type=int,
        metavar='INTEGER',
        help='Depth to generate pseudo-recursive types to; -1 signifies fully recursive types',
    )
    command.add_argument(
        '--generator',
        action='append',
        metavar='NAME',
        help='Specifies which generator to use. Can be given several times. By default, all generators are run',
    )


def main(given: argparse.Namespace) -> int:
    if tuple(int(part) for part in pydantic.VERSION.split('.')[:2]) < (1, 8):
        warning(
            'Unsupported version of pydantic installed, this command may not work as intended\n'
            'Please update pydantic to 1.8 or greater.\n'
        )
    args = ['generate']
    if given.schema is not None:
        args.append(f'--schema={given.schema}')
    if given.watch:
        args.append('--watch')
    args += [f'--generator={name}' for name in given.generator or ()]
    env: Dict[str, str] = {}
    for name in ('interface', 'partials', 'type_depth'):
        value = getattr(given, name)
        if value is not None:
            env[f'PRISMA_PY_CONFIG_{ARG_TO_CONFIG_KEY.get(name, name)}'.upper()] = serialize(name, value)
    log.debug('Running generate with env: %s', env)
    return prisma.run(args, env=env)


def serialize(key: str, obj: object) -> str:
    """The text of an option for the environment."""
    return str(obj)
