"""What can be done with the records of a model. One implementation serves all models and both interfaces: a call gives
its result (sync) or something to await (asyncio). `actions.pyi` has the exact types."""

import sys
from importlib import import_module
from typing import Any, Dict, Generic, List, Optional, Tuple, TypeVar

from . import _engine
from .errors import UnsupportedDatabaseError

__all__ = ('ModelActions', 'ReadActions')

_PACKAGE = __name__.rpartition('.')[0]
_ModelT = TypeVar('_ModelT')


FIND_UNIQUE = _engine.FIND_UNIQUE
FIND_UNIQUE_OR_RAISE = _engine.FIND_UNIQUE_OR_RAISE
FIND_FIRST = _engine.FIND_FIRST
FIND_FIRST_OR_RAISE = _engine.FIND_FIRST_OR_RAISE
FIND_MANY = _engine.FIND_MANY
CREATE = _engine.CREATE
CREATE_MANY = _engine.CREATE_MANY
CREATE_MANY_AND_RETURN = _engine.CREATE_MANY_AND_RETURN
UPDATE = _engine.UPDATE
UPDATE_MANY = _engine.UPDATE_MANY
UPDATE_MANY_AND_RETURN = _engine.UPDATE_MANY_AND_RETURN
UPSERT = _engine.UPSERT
DELETE = _engine.DELETE
DELETE_MANY = _engine.DELETE_MANY
COUNT = _engine.COUNT
AGGREGATE = _engine.AGGREGATE
GROUP_BY = _engine.GROUP_BY

_ALL = {'_all': True}


class ReadActions(Generic[_ModelT]):
    """What can be done with a view too."""

    __slots__ = ('_client', '_model', '_call')

    __prisma_model__: str

    def __init__(self, client: Any, model: Any = None) -> None:
        self._client = client
        self._model = model
        self._call = client._make_caller(self.__prisma_model__, model)

    def query_raw(self, query: str, *args: Any) -> Any:
        return self._client.query_raw(query, *args, model=self._class())

    def query_first(self, query: str, *args: Any) -> Any:
        return self._client.query_first(query, *args, model=self._class())

    def find_unique(self, where: Any, include: Any = None, *, select: Any = None, omit: Any = None) -> Any:
        return self._call(FIND_UNIQUE, {'where': where}, include, select, omit)

    def find_unique_or_raise(self, where: Any, include: Any = None, *, select: Any = None, omit: Any = None) -> Any:
        return self._call(FIND_UNIQUE_OR_RAISE, {'where': where}, include, select, omit)

    def find_first(
        self,
        skip: Optional[int] = None,
        where: Any = None,
        cursor: Any = None,
        include: Any = None,
        order: Any = None,
        distinct: Any = None,
        *,
        take: Optional[int] = None,
        select: Any = None,
        omit: Any = None,
    ) -> Any:
        arguments = {'skip': skip, 'where': where, 'cursor': cursor, 'orderBy': order, 'distinct': distinct, 'take': take}
        return self._call(FIND_FIRST, arguments, include, select, omit)

    def find_first_or_raise(
        self,
        skip: Optional[int] = None,
        where: Any = None,
        cursor: Any = None,
        include: Any = None,
        order: Any = None,
        distinct: Any = None,
        *,
        take: Optional[int] = None,
        select: Any = None,
        omit: Any = None,
    ) -> Any:
        arguments = {'skip': skip, 'where': where, 'cursor': cursor, 'orderBy': order, 'distinct': distinct, 'take': take}
        return self._call(FIND_FIRST_OR_RAISE, arguments, include, select, omit)

    def find_many(
        self,
        take: Optional[int] = None,
        skip: Optional[int] = None,
        where: Any = None,
        cursor: Any = None,
        include: Any = None,
        order: Any = None,
        distinct: Any = None,
        *,
        select: Any = None,
        omit: Any = None,
    ) -> Any:
        arguments = {'take': take, 'skip': skip, 'where': where, 'cursor': cursor, 'orderBy': order, 'distinct': distinct}
        return self._call(FIND_MANY, arguments, include, select, omit)

    def iterate(
        self,
        where: Any = None,
        *,
        batch_size: int = 1000,
        include: Any = None,
        order: Any = None,
        select: Any = None,
        omit: Any = None,
    ) -> Any:
        """All records, read `batch_size` at a time: memory does not grow with their number."""
        from . import _iterate

        iterate = _iterate.iterate_async if self._client._is_async else _iterate.iterate_sync
        return iterate(self, batch_size, where=where, include=include, order=order, select=select, omit=omit)

    def count(
        self,
        select: Any = None,
        take: Optional[int] = None,
        skip: Optional[int] = None,
        where: Any = None,
        cursor: Any = None,
        order: Any = None,
    ) -> Any:
        arguments = {'take': take, 'skip': skip, 'where': where, 'cursor': cursor, 'orderBy': order}
        if select is None:
            return self._call(COUNT, arguments, None, {'_count': {'select': _ALL}})
        return self._call(AGGREGATE, arguments, None, {'_count': {'select': select or _ALL}}, '_count')

    def aggregate(
        self,
        where: Any = None,
        *,
        count: Any = None,
        avg: Any = None,
        sum: Any = None,
        min: Any = None,
        max: Any = None,
        take: Optional[int] = None,
        skip: Optional[int] = None,
        cursor: Any = None,
        order: Any = None,
    ) -> Any:
        arguments = {'take': take, 'skip': skip, 'where': where, 'cursor': cursor, 'orderBy': order}
        selection = _aggregates(count, avg, sum, min, max)
        if not selection:
            raise TypeError('aggregate() needs at least one of the arguments count, avg, sum, min and max')
        return self._call(AGGREGATE, arguments, None, selection)

    def group_by(
        self,
        by: List[str],
        *,
        where: Any = None,
        take: Optional[int] = None,
        skip: Optional[int] = None,
        avg: Any = None,
        sum: Any = None,
        min: Any = None,
        max: Any = None,
        having: Any = None,
        count: Any = None,
        order: Any = None,
    ) -> Any:
        if order is None:
            if take is not None:
                raise TypeError("Missing argument: 'order' which is required when 'take' is present")
            if skip is not None:
                raise TypeError("Missing argument: 'order' which is required when 'skip' is present")
        if isinstance(by, str):
            by = [by]
        arguments = {'by': by, 'where': where, 'take': take, 'skip': skip, 'having': having, 'orderBy': order}
        selection: Dict[str, Any] = {}
        for field in by:
            selection[field] = True
        selection.update(_aggregates(count, avg, sum, min, max))
        return self._call(GROUP_BY, arguments, None, selection)

    def _class(self) -> Any:
        return self._model or getattr(import_module(f'{_PACKAGE}.models'), self.__prisma_model__)


