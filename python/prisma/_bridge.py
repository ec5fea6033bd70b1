"""What the extension `prisma._engine` (src/hosts/python) asks of Python; looked up once, by name."""

from __future__ import annotations

import json
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from .errors import error_from_engine
from .fields import Base64, Json

__all__ = (
    'Base64',
    'Decimal',
    'Enum',
    'Json',
    'UUID',
    'describe_class',
    'json_dumps',
    'json_loads',
    'make_error',
    'relation_class',
    'validate',
)

json_loads = json.loads


def json_dumps(value: Json) -> str:
    """The JSON text of a `Json` field's data."""
    return json.dumps(value.data, ensure_ascii=False)


def make_error(code: str, message: str, meta: str, debug: str) -> Exception:
    """The exception for an error of the engine; `meta` is JSON text of an object or empty."""
    return error_from_engine(code, message, json.loads(meta) if meta else {}, debug)


def describe_class(cls: type) -> tuple[bool, dict[str, Any]]:
    """Whether instances may be filled without validation, and the class's fields in order with their defaults.

    True for the generated models themselves. A user's subclass may have validators and other types, so pydantic builds it.
    """
    if not cls.__dict__.get('__prisma_plain__', False):
        return False, {}
    fields = getattr(cls, 'model_fields', None) or getattr(cls, '__fields__')
    return True, {name: None for name in fields}


def relation_class(cls: type, field: str) -> Any:
    """The class of the objects in a relation field, or None for dicts (which pydantic then validates)."""
    find = getattr(cls, '__prisma_relation_class__', None)
    return None if find is None else find(field)


def validate(cls: Any, data: dict[str, Any]) -> Any:
    """An instance by pydantic's own validation."""
    construct = getattr(cls, 'model_validate', None) or cls.parse_obj
    return construct(data)
