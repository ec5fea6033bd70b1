"""The answer of a raw query in the engine's own form, made into dicts or models."""

import json
from typing import Any, Callable, Dict, List, Optional

from ._compat import model_parse

# How values of a type are read. The second argument: whether they go into a model.
DESERIALIZERS: Dict[str, Callable[[Any, bool], object]] = {
    'bigint': lambda value, _: int(value),
    'decimal': lambda value, _: float(value),
    # A model's field for JSON takes text.
    'json': lambda value, for_model: json.dumps(value) if for_model and not isinstance(value, str) else value,
}


def deserialize_raw_results(raw_result: Dict[str, Any], model: Any = None) -> List[Any]:
    """The rows of `{'columns': […], 'types': […], 'rows': […]}`."""
    columns, types = raw_result['columns'], raw_result['types']
    rows = [
        {column: _read(value, type_, column, model is not None) for column, type_, value in zip(columns, types, row)}
        for row in raw_result['rows']
    ]
    return rows if model is None else [model_parse(model, row) for row in rows]


def _read(value: Any, type_: str, column: str, for_model: bool) -> Any:
    if value is None:
        return None
    is_array = type_.endswith('-array')
    read: Optional[Callable[[Any, bool], object]] = DESERIALIZERS.get(type_[: -len('-array')] if is_array else type_)
    if not is_array:
        return read(value, for_model) if read else value
    if not isinstance(value, list):
        raise TypeError(f'Expected array data for {column} column with internal type {type_}')
    return [read(item, for_model) for item in value] if read else value
