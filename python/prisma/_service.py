"""The engine of another process, reached at PRISMA_BRIDGE_URL: the same client, with its queries sent over HTTP. What a
session of the extension does is done here in Python."""

import datetime
import decimal
import http.client
import json
import os
import threading
from importlib import import_module
from typing import Any, Callable, Dict, List, Optional
from urllib.parse import urlsplit

from . import _engine, fields
from ._constants import QUERY_BUILDER_ALIASES
from ._hooks import _METHODS
from .errors import ClientNotConnectedError, PrismaError, _for_answer

_PACKAGE = __name__.rpartition('.')[0]
_AGGREGATES = (_engine.COUNT, _engine.AGGREGATE, _engine.GROUP_BY)


class _Http:
    """Connections to one address, one for each thread. No proxy is ever asked."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url if '//' in url else f'http://{url}')
        if parts.scheme not in ('http', 'https') or not parts.hostname:
            raise ValueError(f'PRISMA_BRIDGE_URL must be an http(s) address, got {url!r}')
        self._is_secure = parts.scheme == 'https'
        self._host, self._port = parts.hostname, parts.port
        self._path = parts.path.rstrip('/')
        self._local = threading.local()
        token = os.environ.get('PRISMA_BRIDGE_TOKEN')
        self._headers = {'Content-Type': 'application/json', **({'Authorization': f'Bearer {token}'} if token else {})}
        self.address = f'{parts.scheme}://{parts.hostname}{f":{parts.port}" if parts.port else ""}'

    def send(self, method: str, path: str, body: Optional[str], headers: Dict[str, str], timeout: float) -> Any:
        """(status, text)"""
        for attempt in (0, 1):
            connection, is_fresh = self._connection(timeout)
            try:
                data = body.encode('utf-8') if body is not None else None
                connection.request(method, self._path + path, data, {**self._headers, **headers})
                response = connection.getresponse()
                return response.status, response.read().decode('utf-8')
            except (http.client.HTTPException, OSError) as error:
                connection.close()
                self._local.connection = None
                # An idle connection that the service has closed meanwhile: nothing has been done yet.
                is_stale = isinstance(error, (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError))
                if is_fresh or attempt == 1 or not is_stale:
                    from .engine.errors import EngineConnectionError

                    raise EngineConnectionError(f'Could not reach the service at {self.address}: {error}') from error
        raise AssertionError

    def _connection(self, timeout: float) -> Any:
        known = getattr(self._local, 'connection', None)
        if known is not None and self._local.pid == os.getpid():
            return known, False
        make = http.client.HTTPSConnection if self._is_secure else http.client.HTTPConnection
        self._local.connection = make(self._host, self._port, timeout=timeout)
        self._local.pid = os.getpid()
        return self._local.connection, True


class ServiceSession:
    """What `_engine.Session` is for the engine of this process."""

    def __init__(self, is_async: bool, url: str, http_: Optional[_Http] = None, transaction_id: str = '') -> None:
        self._is_async = is_async
        self._http = http_ or _Http(url)
        self.is_connected = http_ is not None
        self.transaction_id = transaction_id
        self.is_transaction = bool(transaction_id)

    def _run(self, work: Callable[[], Any]) -> Any:
        if not self._is_async:
            return work()
        import asyncio

        return asyncio.get_running_loop().run_in_executor(None, work)

    def _check(self) -> None:
        if not self.is_connected:
            raise ClientNotConnectedError()

    def connect(self, files: Any, url: str, config_dir: str, logs: bool, log: Any) -> Any:
        def work() -> None:
            status, text = self._http.send('GET', '/health', None, {}, 10)
            if status == 404:  # an engine's process
                status, text = self._http.send('GET', '/status', None, {}, 10)
            if status != 200:
                from .engine.errors import EngineConnectionError

                raise EngineConnectionError(f'The service at {self._http.address} is not ready: {status} {text[:500]}')
            self.is_connected = True

        return self._run(work)

    def disconnect(self) -> Any:
        self.is_connected = False
        return self._run(lambda: None)

    def start_transaction(self, max_wait: int, timeout: int, isolation_level: str) -> Any:
        self._check()
        options = {'max_wait': max_wait, 'timeout': timeout}
        if isolation_level:
            options['isolation_level'] = isolation_level  # type: ignore[assignment]

        def work() -> 'ServiceSession':
            answer = self._post('/transaction/start', json.dumps(options))
            return ServiceSession(self._is_async, '', self._http, str(answer['id']))

        return self._run(work)

    def commit(self) -> Any:
        return self._run(lambda: self._end('commit'))

    def rollback(self) -> Any:
        return self._run(lambda: self._end('rollback'))

    def _end(self, how: str) -> None:
        self._post(f'/transaction/{self.transaction_id}/{how}', '{}')

    def _post(self, path: str, body: str, transaction_id: str = '') -> Any:
        transaction = transaction_id or self.transaction_id
        headers = {'X-transaction-id': transaction} if transaction else {}
        status, text = self._http.send('POST', path, body, headers, 3600)
        try:
            answer = json.loads(text)
        except ValueError:
            raise PrismaError(f'The service at {self._http.address} answered {status}: {text[:500]}') from None
        errors = answer.get('errors') or answer.get('Errors') if isinstance(answer, dict) else None
        if isinstance(answer, dict) and 'error_code' in answer:  # of the transaction's own addresses
            errors = [{'error': answer.get('message', ''), 'user_facing_error': answer}]
        if errors:
            raise _exception(errors[0])
        if status >= 400:
            raise PrismaError(f'The service at {self._http.address} answered {status}: {text[:500]}')
        return answer

    def request(self, body: str, transaction_id: str) -> Any:
        self._check()

        def work() -> str:
            return json.dumps(self._post('/', body, transaction_id))

        return self._run(work)

    def metrics(self, format: str, labels: str) -> str:
        self._check()
        path = '/metrics' if format == 'prometheus' else '/metrics?format=json'
        text: str = self._http.send('GET', path, None, {}, 60)[1]
        return text

    # ── queries ──

    def make_caller(self, model: str, klass: Any) -> Any:
        return _Caller(self, model, klass)

    def raw(self, action: int, query: str, args: Any, model: Any, typed: bool) -> Any:
        self._check()
        text, read = _raw_request(action, query, args, model)
        return self._run(lambda: read(self._post('/', _body(text))['data']['result']))

    def batch(self, queries: List[Any]) -> Any:
        self._check()
        requests = []
        for caller, action, first, second in queries:
            if caller is None:
                requests.append(_raw_request(action, first, second, None))
            else:
                requests.append(caller.prepare(action, first, second, None, None))

        def work() -> List[Any]:
            if not requests:
                return []
            batch = [{'query': text, 'variables': {}} for text, _ in requests]
            answer = self._post('/', json.dumps({'batch': batch, 'transaction': True}, ensure_ascii=False))
            results = answer['batchResult'] if isinstance(answer, dict) else answer
            for result in results:
                if result.get('errors'):
                    raise _exception(result['errors'][0])
            return [read(result['data']['result']) for (_, read), result in zip(requests, results)]

        return self._run(work)


def _exception(error: Any) -> PrismaError:
    facing = error.get('user_facing_error')
    if facing is None:  # as the community's bridge writes them
        facing = {'message': error.get('message', ''), 'meta': error.get('meta') or {}, 'error_code': error.get('code')}
        error = {'error': facing['message'], 'user_facing_error': facing}
    return _for_answer(error, error.get('error') or '', facing, facing.get('error_code') or '')


def _body(text: str) -> str:
    return json.dumps({'query': text, 'variables': {}}, ensure_ascii=False)


def _raw_request(action: int, query: str, args: Any, model: Any) -> Any:
    from ._builder import QueryBuilder
    from ._raw_query import deserialize_raw_results

    text = QueryBuilder(
        method=_METHODS[action],
        arguments={'query': query, 'parameters': list(args)},
        prisma_models=set(),
        relational_field_mappings={},
    ).build_query()

    def read(result: Any) -> Any:
        if action == _engine.EXECUTE_RAW:
            return int(result)
        rows = deserialize_raw_results(result, model)
        return rows if action == _engine.QUERY_RAW else rows[0] if rows else None

    return text, read


class _Caller:
    def __init__(self, session: ServiceSession, model: str, klass: Any) -> None:
        self._session = session
        self._model = model
        self._class = klass

    def __call__(self, action: int, arguments: Any, include: Any = None, select: Any = None, omit: Any = None) -> Any:
        self._session._check()
        text, read = self.prepare(action, arguments, include, select, omit)

        def work() -> Any:
            try:
                return read(self._session._post('/', _body(text))['data']['result'])
            except PrismaError as error:
                if action in (_engine.UPDATE, _engine.DELETE) and getattr(error, 'code', None) == 'P2025':
                    return None
                raise

        return self._session._run(work)

    def prepare(self, action: int, arguments: Any, include: Any, select: Any, omit: Any) -> Any:
        """The request's text, and what reads its result."""
        from ._builder import METHOD_FORMAT_MAPPING, METHOD_OPERATION_MAPPING

        method = _METHODS[action]
        klass = self._class
        if action in _AGGREGATES:
            selection = _plain_selection(select)
        elif action in (_engine.CREATE_MANY, _engine.UPDATE_MANY, _engine.DELETE_MANY):
            selection = '{ count }'
        else:
            klass = klass or getattr(import_module(f'{_PACKAGE}.models'), self._model)
            selection = _selection(self._model, klass, include, select, omit)
        root = METHOD_FORMAT_MAPPING[method].format(model=self._model)
        text = f'{METHOD_OPERATION_MAPPING[method]} {{ result: {root}{_arguments(arguments)} {selection} }}'

        def read(result: Any) -> Any:
            if action == _engine.COUNT:
                return int(result['_count']['_all'])
            if action in _AGGREGATES:
                made = _aggregates(self._model, result)
                return made[omit] if isinstance(omit, str) else made
            if isinstance(result, dict) and set(result) == {'count'} and selection == '{ count }':
                return int(result['count'])
            return _records(self._model, klass, result)

        return text, read


