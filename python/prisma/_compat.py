"""One spelling for what pydantic 1 and 2, and the versions of Python, spell differently."""

import os
import sys
from asyncio import get_running_loop as get_running_loop
from functools import cached_property as cached_property
from typing import Any, Callable, Dict, Optional, Set, Type, TypeVar, Union

import pydantic
from pydantic import BaseModel
from typing_extensions import get_args as get_args, get_origin as get_origin, is_typeddict as is_typeddict

_T = TypeVar('_T')
_ModelT = TypeVar('_ModelT', bound=BaseModel)

PYDANTIC_V2: bool = pydantic.VERSION.startswith('2.')

ENV_VAR_KEY = '$env'

_any: Any = pydantic

if PYDANTIC_V2:
    from pydantic_core import core_schema as core_schema

    CoreSchema: Any = core_schema.CoreSchema
    ConfigDict: Any = _any.ConfigDict
    PlainSerializer: Any = _any.PlainSerializer
    GetCoreSchemaHandler: Any = _any.GetCoreSchemaHandler
    GenericModel: Any = BaseModel
    BaseConfig: Any = None
    BaseSettingsConfig: Any = None
else:
    core_schema = None  # type: ignore[assignment]
    CoreSchema = None
    ConfigDict = None
    PlainSerializer = None
    GetCoreSchemaHandler = None
    from pydantic.generics import GenericModel as _GenericModel

    class GenericModel(_GenericModel, BaseModel):  # type: ignore
        pass

    BaseConfig = _any.BaseConfig
    BaseSettingsConfig = _any.BaseSettings.Config


class _Extra:
    allow = 'allow'
    ignore = 'ignore'
    forbid = 'forbid'


Extra: Any = _Extra if PYDANTIC_V2 else _any.Extra


def is_union(tp: Any) -> bool:
    """Whether this is the origin of a union, of either spelling."""
    if tp is Union:
        return True
    import types

    return tp is getattr(types, 'UnionType', Union)


def is_literal_type(type_: Any) -> bool:
    from typing_extensions import Literal

    return get_origin(type_) is Literal


# ── validators ──


def field_validator(
    __field: str,
    *fields: str,
    pre: bool = False,
    check_fields: Optional[bool] = None,
    always: Optional[bool] = None,
    allow_reuse: Optional[bool] = None,
) -> Callable[[_T], _T]:
    if PYDANTIC_V2:
        mode = 'before' if pre else 'after'
        return _any.field_validator(__field, *fields, mode=mode, check_fields=check_fields)  # type: ignore[no-any-return]
    given = {'always': always, 'allow_reuse': allow_reuse}
    decorate = _any.validator(__field, *fields, pre=pre, **{k: v for k, v in given.items() if v is not None})
    return lambda function: decorate(_plain(function))


def root_validator(
    *__args: Any, pre: bool = False, skip_on_failure: bool = False, allow_reuse: bool = False
) -> Callable[[_T], _T]:
    if PYDANTIC_V2:
        return _any.model_validator(mode='before' if pre else 'after')  # type: ignore[no-any-return]
    decorate = _any.root_validator(*__args, pre=pre, skip_on_failure=skip_on_failure, allow_reuse=allow_reuse)
    return lambda function: decorate(_plain(function))


def _plain(function: Any) -> Any:
    """pydantic 1 makes the class method itself."""
    return function.__func__ if isinstance(function, classmethod) else function


# ── settings ──


def Field(*, env: Optional[str] = None, **extra: Any) -> Any:
    """A field that a variable of the environment can give."""
    if PYDANTIC_V2:
        return _any.Field(**extra, json_schema_extra={ENV_VAR_KEY: env} if env else None)
    return _any.Field(**extra, env=env) if env else _any.Field(**extra)


def _get_field_env_var(field: Any, name: str) -> Optional[str]:
    if not PYDANTIC_V2:
        found = field.field_info.extra.get('env')
        return found if isinstance(found, str) else None
    extra = field.json_schema_extra
    if not extra:
        return None
    if callable(extra):
        raise RuntimeError(f'Unexpected json schema for field "{name}" is a function')
    env = extra.get(ENV_VAR_KEY)
    return env if isinstance(env, str) and env else None


def _env_var_resolver(model_cls: Any, values: Any) -> Dict[str, Any]:
    """The values with those of the environment, which come first."""
    assert isinstance(values, dict)
    for key, field in model_cls.model_fields.items():
        variable = _get_field_env_var(field, name=key)
        value = os.environ.get(variable) if variable else None
        if value is not None:
            values[key] = value
    return values


if PYDANTIC_V2:

    class BaseSettings(BaseModel):
        @_any.model_validator(mode='before')  # type: ignore[untyped-decorator, unused-ignore]
        @classmethod
        def root_validator(cls, values: Any) -> Any:
            return _env_var_resolver(cls, values)

else:
    BaseSettings = _any.BaseSettings  # type: ignore[misc]


# ── models ──


def is_field_required(field: Any) -> bool:
    return bool(field.is_required() if PYDANTIC_V2 else field.required)


def model_fields(model: Any) -> Dict[str, Any]:
    return model.model_fields if PYDANTIC_V2 else model.__fields__  # type: ignore[no-any-return]


def model_field_type(field: Any) -> Any:
    return field.annotation if PYDANTIC_V2 else field.type_


def model_copy(model: _ModelT, deep: bool = False) -> _ModelT:
    return model.model_copy(deep=deep) if PYDANTIC_V2 else model.copy(deep=deep)


def model_json(model: BaseModel, *, indent: Optional[int] = None, exclude: Optional[Set[str]] = None) -> str:
    if PYDANTIC_V2:
        return model.model_dump_json(indent=indent, exclude=exclude)
    return model.json(indent=indent, exclude=exclude)


def model_dict(
    model: BaseModel, *, by_alias: bool = False, exclude: Optional[Set[str]] = None, exclude_unset: bool = False
) -> Dict[str, Any]:
    dump = model.model_dump if PYDANTIC_V2 else model.dict
    return dump(by_alias=by_alias, exclude=exclude, exclude_unset=exclude_unset)


def model_rebuild(model: Any) -> None:
    if PYDANTIC_V2:
        model.model_rebuild()
    else:
        model.update_forward_refs()


def model_parse(model: Type[_ModelT], obj: Any) -> _ModelT:
    return model.model_validate(obj) if PYDANTIC_V2 else model.parse_obj(obj)


def model_parse_json(model: Type[_ModelT], obj: str) -> _ModelT:
    return model.model_validate_json(obj) if PYDANTIC_V2 else model.parse_raw(obj)


def model_json_schema(model: Type[BaseModel]) -> Dict[str, Any]:
    return model.model_json_schema() if PYDANTIC_V2 else model.schema()


# ── Python ──

try:
    import nodejs  # type: ignore
except ImportError:
    nodejs = None

if sys.version_info >= (3, 11):
    from enum import StrEnum as StrEnum
else:
    from enum import Enum

    class StrEnum(str, Enum):
        def __str__(self) -> str:
            return str.__str__(self)

        def __format__(self, spec: str) -> str:
            return str.__format__(self, spec)


def removeprefix(string: str, prefix: str) -> str:
    return string[len(prefix) :] if string.startswith(prefix) else string
