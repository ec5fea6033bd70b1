"""The client that models use when none is given to them."""

from typing import TYPE_CHECKING, Any, Callable, Optional, Union

from .errors import ClientAlreadyRegisteredError, ClientNotRegisteredError

if TYPE_CHECKING:
    from .client import Prisma

RegisteredClient = Union['Prisma', Callable[[], 'Prisma']]

_registered_client: Optional[RegisteredClient] = None


def register(client: RegisteredClient) -> None:
    """Sets the client, or a function that gives it, that `get_client` returns."""
    from ._client import ClientBase

    global _registered_client
    if _registered_client is not None:
        raise ClientAlreadyRegisteredError
    if not isinstance(client, ClientBase) and not callable(client):
        from .client import Prisma

        raise TypeError(f'Expected either a {Prisma} instance or a function that returns a {Prisma} but got {client} instead.')
    _registered_client = client


def get_client() -> 'Prisma':
    """The registered client."""
    from ._client import ClientBase

    client = _registered_client
    if client is None:
        raise ClientNotRegisteredError
    if isinstance(client, ClientBase):
        return client  # type: ignore[return-value, unused-ignore]
    make: Any = client
    made = make()
    if not isinstance(made, ClientBase):
        from .client import Prisma

        raise TypeError(f'Registered function returned {made} instead of a {Prisma} instance.')
    return made  # type: ignore[return-value, unused-ignore]


def unregister_client() -> None:
    global _registered_client
    if _registered_client is None:
        raise ClientNotRegisteredError()
    _registered_client = None
