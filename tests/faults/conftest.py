import pathlib
import shutil
import sys
import tempfile

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import engine_process  # noqa: E402


@pytest.fixture
def project():
    """A folder, open to all users, with a schema and a pushed database; its URL is `url`."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix='prisma_fault_'))
    folder.chmod(0o777)
    (folder / 'schema.prisma').write_text(engine_process.SCHEMA)
    done = engine_process.cli('db', 'push', '--skip-generate', cwd=folder, url=f'file:{folder}/test.db')
    assert done.returncode == 0, done.stdout + done.stderr
    yield Project(folder)
    shutil.rmtree(folder, ignore_errors=True)


class Project:
    def __init__(self, folder):
        self.folder = folder
        self.schema = folder / 'schema.prisma'
        self.database = folder / 'test.db'
        self.url = f'file:{folder}/test.db'
