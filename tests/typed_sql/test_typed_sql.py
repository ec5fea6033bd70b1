"""`prisma generate --sql`: functions for files of SQL, on every database."""

import subprocess
import sys

USERS = """-- @description Users whose name is given, with the number of their posts.
-- @param {String} $1:name the name, or all
-- @param {Int} $2:least at least so many posts
SELECT u.`id`, u.`email`, u.`name`, count(p.`id`) AS `posts`
FROM `User` u LEFT JOIN `Post` p ON p.`userId` = u.`id`
WHERE u.`name` LIKE ?
GROUP BY u.`id`, u.`email`, u.`name` HAVING count(p.`id`) >= ?
"""

FILL = """
import datetime, decimal
from PACKAGE import Prisma, Json, Base64
from PACKAGE.sql import *
from PACKAGE import sql
db = Prisma()
"""

CHECKS = """
    await db.user.create({'email': 'a@x', 'name': 'Ann', 'born': datetime.datetime(2000, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc),
                          'bytes': Base64.encode(b'xyz'), 'data': Json({'a': [1]}), 'posts': {'create': [{'title': '1'}, {'title': '2'}]}})
    await db.user.create({'email': 'b@x', 'name': None})
    [ann] = await db.query_raw_typed(users('A%', 1))
    assert isinstance(ann, UsersResult) and (ann.email, ann.name, ann.posts) == ('a@x', 'Ann', 2), ann
    assert await db.query_raw_typed(users(least=3, name='%')) == []
    one = await db.query_first_typed(everyUser('a@x'))
    assert one.big == 9007199254740993 and one.price == decimal.Decimal('1.5') and one.bytes == b'xyz', one
    assert one.born.replace(tzinfo=None) == datetime.datetime(2000, 1, 2, 3, 4, 5) and one.role == 'USER', one
    assert await db.query_first_typed(everyUser('nobody')) is None
    both = await db.query_raw_typed(joined())
    assert [(row.email, row.title) for row in both] == [('a@x', '1'), ('a@x', '2'), ('b@x', None)], both
    assert await db.query_raw_typed(rename('C', 'b@x')) == []
    assert await db.execute_raw_typed(rename('B', 'b@x')) == 1
    odd = await db.query_first_typed(sql.odd())
    assert (odd.class_, odd.json_, odd.a_b) == (1, 2, 3), odd
    async with db.tx() as tx:
        assert (await tx.query_first_typed(users('B%', 0))).name == 'B'
    assert repr(users('x', 1)) == "users('x', 1)"
    print('fine')
"""


def write_all(project):
    project.write('users', USERS)
    project.write('everyUser', '-- @param {String} $1:email\nSELECT * FROM `User` WHERE `email` = ?')
    project.write('joined', 'SELECT u.`email`, p.`title` FROM `User` u LEFT JOIN `Post` p ON p.`userId` = u.`id` ORDER BY u.`email`, p.`title`')
    project.write('rename', '-- @param {String} $1:name? the new one\n-- @param {String} $2:email\nUPDATE `User` SET `name` = ? WHERE `email` = ?')
    project.write('odd', 'SELECT 1 AS `class`, 2 AS `json`, 3 AS `a b`')


def test_async(make_project):
    project = make_project('asyncio')
    write_all(project)
    done = project.generate()
    assert done.returncode == 0, done.stdout + done.stderr
    script = FILL + 'async def main():\n    await db.connect()' + CHECKS + '    await db.disconnect()\nimport asyncio\nasyncio.run(main())'
    assert project.run(script) == 'fine\n'


def test_sync(make_project, provider):
    project = make_project('sync')
    write_all(project)
    done = project.generate()
    assert done.returncode == 0, done.stdout + done.stderr
    checks = CHECKS.replace('await ', '').replace('async ', '')
    assert project.run(FILL + 'if True:\n    db.connect()' + checks + '    db.disconnect()\n') == 'fine\n'
    module = project.module()
    assert 'def users(name: _str, least: _int)' in module
    # A nullable parameter that others follow has no default.
    assert 'def rename(name: _Optional[_str], email: _str)' in module
    assert '    email: _str\n    title: _Optional[_str] = None\n' in module
    assert ('role: _enums.Role' in module) == (provider == 'postgresql')
    # What is generated without --sql leaves the functions as they are.
    assert project.prisma('generate').returncode == 0 and project.module() == module
    assert project.run('''
import PACKAGE.sql
try:
    PACKAGE.sql.nobody
except AttributeError as error:
    print(error)
''') == (f"module '{project.package}.sql' has no query 'nobody'. Write it to the file prisma/sql/nobody.sql beside the schema, "
         'then run `prisma generate --sql`.\n')


