"""Starts the proxy as its users do, calls what works with the database, restarts the database below it and calls again.

Run by tests/litellm/run, which brings the environment and the server.
"""

import json
import os
import re
import resource
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

MASTER = 'sk-master-of-the-test'
# Bars for a quiet machine, in seconds of the process's own time, which a busy one changes less than the clock.
GENERATE_BAR, IMPORT_BAR, MEMORY_BAR = 1.0, 0.15, 80.0
SLACK = float(os.environ.get('STARTUP_SLACK', '2'))
# Without importing it here: the largest memory of a child counts what its parent had.
SCHEMA = Path(find_spec('litellm').origin).parent / 'proxy' / 'schema.prisma'
BIN = Path(sys.executable).parent
CONFIG = f"""
model_list:
  - model_name: fake
    litellm_params: {{model: openai/gpt-4o-mini, api_key: none, mock_response: a mock answer}}
general_settings: {{master_key: {MASTER}, database_url: os.environ/DATABASE_URL, proxy_batch_write_at: 1, store_model_in_db: true}}
litellm_settings: {{telemetry: false}}
"""
checks = 0


def check(good, text):
    global checks
    if not good:
        raise SystemExit(f'litellm: {text}')
    checks += 1


class Proxy:
    def __init__(self, folder, env):
        self.folder, self.env = folder, env
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.port = probe.getsockname()[1]
        (folder / 'config.yaml').write_text(CONFIG)
        self.log = folder / 'proxy.log'
        command = [BIN / 'litellm', '--config', 'config.yaml', '--host', '127.0.0.1', '--port', str(self.port), '--use_prisma_db_push']
        with self.log.open('w') as log:
            self.process = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log, start_new_session=True)

    def call(self, method, path, body=None, key=MASTER, expect=200, timeout=60):
        request = urllib.request.Request(
            f'http://127.0.0.1:{self.port}{path}',
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={'Authorization': f'Bearer {key}', 'Content-Type': 'application/json'},
        )
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                status, text = response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read().decode()
        check(status == expect, f'{method} {path} answered {status}: {text[:2000]}')
        return json.loads(text) if text.startswith(('{', '[')) else text

    def get(self, path, **options):
        return self.call('GET', path, **options)

    def post(self, path, body, **options):
        return self.call('POST', path, body, **options)

    def wait(self, seconds, what):
        """Until the proxy says that it's ready, which needs an answer of the database."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise SystemExit(f'litellm: the proxy ended while {what}:\n{self.log.read_text()[-5000:]}')
            try:
                url = f'http://127.0.0.1:{self.port}/health/readiness'
                with urllib.request.urlopen(url, timeout=10) as response:
                    if json.load(response).get('db') == 'connected':
                        return
            except (OSError, ValueError):
                pass
            time.sleep(0.5)
        raise SystemExit(f'litellm: not ready after {seconds} s of {what}:\n{self.log.read_text()[-5000:]}')

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    check(done.returncode == 0, f'{command}: exit code {done.returncode}\n{done.stdout}{done.stderr}')
    return done.stdout


def used_time(*command, **options):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(*command, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def bars(folder, env):
    """What it costs to generate the client and to import it."""
    generated = min(used_time(BIN / 'prisma', 'generate', '--schema', SCHEMA, cwd=folder, env=env) for _ in range(2))
    code = (
        'import pydantic, resource, time; start = time.process_time()\n'
        'from prisma import Prisma; import prisma.models, prisma.types; Prisma\n'
        'print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)'
    )
    runs = [run(sys.executable, '-c', code, cwd=folder, env=env).split() for _ in range(3)]
    imported, memory = (min(float(one[column]) for one in runs) for column in (0, 1))
    text = f'generated in {generated:.2f} s, imported in {imported:.3f} s and {memory:.0f} MB'
    good = generated < GENERATE_BAR * SLACK and imported < IMPORT_BAR * SLACK and memory < MEMORY_BAR
    check(good, f'{text}: over {GENERATE_BAR} s, {IMPORT_BAR} s, {MEMORY_BAR} MB (times {SLACK})')
    return text


def chat(proxy, key, user=None):
    answer = proxy.post('/chat/completions', {'model': 'fake', 'messages': [{'role': 'user', 'content': 'hello'}], 'user': user}, key=key)
    check(answer['choices'][0]['message']['content'] == 'a mock answer', f'an answer: {answer}')


def records(proxy, name):
    """A budget, an organisation's people: teams, users, keys, customers; each made, read, listed, changed."""
    budget = proxy.post('/budget/new', {'budget_id': f'budget-{name}', 'max_budget': 5.5, 'budget_duration': '30d'})
    check(budget['max_budget'] == 5.5, f'a budget: {budget}')
    team = proxy.post('/team/new', {'team_alias': f'team {name}', 'max_budget': 100, 'metadata': {'deep': {'list': [1, None, 'ä']}}})['team_id']
    user = proxy.post('/user/new', {'user_email': f'{name}@example.org', 'user_role': 'internal_user', 'max_budget': 10, 'auto_create_key': False})
    user = user['user_id']
    proxy.post('/team/member_add', {'team_id': team, 'member': {'role': 'user', 'user_id': user}, 'max_budget_in_team': 3})
    key = proxy.post(
        '/key/generate',
        {'team_id': team, 'user_id': user, 'key_alias': f'key {name}', 'max_budget': 2, 'duration': '30d', 'models': ['fake'], 'metadata': {'a': 1}},
    )['key']
    customer = f'customer-{name}'
    proxy.post('/customer/new', {'user_id': customer, 'budget_id': f'budget-{name}'})
    proxy.post('/key/update', {'key': key, 'max_budget': 4})

    info = proxy.get(f'/key/info?key={key}')['info']
    check((info['max_budget'], info['team_id'], info['models'], info['metadata'].get('a')) == (4, team, ['fake'], 1), f'the key: {info}')
    info = proxy.get(f'/team/info?team_id={team}')['team_info']
    check(info['metadata']['deep'] == {'list': [1, None, 'ä']}, f'the team: {info}')
    check(user in [member['user_id'] for member in info['members_with_roles']], f'the members: {info}')
    check(proxy.get(f'/user/info?user_id={user}')['user_info']['user_email'] == f'{name}@example.org', 'the user')
    listed = proxy.get(f'/key/list?team_id={team}&return_full_object=true&size=10')
    check(listed['total_count'] == 1 and listed['keys'][0]['key_alias'] == f'key {name}', f'the list of keys: {listed}')
    check(any(one['user_id'] == user for one in proxy.get('/user/list?page_size=100')['users']), 'the list of users')
    check(any(one['team_id'] == team for one in proxy.get('/team/list')), 'the list of teams')
    check(proxy.get(f'/customer/info?end_user_id={customer}')['user_id'] == customer, 'the customer')
    proxy.post('/user/update', {'user_id': user, 'max_budget': 20})
    proxy.post('/team/update', {'team_id': team, 'tpm_limit': 1000})
    check(proxy.get(f'/team/info?team_id={team}')['team_info']['tpm_limit'] == 1000, 'the changed team')
    return team, user, key, customer


