import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import engine_process  # noqa: E402


@pytest.fixture
def project(tmp_path):
    """A folder with a schema and a pushed database; its URL is `url`."""
    tmp_path.chmod(0o777)
    (tmp_path / 'schema.prisma').write_text(engine_process.SCHEMA)
    done = engine_process.cli('db', 'push', '--skip-generate', cwd=tmp_path, url=f'file:{tmp_path}/test.db')
    assert done.returncode == 0, done.stdout + done.stderr
    return Project(tmp_path)


class Project:
    def __init__(self, folder):
        self.folder = folder
        self.schema = folder / 'schema.prisma'
        self.database = folder / 'test.db'
        self.url = f'file:{folder}/test.db'
