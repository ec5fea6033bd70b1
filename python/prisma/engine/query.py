"""The engine of the generated client's interface."""

from typing import Any

from ._query import AsyncQueryEngine as AsyncQueryEngine, SyncQueryEngine as SyncQueryEngine


def __getattr__(name: str) -> Any:
    if name == 'QueryEngine':
        from ..client import Prisma

        return AsyncQueryEngine if getattr(Prisma, '_is_async', True) else SyncQueryEngine
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')


