"""What only a program of its own shows: memory, settings of the environment, traces."""

import pytest

from conftest import run_cli
from databases import DATABASE, IS_ASYNC
from programs import Program

pytestmark = pytest.mark.skipif(DATABASE != 'sqlite' or IS_ASYNC, reason='run once, with both interfaces')

MODELS = """
model User {
  id   Int    @id @default(autoincrement())
  name String @default("")
}
"""


@pytest.mark.parametrize('interface', ['sync', 'asyncio'])
def test_streams_take_no_memory(tmp_path, interface):
    code = """
        import asyncio
        from app_client import Prisma

        def megabytes():
            return next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmHWM')) / 1024

        async def main():
            db = Prisma()
            await db.connect()
            for _ in range(4):
                await db.user.create_many(data=[{'name': 'x' * 500}] * 10000)
            async for user in db.user.iterate(batch_size=500):
                if user.id == 5000:
                    before = megabytes()
            streamed, last = megabytes() - before, user.id
            everybody = await db.user.find_many()
            print(last, len(everybody), streamed < 10 < megabytes() - before, streamed)
            await db.disconnect()

        asyncio.run(main())
    """
    if interface == 'sync':
        code = code.replace('await ', '').replace('async ', '').replace('asyncio.run(main())', 'main()')
    assert Program(tmp_path, MODELS, interface).run(code).startswith('40000 40000 True')


def test_proxies_are_ignored(tmp_path):
    proxies = {name: 'http://127.0.0.1:9' for name in ('http_proxy', 'https_proxy', 'all_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY')}
    out = Program(tmp_path, MODELS).run(
        """
        from app_client import Prisma
        with Prisma() as db:
            print(db.user.create({'name': 'a'}).name)
        """,
        **proxies,
    )
    assert out == 'a\n'


def test_hooks_and_traces(tmp_path):
    pytest.importorskip('opentelemetry.sdk', reason='opentelemetry-sdk is not installed')
    out = Program(tmp_path, MODELS).run("""
        from opentelemetry import trace
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import SimpleSpanProcessor
        from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
        from app_client import Prisma
        spans = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(spans))
        trace.set_tracer_provider(provider)
        with Prisma(tracing=True) as db:
            db.user.find_many()
        names = [span.name for span in spans.get_finished_spans()]
        print('prisma:client:operation' in names, 'prisma:engine:db_query' in names)
    """)
    assert out == 'True True\n'


def test_commands_help_themselves(tmp_path):
    """A newcomer's first mistakes."""
    done = run_cli('generate', cwd=tmp_path)
    assert done.returncode == 1 and 'schema.prisma' in done.stdout + done.stderr
    done = run_cli('init', '--datasource-provider', 'sqlite', cwd=tmp_path)
    assert done.returncode == 0 and (tmp_path / 'prisma/schema.prisma').exists()
