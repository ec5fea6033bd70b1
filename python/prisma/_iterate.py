"""Reads all records of a model a batch at a time: each batch starts behind the last record of the one before."""

from importlib import import_module
from typing import Any, AsyncIterator, Dict, Iterator, List, Optional, Tuple

_PACKAGE = __name__.rpartition('.')[0]


# Scalars that are ordered, and compared by `gt` in that order.
_COMPARABLE = {'Int', 'BigInt', 'Float', 'Decimal', 'DateTime', 'String'}


class _Pages:
    """What to ask for next. In the order of the key a page starts where the last one ended, whatever has become of its
    records. Any other order needs the last record to go on from: so a page is read before the one ahead of it is given
    out, and who deletes what is given gets all the same."""

    def __init__(self, actions: Any, batch_size: int, arguments: Dict[str, Any]) -> None:
        if batch_size < 1:
            raise ValueError('batch_size must be at least 1')
        model = actions.__prisma_model__
        data = import_module(f'{_PACKAGE}._data')
        known: Optional[Tuple[Tuple[str, ...], Optional[str]]] = data.IDS.get(model)
        if known is None:
            raise TypeError(f'The records of {model} have no key to go on from: it has no @id and no @unique')
        self._fields, self._key = known
        self._batch_size = batch_size
        self._is_done = False
        order = arguments.pop('order') or []
        orders: List[Any] = list(order) if isinstance(order, (list, tuple)) else [order]
        entries = {entry[0]: entry for entry in data.FIELDS[model]}
        self.looks_ahead = bool(orders) or any(
            entries[field][1] != 's' or entries[field][2] not in _COMPARABLE for field in self._fields
        )
        named = {field for entry in orders for field in entry}
        # Records that are equal in the order asked for come in the order of their keys.
        orders += [{field: 'asc'} for field in self._fields if field not in named]
        self._where = arguments.get('where') or {}
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
        if self.looks_ahead:
            self._arguments['cursor'] = {self._key: values} if self._key is not None else values
            self._arguments['skip'] = 1
            return
        behind = [
            {**{before: values[before] for before in self._fields[:i]}, field: {'gt': values[field]}}
            for i, field in enumerate(self._fields)
        ]
        self._arguments['where'] = {'AND': [self._where, {'OR': behind}]}


def iterate_sync(actions: Any, batch_size: int, **arguments: Any) -> Iterator[Any]:
    pages = _Pages(actions, batch_size, arguments)
    ahead: List[Any] = []
    while True:
        given = pages.next()
        if given is None:
            break
        records = actions.find_many(**given)
        pages.got(records)
        if pages.looks_ahead:
            ahead, records = records, ahead
        yield from records
    yield from ahead


async def iterate_async(actions: Any, batch_size: int, **arguments: Any) -> AsyncIterator[Any]:
    pages = _Pages(actions, batch_size, arguments)
    ahead: List[Any] = []
    while True:
        given = pages.next()
        if given is None:
            break
        records = await actions.find_many(**given)
        pages.got(records)
        if pages.looks_ahead:
            ahead, records = records, ahead
        for record in records:
            yield record
    for record in ahead:
        yield record
