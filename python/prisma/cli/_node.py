"""Errors of the time when the command line needed Node."""

from typing import Any

from ..errors import PrismaError


class UnknownTargetError(PrismaError):
    def __init__(self, *, target: str) -> None:
        super().__init__(f'Unknown target: {target}; Valid choices are: node, npm')


class MissingNodejsBinError(PrismaError):
    def __init__(self) -> None:
        super().__init__('Node is not needed any more: the command line is part of the package.')


def resolve(target: str) -> Any:
    raise UnknownTargetError(target=target)
