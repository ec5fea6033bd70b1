"""Partial types: declared by a script while the client is generated, kept in `partials.py`."""

import os
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

from .._models import ARITY, KIND, LIST, NAME, OPTIONAL, RELATION, REQUIRED, TYPE

declared: Dict[str, Tuple[str, Tuple[Any, ...]]] = {}


def create_partial(
    model: Any,
    name: str,
    include: Optional[Iterable[str]] = None,
    exclude: Optional[Iterable[str]] = None,
    required: Optional[Iterable[str]] = None,
    optional: Optional[Iterable[str]] = None,
    relations: Optional[Mapping[str, str]] = None,
    exclude_relational_fields: bool = False,
) -> None:
    if not os.environ.get('PRISMA_GENERATOR_INVOCATION'):
        raise RuntimeError(
            'Attempted to create a partial type outside of client generation.'
        )
    model_name = model.__prisma_model__
    if name in declared:
        raise ValueError(f'Partial type "{name}" has already been created.')
    if include is not None:
        if exclude is not None:
            raise TypeError('Exclude and include are mutually exclusive.')
        if exclude_relational_fields:
            raise TypeError('Include and exclude_relational_fields=True are mutually exclusive.')
    required, optional = list(required or ()), list(optional or ())
    shared = next((field for field in required if field in optional), None)
    if shared is not None:
        raise ValueError(f'Cannot make the same field(s) required and optional {[f for f in required if f in optional]}')
    if exclude_relational_fields and relations:
        raise ValueError(
            'exclude_relational_fields and relations are mutually exclusive'
        )
    entries = {entry[NAME]: entry for entry in model.__prisma_entries__}
    for field in (*(include or ()), *(exclude or ()), *required, *optional):
        if field not in entries:
            raise ValueError(f'{field} is not a valid {model_name} / {name} field.')
    if relations:
        if not any(entry[KIND] == RELATION for entry in entries.values()):
            raise ValueError(f'Model: "{model_name}" has no relational fields.')
        for field, partial in relations.items():
            if field not in entries or entries[field][KIND] != RELATION:
                raise ValueError(f'{field} is not a valid {model_name} / {name} field.')
            if partial not in declared:
                raise ValueError(
                    f'Unknown partial type: "{partial}". Did you remember to generate the {entries[field][TYPE]} type '
                    'before this one?'
                )
    chosen: List[Tuple[Any, ...]] = []
    kept = set(include) if include is not None else None
    dropped = set(exclude or ())
    for entry in model.__prisma_entries__:
        field = entry[NAME]
        if (kept is not None and field not in kept) or field in dropped:
            continue
        if entry[KIND] == RELATION and exclude_relational_fields:
            continue
        arity = entry[ARITY]
        if arity != LIST or entry[KIND] == RELATION:
            if field in required:
                arity = arity if arity == LIST else REQUIRED
            elif field in optional:
                arity = arity if arity == LIST else OPTIONAL
        related = (relations or {}).get(field)
        chosen.append((field, entry[KIND], entry[TYPE], arity, *((related,) if related else ())))
    declared[name] = (model_name, tuple(chosen))
