"""`prisma py version`."""

import argparse
import json
from importlib import import_module
from pathlib import Path
from typing import List

from ... import __version__, _config
from ...binaries.platform import binary_platform
from ..utils import pretty_info


def add_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        '--json', action='store_true', dest='output_json', help='Output version information in JSON format.'
    )


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


def main(given: argparse.Namespace) -> int:
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
    if given.output_json:
        print(json.dumps({name.replace(' ', '-'): value for name, value in info.items()}, indent=2))
    else:
        print(pretty_info(info))
    return 0
