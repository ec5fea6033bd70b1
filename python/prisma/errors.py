"""The exceptions of the client."""

import json
from typing import Any, Dict, List, Optional, Type

from ._hints import UNKNOWN_FIELD, add_hint, hint_of_request

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
    'ValueTooLongError',
    'ConstraintViolationError',
    'InvalidStoredValueError',
    'InvalidValueError',
    'DataValidationError',
    'QueryParsingError',
    'NullConstraintViolationError',
    'MissingArgumentError',
    'RelationViolationError',
    'RelatedRecordNotFoundError',
    'QueryInterpretationError',
    'RecordsNotConnectedError',
    'ConnectedRecordsNotFoundError',
    'ValueOutOfRangeError',
    'ColumnNotFoundError',
    'InconsistentColumnDataError',
    'PoolTimeoutError',
    'UnsupportedFeatureError',
    'MultipleErrorsError',
    'QueryParameterLimitError',
    'FulltextIndexNotFoundError',
    'NumberOutOfRangeError',
    'WriteConflictError',
    'AssertionViolationError',
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


class ValueTooLongError(DataError):
    """A value is too long for its column. (P2000)"""


class ConstraintViolationError(DataError):
    """A constraint of the database refuses the change. (P2004)"""


class InvalidStoredValueError(DataError):
    """What is stored in a column is not a value of the field's type. (P2005)"""


class InvalidValueError(DataError):
    """A value is not one of the field's type. (P2006)"""


class DataValidationError(DataError):
    """The database does not take a value. (P2007)"""


class QueryParsingError(DataError):
    """A request could not be read. (P2008)"""


class NullConstraintViolationError(DataError):
    """A column that must have a value was given none. (P2011)"""


class MissingArgumentError(DataError):
    """A request lacks an argument. (P2013)"""


class RelationViolationError(DataError):
    """A change would leave a required relation without a record. (P2014)"""


class RelatedRecordNotFoundError(RecordNotFoundError):
    """A related record does not exist. (P2015)"""


class QueryInterpretationError(DataError):
    """A request could not be carried out. (P2016)"""


class RecordsNotConnectedError(DataError):
    """Two records are not related to each other. (P2017)"""


class ConnectedRecordsNotFoundError(RecordNotFoundError):
    """Records that are to be connected do not exist. (P2018)"""


class ValueOutOfRangeError(DataError):
    """A value is out of its type's range. (P2020)"""


class ColumnNotFoundError(DataError):
    """The database lacks a column; `.column` names it. (P2022)"""

    column: Optional[str]

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.column = (self.meta or {}).get('column')


class InconsistentColumnDataError(DataError):
    """What is stored in a column is not what the schema says. (P2023)"""


class PoolTimeoutError(DataError):
    """No connection became free in time (`connection_limit` and `pool_timeout` of the URL). (P2024)"""


class UnsupportedFeatureError(DataError):
    """The database can't do something that a request needs. (P2026)"""


class MultipleErrorsError(DataError):
    """The database reported several errors. (P2027)"""


class QueryParameterLimitError(DataError):
    """A request has more parameters than the database takes. (P2029)"""


class FulltextIndexNotFoundError(DataError):
    """A search needs a full-text index that does not exist. (P2030)"""


class NumberOutOfRangeError(DataError):
    """A number is too big for 64 bits. (P2033)"""


class WriteConflictError(DataError):
    """Another transaction was in the way (a conflict or a deadlock); try again. (P2034)"""


class AssertionViolationError(DataError):
    """The database reported a violated assertion. (P2035)"""


class TransactionError(PrismaError):
    pass


class TransactionExpiredError(TransactionError):
    pass


class TransactionNotStartedError(TransactionError):
    def __init__(self) -> None:
        super().__init__(
            'Transaction has not been started yet.\n'
            'Transactions must be used within a context manager or started manually.'
        )


class BuilderError(PrismaError):
    pass


class InvalidModelError(BuilderError):
    def __init__(self, model: Any) -> None:
        super().__init__(f'Expected the {model} type to have a `__prisma_model__` class variable set')


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
        super().__init__(
            f'Cannot use {typ} as a list yet; Please create a feature request at '
            'https://github.com/RobertCraigie/prisma-client-py/issues/new'
        )
        self.type = typ


class PrismaWarning(Warning):
    pass


class UnsupportedSubclassWarning(PrismaWarning):
    pass


