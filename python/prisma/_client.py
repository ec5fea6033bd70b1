"""The client: a connection to the database by the engine in this process, transactions, batches and raw queries."""

import logging
import os
import sys
import warnings
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple, Union

from . import _engine
from ._batch import AsyncBatch, SyncBatch
from ._hints import OnlyAsyncWith, OnlyWith, add_hint
from ._internals import Internals
from ._runtime import set_up
from ._transactions import AsyncTransactionManager, SyncTransactionManager
from .errors import DataError, PrismaError

_PACKAGE = __name__.rpartition('.')[0]
_ROOT = Path(__file__).parent
log = logging.getLogger(_PACKAGE)
_unset: Any = object()
# By accessor.
_actions_classes: Dict[str, Any] = {}

set_up(_PACKAGE)


def _seconds(
    value: Union[int, float, timedelta, None], name: str, what: str = 'an int', stacklevel: int = 3
) -> Optional[float]:
    if isinstance(value, timedelta) or value is None:
        return value.total_seconds() if value is not None else None
    warnings.warn(
        f'Passing {what} as `{name}` argument is deprecated and will be removed in the next major release. '
        f'Use a `datetime.timedelta`{" instance" if what == "an int" else ""} instead.',
        DeprecationWarning,
        stacklevel=stacklevel,
    )
    return float(value)


def _new_session(is_async: bool) -> Any:
    """The engine of this process, or with PRISMA_BRIDGE_URL that of a service."""
    url = os.environ.get('PRISMA_BRIDGE_URL')
    if not url:
        return _engine.Session(is_async)
    from ._service import ServiceSession

    return ServiceSession(is_async, url)


def _log_query(sql: str, parameters: str, microseconds: int) -> None:
    log.info('%s %s %.3f ms', sql, parameters, microseconds / 1000)


