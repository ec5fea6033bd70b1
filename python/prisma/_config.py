"""The configuration, which is read when something is asked of it."""

from typing import TYPE_CHECKING, Any

from ._proxy import LazyProxy

if TYPE_CHECKING:
    from ._settings import Config as Config, DefaultConfig as DefaultConfig


class LazyConfigProxy(LazyProxy['Config']):
    def __load__(self) -> 'Config':
        from ._settings import Config

        return Config.load()


config: 'Config' = LazyConfigProxy().__as_proxied__()


def __getattr__(name: str) -> Any:
    if name in ('Config', 'DefaultConfig', '_read_section', '_read_pyproject'):
        from . import _settings

        return getattr(_settings, name)
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
