#!/usr/bin/env python3
"""Many operations on one build/bin/query-engine over HTTP, without growth of its memory or descriptors.

  python3 tests/load/soak.py --provider sqlite --operations 1000000
  scripts/with_postgresql python3 tests/load/soak.py --provider postgresql --operations 1000000

A request of a batch counts as an operation. Among them are requests that fail, statements whose text never comes again, lists of
many lengths, transactions that expire, and connections that are closed.
"""

import argparse
import json
import random
import sys
import threading
import time

from client import REQUEST_TIMEOUT, Client
from growth import Growth
from targets import Http, open_target

ACCOUNTS = 50
query = Client.query


class Worker:
    def __init__(self, number, target):
        self.number, self.random = number, random.Random(number)
        self.http = Http(target, REQUEST_TIMEOUT)
        self.target = target
        self.operations = 0
        self.serial = 0

    def send(self, path, body, transaction=None, error=None):
        self.operations += len(body['batch']) if 'batch' in body else 1
        headers = {'X-transaction-id': transaction} if transaction else {}
        status, text = self.http.post(path, json.dumps(body), headers)
        answer = json.loads(text)
        if error is not None:
            code = (answer['errors'][0]['user_facing_error'] if 'errors' in answer else answer).get('error_code')
            assert code == error, answer
        elif 'errors' in answer or status != 200:
            # Several write at once: a conflict is no fault here.
            code = (answer['errors'][0]['user_facing_error'] if 'errors' in answer else answer).get('error_code')
            assert code in ('P2034', 'P2028', 'P1008'), answer
        return answer

    def item(self):
        self.serial += 1
        token = f'{self.number}-{self.serial}'
        return token, {'token': token, 'payload': 'x' * self.random.randrange(400), 'ownerId': self.number % ACCOUNTS}

    def write(self):
        token, data = self.item()
        self.send('/', query('createOne', 'Item', {'data': {**data, 'parts': {'create': [{'number': n} for n in range(2)]}}}))
        self.send('/', query('createOne', 'Item', {'data': data}), error='P2002')
        self.send('/', query('updateOne', 'Item', {'where': {'token': token}, 'data': {'payload': 'changed'}}))
        self.send('/', query('deleteOne', 'Item', {'where': {'token': token}}))
        self.send('/', query('deleteOne', 'Item', {'where': {'token': token}}), error='P2025')

    def read(self):
        self.send('/', query('findUnique', 'Account', {'where': {'id': self.random.randrange(ACCOUNTS)}},
                             {'$scalars': True, 'items': {'selection': {'$scalars': True}}}))
        numbers = [self.random.randrange(ACCOUNTS) for _ in range(self.random.randrange(1, 60))]
        self.send('/', query('findMany', 'Account', {'where': {'id': {'in': numbers}}, 'orderBy': [{'balance': 'desc'}, {'id': 'asc'}]}))
        self.send('/', query('aggregate', 'Account', {}, {'_sum': {'selection': {'balance': True}}}))

    def batch(self):
        self.send('/', {'batch': [query('findUnique', 'Account', {'where': {'id': self.random.randrange(ACCOUNTS)}}) for _ in range(20)],
                        'transaction': None})
        self.send('/', {'batch': [query('findFirst', 'Account', {'where': {'balance': {'gte': n}}}) for n in range(20)], 'transaction': None})

    def batch_of_writes(self):
        made = [self.item() for _ in range(5)]
        items = [query('createOne', 'Item', {'data': data}) for _, data in made]
        items += [query('deleteOne', 'Item', {'where': {'token': token}}) for token, _ in made]
        self.send('/', {'batch': items, 'transaction': {'isolationLevel': None}})

    def transaction(self):
        started = self.send('/transaction/start', {'max_wait': 20000, 'timeout': 20000}).get('id')
        if started is None:
            return
        self.send('/', query('updateOne', 'Account', {'where': {'id': self.random.randrange(ACCOUNTS)}, 'data': {'balance': {'increment': 1}}}),
                  started)
        end = self.random.choice(['commit', 'rollback'])
        self.send(f'/transaction/{started}/{end}', {})

    def rare(self):
        number = self.random.randrange(1 << 40)
        self.send('/', query('queryRaw', None, {'query': f'SELECT {number} AS n{number}', 'parameters': '[]'}, {}))
        self.send('/', query('queryRaw', None, {'query': f'SELECT nothing{number}', 'parameters': '[]'}, {}), error='P2010')
        self.send('/', query('findMany', 'Account', {'where': {f'no{number}': 1}}), error='P2009')
        self.send('/transaction/nothing/commit', {}, error='P2028')
        self.http.post('/', '{"broken', {})
        if self.random.random() < 0.05:
            self.send('/transaction/start', {'max_wait': 20000, 'timeout': 50})  # and forgotten
        self.http.close()

    KINDS = [(write, 10), (read, 20), (batch, 15), (batch_of_writes, 6), (transaction, 8), (rare, 3)]

    def step(self):
        self.random.choices([kind for kind, _ in self.KINDS], [weight for _, weight in self.KINDS])[0](self)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--provider', required=True, choices=['postgresql', 'mysql', 'sqlite'])
    parser.add_argument('--operations', type=int, default=20000)
    parser.add_argument('--clients', type=int, default=16)
    options = parser.parse_args()
    target = open_target(options.provider, '' if options.provider == 'sqlite' else 'connection_limit=8')
    target.start_engine()
    faults = []
    try:
        workers = [Worker(n, target) for n in range(options.clients)]
        workers[0].send('/', query('createMany', 'Account', {'data': [{'id': n, 'balance': n} for n in range(ACCOUNTS)]}))
        is_over = threading.Event()

        def work(worker):
            try:
                while not is_over.is_set():
                    worker.step()
            except Exception as error:
                faults.append(f'{type(error).__name__}: {error}')
                is_over.set()

        threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
        begin = time.monotonic()
        for thread in threads:
            thread.start()
        growth = Growth(options.operations)
        while not is_over.is_set():
            done = sum(worker.operations for worker in workers)
            growth.sample(done, target.engine.process.pid)
            if done >= options.operations:
                is_over.set()
            time.sleep(0.005)
        for thread in threads:
            thread.join()
        for fault in faults:
            print('FAULT:', fault)
        count = len(faults)
        if not faults:
            print(f'{time.monotonic() - begin:.0f} s')
            count = growth.judge(f'process, {options.provider}')
        status = target.engine.stop()
        if status != 0:
            print('FAULT: the engine ended with', status, *target.engine.output[-40:])
        return 1 if count or status else 0
    finally:
        target.close()


if __name__ == '__main__':
    sys.exit(main())
