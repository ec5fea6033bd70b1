"""Makes the classes of `prisma.models`, `prisma.bases` and `prisma.partials` from the data of the schema, each when it
is first used."""

import datetime
import functools
import sys
import threading
import warnings
from importlib import import_module
from typing import Any, ClassVar, Dict, ForwardRef, Iterable, List, Mapping, Optional, Tuple, Type

import pydantic
from pydantic import BaseModel
from typing_extensions import Annotated

from . import _engine, fields
from .errors import InvalidModelError, UnknownModelError

_PACKAGE = __name__.rpartition('.')[0]

# Parts of a field's entry in `_data.FIELDS`.
NAME, KIND, TYPE, ARITY = range(4)
SCALAR, ENUM, RELATION = 's', 'e', 'r'
LIST, OPTIONAL, REQUIRED = 'l', 'o', 'r'

_PYTHON_TYPES = {
    'String': '_str',
    'Int': '_int',
    'BigInt': '_int',
    'Float': '_float',
    'Boolean': '_bool',
    'DateTime': 'datetime.datetime',
    'Decimal': '_decimal.Decimal',
    'Json': "fields.Json",
    'Bytes': 'fields.Base64',
}


def _none_to_list(value: Any) -> Any:
    return [] if value is None else value


_v2 = pydantic.VERSION.startswith('2.')
_finds_schema = _v2 and int(pydantic.VERSION.split('.')[1]) >= 10
_pydantic: Any = pydantic
# In pydantic 1 lists have a validator of their class instead.
_list_or_none: Any = _pydantic.BeforeValidator(_none_to_list) if _v2 else None
RequiredList: Any = Annotated[List[Any], _list_or_none]


# Per thread: whether a class is being completed, which completes those that it refers to.
_rebuilding: Any = threading.local()
# Per thread: whether a class is being made, which must not make those that it refers to, as they refer to it.
_making: Any = threading.local()


