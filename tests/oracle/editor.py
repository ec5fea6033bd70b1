#!/usr/bin/env python3
"""The editor's functions at many places of many schemas: ours and the official package must answer the same.

    editor.py --build build --oracle FOLDER --cases ../shared/cases [--schemas N] [--positions N] [--seed N] [--functions hover,…]

Schemas are a sample of the case files; some are changed: a piece of text is left out or put in, the blocks are spread over
several files, lines end with CRLF, a comment has characters outside of ASCII. Prints the first differences and closes with
`N passed, N failed`. Calls at which the official package panics are left out.
"""
import argparse
import json
import os
import pathlib
import random
import re
import subprocess
import sys

FUNCTIONS = ('text_document_completion', 'hover', 'references', 'code_actions')
PIECES = ['@relation(onDelete: )', '@relation(fields: [], references: [])', '@unique', '@db.', '@@index([id(ops: )], type: )',
          '@@index([id], type: )', '@@index([id(sort: , ops: raw(""))], type: Gin)', '@@schema()', '@@schema("nowhere")', '@@map("x")', '?', '[]',
          ', onUpdate: SetDefault', ', onDelete: No', 'relationMode = "prisma"', 'referentialIntegrity = "prisma"', 'schemas = ["a", "b"]',
          'directUrl = env("")', 'shadowDatabaseUrl = ', 'url = env()', 'x Nowhere', '@@id([id])', '/// documented\n', 'previewFeatures = ["postgresqlExtensions"]']
BLOCK = re.compile(r'^(?://[^\n]*\n)*(?:model|enum|type|view|datasource|generator)\b[^\n{]*\{.*?^[ \t]*\}[^\n]*\n?', re.M | re.S)
URI = 'file:///schema/schema.prisma'


def case_schemas(cases):
    """Lists of files, of all providers."""
    found = {}
    for line in open(cases / 'psl_validation.jsonl'):
        found[json.loads(line)['schema']] = None
    for line in open(cases / 'psl_rust.jsonl'):
        for call in json.loads(line)['calls']:
            if call['function'] == 'validate' and not call['args'][0].startswith('{'):
                found[call['args'][0]] = None
    for line in list(open(cases / 'ddl_empty.jsonl'))[::25]:
        found[json.loads(line)['to']] = None
    lists = [[[URI, text]] for text in found]
    for line in open(cases / 'editor.jsonl'):
        lists.append(sorted(map(list, json.loads(line)['files'].items())))
    return lists


def changed(files, rng):
    """The same files, or a variant of them."""
    files = [list(file) for file in files]
    file = rng.choice(files)
    for _ in range(rng.choice((0, 1, 1, 2))):
        words = list(re.finditer(r'[\w.@]+|\S', file[1]))
        if not words:
            break
        word = rng.choice(words)
        kind = rng.randrange(5)
        if kind == 0:
            file[1] = file[1][:word.start()] + file[1][word.end():]
        elif kind == 1:
            file[1] = file[1][:word.end()] + ' ' + rng.choice(PIECES) + file[1][word.end():]
        elif kind == 2:
            end = file[1].find('\n', word.end())
            file[1] = file[1][:end] + '\n  ' + rng.choice(PIECES) + file[1][end:]
        elif kind == 3:
            end = file[1].find('\n', word.end())
            file[1] = file[1][:end] + ' ' + rng.choice(PIECES) + file[1][end:]
        else:
            other = rng.choice(words)
            file[1] = file[1][:word.start()] + other[0] + file[1][word.end():]
    kind = rng.randrange(8)
    if kind == 0:
        file[1] = file[1].replace('\r\n', '\n').replace('\n', '\r\n')
    elif kind == 1:
        end = file[1].find('\n')
        file[1] = file[1][:end] + '\n// \N{GRINNING FACE} é\n' + file[1][end + 1:]
    elif kind in (2, 3) and len(files) == 1:
        blocks = BLOCK.findall(file[1])
        if len(blocks) > 1:
            files = [[f'file:///schema/{i}.prisma', block] for i, block in enumerate(blocks)]
            rng.shuffle(files)
    return files


