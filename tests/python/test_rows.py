"""Rows of the inventory that no other file has: what a class of the user's own may hold, faults of requests, partial types."""

import subprocess
import sys
from importlib import import_module
from typing import List, Optional

import pytest

import pydantics
from conftest import run_cli


@pytest.mark.sync
def test_fields_of_a_class_are_the_selection(db, sync_package):
    errors, BaseUser = sync_package.errors, sync_package.bases.BaseUser
    db.user.create({'name': 'a', 'posts': {'create': {'title': 't'}}})

    class Slim(BaseUser):
        name: str

    class Slip(BaseUser):
        id: str
        emial: Optional[str] = None

    class Rich(BaseUser):
        name: str
        posts: Optional[List[sync_package.models.Post]] = None

    assert pydantics.dump(Slim.prisma(db).find_first()) == {'name': 'a'}
    assert Rich.prisma(db).find_first().posts is None
    assert Rich.prisma(db).find_first(include={'posts': True}).posts[0].title == 't'
    with pytest.raises(errors.FieldNotFoundError, match="Field 'emial' not found in enclosing type 'User'"):
        Slip.prisma(db).find_first()
    with pytest.raises(errors.UnknownRelationalFieldError, match='Field: "posts" either .* on the Slim model'):
        Slim.prisma(db).find_first(include={'posts': True})
    assert Slim.prisma(db).find_first(include={'posts': False}).name == 'a'


def test_sets_are_lists(db):
    db.user.create_many([{'name': 'a'}, {'name': 'b'}, {'name': 'c'}])
    assert db.user.count(where={'name': {'in': {'a', 'b'}}}) == 2
    assert db.user.count(where={'name': {'not_in': frozenset(['a'])}}) == 2
    assert db.user.count(where={'name': {'in': ('a',)}}) == 1


def test_what_is_wrong_with_a_request(db, sync_package):
    """Of the forms that an object may have, the fault is told of the one that was meant."""
    errors = sync_package.errors
    for data, kind, text in (
        ({'unknown': 1, 'name': 'x'}, 'FieldNotFoundError', 'Could not find field at `createOneUser.data.unknown`'),
        ({'unknown': 1}, 'MissingRequiredValueError', '`data.name`: A value is required but not set'),
        ({}, 'MissingRequiredValueError', '`data.name`: A value is required but not set'),
        ({'name': 'x', 'posts': {'create': [{'title': 'x', 'no': 1}]}}, 'FieldNotFoundError', 'createOneUser.data.posts.create.no`'),
        ({'name': 'x', 'posts': {'creat': {}}}, 'FieldNotFoundError', 'createOneUser.data.posts.creat`'),
        ({'name': 1}, 'FieldNotFoundError', 'Invalid argument type. `name` should be of any of the following types: `String`'),
        ({'name': 'x', 'role': 'NONE'}, 'FieldNotFoundError', '`NONE` is not a valid `Role`'),
    ):
        for _ in range(2):
            with pytest.raises(errors.DataError) as caught:
                db.user.create(data)
            assert type(caught.value).__name__ == kind and text in str(caught.value), str(caught.value)
    # A field that only the other form of the object lacks is not what is wrong.
    with pytest.raises(errors.DataError) as caught:
        db.all_types.create({'id': 5, 'bytes': 'no base64'})
    assert 'not a valid `base64 String`' in str(caught.value)
    with pytest.raises(errors.FieldNotFoundError, match="Field 'no' not found in enclosing type 'UserCountAggregateOutputType'"):
        db.user.count(select={'no': True})
    assert db.user.count() == 0


def test_metrics_are_models(db):
    db.user.count()
    metrics = db.get_metrics()
    data = pydantics.dump(metrics)
    assert {'key', 'value', 'labels', 'description'} == set(data['counters'][0])
    bucket = metrics.histograms[0].value.buckets[0]
    assert bucket.max_value == bucket[0] and bucket.total_count == bucket[1]


