"""`prisma py fetch`: for images and scripts that call it. There is nothing to fetch."""

import argparse

from ..prisma import ensure_cached


def add_options(command: argparse.ArgumentParser) -> None:
    command.add_argument('--force', action='store_true', help='Accepted for older scripts')


def main(given: argparse.Namespace) -> int:
    print(f'Nothing to fetch: the engine is part of the package, {ensure_cached().entrypoint.parent}')
    return 0
