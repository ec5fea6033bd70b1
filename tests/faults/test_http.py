"""The process under clients that are many, slow, wrong or impatient: it answers, it stays, and it ends in order."""

import concurrent.futures
import http.client
import json
import pathlib
import random
import signal
import socket

import pytest
from engine_process import BIN, SCALARS, Engine
from mistakes import make_mistakes
from test_bridge import Bridge

FIND = json.dumps({'modelName': 'User', 'action': 'findMany', 'query': {'selection': SCALARS}}).encode()


def message(body, *lines):
    return b'\r\n'.join([b'POST / HTTP/1.1', b'Host: x', b'Content-Length: %d' % len(body), *lines, b'', body])


def connect(port):
    connection = socket.create_connection(('127.0.0.1', port))
    connection.settimeout(60)
    return connection


def everything(connection):
    """All that comes until the other side closes."""
    received = bytearray()
    while part := connection.recv(1 << 20):
        received += part
    return bytes(received)


def memory(engine):
    """Resident, in MB."""
    status = pathlib.Path(f'/proc/{engine.process.pid}/status').read_text()
    return int(status.split('VmRSS:')[1].split()[0]) / 1024


def test_idle_and_unfinished_connections(project):
    with Engine(project.schema, project.url) as engine:
        before, connections = memory(engine), []
        for i in range(600):
            connections.append(connect(engine.port))
            if i % 3:
                connections[-1].sendall(b'POST / HTTP/1.1\r\nHost:' if i % 3 == 1 else message(FIND)[:-5])
        assert engine.request('GET', '/status')[0] == 200
        assert memory(engine) - before < 30
        connections[2].sendall(message(FIND)[-5:])  # slow, but in the end a request
        assert connections[2].recv(4096).startswith(b'HTTP/1.1 200')
        for connection in connections:
            connection.close()
        assert engine.request('POST', '/', FIND)[0] == 200


def test_out_of_descriptors(project):
    """New connections wait until there are descriptors again; those that are open are served."""
    with Engine(project.schema, project.url, command=['prlimit', '--nofile=64', str(BIN / 'query-engine')]) as engine:
        first = http.client.HTTPConnection('127.0.0.1', engine.port, timeout=60)
        first.request('POST', '/', FIND)
        assert first.getresponse().read()
        others = [connect(engine.port) for _ in range(100)]
        first.request('POST', '/', FIND)
        assert first.getresponse().status == 200
        for other in others:
            other.close()
        assert engine.request('GET', '/status')[0] == 200


