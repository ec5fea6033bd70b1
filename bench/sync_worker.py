"""The benchmark's worker.py for the synchronous client: the peer is the asynchronous one's code without `async` and `await`."""
import os
import pathlib
import re
import runpy
import sys
import types

bench = pathlib.Path(os.environ['BENCH'])
sys.path.insert(0, str(bench))
import peers  # noqa: E402

path = bench / 'peers/prisma_client.py'
source = re.sub(r'\b(async|await) ', '', path.read_text()).replace('AsyncPeer', 'Peer')
module = types.ModuleType('peers.prisma_sync')
module.__dict__.update(__package__='peers', __file__=str(path))
exec(compile(source, str(path), 'exec'), module.__dict__)
sys.modules['peers.prisma_sync'] = peers.prisma_sync = module
runpy.run_path(str(bench / 'worker.py'), run_name='__main__')
