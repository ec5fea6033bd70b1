"""The base of the engine of the generated client's interface."""

from typing import Any

from ._abstract import AsyncAbstractEngine as AsyncAbstractEngine, SyncAbstractEngine as SyncAbstractEngine


def __getattr__(name: str) -> Any:
    if name == 'AbstractEngine':
        from ..client import Prisma

        return AsyncAbstractEngine if getattr(Prisma, '_is_async', True) else SyncAbstractEngine
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
