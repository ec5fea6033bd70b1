"""Takes a generated client away again: `python -m prisma_cleanup [PACKAGE]`."""

from importlib.util import find_spec
from pathlib import Path

_MARK = "__title__ = 'prisma'"


def cleanup(pkg_name: str = 'prisma') -> None:
    """Removes the files that `prisma generate` has written into a package of the client."""
    spec = find_spec(pkg_name)
    if spec is None:
        raise RuntimeError(f'Could not resolve package: {pkg_name}')
    if spec.loader is None:
        raise RuntimeError(f'No loader defined for: {pkg_name}')
    if spec.origin is None or not hasattr(spec.loader, 'get_filename'):
        raise RuntimeError(f'Received unresolvable import loader: {spec.loader}')
    path = Path(spec.origin)
    # Nothing is removed from a package that isn't ours.
    if _MARK not in path.read_text('utf-8'):
        raise RuntimeError('The given package does not appear to be a Prisma Client Python package.')
    from prisma.generator.generator import cleanup_templates

    cleanup_templates(rootdir=path.parent)
    print(f'Successfully removed all auto-generated files from {path}')


def main(*args: str) -> None:
    cleanup(args[0] if args else 'prisma')
