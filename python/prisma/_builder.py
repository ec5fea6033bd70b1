"""Requests as GraphQL text: the form in which older clients spoke to the engine, and in which programs still ask for
what the client has no method for (`client._make_query_builder(…)`, `client._execute(…)`). The client's own queries do
not go through text."""

import json
import logging
from datetime import datetime
from decimal import Decimal
from textwrap import indent
from typing import Any, Dict, Iterator, List, Optional, Set, Tuple

from typing_extensions import Literal, get_args, get_origin

from . import fields
from ._compat import is_union, model_field_type, model_fields, model_rebuild
from ._constants import QUERY_BUILDER_ALIASES
from ._typing import is_list_type
from .builder import serializer
from .errors import InvalidModelError, UnknownModelError, UnknownRelationalFieldError

log: logging.Logger = logging.getLogger(__name__)

Operation = Literal['query', 'mutation']
ITERABLES: Tuple[type, ...] = (list, tuple, set)

METHOD_FORMAT_MAPPING: Dict[str, str] = {
    'create': 'createOne{model}',
    'delete': 'deleteOne{model}',
    'update': 'updateOne{model}',
    'upsert': 'upsertOne{model}',
    'query_raw': 'queryRaw',
    'query_first': 'queryRaw',
    'create_many': 'createMany{model}',
    'create_many_and_return': 'createMany{model}AndReturn',
    'execute_raw': 'executeRaw',
    'delete_many': 'deleteMany{model}',
    'update_many': 'updateMany{model}',
    'update_many_and_return': 'updateMany{model}AndReturn',
    'count': 'aggregate{model}',
    'aggregate': 'aggregate{model}',
    'group_by': 'groupBy{model}',
    'find_many': 'findMany{model}',
    'find_first': 'findFirst{model}',
    'find_first_or_raise': 'findFirst{model}OrThrow',
    'find_unique': 'findUnique{model}',
    'find_unique_or_raise': 'findUnique{model}OrThrow',
}
_READS = ('count', 'aggregate', 'group_by', 'find_')
METHOD_OPERATION_MAPPING: Dict[str, str] = {
    method: 'query' if method.startswith(_READS) else 'mutation' for method in METHOD_FORMAT_MAPPING
}
_RAW = {'query_raw', 'query_first', 'execute_raw'}


def dumps(obj: Any, **kwargs: Any) -> str:
    """JSON of what the client knows how to send."""
    return json.dumps(obj, **{'default': serializer, 'ensure_ascii': False, **kwargs})


