#!/usr/bin/env python3
"""The order of nested writes: ours beside the official query compiler's plans, without a database.

    write_order.py --build build --oracle FOLDER [--provider P] [--seed N] [--count N] [--schemas N]

Of random creates and upserts with several nested writes the sequences of inserts, updates and deletes in both plans are compared, by table and
columns. Left out are what the two do in different statements: join tables, foreign keys, and updates of ids, which the official engine plans
for relations that can't be changed there and never runs. Closes with `N passed, N failed`.
"""
import argparse
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import cockroachdb_sql  # noqa: E402
import engines  # noqa: E402
import generate  # noqa: E402

WRITE = re.compile(r'\s*(INSERT|UPDATE|DELETE)\b(?: OR IGNORE| IGNORE)?(?: INTO| FROM)? (?:[`"][^`"]+[`"]\.)?[`"]([^`"]+)[`"]\s*(\([^)]*\)|SET .*?WHERE)?')


def writes(statements):
    """(verb, table, columns) of each write that both engines have in one form."""
    found = []
    for sql in statements:
        match = WRITE.match(sql)
        if not match or match[2].startswith('_'):
            continue
        verb, table, part = match.groups()
        columns = re.findall(r'[`"](\w+)[`"]' if verb == 'INSERT' else r'(?<![.])[`"](\w+)[`"] = ', part or '')
        columns = sorted(c for c in columns if not re.match(r'r\d', c))
        if verb == 'UPDATE' and {*columns} <= {'id', 'the_id', 'kind', 'n', 'a', 'b'}:
            continue
        found.append((verb, table, columns))
    return found


def without_missing(lines):
    """A plan's lines without what comes if the record of an update isn't there: of that the official engine has no branches."""
    kept, i = [], 0
    depth = lambda line: len(line) - len(line.lstrip())  # noqa: E731
    while i < len(lines):
        branch = re.match(r'\s*If (b\d+) empty$', lines[i])
        end = i + 1
        while branch and end < len(lines) and depth(lines[end]) > depth(lines[i]):
            end += 1
        if branch and any(line.lstrip().startswith(f'Expect {branch[1]} not empty') for line in lines[i + 1:end]):
            i = end
            continue
        kept.append(lines[i])
        i += 1
    return kept


def has_empty_delete(node):
    """`delete: []`: planned by the official engine alone, for nothing."""
    if isinstance(node, dict):
        return node.get('delete') == [] or any(map(has_empty_delete, node.values()))
    return isinstance(node, list) and any(map(has_empty_delete, node))


def is_asked(request):
    text = json.dumps(request)
    return request.get('action') in ('createOne', 'upsertOne') and not has_empty_delete(request) and \
        sum(text.count(f'"{kind}"') for kind in ('create', 'connectOrCreate', 'upsert')) >= 2


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', type=pathlib.Path, default='build')
    parser.add_argument('--oracle', type=pathlib.Path, default=os.environ.get('PRISMA_ORACLE', 'build/oracle'))
    parser.add_argument('--provider', choices=['sqlite', 'postgresql', 'mysql'], default='sqlite')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--schemas', type=int, default=4)
    parser.add_argument('--count', type=int, default=40)
    parser.add_argument('--show', type=int, default=5)
    options = parser.parse_args()
    engines.need_oracle(options.oracle)
    prisma = str(options.build.resolve() / 'bin/prisma')
    passed = failed = 0
    for seed in range(options.seed, options.seed + options.schemas):
        source = random.Random(seed)
        schema = generate.Schema(source, None, options.provider)
        with tempfile.TemporaryDirectory(prefix='oracle-order-') as folder:
            path = pathlib.Path(folder) / 'schema.prisma'
            path.write_text(schema.psl())
            requests = generate.Requests(schema, source)
            asked = [r for r in (requests.request() for _ in range(10 * options.count)) if is_asked(r)][:options.count]
            done = subprocess.run(['node', 'oracle.mjs', 'plan', str(path), '--sql'], input='\n'.join(map(json.dumps, asked)), capture_output=True,
                                  text=True, cwd=options.oracle, check=True)
            answers = [json.loads(line) for line in done.stdout.splitlines()]
            assert len(answers) == len(asked), (len(answers), len(asked), done.stdout[:500])
            for request, answer in zip(asked, answers):
                ours = cockroachdb_sql.ours_of(prisma, path, request, 'plan')
                if ours is None or not isinstance(answer, list):
                    continue  # which requests are refused, queries.py compares
                one, two = writes(without_missing(ours)), writes(s['sql'] for s in answer)
                passed += one == two
                failed += one != two
                if one != two and failed <= options.show:
                    print(f'FAILED seed {seed}: {json.dumps(request)}\n  ours:   {one}\n  theirs: {two}')
    print(f'{passed} passed, {failed} failed')
    sys.exit(bool(failed))


if __name__ == '__main__':
    main()
