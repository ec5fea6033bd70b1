"""Reads `@Python(name: "value", …)` in the documentation of a model."""

import re
from typing import Any, Dict, List, Tuple

_TOKEN = re.compile(r'''\s*(?:(?P<word>[A-Za-z_][\w-]*)|(?P<string>"[^"\n]*"|'[^'\n]*')|(?P<number>\d+)|(?P<sign>.))''')
_START = re.compile(r'@Python\s*\(')


class _Mistake(Exception):
    def __init__(self, text: str, at: int, expected: str) -> None:
        found = text[at : at + 1] or 'the end'
        pointer = ' ' * at + '^'
        super().__init__(f'Unexpected {found!r} at column {at + 1}; expected {expected}\n\n{text}\n{pointer}\n')


def scan_for_declarations(text: str) -> List[Tuple[int, int]]:
    """Where in `text` declarations are: (start, end)."""
    found = []
    for match in _START.finditer(text):
        end = text.find(')', match.end())
        if end < 0:
            continue
        if text[match.end() : end].strip():
            found.append((match.start(), end + 1))
    return found


def parse_schema_dsl(text: str) -> Dict[str, Any]:
    """`{'type': 'ok', 'value': {'arguments': {…}}}`, or `{'type': 'invalid', 'error': …}` for a declaration that can't be
    read, or `{'type': 'not_applicable'}` where there is none."""
    parts = scan_for_declarations(text)
    if not parts:
        return {'type': 'not_applicable'}
    if len(parts) > 1:
        return {'type': 'invalid', 'error': 'Encountered multiple `@Python` declarations'}
    start, end = parts[0]
    try:
        return {'type': 'ok', 'value': {'arguments': _arguments(text[start:end])}}
    except _Mistake as mistake:
        return {'type': 'invalid', 'error': str(mistake)}


def _arguments(text: str) -> Dict[str, str]:
    at = text.index('(') + 1
    arguments: Dict[str, str] = {}

    def take(kinds: Tuple[str, ...], expected: str) -> str:
        nonlocal at
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup not in kinds:
            raise _Mistake(text, match.start(match.lastgroup) if match and match.lastgroup else at, expected)
        at = match.end()
        return match.group(match.lastgroup)

    def sign(choices: str) -> str:
        nonlocal at
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup != 'sign' or match.group('sign') not in choices:
            where = match.start(match.lastgroup) if match and match.lastgroup else at
            raise _Mistake(text, where, ' or '.join(f'`{choice}`' for choice in choices))
        at = match.end()
        return match.group('sign')

    while True:
        name = take(('word',), 'the name of an argument')
        sign(':')
        value = take(('word', 'string', 'number'), 'a value')
        arguments[name] = value[1:-1] if value[0] in '"\'' else value
        if sign(',)') == ')':
            return arguments
