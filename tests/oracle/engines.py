"""The two query engines, each answering a request of the JSON protocol."""
import http.client
import json
import os
import re
import select
import subprocess
import sys

TIMEOUT = 30


def need_oracle(folder, package=''):
    """Ends the program as skipped unless the official packages, and this one among them, are installed in the folder."""
    if not (folder / 'node_modules' / package).is_dir():
        print('!! SKIPPED: the oracle is missing; install ../shared/oracle and set PRISMA_ORACLE or --oracle')
        sys.exit(77)


class Ours:
    def __init__(self, build, schema, url):
        self.command = [str(build / 'bin/query-engine'), '--datamodel-path', str(schema), '--port', '0', '--enable-raw-queries']
        self.environment = {**os.environ, 'DATABASE_URL': url}
        self.process = self.connection = None

    def start(self):
        self.process = subprocess.Popen(self.command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        port = re.search(r'"port":"(\d+)"', line)
        if not port:
            raise SystemExit(f'the engine does not start: {line}')
        self.connection = http.client.HTTPConnection('127.0.0.1', int(port[1]), timeout=TIMEOUT)

    def post(self, path, body, transaction=None):
        self.connection.request('POST', path, json.dumps(body), {'X-transaction-id': transaction} if transaction else {})
        return json.loads(self.connection.getresponse().read())

    def ask(self, request):
        if self.process is None:
            self.start()
        try:
            if 'steps' not in request:
                return self.post('/', request)
            level = {'isolation_level': request['isolation_level']} if 'isolation_level' in request else {}
            transaction = self.post('/transaction/start', {'max_wait': 2000, 'timeout': 20000, **level}).get('id')
            answers = [self.post('/', step, transaction) for step in request['steps']]
            self.post(f'/transaction/{transaction}/{request.get("end", "rollback")}', {})
            return {'steps': answers}
        except (OSError, http.client.HTTPException, ValueError) as error:
            code = self.process.poll()
            self.stop()
            return {'crash': f'{type(error).__name__}: {error}; exit code {code}'}

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None


def is_count_for_record(request, answer):
    """Now and then the official engine answers a write of one record with how many it changed, and with nothing that was selected."""
    selection = request.get('query', {}).get('selection', {})
    return request.get('action', '').endswith('One') and 'count' not in selection and any(
        isinstance(value, dict) and value.keys() == {'count'} for value in (answer.get('data') or {}).values())


class Oracle:
    def __init__(self, folder, schema, url):
        self.command = ['node', str(folder / 'oracle.mjs'), 'query', str(schema), url]
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def ask(self, request):
        """The answer, or None if the official engine fails at it (a panic, a trap of its WebAssembly)."""
        if 'steps' in request:
            level = {'isolation_level': request['isolation_level']} if 'isolation_level' in request else {}
            begun = self.ask({'startTransaction': {'timeout': 20000, **level}})
            answers = begun and [self.ask(step) for step in request['steps']]
            if not answers or None in answers:
                self.stop()
                return None
            self.ask({request.get('end', 'rollback') + 'Transaction': {}})
            return {'steps': answers}
        if self.process is None:
            self.start()
        try:
            self.process.stdin.write(json.dumps(request).encode() + b'\n')
            self.process.stdin.flush()
            line = self.process.stdout.readline() if select.select([self.process.stdout], [], [], TIMEOUT)[0] else b''
        except OSError:
            line = b''
        answer = json.loads(line) if line else None
        if answer and 'did not match any variant' in answer.get('error', ''):
            return answer
        if answer is None or 'error' in answer or b'"is_panic":true' in line or b'"RuntimeError"' in line or is_count_for_record(request, answer):
            if os.environ.get('ORACLE_FAILURES'):
                print('  oracle:', line[:300], json.dumps(request)[:1500])
            self.stop()
            return None
        # SQL that the database refuses has its own code with a driver adapter, and so have columns whose type it guessed wrong;
        # class 42 of PostgreSQL's codes is that of wrong syntax and types.
        if b'"error_code":"P2036"' in line or b'"error_code":"P2023"' in line or b'PostgresError { code: \\"42' in line:
            return None
        # In some nested writes the official engine asks for a mapped column of the id by another table's name.
        # And some emulated updates end in a fault of its interpreter.
        return None if b'"error_code":"P2022"' in line or b'Unable to convert expression result into' in line else answer

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None
