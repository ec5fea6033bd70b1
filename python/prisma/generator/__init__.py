"""Generators written in Python: the protocol that `prisma generate` speaks with them, what they are told, and partial
types."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._dsl_parser import parse_schema_dsl as parse_schema_dsl
    from .generator import (
        BASE_PACKAGE_DIR as BASE_PACKAGE_DIR,
        BaseGenerator as BaseGenerator,
        Generator as Generator,
        GenericGenerator as GenericGenerator,
        cleanup_templates as cleanup_templates,
        partial_models_ctx as partial_models_ctx,
        render_template as render_template,
    )
    from .jsonrpc import Manifest as Manifest
    from .models import AnyData as AnyData, DefaultData as DefaultData, GenericData as GenericData, PythonData as PythonData
    from .types import PartialModel as PartialModel, PartialModelField as PartialModelField

_HOMES = {
    'parse_schema_dsl': '_dsl_parser',
    'BASE_PACKAGE_DIR': 'generator',
    'BaseGenerator': 'generator',
    'Generator': 'generator',
    'GenericGenerator': 'generator',
    'cleanup_templates': 'generator',
    'partial_models_ctx': 'generator',
    'render_template': 'generator',
    'Manifest': 'jsonrpc',
    'AnyData': 'models',
    'DefaultData': 'models',
    'GenericData': 'models',
    'PythonData': 'models',
    'PartialModel': 'types',
    'PartialModelField': 'types',
}
_MODULES = {'generator', 'models', 'jsonrpc', 'types', 'utils', 'errors', '_dsl_parser'}
__all__ = tuple(name for name in _HOMES)


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _MODULES:
        return import_module(f'{__name__}.{name}')
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    return getattr(import_module(f'{__name__}.{home}'), name)