# ── requests ──


def _rename(value: Any) -> Any:
    if isinstance(value, dict):
        return {_alias(name): _rename(item) for name, item in value.items()}
    return [_rename(item) for item in value] if isinstance(value, (list, tuple, set)) else value


_NEW_ALIASES = {
    'create_many': 'createMany',
    'update_many': 'updateMany',
    'delete_many': 'deleteMany',
    'skip_duplicates': 'skipDuplicates',
    'string_contains': 'string_contains',
}


def _alias(name: str) -> str:
    return QUERY_BUILDER_ALIASES.get(name) or _NEW_ALIASES.get(name, name)


def _arguments(arguments: Dict[str, Any]) -> str:
    from ._builder import _value

    parts = [f'{_alias(name)}: {_value(_rename(value))}' for name, value in arguments.items() if value is not None]
    return f'({" ".join(parts)})' if parts else ''


def _plain_selection(selection: Any) -> str:
    parts = []
    for name, value in selection.items():
        if value is True:
            parts.append(name)
        elif isinstance(value, dict):
            parts.append(f'{name} {_plain_selection(value["select"])}')
    return f'{{ {" ".join(parts)} }}'


def _selection(model: str, klass: Any, include: Any, select: Any, omit: Any) -> str:
    entries = {entry[0]: entry for entry in import_module(f'{_PACKAGE}._data').FIELDS[model]}
    parts: List[str] = []
    if select is None:
        names = _column_names(entries, klass)
        dropped = {name for name, is_dropped in (omit or {}).items() if is_dropped}
        parts += [name for name in names if name not in dropped]
    for name, value in {**(select or {}), **(include or {})}.items():
        if value is False or value is None:
            continue
        if name == '_count':
            counted = value['select'] if isinstance(value, dict) else dict.fromkeys(_lists(entries), True)
            inner = [f'{key}{_arguments(item) if isinstance(item, dict) else ""}' for key, item in counted.items() if item]
            parts.append(f'_count {{ {" ".join(inner)} }}')
        elif name in entries and entries[name][1] != 'r':
            parts.append(name)
        elif name not in entries or (klass is not None and name in (include or {}) and name not in _field_names(klass)):
            from .errors import UnknownRelationalFieldError

            raise UnknownRelationalFieldError(model if klass is None else klass.__name__, name)
        else:
            nested = value if isinstance(value, dict) else {}
            rest = {key: item for key, item in nested.items() if key not in ('include', 'select', 'omit')}
            inner_text = _selection(
                entries[name][2], None, nested.get('include'), nested.get('select'), nested.get('omit')
            )
            parts.append(f'{name}{_arguments(rest)} {inner_text}')
    return f'{{ {" ".join(parts)} }}'


