#!/usr/bin/env python3
"""Checks that a folder of src/ includes only folders above it in ROOMS, and third-party headers come from one folder each."""
import pathlib
import re
import sys

ROOMS = ['base', 'json', 'diagnostics', 'value', 'psl', 'schema', 'editor', 'query/schema', 'dmmf', 'query/document', 'sql', 'driver',
         'query/plan', 'query/execute', 'query/response', 'migrate', 'connectors', 'engine', 'generate', 'hosts']
THIRD_PARTY = {'simdjson': 'json', 'sqlite3.h': 'connectors/sqlite', 'libpq-fe.h': 'connectors/postgresql', 'mysql.h': 'connectors/mysql', 'boost/beast': 'hosts/server', 'boost/asio': 'hosts/server', 'boost/unordered': 'base', 'openssl': 'value', 'Python.h': 'hosts/python',
               'node_api.h': 'hosts/node'}
SOURCE = pathlib.Path(__file__).resolve().parent.parent / 'src'


def room(path):
    """The room that a path below src/ belongs to, or None."""
    return next((r for r in sorted(ROOMS, key=len, reverse=True) if path.startswith(r + '/')), None)


def main():
    faults, count = [], 0
    for file in sorted(SOURCE.rglob('*.*')):
        if file.suffix not in ('.h', '.cpp', '.def'):
            continue
        name = file.relative_to(SOURCE).as_posix()
        own = room(name)
        is_test = name.endswith(('_test.cpp', '_fuzz.cpp'))
        for number, line in enumerate(file.read_text().splitlines(), 1):
            found = re.match(r'\s*#include\s+["<]([^">]+)[">]', line)
            if not found:
                continue
            count += 1
            target = found[1]
            other = room(target)
            if own is None:
                faults.append(f'{name}: lies in no room')
                break
            if other and not is_test and ROOMS.index(other) > ROOMS.index(own):
                faults.append(f'{name}:{number}: {own} may not include {target}')
            if own == 'hosts' and other == 'hosts' and name.split('/')[1] != target.split('/')[1]:
                if (name.split('/')[1], target) not in (('python', 'hosts/cli/cli.h'), ('cli', 'hosts/language_server/server.h')):
                    faults.append(f'{name}:{number}: hosts do not include one another: {target}')
            if own == 'connectors' and other == 'connectors' and name.split('/')[1] != target.split('/')[1]:
                if (name.split('/')[1], target.split('/')[1]) != ('cockroachdb', 'postgresql'):
                    faults.append(f'{name}:{number}: connectors do not include one another: {target}')
            library = next((t for t in THIRD_PARTY if target == t or target.startswith(t + '/') or target == t + '.h'), None)
            if library and not name.startswith(THIRD_PARTY[library] + '/'):
                faults.append(f'{name}:{number}: {target} belongs to {THIRD_PARTY[library]}/ alone')
    print(*faults, sep='\n', end='\n' if faults else '')
    print(f'include order: {count} includes checked, {len(faults)} faults')
    sys.exit(bool(faults))


main()
