"""Every example of README.md and docs/ is run."""

import pytest
from examples import ROOT, blocks, check_page

PAGES = [ROOT / 'README.md', *sorted((ROOT / 'docs').rglob('*.md'))]
WITH_EXAMPLES = [page for page in PAGES if any(block.language in ('python', 'prisma', 'sh') for block in blocks(page))]


@pytest.mark.parametrize('page', WITH_EXAMPLES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_of(page, tmp_path):
    check_page(page, tmp_path / 'project')


def test_no_python_block_is_left_out_without_a_reason():
    for page in PAGES:
        for block in blocks(page):
            run = block.marks.get('run', '')
            assert not run.startswith('no') or ',' in run, f'{page}:{block.line}: say why it is not run'
            if block.language not in ('python', 'prisma', 'sh', 'sql', 'dockerfile', 'yaml', 'json', 'toml', 'text', 'lua', 'cpp', ''):
                raise AssertionError(f'{page}:{block.line}: the language {block.language} is not known here')
