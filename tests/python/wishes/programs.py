"""A user's program: a folder with a schema, its database and a client of its own, run as a process of its own."""

import os
import subprocess
import sys
import textwrap

from conftest import run_cli

HEAD = """
datasource db {
  provider = "sqlite"
  url      = "file:dev.db"
}

generator client {
  provider  = "prisma-client-py"
  interface = "%s"
  output    = "./app_client"
}
"""


class Program:
    def __init__(self, folder, models, interface='sync'):
        self.folder = folder
        (folder / 'schema.prisma').write_text(HEAD % interface + textwrap.dedent(models))
        done = run_cli('db', 'push', cwd=folder)
        assert done.returncode == 0 and (folder / 'app_client').exists(), done.stdout + done.stderr

    def run(self, code, before=(), check=True, **environment):
        """What the program prints. `before`: words before the interpreter, such as `setpriv`."""
        script = self.folder / 'program.py'
        script.write_text(textwrap.dedent(code))
        done = subprocess.run([*before, sys.executable, str(script)], cwd=self.folder, env={**os.environ, **environment},
                              capture_output=True, text=True, timeout=120)
        if check:
            assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout if check else done
