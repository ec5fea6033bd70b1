"""`prisma py …`: the commands that are about the Python client."""

import argparse
import json
import os
import platform
import sys
from pathlib import Path
from typing import List


def run(args: List[str]) -> int:
    parser = argparse.ArgumentParser(prog='prisma py', description='Commands of the Python client')
    commands = parser.add_subparsers(dest='command', required=True, metavar='COMMAND')
    generate = commands.add_parser('generate', help='Generate the client, with options of its generator')
    generate.add_argument('--schema', metavar='FILE', help='The location of the Prisma schema file')
    generate.add_argument('--watch', action='store_true', help='Watch the Prisma schema and rerun after a change')
    generate.add_argument('--interface', choices=('sync', 'asyncio'), help='Method that the client will use to interface')
    generate.add_argument('--partials', metavar='PATH', help='Partial type generator location')
    generate.add_argument('-t', '--type-depth', type=int, metavar='INT', help='Depth to generate pseudo-recursive types to')
    generate.add_argument('--generator', action='append', metavar='NAME', help='Only this generator of the schema')
    version = commands.add_parser('version', help='Display version information')
    version.add_argument('--json', action='store_true', dest='output_json', help='Output as JSON')
    fetch = commands.add_parser('fetch', help='Nothing to fetch: the engine is part of the package')
    fetch.add_argument('--force', action='store_true')
    options = parser.parse_args(args)
    if options.command == 'generate':
        return _generate(options)
    if options.command == 'version':
        return _version(options.output_json)
    print('Nothing to fetch: the engine is part of the package.')
    return 0


def _generate(options: argparse.Namespace) -> int:
    from . import _engine

    if options.interface:
        os.environ['PRISMA_PY_CONFIG_INTERFACE'] = options.interface
    if options.partials:
        os.environ['PRISMA_PY_CONFIG_PARTIAL_TYPE_GENERATOR'] = options.partials
    if options.type_depth is not None:
        os.environ['PRISMA_PY_CONFIG_RECURSIVE_TYPE_DEPTH'] = str(options.type_depth)
    command = ['prisma', 'generate']
    if options.schema:
        command += ['--schema', options.schema]
    if options.watch:
        command.append('--watch')
    for name in options.generator or ():
        command += ['--generator', name]
    sys.stdout.flush()
    return _engine.cli_main(command)


def _version(as_json: bool) -> int:
    from . import __version__, config

    rows = {
        'prisma': config.prisma_version,
        'prisma client python': __version__,
        'platform': platform.system().lower(),
        'expected engine version': config.expected_engine_version,
        'installed extras': [],
        'install path': str(Path(__file__).parent),
        'binary cache dir': str(config.binary_cache_dir),
    }
    if as_json:
        print(json.dumps({name.replace(' ', '-'): value for name, value in rows.items()}, indent=2))
    else:
        width = max(map(len, rows))
        print('\n'.join(f'{name:<{width}} : {value}' for name, value in rows.items()))
    return 0
