"""Reads `@Python(name: "value", …)` in the documentation of a model."""

import re
from typing import Any, Dict, List, Tuple

_SPACE = re.compile(r'\s*')
_TOKEN = re.compile(
    r"""(?P<CNAME>[A-Za-z_]\w*)|(?P<ESCAPED_STRING>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"""|(?P<COLON>:)|(?P<COMMA>,)|(?P<LPAR>\()|(?P<RPAR>\))"""
)
_START = re.compile(r'@Python\s*\(')
# How much of a line is shown before and behind a mistake.
_SPAN = 40

_Token = Tuple[str, str]  # kind and text


class _Mistake(Exception):
    pass


def _show(token: _Token) -> str:
    return f'Token({token[0]!r}, {token[1]!r})'


def _context(text: str, at: int) -> str:
    before = text[max(at - _SPAN, 0) : at].rsplit('\n', 1)[-1]
    after = text[at : at + _SPAN].split('\n', 1)[0]
    return f'{before}{after}\n{" " * len(before.expandtabs())}^\n'


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = text.index('(') + 1
        self.previous: _Token = ('LPAR', '(')

    def take(self, *kinds: str) -> _Token:
        at = self._skip_space()
        match = _TOKEN.match(self.text, at)
        if match is None:
            raise _Mistake(self._unknown(at, kinds))
        token = (str(match.lastgroup), match.group())
        if token[0] not in kinds:
            raise _Mistake(self._unexpected(at, token, kinds))
        self.at, self.previous = match.end(), token
        return token

    def _skip_space(self) -> int:
        match = _SPACE.match(self.text, self.at)
        return match.end() if match else self.at

    def _place(self, at: int) -> Tuple[int, int]:
        return self.text.count('\n', 0, at) + 1, at - self.text.rfind('\n', 0, at)

    # The texts are those that users of the package know from its parser.

    def _unexpected(self, at: int, token: _Token, kinds: Tuple[str, ...]) -> str:
        line, column = self._place(at)
        expected = '\n\t* '.join(sorted(kinds))
        return (
            f'Unexpected token {_show(token)} at line {line}, column {column}.\nExpected one of: \n\t* {expected}\n'
            f'Previous tokens: [{_show(self.previous)}]\n{_context(self.text, at)}'
        )

    def _unknown(self, at: int, kinds: Tuple[str, ...]) -> str:
        line, column = self._place(at)
        context = _context(self.text, at)
        expected = '\n\t* '.join(sorted(kinds))
        return (
            f'No terminal matches {self.text[at : at + 1]!r} in the current parser context, at line {line} col {column}\n\n'
            f'{context}Expected one of: \n\t* {expected}\n\nPrevious tokens: {_show(self.previous)}\n{context}'
        )


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
    reader = _Reader(text)
    arguments: Dict[str, str] = {}
    while True:
        name = reader.take('CNAME')[1]
        reader.take('COLON')
        arguments[name] = reader.take('ESCAPED_STRING')[1][1:-1]
        if reader.take('COMMA', 'RPAR')[0] == 'RPAR':
            return arguments