def test_types_are_precise(make_project, provider):
    if provider != 'sqlite':
        return
    project = make_project('asyncio')
    write_all(project)
    assert project.generate().returncode == 0
    file = project.folder / 'packages/program.py'
    file.write_text(f'''from typing import List, Optional
from {project.package} import Prisma
from {project.package}.sql import UsersResult, joined, rename, users


async def main(db: Prisma) -> None:
    rows: List[UsersResult] = await db.query_raw_typed(users('a', 1))
    number: int = rows[0].posts
    title: Optional[str] = (await db.query_raw_typed(joined()))[0].title
    count: int = await db.execute_raw_typed(rename(None, 'x'))
    print(rows, number, title, count)
    users(1, 1)
    users('a')
    rows[0].nope
    text: str = (await db.query_raw_typed(joined()))[0].title
''')
    done = subprocess.run([sys.executable, '-m', 'mypy', '--strict', file.name], cwd=file.parent, capture_output=True, text=True, timeout=300)
    faults = [line.split(': ', 1)[0] for line in done.stdout.splitlines() if ': error:' in line]
    assert faults == [f'program.py:{n}' for n in (12, 13, 14, 15)], done.stdout + done.stderr


def test_faults_are_told(make_project, provider):
    project = make_project()
    done = project.generate()
    assert done.returncode == 0 and "has no query" not in done.stdout
    project.write('bad', '-- a comment\nSELECT\n  nope FROM `User`')
    project.write('worse', 'SELEC 1')
    project.write('comment', '-- @param {Int}\nSELECT 1 AS a')
    done = project.generate()
    assert done.returncode == 1
    error = done.stderr
    assert error.startswith('Error: Errors while reading sql files:\n\nIn prisma/sql/bad.sql:\n'), error
    assert 'In prisma/sql/comment.sql:\nSQL documentation parsing: missing position or alias (eg: $1:alias)' in error
    assert 'In prisma/sql/worse.sql:\n' in error and 'nope' in error
    if provider != 'mysql':
        assert 'at line 3, column 3\n\n3 |   nope FROM' in error
    for name in ('bad', 'worse', 'comment'):
        (project.sql / f'{name}.sql').unlink()

    project.write('class', 'SELECT 1 AS a')
    done = project.generate()
    assert done.returncode == 1 and "class.sql can't be a typed function of Python: class is a keyword of Python" in done.stderr
    (project.sql / 'class.sql').rename(project.sql / 'a-b.sql')
    assert 'a-b.sql can not be used as a typed sql query: name must be a valid JS identifier' in project.generate().stderr
    (project.sql / 'a-b.sql').unlink()

    project.sql.rmdir()
    assert 'There is no folder prisma/sql.' in project.generate().stderr
    schema = project.folder / 'prisma/schema.prisma'
    schema.write_text(schema.read_text().replace('previewFeatures = ["typedSql"]', ''))
    project.sql.mkdir()
    assert '`typedSql` preview feature needs to be enabled in prisma/schema.prisma.' in project.generate().stderr


def test_the_folder_of_the_configuration(make_project, provider):
    if provider != 'sqlite':
        return
    project = make_project()
    (project.folder / 'queries').mkdir()
    (project.folder / 'queries/one.sql').write_text('SELECT 1 AS a')
    (project.folder / 'prisma.config.ts').write_text(
        "import { defineConfig } from 'prisma/config';\nexport default defineConfig({ typedSql: { path: './queries' } });\n")
    done = project.generate()
    assert done.returncode == 0, done.stdout + done.stderr
    assert 'def one()' in project.module()


def test_columns_of_any_kind(make_project, provider):
    """SQLite: what a column was declared as doesn't tell what is in it."""
    if provider != 'sqlite':
        return
    project = make_project('sync')
    project.run("""
import sqlite3
db = sqlite3.connect('prisma/test.db')
db.execute("CREATE TABLE odd (id INTEGER PRIMARY KEY, bare, day DATE, at TIME, foo FOOBAR, text STRING)")
db.execute("INSERT INTO odd VALUES (1, 'x', '2020-01-02', '12:34:56', 'abc', 'y'), (2, 1.5, NULL, '12:34', 2, 3)")
db.commit()
""")
    project.write('odd', 'SELECT * FROM odd ORDER BY id')
    project.write('most', 'SELECT max(foo) AS foo, max(day) AS day FROM odd')
    done = project.generate()
    assert done.returncode == 0, done.stdout + done.stderr
    assert project.run("""
from PACKAGE import Prisma
from PACKAGE.sql import odd, most
with Prisma() as db:
    for row in db.query_raw_typed(odd()):
        print(row.bare, row.day, row.at, row.foo, row.text)
    print(db.query_first_typed(most()).foo)
""") == 'x 2020-01-02 12:34:56 abc y\n1.5 None 12:34:00 2 3\nabc\n'


def test_columns_that_cannot_be_read(make_project, provider):
    if provider != 'postgresql':
        return
    project = make_project('sync')
    project.write('age', "SELECT 1 AS one, interval '1 day' AS age")
    done = project.generate()
    assert done.returncode == 1 and 'age.sql' in done.stderr
    assert 'The column `age` is of the type interval' in done.stderr and '`age::text AS age`' in done.stderr
    project.write('age', "SELECT (interval '1 day')::text AS age, '10.0.0.0/8'::cidr AS net, '10.0.0.1'::inet AS host, '10.0.0.1/8'::inet AS both")
    assert project.generate().returncode == 0
    assert project.run("""
from PACKAGE import Prisma
from PACKAGE.sql import age
with Prisma() as db:
    print(*db.query_first_typed(age()).model_dump().values(), sep=', ')
""") == '1 day, 10.0.0.0/8, 10.0.0.1, 10.0.0.1/8\n'
