"""`prisma py …`: the commands that are about the Python client. Each is a module of `prisma.cli.commands`."""

import argparse
import os
from importlib import import_module
from typing import List

COMMANDS = {
    'dev': 'Commands for developing Prisma Client Python',
    'fetch': 'Ensure that all required binaries are there: they are part of the package',
    'generate': 'Generate prisma artifacts with modified config options',
    'version': 'Display Prisma Client Python version information.',
}


def run(args: List[str]) -> int:
    """Runs `prisma py ARGS`; its exit code."""
    parser = argparse.ArgumentParser(
        prog='prisma py',
        description='Custom command line arguments specifically for Prisma Client Python.\n'
        'For other prisma commands, see prisma --help',
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest='command', required=True, metavar='COMMAND', title='Commands')
    chosen = next((word for word in args if not word.startswith('-')), None)
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        if name == chosen:
            import_module(f'{__package__}.commands.{name}').add_options(command)
    options = parser.parse_args(args)
    _from_environment(options)
    return int(import_module(f'{__package__}.commands.{options.command}').main(options))


def _from_environment(options: argparse.Namespace) -> None:
    """PRISMA_PY_GENERATE_INTERFACE and the like stand for options that are not given."""
    for name, value in vars(options).items():
        text = os.environ.get(f'PRISMA_PY_{options.command}_{name}'.upper())
        if text is None or name == 'command' or value:
            continue
        if isinstance(value, bool):
            setattr(options, name, text.lower() in ('1', 't', 'true', 'yes', 'on'))
        elif name == 'generator':
            options.generator = text.split()
        else:
            setattr(options, name, int(text) if name == 'type_depth' else text)
