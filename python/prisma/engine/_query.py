"""The engine of this process behind the methods that the engine of another process once had."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, Dict, List, Optional

from .. import _engine
from .._constants import DEFAULT_CONNECT_TIMEOUT
from .._types import TransactionId
from ._abstract import AsyncAbstractEngine, SyncAbstractEngine
from .errors import AlreadyConnectedError, NotConnectedError

__all__ = ('SyncQueryEngine', 'AsyncQueryEngine')


class _BaseQueryEngine:
    # There is no process and no port.
    url: Optional[str] = None
    file: Optional[Path] = None
    process: Any = None
    dml_path: Path
    _is_async = False

    def __init__(
        self, *, dml_path: Path, log_queries: bool = False, http_config: Any = None, session: Any = None
    ) -> None:
        self.dml_path = dml_path
        self._log_queries = log_queries
        self._session = session if session is not None else _engine.Session(self._is_async)
        self._transactions: Dict[str, Any] = {}

    def _connect(self, datasources: Any) -> Any:
        from .. import _client

        if self._session.is_connected:
            raise AlreadyConnectedError('Already connected to the query engine')
        url = datasources[0]['url'] if datasources else ''
        files = [(str(self.dml_path), self.dml_path.read_text('utf-8'))]
        return self._session.connect(files, url, str(_client._schema_folder()), self._log_queries, _client._log_query)

    def _of(self, tx_id: Optional[str]) -> Any:
        if not self._session.is_connected:
            raise NotConnectedError('Not connected to the query engine')
        return self._transactions.get(tx_id, self._session) if tx_id is not None else self._session

    def _options(self, content: str) -> Any:
        given = json.loads(content)
        return given.get('max_wait', 2000), given.get('timeout', 5000), given.get('isolation_level') or ''

    def _begun(self, session: Any) -> TransactionId:
        self._transactions[session.transaction_id] = session
        return TransactionId(session.transaction_id)

    def _read(self, text: str) -> Any:
        from .utils import handle_response_errors

        data = json.loads(text)
        if data.get('errors'):
            handle_response_errors(None, data['errors'])
        return data

    def _metrics_of(self, format: str, global_labels: Optional[Dict[str, str]]) -> Any:
        text = self._of(None).metrics(format, json.dumps(global_labels or {}))
        return text if format == 'prometheus' else json.loads(text)


class SyncQueryEngine(_BaseQueryEngine, SyncAbstractEngine):
    def connect(self, timeout: timedelta = DEFAULT_CONNECT_TIMEOUT, datasources: Optional[List[Any]] = None) -> None:
        self._connect(datasources)

    def close(self, *, timeout: Optional[timedelta] = None) -> None:
        if self._session.is_connected:
            self._session.disconnect()

    async def aclose(self, *, timeout: Optional[timedelta] = None) -> None:
        self.close(timeout=timeout)

    def query(self, content: str, *, tx_id: Optional[TransactionId] = None) -> Any:
        return self._read(self._of(tx_id).request(content, tx_id or ''))

    def start_transaction(self, *, content: str) -> TransactionId:
        return self._begun(self._of(None).start_transaction(*self._options(content)))

    def commit_transaction(self, tx_id: TransactionId) -> None:
        self._of(tx_id).commit()

    def rollback_transaction(self, tx_id: TransactionId) -> None:
        self._of(tx_id).rollback()

    def metrics(self, *, format: Any, global_labels: Optional[Dict[str, str]] = None) -> Any:
        return self._metrics_of(format, global_labels)


class AsyncQueryEngine(_BaseQueryEngine, AsyncAbstractEngine):
    _is_async = True

    async def connect(
        self, timeout: timedelta = DEFAULT_CONNECT_TIMEOUT, datasources: Optional[List[Any]] = None
    ) -> None:
        await self._connect(datasources)

    def close(self, *, timeout: Optional[timedelta] = None) -> None:
        pass

    async def aclose(self, *, timeout: Optional[timedelta] = None) -> None:
        if self._session.is_connected:
            await self._session.disconnect()

    async def query(self, content: str, *, tx_id: Optional[TransactionId] = None) -> Any:
        return self._read(await self._of(tx_id).request(content, tx_id or ''))

    async def start_transaction(self, *, content: str) -> TransactionId:
        return self._begun(await self._of(None).start_transaction(*self._options(content)))

    async def commit_transaction(self, tx_id: TransactionId) -> None:
        await self._of(tx_id).commit()

    async def rollback_transaction(self, tx_id: TransactionId) -> None:
        await self._of(tx_id).rollback()

    async def metrics(self, *, format: Any, global_labels: Optional[Dict[str, str]] = None) -> Any:
        return self._metrics_of(format, global_labels)