def spend(proxy, team, user, key, customer, calls):
    """Calls of a model cost money, which is written in the background and read by the reports."""
    for _ in range(calls):
        chat(proxy, key, customer)
    end = time.monotonic() + 90
    while True:
        logs = proxy.get(f'/spend/logs?api_key={key}')
        spent = proxy.get(f'/key/info?key={key}')['info']['spend']
        if len(logs) >= calls and spent > 0:
            break
        check(time.monotonic() < end, f'{len(logs)} lines of spending of {calls}, {spent} spent:\n{proxy.log.read_text()[-3000:]}')
        time.sleep(0.5)
    check(all(line['end_user'] == customer and line['team_id'] == team for line in logs), f'the lines: {logs[:2]}')
    today = time.strftime('%Y-%m-%d', time.gmtime(time.time() - 86400)), time.strftime('%Y-%m-%d', time.gmtime(time.time() + 86400))
    window = f'start_date={today[0]}&end_date={today[1]}'
    for path in (
        f'/spend/logs?user_id={user}',
        f'/spend/logs/ui?{window.replace("&", "%2000:00:00&")}%2000:00:00&page=1&page_size=10',
        '/spend/keys',
        '/spend/users',
        '/spend/tags',
        '/global/spend',
        f'/global/spend/logs?api_key={key}',
        '/global/spend/keys',
        '/global/spend/teams',
        '/global/spend/models',
        '/global/spend/provider?' + window,
        '/global/activity?' + window,
        '/global/activity/model?' + window,
        f'/user/daily/activity?{window}',
        f'/team/daily/activity?team_ids={team}&{window}',
    ):
        proxy.get(path)


