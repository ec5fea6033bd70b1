#!/usr/bin/env python3
"""Random differential test of the query engine on SQLite: ours and the official engine must answer the same and leave the same rows.

    queries.py --build build --oracle FOLDER [--seed N] [--count N] [--schemas N]

A seed gives a schema, its rows and the requests. After a write both databases are compared, and a difference is repaired, so that every
request starts from one state for both; a failing request is cut down to the part that fails. Closes with `N passed, N failed`.
"""
import argparse
import copy
import http.client
import json
import os
import pathlib
import random
import re
import select
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import generate  # noqa: E402

TIMEOUT = 30
AGGREGATED = re.compile('^(aggregate|groupBy)')
CHECKED = ('P2009', 'P2012', 'P2013', 'P2019')  # codes of the check of a request against the schema


class Ours:
    def __init__(self, build, schema, database):
        self.command = [str(build / 'bin/query-engine'), '--datamodel-path', str(schema), '--port', '0', '--enable-raw-queries']
        self.environment = {**os.environ, 'DATABASE_URL': f'file:{database}'}
        self.process = self.connection = None

    def start(self):
        self.process = subprocess.Popen(self.command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        port = re.search(r'"port":"(\d+)"', line)
        if not port:
            raise SystemExit(f'the engine does not start: {line}')
        self.connection = http.client.HTTPConnection('127.0.0.1', int(port[1]), timeout=TIMEOUT)

    def post(self, path, body, transaction=None):
        self.connection.request('POST', path, json.dumps(body), {'X-transaction-id': transaction} if transaction else {})
        return json.loads(self.connection.getresponse().read())

    def ask(self, request):
        if self.process is None:
            self.start()
        try:
            if 'steps' not in request:
                return self.post('/', request)
            transaction = self.post('/transaction/start', {'max_wait': 2000, 'timeout': 20000}).get('id')
            answers = [self.post('/', step, transaction) for step in request['steps']]
            self.post(f'/transaction/{transaction}/{request.get("end", "rollback")}', {})
            return {'steps': answers}
        except (OSError, http.client.HTTPException, ValueError) as error:
            code = self.process.poll()
            self.stop()
            return {'crash': f'{type(error).__name__}: {error}; exit code {code}'}

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None


class Oracle:
    def __init__(self, folder, schema, database):
        self.command = ['node', str(folder / 'oracle.mjs'), 'query', str(schema), f'file:{database}']
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def ask(self, request):
        """The answer, or None if the official engine fails at it (a panic, a trap of its WebAssembly)."""
        if 'steps' in request:
            begun = self.ask({'startTransaction': {'timeout': 20000}})
            answers = begun and [self.ask(step) for step in request['steps']]
            if not answers or None in answers:
                self.stop()
                return None
            self.ask({request.get('end', 'rollback') + 'Transaction': {}})
            return {'steps': answers}
        if self.process is None:
            self.start()
        try:
            self.process.stdin.write(json.dumps(request).encode() + b'\n')
            self.process.stdin.flush()
            line = self.process.stdout.readline() if select.select([self.process.stdout], [], [], TIMEOUT)[0] else b''
        except OSError:
            line = b''
        answer = json.loads(line) if line else None
        if answer and 'did not match any variant' in answer.get('error', ''):
            return answer
        if answer is None or 'error' in answer or b'"is_panic":true' in line or b'"RuntimeError"' in line:
            if os.environ.get('ORACLE_FAILURES'):
                print('  oracle:', line[:300], json.dumps(request)[:1500])
            self.stop()
            return None
        # SQL that the database refuses has its own code with a driver adapter, and so have columns whose type it guessed wrong.
        if b'"error_code":"P2036"' in line or b'"error_code":"P2023"' in line:
            return None
        # In some nested writes the official engine asks for a mapped column of the id by another table's name.
        # And some emulated updates end in a fault of its interpreter.
        return None if b'"error_code":"P2022"' in line or b'Unable to convert expression result into' in line else answer

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None


class Rows:
    """The rows of a database, read and put back beside the engine."""

    def __init__(self, path):
        self.base = sqlite3.connect(path, timeout=TIMEOUT, isolation_level=None)
        self.base.execute('PRAGMA foreign_keys = OFF')
        self.tables = [t for (t,) in self.base.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%' ORDER BY name")]

    def read(self):
        return {t: sorted(self.base.execute(f'SELECT * FROM "{t}"').fetchall(), key=repr) for t in self.tables}

    def write(self, rows):
        self.base.execute('BEGIN IMMEDIATE')
        for table in sorted(rows, key=lambda t: t == 'sqlite_sequence'):
            self.base.execute(f'DELETE FROM "{table}"')
            if rows[table]:
                self.base.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(rows[table][0]))})', rows[table])
        self.base.execute('COMMIT')


