"""Functions of the user's around queries: middleware, hooks of extensions, log events, traces, and the choice between a
primary database and its replicas. A client that has none of them doesn't come here."""

import logging
import os
import time
from datetime import datetime, timezone
from itertools import count
from typing import Any, Callable, Dict, List, NamedTuple, Optional

from . import _engine

log = logging.getLogger(__name__.rpartition('.')[0])

_METHODS: Dict[int, str] = {
    getattr(_engine, name.upper()): name
    for name in (
        'find_unique',
        'find_unique_or_raise',
        'find_first',
        'find_first_or_raise',
        'find_many',
        'create',
        'create_many',
        'create_many_and_return',
        'update',
        'update_many',
        'update_many_and_return',
        'upsert',
        'delete',
        'delete_many',
        'count',
        'aggregate',
        'group_by',
        'query_raw',
        'query_first',
        'execute_raw',
    )
}
_READS = frozenset(
    code for code, name in _METHODS.items() if name.startswith('find_') or name in ('count', 'aggregate', 'group_by')
)
ALL = '$all'


class MiddlewareParams(NamedTuple):
    """A query on its way to the engine. `_replace` gives one that is changed: `params._replace(arguments={…})`."""

    method: str  # 'find_many'; 'batch' for a batch, whose argument `queries` is a list of its writes
    model: Optional[str]  # 'User'; None for a raw query
    arguments: Dict[str, Any]  # by the names that the engine knows: `orderBy`, not `order`
    action: int = -1  # the engine's number of the method

    @property
    def is_read(self) -> bool:
        return self.action in _READS


# Called with a query and with what runs the rest; asyncio clients await what it gives.
Middleware = Callable[[MiddlewareParams, Callable[..., Any]], Any]


class QueryEvent(NamedTuple):
    """A statement that the database has done."""

    query: str
    params: str
    duration: float  # milliseconds
    timestamp: datetime
    target: str = 'prisma_client'


class Hooks:
    """What has been registered with a client."""

    def __init__(self, is_async: bool) -> None:
        self.is_async = is_async
        self.middleware: List[Callable[..., Any]] = []
        self.results: List[Any] = []  # (model or None, function)
        self.listeners: Dict[str, List[Callable[..., Any]]] = {}
        self.replicas: List[Any] = []  # sessions
        self._turn = count()

    def copy(self) -> 'Hooks':
        new = Hooks(self.is_async)
        new.middleware = list(self.middleware)
        new.results = list(self.results)
        new.listeners = self.listeners
        new.replicas = self.replicas
        return new

    def wraps_calls(self) -> bool:
        return bool(self.middleware or self.results or self.replicas)

    def emit_query(self, sql: str, parameters: str, microseconds: int) -> None:
        """Called by the engine, from whatever thread the statement ran on."""
        event = QueryEvent(sql, parameters, microseconds / 1000, datetime.now(timezone.utc))
        for listener in self.listeners.get('query', ()):
            try:
                listener(event)
            except Exception:
                log.exception('A listener to query events failed')

    def add_extension(self, query: Any, result: Any, models: Dict[str, str]) -> None:
        """Hooks by model (its attribute of the client, or `$all`) and method (or `$all`)."""
        for accessor, hook in (query or {}).items():
            model = _model_of(accessor, models)
            by_method = hook if isinstance(hook, dict) else {ALL: hook}
            for method, function in by_method.items():
                self.middleware.append(_only_for(model, None if method == ALL else method, function))
        for accessor, function in (result or {}).items():
            self.results.append((_model_of(accessor, models), function))

    # ── calls ──

    def caller(self, caller: Any, replicas: List[Any], model: str) -> Any:
        run = self._sync_run if not self.is_async else self._async_run

        def call(action: int, arguments: Dict[str, Any], include: Any = None, select: Any = None, omit: Any = None) -> Any:
            if not self.middleware and not self.results:
                return self._target(caller, replicas, action)(action, arguments, include, select, omit)
            given = {name: value for name, value in arguments.items() if value is not None}
            # For an aggregate the last argument is the part of the answer that is wanted.
            last = 'key' if isinstance(omit, str) else 'omit'
            for name, value in (('include', include), ('select', select), (last, omit)):
                if value is not None:
                    given[name] = value

            def send(params: MiddlewareParams) -> Any:
                rest = dict(params.arguments)
                shape = [rest.pop('include', None), rest.pop('select', None), rest.pop('key', rest.pop('omit', None))]
                return self._target(caller, replicas, action)(action, rest, *shape)

            return run(MiddlewareParams(_METHODS[action], model, given, action), send)

        return call

    def raw(self, session: Any, action: int, query: str, args: Any, model: Any, typed: bool) -> Any:
        def send(params: MiddlewareParams) -> Any:
            given = params.arguments
            return session.raw(action, given['query'], tuple(given['parameters']), model, typed)

        params = MiddlewareParams(_METHODS[action], None, {'query': query, 'parameters': list(args)}, action)
        if not self.middleware:
            return send(params)
        return (self._async_run if self.is_async else self._sync_run)(params, send)

    def _target(self, primary: Any, replicas: List[Any], action: int) -> Any:
        if replicas and action in _READS:
            return replicas[next(self._turn) % len(replicas)]
        return primary

    def batch(self, client: Any, queries: List[Any]) -> Any:
        """A batch passes the middleware as one call, `batch`; its argument `queries` has the writes."""

        def send(params: MiddlewareParams) -> Any:
            writes = params.arguments['queries']
            return finish(writes, client._session.batch([_as_queued(client, write) for write in writes]))

        def finish_now(writes: List[MiddlewareParams], results: List[Any]) -> List[Any]:
            return [self._finish(write, result) for write, result in zip(writes, results)]

        async def finish_later(writes: List[MiddlewareParams], results: Any) -> List[Any]:
            return finish_now(writes, await results)

        async def run_later() -> Any:
            return await self._pass(params, send)

        finish: Any = finish_later if self.is_async else finish_now
        params = MiddlewareParams('batch', None, {'queries': [_as_params(model, query) for model, query in queries]})
        return run_later() if self.is_async else self._pass(params, send)

    def _pass(self, params: MiddlewareParams, send: Callable[[MiddlewareParams], Any]) -> Any:
        """The result of the outermost middleware, which is given what runs the next."""

        def at(index: int) -> Callable[..., Any]:
            if index == len(self.middleware):
                return send
            function = self.middleware[index]

            def step(given: Optional[MiddlewareParams] = None) -> Any:
                return function(given or params, lambda changed=None: at(index + 1)(changed or given or params))

            return step

        return at(0)(params)

    def _sync_run(self, params: MiddlewareParams, send: Callable[[MiddlewareParams], Any]) -> Any:
        return self._finish(params, self._pass(params, send))

    async def _async_run(self, params: MiddlewareParams, send: Callable[[MiddlewareParams], Any]) -> Any:
        return self._finish(params, await self._pass(params, send))

    def _finish(self, params: MiddlewareParams, result: Any) -> Any:
        for model, function in self.results:
            if model is not None and model != params.model:
                continue
            if isinstance(result, list):
                result = [function(record) for record in result]
            elif result is not None and not isinstance(result, (int, dict)):
                result = function(result)
        return result


