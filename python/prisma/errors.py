"""The exceptions of the client."""

import json
from typing import Any, Dict, List, Optional

__all__ = (
    'PrismaError',
    'DataError',
    'UniqueViolationError',
    'ForeignKeyViolationError',
    'MissingRequiredValueError',
    'RawQueryError',
    'TableNotFoundError',
    'RecordNotFoundError',
    'HTTPClientClosedError',
    'ClientNotConnectedError',
    'ClientNotRegisteredError',
    'ClientAlreadyRegisteredError',
    'FieldNotFoundError',
    'InputError',
    'BuilderError',
    'InvalidModelError',
    'UnknownModelError',
    'UnknownRelationalFieldError',
    'GeneratorError',
    'UnsupportedListTypeError',
    'UnsupportedDatabaseError',
    'TransactionError',
    'TransactionExpiredError',
    'TransactionNotStartedError',
    'PrismaWarning',
    'UnsupportedSubclassWarning',
)


class PrismaError(Exception):
    pass


class ClientNotRegisteredError(PrismaError):
    def __init__(self) -> None:
        super().__init__('No client instance registered; You must call prisma.register(prisma.Prisma())')


class ClientAlreadyRegisteredError(PrismaError):
    def __init__(self) -> None:
        super().__init__('A client has already been registered.')


class ClientNotConnectedError(PrismaError):
    def __init__(self) -> None:
        super().__init__('Client is not connected to the query engine, you must call `connect()` before attempting to query data.')


class HTTPClientClosedError(PrismaError):
    def __init__(self) -> None:
        super().__init__('Cannot make a request from a closed client.')


class UnsupportedDatabaseError(PrismaError):
    def __init__(self, database: str, context: str) -> None:
        super().__init__(f'{context} is not supported by {database}')
        self.database = database
        self.context = context


class DataError(PrismaError):
    """What the engine says is wrong with a request or with the data."""

    data: Any
    code: Optional[str]
    meta: Any

    def __init__(self, data: Any, *, message: Optional[str] = None) -> None:
        facing = data.get('user_facing_error') or {}
        super().__init__(message or facing.get('message') or 'An error occurred while processing data.')
        self.data = data
        self.code = facing.get('error_code')
        self.meta = facing.get('meta')


class UniqueViolationError(DataError):
    pass


class ForeignKeyViolationError(DataError):
    pass


class MissingRequiredValueError(DataError):
    pass


class RawQueryError(DataError):
    def __init__(self, data: Any) -> None:
        meta = (data.get('user_facing_error') or {}).get('meta') or {}
        super().__init__(data, message=meta.get('message'))


class TableNotFoundError(DataError):
    table: Optional[str]

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.table = (self.meta or {}).get('table')


class FieldNotFoundError(DataError):
    def __init__(self, data: Any, *, message: Optional[str] = None) -> None:
        super().__init__(data, message=message or _unknown_field((data.get('user_facing_error') or {}).get('meta')))


class RecordNotFoundError(DataError):
    pass


class InputError(DataError):
    pass


class TransactionError(PrismaError):
    pass


class TransactionExpiredError(TransactionError):
    pass


class TransactionNotStartedError(TransactionError):
    def __init__(self) -> None:
        super().__init__('Transaction has not been started yet.\nTransactions must be used as a context manager or started explicitly by calling `start()`.')


class BuilderError(PrismaError):
    pass


class InvalidModelError(BuilderError):
    def __init__(self, model: Any) -> None:
        super().__init__(
            f'Expected the {model} type to have a `__prisma_model__` class variable set\n'
            'to the name of the Prisma model it represents.'
        )


class UnknownModelError(BuilderError):
    def __init__(self, model: str) -> None:
        super().__init__(f'Model: "{model}" does not exist.')


class UnknownRelationalFieldError(BuilderError):
    def __init__(self, model: str, field: str) -> None:
        super().__init__(f'Field: "{field}" either does not exist or is not a relational field on the {model} model')


class GeneratorError(PrismaError):
    pass


class UnsupportedListTypeError(GeneratorError):
    def __init__(self, typ: str) -> None:
        super().__init__(f'Cannot use {typ} as a list yet. Please create a feature request at '
                         'https://github.com/RobertCraigie/prisma-client-py/issues/new')
        self.type = typ


class PrismaWarning(Warning):
    pass


class UnsupportedSubclassWarning(PrismaWarning):
    pass


_BY_CODE = {
    'P2002': UniqueViolationError,
    'P2003': ForeignKeyViolationError,
    'P2009': FieldNotFoundError,
    'P2010': RawQueryError,
    'P2012': MissingRequiredValueError,
    'P2019': InputError,
    'P2021': TableNotFoundError,
    'P2025': RecordNotFoundError,
}
_UNKNOWN_FIELD_KINDS = {'UnknownArgument', 'UnknownInputField', 'UnknownSelectionField'}


def _unknown_field(meta: Any) -> Optional[str]:
    """Where in the request a field is that does not exist."""
    found = _find_unknown(meta)
    return f'Could not find field at `{".".join(found)}`' if found else None


def _find_unknown(meta: Any) -> List[str]:
    if not isinstance(meta, dict):
        return []
    kind = meta.get('kind')
    if kind == 'Union':
        return max((_find_unknown(inner) for inner in meta.get('errors') or []), key=len, default=[])
    if kind not in _UNKNOWN_FIELD_KINDS:
        return []
    path = [str(part) for part in meta.get('selectionPath') or []]
    if kind != 'UnknownSelectionField':
        path += [str(part) for part in meta.get('argumentPath') or []]
    return path


def _from_engine(code: str, message: str, meta_json: str, debug_text: str, is_panic: bool = False) -> PrismaError:
    """The exception for an error of the engine."""
    meta: Dict[str, Any] = json.loads(meta_json) if meta_json else {}
    if code == 'P2028':
        if (meta.get('error') or message).startswith('Transaction already closed') or 'Transaction already closed' in message:
            return TransactionExpiredError(message)
        return TransactionError(message)
    if code in ('P1001', 'P1000', 'P1003', 'P1010', 'P1012', 'P1013', 'P1014', 'P1017'):
        from .engine.errors import EngineConnectionError

        failure = EngineConnectionError(message)
        failure.code = code
        return failure
    data = {
        'error': debug_text or message,
        'user_facing_error': {'is_panic': is_panic, 'message': message, 'meta': meta, 'error_code': code or None},
    }
    if 'A value is required but not set' in message or (
        isinstance(meta, dict) and meta.get('kind') == 'RequiredArgumentMissing'
    ):
        return MissingRequiredValueError(data)
    if isinstance(meta, dict) and _find_unknown(meta):
        return FieldNotFoundError(data)
    return _BY_CODE.get(code, DataError)(data)
