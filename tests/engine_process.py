"""A running query-engine, and the commands of the CLI, for tests that cross rooms."""

import http.client
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN = pathlib.Path(os.environ.get('PRISMA_BIN', ROOT / 'build/bin'))

SCHEMA = """datasource db {
  provider = "sqlite"
  url      = env("DATABASE_URL")
}

model User {
  id    Int     @id @default(autoincrement())
  email String  @unique
  name  String?
  posts Post[]
}

model Post {
  id       Int    @id @default(autoincrement())
  title    String
  body     String @default("")
  authorId Int
  author   User   @relation(fields: [authorId], references: [id])
}
"""

SCALARS = {'$scalars': True, '$composites': True}


def as_nobody(folder, program):
    """A command line that runs a copy of `program` without root's power over file permissions."""
    if os.geteuid() != 0:
        return [str(BIN / program)]
    copy = pathlib.Path(folder) / program
    if not copy.exists():
        shutil.copy(BIN / program, copy)
        copy.chmod(0o755)
    return ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', str(copy)]


def cli(*words, cwd, url=None, command=None, timeout=60, file_limit=None, stdin='', **env):
    """Runs `prisma` WORDS; the finished process, with its output as text."""
    full = {k: v for k, v in os.environ.items() if k not in ('DATABASE_URL', 'FORCE_COLOR', 'NO_COLOR')}
    full.update(env)
    if url is not None:
        full['DATABASE_URL'] = url
    limit = (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))) if file_limit else None
    return subprocess.run([*(command or [str(BIN / 'prisma')]), *map(str, words)], cwd=cwd, env=full, capture_output=True, text=True,
                          timeout=timeout, preexec_fn=limit, input=stdin)


class ServerProject:
    """SCHEMA in a folder, pushed to a database of its own on a server (which makes it); whoever asks for it drops it."""

    def __init__(self, provider, server):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f'prisma_{provider}_'))
        self.name = f'faults_{os.getpid()}'
        self.schema = self.folder / 'schema.prisma'
        self.schema.write_text(SCHEMA.replace('"sqlite"', f'"{provider}"'))
        self.url = server._replace(path='/' + self.name).geturl()

    def __enter__(self):
        done = cli('db', 'push', '--skip-generate', cwd=self.folder, url=self.url)
        assert done.returncode == 0, done.stdout + done.stderr
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)


class Engine:
    def __init__(self, schema, url, *flags, command=None, file_limit=None, **env):
        full = {**os.environ, 'DATABASE_URL': url, **env}
        limit = (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))) if file_limit else None
        command = command or [str(BIN / 'query-engine')]
        self.process = subprocess.Popen([*command, '--datamodel-path', str(schema), '--port', '0', '--enable-raw-queries', *flags], env=full,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limit)
        self.log, found = [], None  # lines up to the one that tells the port
        while not found and (line := self.process.stdout.readline()):
            self.log.append(line)
            found = re.search(r'"port":"(\d+)"', line) or re.search(r'http://127\.0\.0\.1:(\d+)', line)
        self.port = int(found[1]) if found else None
        self.start_error = None if found else self.process.communicate(timeout=10)[1]

    def __enter__(self):
        assert self.port, self.start_error
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.end()
        self.process.stdout.close()
        self.process.stderr.close()
        return self.process.returncode

    def rest_of_log(self):
        """Ends the engine; the lines of its log after the start."""
        self.end()
        return self.process.stdout.read().splitlines()

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(120)  # a busy machine needs some of it
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError('SIGTERM did not end the engine') from None

    def request(self, method, path, body=None, headers=(), timeout=60):
        """(status, headers, body bytes)"""
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=timeout)
        try:
            data = body if body is None or isinstance(body, (bytes, str)) else json.dumps(body)
            connection.request(method, path, data, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def ask_and_leave(self, path, body, headers=(), is_running=lambda: True):
        """Sends a request, and closes the connection before the answer, once `is_running`."""
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        connection.request('POST', path, json.dumps(body), dict(headers))
        assert wait_until(is_running)
        connection.close()

    def post(self, path, body, **headers):
        """(status, JSON)"""
        status, _, text = self.request('POST', path, body, {k.replace('_', '-'): v for k, v in headers.items()}.items())
        return status, json.loads(text)

    def query(self, action, model=None, arguments=None, selection=None, **headers):
        body = {'action': action, 'query': {'arguments': arguments or {}, 'selection': SCALARS if selection is None else selection}}
        if model:
            body['modelName'] = model
        status, answer = self.post('/', body, **headers)
        assert status == 200, answer
        return answer

    def create_user(self, email, **headers):
        return self.query('createOne', 'User', {'data': {'email': email}}, **headers)


def wait_until(condition, seconds=60):
    """Whether `condition` came true in that time, which is long: a busy machine fails no test by it."""
    end = time.monotonic() + seconds
    while not (is_true := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return is_true


def error_of(answer):
    """The user-facing error of an answer."""
    assert 'errors' in answer, answer
    return answer['errors'][0]['user_facing_error']