def test_nonsense(project):
    random.seed(7)
    pieces = [b'\r\n', b'\0', b'\xff', b'Transfer-Encoding: chunked\r\n', b'Content-Length: 99999999999999999999\r\n', b'Content-Length: -1\r\n',
              b'fffffffffffffffff\r\n', b'Upgrade: h2c\r\nConnection: upgrade\r\n', b'Expect: 100-continue\r\n', b'X-transaction-id: \xff\r\n',
              b'X-query-timeout: 99999999999999999999\r\n', b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', b'{', b'"']
    with Engine(project.schema, project.url, '--enable-metrics', '--enable-telemetry-in-response') as engine:
        for _ in range(1500):
            text = bytearray(message(FIND) + b'GET /metrics HTTP/1.1\r\n\r\n')
            make_mistakes(text, 8, lambda _: random.choice(pieces))
            with connect(engine.port) as connection:
                connection.sendall(text)
                connection.shutdown(socket.SHUT_WR)
                answer = everything(connection)
                assert not answer or answer.startswith((b'HTTP/1.', b'\0\0')), answer  # or settings of HTTP/2
        assert engine.process.poll() is None
        assert engine.request('POST', '/', FIND)[0] == 200


def test_pipelined_requests(project):
    with Engine(project.schema, project.url) as engine, connect(engine.port) as connection:
        connection.sendall(message(FIND) * 50 + message(FIND, b'Connection: close'))
        assert everything(connection).count(b'{"data":{"findManyUser":[]}}') == 51


def test_too_large_bodies_are_refused_with_an_answer(project):
    """Also for a client that sends all before it reads."""
    with Bridge(project, '--max-body', '100000') as bridge:
        body = b'x' * (30 << 20)
        for lines in ((), (b'Expect: 100-continue',)):
            with connect(bridge.port) as connection:
                connection.sendall(message(body, *lines))
                assert everything(connection).startswith(b'HTTP/1.1 413')
        with connect(bridge.port) as connection:
            connection.sendall(b'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n' + b'100000\r\n' + b'x' * (1 << 20) + b'\r\n' + b'100000\r\n' + body)
            assert everything(connection).startswith(b'HTTP/1.1 413')
        assert bridge.call('GET', '/health')[0] == 200


def test_large_bodies_leave_no_memory_behind(project):
    with Engine(project.schema, project.url) as engine:
        long = json.dumps({'modelName': 'User', 'action': 'findMany', 'query': {'arguments': {'where': {'email': 'a' * (30 << 20)}}, 'selection': {'id': True}}})
        for body, status in ((long, 200), ('[' * (30 << 20), 422)):
            assert engine.request('POST', '/', body)[0] == status
        assert memory(engine) < 100


def test_transactions_are_not_held_up_by_those_that_wait_for_them(project):
    """More clients than there are threads, and one connection: who has it can always go on."""
    clients = 300

    def work(number):
        status, answer = engine.post('/transaction/start', {'max_wait': 60000, 'timeout': 20000})
        assert status == 200, answer
        headers = {'X_transaction_id': answer['id']}
        assert engine.query('createOne', 'User', {'data': {'email': f'e{number}'}}, {'id': True}, **headers)['data']
        return engine.post(f'/transaction/{answer["id"]}/commit', {})

    with Engine(project.schema, project.url + '?connection_limit=1') as engine, concurrent.futures.ThreadPoolExecutor(clients) as threads:
        assert list(threads.map(work, range(clients))) == [(200, {})] * clients
        assert engine.query('aggregate', 'User', {}, {'_count': {'selection': {'_all': True}}})['data']['aggregateUser'] == {'_count': {'_all': clients}}


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT])
def test_an_answer_that_is_read_slowly_is_sent_before_the_end(project, number):
    with Engine(project.schema, project.url) as engine:
        engine.query('createOne', 'User', {'data': {'email': 'a', 'name': 'b' * (20 << 20)}}, {'id': True})
        with connect(engine.port) as connection, connect(engine.port) as idle:
            connection.sendall(message(FIND))
            received = connection.recv(4096)
            engine.process.send_signal(number)
            received += everything(connection)
            assert received.startswith(b'HTTP/1.1 200') and received.endswith(b'"}]}}') and len(received) > 20 << 20
            assert idle.recv(10) == b''
        assert engine.process.wait(20) == 0


def test_a_client_that_reads_nothing_does_not_keep_the_end_off(project):
    with Engine(project.schema, project.url) as engine:
        engine.query('createOne', 'User', {'data': {'email': 'a', 'name': 'b' * (20 << 20)}}, {'id': True})
        with connect(engine.port) as connection:
            connection.sendall(message(FIND))
            connection.recv(10)
            engine.process.send_signal(signal.SIGTERM)
            assert engine.process.wait(20) == 0


def test_the_bridge_closes_connections_that_ask_for_nothing(project):
    with Bridge(project, '--client-timeout', '1') as bridge:
        with connect(bridge.port) as silent, connect(bridge.port) as unfinished:
            unfinished.sendall(message(b'query { result: findManyUser { id } }')[:-3])
            assert silent.recv(10) == unfinished.recv(10) == b''
        assert bridge.query('query { result: findManyUser { id } }')[0] == 200
