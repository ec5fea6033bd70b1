"""Help for tests of programs that use the client."""

from contextlib import contextmanager
from typing import Iterator, Optional

from . import _registry
from ._registry import RegisteredClient, unregister_client as unregister_client
from .errors import ClientNotRegisteredError

__all__ = ('reset_client', 'unregister_client')


@contextmanager
def reset_client(new_client: Optional[RegisteredClient] = None) -> Iterator[None]:
    """Takes the registered client away for a while; `new_client`, if given, takes its place."""
    client = _registry._registered_client
    if client is None:
        raise ClientNotRegisteredError
    _registry._registered_client = new_client
    try:
        yield
    finally:
        _registry._registered_client = client
