"""Writes that are collected and done together."""

from importlib import import_module
from typing import Any, List, Optional

from . import _engine
from ._hints import OnlyAsyncWith, OnlyWith

_PACKAGE = __name__.rpartition('.')[0]


class _BatchBase:
    def __init__(self, client: Any) -> None:
        self._client = client
        self.__queries: List[Any] = []  # (model or None, what the engine is given)

    def __getattr__(self, name: str) -> Any:
        model = import_module(f'{_PACKAGE}._data').ACCESSORS.get(name)
        if model is None:
            raise AttributeError(f'{type(self).__name__!r} object has no attribute {name!r}')
        actions = getattr(import_module(f'{_PACKAGE}.client'), f'{model}BatchActions')(self)
        self.__dict__[name] = actions
        return actions

    def __dir__(self) -> List[str]:
        # Programs that tidy up look for the actions of all models here.
        return sorted({*super().__dir__(), *import_module(f'{_PACKAGE}._data').ACCESSORS})

    def _add(self, query: Any, model: Optional[str] = None) -> None:
        self.__queries.append((model, query))

    def execute_raw(self, query: str, *args: Any) -> None:
        self._add((None, _engine.EXECUTE_RAW, query, args))

    def _send(self) -> Any:
        queries, self.__queries = self.__queries, []
        hooks = self._client._hooks
        if hooks is not None and (hooks.middleware or hooks.results):
            return hooks.batch(self._client, queries)
        return self._client._session.batch([query for _, query in queries])


class AsyncBatch(OnlyAsyncWith, _BatchBase):
    async def commit(self) -> List[Any]:
        """Does all that has been collected, all or none; the result of each."""
        result: List[Any] = await self._send()
        return result

    async def __aenter__(self) -> Any:
        return self

    async def __aexit__(self, exc_type: Any, exc: Any, traceback: Any) -> None:
        if exc is None:
            await self.commit()


class SyncBatch(OnlyWith, _BatchBase):
    def commit(self) -> List[Any]:
        """Does all that has been collected, all or none; the result of each."""
        result: List[Any] = self._send()
        return result

    def __enter__(self) -> Any:
        return self

    def __exit__(self, exc_type: Any, exc: Any, traceback: Any) -> None:
        if exc is None:
            self.commit()
