"""A project with files of SQL on each database there is: SQLite always, others if POSTGRES_URL or MYSQL_URL name a server."""

import itertools
import os
import re
import subprocess
import sys

import pytest

# PRISMA_CLI: another command line than that of the installed package.
COMMAND = os.environ.get('PRISMA_CLI', f'{sys.executable} -m prisma').split()
SCHEMA = """
datasource db {
  provider = "%(provider)s"
  url      = env("TYPED_SQL_URL")
}

generator client {
  provider        = "prisma-client-py"
  interface       = "%(interface)s"
  output          = "../packages/%(package)s"
  previewFeatures = ["typedSql"]
}

%(enum)s

model User {
  id    Int      @id @default(autoincrement())
  email String   @unique
  name  String?
  born  DateTime?
  big   BigInt   @default(9007199254740993)
  price Decimal  @default(1.5)
  bytes Bytes?
  data  Json?
  flag  Boolean  @default(true)
  %(role)s
  posts Post[]
}

model Post {
  id     Int    @id @default(autoincrement())
  title  String
  userId Int?
  user   User?  @relation(fields: [userId], references: [id])
}
"""


class Project:
    def __init__(self, folder, provider, url, interface):
        self.folder, self.provider, self.interface = folder, provider, interface
        self.package = f'client_{provider}_{interface}'
        self.environment = {**os.environ, 'TYPED_SQL_URL': url, 'NO_COLOR': '1'}
        self.sql = folder / 'prisma/sql'
        self.sql.mkdir(parents=True)
        has_enum = provider != 'sqlite'
        (folder / 'prisma/schema.prisma').write_text(SCHEMA % {
            'provider': provider,
            'interface': interface,
            'package': self.package,
            'enum': 'enum Role {\n  ADMIN\n  USER\n}' if has_enum else '',
            'role': 'role Role @default(USER)' if has_enum else 'role String @default("USER")',
        })
        done = self.prisma('db', 'push', '--skip-generate', '--accept-data-loss', '--force-reset')
        assert done.returncode == 0, done.stdout + done.stderr

    def quoted(self, sql):
        """Names in `backticks`, and ? for parameters, as the database writes them."""
        if self.provider == 'postgresql':
            numbers = itertools.count(1)
            sql = '\n'.join(line if line.lstrip().startswith('--') else re.sub(r'\?', lambda _: f'${next(numbers)}', line.replace('`', '"'))
                            for line in sql.split('\n'))
        return sql

    def write(self, name, sql):
        (self.sql / f'{name}.sql').write_text(self.quoted(sql))

    def prisma(self, *words):
        return subprocess.run([*COMMAND, *words], cwd=self.folder, env=self.environment, capture_output=True,
                              text=True, timeout=120)

    def generate(self):
        return self.prisma('generate', '--sql')

    def module(self):
        return (self.folder / 'packages' / self.package / 'sql.py').read_text()

    def run(self, script):
        script = script.replace('PACKAGE', self.package)
        environment = {**self.environment, 'PYTHONPATH': str(self.folder / 'packages')}
        done = subprocess.run([sys.executable, '-c', script], cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def servers():
    found = {'sqlite': 'file:./test.db'}
    if os.environ.get('POSTGRES_URL'):
        found['postgresql'] = os.environ['POSTGRES_URL'].rpartition('/')[0] + '/typed_sql'
    if os.environ.get('MYSQL_URL'):
        found['mysql'] = os.environ['MYSQL_URL'].rpartition('/')[0] + '/typed_sql'
    return found


@pytest.fixture(params=list(servers()))
def provider(request):
    return request.param


@pytest.fixture
def make_project(provider, tmp_path):
    return lambda interface='sync': Project(tmp_path, provider, servers()[provider], interface)
