"""`prisma py fetch`: for images and scripts that call it. There is nothing to fetch."""

from typing import Any, Dict

from .._parser import Command, Option
from ..prisma import ensure_cached
from ..utils import click_command


def run(values: Dict[str, Any]) -> int:
    print(f'Nothing to fetch: the engine is part of the package, {ensure_cached().entrypoint.parent}')
    return 0


COMMAND = Command(
    help='Says where the engine is: it is part of the package, so there is nothing to download.',
    options=[Option(['--force'], 'Accepted for older scripts; there is nothing to download again.', 'flag')],
    run=run,
)


def __getattr__(name: str) -> Any:
    return click_command(__name__, name)