def plain(value):
    """An answer without what may differ: the format of numbers and of JSON values."""
    if isinstance(value, dict):
        if value.get('$type') == 'Json':
            return {'$type': 'Json', 'value': json.loads(value['value'])}
        if value.get('$type') == 'Decimal':
            return {'$type': 'Decimal', 'value': '%.12g' % float(value['value'])}
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, float):  # sums differ in the last digits, and 1.0 is the same as 1
        return float('%.12g' % value)
    return value


def error_of(answer):
    """(code, message, batch index) of an answer's error."""
    item = answer['errors'][0]
    error = item['user_facing_error']
    code, message = error.get('error_code'), error['message']
    if code in CHECKED:
        return 'checked', message, error.get('batch_request_idx')
    # Constraint violations: the driver adapter names the constraint in its own way.
    if code in ('P2002', 'P2003', 'P2011', 'P2004'):
        message = None
    return code, message, error.get('batch_request_idx')


def same(ours, theirs):
    """None, or the kind of difference of two answers."""
    if 'steps' in theirs:
        if len(theirs['steps']) != len(ours.get('steps', ())):
            return 'error'
        return next((k for k in map(same, ours['steps'], theirs['steps']) if k), None)
    if 'error' in theirs:  # no request at all
        return None if theirs['error'] in ours.get('message', '') else 'error'
    if 'batchResult' in theirs and 'batchResult' in ours and len(theirs['batchResult']) == len(ours['batchResult']):
        return next((k for k in map(same, ours['batchResult'], theirs['batchResult']) if k), None)
    if 'batchResult' in theirs or 'errors' in theirs or 'errors' in ours or 'is_panic' in ours:
        if not ('errors' in theirs and 'errors' in ours):
            return 'error' if 'errors' in theirs else 'data'
        one, two = error_of(ours), error_of(theirs)
        return None if one == two else 'code' if one[0] != two[0] else 'text'
    if 'errors' in theirs:
        return 'error'
    if plain(ours) == plain(theirs) or (AGGREGATED.search(next(iter(theirs.get('data', [''])))) and close(numbers(ours), numbers(theirs))):
        return None
    return 'data'


def numbers(value):
    """An answer with its tagged numbers as numbers."""
    if isinstance(value, dict):
        if value.get('$type') in ('Decimal', 'BigInt'):
            return float(value['value'])
        return {k: numbers(v) for k, v in value.items()} if value.get('$type') != 'Json' else plain(value)
    return [numbers(v) for v in value] if isinstance(value, list) else value


