#!/usr/bin/env python3
"""Load on build/bin/query-engine while what stores the data is killed and started again.

  scripts/with_postgresql python3 tests/load/run.py --provider postgresql --seconds 600
  scripts/with_mariadb    python3 tests/load/run.py --provider mysql --seconds 600
  python3 tests/load/run.py --provider sqlite --seconds 600      # here the engine itself is killed

Asserted: the engine does not crash or hang; every answer is right, or an error with a code; after every restart every
client gets answers again; at the end all acknowledged writes are in the database, and nothing that was refused or rolled back.
"""

import argparse
import collections
import random
import sys
import threading
import time
import traceback

from client import REQUEST_TIMEOUT, Client, Wrong, payload_of
from targets import open_target

START_BALANCE = 1000
PROGRESS_LIMIT = 300  # seconds in which every client must have had an answer after a restart; a busy machine needs many of them


class Load:
    def __init__(self, target, clients, seed):
        self.target = target
        self.is_stopping = threading.Event()
        self.faults = []
        self.clients = [Client(n, clients, target, seed) for n in range(clients)]

    def work(self, client):
        try:
            while not self.is_stopping.is_set() and not self.faults:
                if not client.step():
                    time.sleep(0.02 + client.random.random() * 0.1)
        except Wrong as wrong:
            self.faults.append(f'client {client.number}: {wrong}')
        except Exception:
            self.faults.append(traceback.format_exc())
        finally:
            client.http.close()

    def wait_for_progress(self, since):
        """Until every client has had an answer later than `since`; the seconds that it took."""
        limit = time.monotonic() + PROGRESS_LIMIT
        while not self.faults:
            late = [client.number for client in self.clients if client.last_success <= since]
            if not late:
                return time.monotonic() - since
            if time.monotonic() > limit:
                self.faults.append(f'no progress of clients {late} within {PROGRESS_LIMIT} s of the restart')
            time.sleep(0.02)
        return 0

    def check_end(self):
        """The database's content against what the clients know; by another program than ours."""
        q, rows = self.target.quote, self.target.rows
        items = collections.defaultdict(dict)
        for token, payload, owner, parts in rows(
                f'SELECT {q("token")}, {q("payload")}, {q("ownerId")}, COUNT(p.{q("id")}) FROM {q("Item")} i LEFT JOIN {q("Part")} p '
                f'ON p.{q("itemId")} = i.{q("id")} GROUP BY i.{q("id")}, {q("token")}, {q("payload")}, {q("ownerId")}'):
            items[int(owner)][token] = list(range(int(parts)))
            assert payload == payload_of(token), (token, payload)
        transfers = {token: (int(amount), int(source), int(to)) for token, amount, source, to in rows(
            f'SELECT {q("token")}, {q("amount")}, {q("fromId")}, {q("toId")} FROM {q("Transfer")}')}
        balances = {int(key): (int(balance), int(counter)) for key, balance, counter in rows(
            f'SELECT {q("id")}, {q("balance")}, {q("counter")} FROM {q("Account")}')}
        expected = dict.fromkeys(balances, START_BALANCE)
        for amount, source, to in transfers.values():
            expected[source] -= amount
            expected[to] += amount
        for key, (balance, counter) in balances.items():
            client = self.clients[key]
            if balance != expected[key]:
                self.faults.append(f'account {key} has {balance}, its transfers make {expected[key]}')
            if not client.counter_low <= counter <= client.counter_high:
                self.faults.append(f'counter {key} is {counter}, should be {client.counter_low} to {client.counter_high}')
        for client in self.clients:
            seen = items[client.number]
            try:
                client.check_seen(seen)
            except Wrong as wrong:
                self.faults.append(f'at the end: {wrong}')
            for there in client.never & seen.keys():
                self.faults.append(f'{there} was refused or deleted, but is there')
            if lost := client.transfers_certain - transfers.keys():
                self.faults.append(f'lost transfers: {sorted(lost)}')
            if strange := client.transfers_never & transfers.keys():
                self.faults.append(f'transfers that were not committed: {sorted(strange)}')
        return sum(map(len, items.values())), len(transfers)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--provider', required=True, choices=['postgresql', 'mysql', 'sqlite'])
    parser.add_argument('--seconds', type=float, default=20)
    parser.add_argument('--clients', type=int, default=64)
    parser.add_argument('--interval', type=float, default=4, help='seconds between a restart and the next kill, about')
    parser.add_argument('--parameters', help='of the connection URL; connection_limit=16 on servers')
    parser.add_argument('--seed', default=None)
    options = parser.parse_args()
    seed = options.seed or str(time.time_ns())
    chance = random.Random(seed)

    target = open_target(options.provider, options.parameters or ('' if options.provider == 'sqlite' else 'connection_limit=16'))
    target.start_engine()
    try:
        load = Load(target, options.clients, seed)
        first = load.clients[0]
        made = first.run('createMany', 'Account', {'data': [{'id': n, 'balance': START_BALANCE} for n in range(options.clients)]})
        assert made == {'count': options.clients}, made
        threads = [threading.Thread(target=load.work, args=(client,), daemon=True) for client in load.clients]
        for thread in threads:
            thread.start()
        kills, slowest_recovery = 0, 0.0
        load.wait_for_progress(time.monotonic())
        before = target.engine.status()
        begin = time.monotonic()
        while (kills == 0 or time.monotonic() - begin < options.seconds) and not load.faults:
            time.sleep(options.interval * (0.5 + chance.random()))
            target.kill()
            kills += 1
            if not target.engine_may_go:
                time.sleep(chance.random())
            target.revive()
            slowest_recovery = max(slowest_recovery, load.wait_for_progress(time.monotonic()))
            if not target.engine_may_go and target.engine.process.poll() is not None:
                load.faults.append(f'the engine ended with {target.engine.process.returncode}')
        after = target.engine.status() if not load.faults else before
        load.is_stopping.set()
        for thread in threads:
            thread.join(REQUEST_TIMEOUT * 2)
            if thread.is_alive():
                load.faults.append('a client hangs')
        seconds = time.monotonic() - begin
        if target.engine.stop() != 0:
            load.faults.append(f'the engine ended with {target.engine.process.returncode}')
        items, transfers = load.check_end()
        errors = sum((client.errors for client in load.clients), collections.Counter())
        done = sum((client.done for client in load.clients), collections.Counter())
        print('operations:', ', '.join(f'{count} {name}' for name, count in sorted(done.items())))
        print('errors:', ', '.join(f'{count} × {code}' for code, count in sorted(errors.items()) if count) or 'none')
        print(f'engine: {before[0]} → {after[0]} kB resident, {before[1]} → {after[1]} descriptors')
        print(f'slowest answer {max(client.slowest for client in load.clients):.1f} s, slowest recovery of all clients {slowest_recovery:.1f} s')
        for fault in load.faults[:20]:
            print('FAULT:', fault)
        if load.faults:
            print('the end of the output of the engine:', *target.engine.output[-20:], sep='\n')
            print(f'seed {seed}')
        unknown = sum(len(client.maybe) + len(client.transfers_maybe) for client in load.clients)
        print(f'load, {options.provider}: {sum(c.successes for c in load.clients)} requests of {options.clients} clients in {seconds:.0f} s, '
              f'{kills} kills; {items} items and {transfers} transfers there, {unknown} of unknown outcome; {len(load.faults)} faults')
        return 1 if load.faults else 0
    finally:
        target.close()


if __name__ == '__main__':
    sys.exit(main())
