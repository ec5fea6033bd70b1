"""Errors of answers in the engine's own form, and helpers that programs have come to use. Paths of engines are accepted
and checked, but nothing is run: the engine is part of the package."""

import logging
import os
import socket
from pathlib import Path
from typing import Any, Dict, NoReturn, Optional, Type

from .. import _config, errors as prisma_errors
from ..binaries import platform
from . import errors

log: logging.Logger = logging.getLogger(__name__)

ERROR_MAPPING: Dict[str, Type[Exception]] = dict(prisma_errors._BY_CODE)
META_ERROR_MAPPING: Dict[str, Type[Exception]] = {
    kind: prisma_errors.FieldNotFoundError for kind in sorted(prisma_errors._UNKNOWN_FIELD_KINDS)
}


def query_engine_name() -> str:
    return f'prisma-query-engine-{platform.check_for_extension(platform.binary_platform())}'


def _resolve_from_binary_paths(binary_paths: Dict[str, str]) -> Optional[Path]:
    """The first of the paths that can be used here, if any."""
    wanted = _config.config.binary_platform
    if wanted is not None:
        return Path(binary_paths[wanted]) if wanted in binary_paths else None
    for path in map(Path, binary_paths.values()):
        try:
            if path.exists() or len(binary_paths) == 1:
                return path
        except OSError:  # a folder that may not be looked into
            continue
    return None


def ensure(binary_paths: Dict[str, str]) -> Path:
    """The engine's file: the extension, whatever paths are given. A PRISMA_QUERY_ENGINE_BINARY that is not there is an
    error, as it is a mistake of whoever has set it."""
    given = os.environ.get('PRISMA_QUERY_ENGINE_BINARY')
    if given:
        if not Path(given).exists():
            raise errors.BinaryNotFoundError(
                f'PRISMA_QUERY_ENGINE_BINARY was provided, but no query engine was found at {given}'
            )
        return Path(given)
    from .. import _engine

    return Path(str(_engine.__file__))


def get_open_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.bind(('', 0))
        return int(sock.getsockname()[1])


def handle_response_errors(resp: Any, data: Any) -> NoReturn:
    """Raises the exception for the errors of an answer."""
    for error in data:
        found = _exception(error)
        if found is not None:
            raise found
    if isinstance(data, list) and data and isinstance(data[0], dict):
        raise prisma_errors.DataError(data[0])
    raise errors.EngineRequestError(resp, f'Could not process erroneous response: {data}')


def _exception(error: Any) -> Optional[Exception]:
    try:
        text = error.get('error', '')
        facing = error.get('user_facing_error', {})
        code = facing.get('error_code')
        if code is None:
            return None
        return prisma_errors._for_answer(error, text, facing, code)
    except (AttributeError, KeyError, TypeError) as failure:
        log.debug('Ignoring error while constructing specialized error %s', failure)
        return None
