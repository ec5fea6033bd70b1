"""The client in a FastAPI (or Starlette) application: connected while the application runs.

    app = FastAPI(lifespan=lifespan(Prisma()))
"""

from contextlib import asynccontextmanager
from typing import Any, AsyncIterator, Callable, Optional

__all__ = ('lifespan', 'register_prisma')


async def _call(function: Any) -> None:
    result = function()
    if hasattr(result, '__await__'):
        await result


def lifespan(client: Any = None, *, then: Optional[Callable[[Any], Any]] = None) -> Callable[[Any], Any]:
    """A lifespan that connects `client` (by default one of its own), makes it `app.state.prisma`, and disconnects at
    the end. `then`: another lifespan, which runs inside."""

    @asynccontextmanager
    async def run(app: Any) -> AsyncIterator[Any]:
        prisma = client
        if prisma is None:
            from ..client import Prisma

            prisma = Prisma(auto_register=True)
        await _call(prisma.connect)
        app.state.prisma = prisma
        try:
            if then is None:
                yield
            else:
                async with then(app) as state:
                    yield state
        finally:
            await _call(prisma.disconnect)

    return run


def register_prisma(app: Any, client: Any = None) -> None:
    """The same for an application that exists already: its own lifespan runs inside."""
    router = app.router
    router.lifespan_context = lifespan(client, then=router.lifespan_context)
