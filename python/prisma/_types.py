"""Types of the client that don't depend on the schema."""

from typing import Any, Callable, Coroutine, Dict, Mapping, Optional, Tuple, Type, TypeVar, Union

from pydantic import BaseModel
from typing_extensions import (
    Literal as Literal,
    NewType,
    Protocol as Protocol,
    TypedDict as TypedDict,
    TypeGuard as TypeGuard,
    get_args as get_args,
    runtime_checkable as runtime_checkable,
)

Method = Literal['GET', 'POST']

FuncType = Callable[..., object]
CoroType = Callable[..., Coroutine[Any, Any, object]]
CallableT = TypeVar('CallableT', bound=FuncType)
BaseModelT = TypeVar('BaseModelT', bound=BaseModel)


@runtime_checkable
class InheritsGeneric(Protocol):
    __orig_bases__: Tuple['_GenericAlias']


class _GenericAlias(Protocol):
    __origin__: Type[object]


PrismaMethod = Literal[
    'query_raw',
    'query_first',
    'execute_raw',
    'create',
    'create_many',
    'create_many_and_return',
    'update',
    'update_many',
    'update_many_and_return',
    'upsert',
    'delete',
    'delete_many',
    'count',
    'aggregate',
    'group_by',
    'find_many',
    'find_first',
    'find_first_or_raise',
    'find_unique',
    'find_unique_or_raise',
]


class HttpConfig(TypedDict, total=False):
    """Accepted for older programs; there is no HTTP between the client and its engine."""

    app: Callable[[Mapping[str, Any], Any], Any]
    http1: bool
    http2: bool
    limits: Any
    timeout: Any
    trust_env: bool
    max_redirects: int


SortMode = Literal['default', 'insensitive']
SortOrder = Literal['asc', 'desc']
MetricsFormat = Literal['json', 'prometheus']


class _DatasourceOverrideOptional(TypedDict, total=False):
    env: str
    name: str


class DatasourceOverride(_DatasourceOverrideOptional):
    url: str


class _DatasourceOptional(TypedDict, total=False):
    env: str
    source_file_path: Optional[str]


class Datasource(_DatasourceOptional):
    name: str
    url: str


TransactionId = NewType('TransactionId', str)

# What can be written as JSON.
Serializable = Union[None, bool, int, float, str, Dict[str, Any], Tuple[Any, ...]]