class _PrismaModel(BaseModel):
    if _v2:
        model_config: ClassVar[Any] = {
            'use_enum_values': True,
            'arbitrary_types_allowed': True,
            'populate_by_name': True,
            'defer_build': True,
            'protected_namespaces': (),
        }
    else:

        class Config:
            use_enum_values = True
            arbitrary_types_allowed = True
            allow_population_by_field_name = True
            smart_union = True
            json_encoders: ClassVar[Dict[Any, Any]] = {fields.Base64: str}

    __prisma_model__: ClassVar[str]

    def __init_subclass__(cls, *, warn_subclass: Optional[bool] = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if warn_subclass is not None:
            warnings.warn(
                'The `warn_subclass` argument is deprecated as it is no longer necessary and will be removed in the next release',
                DeprecationWarning,
                stacklevel=3,
            )

    def __getattr__(self, name: str) -> Any:
        hint = _why_missing(type(self), name)
        # pydantic 2 has one too, of private attributes.
        pydantics = getattr(super(), '__getattr__', None)
        if not hint and pydantics is not None:
            return pydantics(name)
        raise AttributeError(f'{type(self).__name__!r} object has no attribute {name!r}{hint}')

    @classmethod
    def prisma(cls, client: Any = None) -> Any:
        """The actions of the model, giving instances of this class."""
        from . import actions
        from ._registry import get_client

        return getattr(actions, f'{_check_model(cls)}Actions')(client if client is not None else get_client(), cls)

    if _v2:

        @classmethod
        def model_rebuild(cls, **kwargs: Any) -> Any:
            # Related classes are made on demand, so before names are resolved they have to be there.
            namespace = _resolve_related(cls)
            given = kwargs.pop('_types_namespace', None)
            kwargs['_parent_namespace_depth'] = kwargs.get('_parent_namespace_depth', 2) + 1
            before, _rebuilding.active = getattr(_rebuilding, 'active', False), True
            try:
                return super().model_rebuild(_types_namespace={**namespace, **(given or {})}, **kwargs)
            finally:
                _rebuilding.active = before

        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
            # Of a type that has this class in it (FastAPI's responses, other models): pydantic resolves names by this
            # module alone, and would not find what is made on demand.
            if not cls.__pydantic_complete__ and not getattr(_rebuilding, 'active', False):
                cls.model_rebuild()
            # Newer versions find the finished schema by themselves, and warn of the method.
            return handler(source) if _finds_schema else super().__get_pydantic_core_schema__(source, handler)


class _ModelFields:
    """`model_fields` of a class, with every type known: pydantic would leave those that name other classes as text."""

    def __get__(self, instance: Any, owner: Any) -> Any:
        if not owner.__pydantic_complete__ and '__prisma_model__' in dir(owner) and not getattr(_rebuilding, 'active', False):
            owner.model_rebuild()
        return owner.__pydantic_fields__


if _v2:
    # The set of fields given is made when somebody asks for it.
    type.__setattr__(_PrismaModel, '__pydantic_fields_set__', _engine.fields_set_descriptor(BaseModel))
    if _finds_schema:  # older ones have an attribute of each class
        type.__setattr__(_PrismaModel, 'model_fields', _ModelFields())

_Meta: Any = type(_PrismaModel)


def _why_missing(cls: Any, name: str) -> str:
    """Of an attribute that a record could have."""
    if name == '_count':
        return ": ask for it with include={'_count': True}"
    if name in (cls.model_fields if _v2 else cls.__fields__):
        return ': it was not read, since the query has a `select` without it or an `omit` with it'
    return ''


def _data() -> Any:
    return import_module(f'{_PACKAGE}._data')


def _check_model(cls: Any) -> str:
    """The name of the model that a class is for."""
    name = getattr(cls, '__prisma_model__', None)
    if not isinstance(name, str):
        raise InvalidModelError(cls)
    if name not in _data().FIELDS:
        raise UnknownModelError(name)
    return name


def namespace() -> Dict[str, Any]:
    """What annotations of model classes may name."""
    import decimal

    from . import enums

    return {
        '_str': str,
        '_int': int,
        '_float': float,
        '_bool': bool,
        '_decimal': decimal,
        'datetime': datetime,
        'fields': fields,
        'enums': enums,
        'Optional': Optional,
        'List': List,
        'RequiredList': RequiredList,
        'Annotated': Annotated,
        '_list_or_none': _list_or_none,
    }


def _resolve_related(cls: Any) -> Dict[str, Any]:
    """Makes all classes that `cls` refers to and gives the names its annotations need."""
    names = namespace()
    models = import_module(f'{_PACKAGE}.models')
    names.update(models=models, partials=import_module(f'{_PACKAGE}.partials'))
    for klass in cls.__mro__:
        for module_name, name in _reachable(klass):
            names.setdefault(name, getattr(import_module(f'{_PACKAGE}.{module_name}'), name))
    _complete_members(cls)
    module = sys.modules.get(cls.__module__)
    if module is not None and module is not models:
        return {**names, **{k: v for k, v in vars(module).items() if not k.startswith('__')}}
    return names


def _complete_members(cls: Any) -> None:
    """The client's classes in the annotations of a user's class: `cls` can't be built before them."""
    if not _v2 or '__prisma_entries__' in cls.__dict__:
        return
    todo = [field.annotation for field in getattr(cls, '__pydantic_fields__', {}).values()]
    while todo:
        annotation = todo.pop()
        todo += getattr(annotation, '__args__', ())
        entries = getattr(annotation, '__dict__', {}).get('__prisma_entries__')
        if entries is not None and not annotation.__pydantic_complete__:
            annotation.model_rebuild()


def _reachable(cls: Any) -> List[Tuple[str, str]]:
    """The model classes that are reached from `cls` by relations, itself included."""
    found: List[Tuple[str, str]] = []
    todo = list(cls.__dict__.get('__prisma_uses__', ()))
    while todo:
        use = todo.pop()
        if use in found:
            continue
        found.append(use)
        other = getattr(import_module(f'{_PACKAGE}.{use[0]}'), use[1])
        todo += other.__dict__.get('__prisma_uses__', ())
    return found


def is_required_relation(entry: Tuple[Any, ...]) -> bool:
    """Of a partial type: without the relation there is no instance."""
    return len(entry) > 5 and bool(entry[5])


def annotation(field: Tuple[Any, ...], related: Optional[str] = None) -> str:
    kind, type_name, arity = field[KIND], field[TYPE], field[ARITY]
    if kind == RELATION:
        name = related or type_name
        text = f'List[{name}]' if arity == LIST else name
        return text if is_required_relation(field) else f'Optional[{text}]'
    python = f'enums.{type_name}' if kind == ENUM else _PYTHON_TYPES[type_name]
    if arity == LIST:
        return f'Annotated[List[{python}], _list_or_none]'
    return f'Optional[{python}]' if arity == OPTIONAL else python


def make_base(name: str) -> Type[_PrismaModel]:
    model = name[4:]
    if not name.startswith('Base') or model not in _data().FIELDS:
        raise AttributeError(f"module '{_PACKAGE}.bases' has no attribute {name!r}")
    body = {
        '__module__': f'{_PACKAGE}.bases',
        '__qualname__': name,
        '__prisma_model__': model,
        '__annotations__': {'__prisma_model__': ClassVar[str]},
    }
    made: Type[_PrismaModel] = _Meta(name, (_PrismaModel,), body)
    return made


def make_class(module: str, name: str, model: str, entries: Any, doc: Optional[str]) -> Type[_PrismaModel]:
    """A model class with these fields; an entry's last part may name the partial type of a relation."""
    from . import bases

    annotations: Dict[str, Any] = {}
    body: Dict[str, Any] = {'__module__': f'{_PACKAGE}.{module}', '__qualname__': name, '__annotations__': annotations}
    if doc:
        body['__doc__'] = doc
    uses = []
    for entry in entries:
        related = entry[4] if len(entry) > 4 else None
        annotations[entry[NAME]] = _annotation_of(entry, related)
        if entry[KIND] == RELATION:
            if not is_required_relation(entry):
                body[entry[NAME]] = None
            uses.append(('partials', related) if related else ('models', entry[TYPE]))
        elif entry[ARITY] == OPTIONAL:
            body[entry[NAME]] = None
    body['__prisma_uses__'] = tuple(uses)
    if not _v2:
        lists = [entry[NAME] for entry in entries if entry[ARITY] == LIST and entry[KIND] != RELATION]
        if lists:
            body['_no_list'] = _pydantic.validator(*lists, pre=True, allow_reuse=True)(lambda _, value: _none_to_list(value))
    base = getattr(bases, f'Base{model}')
    for other in ('models', *(['partials'] if module == 'partials' else [])):  # what annotations name
        vars(sys.modules[f'{_PACKAGE}.{module}']).setdefault(other, import_module(f'{_PACKAGE}.{other}'))
    before, _making.active = getattr(_making, 'active', False), True
    try:
        cls: Type[_PrismaModel] = _Meta(name, (base,), body)
    finally:
        _making.active = before
    type.__setattr__(cls, '__prisma_entries__', tuple(entries))
    return cls


def _annotation_of(entry: Any, related: Optional[str]) -> Any:
    if _v2:
        return _type_of(entry, related)
    text = annotation(entry, related)
    if entry[KIND] == RELATION:
        return text
    # pydantic 1 resolves names when the class is made.
    if text.startswith('Annotated['):
        text = text[len('Annotated[') : text.rindex(',')]
    return eval(text, namespace())  # noqa: S307


@functools.lru_cache(maxsize=None)
def _scalars() -> Dict[str, Any]:
    import decimal

    return {
        'String': str,
        'Int': int,
        'BigInt': int,
        'Float': float,
        'Boolean': bool,
        'DateTime': datetime.datetime,
        'Decimal': decimal.Decimal,
        'Json': fields.Json,
        'Bytes': fields.Base64,
    }


def _type_of(entry: Any, related: Optional[str]) -> Any:
    """The type itself; a related class is named, as it may not be made yet."""
    kind, type_name, arity = entry[KIND], entry[TYPE], entry[ARITY]
    if kind == RELATION:
        name: Any = ForwardRef(f'partials.{related}' if related else f'models.{type_name}')
        other: Any = List[name] if arity == LIST else name
        return other if is_required_relation(entry) else Optional[other]
    python: Any = getattr(import_module(f'{_PACKAGE}.enums'), type_name) if kind == ENUM else _scalars()[type_name]
    if arity == LIST:
        return Annotated[List[python], _list_or_none]
    return Optional[python] if arity == OPTIONAL else python


def complete(cls: Any) -> None:
    """With pydantic 1 a class can be used once all that it refers to is known."""
    if not cls.__dict__.get('__prisma_uses__') or '__prisma_complete__' in cls.__dict__:
        return
    type.__setattr__(cls, '__prisma_complete__', True)
    cls.update_forward_refs(**_resolve_related(cls))


def make_model(name: str) -> Type[_PrismaModel]:
    data = _data()
    entries = data.FIELDS.get(name)
    if entries is None:
        raise AttributeError(f"module '{_PACKAGE}.models' has no attribute {name!r}")
    cls = make_class('models', name, name, entries, data.DOCS.get(name))

    def create_partial(
        name: str,
        include: Optional[Iterable[str]] = None,
        exclude: Optional[Iterable[str]] = None,
        required: Optional[Iterable[str]] = None,
        optional: Optional[Iterable[str]] = None,
        relations: Optional[Mapping[str, str]] = None,
        exclude_relational_fields: bool = False,
    ) -> None:
        from .generator._partials import create_partial as create

        create(cls, name, include, exclude, required, optional, relations, exclude_relational_fields)

    create_partial.__doc__ = 'Declares a partial type; only while the client is generated.'
    type.__setattr__(cls, 'create_partial', staticmethod(create_partial))
    return cls


@functools.lru_cache(maxsize=None)
def needs_no_validation(cls: Any) -> bool:
    """Whether instances of what comes from the database need no validation."""
    entries = cls.__dict__.get('__prisma_entries__')
    if entries is None or any(map(is_required_relation, entries)):
        return False
    return not (_v2 and cls.__pydantic_decorators__.field_validators)


def describe(cls: Any, model: str) -> Tuple[Any, ...]:
    """What the extension has to know to make instances of `cls`: whether they can be made without validation; the
    fields in order; the names of the scalar fields to select, or None for all; and the classes of relations."""
    entries = cls.__dict__.get('__prisma_entries__')
    if entries is None:
        _check_model(cls)
    known = {entry[NAME]: entry for entry in _data().FIELDS[model]}
    if _v2 and needs_no_validation(cls):
        names = tuple(entry[NAME] for entry in entries)
        relations = {
            entry[NAME]: _related(entry[4] if len(entry) > 4 else None, entry[TYPE])
            for entry in entries
            if entry[KIND] == RELATION
        }
        is_plain = True
    else:
        names = tuple(cls.model_fields if _v2 else cls.__fields__)
        relations = {name: None for name in names if name in known and known[name][KIND] == RELATION}
        is_plain = False
    scalars = column_names(cls, names, known)
    everything = [name for name, entry in known.items() if entry[KIND] != RELATION]
    return is_plain, names, None if set(scalars) == set(everything) else scalars, relations


def column_names(cls: Any, names: Iterable[str], known: Dict[str, Any]) -> Tuple[str, ...]:
    """Of the fields of a class, those to ask the database for: all that don't hold other models. One that the model lacks
    is asked for too, so that the engine tells a slip of the pen instead of leaving the field at its default for ever."""
    unknown = {name for name in names if name not in known}
    if unknown:
        from ._builder import _prisma_model_for_field
        from ._compat import model_fields

        fields = model_fields(cls)
        unknown = {name for name in unknown if _prisma_model_for_field(fields[name], name, cls) is None}
    return tuple(name for name in names if (known[name][KIND] != RELATION if name in known else name in unknown))


def construct(cls: Any, values: Dict[str, Any]) -> Any:
    """An instance of values that come from the database."""
    if needs_no_validation(cls):
        if not _v2:
            return cls.construct(**values)
        made = cls.model_construct(**values)
        if '_count' in values:
            made.__dict__['_count'] = values['_count']
        return made
    return cls.model_validate(values) if _v2 else cls.parse_obj(values)


def construct_v1(cls: Any, row: Dict[str, Any]) -> Any:
    """An instance, with pydantic 1, of a row whose scalars have Python's types and whose relations are dicts."""
    import json

    entries = {entry[NAME]: entry for entry in cls.__prisma_entries__}
    if not all(_is_typed(name, value, entries.get(name)) for name, value in row.items()):
        return cls.parse_obj(row)  # of a raw query: texts, and columns that the class does not have
    values: Dict[str, Any] = {}
    for name, value in row.items():
        entry = entries.get(name)
        if value is not None and entry is not None and entry[KIND] == RELATION:
            other = get_class(*_related(entry[4] if len(entry) > 4 else None, entry[TYPE]))
            many = isinstance(value, list)
            value = [construct_v1(other, item) for item in value] if many else construct_v1(other, value)
        elif isinstance(value, str) and entry is not None and entry[TYPE] == 'Json':
            value = json.loads(value)
        elif entry is not None and entry[KIND] == RELATION and entry[ARITY] == LIST:
            value = None
        values[name] = value
    return cls.construct(set(row), **values)


def _is_typed(name: str, value: Any, entry: Any) -> bool:
    if entry is None:
        return bool(name == '_count')
    if value is None or entry[KIND] != SCALAR or entry[TYPE] == 'Json' or entry[ARITY] == LIST:
        return True
    expected = _scalars()[entry[TYPE]]
    return isinstance(value, (int, float) if expected is float else expected) and (expected is bool) == isinstance(value, bool)


def _related(partial: Optional[str], model: str) -> Any:
    """(module, class name), resolved by the extension when rows of it come."""
    return ('partials', partial) if partial else ('models', model)


def get_class(module: str, name: str) -> Any:
    return getattr(import_module(f'{_PACKAGE}.{module}'), name)


def lazy_module(module: str, make: Any, names: Any) -> Tuple[Any, Any]:
    """`__getattr__` and `__dir__` of a module of classes made on demand."""

    def get(name: str) -> Any:
        if name == '__all__':  # `from … import *`
            return list(names())
        if name.startswith('__'):
            raise AttributeError(f'module {module!r} has no attribute {name!r}')
        if getattr(_making, 'active', False) and not module.endswith('.bases'):
            raise NameError(f'name {name!r} is not defined yet')
        value = make(name)
        value = sys.modules[module].__dict__.setdefault(name, value)
        if not _v2:
            complete(value)
        return value

    return get, lambda: sorted({*sys.modules[module].__dict__, *names()})