class ModelActions(ReadActions[_ModelT]):
    __slots__ = ()

    def create(self, data: Any, include: Any = None, *, select: Any = None, omit: Any = None) -> Any:
        return self._call(CREATE, {'data': data}, include, select, omit)

    def create_many(self, data: Any, *, skip_duplicates: Optional[bool] = None) -> Any:
        if skip_duplicates:
            self._check_skip_duplicates()
        return self._call(CREATE_MANY, {'data': data, 'skipDuplicates': skip_duplicates})

    def create_many_and_return(
        self,
        data: Any,
        *,
        skip_duplicates: Optional[bool] = None,
        include: Any = None,
        select: Any = None,
        omit: Any = None,
    ) -> Any:
        if skip_duplicates:
            self._check_skip_duplicates()
        return self._call(
            CREATE_MANY_AND_RETURN, {'data': data, 'skipDuplicates': skip_duplicates}, include, select, omit
        )

    def update(self, data: Any, where: Any, include: Any = None, *, select: Any = None, omit: Any = None) -> Any:
        return self._call(UPDATE, {'data': data, 'where': where}, include, select, omit)

    def update_many(self, data: Any, where: Any, *, limit: Optional[int] = None) -> Any:
        return self._call(UPDATE_MANY, {'data': data, 'where': where, 'limit': limit})

    def update_many_and_return(
        self, data: Any, where: Any, *, limit: Optional[int] = None, include: Any = None, select: Any = None, omit: Any = None
    ) -> Any:
        return self._call(
            UPDATE_MANY_AND_RETURN, {'data': data, 'where': where, 'limit': limit}, include, select, omit
        )

    def upsert(self, where: Any, data: Any, include: Any = None, *, select: Any = None, omit: Any = None) -> Any:
        arguments = {'where': where, 'create': data.get('create'), 'update': data.get('update')}
        return self._call(UPSERT, arguments, include, select, omit)

    def delete(self, where: Any, include: Any = None, *, select: Any = None, omit: Any = None) -> Any:
        return self._call(DELETE, {'where': where}, include, select, omit)

    def delete_many(self, where: Any = None, *, limit: Optional[int] = None) -> Any:
        return self._call(DELETE_MANY, {'where': where, 'limit': limit})

    def _check_skip_duplicates(self) -> None:
        _check_skip_duplicates(self._client)