def test_names_of_list_types(sync_package):
    types = import_module('client_sync.types')
    for name in ('String', 'Int', 'BigInt', 'Float', 'Decimal', 'DateTime', 'Boolean', 'Bytes', 'Json', 'Role'):
        for suffix in ('ListFilter', 'ListUpdate'):
            assert hasattr(types, name + suffix)
        for suffix in ('EqualsInput', 'HasInput', 'HasEveryInput', 'HasSomeInput', 'IsEmptyInput'):
            assert hasattr(types, f'_{name}ListFilter{suffix}')


SCHEMA = (
    'datasource db {\n provider = "sqlite"\n url = "file:x.db"\n}\ngenerator client {\n provider = "prisma-client-py"\n'
    ' interface = "sync"\n output = "./made"\n partial_type_generator = "parts.py"\n}\n'
    'model User {\n id Int @id\n name String\n email String?\n posts Post[]\n profile Profile?\n}\n'
    'model Profile {\n id Int @id\n user User @relation(fields: [id], references: [id])\n}\n'
    'model Post {\n id Int @id\n userId Int\n user User @relation(fields: [userId], references: [id])\n}\n'
    'model Alone {\n id Int @id\n}\n'
)


@pytest.fixture(scope='module')
def declare(tmp_path_factory):
    """Runs a script of partial types; what is wrong with it, by the generator."""
    folder = tmp_path_factory.mktemp('partials')
    (folder / 'schema.prisma').write_text(SCHEMA)

    def run(*lines):
        (folder / 'parts.py').write_text('from prisma.models import Alone, Post, User\n' + '\n'.join(lines) + '\n')
        done = run_cli('generate', cwd=folder)
        return folder, done.returncode, done.stdout + done.stderr

    return run


@pytest.mark.parametrize(
    'arguments, message',
    [
        ("'A', include={'id'}, exclude={'name'}", 'TypeError: Exclude and include are mutually exclusive.'),
        ("'A', {'id'}, exclude_relational_fields=True", 'TypeError: Include and exclude_relational_fields=True are mutually exclusive.'),
        ("'A', required={'name'}, optional={'name'}", "Cannot make the same field(s) required and optional {'name'}"),
        ("'A', exclude_relational_fields=True, relations={'posts': 'P'}", 'exclude_relational_fields and relations are mutually exclusive'),
        ("'A', relations={'posts': 'P'}", 'Unknown partial type: "P". Did you remember to generate the Post type before this one?'),
        ("'A', relations={'no': 'P'}", 'Field: "no" either does not exist or is not a relational field on the User model'),
        ("'A', include={'id'}, relations={'posts': 'P'}", 'posts is not a valid User / A field.'),
        ("'A', exclude={'email'}, required={'email'}", 'email is not a valid User / A field.'),
        ("'A', optional={'no'}", 'no is not a valid User / A field.'),
        ("'A'); User.create_partial('A'", 'Partial type "A" has already been created.'),
        ("'1A'", 'Partial type name "1A" is not a valid Python identifier.'),
        ("'B'); Alone.create_partial('A', relations={'posts': 'B'}", 'Model: "Alone" has no relational fields.'),
    ],
)
def test_faults_of_partial_types(declare, arguments, message):
    _, status, text = declare(f'User.create_partial({arguments})')
    assert status == 1 and 'An exception occurred while running the partial type generator' in text and message in text, text


def test_required_relations_of_partial_types(declare):
    folder, status, text = declare("User.create_partial('Full', None, {'email'}, required=['posts', 'profile'], optional=['name'])")
    assert status == 0, text
    code = (
        'from made.partials import Full\nfrom made._compat import is_field_required, model_fields, model_parse\n'
        'print([name for name, field in model_fields(Full).items() if is_field_required(field)])\n'
        "print(model_parse(Full, {'id': 1, 'posts': [], 'profile': {'id': 1}}).profile.id)\n"
    )
    done = subprocess.run([sys.executable, '-c', code], cwd=folder, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["['id', 'posts', 'profile']", '1'], done.stdout + done.stderr
    assert 'posts: List[Post]\n' in (folder / 'made/partials.pyi').read_text()
