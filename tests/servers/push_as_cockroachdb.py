#!/usr/bin/env python3
"""Makes the tables of a schema for CockroachDB on a PostgreSQL server: for the cases of tests whose SQL both understand.

    run_cases.py connector.jsonl --provider postgresql --variant cockroachdb --push "push_as_cockroachdb.py {schema}" …

Only names of types differ, and unique_rowid(), which becomes a sequence's function here.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.parse

BIN = pathlib.Path(os.environ.get('PRISMA_BIN') or pathlib.Path(__file__).resolve().parents[2] / 'build/bin')


def script_of(schema):
    """The SQL that makes the schema's tables."""
    to = {'tag': 'schemaDatamodel', 'files': [{'path': 'schema.prisma', 'content': pathlib.Path(schema).read_text()}]}
    request = {'jsonrpc': '2.0', 'id': 1, 'method': 'diff', 'params': {'from': {'tag': 'empty'}, 'to': to, 'script': True, 'shadowDatabaseUrl': None,
                                                                      'exitCode': None, 'filters': {'externalTables': [], 'externalEnums': []}}}
    # What it prints it asks the caller to print, and waits for the answer.
    with subprocess.Popen([BIN / 'schema-engine'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as engine:
        printed = ''
        print(json.dumps(request), file=engine.stdin, flush=True)
        for answer in map(json.loads, engine.stdout):
            if 'method' not in answer:
                engine.stdin.close()
                if 'error' in answer:
                    sys.exit(json.dumps(answer['error']))
                return printed
            printed += answer['params']['content'] + '\n'
            print(json.dumps({'jsonrpc': '2.0', 'id': answer['id'], 'result': {}}), file=engine.stdin, flush=True)
    sys.exit('the schema engine ended')


def main(schema):
    url = urllib.parse.urlsplit(os.environ['DATABASE_URL'])
    name = urllib.parse.parse_qs(url.query).get('schema', ['public'])[0]
    sql = re.sub(r'(?<=")( STRING)(?=\(\d+\))', ' VARCHAR', script_of(schema))
    sql = re.sub(r'(?<=") STRING\b', ' TEXT', sql)
    sql = re.sub(r'(?<=") BYTES\b', ' BYTEA', sql)
    sql = re.sub(r'::STRING\b', '::TEXT', sql)
    before = f'''CREATE SCHEMA IF NOT EXISTS "{name}"; SET search_path = "{name}"; CREATE SEQUENCE __rows;
        CREATE FUNCTION unique_rowid() RETURNS int8 LANGUAGE sql AS $$ SELECT nextval('"{name}".__rows') $$;'''
    done = subprocess.run(['psql', '-qX', '-v', 'ON_ERROR_STOP=1', url._replace(query='').geturl()], input=before + sql, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)


main(sys.argv[1])
