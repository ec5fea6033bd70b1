"""Generators written in Python: the protocol that `prisma generate` speaks with them, and partial types."""

from .generator import (
    BASE_PACKAGE_DIR as BASE_PACKAGE_DIR,
    AnyData as AnyData,
    BaseGenerator as BaseGenerator,
    DefaultData as DefaultData,
    GenericGenerator as GenericGenerator,
    Manifest as Manifest,
)
