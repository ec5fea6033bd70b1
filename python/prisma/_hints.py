"""What to do about an error, as a note below its message: the messages themselves are Prisma's."""

from typing import TypeVar

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
UNKNOWN_FIELD = 'If the schema has it, the client is older than the schema: run `prisma generate` and start the program again.'


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