def limits_and_removal(proxy, team, user, key, customer):
    proxy.post('/key/block', {'key': key})
    proxy.post('/chat/completions', {'model': 'fake', 'messages': []}, key=key, expect=401)
    proxy.post('/key/unblock', {'key': key})
    chat(proxy, key)
    proxy.post('/team/block', {'team_id': team})
    proxy.post('/team/unblock', {'team_id': team})
    proxy.post('/key/generate', {'key_alias': 'twice'})
    proxy.post('/key/generate', {'key_alias': 'twice'}, expect=400)
    proxy.get('/key/info?key=sk-no-such-key', expect=404)
    proxy.post('/key/delete', {'keys': [key]})
    proxy.post('/team/member_delete', {'team_id': team, 'user_id': user})
    proxy.post('/customer/delete', {'user_ids': [customer]})
    proxy.post('/user/delete', {'user_ids': [user]})
    proxy.post('/team/delete', {'team_ids': [team]})
    proxy.get(f'/team/info?team_id={team}', expect=404)
    proxy.post('/chat/completions', {'model': 'fake', 'messages': []}, key=key, expect=401)


def models(proxy):
    made = proxy.post('/model/new', {'model_name': 'other', 'litellm_params': {'model': 'openai/x', 'mock_response': 'y'}, 'model_info': {}})
    proxy.post('/model/delete', {'id': made['model_id']})


def restart(proxy):
    """The server goes away in the midst of requests, and comes back."""
    control = shlex.split(os.environ['PG_CTL'])
    run(*control, '-m', 'immediate', 'stop')
    time.sleep(1)
    subprocess.run([*control, 'start'], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    proxy.wait(60, 'the restart of the database')


def create_database(url):
    import psycopg  # LiteLLM's own

    with psycopg.connect(os.environ['POSTGRES_URL'], autocommit=True) as connection:
        connection.execute(f'create database {url.rpartition("/")[2]}')


def main():
    with tempfile.TemporaryDirectory(prefix='litellm.') as name:
        folder = Path(name)
        env = {key: value for key, value in os.environ.items() if not key.startswith(('PRISMA_', 'PYTHON'))}
        url = os.environ['POSTGRES_URL'].rpartition('/')[0] + '/litellm'
        env |= {'DATABASE_URL': url, 'LITELLM_LOCAL_MODEL_COST_MAP': 'True', 'NO_COLOR': '1', 'HOME': name}
        env['PATH'] = f'{BIN}{os.pathsep}{env["PATH"]}'
        create_database(url)
        text = bars(folder, env)
        proxy = Proxy(folder, env)
        try:
            proxy.wait(120, 'starting')
            first = records(proxy, 'first')
            spend(proxy, *first, calls=5)
            models(proxy)
            restart(proxy)
            info = proxy.get(f'/key/info?key={first[2]}')['info']
            check(info['key_alias'] == 'key first', 'the key after the restart')
            spend(proxy, *first, calls=8)
            records(proxy, 'second')
            limits_and_removal(proxy, *first)
            faults = re.findall(r'^.*(?:prisma\.\S*Error|DataError|ClientNotConnected).*$', proxy.log.read_text(), re.M)
            check(proxy.process.poll() is None, 'the proxy ended')
        except BaseException:
            print(proxy.log.read_text()[-6000:])
            raise
        finally:
            proxy.stop()
        for line in faults[:10]:
            print('in the log:', line[:300])
        print(f'litellm: proxy {version("litellm")} started, {checks} checks passed, before and after a restart of the database; {text}')



if __name__ == '__main__':
    main()
