"""A connected client in a process that forks or spawns others: gunicorn with preload, uvicorn --workers, Celery, multiprocessing.

Each is a program of its own, as forks of a test's own process would take pytest along.
"""

import os
import subprocess
import sys
import textwrap

import pytest

from databases import DATABASE

HEAD = """
import asyncio, multiprocessing, os, sys, threading
import client_async, client_sync

URL = os.environ['PRISMA_TEST_URL']


def sync_client():
    return client_sync.Prisma(use_dotenv=False, datasource={'url': URL})


def in_child(work):
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        except BaseException as error:
            print(type(error).__name__, error, flush=True)
        finally:
            os._exit(status)
    return pid


def statuses(pids):
    return {os.waitpid(pid, 0)[1] for pid in pids}
"""


@pytest.fixture
def run(database, sync_package, async_package):
    def run(code):
        packages = os.path.dirname(os.path.dirname(sync_package.__file__))
        env = {**os.environ, 'PYTHONPATH': os.pathsep.join([packages, os.environ.get('PYTHONPATH', '')])}
        done = subprocess.run([sys.executable, '-c', HEAD + textwrap.dedent(code)], env=env, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_forked_workers(run):
    assert run("""
        db = sync_client()
        db.connect()
        db.user.create({'name': 'parent'})

        def work():
            assert db.is_connected()
            for _ in range(5):
                db.user.create({'name': 'child'})
            with db.tx() as tx:
                tx.user.create({'name': 'child'})
            db.user.find_many()

        pids = [in_child(work) for _ in range(4)]
        # The parent goes on, and away, while its children write.
        db.user.create({'name': 'parent'})
        db.disconnect()
        print(statuses(pids))
        db.connect()
        print(db.user.count(where={'name': 'child'}), db.user.count(where={'name': 'parent'}))
        db.disconnect()
    """) == '{0}\n24 2\n'


def test_forked_while_threads_query(run):
    assert run("""
        db = sync_client()
        db.connect()
        db.user.find_many()
        is_over = False

        def query():
            while not is_over:
                db.user.count()
                db.user.find_many(take=3)

        threads = [threading.Thread(target=query) for _ in range(4)]
        for thread in threads:
            thread.start()

        def work():
            db.user.create({'name': 'child'})

        found = set()
        for _ in range(8):
            found |= statuses([in_child(work)])
        is_over = True
        for thread in threads:
            thread.join()
        print(found, db.user.count())
        db.disconnect()
    """) == '{0} 8\n'


def test_asyncio_client_in_forks(run):
    assert run("""
        async def connected():
            db = client_async.Prisma(use_dotenv=False, datasource={'url': URL})
            await db.connect()
            await db.user.create({'name': 'parent'})
            return db

        async def use(db):
            assert await db.user.count(where={'name': 'parent'}) == 1
            await asyncio.gather(*(db.user.create({'name': 'child'}) for _ in range(5)))
            async with db.tx() as tx:
                await tx.user.create({'name': 'child'})

        db = asyncio.run(connected())
        print(statuses([in_child(lambda: asyncio.run(use(db))) for _ in range(3)]))

        print(asyncio.run(db.user.count(where={'name': 'child'})))
        asyncio.run(db.disconnect())
    """) == '{0}\n18\n'


@pytest.mark.parametrize('method', ['fork', 'spawn'])
def test_multiprocessing(run, method, tmp_path):
    (tmp_path / 'jobs.py').write_text(textwrap.dedent("""
        import os
        import client_sync

        db = None

        def start():
            global db
            db = client_sync.Prisma(use_dotenv=False, datasource={'url': os.environ['PRISMA_TEST_URL']})
            db.connect()

        def work(name):
            db.user.create({'name': name})
            return db.user.count(where={'name': name})
    """))
    out = run(f"""
        sys.path.insert(0, {str(tmp_path)!r})
        os.environ['PYTHONPATH'] += os.pathsep + {str(tmp_path)!r}
        import jobs
        if __name__ == '__main__':
            jobs.start()
            context = multiprocessing.get_context({method!r})
            # Forked workers use the client of their parent.
            options = {{}} if {method!r} == 'fork' else {{'initializer': jobs.start}}
            with context.Pool(3, **options) as pool:
                print(pool.map(jobs.work, list('abcdef')))
            print(jobs.db.user.count())
            jobs.db.disconnect()
    """)
    assert out == '[1, 1, 1, 1, 1, 1]\n6\n'


def test_transactions_stay_with_the_parent(run):
    out = run("""
        db = sync_client()
        db.connect()
        with db.tx() as tx:
            tx.user.create({'name': 'parent'})

            def in_transaction():
                tx.user.count()

            def beside_it():
                db.user.count()

            print(statuses([in_child(in_transaction)]), statuses([in_child(beside_it)]))
        print(db.user.count())
        print(statuses([in_child(beside_it)]))
        db.disconnect()
    """).splitlines()
    assert out[0].startswith('ClientNotConnectedError')
    if DATABASE == 'sqlite':
        # Locks of the parent would be taken for the child's.
        assert 'forked while a transaction of its parent was open' in ' '.join(out)
        assert out[-3:] == ['{256} {256}', '1', '{0}']
    else:
        assert out[1:] == ['{256} {0}', '1', '{0}']
