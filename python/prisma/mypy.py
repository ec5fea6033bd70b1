"""A plugin for mypy, for configurations that name `prisma.mypy`. The generated types are exact without one, so it
changes nothing."""

from typing import Type

from mypy.plugin import Plugin


class PrismaPlugin(Plugin):
    pass


def plugin(version: str) -> Type[Plugin]:
    """The entry that mypy calls."""
    return PrismaPlugin
