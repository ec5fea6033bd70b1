"""Partial types: declared by a script while the client is generated, kept in `partials.py`."""

import os
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

from .._models import ARITY, KIND, LIST, NAME, OPTIONAL, RELATION, REQUIRED, TYPE
from ..errors import UnknownRelationalFieldError

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
    if not name.isidentifier():
        raise ValueError(f'Partial type name "{name}" is not a valid Python identifier.')
    if name in declared:
        raise ValueError(f'Partial type "{name}" has already been created.')
    if include is not None:
        if exclude is not None:
            raise TypeError('Exclude and include are mutually exclusive.')
        if exclude_relational_fields:
            raise TypeError('Include and exclude_relational_fields=True are mutually exclusive.')
    required, optional = list(required or ()), list(optional or ())
    shared = [repr(field) for field in required if field in optional]
    if shared:
        raise ValueError(f'Cannot make the same field(s) required and optional {{{", ".join(shared)}}}')
    if exclude_relational_fields and relations:
        raise ValueError(
            'exclude_relational_fields and relations are mutually exclusive'
        )
    entries = {entry[NAME]: entry for entry in model.__prisma_entries__}
    kept = set(entries if include is None else include) - set(exclude or ())
    if exclude_relational_fields:
        kept = {field for field in kept if field not in entries or entries[field][KIND] != RELATION}
    for field in (*(include or ()), *(exclude or ())):
        if field not in entries:
            raise ValueError(f'{field} is not a valid {model_name} / {name} field.')
    if relations and not any(entry[KIND] == RELATION for entry in entries.values()):
        raise ValueError(f'Model: "{model_name}" has no relational fields.')
    for field in relations or ():
        if field not in entries or entries[field][KIND] != RELATION:
            raise UnknownRelationalFieldError(model_name, field)
    for field in (*required, *optional, *(relations or ())):
        if field not in kept:
            raise ValueError(f'{field} is not a valid {model_name} / {name} field.')
    for field, partial in (relations or {}).items():
        if partial not in declared:
            raise ValueError(
                f'Unknown partial type: "{partial}". Did you remember to generate the {partial} type '
                'before this one?'
            )
    chosen: List[Tuple[Any, ...]] = []
    for entry in model.__prisma_entries__:
        field, kind, arity = entry[NAME], entry[KIND], entry[ARITY]
        if field not in kept:
            continue
        if kind == RELATION:
            marks = (relations or {}).get(field), field in required
            chosen.append((field, kind, entry[TYPE], arity, *(marks if any(marks) else ())))
            continue
        if arity != LIST:
            arity = REQUIRED if field in required else OPTIONAL if field in optional else arity
        chosen.append((field, kind, entry[TYPE], arity))
    declared[name] = (model_name, tuple(chosen))
