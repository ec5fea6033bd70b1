"""Reads `.env` files."""

import os
import re
from pathlib import Path
from typing import Dict, Optional, Union

_LINE = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*
        (?: '((?:\\'|[^'])*)' | "((?:\\"|[^"])*)" | `([^`]*)` | ([^\#\r\n]*) )?[ \t]*(?:\#.*)?$""",
    re.M | re.X,
)


def parse(text: str) -> Dict[str, str]:
    values: Dict[str, str] = {}
    for name, single, double, tick, plain in _LINE.findall(text):
        if double:
            double = double.replace('\\n', '\n').replace('\\r', '\r').replace('\\"', '"')
        value = single or double or tick or plain.strip()
        values[name] = _expand(value, values) if not single else value
    return values


def _expand(value: str, values: Dict[str, str]) -> str:
    return re.sub(
        r'(?<!\\)\$\{(\w+)\}', lambda m: os.environ.get(m.group(1), values.get(m.group(1), '')), value
    )


def load_env(*, override: bool = False, schema_folder: Optional[Path] = None, **_: object) -> None:
    """Sets the variables of `.env` and `prisma/.env` in the current folder, then of those beside the schema, so that a
    program finds them wherever it is started; a variable that is set stays, unless `override`."""
    for name in ('.env', 'prisma/.env'):
        _load(name, override)
    if schema_folder is None:
        return
    _load(schema_folder / '.env', False)
    if schema_folder.name == 'prisma':
        _load(schema_folder.parent / '.env', False)


def _load(path: Union[str, Path], override: bool) -> None:
    try:
        with open(path, encoding='utf-8') as file:
            text = file.read()
    except OSError:
        return
    for name, value in parse(text).items():
        if override or name not in os.environ:
            os.environ[name] = value
