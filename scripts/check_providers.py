#!/usr/bin/env python3
"""Checks that no database provider is named outside connectors/, the one visible list in engine/, and tests."""
import pathlib
import re
import sys

NAMES = re.compile(r'postgres|mysql|mariadb|sqlite|mssql|sql_?server|mongo|cockroach', re.IGNORECASE)
# Prisma's own names: of a feature, of a capability, of a protocol, of pages.
OWN_NAMES = re.compile(r'fullTextSearchPostgres|kMongoDbQueryRaw|prisma\+postgres|pris\.ly/\S*')
SOURCE = pathlib.Path(__file__).resolve().parent.parent / 'src'
# Files whose matter is a provider's name, each with the reason.
ALLOWED = {
    'engine/connectors.cpp': 'the one visible list',
    'engine/migration_providers.cpp': 'the one visible list',
    'schema/capabilities.def': "Prisma's own names of capabilities and preview features",
    'hosts/cli/help.cpp': 'help texts name them',
    'schema/preview_features.cpp': "Prisma's own names of preview features",
}


def main():
    faults, count = [], 0
    for file in sorted(SOURCE.rglob('*.*')):
        name = file.relative_to(SOURCE).as_posix()
        if file.suffix not in ('.h', '.cpp', '.def') or name.startswith('connectors/') or name in ALLOWED:
            continue
        if name.endswith(('_test.cpp', '_fuzz.cpp')) or '/testdata/' in name:
            continue
        count += 1
        for number, line in enumerate(file.read_text().splitlines(), 1):
            code = OWN_NAMES.sub('', re.sub(r'(?<!:)//.*', '', line))
            if NAMES.search(code):
                faults.append(f'{name}:{number}: {line.strip()}')
    print(*faults, sep='\n', end='\n' if faults else '')
    print(f'provider names: {count} files checked, {len(faults)} faults')
    sys.exit(bool(faults))


main()
