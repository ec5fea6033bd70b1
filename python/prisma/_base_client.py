"""The clients' bases, under the names of the module that once held them."""

from ._client import AsyncClient as AsyncBasePrisma, ClientBase as BasePrisma, SyncClient as SyncBasePrisma
from ._dotenv import load_env as load_env

__all__ = ('BasePrisma', 'SyncBasePrisma', 'AsyncBasePrisma', 'UseClientDefault', 'USE_CLIENT_DEFAULT', 'load_env')


class UseClientDefault:
    """Stands for "what the client was made with" where None means something else."""


USE_CLIENT_DEFAULT = UseClientDefault()
