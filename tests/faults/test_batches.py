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
    ([one({'id': i}, {'nope': True}) for i in (1, 2)], None),
    ([one({'id': 2**40 + i}) for i in (1, 2)], None),
    ([one({'nope': i}) for i in (1, 2)], None),
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
    elif not has_transaction:
        # They are asked as one query, whose fault is that of all.
        together = {**requests[0], 'action': 'findMany', 'query': {**requests[0]['query'], 'arguments': {}}}
        assert answer['errors'] == engine.post('/', together)[1]['errors']
    else:
        assert 'errors' in answer
    if statements is not None:
        assert len([log for log in logs if log['attributes']['query'].startswith('SELECT')]) == statements


@pytest.mark.parametrize('has_transaction', [False, True])
def test_batch_that_is_taken_for_one_find_many(engine, has_transaction):
    """What no findUnique takes, the findMany takes that they are asked as: all of a record's filters."""
    ask = lambda *where: engine.post('/', {'batch': [one(w) for w in where], 'transaction': {} if has_transaction else None})[1]  # noqa: E731
    ids = lambda answer: [result['data']['findUniqueUser']['id'] for result in answer['batchResult']]  # noqa: E731
    assert ids(ask({'a_b': {'a': 1}}, {'a_b': {'a': 2}})) == [2, 4]
    assert ids(ask({'id': {'equals': 1}}, {'id': {'equals': 2}})) == [1, 2]
    error, user_facing = errors_of(ask({'id': 1}, {'id': 'x'}))
    assert 'Unable to match input value to any allowed input type for the field' in error
    assert user_facing['meta']['errors'][0]['selectionPath'] == ['findManyUser']


def create(identity, email):
    data = {'id': identity, 'email': email, 'big': {'$type': 'BigInt', 'value': str(identity)}, 'at': {'$type': 'DateTime', 'value': f'2027-01-01T00:00:{identity % 60:02}.000Z'},
            'a': identity, 'b': 'x'}
    return {'modelName': 'User', 'action': 'createOne', 'query': {'arguments': {'data': data}, 'selection': {'id': True}}}


def errors_of(answer):
    (error,) = answer['errors']
    return error['error'], error['user_facing_error']


def count(engine, identity):
    answer = engine.query('aggregate', 'User', {'where': {'id': identity}}, {'_count': {'selection': {'_all': True}}})
    return answer['data']['aggregateUser']['_count']['_all']


def test_empty(engine):
    assert engine.request('POST', '/', '{"batch":[]}')[2].startswith(b'{"')
    for transaction in (None, {}):
        answer = engine.post('/', {'batch': [], 'transaction': transaction})[1]
        answer.pop('extensions', None)
        assert answer == {}


def test_without_a_transaction_the_others_are_done(engine):
    _, answer = engine.post('/', {'batch': [create(101, 'n1'), create(102, 'n1'), create(103, 'n3')]})
    first, second, third = answer['batchResult']
    assert first == {'data': {'createOneUser': {'id': 101}}} and third == {'data': {'createOneUser': {'id': 103}}}
    text, error = errors_of(second)
    assert error['error_code'] == 'P2002' and error['meta'] == {'modelName': 'User', 'target': ['email']} or error['meta'] == {'target': ['email']}
    assert 'batch_request_idx' not in error and text.startswith('KnownError')


def test_a_transaction_is_rolled_back(engine):
    _, answer = engine.post('/', {'batch': [create(111, 't1'), create(112, 't1')], 'transaction': {'isolationLevel': None}})
    text, error = errors_of(answer)
    assert error['error_code'] == 'P2002' and error['batch_request_idx'] == 1 and error['is_panic'] is False
    assert text.startswith('Error in batch request 1: KnownError {')
    assert count(engine, 111) == 0


def test_inside_of_an_interactive_transaction(engine):
    identity = engine.post('/transaction/start', {'max_wait': 2000, 'timeout': 20000})[1]['id']
    _, answer = engine.post('/', {'batch': [create(121, 'i1'), create(122, 'i1'), create(123, 'i3')]}, X_transaction_id=identity)
    assert errors_of(answer)[1]['batch_request_idx'] == 1
    _, answer = engine.post('/', {'batch': [create(124, 'i4')], 'transaction': {'isolationLevel': 'Serializable'}}, X_transaction_id=identity)
    assert errors_of(answer)[1]['message'] == 'Unsupported feature: Can not set batch isolation level within interactive transaction'
    assert engine.post(f'/transaction/{identity}/rollback', {})[0] == 200
    assert count(engine, 121) == 0


@pytest.mark.parametrize('level, is_known', [('Serializable', True), (None, True), ('Foo', False), ('ReadCommitted', False)])
def test_isolation_levels(engine, level, is_known):
    _, answer = engine.post('/', {'batch': [one({'id': 1}), create(131, 'l1')], 'transaction': {'isolationLevel': level}})
    assert ('batchResult' in answer) == is_known
    assert count(engine, 131) == is_known
    engine.query('deleteMany', 'User', {'where': {'id': 131}}, {'count': True})
    # No connection was left inside of a transaction.
    for i in range(8):
        assert 'data' in engine.query('findFirst', 'User')


def test_what_cannot_be_read_ends_the_batch_and_what_is_wrong_does_not(engine):
    unknown = {'modelName': 'Nope', 'action': 'findMany', 'query': {'selection': {'$scalars': True}}}
    _, answer = engine.post('/', {'batch': [one({'id': 1}), unknown]})
    assert errors_of(answer)[1]['message'] == "Operation 'findMany' for model 'Nope' does not match any query."
    wrong = one({'id': 1}, {'nope': True})
    _, answer = engine.post('/', {'batch': [create(141, 'w1'), wrong]})
    assert 'data' in answer['batchResult'][0] and errors_of(answer['batchResult'][1])[1]['error_code'] == 'P2009'
