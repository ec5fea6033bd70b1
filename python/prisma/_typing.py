"""Questions about types."""

from typing import Any, get_origin


def is_list_type(typ: Any) -> bool:
    return typ is not None and (get_origin(typ) or typ) is list
