"""Options that several commands have."""

import argparse
from pathlib import Path


def existing_file(text: str) -> Path:
    path = Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"File '{text}' does not exist.")
    return path


def existing_schema(text: str) -> Path:
    return existing_file(text).resolve()


def schema(command: argparse.ArgumentParser) -> None:
    command.add_argument('--schema', metavar='FILE', type=existing_schema, help='The location of the Prisma schema file.')


def watch(command: argparse.ArgumentParser) -> None:
    command.add_argument('--watch', action='store_true', help='Watch the Prisma schema and rerun after a change')


def skip_generate(command: argparse.ArgumentParser) -> None:
    command.add_argument('--skip-generate', action='store_true', help='Skip triggering generators')
