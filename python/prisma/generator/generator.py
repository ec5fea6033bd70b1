"""The base of generators written in Python. `prisma generate` starts them and speaks JSON-RPC with them."""

import json
import logging
import os
import sys
import traceback
from abc import ABC, abstractmethod
from contextvars import ContextVar
from functools import cached_property
from pathlib import Path
from typing import Any, Dict, Generic, List, Optional, Type, TypeVar

from pydantic import BaseModel, ValidationError
from typing_extensions import get_args, get_origin

from .. import __version__
from .._compat import model_json, model_parse
from ..utils import DEBUG, DEBUG_GENERATOR
from . import jsonrpc
from .errors import PartialTypeGeneratorError, TemplateError
from .jsonrpc import Manifest
from .models import DefaultData, PythonData
from .types import PartialModel
from .utils import resolve_template_path

__all__ = (
    'BASE_PACKAGE_DIR',
    'GenericGenerator',
    'BaseGenerator',
    'Generator',
    'render_template',
    'cleanup_templates',
    'partial_models_ctx',
)

log: logging.Logger = logging.getLogger(__name__)
BASE_PACKAGE_DIR = Path(__file__).parent.parent
# What `prisma generate` writes into a package.
GENERATED_FILES = (
    'client.py',
    'client.pyi',
    'actions.py',
    'actions.pyi',
    'models.py',
    'models.pyi',
    'bases.py',
    'bases.pyi',
    'types.py',
    'types.pyi',
    'enums.py',
    'partials.py',
    'partials.pyi',
    'metadata.py',
    '_data.py',
    'sql.py',
    'sql.pyi',
    'schema.prisma',
)

DataT = TypeVar('DataT', bound=BaseModel)

partial_models_ctx: 'ContextVar[List[PartialModel]]' = ContextVar('partial_models_ctx', default=[])


class GenericGenerator(ABC, Generic[DataT]):
    @abstractmethod
    def get_manifest(self) -> Manifest:
        """What the generator says of itself."""

    @abstractmethod
    def generate(self, data: DataT) -> None:
        """Does the work."""

    @classmethod
    def invoke(cls) -> None:
        """Runs the generator; only for `prisma generate` to call."""
        cls().run()

    def run(self) -> None:
        """Answers requests until there are no more."""
        if not os.environ.get('PRISMA_GENERATOR_INVOCATION'):
            raise RuntimeError('Attempted to invoke a generator outside of Prisma generation')
        request = None
        try:
            while True:
                line = jsonrpc.readline()
                if line is None:
                    return
                if not line.strip():
                    continue
                request = jsonrpc.parse(line)
                self._on_request(request)
        except Exception as error:
            if request is None:
                raise
            if DEBUG or DEBUG_GENERATOR:
                traceback.print_exc()
            jsonrpc.reply(
                jsonrpc.ErrorResponse(id=request.id, error={'code': -32000, 'message': _tell(error), 'data': {}})
            )

    def _on_request(self, request: jsonrpc.Request) -> None:
        result: Optional[Dict[str, Any]] = None
        if request.method == 'getManifest':
            result = {'manifest': self.get_manifest()}
        elif request.method == 'generate':
            if request.params is None:
                raise RuntimeError('Prisma JSONRPC did not send data to generate.')
            if DEBUG_GENERATOR:
                _write_debug_data('params', json.dumps(request.params, indent=2))
            data = model_parse(self.data_class, request.params)
            if DEBUG_GENERATOR:
                _write_debug_data('data', model_json(data, indent=2))
            self.generate(data)
        else:
            raise RuntimeError(f'JSON RPC received unexpected method: {request.method}')
        jsonrpc.reply(jsonrpc.SuccessResponse(id=request.id, result=result))

    @cached_property
    def data_class(self) -> Type[DataT]:
        """The model that requests are read into: the argument of GenericGenerator."""
        for cls in type(self).__mro__:
            for base in cls.__dict__.get('__orig_bases__', ()):
                if get_origin(base) is not GenericGenerator:
                    continue
                model = get_args(base)[0]
                if isinstance(model, TypeVar):
                    continue
                if not (isinstance(model, type) and issubclass(model, BaseModel)):
                    raise TypeError(
                        f'Expected first generic type argument argument to be a subclass of {BaseModel} '
                        f'but got {model} instead.'
                    )
                return model  # type: ignore[return-value]
        raise RuntimeError('Could not resolve generic type arguments.')


class BaseGenerator(GenericGenerator[DefaultData]):
    """A generator without options of its own."""


class Generator(GenericGenerator[PythonData]):
    """The Python client's generator, for command lines that start it as a process of its own."""

    def __init_subclass__(cls, *args: Any, **kwargs: Any) -> None:
        raise TypeError(f'{Generator} cannot be subclassed, maybe you meant {BaseGenerator}?')

    def get_manifest(self) -> Manifest:
        return Manifest(name=f'Prisma Client Python (v{__version__})', default_output=BASE_PACKAGE_DIR)

    def generate(self, data: PythonData) -> None:
        from ..cli import prisma

        # stdout and stderr are not ours: stderr has the answers.
        args = ['generate', f'--schema={data.schema_path}', f'--generator={data.generator.name}']
        code, output = prisma.run_captured(args, env={'PRISMA_PY_DEBUG_GENERATOR': ''})
        if code != 0:
            raise RuntimeError(output)
        if DEBUG_GENERATOR and data.generator.output is not None:
            _copy_debug_data(Path(data.generator.output.value) / 'generator')


def _tell(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return str(error)  # a mistake in the schema: no use in a traceback
    text = traceback.format_exc().strip()
    if isinstance(error, PartialTypeGeneratorError):
        return f'An exception ocurred while running the partial type generator\n{text}'
    return text


def cleanup_templates(rootdir: Path, *, env: Any = None) -> None:
    """Takes a generated client out of its package; with `env`, a Jinja environment, what its templates are rendered to."""
    names = env.list_templates() if env is not None else GENERATED_FILES
    for name in names:
        file = resolve_template_path(rootdir=rootdir, name=name)
        if file.exists():
            log.debug('Removing rendered template at %s', file)
            file.unlink()


def render_template(rootdir: Path, name: str, params: Dict[str, Any], *, env: Any = None) -> None:
    """Renders a template of `env`, a Jinja environment of the caller's, into `rootdir`."""
    if env is None:
        raise TemplateError('The client has no templates of its own: give an environment with yours as `env`.')
    file = resolve_template_path(rootdir=rootdir, name=name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(env.get_template(name).render(**params).encode(sys.getdefaultencoding()))
    log.debug('Rendered template to %s', file.absolute())


def _copy_debug_data(folder: Path) -> None:
    """A generated package has what was written while it was generated."""
    for file in Path(__file__).parent.glob('debug-*.json'):
        if folder.is_dir() and folder != file.parent:
            (folder / file.name).write_bytes(file.read_bytes())


def _write_debug_data(name: str, output: str) -> None:
    path = Path(__file__).parent / f'debug-{name}.json'
    try:
        path.write_text(output, 'utf-8')
    except OSError as error:  # a package that may not be written to
        log.warning('Could not write generator %s: %s', name, error)
        return
    log.debug('Wrote generator %s to %s', name, path.absolute())