def _column_names(entries: Dict[str, Any], klass: Any) -> List[str]:
    columns = [name for name, entry in entries.items() if entry[1] != 'r']
    if klass is None:
        return columns
    from ._models import column_names

    own = list(column_names(klass, _field_names(klass), entries))
    return columns if set(own) == set(columns) else own


def _field_names(klass: Any) -> List[str]:
    from ._compat import model_fields

    own = klass.__dict__.get('__prisma_entries__')
    return [entry[0] for entry in own] if own is not None else list(model_fields(klass))


def _lists(entries: Dict[str, Any]) -> List[str]:
    return [name for name, entry in entries.items() if entry[1] == 'r' and entry[3] == 'l']


# ── results ──

_READERS: Dict[str, Callable[[Any], Any]] = {
    'BigInt': int,
    'Float': float,
    'Decimal': lambda value: decimal.Decimal(str(value)),
    'DateTime': lambda value: datetime.datetime.fromisoformat(value.replace('Z', '+00:00')),
    'Bytes': fields.Base64.fromb64,
    'Json': lambda value: json.loads(value) if isinstance(value, str) else value,
}


def _cell(entry: Any, value: Any) -> Any:
    read = _READERS.get(entry[2]) if entry[1] == 's' else None
    if value is None or read is None:
        return value
    return [read(item) for item in value] if entry[3] == 'l' else read(value)


