"""Section 8.5 of the inventory: the plugin for mypy."""

import re
import subprocess
import sys

import pytest

import pydantics

PROGRAM = """\
from client_sync import Prisma
from client_sync.types import UserInclude
db = Prisma()
user = db.user.find_first_or_raise(include={'posts': {'include': {'categories': True}}, 'profile': True})
reveal_type(user.posts)
reveal_type(user.posts[0].categories)
reveal_type(user.posts[0].author)
reveal_type(user.profile)
for user in db.user.find_many(include=UserInclude(posts=True)):
    reveal_type(user.posts)
maybe = db.user.find_unique(where={'id': 'a'}, include=dict(posts=True))
reveal_type(maybe)
reveal_type(db.user.find_first_or_raise(include={'posts': False}).posts)
reveal_type(db.user.find_first_or_raise(include=None).posts)
given: UserInclude = {'posts': True}
reveal_type(db.user.find_first_or_raise(include=given).posts)
"""
EXPECTED = [
    'list[Post]',
    'list[Category]',
    'User | None',
    'Profile | None',
    'list[Post]',
    'User | None',
    'list[Post] | None',
    'list[Post] | None',
    'list[Post] | None',
]


@pytest.mark.skipif(not pydantics.IS_2, reason='the code of both versions is checked by the newer one')
def test_plugin(workspace, sync_package):
    pytest.importorskip('mypy', reason='mypy is not installed')
    packages = workspace / 'packages'
    (packages / 'program.py').write_text(PROGRAM)

    def check(*settings):
        (packages / 'mypy.ini').write_text('\n'.join(['[mypy]', 'plugins = prisma.mypy', *settings, '']))
        run = [sys.executable, '-m', 'mypy', '--cache-dir', '.mypy', 'program.py']
        done = subprocess.run(run, cwd=packages, capture_output=True, text=True)
        types = re.findall(r'Revealed type is "(.*)"', done.stdout)
        return [text.replace('client_sync.models.', '').replace('builtins.', '') for text in types], done.stdout

    types, text = check()
    assert types == EXPECTED, text
    assert re.findall(r'(\d+): error: (.*?):? the "include" argument.* \[(.*)\]', text) == [
        ('16', 'The prisma mypy plugin was unable to parse', 'prisma-parsing')
    ]
    types, text = check('[prisma-mypy]', 'warn_parsing_errors = False')
    assert types == EXPECTED and 'error' not in text, text
