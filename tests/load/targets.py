"""What the load test kills: a database server beside an engine that stays, or the engine itself."""

import http.client
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from engine_process import Engine, ServerProject, cli  # noqa: E402

SCHEMA = """datasource db {
  provider = "%s"
  url      = env("DATABASE_URL")
}

model Account {
  id        Int        @id
  balance   Int
  counter   Int        @default(0)
  sent      Transfer[] @relation("sent")
  received  Transfer[] @relation("received")
  items     Item[]
}

model Transfer {
  token  String  @id
  amount Int
  fromId Int
  toId   Int
  from   Account @relation("sent", fields: [fromId], references: [id])
  to     Account @relation("received", fields: [toId], references: [id])
}

model Item {
  id      Int     @id @default(autoincrement())
  token   String  @unique
  payload String
  ownerId Int
  owner   Account @relation(fields: [ownerId], references: [id])
  parts   Part[]

  @@index([ownerId])
}

model Part {
  id     Int    @id @default(autoincrement())
  number Int
  itemId Int
  item   Item   @relation(fields: [itemId], references: [id], onDelete: Cascade)

  @@index([itemId])
}
"""


class DrainedEngine(Engine):
    """An engine whose output is kept, and never stands in its way."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.output = []
        for stream in (self.process.stdout, self.process.stderr):
            threading.Thread(target=self._drain, args=(stream,), daemon=True).start()

    def _drain(self, stream):
        try:
            for line in stream:
                self.output.append(line)
                del self.output[:-200]
        except ValueError:
            pass  # closed at the end

    def status(self):
        """(resident kB, descriptors)"""
        pid = self.process.pid
        with open(f'/proc/{pid}/status') as status:
            resident = next(int(line.split()[1]) for line in status if line.startswith('VmRSS'))
        return resident, len(os.listdir(f'/proc/{pid}/fd'))


def is_dead(pid):
    """Has it let go of its files and its port? A process has no memory any more before that."""
    try:
        return pathlib.Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[0] in 'ZX'
    except (FileNotFoundError, ProcessLookupError):
        return True


class Target:
    def close(self):
        if self.engine.process.poll() is None:
            self.engine.process.kill()


class ServerTarget(Target):
    """The engine stays; the server is killed and started again."""

    engine_may_go = False

    def __init__(self, parameters):
        server = urllib.parse.urlsplit(self.server_url())
        self.project = ServerProject(self.provider, server)
        self.project.schema.write_text(SCHEMA % self.provider)
        self.project.__enter__()
        self.url = self.project.url + '?' + parameters

    def start_engine(self, flags=()):
        self.engine = DrainedEngine(self.project.schema, self.url, *flags)
        assert self.engine.port, self.engine.start_error
        self.port = self.engine.port

    def close(self):
        super().close()
        self.project.__exit__()


class PostgresqlTarget(ServerTarget):
    provider = 'postgresql'
    server_url = staticmethod(lambda: os.environ['POSTGRES_URL'])

    def kill(self):
        subprocess.run([*os.environ['PG_CTL'].split(), '-m', 'immediate', '-t', '200', 'stop'], check=True, timeout=240)

    def revive(self):
        # Its output would keep the pipes of this process open.
        subprocess.run([*os.environ['PG_CTL'].split(), '-t', '200', 'start'], check=True, timeout=240, stdout=subprocess.DEVNULL)

    def rows(self, sql):
        done = subprocess.run(['psql', '-qXAt', '-F', '\t', '-v', 'ON_ERROR_STOP=1', self.project.url], input=sql, capture_output=True,
                              text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return [line.split('\t') for line in done.stdout.splitlines()]

    def quote(self, name):
        return f'"{name}"'


class MariadbTarget(ServerTarget):
    provider = 'mysql'
    server_url = staticmethod(lambda: os.environ['MYSQL_URL'])

    def __init__(self, parameters):
        super().__init__(parameters)
        self.pid = int(os.environ['MYSQL_PID'])
        self.command = pathlib.Path(f'/proc/{self.pid}/cmdline').read_bytes().decode().split('\0')[:-1]
        self.log = pathlib.Path(os.environ['MYSQL_SOCKET']).with_name('log').open('ab')
        self.child = None

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        if self.child:
            self.child.wait()
        while not is_dead(self.pid):
            time.sleep(0.01)

    def revive(self):
        self.child = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.pid = self.child.pid
        for _ in range(1200):
            done = subprocess.run(self._client(), input='SELECT 1', capture_output=True, text=True)
            if done.returncode == 0:
                return
            assert self.child.poll() is None, 'the server did not start again'
            time.sleep(0.1)
        raise AssertionError('the server did not start again')

    def _client(self):
        return ['mariadb', '--no-defaults', '-uroot', '-S', os.environ['MYSQL_SOCKET'], '-BN', '--default-character-set=utf8mb4',
                self.project.name]

    def rows(self, sql):
        done = subprocess.run(self._client(), input=sql, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return [line.split('\t') for line in done.stdout.splitlines()]

    def quote(self, name):
        return f'`{name}`'

    def close(self):
        super().close()
        if self.child:
            self.child.terminate()
            self.child.wait()


class SqliteTarget(Target):
    """The engine is killed while it writes, and started again on the same file."""

    provider = 'sqlite'
    engine_may_go = True

    def __init__(self, parameters):
        # Processes are killed, not the machine: memory keeps what they wrote, and no disk makes the clients wait.
        memory = '/dev/shm' if os.access('/dev/shm', os.W_OK) else None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='prisma_load_', dir=memory))
        self.schema = self.folder / 'schema.prisma'
        self.schema.write_text(SCHEMA % 'sqlite')
        self.file = self.folder / 'load.db'
        self.url = f'file:{self.file}?{parameters}'
        done = cli('db', 'push', '--skip-generate', cwd=self.folder, url=self.url)
        assert done.returncode == 0, done.stdout + done.stderr

    def start_engine(self, flags=()):
        self.flags = flags
        self.engine = DrainedEngine(self.schema, self.url, *flags)
        assert self.engine.port, self.engine.start_error
        self.port = self.engine.port

    def kill(self):
        self.port = None
        self.engine.process.send_signal(signal.SIGKILL)
        self.engine.process.wait()
        self.rows('PRAGMA integrity_check')

    def revive(self):
        self.start_engine(self.flags)

    def rows(self, sql):
        connection = sqlite3.connect(self.file, timeout=60)
        try:
            assert connection.execute('PRAGMA integrity_check').fetchall() == [('ok',)]
            return [[str(cell) for cell in row] for row in connection.execute(sql).fetchall()]
        finally:
            connection.close()

    def quote(self, name):
        return f'"{name}"'

    def close(self):
        super().close()
        shutil.rmtree(self.folder, ignore_errors=True)


def open_target(provider, parameters):
    kind = {'postgresql': PostgresqlTarget, 'mysql': MariadbTarget, 'sqlite': SqliteTarget}[provider]
    return kind(parameters)


class Http:
    """One kept connection to the engine of a target."""

    def __init__(self, target, timeout):
        self.target, self.timeout = target, timeout
        self.connection = None
        self.port = None

    def post(self, path, text, headers):
        """(status, body). Throws OSError or HTTPException when the engine is gone, TimeoutError when it does not answer."""
        port = self.target.port
        if port is None:
            raise ConnectionRefusedError
        if self.connection is None or port != self.port:
            self.close()
            self.connection, self.port = http.client.HTTPConnection('127.0.0.1', port, timeout=self.timeout), port
        try:
            self.connection.request('POST', path, text, headers)
            answer = self.connection.getresponse()
            return answer.status, answer.read()
        except BaseException:
            self.close()
            raise

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None
