"""What the differential tests of the schema language share: schemas, calls and answers."""
import json
import os
import pathlib
import re
import subprocess

PROVIDERS = ('sqlite', 'postgresql', 'mysql', 'cockroachdb', 'sqlserver', 'mongodb')
FORMAT = {'textDocument': {'uri': 'file:/schema.prisma'}, 'options': {'tabSize': 2, 'insertSpaces': True}}


def files(schema):
    """A schema is a text, or a list of [path, text]."""
    return schema if isinstance(schema, list) else [['schema.prisma', schema]]


CALLS = {
    'validate': lambda s: {'fn': 'validate', 'args': [{'prismaSchema': files(s), 'noColor': True}]},
    'colour': lambda s: {'fn': 'validate', 'args': [{'prismaSchema': files(s), 'noColor': False}]},
    'lint': lambda s: {'fn': 'lint', 'args': [files(s)]},
    'format': lambda s: {'fn': 'format', 'args': [files(s), FORMAT]},
    'config': lambda s: {'fn': 'get_config', 'args': [{'prismaSchema': files(s), 'datasourceOverrides': {},
                                                       'ignoreEnvVarErrors': True, 'env': {}}]},
    'dmmf': lambda s: {'fn': 'get_dmmf', 'args': [{'prismaSchema': files(s), 'noColor': True}]},
}


def add_arguments(parser):
    parser.add_argument('--build', type=pathlib.Path, default='build')
    parser.add_argument('--oracle', type=pathlib.Path, default=os.environ.get('PRISMA_ORACLE'))
    parser.add_argument('--cases', type=pathlib.Path, default='../shared/cases')
    parser.add_argument('--providers', default=','.join(PROVIDERS))
    parser.add_argument('--show', type=int, default=5)


def programs(options):
    ours = [str(options.build / 'bin' / 'prisma'), 'debug', 'psl']
    theirs = ['node', str(options.oracle / 'oracle.mjs'), 'psl']
    return ours, theirs


def answers(command, calls, chunk=400):
    """The answer of a psl program to each call; None where the program itself failed, which the official one may."""
    found = []
    while len(found) < len(calls):
        part = calls[len(found):len(found) + chunk]
        text = ''.join(json.dumps(call) + '\n' for call in part)
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=1200)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        found += lines
        if len(lines) < len(part):
            if command[0] != 'node':
                raise SystemExit(f'{command}: exit {done.returncode}: {done.stderr[-500:]}\n{json.dumps(part[len(lines)])}')
            found.append(None)
    return found


def case_schemas(cases, providers):
    """The distinct schemas of the case files, for some providers."""
    found = {}
    for name in ('connector.jsonl', 'connector_links.jsonl'):
        for line in open(cases / name):
            for provider, text in json.loads(line)['datamodels'].items():
                if provider.replace('mariadb', 'mysql') in providers:
                    found[text] = None
    for name in ('ddl_empty.jsonl', 'ddl_pairs.jsonl'):
        for line in open(cases / name):
            case = json.loads(line)
            if case['provider'] in providers:
                found[case['to']] = None
    return list(found)


def psl_schemas(cases):
    """The distinct schemas of the cases of the schema language, right and wrong; the comments that state errors removed."""
    found = {}
    for line in open(cases / 'psl_validation.jsonl'):
        found[re.sub(r'(?m)^// .*\x1b\[.*\n?', '', json.loads(line)['schema'])] = None
    for line in open(cases / 'psl_rust.jsonl'):
        for call in json.loads(line)['calls']:
            argument = call['args'][0] if call['args'] else None
            if isinstance(argument, str) and not argument.startswith(('{', '[')):
                found[argument] = None
    for line in open(cases / 'psl_formatting.jsonl'):
        found[next(iter(json.loads(line)['files'].values()))] = None
    return list(found)


def content(kind, answer):
    """What of an answer has to be equal."""
    if answer is None:
        return None
    if 'error' in answer:
        return 'error', answer['error'].get('message')
    result = answer.get('result')
    return 'result', json.loads(result) if kind in ('dmmf', 'config', 'lint') else result


def same_answer(kind, got, want):
    if want is None:  # the official program has crashed; ours has not
        return got is not None
    return json.dumps(content(kind, got)) == json.dumps(content(kind, want))
