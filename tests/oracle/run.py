#!/usr/bin/env python3
"""Differential tests: ours and the official engines must answer the same. See README.md.

    run.py --build build --oracle FOLDER --cases ../shared/cases [--stride N]

Prints the differences' names and closes with `N passed, N failed`.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys


def answers(command, calls):
    """The answer of a psl program to each call."""
    text = ''.join(json.dumps(call) + '\n' for call in calls)
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=1200)
    lines = done.stdout.splitlines()
    if len(lines) != len(calls):
        raise SystemExit(f'{command}: {len(lines)} answers to {len(calls)} calls; exit {done.returncode}: {done.stderr[-500:]}')
    return [json.loads(line) for line in lines]


def schemas(cases, providers):
    """The distinct schemas of the case files, for some providers."""
    found = {}
    for name in ('connector.jsonl', 'connector_links.jsonl'):
        for line in open(cases / name):
            for provider, text in json.loads(line)['datamodels'].items():
                if provider in providers:
                    found[text] = None
    for name in ('ddl_empty.jsonl', 'ddl_pairs.jsonl'):
        for line in open(cases / name):
            case = json.loads(line)
            if case['provider'] in providers:
                found[case['to']] = None
    return list(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', type=pathlib.Path, default='build')
    parser.add_argument('--oracle', type=pathlib.Path, default=os.environ.get('PRISMA_ORACLE'))
    parser.add_argument('--cases', type=pathlib.Path, default='../shared/cases')
    parser.add_argument('--providers', default='sqlite')
    parser.add_argument('--stride', type=int, default=1)
    parser.add_argument('--show', type=int, default=5)
    options = parser.parse_args()
    texts = schemas(options.cases, options.providers.split(','))[::options.stride]
    ours = [str(options.build / 'bin' / 'prisma'), 'debug', 'psl']
    theirs = ['node', str(options.oracle / 'oracle.mjs'), 'psl']
    passed = failed = 0
    format_options = {'textDocument': {'uri': 'file:/schema.prisma'}, 'options': {'tabSize': 2, 'insertSpaces': True}}
    kinds = {
        'validate': lambda t: {'fn': 'validate', 'args': [{'prismaSchema': [['schema.prisma', t]], 'noColor': True}]},
        'format': lambda t: {'fn': 'format', 'args': [[['schema.prisma', t]], format_options]},
        'dmmf': lambda t: {'fn': 'get_dmmf', 'args': [{'prismaSchema': [['schema.prisma', t]], 'noColor': True}]},
        'config': lambda t: {'fn': 'get_config', 'args': [{'prismaSchema': [['schema.prisma', t]], 'datasourceOverrides': {},
                                                          'ignoreEnvVarErrors': True, 'env': {}}]},
    }
    for kind, call in kinds.items():
        calls = [call(text) for text in texts]
        good = bad = 0
        for i, (got, want) in enumerate(zip(answers(ours, calls), answers(theirs, calls))):
            same = same_answer(kind, got, want)
            good, bad = good + same, bad + (not same)
            if not same and bad <= options.show:
                print(f'  differs: {kind} of schema {i}: {texts[i][:60]!r}…')
        print(f'{kind}: {good} equal, {bad} different')
        passed, failed = passed + good, failed + bad
    print(f'{passed} passed, {failed} failed')
    sys.exit(bool(failed))


def same_answer(kind, got, want):
    if kind in ('dmmf', 'config') and 'result' in got and 'result' in want:
        return json.loads(got['result']) == json.loads(want['result'])
    if 'error' in want or 'error' in got:
        return got.get('error', {}).get('message') == want.get('error', {}).get('message')
    return got == want


main()
