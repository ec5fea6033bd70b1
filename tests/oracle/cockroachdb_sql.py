#!/usr/bin/env python3
"""The SQL for CockroachDB, of which there may be no server: what ours would send, beside the official query compiler's plans.

    cockroachdb_sql.py --build build --oracle FOLDER [--seed N] [--count N] [--schemas N]

The statements of both differ by design, so these facts of each request are compared: that both plan it or both refuse it, which tables
the plan writes, and which functions, operators and clauses are used: ours may use only those that the official engine uses
for CockroachDB in some request of the run, or that OURS lists. Closes with `N passed, N failed`.
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
import engines  # noqa: E402
import generate  # noqa: E402

# What only ours uses. CockroachDB 22 and later have all of it.
OURS = {
    'JSON_BUILD_ARRAY', 'JSON_AGG', 'ENCODE',  # relations as lists, not as objects of jsonb
    'CASE', 'WHEN', 'THEN', 'ELSE', 'END', 'EXCLUDED', 'TEXT', 'TEXT[]', 'INNER',
}
PREVIEW = 'relationJoins'


def words(sql):
    """The SQL without names and texts: its words in capitals, and its operators."""
    while True:  # {…}: where ours shows a list of values
        shorter = re.sub(r'\{[^{}]*\}', ' ', sql)
        if shorter == sql:
            break
        sql = shorter
    sql = re.sub(r"/\*.*?\*/|'(?:[^']|'')*'|\babs-?\d*", ' ', sql)
    sql = re.sub(r'(?:"[^"]*"\.)*"[^"]*"', ' ', sql)
    return {w.upper() for w in re.findall(r'[A-Za-z_][A-Za-z_0-9]*(?:\[\])?|@>|&&|<>|<=|>=|\|\||#>>|#>|->|[+*/<>=]', sql)}


def writes(statements):
    found = set()
    for sql in statements:
        match = re.match(r'\s*(INSERT INTO|UPDATE|DELETE FROM)\s+(?:"[^"]+"\.)?"([^"]+)"', sql)
        if match:
            found.add(match[2])
    return found


def ours_of(prisma, schema, request, stage='sql'):
    done = subprocess.run([prisma, 'debug', 'dump', f'--stage={stage}', '--schema', schema], input=json.dumps(request), capture_output=True, text=True, errors='replace')
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.splitlines() if done.returncode == 0 else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', type=pathlib.Path, default='build')
    parser.add_argument('--oracle', type=pathlib.Path, default=os.environ.get('PRISMA_ORACLE', 'build/oracle'))
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--schemas', type=int, default=4)
    parser.add_argument('--count', type=int, default=40)
    parser.add_argument('--show', type=int, default=10)
    options = parser.parse_args()
    engines.need_oracle(options.oracle)
    prisma = str(options.build.resolve() / 'bin/prisma')
    compared, known = [], set(OURS)
    for seed in range(options.seed, options.seed + options.schemas):
        source = random.Random(seed)
        schema = generate.Schema(source)
        text = re.sub(r'(\bInt\b.*)autoincrement\(\)', r'\1sequence()', schema.psl().replace('"sqlite"', '"cockroachdb"').replace('file:', 'postgresql://x/'))
        if seed % 2 == 0:
            text = re.sub(r'(generator \w+ \{\n)', rf'\1  previewFeatures = ["{PREVIEW}"]\n', text) if 'previewFeatures' not in text else text
        with tempfile.TemporaryDirectory(prefix='oracle-cockroachdb-') as folder:
            path = pathlib.Path(folder) / 'schema.prisma'
            path.write_text(text)
            requests = generate.Requests(schema, source)
            asked = [r for r in (requests.request() for _ in range(options.count)) if 'action' in r]
            done = subprocess.run(['node', 'oracle.mjs', 'plan', str(path), '--sql'], input='\n'.join(map(json.dumps, asked)), capture_output=True,
                                  text=True, cwd=options.oracle, check=True)
            answers = [json.loads(line) for line in done.stdout.splitlines()]
            assert len(answers) == len(asked), (len(answers), len(asked), text, done.stdout[:500])
            for request, answer in zip(asked, answers):
                theirs = [s['sql'] for s in answer] if isinstance(answer, list) else None
                for sql in theirs or ():
                    known |= words(sql)
                compared.append((seed, request, ours_of(prisma, path, request), theirs))
    failures = []
    for seed, request, ours, theirs in compared:
        if (ours is None) != (theirs is None):
            failures.append((seed, request, 'ours refuses it' if ours is None else 'only ours plans it'))
            continue
        if ours is None:
            continue
        unknown = set().union(*map(words, ours)) - known if ours else set()
        if unknown:
            failures.append((seed, request, f'not in the official SQL: {sorted(unknown)}'))
        elif writes(ours) != writes(theirs):
            failures.append((seed, request, f'writes: {sorted(writes(ours))}, the official engine {sorted(writes(theirs))}'))
    for seed, request, what in failures[:options.show]:
        print(f'FAILED seed {seed}: {what}: {json.dumps(request)[:1000]}')
    print(f'{len(compared) - len(failures)} passed, {len(failures)} failed')
    sys.exit(bool(failures))


if __name__ == '__main__':
    main()
