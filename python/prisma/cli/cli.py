"""The command line's entry, under the name of the module that once held it."""

import contextlib
import logging
from typing import Any, Iterator

from . import main as main
from .utils import error as error
from ..utils import DEBUG

__all__ = ('main', 'setup_logging')

log: logging.Logger = logging.getLogger(__name__)


@contextlib.contextmanager
def setup_logging(use_handler: bool = True) -> Iterator[None]:
    """Shows log records on stderr for a while."""
    logger = logging.getLogger()
    logger.setLevel(logging.DEBUG if DEBUG else logging.INFO)
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter('[{levelname:<7}] {name}: {message}', style='{'))
    if use_handler:
        logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()


@contextlib.contextmanager
def cleanup(do_cleanup: bool = True) -> Iterator[None]:
    """For callers of older versions: no connection is left to be closed."""
    yield


def __getattr__(name: str) -> Any:
    if name == 'cli':
        from . import custom

        return custom.cli
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
