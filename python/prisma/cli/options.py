"""Options that several commands have."""

from ._parser import Option

SCHEMA = Option(['--schema'], 'The location of the Prisma schema file.', 'file')
WATCH = Option(['--watch'], 'Watch the Prisma schema and rerun after a change', 'flag')
SKIP_GENERATE = Option(['--skip-generate'], 'Skip triggering generators (e.g. Prisma Client Python)', 'flag')
