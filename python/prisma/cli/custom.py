"""`prisma py …`: the commands that are about the Python client. Each is a module of `prisma.cli.commands`."""

import argparse
import os
import re
import sys
from importlib import import_module
from typing import Any, List, NoReturn

COMMANDS = {
    'dev': 'Commands for developing Prisma Client Python',
    'fetch': 'Ensure that all required binaries are there: they are part of the package',
    'generate': 'Generate prisma artifacts with modified config options',
    'version': 'Display Prisma Client Python version information.',
}


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: Any = None) -> None:
        super().add_usage(usage, actions, groups, 'Usage: ')


class _Parser(argparse.ArgumentParser):
    """Tells mistakes in the words that users of these commands know."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{'formatter_class': _Formatter, **options})

    def error(self, message: str) -> NoReturn:
        sys.stdout.flush()
        sys.stderr.write(f"{self.format_usage()}Try '{self.prog} --help' for help.\n\nError: {_told(message)}\n")
        sys.exit(2)


def _told(message: str) -> str:
    """What argparse says, in those words."""
    found = re.match(r'argument COMMAND: invalid choice: (.*?) \(choose from', message)
    if found:
        return f'No such command {found.group(1)}.'
    found = re.match(r'argument (\S+): invalid choice: (.*?) \(choose from (.*)\)$', message)
    if found:
        choices = ', '.join(repr(choice.strip(" '")) for choice in found.group(3).split(','))
        return f"Invalid value for '{_option(found.group(1))}': {found.group(2)} is not one of {choices}."
    found = re.match(r"argument (\S+): invalid int value: (.*)$", message)
    if found:
        return f"Invalid value for '{_option(found.group(1))}': {found.group(2)} is not a valid integer."
    found = re.match(r'argument (\S+): (.*)$', message)
    if found:
        return f"Invalid value for '{_option(found.group(1))}': {found.group(2)}"
    found = re.match(r'unrecognized arguments: (\S+)', message)
    return f'No such option: {found.group(1)}' if found else message


def _option(names: str) -> str:
    return "' / '".join(names.split('/'))


def run(args: List[str]) -> int:
    """Runs `prisma py ARGS`; its exit code."""
    parser = _Parser(
        prog='prisma py',
        description='Custom command line arguments specifically for Prisma Client Python.\n'
        'For other prisma commands, see prisma --help',
    )
    commands = parser.add_subparsers(prog='prisma py', dest='command', required=True, metavar='COMMAND', title='Commands')
    chosen = next((word for word in args if not word.startswith('-')), None)
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        if name == chosen:
            import_module(f'{__package__}.commands.{name}').add_options(command)
    if not args:
        parser.print_help()
        return 0
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
