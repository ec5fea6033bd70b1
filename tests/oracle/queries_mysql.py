#!/usr/bin/env python3
"""The random differential test of queries.py on MariaDB (or MySQL): ours and the official engine, each on a database of its own.

    scripts/with_mariadb tests/oracle/queries_mysql.py --build build --oracle FOLDER [--seed N] [--count N] [--schemas N]

After each request the tables of both databases are compared; a difference is repaired, so that every request starts from one state for both.
Closes with `N passed, N failed`.
"""
import argparse
import datetime
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import generate  # noqa: E402
import queries  # noqa: E402


class Sql:
    """A mariadb client that stays open."""

    END = 'end_of_answer'

    def __init__(self, url):
        command = ['mariadb', '--no-defaults', '-BN', '--unbuffered', '--force', f'-u{url.username}', f'-h{url.hostname}', f'-P{url.port}']
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, 'MYSQL_PWD': url.password or ''})

    def __call__(self, text):
        self.process.stdin.write(f"{text};\nSELECT '{self.END}';\n")
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


def literal(value, is_time):
    if value is None:
        return 'NULL'
    if is_time:
        return "'" + (datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=value)).isoformat(' ', 'milliseconds') + "'"
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    if isinstance(value, str):
        return "'" + value.replace('\\', '\\\\').replace("'", "''") + "'"
    return repr(value)


class Bench:
    def __init__(self, options, folder, schema, sql, server):
        self.sql, self.names = sql, ('differ_ours', 'differ_theirs')
        path = folder / 'schema.prisma'
        path.write_text(schema.psl().replace('"sqlite"', '"mysql"'))
        urls = [server._replace(path='/' + name).geturl() for name in self.names]
        for name in self.names:
            sql(f'DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci')
        times = {(m.table, f.column) for m in schema.models for f in m.fields.values() if f.type == 'DateTime'}
        rows = schema.rows()
        for name, url in zip(self.names, urls):
            done = subprocess.run([str(options.build / 'bin/prisma'), 'db', 'push', '--skip-generate', '--schema', str(path)], capture_output=True,
                                  text=True, env={**os.environ, 'DATABASE_URL': url}, timeout=60, cwd=folder)
            if done.returncode:
                raise SystemExit(f'db push failed: {done.stdout}{done.stderr}\n{schema.psl()}')
            sql(f'USE {name}; SET FOREIGN_KEY_CHECKS = 0')
            for statement, values in rows:
                table, *columns = re.findall(r'"([^"]+)"', statement)
                head = statement[:statement.index('VALUES')].replace('"', '`')
                sql(head + 'VALUES (' + ', '.join(literal(v, (table, c) in times) for v, c in zip(values, columns)) + ')')
        self.tables = [row[0] for row in sql(f"SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{self.names[0]}'")]
        self.ours, self.theirs = queries.Ours(options.build, path, 'none'), queries.Oracle(options.oracle, path, 'none')
        self.ours.environment['DATABASE_URL'] = urls[0]
        self.theirs.command[-1] = urls[1]
        sql('DROP DATABASE IF EXISTS differ_first; CREATE DATABASE differ_first; SET FOREIGN_KEY_CHECKS = 0')
        for table in self.tables:
            sql(f'CREATE TABLE differ_first.`{table}` LIKE {self.names[0]}.`{table}`')
        self.copy(self.names[0], 'differ_first', self.tables)

    def copy(self, source, target, tables):
        for table in tables:
            self.sql(f'DELETE FROM {target}.`{table}`; INSERT INTO {target}.`{table}` SELECT * FROM {source}.`{table}`')

    def reset(self):
        for name in self.names:
            self.copy('differ_first', name, self.tables)
        self.same_counters()

    def same_counters(self):
        """AUTO_INCREMENT goes on from the largest id, in both databases."""
        for table in self.tables:
            for name in self.names:
                if self.sql(f"SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '{name}' AND TABLE_NAME = '{table}' AND EXTRA = "
                            "'auto_increment'"):
                    self.sql(f'ALTER TABLE {name}.`{table}` AUTO_INCREMENT = 1')

    def different(self):
        pairs = ', '.join(f'{name}.`{table}`' for table in self.tables for name in self.names)
        sums = [row[1] for row in self.sql(f'CHECKSUM TABLE {pairs}')]
        return [table for i, table in enumerate(self.tables) if sums[2 * i] != sums[2 * i + 1]]

    def run(self, request):
        theirs = self.theirs.ask(request)
        if theirs is None:
            self.copy(*self.names, self.different())
            self.copy(self.names[0], self.names[1], self.different())
            return 'skip', None, None
        ours = self.ours.ask(request)
        kind = 'crash' if 'crash' in ours else queries.same(ours, theirs)
        if tables := self.different():
            if kind is None:
                kind = 'rows'
                rows = [{t: self.sql(f'SELECT * FROM {name}.`{t}`') for t in tables} for name in self.names]
                ours, theirs = {'answer': ours, 'rows': rows[0]}, {'answer': theirs, 'rows': rows[1]}
            self.copy(self.names[1], self.names[0], tables)
        if kind or 'errors' in theirs:  # what was rolled back has counted
            self.same_counters()
        return kind, ours, theirs

    def close(self):
        self.ours.stop()
        self.theirs.stop()
        for name in (*self.names, 'differ_first'):
            self.sql(f'DROP DATABASE IF EXISTS {name}')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', type=pathlib.Path, default='build')
    parser.add_argument('--oracle', type=pathlib.Path, default=os.environ.get('PRISMA_ORACLE', 'build/oracle'))
    parser.add_argument('--url', default=os.environ.get('MYSQL_URL'))
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--schemas', type=int, default=4)
    parser.add_argument('--count', type=int, default=100)
    parser.add_argument('--only', type=int)
    parser.add_argument('--kinds', default='data,error,code,rows,crash,text')
    parser.add_argument('--show', type=int, default=10)
    options = parser.parse_args()
    options.build = options.build.resolve()
    if not options.url or not (options.oracle / 'node_modules/@prisma/adapter-mariadb').is_dir():
        print('!! SKIPPED: run it by scripts/with_mariadb, with the oracle of ../shared/oracle')
        sys.exit(77)
    server = urllib.parse.urlsplit(options.url)
    sql = Sql(server)
    passed = failed = skipped = 0
    for seed in range(options.seed, options.seed + options.schemas):
        source = random.Random(seed)
        schema = generate.Schema(source)
        with tempfile.TemporaryDirectory(prefix='oracle-mysql-') as folder:
            bench = Bench(options, pathlib.Path(folder), schema, sql, server)
            try:
                requests = generate.Requests(schema, source)
                for i in range(options.count):
                    request = requests.request()
                    if options.only not in (None, i):
                        continue
                    if i % 25 == 0:
                        bench.reset()
                    kind, ours, theirs = bench.run(request)
                    if kind == 'skip':
                        skipped += 1
                    elif kind not in options.kinds.split(','):
                        passed += 1
                    else:
                        failed += 1
                        if failed <= options.show:
                            print(f'FAILED seed {seed}, request {i}, {kind}: {json.dumps(request)}')
                            print(f'  ours:   {json.dumps(ours, default=repr)[:1500]}\n  theirs: {json.dumps(theirs, default=repr)[:1500]}', flush=True)
            finally:
                bench.close()
    sql.close()
    if skipped:
        print(f'{skipped} requests skipped, at which the official engine itself fails')
    print(f'{passed} passed, {failed} failed')
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
