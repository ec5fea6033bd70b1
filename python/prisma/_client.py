"""The client: a connection to the database by the engine in this process, transactions, batches and raw queries."""

import logging
import os
import warnings
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple, Union

from . import _engine
from ._runtime import set_up
from .errors import TransactionNotStartedError

_PACKAGE = __name__.rpartition('.')[0]
_ROOT = Path(__file__).parent
log = logging.getLogger(_PACKAGE)
_unset: Any = object()
# By accessor.
_actions_classes: Dict[str, Any] = {}

set_up(_PACKAGE)


def _seconds(value: Union[int, float, timedelta, None], name: str) -> Optional[float]:
    if isinstance(value, timedelta) or value is None:
        return value.total_seconds() if value is not None else None
    warnings.warn(
        f'Passing an int as `{name}` argument is deprecated and will be removed in the next major release, '
        'use a `datetime.timedelta` instance instead.',
        DeprecationWarning,
        stacklevel=3,
    )
    return float(value)


def _milliseconds(value: Union[int, timedelta], name: str) -> int:
    if isinstance(value, timedelta):
        return int(value.total_seconds() * 1000)
    warnings.warn(
        f'Passing an int as `{name}` argument is deprecated and will be removed in the next major release, '
        'use a `datetime.timedelta` instance instead.',
        DeprecationWarning,
        stacklevel=4,
    )
    return int(value)


def _log_query(sql: str, parameters: str, microseconds: int) -> None:
    log.info('%s %s %.3f ms', sql, parameters, microseconds / 1000)


class ClientBase:
    """What the asyncio and the sync client have in common."""

    _is_async: bool
    _transaction_manager: Any
    _batch: Any

    def __init__(
        self,
        *,
        use_dotenv: bool = True,
        log_queries: bool = False,
        auto_register: bool = False,
        datasource: Optional[Dict[str, Any]] = None,
        connect_timeout: Union[int, timedelta] = timedelta(seconds=10),
        http: Optional[Dict[str, Any]] = None,
    ) -> None:
        if use_dotenv:
            from ._dotenv import load_env

            load_env(schema_folder=_config_dir(import_module(f'{_PACKAGE}.client')))
        self._log_queries = log_queries
        self._datasource = datasource
        if not isinstance(connect_timeout, timedelta):
            _seconds(connect_timeout, 'connect_timeout')
        self._connect_timeout = connect_timeout
        self._http_config = http or {}
        self._session = _engine.Session(self._is_async)
        self._copied = False
        if auto_register:
            from ._registry import register

            register(self)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> Any:
        make = _actions_classes.get(name)
        if make is None:
            model = _data().ACCESSORS.get(name)
            if model is None:
                raise AttributeError(f'{type(self).__name__!r} object has no attribute {name!r}')
            make = getattr(import_module(f'{_PACKAGE}.actions'), f'{model}Actions')
            _actions_classes[name] = make
        actions = self.__dict__[name] = make(self)
        return actions

    def __dir__(self) -> List[str]:
        return sorted({*super().__dir__(), *_data().ACCESSORS})

    @property
    def _active_provider(self) -> str:
        return _data().PROVIDER

    @property
    def _default_datasource_name(self) -> str:
        return _data().DATASOURCE

    def is_connected(self) -> bool:
        """Whether `connect` has been called."""
        return self._session.is_connected

    def is_registered(self) -> bool:
        """Whether this client is the registered one."""
        from ._registry import get_client
        from .errors import ClientNotRegisteredError

        try:
            return get_client() is self
        except ClientNotRegisteredError:
            return False

    def is_transaction(self) -> bool:
        """Whether this client is one of an interactive transaction."""
        return self._session.is_transaction

    def tx(
        self,
        *,
        max_wait: Union[int, timedelta] = timedelta(milliseconds=2000),
        timeout: Union[int, timedelta] = timedelta(milliseconds=5000),
        isolation_level: Optional[str] = None,
    ) -> Any:
        """An interactive transaction: `with client.tx() as tx`. Raising rolls back."""
        return self._transaction_manager(
            client=self,
            max_wait=_milliseconds(max_wait, 'max_wait'),
            timeout=_milliseconds(timeout, 'timeout'),
            isolation_level=isolation_level,
        )

    def batch_(self) -> Any:
        """Writes collected and done together, all or none."""
        return self._batch(client=self)

    def query_raw(self, query: str, *args: Any, model: Any = None) -> Any:
        return self._session.raw(_engine.QUERY_RAW, query, args, model)

    def query_first(self, query: str, *args: Any, model: Any = None) -> Any:
        return self._session.raw(_engine.QUERY_FIRST, query, args, model)

    def execute_raw(self, query: str, *args: Any) -> Any:
        return self._session.raw(_engine.EXECUTE_RAW, query, args, None)

    def _open(self, timeout: Any) -> Any:
        """Makes the engine and connects; what the session gives."""
        if timeout is not _unset and not isinstance(timeout, timedelta):
            _seconds(timeout, 'timeout')
        if self._session.is_connected:
            from .engine.errors import AlreadyConnectedError

            raise AlreadyConnectedError('Already connected to the query engine')
        client = import_module(f'{_PACKAGE}.client')
        files = _schema_files(client)
        url = ''
        if self._datasource is not None:
            url = self._datasource['url']
        return self._session.connect(
            files, url, str(_config_dir(client)), self._log_queries or bool(os.environ.get('PRISMA_PY_DEBUG')), _log_query
        )

    def _metrics(self, format: str, global_labels: Optional[Dict[str, str]]) -> Any:
        import json

        text = self._session.metrics(format, json.dumps(global_labels or {}))
        if format == 'prometheus':
            return text
        from ._metrics import Metrics

        return Metrics.from_dict(json.loads(text))

    def _copy(self, session: Any = None) -> Any:
        """Another client on the same engine."""
        new = object.__new__(type(self))
        new._log_queries = self._log_queries
        new._datasource = self._datasource
        new._connect_timeout = self._connect_timeout
        new._http_config = self._http_config
        new._session = session or self._session
        new._copied = True
        return new

    # Where a relative path of an SQLite URL starts from.
    def _make_sqlite_url(self, url: str, *, relative_to: Optional[Path] = None) -> str:
        path = url[len('file:'):] if url.startswith('file:') else url[len('sqlite:'):]
        path, mark, parameters = path.partition('?')
        if path == ':memory:' or os.path.isabs(path):
            return f'file:{path}{mark}{parameters}'
        base = relative_to or _config_dir(import_module(f'{_PACKAGE}.client'))
        return f'file:{os.path.normpath(os.path.join(base, path))}{mark}{parameters}'


