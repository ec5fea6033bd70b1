"""The database that the suite runs on, and the client that its synchronous tests use.

PRISMA_TEST_DATABASE: sqlite (default), postgresql, or mysql, whose server is in POSTGRES_URL or MYSQL_URL (scripts/with_postgresql,
scripts/with_mariadb). PRISMA_TEST_INTERFACE=asyncio: the tests that are written for the sync client run on the asyncio one.
"""

import asyncio
import inspect
import itertools
import os
import re
import shutil

DATABASE = os.environ.get('PRISMA_TEST_DATABASE', 'sqlite')
IS_ASYNC = os.environ.get('PRISMA_TEST_INTERFACE', 'sync') == 'asyncio'
TABLES = ('User', 'Profile', 'Post', 'Category', 'Types', '_CategoryToPost') + (('Lists',) if DATABASE == 'postgresql' else ())


def sql(text):
    """A statement of SQLite's in the words of the database: quotes and placeholders."""
    if DATABASE == 'mysql':
        return text.replace('"', '`')
    if DATABASE == 'postgresql':
        numbers = itertools.count(1)
        return re.sub(r'\?', lambda _: f'${next(numbers)}', text)
    return text


class Database:
    """An empty database for each test: a copy of a file, or the server's one, emptied."""

    def __init__(self, workspace, run_cli, make_client):
        self._run_cli, self._make_client = run_cli, make_client
        self._schema = workspace / 'client_sync' / 'schema.prisma'
        self._is_new = True
        if DATABASE == 'sqlite':
            self._file = workspace / 'empty.db'
            self.push(f'file:{self._file}')
        else:
            server = os.environ['POSTGRES_URL' if DATABASE == 'postgresql' else 'MYSQL_URL']
            self._url = server.rpartition('/')[0] + '/parity'
            self.push(self._url)

    def push(self, url):
        env = {**os.environ, 'PRISMA_TEST_URL': url}
        words = ('db', 'push', '--force-reset', '--accept-data-loss', '--skip-generate', '--schema', str(self._schema))
        done = self._run_cli(*words, env=env)
        assert done.returncode == 0, done.stdout + done.stderr

    def empty(self, folder):
        """The URL of an empty database; on SQLite, a file in `folder`."""
        if DATABASE == 'sqlite':
            path = folder / 'test.db'
            shutil.copy(self._file, path)
            return f'file:{path}'
        if self._is_new:
            self._is_new = False
        else:
            try:
                self._truncate()
            except Exception:
                self.push(self._url)  # a test has changed the tables
        return self._url

    def _truncate(self):
        client = self._make_client(f'{self._url}?connection_limit=1')
        client.connect()
        try:
            if DATABASE == 'postgresql':
                client.execute_raw(f'TRUNCATE {", ".join(map(chr(34).__add__, (name + chr(34) for name in TABLES)))} RESTART IDENTITY')
                return
            client.execute_raw('SET FOREIGN_KEY_CHECKS = 0')
            for name in TABLES:
                client.execute_raw(f'TRUNCATE `{name}`')
            client.execute_raw('SET FOREIGN_KEY_CHECKS = 1')
        finally:
            client.disconnect()


class Blocking:
    """An object of the asyncio client whose methods are awaited at once, so that a synchronous test can use it."""

    _loop = None

    def __init__(self, thing):
        object.__setattr__(self, '_thing', thing)

    @classmethod
    def _finish(cls, value):
        if inspect.isawaitable(value):
            if cls._loop is None:
                Blocking._loop = asyncio.new_event_loop()

            async def wait():
                return await value

            value = cls._loop.run_until_complete(wait())
        if inspect.isasyncgen(value) or hasattr(value, '__anext__'):
            return cls._drain(value)
        name = type(value).__name__
        kinds = ('Prisma', 'Batch', 'TransactionManager', 'AsyncTransactionManager')
        return cls(value) if name in kinds or name.endswith('Actions') else value

    @classmethod
    def _drain(cls, iterator):
        while True:
            try:
                yield cls._finish(iterator.__anext__())
            except StopAsyncIteration:
                return

    def __getattr__(self, name):
        value = getattr(self._thing, name)
        if not inspect.isroutine(value):
            return self._finish(value) if type(value).__name__.endswith('Actions') else value
        return lambda *args, **kwargs: self._finish(value(*args, **kwargs))

    def __setattr__(self, name, value):
        setattr(self._thing, name, value)

    def __dir__(self):
        return dir(self._thing)

    def __enter__(self):
        return self._finish(self._called(self._thing.__aenter__))

    def __exit__(self, *exception):
        return self._finish(self._called(self._thing.__aexit__, *exception))

    @staticmethod
    async def _called(method, *args):
        return await method(*args)


class BlockingPackage:
    """The generated package; its client is `Blocking`."""

    def __init__(self, package):
        self._package = package

    def __getattr__(self, name):
        return getattr(self._package, name)

    def Prisma(self, *args, **kwargs):
        return Blocking(self._package.Prisma(*args, **kwargs))

    Client = Prisma
