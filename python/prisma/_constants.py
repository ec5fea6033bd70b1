"""Numbers and names that several modules need."""

from datetime import timedelta
from typing import Dict, Set

DEFAULT_CONNECT_TIMEOUT: timedelta = timedelta(seconds=10)
DEFAULT_TX_MAX_WAIT: timedelta = timedelta(milliseconds=2000)
DEFAULT_TX_TIMEOUT: timedelta = timedelta(milliseconds=5000)

# Python's spelling of keys in arguments, and the engine's.
QUERY_BUILDER_ALIASES: Dict[str, str] = {
    'startswith': 'startsWith',
    'endswith': 'endsWith',
    'has_every': 'hasEvery',
    'has_some': 'hasSome',
    'is_empty': 'isEmpty',
    'order_by': 'orderBy',
    'not_in': 'notIn',
    'is_not': 'isNot',
    'connect_or_create': 'connectOrCreate',
}

CREATE_MANY_SKIP_DUPLICATES_UNSUPPORTED: Set[str] = {'mongodb', 'sqlserver', 'sqlite'}
