"""A typed database client, generated from a Prisma schema."""

import sys
from typing import TYPE_CHECKING, Any, List

__title__ = 'prisma'
__version__ = '0.16.0'
__license__ = 'Apache-2.0'

if TYPE_CHECKING:
    from . import errors as errors, engine as engine, validator as validator
    from ._config import config as config
    from ._dotenv import load_env as load_env
    from ._metrics import Metric as Metric, Metrics as Metrics, MetricHistogram as MetricHistogram
    from ._registry import get_client as get_client, register as register
    from .client import (
        BINARY_PATHS as BINARY_PATHS,
        ENGINE_TYPE as ENGINE_TYPE,
        SCHEMA_PATH as SCHEMA_PATH,
        Batch as Batch,
        Client as Client,
        Prisma as Prisma,
    )
    from .fields import AnyNull as AnyNull, Base64 as Base64, DbNull as DbNull, Json as Json, JsonNull as JsonNull
    from .validator import validate as validate
    from ._types import PrismaMethod as PrismaMethod
    from ._hooks import MiddlewareParams as MiddlewareParams, QueryEvent as QueryEvent

# Where each name is defined: nothing is imported before it is asked for.
_HOMES = {
    'config': '_config',
    'load_env': '_dotenv',
    'Metric': '_metrics',
    'Metrics': '_metrics',
    'MetricHistogram': '_metrics',
    'get_client': '_registry',
    'register': '_registry',
    'BINARY_PATHS': 'client',
    'ENGINE_TYPE': 'client',
    'SCHEMA_PATH': 'client',
    'Batch': 'client',
    'Client': 'client',
    'Prisma': 'client',
    'Base64': 'fields',
    'Json': 'fields',
    'DbNull': 'fields',
    'JsonNull': 'fields',
    'AnyNull': 'fields',
    'validate': 'validator',
    'PrismaMethod': '_types',
    'MiddlewareParams': '_hooks',
    'QueryEvent': '_hooks',
}
_GENERATED = {'client', 'actions', 'models', 'bases', 'types', 'enums', 'partials', 'metadata', 'sql'}
_MODULES = {
    'errors',
    'engine',
    'validator',
    'fields',
    'generator',
    'cli',
    'testing',
    'builder',
    'binaries',
    'http_abstract',
    'utils',
    'mypy',
    '_base_client',
    '_builder',
    '_compat',
    '_config',
    '_constants',
    '_fields',
    '_metrics',
    '_proxy',
    '_raw_query',
    '_registry',
    '_transactions',
    '_typed_sql',
    '_types',
    '_typing',
}

__all__ = tuple(_HOMES) + ('bases', 'engine', 'enums', 'errors', 'fields', 'models', 'types', '__version__')

_NOT_GENERATED = (
    "The Client hasn't been generated yet, you must run `prisma generate` before you can use the client.\n"
    'See https://prisma-client-py.readthedocs.io/en/stable/reference/troubleshooting/#client-has-not-been-generated-yet'
)


def __getattr__(name: str) -> Any:
    from importlib import import_module

    home = _HOMES.get(name)
    if home is None and name not in _GENERATED and name not in _MODULES:
        raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    try:
        module = import_module(f'{__name__}.{home or name}')
    except ModuleNotFoundError as error:
        if error.name != f'{__name__}.{home or name}' or (home or name) not in _GENERATED:
            raise
        raise RuntimeError(_NOT_GENERATED) from None
    value = getattr(module, name) if home else module
    globals()[name] = value
    return value


def __dir__() -> List[str]:
    return sorted({*globals(), *_HOMES, *_GENERATED, *_MODULES})


def _set_up_logging() -> None:
    import os

    if os.environ.get('PRISMA_PY_DEBUG', '').lower() in ('1', 't', 'true'):
        from .utils import setup_logging

        setup_logging()


class _MissingClient:
    """The last of the finders of modules: says of one that is generated what to do when it is not there."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> None:
        package, _, module = name.rpartition('.')
        # Who only asks whether it is there, by importlib.util.find_spec, is told no.
        if package == __name__ and module in _GENERATED and sys._getframe(2).f_code.co_name == '_find_and_load_unlocked':
            raise ModuleNotFoundError(_NOT_GENERATED, name=name)


_set_up_logging()
sys.meta_path.append(_MissingClient)