def _as_params(model: Optional[str], query: Any) -> MiddlewareParams:
    _, action, first, second = query
    if model is None:
        return MiddlewareParams(_METHODS[action], None, {'query': first, 'parameters': list(second)}, action)
    given = {name: value for name, value in first.items() if value is not None}
    if second is not None:
        given['include'] = second
    return MiddlewareParams(_METHODS[action], model, given, action)


def _as_queued(client: Any, write: MiddlewareParams) -> Any:
    rest = dict(write.arguments)
    if write.model is None:
        return None, write.action, rest['query'], tuple(rest['parameters'])
    include = rest.pop('include', None)
    return client._make_batch_caller(write.model), write.action, rest, include


def _model_of(accessor: str, models: Dict[str, str]) -> Optional[str]:
    if accessor == ALL:
        return None
    model = models.get(accessor, accessor if accessor in models.values() else None)
    if model is None:
        raise ValueError(f'There is no model {accessor!r}; use one of {", ".join(sorted(models))} or {ALL!r}')
    return model


def _only_for(model: Optional[str], method: Optional[str], function: Callable[..., Any]) -> Callable[..., Any]:
    def hook(params: MiddlewareParams, call: Any) -> Any:
        is_meant = (model is None or params.model == model) and (method is None or params.method == method)
        return function(params, call) if is_meant else call(params)

    return hook


# ── traces ──


def tracing_wanted() -> bool:
    return os.environ.get('PRISMA_TRACING', '').lower() in ('1', 't', 'true')


def _span(params: MiddlewareParams) -> Any:
    from opentelemetry import trace  # type: ignore[import-not-found, unused-ignore]

    name = f'{params.model}.{params.method}' if params.model else params.method
    attributes = {'method': params.method, 'name': name, **({'model': params.model} if params.model else {})}
    return trace.get_tracer('prisma').start_as_current_span('prisma:client:operation', attributes=attributes)


async def trace_async(params: MiddlewareParams, call: Any) -> Any:
    """Middleware that makes a span of each query."""
    with _span(params):
        return await call(params)


def trace_sync(params: MiddlewareParams, call: Any) -> Any:
    """Middleware that makes a span of each query."""
    with _span(params):
        return call(params)


def trace_statement(event: QueryEvent) -> None:
    """Listener that makes a span of each statement."""
    from opentelemetry import trace  # type: ignore[import-not-found, unused-ignore]

    end = time.time_ns()
    tracer = trace.get_tracer('prisma')
    start = end - int(event.duration * 1_000_000)
    span = tracer.start_span('prisma:engine:db_query', start_time=start, attributes={'db.query.text': event.query})
    span.end(end_time=end)
