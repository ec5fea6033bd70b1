"""What `prisma generate --sql` makes of files of SQL: queries with their parameters, and the rows that they give."""

from typing import Any, Dict, Generic, List, Optional, Tuple, Type, TypeVar

from pydantic import BaseModel

from ._compat import PYDANTIC_V2, ConfigDict, model_parse

_RowT = TypeVar('_RowT')


class TypedRow(BaseModel):
    """A row of a typed query."""

    if PYDANTIC_V2:
        model_config = ConfigDict(
            arbitrary_types_allowed=True, populate_by_name=True, protected_namespaces=(), use_enum_values=False
        )
    else:

        class Config:
            arbitrary_types_allowed = True
            allow_population_by_field_name = True


class TypedSql(Generic[_RowT]):
    """A query with its parameters, for `client.query_raw_typed(…)`."""

    __slots__ = ('name', 'sql', 'parameters', '_row')

    def __init__(self, name: str, sql: str, parameters: Tuple[Any, ...], row: Optional[Type[_RowT]]) -> None:
        self.name = name
        self.sql = sql
        self.parameters = parameters
        self._row: Any = row

    def read(self, rows: List[Dict[str, Any]]) -> List[_RowT]:
        """The rows of an answer as models; none of a statement that has no columns."""
        if self._row is None:
            return []
        return [model_parse(self._row, row) for row in rows]

    def __repr__(self) -> str:
        return f'{self.name}({", ".join(map(repr, self.parameters))})'


def missing(module: str, name: str) -> AttributeError:
    """Of a function that is not there."""
    return AttributeError(
        f'module {module!r} has no query {name!r}. Write it to the file prisma/sql/{name}.sql beside the schema, '
        'then run `prisma generate --sql`.'
    )
