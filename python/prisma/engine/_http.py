"""There is no HTTP between the client and its engine; the names stand for the engine there is."""

from typing import Any

from ._query import AsyncQueryEngine as AsyncHTTPEngine, SyncQueryEngine as SyncHTTPEngine

__all__ = ('AsyncHTTPEngine', 'SyncHTTPEngine')


def __getattr__(name: str) -> Any:
    if name == 'HTTPEngine':
        from .query import __getattr__ as get

        return get('QueryEngine')
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
