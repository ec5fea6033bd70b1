"""The pairs of databases that the engines of queries.py work on: one for ours, one for theirs, with the same tables.

A state is {table: rows}, the rows in the order that the database has them in.
"""
import datetime
import os
import shutil
import sqlite3
import subprocess
import urllib.parse

import compare

TIMEOUT = 30


class Pair:
    """What all have in common. `urls`: the two databases."""

    def push(self, options, schema, url):
        done = subprocess.run([str(options.build / 'bin/prisma'), 'db', 'push', '--skip-generate', '--schema', str(schema)], capture_output=True, text=True,
                              env={**os.environ, 'DATABASE_URL': url}, timeout=60, cwd=schema.parent)
        if done.returncode:
            raise SystemExit(f'db push failed: {done.stdout}{done.stderr}\n{schema.read_text()}')

    def same(self, one, two):
        """Whether two states are the same, but for the order of rows."""
        rows = lambda state, table: sorted(map(self.comparable, state[table]), key=repr)
        return one == two or all(rows(one, t) == rows(two, t) for t in one if t != 'sqlite_sequence')

    def comparable(self, row):
        return row

    def statements(self, state):
        """SQL that fills empty tables with a state."""
        return [f'INSERT INTO {self.quoted(table)} VALUES ' + ', '.join('(' + ', '.join(map(self.literal, row)) + ')' for row in rows)
                for table, rows in state.items() if rows and table != 'sqlite_sequence']


class Sqlite(Pair):
    def __init__(self, options, schema, rows):
        paths = [schema.parent / name for name in ('ours.db', 'theirs.db')]
        self.urls = [f'file:{path}' for path in paths]
        self.push(options, schema, self.urls[0])
        base = sqlite3.connect(paths[0])
        base.execute('PRAGMA foreign_keys = OFF')
        for statement, values, _ in rows:
            base.execute(statement, values)
        base.commit()
        base.close()
        shutil.copy(*paths)
        self.bases = [sqlite3.connect(path, timeout=TIMEOUT, isolation_level=None) for path in paths]
        for base in self.bases:
            base.execute('PRAGMA foreign_keys = OFF')
        names = self.bases[0].execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%' ORDER BY name")
        self.tables = [t for (t,) in names]

    def read(self):
        return [{t: sorted(base.execute(f'SELECT * FROM "{t}"').fetchall(), key=repr) for t in self.tables} for base in self.bases]

    def comparable(self, row):
        return compare.plain(row)

    def write(self, state):
        for base in self.bases:
            base.execute('BEGIN IMMEDIATE')
            for table in sorted(state, key=lambda t: t == 'sqlite_sequence'):
                base.execute(f'DELETE FROM "{table}"')
                if state[table]:
                    base.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(state[table][0]))})', state[table])
            base.execute('COMMIT')

    def same_counters(self, _):
        pass

    @staticmethod
    def quoted(name):
        return f'"{name}"'

    @staticmethod
    def literal(value):
        if value is None:
            return 'NULL'
        if isinstance(value, bytes):
            return f"x'{value.hex()}'"
        return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)

    def close(self):
        for base in self.bases:
            base.close()


class Client:
    """A client of a server that stays open."""

    END = 'end_of_answer'

    def __init__(self, command, **environment):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment})

    def __call__(self, *statements):
        self.process.stdin.write(';\n'.join(statements) + f";\nSELECT '{self.END}';\n")
        self.process.stdin.flush()
        rows = []
        for line in self.process.stdout:
            if line.rstrip('\n') == self.END:
                return rows
            rows.append(line.rstrip('\n').split('\t'))
        raise SystemExit('the SQL client ended')

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Server(Pair):
    """What servers have in common. Rows are lists of SQL literals."""

    NAMES = ('differ_ours', 'differ_theirs')

    def __init__(self, options, schema, rows):
        server = urllib.parse.urlsplit(options.url)
        self.sql = self.client(server)
        self.make()
        self.urls = [self.url(server, name) for name in self.NAMES]
        for url in self.urls:
            self.push(options, schema, url)
        found = self.sql(f"SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '{self.NAMES[0]}' "
                         'ORDER BY TABLE_NAME, ORDINAL_POSITION')
        self.columns = {}
        for table, column, type_ in found:
            self.columns.setdefault(table, []).append((column, type_))
        self.counted = self.counters()
        for name in self.NAMES:
            self.use(name)
            for statement, values, types in rows:
                head, mark, tail = statement.partition('VALUES')
                parts = tail.split('?')
                literals = [self.text(v, t) for v, t in zip(values, types)]
                self.sql(self.dialect(head) + mark + ''.join(p + v for p, v in zip(parts, literals + [''])) if values else statement)
        self.same_counters(False)

    def dialect(self, statement):
        return statement

    def table(self, name, table):
        return f'{self.quoted(name)}.{self.quoted(table)}'

    @staticmethod
    def literal(value):
        return value

    def text(self, value, type_):
        """A value of the generator as SQL."""
        if value is None:
            return 'NULL'
        if isinstance(value, bytes):
            return self.bytes(value)
        if isinstance(value, list):
            quoted = (self.text(v, type_)[1:-1].replace('\\', '\\\\').replace('"', '\\"') for v in value)
            return "'{" + ','.join(f'"{v}"' for v in quoted) + "}'"
        if type_ == 'DateTime':
            value = (datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=value)).isoformat(' ', 'milliseconds')
        return self.string(str(value)) if isinstance(value, str) or type_ == 'Json' else self.number(value)

    def read(self):
        script = []
        for name in self.NAMES:
            for table, columns in self.columns.items():
                script.append(f"SELECT '#{name}', '{table}'")
                script.append(f"SELECT {', '.join(self.column(*c) for c in columns)} FROM {self.table(name, table)}")
        states, rows = {name: {} for name in self.NAMES}, None
        for row in self.sql(*script):
            if row[0].startswith('#'):
                rows = states[row[0][1:]][row[1]] = []
            else:
                rows.append(row)
        return list(states.values())

    def write(self, state):
        script = []
        for name in self.NAMES:
            script += self.empty([self.table(name, t) for t in self.columns])
            script += [f'INSERT INTO {self.table(name, t)} VALUES ' + ', '.join(f"({', '.join(row)})" for row in rows) for t, rows in state.items() if rows]
        self.sql(*script)
        self.same_counters(False)

    def close(self):
        self.sql.close()


