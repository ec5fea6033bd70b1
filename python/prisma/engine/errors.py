from typing import Any, Optional

from ..errors import PrismaError

__all__ = (
    'EngineError',
    'BinaryNotFoundError',
    'MismatchedVersionsError',
    'EngineConnectionError',
    'EngineRequestError',
    'AlreadyConnectedError',
    'NotConnectedError',
    'UnprocessableEntityError',
)


class EngineError(PrismaError):
    pass


class BinaryNotFoundError(EngineError):
    pass


class AlreadyConnectedError(EngineError):
    pass


class NotConnectedError(EngineError):
    pass


class MismatchedVersionsError(EngineError):
    expected: str
    got: str

    def __init__(self, *, expected: str, got: str) -> None:
        super().__init__(f'Expected query engine version `{expected}` but got `{got}`.')
        self.expected = expected
        self.got = got


class EngineConnectionError(EngineError):
    code: Optional[str] = None


class EngineRequestError(EngineError):
    response: Any

    def __init__(self, response: Any, body: str = '') -> None:
        super().__init__(f'{getattr(response, "status", "")}: {body}')
        self.response = response


class UnprocessableEntityError(EngineRequestError):
    pass
