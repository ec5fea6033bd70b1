"""How values of the user's own types travel to the engine."""

from functools import singledispatch
from typing import Any

__all__ = ('serializer',)


@singledispatch
def serializer(obj: Any) -> Any:
    """Register a type to make its values usable in queries: `@serializer.register(MyType)`; the function gives a value
    of a type that can already be used."""
    raise TypeError(f'Type {type(obj)} not serializable')


def _register_usual() -> None:
    from uuid import UUID

    serializer.register(UUID, str)


_register_usual()
