"""The shape of an HTTP client and of its answers. The engine is in this process, so nothing here is on the path of a
query; programs and tests that name these classes go on working."""

from abc import ABC, abstractmethod
from typing import Any, Coroutine, Dict, Generic, Optional, TypeVar, Union, cast

from .errors import HTTPClientClosedError
from .utils import _NoneType

Session = TypeVar('Session')
Response = TypeVar('Response')
ReturnType = TypeVar('ReturnType')
MaybeCoroutine = Union[Coroutine[Any, Any, ReturnType], ReturnType]

DEFAULT_CONFIG: Dict[str, Any] = {}


class AbstractHTTP(ABC, Generic[Session, Response]):
    session_kwargs: Dict[str, Any]

    __slots__ = ('_session', 'session_kwargs')

    def __init__(self, **kwargs: Any) -> None:
        # _NoneType: not opened yet; None: closed
        self._session: Any = _NoneType
        self.session_kwargs = {**DEFAULT_CONFIG, **kwargs}

    @abstractmethod
    def download(self, url: str, dest: str) -> MaybeCoroutine[None]: ...

    @abstractmethod
    def request(self, method: Any, url: str, **kwargs: Any) -> MaybeCoroutine['AbstractResponse[Response]']: ...

    @abstractmethod
    def open(self) -> None: ...

    @abstractmethod
    def close(self) -> MaybeCoroutine[None]: ...

    @property
    def closed(self) -> bool:
        return self._session is None

    @property
    def session(self) -> Session:
        if self._session is _NoneType:
            self.open()
        elif self._session is None:
            raise HTTPClientClosedError()
        return cast(Session, self._session)

    @session.setter
    def session(self, value: Optional[Session]) -> None:
        self._session = value

    def should_close(self) -> bool:
        return self._session is not _NoneType and not self.closed

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return f'<HTTP closed={self.closed}>'


class AbstractResponse(ABC, Generic[Response]):
    original: Response

    __slots__ = ('original',)

    def __init__(self, original: Response) -> None:
        self.original = original

    @property
    @abstractmethod
    def status(self) -> int: ...

    @property
    @abstractmethod
    def headers(self) -> Any: ...

    @abstractmethod
    def json(self) -> MaybeCoroutine[Any]: ...

    @abstractmethod
    def text(self) -> MaybeCoroutine[str]: ...

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return f'<Response wrapped={self.original} >'