class QueryBuilder:
    """One request of a method."""

    __slots__ = (
        'method',
        'method_format',
        'operation',
        'model',
        'include',
        'arguments',
        'root_selection',
        'prisma_models',
        'relational_field_mappings',
    )

    method: str
    method_format: str
    operation: str
    model: Any
    include: Optional[Dict[str, Any]]
    arguments: Dict[str, Any]
    root_selection: Optional[List[str]]
    prisma_models: Set[str]
    relational_field_mappings: Dict[str, Dict[str, str]]

    def __init__(
        self,
        *,
        method: str,
        arguments: Dict[str, Any],
        prisma_models: Set[str],
        relational_field_mappings: Dict[str, Dict[str, str]],
        model: Any = None,
        root_selection: Optional[List[str]] = None,
    ) -> None:
        self.method = method
        self.method_format = METHOD_FORMAT_MAPPING[method]
        self.operation = METHOD_OPERATION_MAPPING[method]
        self.root_selection = root_selection
        self.prisma_models = prisma_models
        self.relational_field_mappings = relational_field_mappings
        self.arguments = self._transform_aliases(arguments)
        self.include = self.arguments.pop('include', None)
        # Rows of a raw query may become any model.
        self.model = None if method in _RAW else model
        if self.model is not None:
            _prisma_model_name(self.model)

    def build(self) -> str:
        """The body to send to the engine."""
        return dumps({'variables': {}, 'operation_name': self.operation, 'query': self.build_query()})

    def build_query(self) -> str:
        """The GraphQL text."""
        model = _prisma_model_name(self.model) if self.model is not None else ''
        lines = [f'result: {self.method_format.format(model=model)}']
        arguments = self._arguments(self.arguments)
        if arguments:
            lines.append(arguments)
        selection = self._selection(self.model, self.include, self.root_selection)
        root = '\n'.join(lines)
        query = '\n'.join([f'{self.operation} {{', _in(root), *([_in(selection)] if selection else []), '}'])
        log.debug('Generated query: \n%s', query)
        return query

    # ── arguments ──

    def _arguments(self, arguments: Dict[str, Any]) -> str:
        parts = []
        for name, value in arguments.items():
            if value is None:
                continue
            if isinstance(value, ITERABLES) and self.method in _RAW:
                # Parameters of raw queries are JSON in a string.
                parts.append(f'{name}: {dumps(dumps(value))}')
            else:
                parts.append(f'{name}: {_value(value)}')
        return '\n'.join(['(', *map(_in, parts), ')']) if parts else ''

    def _transform_aliases(self, arguments: Dict[str, Any]) -> Dict[str, Any]:
        def change(value: Any) -> Any:
            if isinstance(value, dict):
                return self._transform_aliases(value)
            if isinstance(value, (list, tuple, set)):
                return [self._transform_aliases(item) if isinstance(item, dict) else item for item in value]
            return value

        return {QUERY_BUILDER_ALIASES.get(name, name): change(value) for name, value in arguments.items()}

    # ── selections ──

    def _selection(self, model: Any, include: Optional[Dict[str, Any]], fields: Optional[List[str]] = None) -> str:
        parts: List[str] = []
        if fields is not None:
            parts += fields
        elif model is not None:
            parts += self.get_default_fields(model)
        if include is not None and model is None:
            raise ValueError('Cannot include fields when model is None.')
        for name, value in (include or {}).items():
            if value is False:
                continue
            if value is True:
                parts.append(f'{name} {self._selection(self.get_relational_model(model, name), None)}')
            elif isinstance(value, dict):
                nested = {key: item for key, item in value.items() if key != 'include'}
                parts.append(f'{name}{self._arguments(nested)}')
                parts.append(self._selection(self.get_relational_model(model, name), value.get('include')))
            else:
                raise TypeError(f'Expected `bool` or `dict` include value but got {type(value)} instead.')
        parts = [part for part in parts if part]
        return '\n'.join(['{', *map(_in, parts), '}']) if parts else ''

    def get_default_fields(self, model: Any) -> List[str]:
        """The names of the fields of a model class that are columns: all that don't hold another model."""
        name = getattr(model, '__prisma_model__', None)
        if name is None:
            raise InvalidModelError(model)
        if name not in self.prisma_models:
            raise UnknownModelError(name)
        _resolve(model)
        return [
            field for field, info in model_fields(model).items() if _prisma_model_for_field(info, field, model) is None
        ]

    def get_relational_model(self, current_model: Any, field: str) -> Any:
        """The class that a relation of `current_model` holds."""
        name = getattr(current_model, '__prisma_model__', None)
        if name is None:
            raise InvalidModelError(current_model)
        if name not in self.relational_field_mappings:
            raise UnknownModelError(name)
        _resolve(current_model)
        info = model_fields(current_model).get(field)
        if field not in self.relational_field_mappings[name] or info is None:
            raise UnknownRelationalFieldError(model=current_model.__name__, field=field)
        found = _prisma_model_for_field(info, field, current_model)
        if found is None:
            raise RuntimeError(
                f"The `{field}` field doesn't appear to be a Prisma Model type. "
                'Is the field a pydantic.BaseModel type and does it have a `__prisma_model__` class variable?'
            )
        return found


def _in(text: str) -> str:
    return indent(text, '  ')


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return '\n'.join(['{', *(_in(f'{name}: {_value(item)}') for name, item in value.items()), '}'])
    if isinstance(value, ITERABLES):
        items: List[Any] = list(value)  # type: ignore
        # The engine takes commas for space, so one before the first item and one behind the last do no harm.
        return ',\n'.join(['[', *(_in(_value(item) if isinstance(item, dict) else dumps(item)) for item in items), ']'])
    return dumps(value)


def _prisma_model_name(model: Any) -> str:
    from .bases import _PrismaModel

    if not (isinstance(model, type) and issubclass(model, _PrismaModel)) or not hasattr(model, '__prisma_model__'):
        raise InvalidModelError(model)
    return str(model.__prisma_model__)


def _resolve(model: Any) -> None:
    """The client's own classes name their relations by text until somebody needs them."""
    if '__prisma_entries__' in model.__dict__:
        model_rebuild(model)


def _members(type_: Any) -> Iterator[Any]:
    """The types in an annotation: of `Optional[List[User]]`, `User` is one."""
    if is_union(get_origin(type_)):
        for member in get_args(type_):
            yield from _members(member)
    elif is_list_type(type_) and get_args(type_):
        yield get_args(type_)[0]
    else:
        yield type_


def _prisma_model_for_field(field: Any, name: str, parent: Any) -> Any:
    type_ = model_field_type(field)
    if type_ is None:
        raise RuntimeError(f'Unexpected field type is None for {parent.__name__}.{name}')
    for member in _members(type_):
        if isinstance(member, str) or type(member).__name__ == 'ForwardRef':
            raise RuntimeError(
                f'Encountered forward reference for {parent.__name__}.{name}; Forward references must be evaluated '
                f'using {parent.__name__}.update_forward_refs()'
            )
        if hasattr(member, '__prisma_model__'):
            return member
    return None


def serialize_datetime(dt: datetime) -> str:
    """ISO 8601 with a time zone, in milliseconds; a naive time is taken to be UTC."""
    return str(serializer(dt))


def serialize_json(obj: fields.Json) -> str:
    """The data as JSON text."""
    return str(serializer(obj))


def serialize_base64(obj: fields.Base64) -> str:
    return str(obj)


def serialize_decimal(obj: Decimal) -> str:
    return str(obj)


__all__ = ('QueryBuilder', 'dumps', 'serializer')
