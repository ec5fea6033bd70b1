"""How values of the user's own types travel to the engine."""

from functools import singledispatch
from typing import Any

__all__ = ('serializer',)


@singledispatch
def serializer(obj: Any) -> Any:
    """Register a type to make its values usable in queries: `@serializer.register(MyType)`; the function gives a value
    of a type that can already be used."""
    raise TypeError(f'Type {obj if isinstance(obj, type) else type(obj)} not serializable')


def _register_usual() -> None:
    from datetime import date, datetime, timezone
    from decimal import Decimal
    from uuid import UUID

    from .fields import Base64, Json

    def serialize_datetime(value: datetime) -> str:
        """ISO 8601 with a time zone (naive ones are UTC), in milliseconds."""
        value = value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)
        return value.replace(microsecond=value.microsecond // 1000 * 1000).isoformat()

    serializer.register(UUID, str)
    serializer.register(Decimal, str)
    serializer.register(datetime, serialize_datetime)
    serializer.register(date, lambda value: serialize_datetime(datetime(value.year, value.month, value.day)))
    serializer.register(Base64, str)
    serializer.register(Json, lambda value: value._dumps())


_register_usual()
