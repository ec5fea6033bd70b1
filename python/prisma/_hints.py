"""What to do about an error, as a note below its message: the messages themselves are Prisma's."""

from typing import Any, NoReturn, TypeVar

_Error = TypeVar('_Error', bound=BaseException)

_PUSH = '`prisma db push` makes the database fit the schema.'
_BY_CODE = {
    'P1003': 'Look at the URL of the database. ' + _PUSH,
    'P1010': 'Look at the user, the password and the name of the database in the URL.',
    'P2021': 'Is it the right database? ' + _PUSH,
    'P2022': 'Is it the right database? ' + _PUSH + ' If the schema has changed since, run `prisma generate` too.',
}
_BY_TEXT = {
    'Environment variable not found': 'Set it in the environment or in a file `.env`, in the folder where the program starts or beside the schema.',
    'unable to open database file': 'Its folder must be there, and may be written to. Relative paths start from the folder of the schema.',
}
# Of requests that the engine refuses, by what it says or expects.
_OF_REQUESTS = {
    'and at most 1 fields to be present': "A dict orders by one field. Several are a list of dicts: order=[{'name': 'asc'}, {'age': 'desc'}].",
    "is not a valid `SortOrder`": "An order is 'asc' or 'desc'.",
    'types: `SortOrder`': "Where nulls go can be said of fields that may be null; all others take 'asc' or 'desc'.",
    'OrderByRelationAggregateInput`': "Records are ordered by the number of a list's records: {'posts': {'_count': 'desc'}}.",
    'is not a valid `JSON String`': "A str is JSON text here. Json('…') stands for the str itself.",
    '`path` should be of any of the following types: `String`': "Of this database a path is one str: '$.a.b'.",
    '`path` should be of any of the following types: `String[]`': "Of this database a path is a list of str: ['a', 'b'].",
    'types: `JsonFilter`': "Say how to compare: {'equals': …}.",
    'types: `JsonNullableFilter`': "Say how to compare: {'equals': DbNull}.",
    'Expected a minimum of 1 field to be present, got 0': 'At least one field must be asked for.',
}
UNKNOWN_FIELD = 'If the schema has it, the client is older than the schema: run `prisma generate` and start the program again.'


def hint_of_request(path: str, text: str) -> str:
    """`path`: where in the request the fault is."""
    hint = next((hint for part, hint in _OF_REQUESTS.items() if part in text), '')
    return ' '.join(part for part in (f'At `{path}`.' if path else '', hint) if part)


def add_hint(error: _Error, hint: str = '') -> _Error:
    """The error, with a note where there is something to say. Python shows notes since 3.11."""
    if not hint:
        hint = _BY_CODE.get(getattr(error, 'code', None) or '', '')
    if not hint:
        text = str(error)
        hint = next((hint for part, hint in _BY_TEXT.items() if part in text), '')
    if hint and hasattr(error, 'add_note') and hint not in getattr(error, '__notes__', ()):
        error.add_note(hint)
    return error


class OnlyAsyncWith:
    """What asyncio's objects answer to `with`."""

    def __enter__(self) -> NoReturn:
        raise TypeError(
            f'{type(self).__name__!r} object does not support the context manager protocol: it belongs to an asyncio client, '
            'use `async with`, or generate a client with interface = "sync"'
        )

    def __exit__(self, *exception: Any) -> None: ...


class OnlyWith:
    """What objects of the sync client answer to `async with`."""

    async def __aenter__(self) -> NoReturn:
        raise TypeError(
            f'{type(self).__name__!r} object does not support the asynchronous context manager protocol: it belongs to a '
            'sync client, use `with`, or generate a client with interface = "asyncio"'
        )

    async def __aexit__(self, *exception: Any) -> None: ...
