"""Validation of data that comes from outside against the types of the client."""

import sys
from functools import lru_cache
from typing import Any, Dict, Optional, Type, TypeVar

__all__ = ('validate',)

_T = TypeVar('_T')


def validate(type: Type[_T], data: Any) -> _T:
    """Gives `data` converted to the TypedDict `type`, or raises pydantic's ValidationError. Unknown keys are errors.

    The texts of errors are those of pydantic 1, as they have always been."""
    from typing_extensions import is_typeddict

    if not is_typeddict(type):
        raise TypeError(f'Only TypedDict types are supported, got: {type} instead.')
    checked: Any = type
    model = _model(checked)
    made: _T = model.parse_obj(data).dict(by_alias=True, exclude_unset=True)
    return made


def _v1() -> Any:
    """pydantic 1, or the copy of it in pydantic 2."""
    import pydantic

    if not pydantic.VERSION.startswith('2.'):
        return pydantic
    from pydantic import v1

    return v1


@lru_cache(maxsize=None)
def _model(type: Any) -> Any:
    """A model of pydantic 1 for a TypedDict. Types that refer to each other, or to themselves, refer by models too."""
    made: Dict[Any, Any] = {}
    model = _make(type, made)
    for klass in list(made.values()):
        klass.update_forward_refs(**{f'_{name.__name__}_{id(name)}': value for name, value in made.items()})
    return model


def _make(type_: Any, made: Dict[Any, Any]) -> Any:
    if type_ in made:
        return made[type_]
    v1 = _v1()

    class Config:
        extra = 'forbid'
        arbitrary_types_allowed = True

    made[type_] = None
    fields: Dict[str, Any] = {}
    for key, hint in _hints(type_).items():
        default: Any = ... if key in type_.__required_keys__ else None
        # A field's name can't begin like `_count`.
        name = f'x{key}' if key.startswith('_') else key
        fields[name] = (_replace(hint, made), v1.Field(default, alias=key))
    model = v1.create_model(type_.__name__, __config__=Config, __module__=type_.__module__, **fields)
    made[type_] = model
    return model


def _hints(type_: Any) -> Dict[str, Any]:
    """The types of the members, with their names resolved where they were written."""
    from typing_extensions import get_type_hints

    module = sys.modules.get(type_.__module__)
    names: Any = vars(module) if module is not None else {}
    source = getattr(module, '__lazy__', None)
    if source is not None:
        names = _LazyNames(module)
    return get_type_hints(type_, globalns=dict(names) if source is None else None, localns=names)


class _LazyNames(Dict[str, Any]):
    """A module whose definitions are made when they are asked for."""

    def __init__(self, module: Any) -> None:
        super().__init__(vars(module))
        self._module = module

    def __missing__(self, name: str) -> Any:
        try:
            return getattr(self._module, name)
        except AttributeError:
            raise KeyError(name) from None


def _replace(hint: Any, made: Dict[Any, Any]) -> Any:
    """The type with models instead of TypedDicts."""
    from typing import ForwardRef, List, Union

    from typing_extensions import get_args, get_origin, is_typeddict

    if is_typeddict(hint):
        found: Optional[Any] = _make(hint, made)
        return found if found is not None else ForwardRef(f'_{hint.__name__}_{id(hint)}')
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Union:
        return Union[tuple(_replace(item, made) for item in arguments)]
    if origin is list:
        return List[_replace(arguments[0], made)]  # type: ignore[misc]
    return hint
