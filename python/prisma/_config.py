"""`[tool.prisma]` of pyproject.toml and its variables. The engine is part of the package, so most of it has no effect;
the names are kept because deployments read and set them."""

import os
from pathlib import Path
from typing import Any, Dict

_DEFAULTS: Dict[str, Any] = {
    'prisma_version': '6.19.0',
    'expected_engine_version': '2ba551f319ab1df4bc874a89965d8b3641056773',
    'home_dir': None,
    'binary_cache_dir': None,
    'binary_platform': None,
    'use_global_node': True,
    'use_nodejs_bin': True,
    'nodeenv_extra_args': [],
    'nodeenv_cache_dir': None,
}


class Config:
    """Environment first, then pyproject.toml of the current folder, then the defaults."""

    def __init__(self, values: Dict[str, Any]) -> None:
        self.__dict__.update(values)

    @classmethod
    def load(cls, **overrides: Any) -> 'Config':
        values = {**_DEFAULTS, **_read_pyproject(Path('pyproject.toml'))}
        for name in _DEFAULTS:
            value = os.environ.get(f'PRISMA_{name.upper()}')
            if value is not None:
                values[name] = value
        values.update(overrides)
        home = Path(values['home_dir'] or Path.home())
        values['home_dir'] = home
        values['binary_cache_dir'] = Path(
            values['binary_cache_dir']
            or home / '.cache/prisma-python/binaries' / values['prisma_version'] / values['expected_engine_version']
        )
        values['nodeenv_cache_dir'] = Path(values['nodeenv_cache_dir'] or Path.home() / '.cache/prisma-python/nodeenv')
        return cls({name: values[name] for name in _DEFAULTS})

    def __repr__(self) -> str:
        return f'Config({self.__dict__!r})'


def _read_pyproject(path: Path) -> Dict[str, Any]:
    if not path.exists():
        return {}
    try:
        import tomllib
    except ImportError:
        return {}
    table = tomllib.loads(path.read_text('utf-8')).get('tool', {}).get('prisma', {})
    return {name: value for name, value in table.items() if name in _DEFAULTS}


class LazyConfigProxy:
    """The configuration, read when something is asked of it."""

    def __init__(self) -> None:
        self.__dict__['_proxied'] = None

    def __get_proxied__(self) -> Config:
        if self.__dict__['_proxied'] is None:
            self.__dict__['_proxied'] = Config.load()
        return self.__dict__['_proxied']

    def __set_proxied__(self, config: Config) -> None:
        self.__dict__['_proxied'] = config

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__get_proxied__(), name)

    def __repr__(self) -> str:
        return repr(self.__get_proxied__())


config = LazyConfigProxy()