class ClientBase(Internals):
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
        replicas: Optional[List[str]] = None,
        tracing: Optional[bool] = None,
    ) -> None:
        if use_dotenv:
            from ._dotenv import load_env

            load_env(schema_folder=_schema_folder())
        self._log_queries = log_queries
        self._datasource = datasource
        if not isinstance(connect_timeout, timedelta):
            connect_timeout = timedelta(seconds=_seconds(connect_timeout, 'connect_timeout') or 0)
        self._connect_timeout = connect_timeout
        self._http_config = http or {}
        self._session = _new_session(self._is_async)
        self._copied = False
        self._hooks: Any = None
        self._replica_urls = list(replicas or ())
        if tracing or (tracing is None and os.environ.get('PRISMA_TRACING')):
            self._trace(tracing)
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

    def is_connected(self) -> bool:
        """Whether `connect` has been called."""
        return bool(self._session.is_connected)

    def is_registered(self) -> bool:
        """Whether this client is the registered one."""
        from ._registry import get_client
        from .errors import ClientNotRegisteredError

        try:
            client: object = get_client()
            return client is self
        except ClientNotRegisteredError:
            return False

    def is_transaction(self) -> bool:
        """Whether this client is one of an interactive transaction."""
        return bool(self._session.is_transaction)

    def tx(
        self,
        *,
        max_wait: Union[int, timedelta] = timedelta(milliseconds=2000),
        timeout: Union[int, timedelta] = timedelta(milliseconds=5000),
        isolation_level: Optional[str] = None,
    ) -> Any:
        """An interactive transaction: `with client.tx() as tx`. Raising rolls back."""
        return self._transaction_manager(
            client=self, max_wait=max_wait, timeout=timeout, isolation_level=isolation_level
        )

    def batch_(self) -> Any:
        """Writes collected and done together, all or none."""
        return self._batch(client=self)

    # ── raw queries ──

    def query_raw(self, query: str, *args: Any, model: Any = None, typed: bool = False) -> Any:
        """The rows of a query; with `typed`, dates, decimals and bytes are Python's own."""
        return self._raw(_engine.QUERY_RAW, query, args, model, typed)

    def query_first(self, query: str, *args: Any, model: Any = None, typed: bool = False) -> Any:
        """The first row of a query, or None."""
        return self._raw(_engine.QUERY_FIRST, query, args, model, typed)

    def execute_raw(self, query: str, *args: Any) -> Any:
        """Runs a statement; the number of rows that it changed."""
        return self._raw(_engine.EXECUTE_RAW, query, args, None, False)

    def _raw(self, action: int, query: str, args: Any, model: Any, typed: bool) -> Any:
        if self._hooks is None:
            return self._session.raw(action, query, args, model, typed)
        return self._hooks.raw(self._session, action, query, args, model, typed)

    # ── hooks ──

    def _get_hooks(self) -> Any:
        if self._hooks is None:
            from ._hooks import Hooks

            self._hooks = Hooks(self._is_async)
        return self._hooks

    def use(self, middleware: Any) -> None:
        """Puts a function around every query of this client: `middleware(params, next)` gives the result of
        `next(params)`, which asyncio clients await. Those registered first run first."""
        self._get_hooks().middleware.append(middleware)
        self._forget_actions()

    def extends(self, *, query: Any = None, result: Any = None) -> Any:
        """A client on the same connection with hooks of its own: `query={'user': {'find_many': hook}}`, where a hook is
        as in `use`; `result={'user': function}`, where the function is given each record and returns what takes its
        place. `$all` stands for all models and all methods."""
        new = self._copy()
        new._hooks = self._get_hooks().copy() if self._hooks is not None else new._get_hooks()
        new._hooks.add_extension(query, result, _data().ACCESSORS)
        return new

    def on(self, event: str, listener: Any) -> None:
        """Calls `listener` with every `query` event: the SQL, its parameters and how long it took. To be called before
        `connect`; the listener may be called from any thread."""
        if event != 'query':
            raise ValueError(f"There are no events {event!r}; there is 'query'")
        if self._session.is_connected:
            raise RuntimeError('Listeners must be registered before `connect()`')
        self._get_hooks().listeners.setdefault(event, []).append(listener)

    def _trace(self, tracing: Optional[bool]) -> None:
        from . import _hooks

        if tracing is None and not _hooks.tracing_wanted():
            return
        from importlib.util import find_spec

        if find_spec('opentelemetry') is None:
            if tracing:
                raise RuntimeError('Tracing needs OpenTelemetry: pip install opentelemetry-api')
            return
        self.use(_hooks.trace_async if self._is_async else _hooks.trace_sync)
        self.on('query', _hooks.trace_statement)

    def primary(self) -> Any:
        """A client whose reads go to the primary database, not to a replica."""
        new = self._copy()
        if new._hooks is not None:
            new._hooks = new._hooks.copy()
            new._hooks.replicas = []
        return new

    def _make_caller(self, model: str, klass: Any) -> Any:
        """What runs the queries of a model."""
        make: Any = getattr(self._session, 'make_caller', None)
        hooks = self._hooks
        caller = _engine.Caller(self._session, model, klass) if make is None else make(model, klass)
        if hooks is None or not hooks.wraps_calls():
            return caller
        replicas = [] if self._session.is_transaction else hooks.replicas
        return hooks.caller(caller, [_engine.Caller(session, model, klass) for session in replicas], model)

    def _forget_actions(self) -> None:
        for name in _data().ACCESSORS:
            self.__dict__.pop(name, None)

    # ── connection ──

    def _open(self, timeout: Any) -> Any:
        """Connects; what is to be waited for."""
        if timeout is not _unset and not isinstance(timeout, timedelta):
            _seconds(timeout, 'timeout', stacklevel=4)
        if self._session.is_connected:
            from .engine.errors import AlreadyConnectedError

            raise AlreadyConnectedError('Already connected to the query engine')
        return self._open_session(self._session, self._datasource['url'] if self._datasource is not None else '')

    def _open_session(self, session: Any, url: str) -> Any:
        client = import_module(f'{_PACKAGE}.client')
        log_function: Any = _log_query
        logs = self._log_queries or bool(os.environ.get('PRISMA_PY_DEBUG'))
        if self._hooks is not None and self._hooks.listeners:
            listeners, to_log = self._hooks, logs

            def log_function(sql: str, parameters: str, microseconds: int) -> None:
                if to_log:
                    _log_query(sql, parameters, microseconds)
                listeners.emit_query(sql, parameters, microseconds)

            logs = True
        return session.connect(_schema_files(client), url, str(_schema_folder()), logs, log_function)

    def _new_replicas(self) -> List[Any]:
        return [(_engine.Session(self._is_async), url) for url in self._replica_urls]

    def _use_replicas(self, sessions: List[Any]) -> None:
        if sessions:
            self._get_hooks().replicas = sessions
            self._forget_actions()

    def _copy(self, session: Any = None) -> Any:
        """Another client on the same engine."""
        new = object.__new__(type(self))
        new._log_queries = self._log_queries
        new._datasource = self._datasource
        new._connect_timeout = self._connect_timeout
        new._http_config = self._http_config
        new._session = session or self._session
        new._copied = True
        new._hooks = self._hooks
        new._replica_urls = self._replica_urls
        return new

def _import_models() -> Any:
    """Imports what the first query would import (pydantic), in a thread while the client connects: the event loop is
    not kept waiting."""
    if f'{_PACKAGE}._models' in sys.modules:
        return None
    import asyncio

    return asyncio.get_running_loop().run_in_executor(None, import_module, f'{_PACKAGE}._models')


