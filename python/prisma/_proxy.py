"""An object that stands for another one, which is made when something is asked of it."""

from abc import ABC, abstractmethod
from typing import Any, Generic, Iterable, Optional, TypeVar, cast

T = TypeVar('T')


class LazyProxy(Generic[T], ABC):
    def __init__(self) -> None:
        self.__proxied: Optional[T] = None

    def __getattr__(self, attr: str) -> Any:
        return getattr(self.__get_proxied__(), attr)

    def __repr__(self) -> str:
        return repr(self.__get_proxied__())

    def __str__(self) -> str:
        return str(self.__get_proxied__())

    def __dir__(self) -> Iterable[str]:
        return dir(self.__get_proxied__())

    def __get_proxied__(self) -> T:
        if self.__proxied is None:
            self.__proxied = self.__load__()
        return self.__proxied

    def __set_proxied__(self, value: T) -> None:
        self.__proxied = value

    def __as_proxied__(self) -> T:
        """The proxy itself, to type checkers what it stands for."""
        return cast(T, self)

    @abstractmethod
    def __load__(self) -> T: ...
