"""The command line's entry, under the name of the module that once held it."""

import contextlib
import logging
from typing import Iterator

from . import main as main
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