_BY_CODE: Dict[str, Type[DataError]] = {
    'P2002': UniqueViolationError,
    'P2003': ForeignKeyViolationError,
    'P2009': FieldNotFoundError,
    'P2010': RawQueryError,
    'P2012': MissingRequiredValueError,
    'P2019': InputError,
    'P2021': TableNotFoundError,
    'P2025': RecordNotFoundError,
    'P2000': ValueTooLongError,
    'P2004': ConstraintViolationError,
    'P2005': InvalidStoredValueError,
    'P2006': InvalidValueError,
    'P2007': DataValidationError,
    'P2008': QueryParsingError,
    'P2011': NullConstraintViolationError,
    'P2013': MissingArgumentError,
    'P2014': RelationViolationError,
    'P2015': RelatedRecordNotFoundError,
    'P2016': QueryInterpretationError,
    'P2017': RecordsNotConnectedError,
    'P2018': ConnectedRecordsNotFoundError,
    'P2020': ValueOutOfRangeError,
    'P2022': ColumnNotFoundError,
    'P2023': InconsistentColumnDataError,
    'P2024': PoolTimeoutError,
    'P2026': UnsupportedFeatureError,
    'P2027': MultipleErrorsError,
    'P2029': QueryParameterLimitError,
    'P2030': FulltextIndexNotFoundError,
    'P2033': NumberOutOfRangeError,
    'P2034': WriteConflictError,
    'P2035': AssertionViolationError,
}
_CONNECTION_CODES = ('P1000', 'P1001', 'P1002', 'P1003', 'P1010', 'P1011', 'P1012', 'P1013', 'P1014', 'P1017')
_UNKNOWN_FIELD_KINDS = {'UnknownArgument', 'UnknownInputField', 'UnknownSelectionField'}
# Of faults at one depth of a request, those that say most: a field that only one of several forms of an object lacks is
# not what is wrong if another form, which has it, refuses its value. Prisma's own client ranks them like this.
_RANKS = {'InvalidArgumentValue': 20, 'ValueTooLarge': 20, 'InvalidArgumentType': 10, 'RequiredArgumentMissing': -10}


def _unknown_field(meta: Any) -> Optional[str]:
    """Where in the request a field is that does not exist; of what is selected, the engine tells it."""
    found = _main_fault(meta)
    if found.get('kind') not in _UNKNOWN_FIELD_KINDS or not found.get('argumentPath'):
        return None
    return f'Could not find field at `{".".join(_path(found))}`'


def _main_fault(meta: Any) -> Dict[str, Any]:
    """The fault that lies deepest, of those of all the forms that were tried."""
    if not isinstance(meta, dict):
        return {}
    if meta.get('kind') != 'Union':
        return meta
    faults = [_main_fault(inner) for inner in meta.get('errors') or []]
    return max(faults, key=lambda fault: (len(_path(fault)), _RANKS.get(str(fault.get('kind')), 0)), default={})


def _path(fault: Dict[str, Any]) -> List[str]:
    return [str(part) for part in [*(fault.get('selectionPath') or []), *(fault.get('argumentPath') or [])]]


def _from_engine(code: str, message: str, meta_json: str, debug_text: str, is_panic: bool = False) -> PrismaError:
    """The exception for an error of the engine."""
    meta: Dict[str, Any] = json.loads(meta_json) if meta_json else {}
    if code in _CONNECTION_CODES:
        from .engine.errors import EngineConnectionError

        failure = EngineConnectionError(message)
        failure.code = code
        return add_hint(failure)
    facing = {'is_panic': is_panic, 'message': message, 'meta': meta, 'error_code': code or None}
    text = debug_text or message
    if code == 'P2028' and isinstance(meta, dict) and meta.get('error'):
        text = str(meta['error'])
    return _for_answer({'error': text, 'user_facing_error': facing}, text, facing, code)


def _for_answer(data: Any, text: str, facing: Dict[str, Any], code: str) -> PrismaError:
    """The exception for one error of an answer."""
    message = facing.get('message') or ''
    meta = facing.get('meta')
    kind = meta.get('kind') if isinstance(meta, dict) else None
    if code == 'P2028':
        is_closed = text.startswith('Transaction already closed') or 'Transaction already closed' in message
        text = text if text.startswith('Transaction already closed') else message
        return TransactionExpiredError(text) if is_closed else TransactionError(message)
    if 'A value is required but not set' in message or kind == 'RequiredArgumentMissing':
        return MissingRequiredValueError(data)
    if _main_fault(meta).get('kind') in _UNKNOWN_FIELD_KINDS:
        return add_hint(FieldNotFoundError(data), UNKNOWN_FIELD)
    make: Type[DataError] = _BY_CODE.get(code, DataError)
    hint = hint_of_request('.'.join(_path(_main_fault(meta))), message or text) if code == 'P2009' else ''
    return add_hint(make(data), hint)
