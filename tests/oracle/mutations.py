#!/usr/bin/env python3
"""Schemas with random mistakes: ours and the official package must find the same faults, in the same words and places.

    mutations.py --build build --oracle FOLDER --cases ../shared/cases [--count 300] [--seed 1] [--kinds validate,…]

Each schema is one of the case files' with one to three changes: a token dropped, doubled, swapped or replaced by another
schema's, a line moved, an attribute or argument taken from elsewhere, another provider, two files made of one. Prints each
difference, cut down to few lines, and closes with `N passed, N failed`. The same seed gives the same schemas.
"""
import argparse
import difflib
import json
import random
import re
import sys

import psl

TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|@@?[\w.]+|\w+|\n|[^\S\n]+|[^\s\w]')
WORDS = ('Int String Boolean DateTime Json Bytes Decimal BigInt Float Unsupported("x") model enum type view datasource generator true '
         'false null 1 -1 0 1.5 "" "x" [] {} () ? [] ! , : . @id @unique @default @map @@map @@id @@unique @@index @@fulltext @ignore '
         '@@ignore @updatedAt @relation @@schema @shardKey @@shardKey @db.Text @db.VarChar(10) @db.Uuid @db.Int @db.ObjectId now() '
         'uuid() uuid(7) cuid() cuid(2) ulid() nanoid() nanoid(5) autoincrement() dbgenerated() dbgenerated("x") auto() sequence() '
         'env("X") fields: references: onDelete: onUpdate: name: map: sort: length: ops: type: clustered: raw("x") Cascade Restrict '
         'SetNull NoAction SetDefault Asc Desc BTree Hash Gin GinOps url provider relationMode previewFeatures schemas extensions '
         'directUrl shadowDatabaseUrl foreignKeys prisma "prisma" "foreignKeys" é 😀 // /// \\ " \' = | & #').split(' ')
EXTRA = (
    '@id', '@unique', '@default(1)', '@default("a")', '@default(now())', '@default(uuid())', '@default(autoincrement())', '@map("m")',
    '@ignore', '@updatedAt', '@db.Text', '@db.VarChar(255)', '@db.VarChar', '@db.Foo', '@db.Decimal(10, 2)', '@db.Decimal(2, 10)',
    '@unique(map: "k")', '@unique(sort: Desc)', '@unique(length: 10)', '@id(map: "k")', '@id(clustered: false)', '@relation("N")',
    '@relation(onDelete: SetNull)', '@relation(onUpdate: Restrict)', '@default(dbgenerated())', '@default([])', '@default(true)',
    '@default(1.5)', '@default(cuid(2))', '@default(nanoid(1))', '@relation(map: "fk")', '@foo', '@@foo', '@default', '@map', '@id @id',
    '@db', '@db.', '@default()', '@map()', '@relation()', '@relation(fields: [], references: [])', '@relation(fields: [id])',
    '@relation(references: [id])', '@default(env("X"))', '@default(now)', '@default(foo())', '@default(value: 1)', '@unique(foo: 1)')
LINES = (
    '@@id([id])', '@@unique([id])', '@@index([id])', '@@index([id, id])', '@@index([id(sort: Desc)])', '@@index([id(length: 5)])',
    '@@index([id], type: Hash)', '@@index([id], type: Gin)', '@@index([id(ops: raw("x"))])', '@@index([nope])', '@@unique([nope])',
    '@@id([nope])', '@@map("table")', '@@map("")', '@@ignore', '@@schema("public")', '@@fulltext([id])', '@@index([])', '@@unique([])',
    '@@index([id], map: "i")', '@@unique([id], name: "n", map: "m")', '@@index(fields: [id], name: "old")', '@@id([id], name: "x")',
    'id Int @id', 'other Int', 'self Self', 'user User', 'user User?', 'users User[]', 'a Unsupported("t")', '/// doc', '// comment', '}',
    'model X {', 'enum E {', 'A', 'x Int[]', 'x String? @default("a")', 'broken', 'x Int @default(autoincrement())', '@@index([id.x])')


