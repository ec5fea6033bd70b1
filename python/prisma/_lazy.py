"""Modules whose definitions are made one at a time, when they are asked for.

A stub (`.pyi`) is read at run time: it is ordinary Python text, cut into top-level definitions, and each is executed
when its name is first used. A schema of a hundred models has thousands of types of which a program names a few.
"""

import __future__

import re
import sys
from typing import Any, Dict, Iterable, List, Tuple

_DEFINITION = re.compile(r'^(?:class (\w+)|(\w+)(?:: TypeAlias)? = )', re.M)
_NAME = re.compile(r'\b[A-Za-z_]\w*\b')
_FLAGS = __future__.annotations.compiler_flag
# Names that upstream's types have by the depth of recursion, or by the pair of models, stand for one recursive type.
_DEPTH = re.compile(r'Recursive\d+$')
_PAIR = re.compile(r'^(.+?)(IncludeFrom|ArgsFrom).+$')
_ORDER = re.compile(r'^_(.+?)_.+_OrderByInput$')


class _Names(dict):  # type: ignore[type-arg]
    """What executed text sees: the module, and behind it the definitions not yet made."""

    def __init__(self, source: 'LazySource') -> None:
        super().__init__()
        self._source = source

    def __missing__(self, name: str) -> Any:
        module = sys.modules[self._source.module]
        try:
            return module.__dict__[name]
        except KeyError:
            pass
        if not self._source.has(name):
            raise KeyError(name)
        return self._source.load(name)


class LazySource:
    def __init__(self, module: str, path: str) -> None:
        self.module = module
        self.path = path
        self._text = ''
        self._spans: Dict[str, Tuple[int, int]] = {}

    def _index(self) -> Dict[str, Tuple[int, int]]:
        if not self._spans:
            with open(self.path, encoding='utf-8') as file:
                self._text = file.read()
            spans: Dict[str, Tuple[int, int]] = {}
            last, start = '', 0
            for match in _DEFINITION.finditer(self._text):
                if last:
                    spans[last] = (start, match.start())
                last, start = match.group(1) or match.group(2), match.start()
            if last:
                spans[last] = (start, len(self._text))
            self._spans = spans
        return self._spans

    def names(self) -> Iterable[str]:
        return self._index()

    def has(self, name: str) -> bool:
        return name in self._index()

    def text(self, name: str) -> str:
        start, end = self._index()[name]
        return self._text[start:end]

    def load(self, name: str) -> Any:
        module = sys.modules[self.module]
        names = _Names(self)
        exec(compile(self.text(name), self.path, 'exec', _FLAGS, dont_inherit=True), module.__dict__, names)
        value = names[name]
        # Another thread may have been first.
        return module.__dict__.setdefault(name, value)

    def resolve(self, name: str) -> Any:
        """The definition of that name or of what the name is another spelling of."""
        if self.has(name):
            return self.load(name)
        short = _DEPTH.sub('', name)
        candidates: List[str] = [short]
        pair = _PAIR.match(short)
        if pair:
            candidates.append(pair.group(1) + ('Include' if pair.group(2) == 'IncludeFrom' else 'Args'))
        order = _ORDER.match(short)
        if order:
            candidates.append(order.group(1) + 'OrderByInput')
        for candidate in candidates:
            if candidate != name and self.has(candidate):
                module = sys.modules[self.module]
                value = getattr(module, candidate)
                return module.__dict__.setdefault(name, value)
        raise AttributeError(f'module {self.module!r} has no attribute {name!r}')


def lazy_types(module: str, path: str) -> Tuple[Any, Any]:
    """`__getattr__` and `__dir__` of a module whose definitions are in the stub next to it."""
    source = LazySource(module, path + 'i')
    sys.modules[module].__dict__['__lazy__'] = source

    def get(name: str) -> Any:
        if name == '__all__':  # `from … import *`
            return [known for known in source.names() if not known.startswith('_')]
        if name.startswith('__'):
            raise AttributeError(f'module {module!r} has no attribute {name!r}')
        return source.resolve(name)

    def names() -> List[str]:
        return sorted({*sys.modules[module].__dict__, *source.names()})

    return get, names


def load_all(module: Any, name: str) -> None:
    """Makes every definition that the definition `name` refers to."""
    source: LazySource = module.__lazy__
    todo, seen = [name], {name}
    while todo:
        current = todo.pop()
        if not source.has(current):
            continue
        value = getattr(module, current)
        _forbid_extra(value)
        for used in _NAME.findall(source.text(current)):
            if used not in seen and source.has(used):
                seen.add(used)
                todo.append(used)


def _forbid_extra(value: Any) -> None:
    if hasattr(value, '__total__') and '__pydantic_config__' not in value.__dict__:
        value.__pydantic_config__ = {'extra': 'forbid', 'arbitrary_types_allowed': True}
