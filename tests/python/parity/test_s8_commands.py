"""Section 8.4 of the inventory: the commands, with exactly what they say."""

import json
import os
import subprocess
import sys
from importlib import import_module

import pytest

from conftest import run_cli

MAIN = """\
Usage: prisma py [OPTIONS] COMMAND [ARGS]...

  Custom command line arguments specifically for Prisma Client Python.

  For other prisma commands, see prisma --help

Options:
  --help  Show this message and exit.

Commands:
  dev       Commands for developing Prisma Client Python
  fetch     Say where the engine is; there is nothing to download.
  generate  Generate prisma artifacts with modified config options
  version   Display Prisma Client Python version information.
"""
GENERATE = """\
Usage: prisma py generate [OPTIONS]

  Generate prisma artifacts with modified config options

Options:
  --schema FILE               The location of the Prisma schema file.
  --watch                     Watch the Prisma schema and rerun after a change
  --interface [sync|asyncio]  Method that the client will use to interface with
                              Prisma
  --partials PATH             Partial type generator location
  -t, --type-depth INTEGER    Depth to generate pseudo-recursive types to; -1
                              signifies fully recursive types
  --generator TEXT            Specifies which generator to use. Can be specified
                              multiple times. By default, all generators will be
                              ran
  --help                      Show this message and exit.
"""


def run_here(*words):
    """In this process, as programs that test themselves do; what is printed, and the code."""
    import contextlib
    import io

    main = import_module('prisma.cli').main
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        with pytest.raises(SystemExit) as caught:
            main(['prisma', *words], use_handler=False, do_cleanup=False)
    return out.getvalue(), errors.getvalue(), caught.value.code


@pytest.mark.parametrize('words, expected', [((), MAIN), (('--help',), MAIN), (('generate', '--help'), GENERATE)])
def test_help(words, expected):
    assert run_here('py', *words) == (expected, '', 0)


@pytest.mark.parametrize(
    'words, command, message',
    [
        (['unknown'], '', "No such command 'unknown'."),
        (['--foo'], '', "No such option '--foo'."),
        (['version', 'extra'], 'version', 'Got unexpected extra argument (extra)'),
        (['version', 'a', 'b'], 'version', 'Got unexpected extra arguments (a b)'),
        (['version', '--json=1'], 'version', "Option '--json' does not take a value."),
        (['generate', '--interface', 'foo'], 'generate', "Invalid value for '--interface': 'foo' is not one of 'sync', 'asyncio'."),
        (['generate', '--schema', 'none'], 'generate', "Invalid value for '--schema': File 'none' does not exist."),
        (['generate', '--schema', '.'], 'generate', "Invalid value for '--schema': File '.' is a directory."),
        (['generate', '--partials=none.py'], 'generate', "Invalid value for '--partials': Path 'none.py' does not exist."),
        (['generate', '-t', 'x'], 'generate', "Invalid value for '-t' / '--type-depth': 'x' is not a valid integer."),
        (['generate', '-tx'], 'generate', "Invalid value for '-t' / '--type-depth': 'x' is not a valid integer."),
        (['generate', '--type-depth'], 'generate', "Option '--type-depth' requires an argument."),
        (['dev', 'foo'], 'dev', "No such command 'foo'."),
    ],
)
def test_mistakes(words, command, message):
    path = f'prisma py {command}'.strip()
    arguments = ' COMMAND [ARGS]...' if command in ('', 'dev') else ''
    said = f"Usage: {path} [OPTIONS]{arguments}\nTry '{path} --help' for help.\n\nError: {message}\n"
    assert run_here('py', *words) == ('', said, 2)


def test_version():
    out, errors, code = run_here('py', 'version', '--json')
    info = json.loads(out)
    assert (code, errors) == (0, '') and list(info) == [
        'prisma', 'prisma-client-python', 'platform', 'expected-engine-version', 'installed-extras', 'install-path', 'binary-cache-dir',
    ]  # fmt: skip
    out, _, _ = run_here('py', 'version')
    assert out == ''.join(f'{name.replace("-", " "):<23} : {value}\n' for name, value in info.items())


def test_fetch():
    for words in ((), ('--force',)):
        out, errors, code = run_here('py', 'fetch', *words)
        assert (code, errors) == (0, '') and out.startswith('Nothing to fetch: the engine is part of the package')


def test_playground(tmp_path, monkeypatch):
    out, errors, code = run_here('py', 'dev', 'playground', '--skip-generate')
    assert (out, code) == ('', 1) and errors in (
        'Prisma Client Python has not been generated yet.\n',
        'There is no GraphQL playground: the engine is a part of the program that uses it and has no address.\n'
        'To send queries by hand, start `prisma bridge`: it answers them as GraphQL at http://localhost:4466.\n',
    )
    (tmp_path / 'schema.prisma').write_text(SCHEMA)
    out, errors, code = run_here('py', 'dev', 'playground', f'--schema={tmp_path}/schema.prisma')
    assert code == 1 and 'Generated Prisma Client Python' in out and '`prisma bridge`' in errors
    assert (tmp_path / 'made/client.py').exists()


