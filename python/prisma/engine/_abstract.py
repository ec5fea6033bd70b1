"""What an engine can do."""

from abc import ABC, abstractmethod
from datetime import timedelta
from typing import Any, Dict, List, Optional

from .._constants import DEFAULT_CONNECT_TIMEOUT
from .._types import DatasourceOverride, TransactionId as TransactionId

__all__ = ('SyncAbstractEngine', 'AsyncAbstractEngine')


class BaseAbstractEngine(ABC):
    dml: str

    def stop(self, *, timeout: Optional[timedelta] = None) -> None:
        """Closes the engine in whatever way can be had here."""
        import asyncio

        self.close(timeout=timeout)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        if not loop.is_closed():
            loop.create_task(self.aclose(timeout=timeout))

    @abstractmethod
    def close(self, *, timeout: Optional[timedelta] = None) -> None:
        """Closes the engine, blocking."""

    @abstractmethod
    async def aclose(self, *, timeout: Optional[timedelta] = None) -> None:
        """Closes the engine on an event loop."""


class SyncAbstractEngine(BaseAbstractEngine):
    @abstractmethod
    def connect(
        self, timeout: timedelta = DEFAULT_CONNECT_TIMEOUT, datasources: Optional[List[DatasourceOverride]] = None
    ) -> None:
        """Connects to the database."""

    @abstractmethod
    def query(self, content: str, *, tx_id: Optional[TransactionId]) -> Any:
        """Runs a request: JSON with `query`, GraphQL text, and `variables`; or with `batch`, a list of such."""

    @abstractmethod
    def start_transaction(self, *, content: str) -> TransactionId:
        """Begins a transaction; `content` is JSON with `max_wait`, `timeout` and `isolation_level`."""

    @abstractmethod
    def commit_transaction(self, tx_id: TransactionId) -> None: ...

    @abstractmethod
    def rollback_transaction(self, tx_id: TransactionId) -> None: ...

    @abstractmethod
    def metrics(self, *, format: Any, global_labels: Optional[Dict[str, str]]) -> Any:
        """Metrics as a dict (`json`) or as text (`prometheus`)."""


class AsyncAbstractEngine(BaseAbstractEngine):
    @abstractmethod
    async def connect(
        self, timeout: timedelta = DEFAULT_CONNECT_TIMEOUT, datasources: Optional[List[DatasourceOverride]] = None
    ) -> None:
        """Connects to the database."""

    @abstractmethod
    async def query(self, content: str, *, tx_id: Optional[TransactionId]) -> Any:
        """Runs a request: JSON with `query`, GraphQL text, and `variables`; or with `batch`, a list of such."""

    @abstractmethod
    async def start_transaction(self, *, content: str) -> TransactionId:
        """Begins a transaction; `content` is JSON with `max_wait`, `timeout` and `isolation_level`."""

    @abstractmethod
    async def commit_transaction(self, tx_id: TransactionId) -> None: ...

    @abstractmethod
    async def rollback_transaction(self, tx_id: TransactionId) -> None: ...

    @abstractmethod
    async def metrics(self, *, format: Any, global_labels: Optional[Dict[str, str]]) -> Any:
        """Metrics as a dict (`json`) or as text (`prometheus`)."""