def _connection_error(error: DataError) -> PrismaError:
    """What keeps a client from connecting is of one class, whatever the database says."""
    from .engine.errors import EngineConnectionError

    failure = EngineConnectionError(str(error))
    failure.code = error.code
    return add_hint(failure)


def _data() -> Any:
    return import_module(f'{_PACKAGE}._data')


def _schema_files(client: Any) -> List[Tuple[str, str]]:
    path = client.PACKAGED_SCHEMA_PATH
    return [(str(path), path.read_text('utf-8'))]


def _schema_folder() -> Path:
    client = import_module(f'{_PACKAGE}.client')
    folder: Path = client.SCHEMA_PATH if client.SCHEMA_PATH.is_dir() else client.SCHEMA_PATH.parent
    return folder if folder.exists() else client.PACKAGED_SCHEMA_PATH.parent


class AsyncClient(OnlyAsyncWith, ClientBase):
    _is_async = True
    _transaction_manager = AsyncTransactionManager
    _batch = AsyncBatch

    async def connect(self, timeout: Union[int, timedelta] = _unset) -> None:
        imports = _import_models()
        try:
            await self._open(timeout)
        except DataError as error:
            raise _connection_error(error) from None
        finally:
            if imports is not None:
                await imports
        replicas = self._new_replicas()
        for session, url in replicas:
            await self._open_session(session, url)
        self._use_replicas([session for session, _ in replicas])

    async def disconnect(self, timeout: Union[float, timedelta, None] = None) -> None:
        if self._session.is_connected and timeout is not None and not isinstance(timeout, timedelta):
            _seconds(timeout, 'timeout', 'a number')
        if self._session.is_connected:
            await self._session.disconnect()
        for session in self._hooks.replicas if self._hooks is not None else ():
            if session.is_connected:
                await session.disconnect()

    async def __aenter__(self) -> Any:
        await self.connect()
        return self

    async def __aexit__(self, exc_type: Any, exc: Any, traceback: Any) -> None:
        if self.is_connected():
            await self.disconnect()

    async def query_raw_typed(self, query: Any) -> Any:
        """The rows of a query of `prisma.sql`."""
        return query.read(await self.query_raw(query.sql, *query.parameters, typed=True))

    async def query_first_typed(self, query: Any) -> Any:
        """The first row of a query of `prisma.sql`, or None."""
        row = await self.query_first(query.sql, *query.parameters, typed=True)
        return query.read([row])[0] if row is not None else None

    async def execute_raw_typed(self, query: Any) -> Any:
        """Runs a statement of `prisma.sql`; the number of rows that it changed."""
        return await self.execute_raw(query.sql, *query.parameters)

    async def get_metrics(self, format: str = 'json', *, global_labels: Optional[Dict[str, str]] = None) -> Any:
        return self._metrics(format, global_labels)


class SyncClient(OnlyWith, ClientBase):
    _is_async = False
    _transaction_manager = SyncTransactionManager
    _batch = SyncBatch

    def connect(self, timeout: Union[int, timedelta] = _unset) -> None:
        # What queries need is imported here: a process that forks while threads import it leaves a locked module behind.
        for name in ('models', 'actions'):
            import_module(f'{_PACKAGE}.{name}')
        try:
            self._open(timeout)
        except DataError as error:
            raise _connection_error(error) from None
        replicas = self._new_replicas()
        for session, url in replicas:
            self._open_session(session, url)
        self._use_replicas([session for session, _ in replicas])

    def disconnect(self, timeout: Union[float, timedelta, None] = None) -> None:
        if self._session.is_connected and timeout is not None and not isinstance(timeout, timedelta):
            _seconds(timeout, 'timeout', 'a number')
        if self._session.is_connected:
            self._session.disconnect()
        for session in self._hooks.replicas if self._hooks is not None else ():
            if session.is_connected:
                session.disconnect()

    def __enter__(self) -> Any:
        self.connect()
        return self

    def __exit__(self, exc_type: Any, exc: Any, traceback: Any) -> None:
        if self.is_connected():
            self.disconnect()

    def query_raw_typed(self, query: Any) -> Any:
        """The rows of a query of `prisma.sql`."""
        return query.read(self.query_raw(query.sql, *query.parameters, typed=True))

    def query_first_typed(self, query: Any) -> Any:
        """The first row of a query of `prisma.sql`, or None."""
        row = self.query_first(query.sql, *query.parameters, typed=True)
        return query.read([row])[0] if row is not None else None

    def execute_raw_typed(self, query: Any) -> Any:
        """Runs a statement of `prisma.sql`; the number of rows that it changed."""
        return self.execute_raw(query.sql, *query.parameters)

    def get_metrics(self, format: str = 'json', *, global_labels: Optional[Dict[str, str]] = None) -> Any:
        return self._metrics(format, global_labels)
