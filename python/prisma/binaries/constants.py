"""Names of files that once were fetched."""

from . import platform

PRISMA_CLI_NAME = platform.check_for_extension(f'prisma-cli-{platform.name()}')