class Postgresql(Server):
    """Two schemas of one database."""

    DATABASE = 'differ'

    def client(self, server):
        command = lambda path: ['psql', '-XAtq', '-F', '\t', '-v', 'ON_ERROR_STOP=0', server._replace(path=path, query='').geturl()]
        first = Client(command(server.path))
        if not first(f"SELECT 1 FROM pg_database WHERE datname = '{self.DATABASE}'"):
            first(f'CREATE DATABASE {self.DATABASE}')
        first.close()
        return Client(command('/' + self.DATABASE))

    def url(self, server, name):
        return server._replace(path='/' + self.DATABASE, query='schema=' + name).geturl()

    def make(self):
        self.sql('SET client_min_messages = error', 'SET session_replication_role = replica')
        for name in self.NAMES:
            self.sql(f'DROP SCHEMA IF EXISTS {name} CASCADE', f'CREATE SCHEMA {name}')

    def use(self, name):
        self.sql(f'SET search_path = {name}')

    @staticmethod
    def quoted(name):
        return f'"{name}"'

    @staticmethod
    def column(name, _):
        return f'quote_nullable("{name}"::text)'

    @staticmethod
    def bytes(value):
        return f"'\\x{value.hex()}'"

    @staticmethod
    def number(value):
        return f"'{value}'"

    @staticmethod
    def string(value):
        return "'" + value.replace("'", "''") + "'"

    def empty(self, tables):
        return [f'TRUNCATE {", ".join(tables)}']

    def counters(self):
        return self.sql(f"SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = '{self.NAMES[0]}' AND "
                        "column_default LIKE 'nextval(%'")

    def same_counters(self, clean):
        """Sequences go on from the largest number in both: what was rolled back has counted."""
        if clean or not self.counted:
            return
        full = [(self.table(name, table), column) for table, column in self.counted for name in self.NAMES]
        self.sql('SELECT 1 WHERE 0 > ' + ' + '.join(
            f"setval(pg_get_serial_sequence('{table}', '{column}'), GREATEST(0, (SELECT max(\"{column}\") FROM {table})) + 1, false)" for table, column in full))


class Mysql(Server):
    """Two databases."""

    def client(self, server):
        command = ['mariadb', '--no-defaults', '-BNr', '--unbuffered', '--force', f'-u{server.username}', f'-h{server.hostname}', f'-P{server.port}']
        return Client(command, MYSQL_PWD=server.password or '')

    def url(self, server, name):
        return server._replace(path='/' + name).geturl()

    def make(self):
        self.sql('SET FOREIGN_KEY_CHECKS = 0')
        for name in self.NAMES:
            self.sql(f'DROP DATABASE IF EXISTS {name}', f'CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci')

    def use(self, name):
        self.sql(f'USE {name}')

    def dialect(self, statement):
        return statement.replace('"', '`')

    @staticmethod
    def quoted(name):
        return f'`{name}`'

    @staticmethod
    def column(name, type_):
        if 'blob' in type_ or 'binary' in type_:
            return f"IF(`{name}` IS NULL, 'NULL', CONCAT('x''', HEX(`{name}`), ''''))"
        return f"IF(`{name}` IS NULL, 'NULL', CONCAT('b''', BIN(`{name}`), ''''))" if type_ == 'bit' else f'QUOTE(`{name}`)'

    @staticmethod
    def bytes(value):
        return f"x'{value.hex()}'"

    @staticmethod
    def number(value):
        return repr(value)

    @staticmethod
    def string(value):
        return "'" + value.replace('\\', '\\\\').replace("'", "''") + "'"

    def comparable(self, row):
        """Decimals to twelve digits: see docs/differences.md."""
        return ['%.12g' % float(v[1:-1]) if '.' in v and v[1:-1].replace('.', '', 1).replace('-', '', 1).isdigit() else v for v in row]

    def empty(self, tables):
        return [f'DELETE FROM {table}' for table in tables]

    def counters(self):
        return [row[0] for row in self.sql(f"SELECT TABLE_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '{self.NAMES[0]}' AND "
                                           "EXTRA = 'auto_increment'")]

    def same_counters(self, clean):
        if not clean:
            self.sql(*[f'ALTER TABLE {self.table(name, table)} AUTO_INCREMENT = 1' for table in self.counted for name in self.NAMES], 'DO 0')


# The class, the variable with the server's URL, the npm package of the driver adapter.
PROVIDERS = {'sqlite': (Sqlite, None, 'adapter-better-sqlite3'), 'postgresql': (Postgresql, 'POSTGRES_URL', 'adapter-pg'),
             'mysql': (Mysql, 'MYSQL_URL', 'adapter-mariadb')}
