"""HTTP/2 by prior knowledge: the answers are those of HTTP/1.1, and so are the limits."""

import json
import random
import signal
import socket
import time

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import pytest
from engine_process import SCALARS, Engine, wait_until
from mistakes import make_mistakes
from test_bridge import Bridge

FIND = json.dumps({'modelName': 'User', 'action': 'findMany', 'query': {'selection': SCALARS}}).encode()
LARGE = 'b' * (3 << 20)


class Client:
    """One connection. Answers are kept by stream: headers, body and how the stream ended."""

    def __init__(self, port):
        self.socket = socket.create_connection(('127.0.0.1', port))
        self.socket.settimeout(60)
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding='utf-8'))
        self.h2.initiate_connection()
        self.headers, self.bodies, self.ended, self.resets = {}, {}, set(), {}
        self.is_closed = self.goes_away = False
        self.reads = True  # gives the server new room for data
        self.flush()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def send(self, method='POST', path='/', body=b'', headers=(), end=True):
        """Its stream. `body` may be no larger than the windows of flow control."""
        stream = self.h2.get_next_available_stream_id()
        fields = [(':method', method), (':path', path), (':scheme', 'http'), (':authority', 'x'), *headers]
        self.h2.send_headers(stream, fields, end_stream=end and not body)
        self.send_more(stream, body, end)
        return stream

    def send_more(self, stream, body, end=True):
        while body:
            size = min(len(body), self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size)
            if size == 0:
                self.flush()
                self.receive()
                continue
            if stream in self.ended or stream in self.resets:
                break  # it has its answer
            self.h2.send_data(stream, body[:size], end_stream=end and size == len(body))
            body = body[size:]
        self.flush()

    def receive(self):
        part = b'' if self.is_closed else self.socket.recv(1 << 16)
        self.is_closed = not part
        for event in self.h2.receive_data(part):
            stream = getattr(event, 'stream_id', None)
            if isinstance(event, h2.events.ResponseReceived):
                self.headers[stream] = dict(event.headers)
            elif isinstance(event, h2.events.DataReceived):
                self.bodies[stream] = self.bodies.get(stream, b'') + event.data
                if self.reads and event.flow_controlled_length:
                    self.h2.acknowledge_received_data(event.flow_controlled_length, stream)
            elif isinstance(event, h2.events.StreamEnded):
                self.ended.add(stream)
            elif isinstance(event, h2.events.StreamReset):
                self.resets[stream] = event.error_code
            elif isinstance(event, h2.events.ConnectionTerminated):
                self.goes_away = True
        if not self.is_closed:
            self.flush()

    def answer(self, stream):
        """(status, headers, body)"""
        while stream not in self.ended:
            assert stream not in self.resets and not self.is_closed, f'stream {stream} ended without an answer'
            self.receive()
        headers = self.headers[stream]
        return int(headers[':status']), headers, self.bodies.get(stream, b'')

    def ask(self, *arguments, **named):
        return self.answer(self.send(*arguments, **named))


def create(email, name=None):
    return json.dumps({'modelName': 'User', 'action': 'createOne', 'query': {'arguments': {'data': {'email': email, 'name': name}}, 'selection': {'id': True}}}).encode()


def test_answers_are_those_of_http1(project):
    def compared(headers):
        return {k.lower(): v for k, v in headers.items() if k.lower() not in ('date', 'x-elapsed', ':status')}

    requests = [('GET', '/status', b''), ('GET', '/nope', b''), ('POST', '/status', b''), ('GET', '/sdl', b''), ('POST', '/', FIND), ('POST', '/', b'{'),
                ('POST', '/', create('a@x.io')), ('POST', '/transaction/start', b'{"max_wait":"x"}'), ('POST', '/transaction/nope', b'')]
    with Engine(project.schema, project.url) as engine, Client(engine.port) as client:
        engine.create_user('a@x.io')
        for method, path, body in requests:
            status, headers, text = engine.request(method, path, body)
            status2, headers2, text2 = client.ask(method, path, body)
            assert status2 == status and text2 == text
            assert compared(headers2) == compared(dict(headers))
            assert headers2['date'] and ('x-elapsed' in headers2) == ('x-elapsed' in headers)


