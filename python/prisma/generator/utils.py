"""Names in other spellings, copies of packages, and made-up data."""

import re
import shutil
from pathlib import Path
from textwrap import dedent
from typing import Any, Dict, Iterator, List, TypeVar, Union

T = TypeVar('T')


class Faker:
    """Numbers that look random and are the same each time."""

    def __init__(self, seed: int = 1) -> None:
        self._state = seed

    def __iter__(self) -> 'Faker':
        return self

    def __next__(self) -> int:
        self._state = (self._state * 1103515245 + 12345) & 0x7FFFFFFF
        return self._state

    def integer(self) -> int:
        return next(self)

    def boolean(self) -> bool:
        return next(self) % 2 == 0

    def string(self) -> str:
        return ''.join(chr(ord('a') + int(digit)) for digit in str(next(self)))

    @classmethod
    def from_list(cls, values: List[T]) -> T:
        assert values, 'Expected non-empty list'
        return values[0]


class Sampler:
    """Gives the scalar fields of a model in turn, again and again."""

    _positions: Dict[str, Iterator[Any]] = {}

    def __init__(self, model: Any) -> None:
        self.model = model
        self._positions[model.name] = iter(model.scalar_fields)

    def get_field(self) -> Any:
        field = next(self._positions[self.model.name], None)
        if field is None:
            self._positions[self.model.name] = iter(self.model.scalar_fields)
            field = next(self._positions[self.model.name])
        return field


def is_same_path(path: Path, other: Path) -> bool:
    return path.resolve() == other.resolve()


def remove_suffix(path: Union[str, Path], suf: str) -> str:
    text = str(path)
    return text[: -len(suf)] if suf and text.endswith(suf) else text


def resolve_template_path(rootdir: Path, name: Union[str, Path]) -> Path:
    """The file that a template is rendered to."""
    return rootdir / remove_suffix(name, '.jinja')


def copy_tree(src: Path, dst: Path) -> None:
    """Copies a folder into another one, without what Python has compiled."""
    shutil.copytree(str(src), str(dst), ignore=shutil.ignore_patterns('*.pyc', '__pycache__'), dirs_exist_ok=True)


def clean_multiline(string: str) -> str:
    """Text of several lines whose first is not indented."""
    string = string.lstrip('\n')
    assert string, 'Expected non-empty string'
    first, *rest = string.splitlines()
    return '\n'.join([dedent(first), *rest])


def _words(text: str) -> List[str]:
    words: List[str] = []
    for part in re.split(r'[^A-Za-z0-9]+', text):
        words += re.findall(r'[A-Z]+(?![a-z])\d*|[A-Z]?[a-z0-9]+|\d+', part)
    return words


def to_snake_case(input_str: str) -> str:
    return '_'.join(_words(input_str)).lower()


def to_camel_case(input_str: str) -> str:
    text = re.sub(r'(?<=[^\-_])[\-_]+([^\-_])', lambda match: match.group(1).upper(), input_str)
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def to_pascal_case(input_str: str) -> str:
    text = to_camel_case(re.sub(r'[^\-_]+', lambda match: match.group(0)[0].upper() + match.group(0)[1:], input_str))
    return text[:1].upper() + text[1:]


def to_constant_case(input_str: str) -> str:
    """`fooBar` and `foo_bar` as `FOO_BAR`."""
    return to_snake_case(input_str).upper()