def position_of(text, offset):
    before = text[:offset]
    line = before.rfind('\n') + 1
    return {'line': before.count('\n'), 'character': len(before[line:].encode('utf-16-le')) // 2}


class Program:
    """A program that answers psl calls; begins anew after a panic, which leaves the official package unusable."""

    def __init__(self, command):
        self.command, self.process = command, None

    def ask(self, calls):
        answers = []
        while len(answers) < len(calls):
            rest = calls[len(answers):]
            text = ''.join(json.dumps(call) + '\n' for call in rest)
            done = subprocess.run(self.command, input=text, capture_output=True, text=True, timeout=1200)
            lines = [json.loads(line) for line in done.stdout.splitlines()]
            panic = next((i for i, line in enumerate(lines) if 'error' in line), None)
            if panic is None and len(lines) != len(rest):
                raise SystemExit(f'{self.command}: {len(lines)} answers to {len(rest)} calls; {done.stderr[-500:]}')
            answers += lines if panic is None else lines[:panic + 1]
        return answers


def position_calls(files, options, rng):
    for name, text in files:
        offsets = range(len(text) + 1)
        if options.positions and len(offsets) > options.positions:
            offsets = sorted(rng.sample(offsets, options.positions))
        for offset in offsets:
            place = {'textDocument': {'uri': name}, 'position': position_of(text, offset)}
            if 'text_document_completion' in options.functions:
                context = rng.choice(({'triggerKind': 1}, {'triggerKind': 2, 'triggerCharacter': '"'}))
                yield {'fn': 'text_document_completion', 'args': [files, {**place, 'context': context}]}
            if 'hover' in options.functions:
                yield {'fn': 'hover', 'args': [files, place]}
            if 'references' in options.functions:
                yield {'fn': 'references', 'args': [files, {**place, 'context': {'includeDeclaration': True}}]}


def action_calls(files, faults):
    """Code actions of each file for each of its faults, and for all at once."""
    for name, text in files:
        utf16 = text.encode('utf-16-le')
        diagnostics = []
        for fault in faults:
            if fault['file_name'] == name:
                ends = [len(utf16[:2 * fault[end]].decode('utf-16-le', 'ignore')) for end in ('start', 'end')]
                start, end = (position_of(text, offset) for offset in ends)
                diagnostics.append({'range': {'start': start, 'end': end}, 'severity': 2 if fault['is_warning'] else 1, 'message': fault['text']})
        for group in [[d] for d in diagnostics[:5]] + ([diagnostics] if len(diagnostics) != 1 else []):
            span = group[0]['range'] if group else {'start': position_of(text, 0), 'end': position_of(text, len(text))}
            yield {'fn': 'code_actions', 'args': [files, {'textDocument': {'uri': name}, 'range': span, 'context': {'diagnostics': group}}]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', type=pathlib.Path, default='build')
    parser.add_argument('--oracle', type=pathlib.Path, default=os.environ.get('PRISMA_ORACLE'))
    parser.add_argument('--cases', type=pathlib.Path, default='../shared/cases')
    parser.add_argument('--schemas', type=int, default=100)
    parser.add_argument('--positions', type=int, default=20, help='a file; 0: all')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--functions', type=lambda text: text.split(','), default=FUNCTIONS)
    parser.add_argument('--show', type=int, default=5)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    ours = Program([str(options.build / 'bin' / 'prisma'), 'debug', 'psl'])
    theirs = Program(['node', str(options.oracle / 'oracle.mjs'), 'psl'])

    sample = case_schemas(options.cases)
    sample = [changed(files, rng) for files in rng.sample(sample, min(options.schemas, len(sample)))]
    calls = [call for files in sample for call in position_calls(files, options, rng)]
    if 'code_actions' in options.functions:
        faults = theirs.ask([{'fn': 'lint', 'args': [files]} for files in sample])
        for files, answer in zip(sample, faults):
            if 'result' in answer:
                calls += action_calls(files, json.loads(answer['result']))

    counts = {name: [0, 0, 0] for name in options.functions}
    for call, got, want in zip(calls, ours.ask(calls), theirs.ask(calls)):
        if 'error' in want:
            counts[call['fn']][2] += 1
            continue
        same = 'result' in got and json.loads(got['result']) == json.loads(want['result'])
        counts[call['fn']][not same] += 1
        if not same and counts[call['fn']][1] <= options.show:
            show(call, got, want)
    for name, (good, bad, panics) in counts.items():
        print(f'{name}: {good} equal, {bad} different, {panics} panics of the official package')
    print(f'{sum(c[0] for c in counts.values())} passed, {sum(c[1] for c in counts.values())} failed')
    sys.exit(any(c[1] for c in counts.values()))


def show(call, got, want):
    files, params = call['args']
    text = dict(map(tuple, files))[params['textDocument']['uri']]
    print(f'--- {call["fn"]} in {params["textDocument"]["uri"]}')
    if 'position' in params:
        lines = text.split('\n')
        line, at = lines[params['position']['line']], params['position']['character']
        print(f'  {line[:at]}|{line[at:]}')
    else:
        for name, content in files:
            print(f'  == {name}\n{content}')
        print('  ' + json.dumps(params['context']))
    print(f'  ours:   {json.dumps(got)}\n  theirs: {json.dumps(want)}')


main()
