"""What machine this is. There are no binaries to fetch: the engine is part of the package."""

from . import platform as platform
from .constants import PRISMA_CLI_NAME as PRISMA_CLI_NAME
