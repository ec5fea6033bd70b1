"""Run by `prisma generate`: `_run_partials.py PACKAGE TARGET` runs the script (a path or a dotted module) that declares
the partial types of the generated package, and writes them into it."""

import importlib
import importlib.util
import os
import runpy
import sys
from pathlib import Path
from typing import Any


def load_package(folder: Path) -> None:
    """The generated package under the name `prisma`."""
    spec = importlib.util.spec_from_file_location('prisma', folder / '__init__.py', submodule_search_locations=[str(folder)])
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules['prisma'] = module
    spec.loader.exec_module(module)


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
    if target.endswith('.py') or os.path.exists(target):
        if not os.path.exists(target):
            sys.exit(f'Could not find a python file or module at {target}')
        run = lambda: runpy.run_path(target)  # noqa: E731
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

        sys.exit('An exception occurred while running the partial type generator\n' + traceback.format_exc())
    write(folder, importlib.import_module('prisma.generator._partials').declared)


if __name__ == '__main__':
    main()
