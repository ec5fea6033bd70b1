"""`[tool.prisma]` of pyproject.toml and its variables. The engine is part of the package, so most of it has no effect;
the names are kept because deployments read and set them."""

import os
from pathlib import Path
from typing import Any, Dict, List, Optional

from ._proxy import LazyProxy

_DEFAULTS: Dict[str, Any] = {
    'prisma_version': '6.19.0',
    'expected_engine_version': '2ba551f319ab1df4bc874a89965d8b3641056773',
    'home_dir': None,
    'binary_cache_dir': None,
    'binary_platform': None,
    'use_global_node': True,
    'use_nodejs_bin': True,
    'nodeenv_extra_args': None,
    'nodeenv_cache_dir': None,
}
_PATHS = {'home_dir', 'binary_cache_dir', 'nodeenv_cache_dir'}
_FLAGS = {'use_global_node', 'use_nodejs_bin'}


class DefaultConfig:
    """What has been set: the environment first, then what is given, then the defaults."""

    prisma_version: str
    expected_engine_version: str
    home_dir: Path
    binary_cache_dir: Optional[Path]
    binary_platform: Optional[str]
    use_global_node: bool
    use_nodejs_bin: bool
    nodeenv_extra_args: List[str]
    nodeenv_cache_dir: Path

    def __init__(self, **given: Any) -> None:
        for name, default in _DEFAULTS.items():
            value = os.environ.get(f'PRISMA_{name.upper()}', given.get(name, default))
            self.__dict__[name] = _convert(name, value)
        self.home_dir = self.home_dir or Path.home()
        self.nodeenv_cache_dir = self.nodeenv_cache_dir or Path.home() / '.cache/prisma-python/nodeenv'

    def __repr__(self) -> str:
        return f'{type(self).__name__}({", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())})'

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__


class Config(DefaultConfig):
    """The same with every path known."""

    binary_cache_dir: Path

    @classmethod
    def from_base(cls, config: DefaultConfig) -> 'Config':
        new = object.__new__(cls)
        new.__dict__.update(config.__dict__)
        if config.binary_cache_dir is None:
            home, version, engine = config.home_dir, config.prisma_version, config.expected_engine_version
            new.binary_cache_dir = home / '.cache' / 'prisma-python' / 'binaries' / version / engine
        return new

    @classmethod
    def load(cls, path: Optional[Path] = None) -> 'Config':
        """Reads a pyproject.toml, by default that of the current folder."""
        return cls.parse(**_read_pyproject(path or Path('pyproject.toml')))

    @classmethod
    def parse(cls, **kwargs: object) -> 'Config':
        return cls.from_base(DefaultConfig(**kwargs))


def _convert(name: str, value: Any) -> Any:
    if name in _PATHS:
        return Path(value) if value is not None else None
    if name in _FLAGS:
        return value.lower() in ('1', 't', 'true', 'y', 'yes', 'on') if isinstance(value, str) else bool(value)
    if name == 'nodeenv_extra_args':
        if isinstance(value, str):
            import json

            return json.loads(value)
        return list(value or ())
    return value if value is None else str(value)


def _read_pyproject(path: Path) -> Dict[str, Any]:
    if not path.exists():
        return {}
    text = path.read_text('utf-8')
    if 'prisma' not in text:
        return {}
    try:
        import tomllib
    except ImportError:  # before Python 3.11
        return _read_section(text)
    found = tomllib.loads(text).get('tool', {}).get('prisma', {})
    return found if isinstance(found, dict) else {}


def _read_section(text: str) -> Dict[str, Any]:
    """`[tool.prisma]` without a TOML library: its values are strings, booleans and lists of strings."""
    import ast

    values: Dict[str, Any] = {}
    section = ''
    for line in text.splitlines():
        line = line.strip()
        if line.startswith('['):
            section = line.strip('[] ')
            continue
        name, equals, value = line.partition('=')
        if section != 'tool.prisma' or not equals or line.startswith('#'):
            continue
        value = value.strip()
        try:
            known = {'true': True, 'false': False}
            values[name.strip()] = known[value] if value in known else ast.literal_eval(value)
        except (ValueError, SyntaxError):
            continue
    return values


class LazyConfigProxy(LazyProxy[Config]):
    """The configuration, read when something is asked of it."""

    def __load__(self) -> Config:
        return Config.load()


config: Config = LazyConfigProxy().__as_proxied__()