def _data() -> Any:
    return import_module(f'{_PACKAGE}._data')


def _schema_files(client: Any) -> List[Tuple[str, str]]:
    path = client.PACKAGED_SCHEMA_PATH
    return [(str(path), path.read_text('utf-8'))]


def _config_dir(client: Any) -> Path:
    folder = client.SCHEMA_PATH if client.SCHEMA_PATH.is_dir() else client.SCHEMA_PATH.parent
    return folder if folder.exists() else client.PACKAGED_SCHEMA_PATH.parent


class _TransactionBase:
    def __init__(self, *, client: Any, max_wait: int, timeout: int, isolation_level: Optional[str] = None) -> None:
        self.__client = client
        if client.is_transaction():
            warnings.warn(
                'The current client is already in a transaction. This can lead to surprising behaviour.',
                UserWarning,
                stacklevel=4,
            )
        self._max_wait = max_wait
        self._timeout = timeout
        self._isolation_level = isolation_level
        self._session: Any = None

    def _begin(self) -> Any:
        return self.__client._session.start_transaction(self._max_wait, self._timeout, self._isolation_level or '')

    def _begun(self, session: Any) -> Any:
        self._session = session
        return self.__client._copy(session)

    def _started(self) -> Any:
        if self._session is None:
            raise TransactionNotStartedError
        return self._session