def test_many_requests_at_once(project):
    with Engine(project.schema, project.url) as engine, Client(engine.port) as client:
        streams = [client.send(body=create(f'u{i}@x.io')) for i in range(90)]
        ids = [json.loads(client.answer(stream)[2])['data']['createOneUser']['id'] for stream in streams]
        assert sorted(ids) == list(range(1, 91))
        for _ in range(300):
            assert client.ask('GET', '/status')[0] == 200


def test_large_requests_and_answers(project):
    with Engine(project.schema, project.url) as engine, Client(engine.port) as client:
        first = client.send(body=create('a@x.io', LARGE))
        assert client.answer(first)[0] == 200
        streams = [client.send(body=FIND) for _ in range(4)]
        for stream in streams:
            status, headers, body = client.answer(stream)
            assert status == 200 and int(headers['content-length']) == len(body) and LARGE.encode() in body


def test_transactions_and_headers(project):
    with Engine(project.schema, project.url) as engine, Client(engine.port) as client:
        id = json.loads(client.ask(path='/transaction/start', body=b'{"max_wait":2000,"timeout":20000}')[2])['id']
        own = [('x-transaction-id', id)]
        assert client.ask(body=create('a@x.io'), headers=own)[0] == 200
        assert b'a@x.io' in client.ask(body=FIND, headers=own)[2]
        assert client.ask(path=f'/transaction/{id}/rollback', body=b'{}')[2] == b'{}'
        assert json.loads(client.ask(body=FIND)[2]) == {'data': {'findManyUser': []}}


def test_what_waits_holds_up_nobody(project):
    """One connection of the database: requests that wait for it, and the one that ends the waiting, come on one socket."""
    with Engine(project.schema, project.url + '?connection_limit=1') as engine, Client(engine.port) as client:
        id = json.loads(client.ask(path='/transaction/start', body=b'{"max_wait":2000,"timeout":60000}')[2])['id']
        waiting = [client.send(body=create(f'u{i}@x.io')) for i in range(60)]
        assert client.ask(body=FIND, headers=[('x-transaction-id', id)])[0] == 200
        assert client.ask(path=f'/transaction/{id}/commit', body=b'{}')[0] == 200
        assert all(b'createOneUser' in client.answer(stream)[2] for stream in waiting)


