"""Reads all records of a model a batch at a time: each batch starts behind the last record of the one before."""

from importlib import import_module
from typing import Any, AsyncIterator, Dict, Iterator, List, Optional, Tuple

_PACKAGE = __name__.rpartition('.')[0]


class _Pages:
    def __init__(self, actions: Any, batch_size: int, arguments: Dict[str, Any]) -> None:
        if batch_size < 1:
            raise ValueError('batch_size must be at least 1')
        model = actions.__prisma_model__
        known: Optional[Tuple[Tuple[str, ...], Optional[str]]] = import_module(f'{_PACKAGE}._data').IDS.get(model)
        if known is None:
            raise TypeError(f'The records of {model} have no key to go on from: it has no @id and no @unique')
        self._fields, self._key = known
        self._batch_size = batch_size
        self._is_done = False
        order = arguments.pop('order') or []
        orders: List[Any] = list(order) if isinstance(order, (list, tuple)) else [order]
        named = {field for entry in orders for field in entry}
        # Records that are equal in the order asked for come in the order of their keys.
        orders += [{field: 'asc'} for field in self._fields if field not in named]
        self._arguments = {**arguments, 'order': orders, 'take': batch_size}
        for kind, wanted in (('select', True), ('omit', False)):
            if self._arguments.get(kind) is not None:
                self._arguments[kind] = {**self._arguments[kind], **{field: wanted for field in self._fields}}

    def next(self) -> Optional[Dict[str, Any]]:
        """The arguments of the next find_many."""
        return None if self._is_done else self._arguments

    def got(self, records: List[Any]) -> None:
        self._is_done = len(records) < self._batch_size
        if self._is_done:
            return
        values = {field: getattr(records[-1], field) for field in self._fields}
        self._arguments['cursor'] = {self._key: values} if self._key is not None else values
        self._arguments['skip'] = 1


def iterate_sync(actions: Any, batch_size: int, **arguments: Any) -> Iterator[Any]:
    pages = _Pages(actions, batch_size, arguments)
    while True:
        given = pages.next()
        if given is None:
            return
        records = actions.find_many(**given)
        pages.got(records)
        yield from records


async def iterate_async(actions: Any, batch_size: int, **arguments: Any) -> AsyncIterator[Any]:
    pages = _Pages(actions, batch_size, arguments)
    while True:
        given = pages.next()
        if given is None:
            return
        records = await actions.find_many(**given)
        pages.got(records)
        for record in records:
            yield record
