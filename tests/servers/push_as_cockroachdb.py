#!/usr/bin/env python3
"""Makes the tables of a schema for CockroachDB on a PostgreSQL server: for the cases of tests whose SQL both understand.

    run_cases.py connector.jsonl --provider postgresql --variant cockroachdb --push "push_as_cockroachdb.py {schema}" …

Only names of types differ, and unique_rowid(), which becomes a sequence's function here.
"""
import os
import pathlib
import re
import subprocess
import sys
import urllib.parse

PRISMA = pathlib.Path(os.environ.get('PRISMA_BIN', pathlib.Path(__file__).resolve().parents[2] / 'build/bin')) / 'prisma'


def main(schema):
    url = urllib.parse.urlsplit(os.environ['DATABASE_URL'])
    name = urllib.parse.parse_qs(url.query).get('schema', ['public'])[0]
    made = subprocess.run([PRISMA, 'migrate', 'diff', '--from-empty', '--to-schema-datamodel', schema, '--script'], capture_output=True, text=True)
    if made.returncode != 0:
        sys.exit(made.stdout + made.stderr)
    sql = re.sub(r'(?<=")( STRING)(?=\(\d+\))', ' VARCHAR', made.stdout)
    sql = re.sub(r'(?<=") STRING\b', ' TEXT', sql)
    sql = re.sub(r'(?<=") BYTES\b', ' BYTEA', sql)
    sql = re.sub(r'::STRING\b', '::TEXT', sql)
    before = f'''CREATE SCHEMA IF NOT EXISTS "{name}"; SET search_path = "{name}"; CREATE SEQUENCE __rows;
        CREATE FUNCTION unique_rowid() RETURNS int8 LANGUAGE sql AS $$ SELECT nextval('"{name}".__rows') $$;'''
    done = subprocess.run(['psql', '-qX', '-v', 'ON_ERROR_STOP=1', url._replace(query='').geturl()], input=before + sql, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)


main(sys.argv[1])
