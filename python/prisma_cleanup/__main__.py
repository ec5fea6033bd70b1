import sys

from prisma_cleanup import main

main(*sys.argv[1:])
