"""Batches of findUnique, as data loaders send them: the same answers as one by one, from one statement a level."""

import json

import pytest
from engine_process import Engine, cli

SCHEMA = """datasource db {
  provider = "sqlite"
  url      = env("DATABASE_URL")
}

model User {
  id    Int     @id
  email String  @unique
  big   BigInt  @unique
  at    DateTime @unique
  a     Int
  b     String
  posts Post[]

  @@unique([a, b])
}

model Post {
  id       Int    @id
  title    String
  author   User   @relation(fields: [authorId], references: [id])
  authorId Int
}
"""


@pytest.fixture(scope='module')
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp('batches')
    (folder / 'schema.prisma').write_text(SCHEMA)
    url = f'file:{folder}/test.db'
    assert cli('db', 'push', '--skip-generate', cwd=folder, url=url).returncode == 0
    with Engine(folder / 'schema.prisma', url, '--enable-telemetry-in-response') as running:
        for i in range(1, 8):
            running.query('createOne', 'User', {'data': {
                'id': i, 'email': f'u{i}', 'big': {'$type': 'BigInt', 'value': str(2**60 + i)}, 'at': {'$type': 'DateTime', 'value': f'2026-01-0{i}T00:00:00.000Z'},
                'a': i // 2, 'b': f'b{i % 2}', 'posts': {'create': [{'id': 10 * i + k, 'title': f't{k}'} for k in range(3)]}}})
        yield running


def one(where, selection=None, action='findUnique', **arguments):
    return {'modelName': 'User', 'action': action, 'query': {'arguments': {'where': where, **arguments}, 'selection': selection or {'$scalars': True, '$composites': True}}}


def posts(take):
    return {'email': True, 'posts': {'arguments': {'take': take, 'orderBy': {'id': 'desc'}, 'where': {'id': {'gt': 11}}}, 'selection': {'$scalars': True}}}


@pytest.mark.parametrize('requests, statements', [
    ([one({'id': i}) for i in (1, 2, 3)], 1),
    ([one({'id': i}) for i in (3, 99, 1, 3, 3)], 1),
    ([one({'id': i}) for i in (98, 99)], 1),
    ([one({'email': e}) for e in ('u1', 'U1', 'u7', '')], 1),
    ([one({'email': e}, {'a': True}) for e in ('u1', 'u2')], 1),
    ([one({'id': i}, {'$scalars': True, 'email': False}) for i in (1, 2)], 1),
    ([one({'id': i}, posts(2)) for i in (2, 1, 5)], 2),
    ([one({'big': {'$type': 'BigInt', 'value': str(2**60 + i)}}) for i in (1, 2, 50)], 1),
    ([one({'a_b': {'a': a, 'b': b}}) for a, b in ((1, 'b0'), (1, 'b1'), (9, 'b0'), (0, 'b1'))], 1),
    ([one({'a_b': {'a': a, 'b': b}}, {'email': True}) for a, b in ((1, 'b0'), (1, 'b1'))], 1),
    ([one({'id': i}, action='findUniqueOrThrow') for i in (1, 2)], 1),
    # Not of one form, or not to be answered together: one by one.
    ([one({'id': i}, action='findUniqueOrThrow') for i in (1, 99, 2)], None),
    ([one({'id': 1}), one({'email': 'u2'})], None),
    ([one({'id': 1}, posts(1)), one({'id': 2}, posts(2))], None),
    ([one({'id': 1}), one({'id': 2}, {'id': True})], None),
    ([one({'id': 1}), one({'id': 2, 'email': 'u1'})], None),
    ([one({'id': i, 'email': f'u{i}'}) for i in (1, 2)], None),
    ([one({'id': 1, 'a': {'gt': 5}}), one({'id': 2, 'a': {'gt': 0}})], None),
    ([one({'id': i}, {'$scalars': True, 'id': False}) for i in (1, 2)], None),
    ([one({'at': {'$type': 'DateTime', 'value': f'2026-01-0{i}T00:00:00.000Z'}}) for i in (1, 9)], None),
    ([one({'id': 1}), one({'id': 'x'})], None),
    ([one({'id': i}, {'nope': True}) for i in (1, 2)], None),
    ([one({'id': 2**40 + i}) for i in (1, 2)], None),
    ([one({'nope': i}) for i in (1, 2)], None),
    ([one({'a_b': {'a': i}}) for i in (1, 2)], None),
    ([one({'id': {'equals': i}}) for i in (1, 2)], None),
    ([one({}), one({})], None),
])
@pytest.mark.parametrize('has_transaction', [False, True])
def test_batch_of_find_unique(engine, requests, statements, has_transaction):
    status, answer = engine.post('/', {'batch': requests, 'transaction': {} if has_transaction else None}, X_capture_telemetry='query')
    assert status == 200
    logs = answer.pop('extensions')['logs']
    singles = []
    for request in requests:
        single = engine.post('/', request)[1]
        del single['extensions']
        # What is not found is told in fewer words in such a batch.
        for error in single.get('errors', ()):
            if error['user_facing_error'].get('error_code') == 'P2025' and len({json.dumps(r['query']['selection']) for r in requests}) == 1:
                error['error'] = error['user_facing_error']['message']
        singles.append(single)
    if 'batchResult' in answer:
        assert answer['batchResult'] == singles
    else:
        assert has_transaction and 'errors' in answer
    if statements is not None:
        assert len([log for log in logs if log['attributes']['query'].startswith('SELECT')]) == statements
