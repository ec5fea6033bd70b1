"""Notes on the command line, kept in a SQLite file.

    notes.py add "Water the plants" --tag home
    notes.py list [--tag home] [--all]
    notes.py done 1
    notes.py tags
"""

import argparse
import sys
from typing import List, Optional

from prisma import Prisma
from prisma.sql import tag_counts


def add(db: Prisma, text: str, tags: List[str]) -> None:
    note = db.note.create(
        data={'text': text, 'tags': {'connect_or_create': [{'where': {'name': tag}, 'create': {'name': tag}} for tag in tags]}}
    )
    print(f'{note.id}: {note.text}')


def show(db: Prisma, tag: Optional[str], everything: bool) -> None:
    notes = db.note.find_many(
        where={**({} if everything else {'done': False}), **({'tags': {'some': {'name': tag}}} if tag else {})},
        include={'tags': True},
        order={'id': 'asc'},
    )
    for note in notes:
        tags = ''.join(f' #{tag.name}' for tag in note.tags or [])
        print(f'{note.id}: [{"x" if note.done else " "}] {note.text}{tags}')


def finish(db: Prisma, number: int) -> int:
    if db.note.update(where={'id': number}, data={'done': True}) is None:
        print(f'There is no note {number}.', file=sys.stderr)
        return 1
    return 0


def tags(db: Prisma) -> None:
    for row in db.query_raw_typed(tag_counts()):
        print(f'{row.name}: {row.open} of {row.notes} open')


def main(arguments: Optional[List[str]] = None) -> int:
    parser = argparse.ArgumentParser(description='Notes, kept in a SQLite file.')
    commands = parser.add_subparsers(dest='command', required=True)
    command = commands.add_parser('add')
    command.add_argument('text')
    command.add_argument('--tag', action='append', default=[])
    command = commands.add_parser('list')
    command.add_argument('--tag')
    command.add_argument('--all', action='store_true')
    command = commands.add_parser('done')
    command.add_argument('number', type=int)
    commands.add_parser('tags')
    given = parser.parse_args(arguments)
    with Prisma() as db:
        if given.command == 'add':
            add(db, given.text, given.tag)
        elif given.command == 'list':
            show(db, given.tag, given.all)
        elif given.command == 'done':
            return finish(db, given.number)
        else:
            tags(db)
    return 0


if __name__ == '__main__':
    sys.exit(main())
