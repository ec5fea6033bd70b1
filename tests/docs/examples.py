"""The code blocks of pages, and a project that they run in.

A page's Python blocks run in order in one namespace, in a project with the first schema of the page that has a datasource, or that of
docs/guide/getting-started.md. They have `db`, a client that is connected. Comments before a block steer it:

    <!-- run: no, REASON -->     it is not run
    <!-- run: pytest -->         its commands run in the project, as others that begin with `prisma` do by themselves
    <!-- file: PATH -->          it is written to that file of the project
    <!-- setup
    CODE -->                     runs before the next Python block, and is not shown
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# PRISMA_CLI: another command line than that of the installed package.
COMMAND = os.environ.get('PRISMA_CLI', f'{sys.executable} -m prisma').split()
DEFAULT = ROOT / 'docs/guide/getting-started.md'

# The blocks of a page come on stdin: [[name of the file, first line, text], …].
RUNNER = r'''
import ast, asyncio, inspect, json, sys, traceback

async def main():
    import prisma
    namespace = {'__name__': '__example__'}
    db = prisma.Prisma()
    is_async = inspect.iscoroutinefunction(db.connect)
    if is_async:
        await db.connect()
    else:
        db.connect()
    namespace['db'] = db
    for file, line, text in json.load(sys.stdin):
        tree = ast.parse('\n' * (line - 1) + text, file)
        try:
            code = compile(tree, file, 'exec', ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            result = eval(code, namespace)
            if inspect.iscoroutine(result):
                await result
        except BaseException:
            traceback.print_exc()
            raise SystemExit(f'{file}:{line}: this example failed')
    for client in (db,):
        if client.is_connected():
            closed = client.disconnect()
            if inspect.isawaitable(closed):
                await closed

# An example may have an event loop of its own, which can't run inside of another.
blocks = sys.argv[1]
if blocks == 'alone':
    for file, line, text in json.load(sys.stdin):
        exec(compile('\n' * (line - 1) + text, file, 'exec'), {'__name__': '__main__'})
else:
    asyncio.run(main())
'''


@dataclass
class Block:
    language: str
    text: str
    line: int
    marks: dict = field(default_factory=dict)
    setup: str = ''


def blocks(page):
    """The fenced blocks of a page, each with the comments right before it."""
    lines = page.read_text().split('\n')
    found, marks, setup, i = [], {}, '', 0
    while i < len(lines):
        line = lines[i]
        fence = re.match(r'^(\s*)```(\w*)\s*$', line)
        mark = re.match(r'^\s*<!-- (\w+): (.*?) -->\s*$', line)
        if fence:
            start = i + 1
            i = start
            while not lines[i].strip().startswith('```'):
                i += 1
            text = textwrap.dedent('\n'.join(lines[start:i])) + '\n'
            found.append(Block(fence[2], text, start + 1, marks, setup))
            marks, setup = {}, ''
        elif mark:
            marks = {**marks, mark[1]: mark[2]}
        elif line.strip() == '<!-- setup':
            code = []
            i += 1
            while not lines[i].strip().endswith('-->'):
                code.append(lines[i])
                i += 1
            setup = '\n'.join(code) + '\n'
        elif line.strip():
            marks, setup = {}, ''
        i += 1
    return found


def schema_of(page):
    for block in blocks(page):
        if block.language == 'prisma' and 'datasource ' in block.text and not block.marks.get('run', '').startswith('no'):
            return block.text
    return None


class Project:
    """A folder with a schema, a database and the client for it."""

    def __init__(self, folder, page):
        self.folder = folder
        schema = schema_of(page) or schema_of(DEFAULT)
        (folder / 'prisma').mkdir(parents=True)
        (folder / 'prisma/schema.prisma').write_text(schema)
        import prisma

        # Generating writes into the package.
        shutil.copytree(pathlib.Path(prisma.__file__).parent, folder / 'site/prisma', ignore=shutil.ignore_patterns('__pycache__'))
        self.environment = {
            **os.environ,
            'PYTHONPATH': str(folder / 'site'),
            'PRISMA_PY_PACKAGE_DIR': str(folder / 'site/prisma'),
            'NO_COLOR': '1',
            'PATH': f'{pathlib.Path(sys.executable).parent}:{os.environ["PATH"]}',
        }

    def run(self, *command, **options):
        done = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120, **options)
        assert done.returncode == 0, f'{" ".join(word for word in command if word != RUNNER)}\n{done.stdout}{done.stderr}'
        return done.stdout

    def prisma(self, *words):
        return self.run(*COMMAND, *words)

    def python(self, page_blocks, how):
        return self.run(sys.executable, '-c', RUNNER, how, input=json.dumps(page_blocks))


def check_page(page, folder):
    """Runs what can be run of a page; how many blocks that were."""
    found = blocks(page)
    project = Project(folder, page)
    project.prisma('db', 'push')
    count, waiting = 0, []
    name = str(page.relative_to(ROOT))

    def run_waiting():
        if waiting:
            project.prisma('db', 'push', '--force-reset', '--skip-generate')
            project.python(waiting, 'together')
            waiting.clear()

    for block in found:
        run = block.marks.get('run', '')
        if run.startswith('no'):
            continue
        if 'file' in block.marks:
            target = folder / block.marks['file']
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text)
            count += 1
        elif block.language == 'python' and ('asyncio.run(' in block.text or 'async' not in project_interface(folder)):
            project.prisma('db', 'push', '--force-reset', '--skip-generate')
            project.python([[name, block.line, block.text]], 'alone')
            count += 1
        elif block.language == 'python':
            if block.setup:
                waiting.append([name, block.line - block.setup.count('\n') - 3, block.setup])
            waiting.append([name, block.line, block.text])
            count += 1
        elif block.language == 'sh':
            for line in block.text.splitlines():
                words = line.split('#')[0].split()
                if words[:1] == ['prisma']:
                    project.prisma(*words[1:])
                    count += 1
                elif words and words[0] == run:
                    project.run(sys.executable, '-m', *words)
                    count += 1
        elif block.language == 'prisma' and 'datasource ' not in block.text:
            schema = folder / 'fragment.prisma'
            schema.write_text('datasource db {\n  provider = "sqlite"\n  url      = "file:dev.db"\n}\n' + block.text)
            project.prisma('validate', '--schema', str(schema))
            count += 1
    run_waiting()
    return count


def project_interface(folder):
    text = (folder / 'prisma/schema.prisma').read_text()
    return 'sync' if re.search(r'interface\s*=\s*"sync"', text) else 'asyncio'
