"""Errors of the engine under the names they have always had; the engine itself is the extension `prisma._engine`."""

from . import errors as errors