def change(rng, text, pool):
    tokens = TOKEN.findall(text)
    places = [i for i, token in enumerate(tokens) if not token.isspace()]
    if not places:
        return rng.choice(LINES)
    lines = text.split('\n')
    at = rng.choice(places)
    kind = rng.randrange(12)
    if kind == 0:
        del tokens[at]
    elif kind == 1:
        tokens.insert(at, tokens[at] + rng.choice(('', ' ')))
    elif kind == 2:
        other = rng.choice(places)
        tokens[at], tokens[other] = tokens[other], tokens[at]
    elif kind == 3:
        tokens[at] = rng.choice(WORDS)
    elif kind == 4:
        tokens.insert(at, rng.choice(WORDS) + ' ')
    elif kind == 5:  # a name of the schema in another's place
        names = [token for token in tokens if re.fullmatch(r'[A-Za-z]\w*', token)]
        tokens[at] = rng.choice(names or ['x'])
    elif kind == 6:  # an attribute more
        fields = [i for i, line in enumerate(lines) if re.match(r'\s+\w+\s+\w+', line)]
        if fields:
            lines[rng.choice(fields)] += ' ' + rng.choice(EXTRA)
        return '\n'.join(lines)
    elif kind == 7:  # a line more, in a block
        lines.insert(rng.randrange(len(lines)) + 1, '  ' + rng.choice(LINES))
        return '\n'.join(lines)
    elif kind == 8:  # a line dropped, doubled or moved
        i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
        line = lines[i]
        if rng.random() < 0.6:
            del lines[i]
        if rng.random() < 0.6:
            lines.insert(j, line)
        return '\n'.join(lines)
    elif kind == 9:  # a line of another schema
        lines.insert(rng.randrange(len(lines)), rng.choice(rng.choice(pool).split('\n')))
        return '\n'.join(lines)
    elif kind == 10:
        return re.sub(r'(datasource[^}]*provider\s*=\s*)"\w+"', rf'\1"{rng.choice(psl.PROVIDERS)}"', text, count=1)
    else:  # an argument dropped
        whole = list(re.finditer(r',\s*(?:\w+:\s*)?[^,()\[\]]+|\w+:\s*\[[^\]]*\],?', text))
        if whole:
            found = rng.choice(whole)
            return text[:found.start()] + text[found.end():]
    return ''.join(tokens)


def split_files(rng, text):
    blocks = re.split(r'(?m)(?<=^})\n', text)
    cut = rng.randrange(len(blocks) + 1)
    return [['a.prisma', '\n'.join(blocks[:cut])], ['folder/b.prisma', '\n'.join(blocks[cut:])]]


def mutated(options):
    rng = random.Random(options.seed)
    valid = psl.case_schemas(options.cases, options.providers.split(','))
    written = psl.psl_schemas(options.cases)
    made = []
    while len(made) < options.count:
        text = rng.choice(written if rng.random() < 0.6 else valid)
        if len(text) > options.size:
            continue
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            text = change(rng, text, written)
        made.append(split_files(rng, text) if rng.random() < 0.08 else text)
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    psl.add_arguments(parser)
    parser.add_argument('--count', type=int, default=300)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--size', type=int, default=3000, help='the longest schema to start from')
    parser.add_argument('--kinds', default='validate,colour,lint,format,config')
    parser.add_argument('--out', help='write the differences to this file, one JSON a line')
    options = parser.parse_args()
    made = mutated(options)
    ours, theirs = psl.programs(options)
    out = open(options.out, 'w') if options.out else None
    passed = failed = 0
    for kind in options.kinds.split(','):
        calls = [psl.CALLS[kind](schema) for schema in made]
        good = bad = 0
        for schema, got, want in zip(made, psl.answers(ours, calls), psl.answers(theirs, calls)):
            if psl.same_answer(kind, got, want):
                good += 1
                continue
            bad += 1
            if out:
                out.write(json.dumps({'kind': kind, 'schema': schema, 'ours': got, 'theirs': want}) + '\n')
            if bad <= options.show:
                print(f'-- {kind}: {json.dumps(schema)[:1500]}')
                lines = [str(psl.content(kind, answer)).replace('\\n', '\n').splitlines() for answer in (want, got)]
                print('\n'.join(list(difflib.unified_diff(*lines, 'theirs', 'ours', lineterm='', n=0))[:14])[:1500])
        print(f'{kind}: {good} equal, {bad} different', flush=True)
        passed, failed = passed + good, failed + bad
    print(f'{passed} passed, {failed} failed')
    sys.exit(bool(failed))


main()