class AsyncTransactionManager(_TransactionBase):
    async def start(self) -> Any:
        """Begins the transaction; a client that works in it."""
        return self._begun(await self._begin())

    async def commit(self) -> None:
        await self._started().commit()

    async def rollback(self) -> None:
        await self._started().rollback()

    async def __aenter__(self) -> Any:
        return self._begun(await self._begin())

    async def __aexit__(self, exc_type: Any, exc: Any, traceback: Any) -> None:
        if exc is None:
            await self._session.commit()
            return
        try:
            await self._session.rollback()
        except Exception as error:
            log.warning('Encountered exception `%s` while rolling back a transaction', error)


class SyncTransactionManager(_TransactionBase):
    def start(self) -> Any:
        """Begins the transaction; a client that works in it."""
        return self._begun(self._begin())

    def commit(self) -> None:
        self._started().commit()

    def rollback(self) -> None:
        self._started().rollback()

    def __enter__(self) -> Any:
        return self._begun(self._begin())

    def __exit__(self, exc_type: Any, exc: Any, traceback: Any) -> None:
        if exc is None:
            self._session.commit()
            return
        try:
            self._session.rollback()
        except Exception as error:
            log.warning('Encountered exception `%s` while rolling back a transaction', error)


class _BatchBase:
    def __init__(self, client: Any) -> None:
        self._client = client
        self.__queries: List[Any] = []

    def __getattr__(self, name: str) -> Any:
        model = _data().ACCESSORS.get(name)
        if model is None:
            raise AttributeError(f'{type(self).__name__!r} object has no attribute {name!r}')
        actions = getattr(import_module(f'{_PACKAGE}.client'), f'{model}BatchActions')(self)
        self.__dict__[name] = actions
        return actions

    def _add(self, query: Any) -> None:
        self.__queries.append(query)

    def execute_raw(self, query: str, *args: Any) -> None:
        self._add((None, _engine.EXECUTE_RAW, query, args))

    def _send(self) -> Any:
        queries, self.__queries = self.__queries, []
        return self._client._session.batch(queries)


class AsyncBatch(_BatchBase):
    async def commit(self) -> None:
        """Does all that has been collected."""
        await self._send()

    async def __aenter__(self) -> Any:
        return self

    async def __aexit__(self, exc_type: Any, exc: Any, traceback: Any) -> None:
        if exc is None:
            await self.commit()


class SyncBatch(_BatchBase):
    def commit(self) -> None:
        """Does all that has been collected."""
        self._send()

    def __enter__(self) -> Any:
        return self

    def __exit__(self, exc_type: Any, exc: Any, traceback: Any) -> None:
        if exc is None:
            self.commit()


class AsyncClient(ClientBase):
    _is_async = True
    _transaction_manager = AsyncTransactionManager
    _batch = AsyncBatch

    async def connect(self, timeout: Union[int, timedelta] = _unset) -> None:
        await self._open(timeout)

    async def disconnect(self, timeout: Union[float, timedelta, None] = None) -> None:
        if timeout is not None and not isinstance(timeout, timedelta):
            _seconds(timeout, 'timeout')
        if self._session.is_connected:
            await self._session.disconnect()

    async def __aenter__(self) -> Any:
        await self.connect()
        return self

    async def __aexit__(self, exc_type: Any, exc: Any, traceback: Any) -> None:
        if self.is_connected():
            await self.disconnect()

    async def get_metrics(self, format: str = 'json', *, global_labels: Optional[Dict[str, str]] = None) -> Any:
        return self._metrics(format, global_labels)


class SyncClient(ClientBase):
    _is_async = False
    _transaction_manager = SyncTransactionManager
    _batch = SyncBatch

    def connect(self, timeout: Union[int, timedelta] = _unset) -> None:
        self._open(timeout)

    def disconnect(self, timeout: Union[float, timedelta, None] = None) -> None:
        if timeout is not None and not isinstance(timeout, timedelta):
            _seconds(timeout, 'timeout')
        if self._session.is_connected:
            self._session.disconnect()

    def __enter__(self) -> Any:
        self.connect()
        return self

    def __exit__(self, exc_type: Any, exc: Any, traceback: Any) -> None:
        if self.is_connected():
            self.disconnect()

    def get_metrics(self, format: str = 'json', *, global_labels: Optional[Dict[str, str]] = None) -> Any:
        return self._metrics(format, global_labels)
