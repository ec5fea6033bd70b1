"""What is tested alike on every database server. `sleep`: the arguments of a raw query that does nothing for long; `sleepers`: how many of
these the server runs."""

import threading

from engine_process import Engine, error_of, wait_until


def check_a_request_that_is_out_of_time_stops_its_statement(project, sleep, sleepers):
    with Engine(project.schema, project.url + '?connection_limit=1') as engine:
        status, answer = engine.post('/', {'action': 'queryRaw', 'query': {'arguments': sleep, 'selection': {}}}, X_query_timeout='300')
        assert (status, answer['message']) == (408, 'Query timed out')
        assert wait_until(lambda: not sleepers())
        for _ in range(20):
            assert 'data' in engine.query('findMany', 'User', X_query_timeout='60000')


def check_a_deadlock(project):
    with Engine(project.schema, project.url) as engine:
        first, second = (engine.create_user(f'deadlock {i}')['data']['createOneUser']['id'] for i in range(2))
        ids = [engine.post('/transaction/start', {'max_wait': 20000, 'timeout': 120000})[1]['id'] for _ in range(2)]

        def update(user, transaction):
            return engine.query('updateOne', 'User', {'where': {'id': user}, 'data': {'name': 'x'}}, X_transaction_id=transaction)

        assert 'data' in update(first, ids[0]) and 'data' in update(second, ids[1])
        answers = []

        def wait(user, transaction):
            answers.append(answer := update(user, transaction))
            engine.post(f'/transaction/{transaction}/{"rollback" if "errors" in answer else "commit"}', {})

        threads = [threading.Thread(target=wait, args=both) for both in ((second, ids[0]), (first, ids[1]))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        failed = [answer for answer in answers if 'errors' in answer]
        assert len(failed) == 1 and error_of(failed[0])['error_code'] == 'P2034', answers
