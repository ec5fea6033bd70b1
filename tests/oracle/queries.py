#!/usr/bin/env python3
"""Random differential test of the query engine: ours and the official engine must answer the same and leave the same rows.

    queries.py --build build --oracle FOLDER [--seed N] [--count N] [--schemas N]
    scripts/with_postgresql tests/oracle/queries.py --provider postgresql …
    scripts/with_mariadb tests/oracle/queries.py --provider mysql …

A seed gives a schema, its rows and the requests. After a write both databases are compared, and a difference is repaired, so that every
request starts from one state for both; a failing request is cut down to the part that fails. Closes with `N passed, N failed`.
"""
import argparse
import copy
import json
import os
import pathlib
import random
import re
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import compare  # noqa: E402
import databases  # noqa: E402
import engines  # noqa: E402
import generate  # noqa: E402
import generate_wide  # noqa: E402

MIXES = {'usual': generate, 'wide': generate_wide}

READS = ('find', 'aggregate', 'groupBy')


class Bench:
    """One schema with its two databases and engines."""

    def __init__(self, options, folder, schema):
        self.provider, self.schema = options.provider, schema
        self.is_emulated = 'relationMode = "prisma"' in schema.psl()
        path = folder / 'schema.prisma'
        path.write_text(schema.psl())
        self.databases = databases.PROVIDERS[options.provider][0](options, path, schema.rows())
        ours, theirs = self.databases.urls
        self.ours, self.theirs = engines.Ours(options.build, path, ours), engines.Oracle(options.oracle, path, theirs)
        self.state = self.first = self.databases.read()[0]

    def reset(self, state):
        if state != self.state:
            self.databases.write(state)
            self.state = state

    def close(self):
        self.ours.stop()
        self.theirs.stop()
        self.databases.close()

    def is_free(self, request):
        """Which records a limit without an order takes, is the choice of the database: MariaDB goes by one index or another."""
        return self.provider == 'mysql' and 'limit' in request.get('query', {}).get('arguments', {})

    def is_remnant(self, theirs, ours, two):
        """Whether what only the official engine has left behind is of a write that it refused (docs/differences.md): where it emulates
        referential actions, it may write first and look then, in no transaction. Its tables are as ours, or ours are as they were."""
        answers = [theirs, *theirs.get('steps', ())]
        is_as = lambda table, state: self.databases.same({table: ours[table]}, {table: state[table]})  # noqa: E731
        return self.is_emulated and any('errors' in a for a in answers) and all(is_as(t, two) or is_as(t, self.state) for t in ours)

    def run(self, request):
        """(kind of difference or None, our answer, their answer); the databases are the same again afterwards. Kind 'skip': no oracle."""
        theirs = self.theirs.ask(request)
        if theirs is None:
            self.databases.write(self.state)
            return 'skip', None, None
        ours = self.ours.ask(request)
        kind = 'crash' if 'crash' in ours else compare.difference(ours, theirs, self.provider)
        if kind and (compare.is_chance(request, ours, theirs) or (self.is_free(request) and ('errors' in ours) != ('errors' in theirs))):
            self.databases.write(self.state)
            return 'skip', None, None
        if kind is None and request.get('action', '').startswith(READS):
            return kind, ours, theirs
        one, two = self.databases.read()
        same = all(len(one[t]) == len(two[t]) for t in one) if self.is_free(request) else self.databases.same(one, two)
        if not same and kind is None and self.is_remnant(theirs, one, two):
            self.databases.write(self.state)
            return 'skip', None, None
        if not same:
            if kind is None:
                kind = 'rows'
                ours = {'answer': ours, 'rows': {t: [r for r in one[t] if r not in two[t]] for t in one if one[t] != two[t]}}
                theirs = {'answer': theirs, 'rows': {t: [r for r in two[t] if r not in one[t]] for t in two if one[t] != two[t]}}
        if one != two:
            self.databases.write(two)
        else:
            self.databases.same_counters(kind is None and 'errors' not in theirs)
        self.state = two
        return kind, ours, theirs


