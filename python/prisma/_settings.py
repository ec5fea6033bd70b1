"""`[tool.prisma]` of pyproject.toml and its variables. The engine is part of the package, so most of it has no effect;
the names are kept because deployments read and set them. Imported by `_config`, when something is asked of it."""

from pathlib import Path
from typing import Any, Dict, List, Optional

from ._compat import PYDANTIC_V2, BaseSettings, BaseSettingsConfig, Field, field_validator, model_dict

_HOME = Path.home()


class DefaultConfig(BaseSettings):
    """What has been set: the environment first, then what is given, then the defaults."""

    prisma_version: str = Field(env='PRISMA_VERSION', default='6.19.0')
    expected_engine_version: str = Field(
        env='PRISMA_EXPECTED_ENGINE_VERSION', default='2ba551f319ab1df4bc874a89965d8b3641056773'
    )
    home_dir: Path = Field(env='PRISMA_HOME_DIR', default=_HOME)
    binary_cache_dir: Optional[Path] = Field(env='PRISMA_BINARY_CACHE_DIR', default=None)
    binary_platform: Optional[str] = Field(env='PRISMA_BINARY_PLATFORM', default=None)
    use_global_node: bool = Field(env='PRISMA_USE_GLOBAL_NODE', default=True)
    use_nodejs_bin: bool = Field(env='PRISMA_USE_NODEJS_BIN', default=True)
    nodeenv_extra_args: List[str] = Field(env='PRISMA_NODEENV_EXTRA_ARGS', default_factory=list)
    nodeenv_cache_dir: Path = Field(
        env='PRISMA_NODEENV_CACHE_DIR', default_factory=lambda: _HOME / '.cache/prisma-python/nodeenv'
    )

    if not PYDANTIC_V2:

        class Config(BaseSettingsConfig):  # type: ignore[misc, valid-type, unused-ignore]
            extra = 'ignore'

            @classmethod
            def customise_sources(cls, init_settings: Any, env_settings: Any, file_secret_settings: Any) -> Any:
                return env_settings, init_settings

    @field_validator('nodeenv_extra_args', pre=True, allow_reuse=True)
    @classmethod
    def _read_list(cls, value: Any) -> Any:
        """A list that comes from the environment is JSON."""
        if isinstance(value, str) and value.startswith('['):
            import json

            return json.loads(value)
        return value


class Config(DefaultConfig):
    """The same with every path known."""

    binary_cache_dir: Path = Field(env='PRISMA_BINARY_CACHE_DIR')

    @classmethod
    def from_base(cls, config: DefaultConfig) -> 'Config':
        values = model_dict(config)
        if values['binary_cache_dir'] is None:
            home, version, engine = config.home_dir, config.prisma_version, config.expected_engine_version
            values['binary_cache_dir'] = home / '.cache' / 'prisma-python' / 'binaries' / version / engine
        return cls(**values)

    @classmethod
    def load(cls, path: Optional[Path] = None) -> 'Config':
        """Reads a pyproject.toml, by default that of the current folder."""
        return cls.parse(**_read_pyproject(path or Path('pyproject.toml')))

    @classmethod
    def parse(cls, **kwargs: Any) -> 'Config':
        return cls.from_base(DefaultConfig(**kwargs))


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
