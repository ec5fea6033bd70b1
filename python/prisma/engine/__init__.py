"""The engine under the names it has always had. The real one is the extension `prisma._engine`, in this process; these
classes are another way to it, by requests in text."""

from typing import Any

from . import errors as errors
from .errors import (
    AlreadyConnectedError as AlreadyConnectedError,
    BinaryNotFoundError as BinaryNotFoundError,
    EngineConnectionError as EngineConnectionError,
    EngineError as EngineError,
    EngineRequestError as EngineRequestError,
    MismatchedVersionsError as MismatchedVersionsError,
    NotConnectedError as NotConnectedError,
    UnprocessableEntityError as UnprocessableEntityError,
)

_HOMES = {
    'SyncAbstractEngine': '_abstract',
    'AsyncAbstractEngine': '_abstract',
    'BaseAbstractEngine': '_abstract',
    'AbstractEngine': 'abstract',
    'SyncQueryEngine': '_query',
    'AsyncQueryEngine': '_query',
    'QueryEngine': 'query',
    'TransactionId': '_abstract',
    'utils': 'utils',
    'query': 'query',
    'abstract': 'abstract',
    'http': 'http',
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    module = import_module(f'{__name__}.{home}')
    return module if home == name else getattr(module, name)
