"""One client of the load test: it knows what its answers have to be, and what has to be in the database at the end."""

import collections
import http.client
import json
import random
import time
import zlib

from targets import Http

# What may be wrong while a database server is killed and started; an answer with any other error is a fault.
OUTAGE = {'P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034'}
REQUEST_TIMEOUT = 240  # what takes longer hangs, however busy the machine is
MOST_ITEMS = 60  # of a client


class Outage(Exception):
    """The request failed in a way that it may fail in. `is_sent`: it may have had its effect nevertheless."""

    def __init__(self, code, is_sent=True):
        super().__init__(code)
        self.is_sent = is_sent


class Refused(Exception):
    """An error that the request asked for."""

    def __init__(self, error):
        super().__init__(error.get('error_code'))
        self.error = error


class Wrong(Exception):
    """An answer that must not be."""


def payload_of(token):
    return f'{token}:{zlib.crc32(token.encode()):08x}' * 3


class Client:
    def __init__(self, number, clients, target, seed):
        self.number, self.clients = number, clients
        self.target = target
        self.http = Http(target, REQUEST_TIMEOUT)
        self.random = random.Random(f'{seed}-{number}')
        self.serial = 0
        self.errors = collections.Counter()
        self.done = collections.Counter()
        self.successes = 0       # requests answered without error
        self.last_success = 0.0  # when
        self.slowest = 0.0
        # Items: acknowledged; written with unknown outcome; and those that must not be there.
        self.certain, self.maybe, self.never = {}, {}, set()
        self.groups = []         # of tokens that were written with unknown outcome, wholly or not at all
        self.counter_low = self.counter_high = 0
        self.transfers_certain, self.transfers_maybe, self.transfers_never = set(), set(), set()

    # Requests

    def send(self, path, body, transaction=None):
        headers = {'Content-Type': 'application/json'}
        if transaction:
            headers['X-transaction-id'] = transaction
        text = json.dumps(body)
        begin = time.monotonic()
        try:
            status, answer = self.http.post(path, text, headers)
        except TimeoutError:
            raise Wrong(f'no answer within {REQUEST_TIMEOUT} s to {path} {text[:300]}') from None
        except ConnectionRefusedError:
            if not self.target.engine_may_go:
                raise Wrong('the engine refuses connections') from None
            raise Outage('refused', is_sent=False) from None
        except (OSError, http.client.HTTPException) as error:
            if not self.target.engine_may_go:
                raise Wrong(f'the engine closed the connection: {error!r} to {text[:300]}') from None
            raise Outage('closed') from None
        finally:
            self.slowest = max(self.slowest, time.monotonic() - begin)
        try:
            document = json.loads(answer)
        except ValueError:
            raise Wrong(f'not JSON: {status} {answer[:300]!r}') from None
        if 'is_panic' in document:  # of /transaction
            self.fail(document, text)
        if 'errors' in document:
            self.fail(document['errors'][0].get('user_facing_error', {}), text)
        if status != 200:
            raise Wrong(f'status {status}: {answer[:300]!r}')
        for item in document.get('batchResult', ()):
            if 'errors' in item:
                self.fail(item['errors'][0].get('user_facing_error', {}), text)
        self.successes += 1
        self.last_success = time.monotonic()
        return document

    def fail(self, error, text):
        code = error.get('error_code')
        if error.get('is_panic') or not code or not error.get('message'):
            raise Wrong(f'an error without code: {json.dumps(error)[:600]} to {text[:300]}')
        self.errors[code] += 1
        if code in OUTAGE:
            raise Outage(code, is_sent=code not in ('P1001', 'P2024'))
        raise Refused(error)

    @staticmethod
    def query(action, model, arguments=None, selection=None):
        return {'modelName': model, 'action': action,
                'query': {'arguments': arguments or {}, 'selection': selection or {'$scalars': True}}}

    def run(self, action, model, arguments=None, selection=None, transaction=None):
        answer = self.send('/', self.query(action, model, arguments, selection), transaction)
        return answer['data'][action + model] if 'Raw' not in action else answer['data'][action]

    def expect(self, condition, what):
        if not condition:
            raise Wrong(f'client {self.number}: {what}')

    def token(self):
        self.serial += 1
        return f'{self.number}-{self.serial}'

    def check_item(self, item, token=None):
        if token is not None:
            self.expect(item['token'] == token, f'asked for {token}, got {item}')
        self.expect(item['payload'] == payload_of(item['token']), f'payload of {item}')
        self.expect(item['ownerId'] == self.number, f'owner of {item}')

    # Operations

    def create(self):
        """A nested write: the item with its parts, or nothing."""
        token = self.token()
        parts = self.random.randrange(4)
        data = {'token': token, 'payload': payload_of(token), 'ownerId': self.number,
                'parts': {'create': [{'number': n} for n in range(parts)]}}
        if not parts:
            del data['parts']
        try:
            item = self.run('createOne', 'Item', {'data': data}, {'$scalars': True, 'parts': {'selection': {'$scalars': True}}})
        except Outage as outage:
            if outage.is_sent:
                self.maybe[token] = parts
            else:
                self.never.add(token)
            raise
        self.certain[token] = parts
        self.check_item(item, token)
        self.expect(sorted(part['number'] for part in item['parts']) == list(range(parts)), f'parts of {item}')

    def create_many(self):
        tokens = [self.token() for _ in range(3)]
        data = [{'token': token, 'payload': payload_of(token), 'ownerId': self.number} for token in tokens]

        def write():
            made = self.run('createMany', 'Item', {'data': data})
            self.expect(made == {'count': 3}, f'createMany of 3 gave {made}')
        self.write_group(tokens, write)

    def write_group(self, tokens, write):
        try:
            write()
        except Outage as outage:
            if outage.is_sent:
                self.maybe.update(dict.fromkeys(tokens, 0))
                self.groups.append(tokens)
            else:
                self.never.update(tokens)
            raise
        self.certain.update(dict.fromkeys(tokens, 0))

    def batch(self):
        """A transaction of several requests; now and then one that fails at its end."""
        tokens = [self.token() for _ in range(2)]
        items = [self.query('createOne', 'Item', {'data': {'token': token, 'payload': payload_of(token), 'ownerId': self.number}})
                 for token in tokens]
        is_faulty = self.random.random() < 0.2
        if is_faulty:
            items.append(items[0])
            try:
                self.send('/', {'batch': items, 'transaction': {'isolationLevel': None}})
            except Refused as refused:
                self.expect(refused.error['error_code'] == 'P2002', f'of a faulty batch: {refused.error}')
            except Outage:
                self.never.update(tokens)
                raise
            else:
                raise Wrong('a batch with a repeated token succeeded')
            self.never.update(tokens)
            return

        def write():
            answer = self.send('/', {'batch': items, 'transaction': {'isolationLevel': None}})
            for token, item in zip(tokens, answer['batchResult'], strict=True):
                self.check_item(item['data']['createOneItem'], token)
        self.write_group(tokens, write)

    def batch_of_reads(self):
        """Several findUnique at once, which are answered by one statement."""
        tokens = self.random.sample(sorted(self.certain), min(5, len(self.certain)))
        asked = [*tokens, 'nothing']
        self.random.shuffle(asked)
        answer = self.send('/', {'batch': [self.query('findUnique', 'Item', {'where': {'token': token}}) for token in asked],
                                 'transaction': None})
        for token, item in zip(asked, answer['batchResult'], strict=True):
            found = item['data']['findUniqueItem']
            if token == 'nothing':
                self.expect(found is None, f'nothing is {found}')
            else:
                self.expect(found is not None, f'{token} is lost')
                self.check_item(found, token)

    def find(self):
        items = self.run('findMany', 'Item', {'where': {'ownerId': self.number}},
                         {'$scalars': True, 'parts': {'arguments': {'orderBy': [{'number': 'asc'}]}, 'selection': {'number': True}}})
        seen = {}
        for item in items:
            self.check_item(item)
            seen[item['token']] = [part['number'] for part in item['parts']]
        self.check_seen(seen)

    def check_seen(self, seen):
        self.expect(self.certain.keys() <= seen.keys(), f'lost: {sorted(self.certain.keys() - seen.keys())}')
        strange = seen.keys() - self.certain.keys() - self.maybe.keys()
        self.expect(not strange, f'should not be there: {sorted(strange)}')
        for token, parts in seen.items():
            wanted = self.certain.get(token, self.maybe.get(token))
            self.expect(parts == list(range(wanted)), f'{token} has the parts {parts}, should have {wanted}')
        for group in self.groups:
            there = sum(token in seen for token in group if token in self.maybe)
            self.expect(there in (0, sum(token in self.maybe for token in group)), f'a part of {group} is there')

    def count(self):
        count = self.run('aggregate', 'Item', {'where': {'ownerId': self.number}}, {'_count': {'selection': {'_all': True}}})['_count']['_all']
        self.expect(len(self.certain) <= count <= len(self.certain) + len(self.maybe),
                    f'counted {count}, should be {len(self.certain)} to {len(self.certain) + len(self.maybe)}')

    def increment(self):
        self.counter_high += 1
        try:
            account = self.run('updateOne', 'Account', {'where': {'id': self.number}, 'data': {'counter': {'increment': 1}}})
        except Outage as outage:
            if not outage.is_sent:
                self.counter_high -= 1
            raise
        self.expect(account['id'] == self.number and self.counter_low < account['counter'] <= self.counter_high,
                    f'{account}, the counter should be {self.counter_low + 1} to {self.counter_high}')
        self.counter_low = self.counter_high = account['counter']

    def delete(self):
        if not self.certain:
            return
        token = self.random.choice(sorted(self.certain))
        parts = self.certain.pop(token)
        self.maybe[token] = parts
        try:
            item = self.run('deleteOne', 'Item', {'where': {'token': token}})
        except Outage as outage:
            if not outage.is_sent:
                del self.maybe[token]
                self.certain[token] = parts
            raise
        self.check_item(item, token)
        del self.maybe[token]
        self.never.add(token)

    def raw(self):
        number = self.random.randrange(1_000_000)
        place = '$1' if self.target.provider == 'postgresql' else '?'
        cast = 'CAST({} AS SIGNED)' if self.target.provider == 'mysql' else 'CAST({} AS INTEGER)'
        answer = self.send('/', self.query('queryRaw', None, {
            'query': f'SELECT {cast.format(place)} AS n, COUNT(*) AS c FROM {self.target.quote("Account")}',
            'parameters': json.dumps([number])}, {}))['data']['queryRaw']
        self.expect([[int(cell) for cell in row] for row in answer['rows']] == [[number, self.clients]], f'{number} gave {answer}')

    def faulty(self):
        """Errors come with their own code also when much else fails."""
        if self.certain and self.random.random() < 0.5:
            token = self.random.choice(sorted(self.certain))
            try:
                self.run('createOne', 'Item', {'data': {'token': token, 'payload': 'twice', 'ownerId': self.number}})
            except Refused as refused:
                self.expect(refused.error['error_code'] == 'P2002', f'{refused.error}')
                return
        else:
            try:
                self.run('findUniqueOrThrow', 'Item', {'where': {'token': 'nothing'}})
            except Refused as refused:
                self.expect(refused.error['error_code'] == 'P2025', f'{refused.error}')
                return
        raise Wrong('a faulty request was answered without an error')

    def transfer(self):
        """An interactive transaction that moves an amount; it may be given up, forgotten, or meet a deadlock."""
        token = self.token()
        other = (self.number + self.random.randrange(1, self.clients)) % self.clients
        amount = self.random.randrange(1, 10)
        end = self.random.choices(['commit', 'rollback', 'forget'], [85, 12, 3])[0]
        self.transfers_never.add(token)  # unless it is committed
        started = self.send('/transaction/start', {'max_wait': 5000, 'timeout': 5000 if end != 'forget' else 500})['id']
        is_over = False
        try:
            for account, change in ((self.number, {'decrement': amount}), (other, {'increment': amount})):
                row = self.run('updateOne', 'Account', {'where': {'id': account}, 'data': {'balance': change}}, {'id': True},
                               transaction=started)
                self.expect(row == {'id': account}, f'updated {account}, got {row}')
            self.run('createOne', 'Transfer', {'data': {'token': token, 'amount': amount, 'fromId': self.number, 'toId': other}},
                     transaction=started)
            found = self.run('findUnique', 'Transfer', {'where': {'token': token}}, transaction=started)
            self.expect(found == {'token': token, 'amount': amount, 'fromId': self.number, 'toId': other}, f'in its transaction: {found}')
            is_over = True
            if end == 'forget':
                return
            if end == 'commit':
                self.transfers_never.discard(token)
                self.transfers_maybe.add(token)
            self.send(f'/transaction/{started}/{end}', {})
            if end == 'commit':
                self.transfers_maybe.discard(token)
                self.transfers_certain.add(token)
        except Outage as outage:
            if not is_over and outage.args[0] != 'P2028':
                try:
                    self.send(f'/transaction/{started}/rollback', {})
                except Outage:
                    pass
            raise

    OPERATIONS = [(create, 10), (create_many, 5), (batch, 8), (batch_of_reads, 8), (find, 8), (count, 8), (increment, 10), (delete, 12),
                  (raw, 5), (faulty, 5), (transfer, 12)]

    def step(self):
        operation = self.random.choices([o for o, _ in self.OPERATIONS], [w for _, w in self.OPERATIONS])[0]
        if len(self.certain) > MOST_ITEMS:
            operation = Client.delete
        try:
            operation(self)
            self.done[operation.__name__] += 1
            return True
        except Outage as outage:
            self.errors[f'outage {outage}'] += outage.args[0] in ('refused', 'closed')
            return False
        except Refused as refused:
            raise Wrong(f'client {self.number}, {operation.__name__}: {json.dumps(refused.error)}') from None