def _values(model: str, row: Dict[str, Any], klass: Any) -> Dict[str, Any]:
    data = import_module(f'{_PACKAGE}._data')
    entries = {entry[0]: entry for entry in data.FIELDS[model]}
    related = {entry[0]: entry[4] for entry in klass.__dict__.get('__prisma_entries__', ()) if len(entry) > 4 and entry[4]}
    values: Dict[str, Any] = {}
    for name, value in row.items():
        entry = entries.get(name)
        if entry is not None and entry[1] == 'r':
            module, other = ('partials', related[name]) if name in related else ('models', entry[2])
            values[name] = _records(entry[2], getattr(import_module(f'{_PACKAGE}.{module}'), other), value)
        else:
            values[name] = _cell(entry, value) if entry is not None else value
    return values


def _records(model: str, klass: Any, result: Any) -> Any:
    if result is None:
        return None
    if isinstance(result, list):
        return [_records(model, klass, row) for row in result]
    from ._models import construct

    return construct(klass, _values(model, result, klass))


def _aggregates(model: str, result: Any) -> Any:
    if isinstance(result, list):
        return [_aggregates(model, row) for row in result]
    entries = {entry[0]: entry for entry in import_module(f'{_PACKAGE}._data').FIELDS[model]}
    made: Dict[str, Any] = {}
    for name, value in result.items():
        if isinstance(value, dict):
            keeps = name in ('_count', '_avg')
            made[name] = {
                key: item if keeps or key not in entries or item is None else _cell(entries[key], item)
                for key, item in value.items()
            }
        else:
            made[name] = _cell(entries[name], value) if name in entries else value
    return made
