import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone

import pytest
from prisma import Json, Prisma
from worker import Worker


async def until(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < end, 'it did not come to pass'
        await asyncio.sleep(0.05)


async def in_database(test):
    async with Prisma() as db:
        await db.job.delete_many()
        await test(db)


def run(test):
    asyncio.run(in_database(test))


def test_each_job_is_done_once():
    async def test(db):
        done = []

        async def note(payload):
            done.append(payload['n'])

        await db.job.create_many(data=[{'kind': 'note', 'payload': Json({'n': n})} for n in range(20)])
        workers = [Worker(db, {'note': note}, pause=0.1) for _ in range(4)]
        tasks = [asyncio.create_task(worker.run()) for worker in workers]

        async def all_done():
            return await db.job.count(where={'state': 'DONE'}) == 20

        await until(all_done)
        for worker in workers:
            worker.stop()
        await asyncio.gather(*tasks)
        assert sorted(done) == list(range(20))

    run(test)


def test_a_failure_is_tried_again_and_told():
    async def test(db):
        async def fail(payload):
            raise ValueError(payload['why'])

        await db.job.create(data={'kind': 'fail', 'payload': Json({'why': 'no reason'})})
        worker = Worker(db, {'fail': fail}, pause=0.02)
        task = asyncio.create_task(worker.run())

        async def given_up():
            return await db.job.count(where={'state': 'FAILED'}) == 1

        await until(given_up)
        worker.stop()
        await task
        job = await db.job.find_first_or_raise()
        assert job.attempts == 3 and 'no reason' in job.error

    run(test)


def test_a_lost_job_is_taken_over():
    async def test(db):
        long_ago = datetime.now(timezone.utc) - timedelta(hours=1)
        await db.job.create(data={'kind': 'note', 'payload': Json({}), 'state': 'RUNNING', 'taken': long_ago, 'attempts': 1})
        worker = Worker(db, {'note': lambda payload: asyncio.sleep(0)}, pause=0.05)
        task = asyncio.create_task(worker.run())

        async def done():
            return await db.job.count(where={'state': 'DONE'}) == 1

        await until(done)
        worker.stop()
        await task

    run(test)


def test_connections_that_break_are_made_anew():
    async def test(db):
        worker = Worker(db, {'note': lambda payload: asyncio.sleep(0)}, pause=0.05)
        task = asyncio.create_task(worker.run())
        await asyncio.sleep(0.2)
        async with Prisma() as other:
            await other.query_raw('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()')
            await other.job.create(data={'kind': 'note', 'payload': Json({})})

            async def done():
                return await other.job.count(where={'state': 'DONE'}) == 1

            await until(done)
        worker.stop()
        await task

    run(test)


@pytest.mark.skipif(os.name != 'posix', reason='signals')
def test_it_stops_when_told():
    async def test(db):
        process = subprocess.Popen([sys.executable, 'worker.py'], stderr=subprocess.PIPE, text=True)

        async def done():
            return await db.job.count(where={'state': 'DONE'}) == 1

        try:
            await until(done)
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=20)
        finally:
            process.kill()
        assert process.returncode == 0, errors
        assert 'hello world' in errors and 'stopped' in errors

    run(test)
