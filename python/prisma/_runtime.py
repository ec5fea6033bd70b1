"""What the extension calls in Python. Nothing here is on the path of a warm query."""

import sys
from importlib import import_module
from typing import Any

from . import _engine, fields

_is_set_up = False


def set_up(package: str) -> None:
    """Tells the extension where in `package` its Python parts are. They are imported when first needed."""
    global _is_set_up
    if _is_set_up:
        return

    def lazily(module: str, name: str) -> Any:
        def call(*args: Any) -> Any:
            return getattr(import_module(f'{package}.{module}'), name)(*args)

        return call

    _engine.configure(
        {
            'make_error': lazily('errors', '_from_engine'),
            'not_connected': lazily('errors', 'ClientNotConnectedError'),
            'already_connected': lazily('_runtime', 'already_connected'),
            'unknown_relation': lazily('errors', 'UnknownRelationalFieldError'),
            'describe': lazily('_models', 'describe'),
            'get_class': lazily('_models', 'get_class'),
            'convert': lazily('_runtime', 'convert'),
            'serialize': lazily('_runtime', 'serialize'),
            'get_running_loop': lazily('_runtime', 'get_running_loop'),
            'warn_never_awaited': lazily('_runtime', 'warn_never_awaited'),
            'json_type': fields.Json,
            'base64_type': fields.Base64,
            'null_type': fields.Null,
        }
    )
    _is_set_up = True


def already_connected() -> Exception:
    from .engine.errors import AlreadyConnectedError

    return AlreadyConnectedError('Already connected to the query engine')


def get_running_loop() -> Any:
    asyncio = sys.modules.get('asyncio')
    if asyncio is None:
        return None
    return asyncio._get_running_loop()


def convert(model: Any, row: Any) -> Any:
    """A row as an instance of a class of the user's own."""
    if hasattr(model, 'model_validate'):
        return model.model_validate(row)
    if '__prisma_entries__' not in model.__dict__:
        return model.parse_obj(row)
    return getattr(import_module(f'{__name__.rpartition(".")[0]}._models'), 'construct_v1')(model, row)


def serialize(value: Any) -> Any:
    """A value of a type that the extension doesn't know, as one that it knows."""
    import enum

    from .builder import serializer

    if isinstance(value, enum.Enum):
        return value.value
    return serializer(value)


def warn_never_awaited(name: str) -> None:
    import warnings

    warnings.warn(f'query {name!r} was never awaited', RuntimeWarning, stacklevel=2)
