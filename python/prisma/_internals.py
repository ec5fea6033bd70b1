"""Parts of the client that are not meant for programs but that programs have come to use: requests in the engine's own
language, the engine as an object, and where the database of a relative path is."""

import json
import os
from importlib import import_module
from pathlib import Path
from typing import Any, Dict, List, Optional, Set, Union

from . import _engine

_PACKAGE = __name__.rpartition('.')[0]


def _data() -> Any:
    return import_module(f'{_PACKAGE}._data')


def _metadata() -> Any:
    return import_module(f'{_PACKAGE}.metadata')


def _client_module() -> Any:
    return import_module(f'{_PACKAGE}.client')


class Internals:
    _is_async: bool
    _session: Any
    _log_queries: bool
    _datasource: Optional[Dict[str, Any]]

    @property
    def _active_provider(self) -> str:
        return str(_data().PROVIDER)

    @property
    def _default_datasource_name(self) -> str:
        return str(_data().DATASOURCE)

    @property
    def _prisma_models(self) -> Set[str]:
        return _metadata().PRISMA_MODELS  # type: ignore[no-any-return]

    @property
    def _relational_field_mappings(self) -> Dict[str, Dict[str, str]]:
        return _metadata().RELATIONAL_FIELD_MAPPINGS  # type: ignore[no-any-return]

    @property
    def _schema_path(self) -> Path:
        return _client_module().SCHEMA_PATH  # type: ignore[no-any-return]

    @property
    def _packaged_schema_path(self) -> Path:
        return _client_module().PACKAGED_SCHEMA_PATH  # type: ignore[no-any-return]

    @property
    def _engine_type(self) -> Any:
        return _client_module().ENGINE_TYPE

    @property
    def _preview_features(self) -> Set[str]:
        return set(getattr(_data(), 'PREVIEW_FEATURES', ()))

    @property
    def _tx_id(self) -> Optional[str]:
        return self._session.transaction_id or None

    # ── the engine as an object ──

    @property
    def _engine_class(self) -> Any:
        from .engine import _query

        return _query.AsyncQueryEngine if self._is_async else _query.SyncQueryEngine

    def _create_engine(self, dml_path: Optional[Path] = None) -> Any:
        return self._engine_class(dml_path=dml_path or self._packaged_schema_path, log_queries=self._log_queries)

    @property
    def _internal_engine(self) -> Any:
        if not self._session.is_connected:
            return None
        engine = self.__dict__.get('_engine_object')
        if engine is None or engine._session is not self._session:
            path = self._packaged_schema_path
            engine = self._engine_class(dml_path=path, log_queries=self._log_queries, session=self._session)
            self.__dict__['_engine_object'] = engine
        return engine

    @property
    def _engine(self) -> Any:
        engine = self._internal_engine
        if engine is None:
            from .errors import ClientNotConnectedError

            raise ClientNotConnectedError()
        return engine

    def _make_query_builder(
        self,
        *,
        method: str,
        arguments: Dict[str, Any],
        model: Any = None,
        root_selection: Optional[List[str]] = None,
    ) -> Any:
        """A request as GraphQL text."""
        from ._builder import QueryBuilder

        return QueryBuilder(
            method=method,
            model=model,
            arguments=arguments,
            root_selection=root_selection,
            prisma_models=self._prisma_models,
            relational_field_mappings=self._relational_field_mappings,
        )

    def _execute(
        self,
        method: str,
        arguments: Dict[str, Any],
        model: Any = None,
        root_selection: Optional[List[str]] = None,
    ) -> Any:
        """Runs a request; the engine's own answer: `{'data': {'result': …}}`."""
        builder = self._make_query_builder(
            method=method, arguments=arguments, model=model, root_selection=root_selection
        )
        return self._engine.query(builder.build(), tx_id=None)

    def _make_batch_caller(self, model: str) -> Any:
        make = getattr(self._session, 'make_caller', None)
        return make(model, None) if make is not None else _engine.Caller(self._session, model, None)

    # ── SQLite's files ──

    @property
    def _default_datasource(self) -> Dict[str, Any]:
        path = str(self._schema_path)
        return {'name': self._default_datasource_name, 'url': self._schema_url(), 'source_file_path': path}

    def _schema_url(self) -> str:
        variable, value = _data().URL
        if value is not None:
            return str(value)
        found = os.environ.get(variable)
        if found is None:
            raise RuntimeError(f'Environment variable not found: {variable}')
        return found

    def _make_sqlite_datasource(self) -> Dict[str, Any]:
        """The datasource with an absolute path."""
        source = self._default_datasource
        folder = Path(source['source_file_path']).parent
        return {'name': source['name'], 'url': self._make_sqlite_url(source['url'], relative_to=folder)}

    def _make_sqlite_url(self, url: str, *, relative_to: Union[None, str, Path] = None) -> str:
        """The URL with an absolute path; a relative one starts at the schema's folder, or at `relative_to`."""
        for prefix in ('file:', 'sqlite:'):
            if url.startswith(prefix):
                path, mark, parameters = url[len(prefix) :].partition('?')
                break
        else:
            return url
        if path == ':memory:' or os.path.isabs(path):
            return url
        folder = Path(relative_to) if relative_to is not None else self._schema_path.parent
        return f'file:{(folder / path).resolve()}{mark}{parameters}'

    def _metrics(self, format: str, global_labels: Optional[Dict[str, str]]) -> Any:
        text = self._session.metrics(format, json.dumps(global_labels or {}))
        if format == 'prometheus':
            return text
        from ._metrics import Metrics

        return Metrics.from_dict(json.loads(text))
