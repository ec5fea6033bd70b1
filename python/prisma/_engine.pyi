"""The engine: an extension."""

from typing import Any, Dict, List, Tuple

FIND_UNIQUE: int
FIND_UNIQUE_OR_RAISE: int
FIND_FIRST: int
FIND_FIRST_OR_RAISE: int
FIND_MANY: int
CREATE: int
CREATE_MANY: int
CREATE_MANY_AND_RETURN: int
UPDATE: int
UPDATE_MANY: int
UPDATE_MANY_AND_RETURN: int
UPSERT: int
DELETE: int
DELETE_MANY: int
COUNT: int
AGGREGATE: int
GROUP_BY: int
QUERY_RAW: int
QUERY_FIRST: int
EXECUTE_RAW: int

def configure(hooks: Dict[str, Any]) -> None: ...
def cli_main(words: List[str]) -> int: ...
def fields_set_descriptor(base_model: Any) -> Any: ...

class Session:
    """A connection: its methods give their results, or with `is_async` something to await."""

    is_connected: bool
    is_transaction: bool
    transaction_id: str

    def __init__(self, is_async: bool) -> None: ...
    def connect(self, files: List[Tuple[str, str]], url: str, config_dir: str, logs: bool, log: Any) -> Any: ...
    def disconnect(self) -> Any: ...
    def start_transaction(self, max_wait: int, timeout: int, isolation_level: str) -> Any: ...
    def commit(self) -> Any: ...
    def rollback(self) -> Any: ...
    def raw(self, action: int, query: str, parameters: Tuple[Any, ...], model: Any, typed: bool = ...) -> Any: ...
    def batch(self, queries: List[Any]) -> Any: ...
    def request(self, body: str, transaction_id: str) -> Any: ...
    def metrics(self, format: str, global_labels: str) -> str: ...

class Caller:
    """Runs the queries of one model."""

    def __init__(self, session: Session, model: str, type: Any) -> None: ...
    def __call__(
        self, action: int, arguments: Dict[str, Any], include: Any = ..., select: Any = ..., omit_or_key: Any = ..., /
    ) -> Any: ...

