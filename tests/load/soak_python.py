#!/usr/bin/env python3
"""Many operations of 32 tasks and 8 threads on the engine in this process, without growth of memory or descriptors.

  build/test-venv/bin/python tests/load/soak_python.py --provider sqlite --operations 1000000
  scripts/with_postgresql build/test-venv/bin/python tests/load/soak_python.py --provider postgresql --operations 1000000

Run by a Python that has the package. A request of a batch counts as an operation. Among them are requests that fail, tasks that are
cancelled, transactions that expire, statements whose text never comes again, and clients that connect and disconnect.
"""

import argparse
import asyncio
import datetime
import gc
import logging
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse

from growth import Growth

HERE = pathlib.Path(__file__).resolve().parent
TASKS, THREADS = 32, 8
USERS = 40
MINUTE = datetime.timedelta(minutes=1)


def generate(folder, provider, url):
    """The packages client_async and client_sync, and the database."""
    text = (HERE.parent / 'python/schema.prisma').read_text().replace('"sqlite"', f'"{provider}"')
    for interface, name in (('asyncio', 'client_async'), ('sync', 'client_sync')):
        (folder / name).mkdir()
        (folder / name / 'schema.prisma').write_text(text.replace('INTERFACE', interface).replace('OUTPUT', f'../packages/{name}'))
        words = [['generate'], ['db', 'push', '--skip-generate']] if interface == 'sync' else [['generate']]
        for word in words:
            done = subprocess.run([sys.executable, '-m', 'prisma', *word, '--schema', 'schema.prisma'], cwd=folder / name,
                                  env={**os.environ, 'PRISMA_TEST_URL': url}, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder / 'packages'))


