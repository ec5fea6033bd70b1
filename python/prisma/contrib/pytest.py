"""Fixtures for tests of programs that use the client. In `conftest.py`:

    pytest_plugins = ['prisma.contrib.pytest']

`prisma_tx` is a client in a transaction that is rolled back when the test ends; `User.prisma()` uses it too. What the
test does to the database is gone afterwards. With the asyncio interface it needs pytest-asyncio.
"""

from datetime import timedelta
from typing import Any, AsyncIterator, Iterator

import pytest

from .. import _registry
from ..client import Prisma

_LONG = timedelta(hours=1)


def _begin(tx: Any) -> Any:
    before = _registry._registered_client
    _registry._registered_client = tx
    return before


if getattr(Prisma, '_is_async', True):
    import pytest_asyncio

    @pytest_asyncio.fixture
    async def prisma_client() -> AsyncIterator[Any]:
        """A connected client."""
        client: Any = Prisma()
        await client.connect()
        try:
            yield client
        finally:
            await client.disconnect()

    @pytest_asyncio.fixture
    async def prisma_tx(prisma_client: Any) -> AsyncIterator[Any]:
        """A client in a transaction that is rolled back."""
        manager = prisma_client.tx(timeout=_LONG, max_wait=_LONG)
        tx = await manager.start()
        before = _begin(tx)
        try:
            yield tx
        finally:
            _registry._registered_client = before
            await manager.rollback()

else:

    @pytest.fixture(scope='session')
    def prisma_client() -> Iterator[Any]:
        """A connected client."""
        client: Any = Prisma()
        client.connect()
        try:
            yield client
        finally:
            client.disconnect()

    @pytest.fixture
    def prisma_tx(prisma_client: Any) -> Iterator[Any]:
        """A client in a transaction that is rolled back."""
        manager = prisma_client.tx(timeout=_LONG, max_wait=_LONG)
        tx = manager.start()
        before = _begin(tx)
        try:
            yield tx
        finally:
            _registry._registered_client = before
            manager.rollback()
