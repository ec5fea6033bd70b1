"""Interactive transactions."""

import logging
import warnings
from datetime import timedelta
from typing import Any, Optional, Union

from ._hints import OnlyAsyncWith, OnlyWith
from .errors import TransactionNotStartedError

_PACKAGE = __name__.rpartition('.')[0]
log = logging.getLogger(_PACKAGE)


def _milliseconds(value: Union[int, timedelta], name: str) -> int:
    if isinstance(value, timedelta):
        return int(value.total_seconds() * 1000)
    warnings.warn(
        f'Passing an int as `{name}` argument is deprecated and will be removed in the next major release. '
        'Use a `datetime.timedelta` instance instead.',
        DeprecationWarning,
        stacklevel=5,
    )
    return int(value)


class _TransactionBase:
    def __init__(
        self,
        *,
        client: Any,
        max_wait: Union[int, timedelta],
        timeout: Union[int, timedelta],
        isolation_level: Optional[str] = None,
    ) -> None:
        self.__client = client
        self._max_wait = _milliseconds(max_wait, 'max_wait')
        self._timeout = _milliseconds(timeout, 'timeout')
        self._isolation_level = isolation_level
        self._session: Any = None

    def _begin(self, stacklevel: int) -> Any:
        if self.__client.is_transaction():
            warnings.warn(
                'The current client is already in a transaction. This can lead to surprising behaviour.',
                UserWarning,
                stacklevel=stacklevel,
            )
        return self.__client._session.start_transaction(self._max_wait, self._timeout, self._isolation_level or '')

    def _begun(self, session: Any) -> Any:
        self._session = session
        return self.__client._copy(session)

    def _started(self) -> Any:
        if self._session is None:
            raise TransactionNotStartedError()
        return self._session


def _tell(error: Exception) -> None:
    log.warning(
        'Encountered exc `%s` while rolling back a transaction. Ignoring and raising original exception', error
    )


class AsyncTransactionManager(OnlyAsyncWith, _TransactionBase):
    async def start(self) -> Any:
        """Begins the transaction; a client that works in it."""
        return self._begun(await self._begin(3))

    async def commit(self) -> None:
        """Keeps what has been done."""
        await self._started().commit()

    async def rollback(self) -> None:
        """Undoes what has been done."""
        await self._started().rollback()

    async def __aenter__(self) -> Any:
        return self._begun(await self._begin(3))

    async def __aexit__(self, exc_type: Any, exc: Any, traceback: Any) -> None:
        if exc is None:
            await self._session.commit()
            return
        try:
            await self._session.rollback()
        except Exception as error:
            _tell(error)


class SyncTransactionManager(OnlyWith, _TransactionBase):
    def start(self) -> Any:
        """Begins the transaction; a client that works in it."""
        return self._begun(self._begin(3))

    def commit(self) -> None:
        """Keeps what has been done."""
        self._started().commit()

    def rollback(self) -> None:
        """Undoes what has been done."""
        self._started().rollback()

    def __enter__(self) -> Any:
        return self._begun(self._begin(3))

    def __exit__(self, exc_type: Any, exc: Any, traceback: Any) -> None:
        if exc is None:
            self._session.commit()
            return
        try:
            self._session.rollback()
        except Exception as error:
            _tell(error)
