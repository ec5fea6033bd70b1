"""Run by `prisma generate`: `_run_partials.py PACKAGE TARGET` runs the script (a path or a dotted module) that declares
the partial types of the generated package, and writes them into it."""

import importlib
import importlib.util
import os
import runpy
import sys
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any, Optional, Sequence


def load_package(folder: Path) -> None:
    """The generated package under the name `prisma`."""
    spec = importlib.util.spec_from_file_location('prisma', folder / '__init__.py', submodule_search_locations=[str(folder)])
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules['prisma'] = module
    spec.loader.exec_module(module)


class _OtherNames:
    """A finder of modules: whatever name the script gives the generated package by, it gets the modules of `prisma`, so
    that what it declares is declared once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def find_spec(self, name: str, path: Optional[Sequence[str]] = None, target: Any = None) -> Optional[ModuleSpec]:
        if name.partition('.')[0] == 'prisma':
            return None
        found = PathFinder.find_spec(name, path)
        if found is None or found.origin is None or found.submodule_search_locations is None and path is None:
            return None
        file = Path(found.origin).resolve()
        if self._folder not in file.parents:
            return None
        inner = file.relative_to(self._folder).with_suffix('').parts
        words = ('prisma', *(inner[:-1] if inner[-1] == '__init__' else inner))
        module = importlib.import_module('.'.join(words))
        return ModuleSpec(name, _Given(module), origin=found.origin, is_package=found.submodule_search_locations is not None)


class _Given:
    """The loader of a module that is there already."""

    def __init__(self, module: Any) -> None:
        self._module, self._spec = module, module.__spec__

    def create_module(self, spec: ModuleSpec) -> Any:
        return self._module

    def exec_module(self, module: Any) -> None:
        module.__spec__ = self._spec


def write(folder: Path, declared: Any) -> None:
    path = folder / 'partials.py'
    text = path.read_text('utf-8')
    start = text.index('PARTIALS: Dict[str, Any] = {')
    end = text.index('}\n\n', start)
    lines = ''.join(f'    {name!r}: {value!r},\n' for name, value in declared.items())
    path.write_text(f'{text[:start]}PARTIALS: Dict[str, Any] = {{\n{lines}{text[end:]}', 'utf-8')
    annotation: Any = importlib.import_module('prisma._models').annotation

    stub = [
        'import datetime',
        'import decimal as _decimal',
        'from typing import Any, Dict, List, Optional',
        '',
        'from . import bases, enums, fields, types',
        'from .models import *',
        '',
        '_str = str',
        '_int = int',
        '_float = float',
        '_bool = bool',
        '',
    ]
    for name, (model, entries) in declared.items():
        stub.append(f'class {name}(bases.Base{model}):')
        for entry in entries:
            text = annotation(entry, entry[4] if len(entry) > 4 else None)
            if text.startswith('Annotated['):
                text = text[len('Annotated[') : text.rindex(',')]
            default = ' = None' if text.startswith('Optional[') else ''
            stub.append(f'    {entry[0]}: {text}{default}')
        if not entries:
            stub.append('    pass')
        stub.append('')
    (folder / 'partials.pyi').write_text('\n'.join(stub), 'utf-8')


def main() -> None:
    folder, target = Path(sys.argv[1]), sys.argv[2]
    sys.path[0] = os.getcwd()
    load_package(folder)
    sys.meta_path.insert(0, _OtherNames(folder))
    if target.endswith('.py') or os.path.exists(target):
        if not os.path.exists(target):
            sys.exit(f'Could not find a python file or module at {target}')
        run = lambda: runpy.run_path(target)  # noqa: E731
    elif target.startswith('.'):
        sys.exit(f'No file found at {target} and relative imports are not allowed.')
    else:
        try:
            found = importlib.util.find_spec(target)
        except (ImportError, ValueError):
            found = None
        if found is None:
            sys.exit(f'Could not find a python file or module at {target}')
        run = lambda: runpy.run_module(target)  # noqa: E731
    try:
        run()
    except Exception:
        import traceback

        sys.exit('An exception ocurred while running the partial type generator\n' + traceback.format_exc())
    write(folder, importlib.import_module('prisma.generator._partials').declared)


if __name__ == '__main__':
    main()
