"""The protocol between `prisma generate` and its generators: requests come on stdin, answers go to stderr, each a line."""

import json
import logging
import sys
from pathlib import Path
from typing import Any, Dict, List, Optional, Union

import pydantic
from pydantic import Field
from typing_extensions import Literal, TypedDict

from .._compat import PYDANTIC_V2

log: logging.Logger = logging.getLogger(__name__)

__all__ = ('Manifest',)


class Request(pydantic.BaseModel):
    jsonrpc: str = '2.0'
    id: int
    method: str
    params: Optional[Dict[str, Any]] = None


class SuccessResponse(pydantic.BaseModel):
    id: int
    jsonrpc: str = '2.0'
    result: Optional[Dict[str, Any]] = None


class ErrorData(TypedDict):
    code: int
    message: str
    data: object


class ErrorResponse(pydantic.BaseModel):
    id: int
    error: ErrorData
    jsonrpc: str = '2.0'


Response = Union[SuccessResponse, ErrorResponse]

EngineType = Literal['prismaFmt', 'queryEngine', 'libqueryEngine', 'migrationEngine', 'introspectionEngine']


class Manifest(pydantic.BaseModel):
    """What a generator says of itself."""

    prettyName: str = Field(alias='name')
    defaultOutput: Union[None, str, Path] = Field(alias='default_output', default=None)
    denylist: Optional[List[str]] = None
    requiresEngines: Optional[List[EngineType]] = Field(alias='requires_engines', default=None)
    requiresGenerators: Optional[List[str]] = Field(alias='requires_generators', default=None)


_METHODS = ('getManifest', 'generate')


def readline() -> Optional[str]:
    """The next request's line; None at the end."""
    try:
        return input()
    except EOFError:
        return None


def parse(line: str) -> Request:
    data = json.loads(line)
    if data['method'] not in _METHODS:
        raise RuntimeError(f'Unknown method: {data["method"]}')
    return Request(**data)


def reply(response: Any) -> None:
    text = response.model_dump_json() if PYDANTIC_V2 else response.json()
    sys.stderr.write(text + '\n')
    sys.stderr.flush()
