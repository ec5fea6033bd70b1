"""Validation of data that comes from outside against the types of the client."""

from functools import lru_cache
from typing import Any, Type, TypeVar

__all__ = ('validate',)

_T = TypeVar('_T')


def validate(type: Type[_T], data: Any) -> _T:
    """Gives `data` converted to the TypedDict `type`, or raises pydantic's ValidationError. Unknown keys are errors."""
    from typing_extensions import is_typeddict

    if not is_typeddict(type):
        raise TypeError(f'Only TypedDict types are supported, got: {type} instead.')
    checked: Any = type
    return _adapter(checked).validate_python(data)


@lru_cache(maxsize=None)
def _adapter(type: Any) -> Any:
    import sys

    from pydantic import ConfigDict, TypeAdapter

    from ._lazy import load_all

    if '__pydantic_config__' not in type.__dict__:
        type.__pydantic_config__ = ConfigDict(extra='forbid', arbitrary_types_allowed=True)
    module = sys.modules.get(type.__module__)
    if module is not None and hasattr(module, '__lazy__'):
        load_all(module, type.__name__)
    return TypeAdapter(type)
