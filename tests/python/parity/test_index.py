"""No row of the inventory is without a test."""

import ast
from pathlib import Path

import pytest

from rows import ROWS

HERE = Path(__file__).parent


def names_in(name):
    path = next(path for path in (HERE / f'test_{name}.py', HERE.parent / f'test_{name}.py') if path.exists())
    found = ast.walk(ast.parse(path.read_text()))
    return {node.name[5:] for node in found if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith('test_')}


@pytest.mark.parametrize('section', ROWS)
def test_rows(section):
    for row, text in ROWS[section].items():
        assert text, row
        for group in text.split(';'):
            name, _, tests = group.strip().partition(': ')
            assert tests.split() and set(tests.split()) <= names_in(name), (row, group)


def test_all_tests_are_listed():
    """A test that is not in the list covers a row that is not in it."""
    listed = {(group.strip().partition(': ')[0], test) for rows in ROWS.values() for text in rows.values()
              for group in text.split(';') for test in group.strip().partition(': ')[2].split()}  # fmt: skip
    for path in HERE.glob('test_s*.py'):
        name = path.stem[5:]
        assert {test for test in names_in(name) if (name, test) not in listed} == set(), name