SLOW = json.dumps({'action': 'queryRaw', 'query': {'arguments': {
    'query': 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT COUNT(*) AS c FROM n', 'parameters': '[]'}, 'selection': {}}}).encode()


def is_idle(engine):
    metrics = json.loads(engine.request('GET', '/metrics?format=json')[2])
    return all(gauge['value'] == 0 for gauge in metrics['gauges'] if gauge['key'] in ('prisma_client_queries_active', 'prisma_pool_connections_busy'))


@pytest.mark.parametrize('way', ['reset', 'leave'])
def test_who_leaves_ends_its_statement(project, way):
    with Engine(project.schema, project.url, '--enable-metrics') as engine, Client(engine.port) as client:
        stream = client.send(body=SLOW)
        assert wait_until(lambda: not is_idle(engine))
        if way == 'reset':
            client.h2.reset_stream(stream)
            client.flush()
        else:
            client.socket.close()
        assert wait_until(lambda: is_idle(engine))
        if way == 'reset':
            assert client.ask(body=FIND)[0] == 200


def test_resets_in_a_row_start_no_more_work_than_there_may_be(project):
    with Engine(project.schema, project.url + '?connection_limit=1', '--enable-metrics') as engine:
        with Client(engine.port) as client:
            try:
                for _ in range(3000):
                    client.h2.reset_stream(client.send(body=SLOW))
                client.flush()
            except OSError:
                pass  # it may have been shut out
            assert engine.request('POST', '/', b'{', timeout=60)[0] == 422
        assert wait_until(lambda: is_idle(engine))
        assert engine.request('POST', '/', FIND)[0] == 200


def test_limits(project):
    with Bridge(project, '--max-body', '100000') as bridge:
        with Client(bridge.port) as client:
            for options in ({'body': b'x' * (2 << 20)}, {'headers': [('content-length', '2000000')], 'end': False},
                            {'headers': [('content-length', '99999999999')], 'end': False}):
                status, headers, body = client.ask(**options)
                assert status == 413 and int(headers['content-length']) == len(body) > 0
            assert client.ask('GET', '/health', headers=[(f'x-{i}', 'a' * 7000) for i in range(12)])[0] == 431
            assert client.ask('GET', '/health')[0] == 200
        with Client(bridge.port) as client:  # together as large as one may be
            streams = [client.send(body=b'x' * 60000, end=False) for _ in range(20)]
            statuses = []
            for stream in streams:
                if stream in client.ended:
                    continue
                client.h2.end_stream(stream)
                client.flush()
                statuses.append(client.answer(stream)[0])
            assert 413 in [int(headers[':status']) for headers in client.headers.values()]
            assert any(status != 413 for status in statuses)


def test_patience(project):
    """What stays unfinished is reset, and a connection without requests closed, as the bridge does by HTTP/1.1."""
    with Bridge(project, '--client-timeout', '1') as bridge:
        with Client(bridge.port) as silent, Client(bridge.port) as slow:
            stream = slow.send(body=b'quer', end=False)
            while not slow.is_closed:
                slow.receive()
            assert stream in slow.resets and slow.goes_away
            while not silent.is_closed:
                silent.receive()
            assert silent.goes_away
        assert bridge.call('GET', '/health')[0] == 200


def test_an_answer_that_is_read_slowly_is_sent_before_the_end(project):
    with Engine(project.schema, project.url) as engine:
        engine.query('createOne', 'User', {'data': {'email': 'a', 'name': LARGE * 4}}, {'id': True})
        with Client(engine.port) as client:
            stream = client.send(body=FIND)
            while stream not in client.bodies:
                client.receive()
            engine.process.send_signal(signal.SIGTERM)
            time.sleep(0.2)
            assert LARGE.encode() in client.answer(stream)[2]
        assert engine.process.wait(60) == 0


def test_a_client_that_reads_nothing_does_not_keep_the_end_off(project):
    with Engine(project.schema, project.url) as engine:
        engine.query('createOne', 'User', {'data': {'email': 'a', 'name': LARGE}}, {'id': True})
        with Client(engine.port) as client:
            client.reads = False
            stream = client.send(body=FIND)
            while stream not in client.bodies:
                client.receive()
            engine.process.send_signal(signal.SIGTERM)
            assert engine.process.wait(60) == 0


def test_nonsense(project):
    """Frames that are cut, changed, doubled and in disorder."""
    random.seed(11)
    recorded = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
    recorded.initiate_connection()
    pieces = [recorded.data_to_send()]
    for stream in (1, 3, 5):
        recorded.send_headers(stream, [(':method', 'POST'), (':path', '/'), (':scheme', 'http'), (':authority', 'x')])
        recorded.send_data(stream, FIND, end_stream=True)
        pieces.append(recorded.data_to_send())
        recorded.ping(b'12345678')
        pieces.append(recorded.data_to_send())
    with Engine(project.schema, project.url, '--enable-metrics') as engine:
        for _ in range(800):
            text = bytearray(b''.join(pieces if random.random() < 0.7 else [pieces[0], *random.sample(pieces, 4)]))
            # Mostly behind the preface.
            make_mistakes(text, 6, lambda text: text[random.randrange(len(text)):][:random.randint(1, 60)],
                          lambda: 24 if random.random() < 0.9 else 0)
            with socket.create_connection(('127.0.0.1', engine.port)) as connection:
                connection.settimeout(60)
                split = random.randrange(len(text))
                try:
                    connection.sendall(text[:split])
                    connection.sendall(text[split:])
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(1 << 16):
                        pass
                except OSError:
                    pass  # shut out
        assert engine.process.poll() is None
        assert wait_until(lambda: is_idle(engine))
        with Client(engine.port) as client:
            assert client.ask(body=FIND)[0] == 200
