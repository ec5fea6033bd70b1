"""Small helpers that the package and its users share."""

import contextlib
import logging
import os
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Coroutine, Dict, Iterator, NoReturn, Optional, TypeVar

if TYPE_CHECKING:
    import asyncio

    from typing_extensions import TypeGuard

_T = TypeVar('_T')


def _env_bool(key: str) -> bool:
    return os.environ.get(key, '').lower() in ('1', 't', 'true')


DEBUG = _env_bool('PRISMA_PY_DEBUG')
DEBUG_GENERATOR = _env_bool('PRISMA_PY_DEBUG_GENERATOR')


class _NoneType:
    """Stands for "not there yet" where None means "gone"."""

    def __bool__(self) -> bool:
        return False


def time_since(start: float, precision: int = 4) -> str:
    """The seconds since `start`, a value of `time.monotonic`, as text."""
    return f'{round(time.monotonic() - start, precision)}s'


def setup_logging() -> None:
    """With PRISMA_PY_DEBUG the logger `prisma` says everything."""
    if DEBUG:
        logging.getLogger('prisma').setLevel(logging.DEBUG)


def is_coroutine(obj: Any) -> 'TypeGuard[Any]':
    """Whether calling `obj` gives something to run on a loop."""
    import inspect

    return inspect.iscoroutinefunction(obj) or inspect.isgeneratorfunction(obj)


def get_or_create_event_loop() -> 'asyncio.AbstractEventLoop':
    """The event loop of this thread, which is made if there is none."""
    import asyncio
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter('ignore', DeprecationWarning)
        try:
            return asyncio.get_event_loop()
        except RuntimeError:
            loop = asyncio.new_event_loop()
            asyncio.set_event_loop(loop)
            return loop


def async_run(coro: Coroutine[Any, Any, _T]) -> _T:
    """Runs a coroutine to its end from code that isn't asynchronous."""
    return get_or_create_event_loop().run_until_complete(coro)


def maybe_async_run(func: Any, *args: Any, **kwargs: Any) -> object:
    """Calls a function of either kind and gives its result."""
    result = func(*args, **kwargs)
    return async_run(result) if is_coroutine(func) else result


def module_exists(name: str) -> bool:
    return find_spec(name) is not None


@contextlib.contextmanager
def temp_env_update(env: Dict[str, str]) -> Iterator[None]:
    """Sets environment variables for a while; afterwards they are as they were."""
    before = {key: os.environ.get(key) for key in env}
    os.environ.update(env)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value


@contextlib.contextmanager
def monkeypatch(obj: Any, attr: str, new: Any) -> Iterator[None]:
    """Replaces a function for a while; `new` is given the old one as its first argument."""
    old = getattr(obj, attr)

    def replacement(*args: Any, **kwargs: Any) -> Any:
        return new(old, *args, **kwargs)

    setattr(obj, attr, replacement)
    try:
        yield
    finally:
        setattr(obj, attr, old)


def assert_never(value: NoReturn) -> NoReturn:
    """For branches that type checkers should find to be impossible."""
    raise AssertionError(f'Unhandled type: {type(value).__name__}')


def make_optional(value: _T) -> Optional[_T]:
    """The same value, to type checkers perhaps None."""
    return value


def is_dict(obj: object) -> 'TypeGuard[Dict[object, object]]':
    return isinstance(obj, dict)
