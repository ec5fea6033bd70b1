#!/usr/bin/env python3
"""Checks that the text of every fault and warning in a schema is in a golden of the unit tests.

The texts are the string literals of the sources that report faults; placeholders split them. A golden is a schema together
with all that is reported of it: src/schema/testdata/*.prisma, src/psl/testdata/errors/*.txt.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent / 'src'
SOURCES = ['diagnostics/schema_errors.cpp', 'schema/*.cpp', 'psl/*.cpp', 'connectors/*/traits.cpp', 'connectors/*/index_rules.cpp']
# Sources whose texts are no diagnostics.
OTHERS = {'schema/dump.cpp', 'schema/reformat.cpp', 'schema/inflection.cpp', 'schema/preview_features.cpp', 'psl/format.cpp'}
# Texts that are no part of a schema's analysis: of broken invariants; what reading a configuration with its environment says
# (dmmf_test.cpp, psl_api_test.cpp); tables.
ELSEWHERE = re.compile(r'environment variable|nonempty|resolved to an empty string|^the URL$|^Accelerate|To use a URL with protocol|Environment variable not found'
                       r'|^must start with the protocol|://')
# What editors offer: editor_test.cpp, tests/oracle/editor.py.
EDITORS = re.compile(r'(?ms)^constexpr QuickFix .*?^};|^  std::vector<PropertyHint> DatasourceHints\(.*?^  }')
LITERAL = re.compile(r'R"\((?P<raw>.*?)\)"|"(?P<text>(?:[^"\\\n]|\\.)*)"', re.DOTALL)
PLACEHOLDER = re.compile(r'\{[^{} ]*\}')


def literals(source):
    """The string literals of a C++ source; those with nothing but spaces between them are one."""
    source = re.sub(r'(?m)^\s*#include.*$|(?<![:"])//.*$', '', source)
    source = re.sub(EDITORS, '', source)
    found, end = [], -1
    for match in LITERAL.finditer(source):
        text = match['raw']
        if text is None:
            text = match['text'].replace('\\"', '"').replace('\\\\', '\\').replace('\\n', '\n').replace("\\'", "'")
        if found and end >= 0 and source[end:match.start()].strip() == '':
            found[-1] += text
        else:
            found.append(text)
        end = match.end()
    return found


def squeeze(text):
    return re.sub(r'\s+', ' ', text).strip()


def main():
    goldens = []
    for path in [*ROOT.glob('schema/testdata/*.prisma'), *ROOT.glob('schema/testdata/diagnostics/*.cases'), *ROOT.glob('psl/testdata/errors/*.txt')]:
        goldens.append(squeeze(re.sub(r'(?m)^// ?', '', path.read_text())))
    told = '\n'.join(goldens)
    count, faults = 0, []
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            if name in OTHERS or name.endswith(('_test.cpp', '_fuzz.cpp')):
                continue
            for literal in literals(path.read_text()):
                for part in PLACEHOLDER.split(literal):
                    part = squeeze(part)
                    if len(part) < 12 or ' ' not in part or not re.search('[a-z]{3}', part) or ELSEWHERE.search(part):
                        continue
                    count += 1
                    if part not in told:
                        faults.append(f'{name}: no golden has: {part}')
    print(*faults, sep='\n', end='\n' if faults else '')
    print(f'diagnostics: {count} texts checked, {len(faults)} without a golden')
    sys.exit(bool(faults))


main()