def close(ours, theirs):
    """The driver adapter takes a column of aggregates for integers if the first one is an integer, and cuts the others. Averages
    of large numbers depend on how SQLite's version adds floating-point numbers."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(close(ours[k], theirs[k]) for k in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(close, ours, theirs))
    try:
        if ours == theirs or isinstance(ours, bool):
            return ours == theirs
        ours, theirs = float(ours), float(theirs)
        return theirs == int(ours) or abs(ours - theirs) <= 1e-12 * abs(theirs)
    except (TypeError, ValueError):
        return False


class Bench:
    """One schema with its two databases and engines."""

    def __init__(self, options, folder, schema):
        self.schema = schema
        path = folder / 'schema.prisma'
        path.write_text(schema.psl())
        database = folder / 'ours.db'
        done = subprocess.run([str(options.build / 'bin/prisma'), 'db', 'push', '--skip-generate', '--schema', str(path)], capture_output=True, text=True,
                              env={**os.environ, 'DATABASE_URL': f'file:{database}'}, timeout=60, cwd=folder)
        if done.returncode:
            raise SystemExit(f'db push failed: {done.stdout}{done.stderr}\n{schema.psl()}')
        base = sqlite3.connect(database)
        base.execute('PRAGMA foreign_keys = OFF')
        for statement, values in schema.rows():
            base.execute(statement, values)
        base.commit()
        base.close()
        shutil.copy(database, folder / 'theirs.db')
        self.ours, self.theirs = Ours(options.build, path, database), Oracle(options.oracle, path, folder / 'theirs.db')
        self.our_rows, self.their_rows = Rows(database), Rows(folder / 'theirs.db')
        self.state = self.first = self.our_rows.read()

    def reset(self, rows):
        if rows != self.state:
            self.our_rows.write(rows)
            self.their_rows.write(rows)
            self.state = rows

    def close(self):
        self.ours.stop()
        self.theirs.stop()
        self.our_rows.base.close()
        self.their_rows.base.close()

    def run(self, request):
        """(kind of difference or None, our answer, their answer); the databases are the same again afterwards. Kind 'skip': no oracle."""
        theirs = self.theirs.ask(request)
        if theirs is None:
            self.their_rows.write(self.state)
            return 'skip', None, None
        ours = self.ours.ask(request)
        if 'crash' in ours:
            kind = 'crash'
        else:
            kind = same(ours, theirs)
        one, two = self.our_rows.read(), self.their_rows.read()
        if plain({**one, 'sqlite_sequence': []}) != plain({**two, 'sqlite_sequence': []}):
            if kind is None:
                kind = 'rows'
                ours = {'answer': ours, 'rows': {t: [r for r in one[t] if r not in two[t]] for t in one if one[t] != two[t]}}
                theirs = {'answer': theirs, 'rows': {t: [r for r in two[t] if r not in one[t]] for t in two if one[t] != two[t]}}
        if one != two:
            self.our_rows.write(two)
        self.state = two
        return kind, ours, theirs


def smaller(node):
    """Copies of a request with one part taken away, big parts first. What puts rows into one order stays."""
    if isinstance(node, dict):
        if '$type' in node:
            return
        for key in list(node):
            if key in ('modelName', 'action', 'query', 'orderBy', 'steps', 'batch'):
                continue
            yield {k: v for k, v in node.items() if k != key}
        for key in list(node):
            for part in [] if key == 'orderBy' else smaller(node[key]):
                yield {**node, key: part}
    elif isinstance(node, list):
        for i in range(len(node)):
            yield node[:i] + node[i + 1:]
        for i, item in enumerate(node):
            for part in smaller(item):
                yield node[:i] + [part] + node[i + 1:]


def minimised(bench, request, before, kind, seconds):
    """The smallest request found that fails in the same way on the same rows, with its answers."""
    end = time.monotonic() + seconds
    best = None
    again = True
    while again and time.monotonic() < end:
        again = False
        for candidate in smaller(request):
            if time.monotonic() > end:
                break
            bench.reset(before)
            found = bench.run(candidate)
            if found[0] == kind:
                request, best, again = candidate, found, True
                break
    return request, best


class Kept:
    """A schema with its rows out of kept.jsonl: what the random test found once."""

    def __init__(self, case):
        self.case = case

    def psl(self):
        mode = '\n  relationMode = "prisma"' if self.case.get('emulated') else ''
        head = f'datasource db {{\n  provider = "sqlite"\n  url = env("DATABASE_URL"){mode}\n}}\n\ngenerator client {{\n  provider = "prisma-client-js"\n}}\n'
        return head + '\n'.join(self.case['models']) + '\n'

    def rows(self):
        return [(statement, ()) for statement in self.case['rows']]


def kept_cases(options, kinds):
    passed = failed = 0
    for line in (pathlib.Path(__file__).parent / 'kept.jsonl').read_text().splitlines():
        case = json.loads(line)
        with tempfile.TemporaryDirectory(prefix='oracle-queries-') as folder:
            bench = Bench(options, pathlib.Path(folder), Kept(case))
            try:
                for request in case['requests']:
                    bench.reset(bench.first)
                    kind, ours, theirs = bench.run(request)
                    if kind not in kinds:
                        passed += 1
                        continue
                    failed += 1
                    print(f'FAILED kept case {case["name"]}, {kind}: {json.dumps(request)}\n  ours:   {json.dumps(ours, default=repr)[:1500]}\n'
                          f'  theirs: {json.dumps(theirs, default=repr)[:1500]}', flush=True)
            finally:
                bench.close()
    return passed, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', type=pathlib.Path, default='build')
    parser.add_argument('--oracle', type=pathlib.Path, default=os.environ.get('PRISMA_ORACLE', 'build/oracle'))
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--schemas', type=int, default=8, help='how many seeds, from --seed on; each is one schema')
    parser.add_argument('--count', type=int, default=200, help='requests to each schema')
    parser.add_argument('--kinds', default='data,error,code,rows,crash,text', help='differences that count')
    parser.add_argument('--show', type=int, default=10, help='failures to print')
    parser.add_argument('--only', type=int, help='only this request of the seed')
    parser.add_argument('--mode', choices=['prisma', 'foreignKeys'], help='the relation mode of all schemas')
    parser.add_argument('--minimise', type=float, default=3, metavar='SECONDS')
    options = parser.parse_args()
    options.build = options.build.resolve()
    if not (options.oracle / 'node_modules').is_dir():
        print('!! SKIPPED: the oracle is missing; install ../shared/oracle and set PRISMA_ORACLE or --oracle')
        sys.exit(77)
    kinds = options.kinds.split(',')
    passed, failed = kept_cases(options, kinds) if options.only is None and options.mode is None else (0, 0)
    skipped = 0
    for seed in range(options.seed, options.seed + options.schemas):
        source = random.Random(seed)
        schema = generate.Schema(source, options.mode)
        with tempfile.TemporaryDirectory(prefix='oracle-queries-') as folder:
            bench = Bench(options, pathlib.Path(folder), schema)
            try:
                requests = generate.Requests(schema, source)
                for i in range(options.count):
                    request = requests.request()
                    if options.only not in (None, i):
                        continue
                    if i % 25 == 0:
                        bench.reset(bench.first)
                    before = bench.state
                    kind, ours, theirs = bench.run(copy.deepcopy(request))
                    if kind == 'skip':
                        skipped += 1
                        continue
                    if kind not in kinds:
                        passed += 1
                        continue
                    failed += 1
                    if failed <= options.show:
                        after = bench.state
                        request, best = minimised(bench, request, before, kind, options.minimise)
                        _, ours, theirs = best or (kind, ours, theirs)
                        bench.reset(after)
                        print(f'FAILED seed {seed}, request {i}, {kind}: {json.dumps(request)}')
                        print(f'  ours:   {json.dumps(ours, default=repr)[:1500]}\n  theirs: {json.dumps(theirs, default=repr)[:1500]}', flush=True)
            finally:
                bench.close()
    if skipped:
        print(f'{skipped} requests skipped, at which the official engine itself fails')
    print(f'{passed} passed, {failed} failed')
    sys.exit(bool(failed))


if __name__ == '__main__':
    main()
