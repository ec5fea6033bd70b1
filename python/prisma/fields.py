"""The types of fields that Python has none for."""

from binascii import a2b_base64, b2a_base64
from typing import Any, Dict, Iterator, Union

__all__ = ('Json', 'Base64', 'DbNull', 'JsonNull', 'AnyNull')


class Base64:
    """Bytes, kept as base64 text."""

    __slots__ = ('_raw',)

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    @classmethod
    def encode(cls, value: bytes) -> 'Base64':
        """From the bytes themselves."""
        return cls(b2a_base64(value, newline=False))

    @classmethod
    def fromb64(cls, value: Union[str, bytes]) -> 'Base64':
        """From base64 text."""
        return cls(value.encode('utf-8') if isinstance(value, str) else value)

    def decode(self) -> bytes:
        """The bytes themselves."""
        return a2b_base64(self._raw)

    def decode_str(self, encoding: str = 'utf-8') -> str:
        return self.decode().decode(encoding)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Base64) and self._raw == other._raw

    def __hash__(self) -> int:
        return hash(self._raw)

    def __str__(self) -> str:
        return self._raw.decode('utf-8')

    def __repr__(self) -> str:
        return f'{type(self).__name__}({self._raw!r})'

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(
            cls._validate,
            schema=core_schema.any_schema(
                serialization=core_schema.plain_serializer_function_ser_schema(str, when_used='json')
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> Any:
        return {'type': 'string', 'format': 'byte'}

    # pydantic 1
    @classmethod
    def __get_validators__(cls) -> Iterator[Any]:
        yield cls._validate

    @classmethod
    def __modify_schema__(cls, field_schema: Dict[str, object]) -> None:
        field_schema.update({'type': 'string', 'format': 'byte'})

    @classmethod
    def _validate(cls, value: Any) -> 'Base64':
        if isinstance(value, Base64):
            return value
        if isinstance(value, (str, bytes)):
            return cls.fromb64(value)
        raise ValueError(
            f'Could not convert type: {type(value)} to a Base64 object; Expected a string or bytes object'
        )


class Json:
    """JSON on its way to the database; what comes back is plain Python data."""

    __slots__ = ('data',)

    def __init__(self, data: Any) -> None:
        self.data = data

    @classmethod
    def keys(cls, **data: Any) -> 'Json':
        """An object by keyword arguments."""
        return cls(data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Json) and self.data == other.data

    def __repr__(self) -> str:
        return f'{type(self).__name__}({self.data!r})'

    def __str__(self) -> str:
        return str(self.data)

    def _dumps(self) -> str:
        import json

        text: str = json.dumps(self.data, default=_default, ensure_ascii=False, allow_nan=False)
        return text

    @classmethod
    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(cls._validate, schema=core_schema.any_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> Any:
        return {'type': 'string', 'format': 'json-string'}

    # pydantic 1
    @classmethod
    def __get_validators__(cls) -> Iterator[Any]:
        yield cls._validate

    @classmethod
    def __modify_schema__(cls, field_schema: Dict[str, object]) -> None:
        field_schema.update({'type': 'string', 'format': 'json-string'})

    @classmethod
    def _validate(cls, value: Any) -> Any:
        if isinstance(value, (str, bytes, bytearray)):
            import json

            try:
                return json.loads(value)
            except ValueError:
                raise ValueError('Invalid JSON') from None
        return value.data if isinstance(value, Json) else value


def _default(value: Any) -> Any:
    from .builder import serializer

    if isinstance(value, Json):
        return value.data
    if isinstance(value, Base64):
        return str(value)
    import datetime
    import decimal

    if isinstance(value, datetime.datetime):
        return _datetime_text(value)
    if isinstance(value, decimal.Decimal):
        return str(value)
    return serializer(value)


def _datetime_text(value: Any) -> str:
    import datetime

    if value.tzinfo is None:
        value = value.replace(tzinfo=datetime.timezone.utc)
    value = value.astimezone(datetime.timezone.utc)
    return str(value.replace(microsecond=value.microsecond // 1000 * 1000).isoformat())


class Null:
    """One of the two kinds of nothing that a Json field can hold."""

    __slots__ = ('name',)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f'prisma.{self.name}'

    def __reduce__(self) -> str:
        return self.name


DbNull = Null('DbNull')
JsonNull = Null('JsonNull')
AnyNull = Null('AnyNull')