class Soak:
    def __init__(self, total):
        self.total = total
        self.counts = [0] * (TASKS + THREADS)
        self.faults = []
        self.serial = 0

    def is_over(self):
        return bool(self.faults) or sum(self.counts) >= self.total

    # What both kinds of workers do is written once, for a client whose calls are awaited or not: `call` takes the result.

    async def step(self, package, db, at, chance, call):
        errors = package.errors
        kind = chance.choices(['write', 'read', 'batch', 'tx', 'rare', 'types'], [20, 50, 6, 8, 2, 8])[0]
        count = 0
        name = f'{at}-{chance.random()}'
        if kind == 'write':
            user = await call(db.user.create(data={'name': name, 'email': name, 'posts': {'create': [{'title': 'a'}, {'title': 'b'}]}},
                                             include={'posts': True}))
            assert len(user.posts) == 2
            await call(db.user.update(where={'id': user.id}, data={'age': {'increment': 1}}))
            try:
                await call(db.user.create(data={'name': name, 'email': name}))
                raise AssertionError('created twice')
            except errors.UniqueViolationError:
                pass
            await call(db.post.delete_many(where={'authorId': user.id}))
            assert (await call(db.user.delete(where={'id': user.id}))).age == 1
            count = 5
        elif kind == 'read':
            await call(db.user.find_many(where={'email': {'in': [f'u{chance.randrange(USERS)}' for _ in range(chance.randrange(1, 20))]}},
                                         include={'posts': True}, order={'name': 'asc'}))
            number = chance.randrange(USERS)
            assert (await call(db.user.find_unique(where={'email': f'u{number}'}))).age == number
            await call(db.user.count(where={'age': {'gte': number}}))
            count = 3
        elif kind == 'types':
            made = await call(db.all_types.create(data={'string': name, 'big': 1 << 40, 'json_obj': package.Json({'a': [1, name]}),
                                                        'bytes': package.Base64.encode(name.encode())}))
            assert made.big == 1 << 40 and made.json_obj == {'a': [1, name]}
            await call(db.all_types.delete(where={'id': made.id}))
            count = 2
        elif kind == 'rare':
            try:
                await call(db.query_raw(f'SELECT nothing{chance.randrange(1 << 40)}'))
                raise AssertionError('no such column')
            except errors.RawQueryError:
                pass
            await call(db.query_raw(f'SELECT 1 AS n{chance.randrange(1 << 40)}'))
            try:
                await call(db.user.find_unique_or_raise(where={'id': 'nobody'}))
                raise AssertionError('found nobody')
            except errors.RecordNotFoundError:
                pass
            count = 3
        self.counts[at] += count
        return kind

    async def work_async(self, package, db, at):
        chance = random.Random(at)

        async def call(query):
            return await query

        while not self.is_over():
            kind = await self.step(package, db, at, chance, call)
            if kind == 'batch':
                async with db.batch_() as batch:
                    for number in range(4):
                        batch.post.update_many(where={'title': f'none{number}'}, data={'views': number})
                self.counts[at] += 4
            elif kind == 'tx':
                async with db.tx(max_wait=MINUTE, timeout=MINUTE) as tx:
                    await tx.post.create(data={'title': f'tx{at}'})
                    await tx.post.delete_many(where={'title': f'tx{at}'})
                self.counts[at] += 4
            elif kind == 'rare':
                try:
                    await asyncio.wait_for(db.user.find_many(include={'posts': True}), chance.random() / 1000)
                except (asyncio.TimeoutError, package.errors.PrismaError):
                    pass
                async with package.Prisma(use_dotenv=False) as other:
                    await other.user.count()
                self.counts[at] += 2

    async def work_sync(self, package, db, at):
        chance = random.Random(at)

        async def call(answer):  # never waits
            return answer

        while not self.is_over():
            kind = await self.step(package, db, at, chance, call)
            if kind == 'batch':
                with db.batch_() as batch:
                    for number in range(4):
                        batch.post.update_many(where={'title': f'none{number}'}, data={'views': number})
                self.counts[at] += 4
            elif kind == 'tx':
                with db.tx(max_wait=MINUTE, timeout=MINUTE) as tx:
                    tx.post.create(data={'title': f'tx{at}'})
                    tx.post.delete_many(where={'title': f'tx{at}'})
                self.counts[at] += 4
            elif kind == 'rare' and chance.random() < 0.2:
                try:
                    with db.tx(max_wait=MINUTE, timeout=datetime.timedelta(milliseconds=20)) as tx:
                        time.sleep(0.05)
                        tx.user.count()
                except package.errors.PrismaError:
                    pass
                with package.Prisma(use_dotenv=False) as other:
                    other.user.count()
                self.counts[at] += 3

    def thread(self, package, db, at):
        coroutine = self.work_sync(package, db, at)
        try:
            coroutine.send(None)
        except StopIteration:
            pass
        except Exception:
            self.faults.append(traceback.format_exc())

    async def run(self):
        import client_async
        import client_sync
        growth = Growth(self.total, noise=12 << 20)
        async_db, sync_db = client_async.Prisma(use_dotenv=False), client_sync.Prisma(use_dotenv=False)
        await async_db.connect()
        sync_db.connect()
        for number in range(USERS):
            await async_db.user.create(data={'name': 'n', 'email': f'u{number}', 'age': number, 'posts': {'create': [{'title': 'p'}]}})

        async def guarded(at):
            try:
                await self.work_async(client_async, async_db, at)
            except Exception:
                self.faults.append(traceback.format_exc())

        threads = [threading.Thread(target=self.thread, args=(client_sync, sync_db, TASKS + n)) for n in range(THREADS)]
        for thread in threads:
            thread.start()
        tasks = [asyncio.create_task(guarded(n)) for n in range(TASKS)]
        while not self.is_over():
            done = sum(self.counts)
            if growth.is_due(done):
                gc.collect()
            growth.sample(done)
            await asyncio.sleep(0.005)
        await asyncio.gather(*tasks)
        for thread in threads:
            thread.join()
        gc.collect()
        growth.sample(sum(self.counts))
        await async_db.disconnect()
        sync_db.disconnect()
        return growth


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--provider', required=True, choices=['postgresql', 'mysql', 'sqlite'])
    parser.add_argument('--operations', type=int, default=20000)
    options = parser.parse_args()
    logging.disable()  # of transactions that expire
    memory = '/dev/shm' if os.access('/dev/shm', os.W_OK) else None
    folder = pathlib.Path(tempfile.mkdtemp(prefix='prisma_soak_', dir=memory))
    try:
        if options.provider == 'sqlite':
            # Many writers at once: who waits for the lock gives up after a time, which is no fault of memory.
            url = f'file:{folder}/soak.db?socket_timeout=120&pool_timeout=120'
        else:
            server = urllib.parse.urlsplit(os.environ['POSTGRES_URL' if options.provider == 'postgresql' else 'MYSQL_URL'])
            url = server._replace(path=f'/soak_{os.getpid()}', query='connection_limit=8&pool_timeout=120').geturl()
        os.environ['PRISMA_TEST_URL'] = url
        generate(folder, options.provider, url)
        soak = Soak(options.operations)
        begin = time.monotonic()
        growth = asyncio.run(soak.run())
        for fault in soak.faults[:5]:
            print('FAULT:', fault)
        print(f'{time.monotonic() - begin:.0f} s')
        return 1 if soak.faults or growth.judge(f'Python, {options.provider}') else 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    sys.exit(main())
