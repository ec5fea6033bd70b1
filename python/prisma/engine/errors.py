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
        super().__init__(
            f'Expected query engine version `{expected}` but got `{got}`.\n'
            'If this is intentional then please set the PRISMA_PY_DEBUG_GENERATOR environment '
            'variable to 1 and try again.'
        )
        self.expected = expected
        self.got = got


class EngineConnectionError(EngineError):
    """The database can't be reached, or it refuses the connection. `code` is Prisma's (P1xxx)."""

    code: Optional[str] = None


class EngineRequestError(EngineError):
    response: Any

    def __init__(self, response: Any, body: str) -> None:
        super().__init__(f'{response.status}: {body}')
        self.response = response


class UnprocessableEntityError(EngineRequestError):
    def __init__(self, response: Any) -> None:
        super().__init__(response, 'The engine could not read the request: its body is not one of the protocol.')


def __getattr__(name: str) -> Any:
    if name == '_AnyResponse':
        from ..http_abstract import AbstractResponse

        return AbstractResponse[Any]
    if name == 'AbstractResponse':
        from ..http_abstract import AbstractResponse

        return AbstractResponse
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
