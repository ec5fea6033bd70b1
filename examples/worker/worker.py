"""Works off a table of jobs until it is told to stop (SIGTERM, Ctrl+C).

A job that fails is tried again later, three times at most. Jobs of a worker that died are taken over. If the database goes away the
worker waits for it and goes on; the client connects anew by itself.
"""

import asyncio
import logging
import signal
from datetime import datetime, timedelta, timezone
from typing import Any, Awaitable, Callable, Dict

from prisma import Json, Prisma
from prisma.engine.errors import EngineConnectionError
from prisma.errors import DataError
from prisma.sql import TakeJobResult, take_job

log = logging.getLogger('worker')
Handler = Callable[[Any], Awaitable[None]]
MAX_ATTEMPTS = 3


class Worker:
    def __init__(self, db: Prisma, handlers: Dict[str, Handler], pause: float = 1.0, patience: int = 60) -> None:
        self.db = db
        self.handlers = handlers
        self.pause = pause
        self.patience = patience
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        """Until `stop`; the job that is being done is finished first."""
        while not self.stopping.is_set():
            try:
                job = await self.db.query_first_typed(take_job(self.patience))
                if job is not None:
                    await self.do(job)
                    continue
            except (DataError, EngineConnectionError) as error:
                log.warning('the database is not there: %s', error)
            await self.wait(self.pause)

    def stop(self) -> None:
        self.stopping.set()

    async def wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except asyncio.TimeoutError:
            pass

    async def do(self, job: TakeJobResult) -> None:
        try:
            await self.handlers[job.kind](job.payload)
        except Exception as error:
            log.exception('job %d failed', job.id)
            is_last = job.attempts >= MAX_ATTEMPTS
            again = datetime.now(timezone.utc) + timedelta(seconds=self.pause * 2**job.attempts)
            await self.db.job.update(
                where={'id': job.id},
                data={'state': 'FAILED' if is_last else 'WAITING', 'error': repr(error), 'runAt': again},
            )
        else:
            await self.db.job.update(where={'id': job.id}, data={'state': 'DONE', 'finished': datetime.now(timezone.utc), 'error': None})


async def greet(payload: Any) -> None:
    log.info('hello %s', payload['name'])


async def main() -> None:
    logging.basicConfig(level=logging.INFO)
    async with Prisma() as db:
        if await db.job.count() == 0:
            await db.job.create(data={'kind': 'greet', 'payload': Json({'name': 'world'})})
        worker = Worker(db, {'greet': greet})
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, worker.stop)
        await worker.run()
        log.info('stopped')


if __name__ == '__main__':
    asyncio.run(main())
