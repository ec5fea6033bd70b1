"""The asyncio client: what is awaited, concurrency, and that the event loop is not kept waiting."""

import asyncio
import datetime
import inspect
import time

import pytest


def run(function):
    return asyncio.run(function())


def test_actions(async_package, database):
    async def main():
        async with async_package.Prisma() as db:
            user = await db.user.create(data={'name': 'a', 'posts': {'create': [{'title': 't'}]}}, include={'posts': True})
            assert user.posts[0].title == 't'
            assert await db.user.find_unique(where={'id': 'x'}) is None
            assert await db.user.count() == 1
            assert await db.query_raw('SELECT 1 AS a') == [{'a': 1}]
            async with db.tx() as tx:
                await tx.user.update(where={'id': user.id}, data={'age': 4})
            async with db.batch_() as batch:
                batch.user.create(data={'name': 'b'})
            assert await db.user.count(where={'age': {'gte': 0}}) == 2
            with pytest.raises(async_package.errors.RecordNotFoundError):
                await db.user.find_unique_or_raise(where={'id': 'x'})
            assert (await db.get_metrics()).counters
        assert not db.is_connected()
        with pytest.raises(async_package.errors.ClientNotConnectedError):
            await db.user.count()

    run(main)


def test_what_is_awaited(async_package, database):
    async def main():
        async with async_package.Prisma() as db:
            query = db.user.count()
            assert inspect.isawaitable(query) and asyncio.iscoroutine(query)
            assert await query == 0
            with pytest.raises(RuntimeError, match='cannot reuse'):
                await query
            task = asyncio.create_task(db.user.create(data={'name': 'a'}))
            assert (await task).name == 'a'
            assert await asyncio.wait_for(db.user.count(), 5) == 1
            users = await asyncio.gather(*(db.user.find_many() for _ in range(50)))
            assert all(len(found) == 1 for found in users)

    run(main)
    with pytest.warns(RuntimeWarning, match='never awaited'):

        async def forget():
            async with async_package.Prisma() as db:
                db.user.count()

        run(forget)


def test_who_holds_the_connection_is_not_kept_waiting_by_those_who_want_it(async_package, database):
    minute = datetime.timedelta(minutes=1)
    tasks = 120  # more than there are threads for those who wait

    async def main():
        url = database + ('&' if '?' in database else '?') + 'connection_limit=1'
        async with async_package.Prisma(datasource={'url': url}) as db:
            counter = await db.user.create(data={'name': 'counter', 'age': 0})

            async def add():
                async with db.tx(max_wait=minute, timeout=minute) as tx:
                    found = await tx.user.find_unique_or_raise(where={'id': counter.id})
                    await asyncio.sleep(0)
                    await tx.user.update(where={'id': counter.id}, data={'age': found.age + 1})

            await asyncio.wait_for(asyncio.gather(*(add() for _ in range(tasks))), 60)
            assert (await db.user.find_unique_or_raise(where={'id': counter.id})).age == tasks

    run(main)


SLOW = 'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3000000) SELECT COUNT(*) AS n FROM c'


@pytest.mark.sqlite
def test_slow_queries_leave_the_loop_alone(async_package, database):
    async def main():
        gaps = []

        async def watch():
            last = time.perf_counter()
            while True:
                await asyncio.sleep(0.001)
                now = time.perf_counter()
                gaps.append(now - last)
                last = now

        async with async_package.Prisma() as db:
            watcher = asyncio.create_task(watch())
            started = time.perf_counter()
            assert (await db.query_raw(SLOW))[0]['n'] == 3000000
            took = time.perf_counter() - started
            watcher.cancel()
            assert took > 0.05
            assert max(gaps) < took / 2

    run(main)


@pytest.mark.sqlite
def test_cancelling(async_package, database):
    async def main():
        async with async_package.Prisma() as db:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(db.query_raw(SLOW), 0.01)
            assert await db.user.count() == 0

    run(main)


def test_quick_queries_give_others_their_turn(async_package, database):
    async def main():
        async with async_package.Prisma() as db:
            turns = 0

            async def other():
                nonlocal turns
                while True:
                    turns += 1
                    await asyncio.sleep(0)

            task = asyncio.create_task(other())
            for _ in range(2000):
                await db.user.count()
            task.cancel()
            assert turns > 3

    run(main)


def test_transactions_side_by_side(async_package, database):
    async def main():
        async with async_package.Prisma() as db:

            async def one(i):
                async with db.tx(max_wait=__import__('datetime').timedelta(seconds=20)) as tx:
                    user = await tx.user.create(data={'name': f'{i}'})
                    await asyncio.sleep(0.001)
                    await tx.post.create(data={'title': 't', 'authorId': user.id})

            await asyncio.gather(*(one(i) for i in range(10)))
            assert await db.post.count() == 10

    run(main)


def test_writes_side_by_side_with_a_transaction(async_package, database):
    async def main():
        async with async_package.Prisma() as db:
            async with db.tx() as tx:
                await tx.user.create(data={'name': 'in'})
                outside = asyncio.create_task(db.user.create(data={'name': 'out'}))
                await asyncio.sleep(0.02)
                assert not outside.done() or outside.exception() is None
            await outside
            assert await db.user.count() == 2

    run(main)


def test_two_loops(async_package, database):
    client = async_package.Prisma()

    async def first():
        await client.connect()
        await client.user.create(data={'name': 'a'})

    async def second():
        assert await client.user.count() == 1
        await client.disconnect()

    run(first)
    run(second)