def _check_skip_duplicates(client: Any) -> None:
    if not import_module(f'{_PACKAGE}._data').HAS_SKIP_DUPLICATES:
        raise UnsupportedDatabaseError(client._active_provider, 'create_many_skip_duplicates')


def _aggregates(count: Any, avg: Any, sum: Any, min: Any, max: Any) -> Dict[str, Any]:
    selection: Dict[str, Any] = {}
    if count is True:
        selection['_count'] = {'select': _ALL}
    elif count:
        selection['_count'] = {'select': count}
    for name, fields in (('_avg', avg), ('_sum', sum), ('_min', min), ('_max', max)):
        if fields:
            selection[name] = {'select': fields}
    return selection


class BatchActions:
    """The writes of one model, collected until the batch is committed."""

    __slots__ = ('_batcher', '_call')

    __prisma_model__: str

    def __init__(self, batcher: Any) -> None:
        self._batcher = batcher
        self._call = batcher._client._make_batch_caller(self.__prisma_model__)

    def _add(self, action: int, arguments: Dict[str, Any], include: Any = None) -> None:
        self._batcher._add((self._call, action, arguments, include), self.__prisma_model__)

    def create(self, data: Any, include: Any = None) -> None:
        self._add(CREATE, {'data': data}, include)

    def create_many(self, data: Any, *, skip_duplicates: Optional[bool] = None) -> None:
        if skip_duplicates:
            _check_skip_duplicates(self._batcher._client)
        self._add(CREATE_MANY, {'data': data, 'skipDuplicates': skip_duplicates})

    def create_many_and_return(self, data: Any, *, skip_duplicates: Optional[bool] = None, include: Any = None) -> None:
        if skip_duplicates:
            _check_skip_duplicates(self._batcher._client)
        self._add(CREATE_MANY_AND_RETURN, {'data': data, 'skipDuplicates': skip_duplicates}, include)

    def delete(self, where: Any, include: Any = None) -> None:
        self._add(DELETE, {'where': where}, include)

    def update(self, data: Any, where: Any, include: Any = None) -> None:
        self._add(UPDATE, {'data': data, 'where': where}, include)

    def upsert(self, where: Any, data: Any, include: Any = None) -> None:
        self._add(UPSERT, {'where': where, 'create': data.get('create'), 'update': data.get('update')}, include)

    def update_many(self, data: Any, where: Any, *, limit: Optional[int] = None) -> None:
        self._add(UPDATE_MANY, {'data': data, 'where': where, 'limit': limit})

    def update_many_and_return(self, data: Any, where: Any, *, limit: Optional[int] = None, include: Any = None) -> None:
        self._add(UPDATE_MANY_AND_RETURN, {'data': data, 'where': where, 'limit': limit}, include)

    def delete_many(self, where: Any = None, *, limit: Optional[int] = None) -> None:
        self._add(DELETE_MANY, {'where': where, 'limit': limit})


def make_actions(name: str) -> Any:
    model = name[: -len('Actions')]
    data = import_module(f'{_PACKAGE}._data')
    if not name.endswith('Actions') or model not in data.FIELDS:
        raise AttributeError(f"module '{_PACKAGE}.actions' has no attribute {name!r}")
    base = ReadActions if model in data.VIEWS else ModelActions
    return type(name, (base,), {'__module__': f'{_PACKAGE}.actions', '__slots__': (), '__prisma_model__': model})


def make_batch_actions(model: str) -> Any:
    name = f'{model}BatchActions'
    return type(name, (BatchActions,), {'__module__': f'{_PACKAGE}.client', '__slots__': (), '__prisma_model__': model})


def lazy_actions(module: str) -> Tuple[Any, Any]:
    def get(name: str) -> Any:
        if name == '__all__':  # `from … import *`
            return names()
        return sys.modules[module].__dict__.setdefault(name, make_actions(name))

    def names() -> List[str]:
        data = import_module(f'{_PACKAGE}._data')
        return sorted(f'{model}Actions' for model in data.FIELDS)

    return get, names
