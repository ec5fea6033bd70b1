"""`prisma py dev playground`."""

import argparse

from .. import options, prisma


def add_options(command: argparse.ArgumentParser) -> None:
    commands = command.add_subparsers(dest='dev_command', required=True, metavar='COMMAND')
    playground = commands.add_parser('playground', help='Browse the data of the database')
    options.schema(playground)
    options.skip_generate(playground)


def main(given: argparse.Namespace) -> int:
    """The GraphQL playground went away with the engine's process; Studio is what shows data now."""
    if not given.skip_generate:
        code = prisma.run(['generate', *([f'--schema={given.schema}'] if given.schema else [])])
        if code != 0:
            return code
    return prisma.run(['studio', *([f'--schema={given.schema}'] if given.schema else [])])