SCHEMA = (
    'datasource db {\n provider = "sqlite"\n url = "file:x.db"\n}\n'
    'generator client {\n provider = "prisma-client-py"\n output = "./made"\n}\nmodel A {\n id Int @id\n}\n'
)


def test_generate(tmp_path):
    (tmp_path / 'schema.prisma').write_text(SCHEMA + 'generator other {\n provider = "no-such-command"\n}\n')
    (tmp_path / 'parts.py').write_text('from prisma.models import A\nA.create_partial("Part")\n')
    words = ('--interface', 'sync', '-t', '-1', '--partials', str(tmp_path / 'parts.py'), '--generator', 'client')
    out, errors, code = run_here('py', 'generate', f'--schema={tmp_path}/schema.prisma', *words)
    assert code == 0, out + errors
    assert 'SyncClient' in (tmp_path / 'made/client.py').read_text() and 'class Part(' in (tmp_path / 'made/partials.pyi').read_text()


def test_output_goes_where_the_program_wants_it():
    out, errors, code = run_here('-h')
    assert code == 0 and errors == '' and 'Usage' in out and out.endswith('For Prisma Client Python commands run prisma py --help\n')
    out, errors, code = run_here('validate', '--schema=none.prisma')
    assert code == 1 and 'none.prisma' in errors


def test_pass_through(tmp_path):
    (tmp_path / 'schema.prisma').write_text(SCHEMA)
    for words, code, text in (
        (['validate'], 0, 'is valid'),
        (['format'], 0, 'Formatted'),
        (['version'], 0, 'prisma'),
        (['-v'], 0, 'prisma'),
        (['db', 'push', '--skip-generate'], 0, 'in sync'),
        (['nonsense'], 1, 'Unknown command'),
    ):
        done = run_cli(*words, cwd=tmp_path)
        assert done.returncode == code and text in done.stdout + done.stderr, (words, done.stdout, done.stderr)


def test_prisma_run(tmp_path):
    run = import_module('prisma.cli.prisma').run
    assert run(['validate', f'--schema={tmp_path}/none.prisma']) == 1
    with pytest.raises(subprocess.CalledProcessError):
        run(['validate', f'--schema={tmp_path}/none.prisma'], check=True)


def test_click():
    """The same commands for programs that are made with click."""
    testing = pytest.importorskip('click.testing', reason='click is not installed')
    from prisma.cli.cli import cli
    from prisma.cli.commands import generate, version
    from prisma.cli.utils import EnumChoice, PathlibPath, PrismaCLI

    runner = testing.CliRunner()
    assert runner.invoke(cli, ['generate', '--help']).output == GENERATE == runner.invoke(generate.cli, ['--help']).output
    assert runner.invoke(version.cli, ['--nope']).exit_code == 2
    assert PrismaCLI().list_commands(None) == ['dev', 'fetch', 'generate', 'version']
    assert PrismaCLI().get_command(None, 'nothing') is None and PrismaCLI().get_command(None, 'fetch').name == 'fetch'
    models = import_module('prisma.generator.models')
    assert EnumChoice(models.InterfaceChoices).choices[0] == 'sync' and PathlibPath().convert('x', None, None).name == 'x'


def test_helpers(capsys, tmp_path):
    utils = import_module('prisma.cli.utils')
    assert utils.pretty_info({'foo': 'bar', 'hello': 1}) == 'foo   : bar\nhello : 1'
    utils.warning('careful')
    utils.error('wrong', exit_=False)
    with pytest.raises(SystemExit) as caught:
        utils.error('worse')
    out, errors = capsys.readouterr()
    assert (out, errors, caught.value.code) == ('WARNING: careful\n', 'wrong\nworse\n', 1)
    utils.maybe_exit(0)
    with pytest.raises(SystemExit):
        utils.maybe_exit(3)
    assert not utils.is_module(tmp_path)
    (tmp_path / '__init__.py').touch()
    assert utils.is_module(tmp_path)


def test_cleanup(tmp_path):
    (tmp_path / 'schema.prisma').write_text(SCHEMA)
    assert run_cli('generate', cwd=tmp_path).returncode == 0 and (tmp_path / 'made/client.py').exists()
    run = [sys.executable, '-m', 'prisma_cleanup']
    done = subprocess.run([*run, 'made'], cwd=tmp_path, capture_output=True, text=True, env={**os.environ})
    assert done.returncode == 0 and not (tmp_path / 'made/client.py').exists() and (tmp_path / 'made/errors.py').exists()
    done = subprocess.run([*run, 'json'], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and 'does not appear to be a Prisma Client Python package' in done.stderr