def smaller(node):
    """Copies of a request with one part taken away, big parts first. What puts rows into one order stays."""
    if isinstance(node, dict):
        if '$type' in node:
            return
        for key in list(node):
            if key in ('modelName', 'action', 'query', 'orderBy', 'steps', 'batch') or (key == 'arguments' and 'orderBy' in node[key]):
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
        provider = self.case.get('provider', 'sqlite')
        head = f'datasource db {{\n  provider = "{provider}"\n  url = env("DATABASE_URL"){mode}\n}}\n\ngenerator client {{\n  provider = "prisma-client-js"\n}}\n'
        return head + '\n'.join(self.case['models']) + '\n'

    def rows(self):
        return [(statement, (), ()) for statement in self.case['rows']]


def kept_cases(options, kinds):
    passed = failed = 0
    for line in (pathlib.Path(__file__).parent / 'kept.jsonl').read_text().splitlines():
        case = json.loads(line)
        if case.get('provider', 'sqlite') != options.provider:
            continue
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
                    print(f'FAILED kept case {case["name"]}, {kind}: {json.dumps(request)}\n{compare.shown(ours, theirs)[:3000]}', end='', flush=True)
            finally:
                bench.close()
    return passed, failed


def keep(options, bench, name, state, request):
    head, *models = re.split(r'\n(?=model|enum)', bench.schema.psl().strip())
    case = {'name': name, 'provider': options.provider, 'models': models, 'rows': bench.databases.statements(state), 'requests': [request]}
    if 'relationMode' in head:
        case['emulated'] = True
    with options.keep.open('a') as file:
        file.write(json.dumps(case) + '\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', type=pathlib.Path, default='build')
    parser.add_argument('--oracle', type=pathlib.Path, default=os.environ.get('PRISMA_ORACLE', 'build/oracle'))
    parser.add_argument('--provider', choices=list(databases.PROVIDERS), default='sqlite')
    parser.add_argument('--url', help='the server; POSTGRES_URL or MYSQL_URL if not given')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--schemas', type=int, default=8, help='how many seeds, from --seed on; each is one schema')
    parser.add_argument('--count', type=int, default=200, help='requests to each schema')
    parser.add_argument('--kinds', default='data,error,code,rows,crash,text', help='differences that count')
    parser.add_argument('--show', type=int, default=10, help='failures to print')
    parser.add_argument('--only', type=int, help='only this request of the seed')
    parser.add_argument('--mode', choices=['prisma', 'foreignKeys'], help='the relation mode of all schemas')
    parser.add_argument('--mix', choices=list(MIXES), default='usual', help='which schemas and requests: those of generate.py or of generate_wide.py')
    parser.add_argument('--keep', type=pathlib.Path, metavar='FILE', help='adds the failures to FILE, as cases for kept.jsonl')
    parser.add_argument('--minimise', type=float, default=3, metavar='SECONDS')
    options = parser.parse_args()
    options.build = options.build.resolve()
    _, variable, adapter = databases.PROVIDERS[options.provider]
    engines.need_oracle(options.oracle, f'@prisma/{adapter}')
    options.url = options.url or os.environ.get(variable or '')
    if variable and not options.url:
        print('!! SKIPPED: no server; run it by scripts/with_postgresql or scripts/with_mariadb')
        sys.exit(77)
    kinds = options.kinds.split(',')
    passed, failed = kept_cases(options, kinds) if options.only is None and options.mode is None else (0, 0)
    skipped = 0
    for seed in range(options.seed, options.seed + options.schemas):
        source = random.Random(seed)
        mix = MIXES[options.mix]
        schema = mix.Schema(source, options.mode, options.provider)
        with tempfile.TemporaryDirectory(prefix='oracle-queries-') as folder:
            bench = Bench(options, pathlib.Path(folder), schema)
            try:
                requests = mix.Requests(schema, source)
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
                        print(compare.shown(ours, theirs)[:3000], end='', flush=True)
                        if options.keep:
                            keep(options, bench, f'{seed}/{i}', before, request)
            finally:
                bench.close()
    if skipped:
        print(f'{skipped} requests skipped, at which the official engine itself fails')
    print(f'{passed} passed, {failed} failed')
    sys.exit(bool(failed))


if __name__ == '__main__':
    main()
