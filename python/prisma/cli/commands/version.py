"""`prisma py version`."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any, Dict, List

from ... import __version__, _config
from ...binaries.platform import binary_platform
from .._parser import Command, Option
from ..utils import click_command, pretty_info


# Of each extra, a module that comes with it.
EXTRAS = {'node': 'nodejs'}


def _installed_extras() -> List[str]:
    found = []
    for name, module in EXTRAS.items():
        try:
            import_module(module)
        except ImportError:
            continue
        found.append(name)
    return found


def run(values: Dict[str, Any]) -> int:
    config = _config.config
    info = {
        'prisma': config.prisma_version,
        'prisma client python': __version__,
        'platform': binary_platform(),
        'expected engine version': config.expected_engine_version,
        'installed extras': _installed_extras(),
        'install path': str(Path(__file__).resolve().parent.parent.parent),
        'binary cache dir': str(config.binary_cache_dir),
    }
    if values['output_json']:
        print(json.dumps({name.replace(' ', '-'): value for name, value in info.items()}, indent=2))
    else:
        print(pretty_info(info))
    return 0


COMMAND = Command(
    help='Display Prisma Client Python version information.',
    options=[Option(['--json'], 'Output version information in JSON format.', 'flag', target='output_json')],
    run=run,
)


def __getattr__(name: str) -> Any:
    return click_command(__name__, name)
