"""Options and help of the commands `prisma py …`, in the forms that click, which they were once written with, gives them."""

import os
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Dict, List, NoReturn, Optional, Sequence, Tuple

# Of tables; paragraphs are two narrower.
_WIDTH = 80
_TRUE = ('1', 't', 'true', 'y', 'yes', 'on')
_FALSE = ('0', 'f', 'false', 'n', 'no', 'off', '')


class UsageError(Exception):
    """A mistake of whoever typed the command."""


@dataclass
class Option:
    """`names` as they are typed; `kind` is how its value is read: flag, text, int, file, path, choice."""

    names: Sequence[str]
    help: str
    kind: str = 'text'
    choices: Sequence[str] = ()
    is_multiple: bool = False
    target: str = ''

    def __post_init__(self) -> None:
        self.target = self.target or self.names[-1].lstrip('-').replace('-', '_')

    @property
    def metavar(self) -> str:
        if self.kind == 'choice':
            return f'[{"|".join(self.choices)}]'
        return {'flag': '', 'int': 'INTEGER'}.get(self.kind, self.kind.upper())

    def read(self, text: str) -> Any:
        try:
            return self._convert(text)
        except ValueError as error:
            raise UsageError(f'Invalid value for {" / ".join(map(repr, self.names))}: {error}') from None

    def _convert(self, text: str) -> Any:
        if self.kind == 'flag':
            if text.lower() not in (*_TRUE, *_FALSE):
                raise ValueError(f'{text!r} is not a valid boolean.')
            return text.lower() in _TRUE
        if self.kind == 'int':
            try:
                return int(text)
            except ValueError:
                raise ValueError(f'{text!r} is not a valid integer.') from None
        if self.kind == 'choice' and text not in self.choices:
            raise ValueError(f'{text!r} is not one of {", ".join(map(repr, self.choices))}.')
        if self.kind in ('file', 'path'):
            return self._existing(text)
        return text

    def _existing(self, text: str) -> Path:
        path, what = Path(text), self.kind.capitalize()
        if not path.exists():
            raise ValueError(f'{what} {text!r} does not exist.')
        if self.kind == 'file' and path.is_dir():
            raise ValueError(f'{what} {text!r} is a directory.')
        if not os.access(path, os.R_OK):
            raise ValueError(f'{what} {text!r} is not readable.')
        return path.resolve() if self.kind == 'file' else path


@dataclass
class Command:
    """What `run` is given are the values of the options by their targets. A group has commands in place of it."""

    help: str
    options: List[Option] = field(default_factory=list)
    run: Optional[Callable[[Dict[str, Any]], int]] = None
    # By name: a line of help, and what makes the command when it is wanted.
    commands: Dict[str, Tuple[str, Callable[[], 'Command']]] = field(default_factory=dict)


def main(command: Command, args: Sequence[str], path: str, variables: str) -> int:
    """Runs a command, typed as `path`, with its arguments; the exit code. A variable with the prefix `variables` stands for
    an option that is not given."""
    try:
        values, rest = _parse(command, list(args))
    except UsageError as error:
        _fail(command, path, str(error))
    if values.pop('help', False):
        print(_help(command, path))
        return 0
    if not command.commands:
        assert command.run is not None
        try:
            _add_variables(command, values, variables)
        except UsageError as error:
            _fail(command, path, str(error))
        return command.run(values)
    if not rest:
        print(_help(command, path))
        return 0
    name = rest[0]
    if name not in command.commands:
        _fail(command, path, f'No such command {name!r}.')
    return main(command.commands[name][1](), rest[1:], f'{path} {name}', f'{variables}_{name}'.upper())


def _fail(command: Command, path: str, message: str) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.write(f"{_usage(command, path)}\nTry '{path} --help' for help.\n\nError: {message}\n")
    sys.exit(2)


def _parse(command: Command, words: List[str]) -> Tuple[Dict[str, Any], List[str]]:
    by_name = {name: option for option in command.options for name in option.names}
    values: Dict[str, Any] = {
        option.target: [] if option.is_multiple else False if option.kind == 'flag' else None for option in command.options
    }
    rest: List[str] = []
    while words:
        word = words.pop(0)
        if word in ('--help', '-h'):
            values['help'] = True
            return values, rest
        if word == '--':
            rest += words
            break
        if not word.startswith('-') or word == '-':
            rest.append(word)
            if command.commands:  # the rest is for the command that this names
                return values, rest + words
            continue
        name, equals, text = word.partition('=')
        if not word.startswith('--') and name not in by_name or len(name) == 2 and equals:
            name, equals, text = word[:2], word[2:], word[2:]  # the value of a short name follows it
        option = by_name.get(name)
        if option is None:
            raise UsageError(f'No such option {name!r}.')
        if option.kind == 'flag':
            if equals:
                raise UsageError(f'Option {name!r} does not take a value.')
            values[option.target] = True
            continue
        if not equals:
            if not words:
                raise UsageError(f'Option {name!r} requires an argument.')
            text = words.pop(0)
        value = option.read(text)
        if option.is_multiple:
            values[option.target].append(value)
        else:
            values[option.target] = value
    if rest and not command.commands:
        raise UsageError(f'Got unexpected extra argument{"s" if len(rest) > 1 else ""} ({" ".join(rest)})')
    return values, rest


def _add_variables(command: Command, values: Dict[str, Any], prefix: str) -> None:
    for option in command.options:
        text = os.environ.get(f'{prefix}_{option.target}'.upper())
        if text and not values[option.target]:
            values[option.target] = [option.read(word) for word in text.split()] if option.is_multiple else option.read(text)


def _usage(command: Command, path: str) -> str:
    return f'Usage: {path} [OPTIONS]{" COMMAND [ARGS]..." if command.commands else ""}'


def _help(command: Command, path: str) -> str:
    paragraphs = [textwrap.fill(text, _WIDTH - 2, initial_indent='  ', subsequent_indent='  ') for text in command.help.split('\n\n')]
    rows = [(', '.join(option.names) + f' {option.metavar}'.rstrip(), option.help) for option in command.options]
    parts = [_usage(command, path), *paragraphs, _table('Options', [*rows, ('--help', 'Show this message and exit.')])]
    if command.commands:
        parts.append(_table('Commands', [(name, line) for name, (line, _) in command.commands.items()]))
    return '\n\n'.join(parts)


def _table(title: str, rows: List[Tuple[str, str]]) -> str:
    indent = ' ' * (max(len(left) for left, _ in rows) + 4)
    lines = [f'{title}:']
    for left, text in rows:
        lines.append(textwrap.fill(text, _WIDTH, initial_indent=f'  {left}'.ljust(len(indent)), subsequent_indent=indent))
    return '\n'.join(lines)
