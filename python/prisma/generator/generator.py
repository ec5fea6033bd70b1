"""The base of generators written in Python. `prisma generate` starts them and speaks JSON-RPC with them: requests come
on stdin, answers go to stderr, one line each."""

import json
import os
import sys
import traceback
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Dict, Generic, List, Optional, TypeVar

__all__ = ('BASE_PACKAGE_DIR', 'AnyData', 'BaseGenerator', 'DefaultData', 'GenericGenerator', 'Manifest')

BASE_PACKAGE_DIR = Path(__file__).parent.parent
DataT = TypeVar('DataT')


class AnyData:
    """A part of what a generator is told: its members by attribute (in snake case or as they are) or by key."""

    def __init__(self, values: Dict[str, Any]) -> None:
        self._values = values

    def __getattr__(self, name: str) -> Any:
        if name.startswith('__'):
            raise AttributeError(name)
        values = self._values
        head, *rest = name.split('_')
        for key in (name, head + ''.join(part.capitalize() for part in rest)):
            if key in values:
                return _wrap(values[key])
        raise AttributeError(name)

    def __getitem__(self, key: str) -> Any:
        return _wrap(self._values[key])

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def to_params(self) -> Dict[str, Any]:
        return self._values


DefaultData = AnyData


def _wrap(value: Any) -> Any:
    if isinstance(value, dict):
        return AnyData(value)
    if isinstance(value, list):
        return [_wrap(item) for item in value]
    return value


class Manifest:
    """What a generator says of itself."""

    def __init__(
        self,
        name: str = 'Prisma Client Python',
        default_output: Optional[str] = None,
        denylist: Optional[List[str]] = None,
        requires_engines: Optional[List[str]] = None,
        requires_generators: Optional[List[str]] = None,
    ) -> None:
        self.name = name
        self.default_output = default_output
        self.denylist = denylist
        self.requires_engines = requires_engines
        self.requires_generators = requires_generators

    def to_dict(self) -> Dict[str, Any]:
        return {
            'prettyName': self.name,
            'defaultOutput': str(self.default_output) if self.default_output is not None else None,
            'denylist': self.denylist,
            'requiresEngines': self.requires_engines,
            'requiresGenerators': self.requires_generators,
        }


class GenericGenerator(ABC, Generic[DataT]):
    @abstractmethod
    def get_manifest(self) -> Manifest:
        """What the generator says of itself."""

    @abstractmethod
    def generate(self, data: DataT) -> None:
        """Does the work."""

    def read_data(self, params: Dict[str, Any]) -> DataT:
        """How the request becomes the argument of `generate`."""
        return AnyData(params)  # type: ignore[return-value]

    @classmethod
    def invoke(cls) -> None:
        """Runs the generator; only for `prisma generate` to call."""
        if not os.environ.get('PRISMA_GENERATOR_INVOCATION'):
            raise RuntimeError('Attempted to invoke a generator outside of Prisma generation')
        cls().run()

    def run(self) -> None:
        for line in sys.stdin:
            if not line.strip():
                continue
            request = json.loads(line)
            answer: Dict[str, Any] = {'jsonrpc': '2.0', 'id': request.get('id')}
            try:
                if request['method'] == 'getManifest':
                    answer['result'] = {'manifest': self.get_manifest().to_dict()}
                elif request['method'] == 'generate':
                    self.generate(self.read_data(request['params']))
                    answer['result'] = None
                else:
                    raise RuntimeError(f'JSON RPC received unexpected method: {request["method"]}')
            except Exception:
                answer['error'] = {'code': -32000, 'message': traceback.format_exc(), 'data': {}}
            sys.stderr.write(json.dumps(answer) + '\n')
            sys.stderr.flush()


class BaseGenerator(GenericGenerator[AnyData]):
    """A generator that is told everything as it comes."""
