"""The command line: words, exit codes, where the schema and the environment come from."""

import json
import re
import subprocess
import threading

import pytest
from engine_process import BIN, SCHEMA, cli

NOT_FOUND = 'Could not find Prisma Schema that is required for this command.'


def test_help():
    for words in ([], ['--help'], ['-h']):
        done = cli(*words, cwd='/')
        assert done.returncode == 0 and 'prisma [command]' in done.stdout
    for words in (['init'], ['validate'], ['format'], ['generate'], ['db', 'push'], ['db', 'execute'], ['version'], ['language-server'], ['debug']):
        done = cli(*words, '--help', cwd='/')
        assert done.returncode == 0, words
        assert f'$ prisma {" ".join(words)} ' in done.stdout, done.stdout
        assert '-h, --help' in done.stdout and '**' not in done.stdout and '\x1b' not in done.stdout
    assert cli('db', cwd='/').stdout == cli('db', '-h', cwd='/').stdout


def test_wrong_words():
    done = cli('foo', cwd='/')
    assert done.returncode == 1 and done.stderr.startswith('\n! Unknown command "foo"\n'), done.stderr
    done = cli('db', 'foo', cwd='/')
    assert done.returncode == 1 and done.stderr.startswith('\n! Unknown command "foo"\n')
    done = cli('validate', '--foo', cwd='/')
    assert done.returncode == 1 and done.stderr.startswith('\n! unknown or unexpected option: --foo\n\nValidate a Prisma schema.\n')
    done = cli('validate', '--schema', cwd='/')
    assert done.returncode == 1 and done.stderr.startswith('\n! option requires argument: --schema\n')


def test_version(tmp_path):
    done = cli('version', cwd=tmp_path)
    assert done.returncode == 0 and re.match(r'prisma +: \d+\.\d+\.\d+\n', done.stdout)
    assert 'prisma' in json.loads(cli('version', '--json', cwd=tmp_path).stdout)
    assert cli('-v', cwd=tmp_path).stdout == done.stdout


def test_colours_only_on_request(tmp_path):
    assert '\x1b[1m' in cli('--help', cwd=tmp_path, FORCE_COLOR='1').stdout
    assert '\x1b' not in cli('--help', cwd=tmp_path, FORCE_COLOR='1', NO_COLOR='1').stdout


def test_no_schema(tmp_path):
    for words in (['validate'], ['format'], ['generate'], ['db', 'push']):
        done = cli(*words, cwd=tmp_path)
        assert done.returncode == 1 and done.stderr.startswith('Error: ' + NOT_FOUND), done.stderr
        assert 'schema.prisma: file not found\nprisma/schema.prisma: file not found\n' in done.stderr
    done = cli('validate', '--schema', 'nope.prisma', cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, 'Error: Could not load `--schema` from provided path `nope.prisma`: file or directory not found\n')


def test_init_makes_a_project_that_works(tmp_path):
    done = cli('init', '--with-model', cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert 'Initialized Prisma in your project' in done.stdout
    assert 'provider = "sqlite"' in (tmp_path / 'prisma/schema.prisma').read_text()
    assert (tmp_path / '.env').read_text().endswith('DATABASE_URL="file:./dev.db"\n')
    assert '.env' in (tmp_path / '.gitignore').read_text()
    done = cli('validate', cwd=tmp_path)
    assert done.stdout == 'Prisma schema loaded from prisma/schema.prisma\nThe schema at prisma/schema.prisma is valid 🚀\n'
    assert (done.returncode, done.stderr) == (0, 'Environment variables loaded from .env\n')
    done = cli('format', '--check', cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    done = cli('db', 'push', '--skip-generate', cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith('Prisma schema loaded from prisma/schema.prisma\nDatasource "db": SQLite database "dev.db" at "file:./dev.db"\n')
    assert '\nSQLite database dev.db created at file:./dev.db\n' in done.stdout
    assert re.search(r'\n🚀  Your database is now in sync with your Prisma schema\. Done in \d+m?s\n', done.stdout), done.stdout
    assert (tmp_path / 'prisma/dev.db').exists()
    done = cli('db', 'push', '--skip-generate', cwd=tmp_path)
    assert done.stdout.endswith('\nThe database is already in sync with the Prisma schema.\n')
    done = cli('init', cwd=tmp_path)
    assert done.returncode == 1 and 'File prisma/schema.prisma already exists in your project.' in done.stdout


def test_init_options(tmp_path):
    done = cli('init', '--datasource-provider', 'foo', cwd=tmp_path)
    assert done.returncode == 1 and 'Provider "foo" is invalid or not supported.' in done.stderr
    done = cli('init', 'foo', cwd=tmp_path)
    assert done.returncode == 1 and 'The init command does not take any argument.' in done.stderr
    assert not list(tmp_path.iterdir())
    (tmp_path / '.env').write_text('DATABASE_URL="x"\n')
    (tmp_path / '.gitignore').write_text('foo\n')
    done = cli('init', '--url', 'postgres://u:p@h/d', '--generator-provider', 'g', '--preview-feature', 'a', '--preview-feature', 'b', '--output', '../x', cwd=tmp_path)
    assert done.returncode == 0
    assert 'Prisma would have added DATABASE_URL but it already exists in .env' in done.stdout
    assert 'You already have a .gitignore file.' in done.stdout
    text = (tmp_path / 'prisma/schema.prisma').read_text()
    assert 'provider = "postgresql"' in text and 'previewFeatures = ["a", "b"]' in text and 'output   = "../x"' in text
    assert (tmp_path / '.env').read_text() == 'DATABASE_URL="x"\n'


def test_where_the_schema_is(tmp_path):
    (tmp_path / 'db').mkdir()
    (tmp_path / 'db/main.prisma').write_text(SCHEMA)
    sub = tmp_path / 'sub'
    sub.mkdir()
    url = 'file:./x.db'
    (tmp_path / 'package.json').write_text('{"prisma": {"schema": "./db/main.prisma"}}')
    assert 'loaded from db/main.prisma' in cli('validate', cwd=tmp_path, url=url).stdout
    assert 'loaded from ../db/main.prisma' in cli('validate', cwd=sub, url=url).stdout
    (tmp_path / 'pyproject.toml').write_text('[tool.prisma]\nschema = "db"  # a folder\n')
    assert 'loaded from db\n' in cli('validate', cwd=tmp_path, url=url).stdout
    (tmp_path / 'pyproject.toml').unlink()
    (tmp_path / 'package.json').write_text('{"prisma": {"schema": 3}}')
    assert 'Provided schema path `3` from `package.json` must be of type string' in cli('validate', cwd=tmp_path, url=url).stderr
    (tmp_path / 'package.json').unlink()
    (tmp_path / 'schema.prisma').write_text(SCHEMA)
    assert 'loaded from schema.prisma' in cli('validate', cwd=tmp_path, url=url).stdout


def test_folder_of_files(tmp_path):
    head, models = SCHEMA.split('model User')
    (tmp_path / 's/sub').mkdir(parents=True)
    (tmp_path / 's/a.prisma').write_text(head)
    (tmp_path / 's/sub/b.prisma').write_text('model User' + models)
    done = cli('validate', '--schema', 's/', cwd=tmp_path, url='file:x')
    assert (done.returncode, done.stdout) == (0, 'Prisma schema loaded from s\nThe schemas at s are valid 🚀\n'), done.stderr
    done = cli('format', '--schema=s', cwd=tmp_path)
    assert done.returncode == 0 and done.stdout.startswith('Prisma schema loaded from s\nFormatted s in '), done.stderr


def test_environment_files(tmp_path):
    (tmp_path / 'prisma').mkdir()
    (tmp_path / 'prisma/schema.prisma').write_text(SCHEMA)
    done = cli('validate', cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith('Error: Prisma schema validation - (get-config wasm)\nError code: P1012\nerror: Environment variable not found: DATABASE_URL.\n'
                                  '  -->  prisma/schema.prisma:3\n   | \n 2 |   provider = "sqlite"\n 3 |   url      = env("DATABASE_URL")\n   | \n\n'
                                  'Validation Error Count: 1\n[Context: getConfig]\n\nPrisma CLI Version : '), done.stderr
    (tmp_path / '.env').write_text('# comment\nexport NAME=x\nDATABASE_URL="file:./${NAME}.db"\n')
    done = cli('validate', cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, 'Environment variables loaded from .env\n')
    assert '"x.db"' in cli('db', 'push', '--skip-generate', cwd=tmp_path).stdout
    assert '"own.db"' in cli('db', 'push', '--skip-generate', cwd=tmp_path, url='file:./own.db').stdout
    (tmp_path / 'prisma/.env').write_text("DATABASE_URL='file:./y.db'\n")
    assert cli('validate', cwd=tmp_path).stderr == 'Environment variables loaded from prisma/.env\n'
    (tmp_path / 'package.json').write_text('{}')
    done = cli('validate', cwd=tmp_path)
    assert done.returncode == 1 and 'There is a conflict between env var in .env and prisma/.env' in done.stderr


def test_invalid_schema(tmp_path):
    (tmp_path / 'schema.prisma').write_text(SCHEMA.replace('email String', 'email Strin').replace('title    String', 'title    String @idd'))
    done = cli('validate', cwd=tmp_path, url='file:x')
    assert done.returncode == 1
    assert done.stderr.startswith('\nError: Prisma schema validation - (validate wasm)\nError code: P1012\nerror: Type "Strin" is neither a built-in type'), done.stderr
    assert '\n\nValidation Error Count: 2\n[Context: validate]\n\nPrisma CLI Version : ' in done.stderr
    done = cli('generate', cwd=tmp_path, url='file:x')
    assert done.returncode == 1 and 'Error: Prisma schema validation - (get-dmmf wasm)' in done.stderr
    before = (tmp_path / 'schema.prisma').read_text()
    done = cli('format', cwd=tmp_path)
    assert done.returncode == 1 and '(validate wasm)' in done.stderr
    assert (tmp_path / 'schema.prisma').read_text() == before


def test_format(tmp_path):
    path = tmp_path / 'schema.prisma'
    path.write_text(SCHEMA.replace('email String  @unique', 'email   String @unique'))
    done = cli('format', '--check', cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, '! There are unformatted files. Run prisma format to format them.\n')
    done = cli('format', cwd=tmp_path)
    assert done.returncode == 0 and re.search(r'^Formatted schema\.prisma in \d+ms 🚀$', done.stdout, re.M)
    assert path.read_text() == SCHEMA
    done = cli('format', '--check', cwd=tmp_path)
    assert done.returncode == 0 and done.stdout.endswith('All files are formatted correctly!\n')


def test_push_warns_of_data_loss(tmp_path):
    path = tmp_path / 'schema.prisma'
    path.write_text(SCHEMA)
    url = f'file:{tmp_path}/x.db'
    assert cli('db', 'push', '--skip-generate', cwd=tmp_path, url=url).returncode == 0
    script = "INSERT INTO User(email, name) VALUES ('a', 'n'), ('b', 'n');"
    done = cli('db', 'execute', '--stdin', '--schema', 'schema.prisma', cwd=tmp_path, url=url, stdin=script)
    assert (done.returncode, done.stdout) == (0, 'Script executed successfully.\n'), done.stderr
    path.write_text(SCHEMA.replace('  name  String?\n', ''))
    done = cli('db', 'push', '--skip-generate', cwd=tmp_path, url=url)
    assert done.returncode == 1
    assert 'There might be data loss when applying the changes:' in done.stdout
    assert '• You are about to drop the column `name` on the `User` table, which still contains 2 non-null values.' in done.stdout
    assert 'Error: Use the --accept-data-loss flag to ignore the data loss warnings like prisma db push --accept-data-loss' in done.stderr
    done = cli('db', 'push', '--skip-generate', '--accept-data-loss', cwd=tmp_path, url=url)
    assert done.returncode == 0 and 'now in sync' in done.stdout, done.stderr
    path.write_text(SCHEMA.replace('name  String?', 'must  String'))
    done = cli('db', 'push', '--skip-generate', cwd=tmp_path, url=url)
    assert done.returncode == 1 and 'We found changes that cannot be executed' in done.stderr
    assert 'You may use the --force-reset flag to drop the database before push like prisma db push --force-reset' in done.stderr
    done = cli('db', 'push', '--skip-generate', '--force-reset', cwd=tmp_path, url=url)
    assert done.returncode == 0 and 'was successfully reset.' in done.stdout, done.stderr


@pytest.mark.parametrize('words, text', [
    (['--file', 'x'], 'Either --url or --schema must be provided.'),
    (['--url', 'file:x'], 'Either --stdin or --file must be provided.'),
    (['--url', 'file:x', '--file', 'x', '--stdin'], '--stdin and --file cannot be used at the same time. Only 1 must be provided. '),
    (['--url', 'file:x', '--schema', 'x', '--stdin'], '--url and --schema cannot be used at the same time. Only 1 must be provided.'),
])
def test_execute_arguments(tmp_path, words, text):
    done = cli('db', 'execute', *words, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, f'Error: {text}\nSee `prisma db execute -h`\n')


def test_execute(tmp_path):
    url = f'file:{tmp_path}/x.db'
    done = cli('db', 'execute', '--url', url, '--file', 'no.sql', cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "Error: Provided --file at no.sql doesn't exist.\n")
    (tmp_path / 'a.sql').write_text('CREATE TABLE a(x); INSERT INTO a VALUES (1);')
    done = cli('db', 'execute', '--url', url, '--file', 'a.sql', cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, 'Script executed successfully.\n'), done.stderr
    done = cli('db', 'execute', '--url', url, '--stdin', cwd=tmp_path, stdin='SELECT nope;')
    assert done.returncode == 1 and 'nope' in done.stderr


def test_debug_dump(tmp_path):
    (tmp_path / 'schema.prisma').write_text(SCHEMA)
    request = json.dumps({'modelName': 'User', 'action': 'findMany', 'query': {'arguments': {'where': {'email': 'a'}}, 'selection': {'id': True}}})
    wanted = {
        'ast': '    field email String [',
        'schema': 'model User',
        'operation': 'findManyUser\n  where: {}\n    email: "a" {0}\n  id\n',
        'plan': 'Read\n  SELECT ',
        'sql': 'SELECT ',
    }
    for stage, text in wanted.items():
        done = cli('debug', 'dump', f'--stage={stage}', cwd=tmp_path, stdin=request)
        assert done.returncode == 0 and text in done.stdout, (stage, done)
    done = cli('debug', 'dump', '--stage=plan', cwd=tmp_path, stdin=request.replace('email', 'nope'))
    assert done.returncode == 1 and 'nope' in done.stderr and done.stderr.startswith('Error: P2009\n'), done.stderr
    assert cli('debug', 'dump', '--stage=nope', cwd=tmp_path).returncode == 1


def test_debug_psl(tmp_path):
    calls = '\n'.join([json.dumps({'fn': 'validate', 'args': [{'prismaSchema': [['a.prisma', SCHEMA]]}]}), 'nonsense', '{"fn":"nope","args":[]}', ''])
    done = cli('debug', 'psl', cwd=tmp_path, stdin=calls)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0 and len(answers) == 3
    assert 'error' not in answers[0] and 'error' in answers[1] and 'error' in answers[2]


def test_generate_without_generators(tmp_path):
    (tmp_path / 'schema.prisma').write_text(SCHEMA)
    done = cli('generate', cwd=tmp_path)
    assert done.returncode == 0 and "info You don't have any generators defined in your schema.prisma" in done.stdout
    (tmp_path / 'schema.prisma').write_text(SCHEMA + '\ngenerator own {\n  provider = "no-such-program-anywhere"\n}\n')
    done = cli('generate', cwd=tmp_path)
    assert done.returncode == 1 and 'Generator "no-such-program-anywhere" failed:\n\n' in done.stderr, done.stderr
    done = cli('generate', '--generator', 'nope', cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, 'Error: The generator nope specified via --generator does not exist in your Prisma schema\n')


def test_generate_watch(tmp_path):
    path = tmp_path / 'schema.prisma'
    path.write_text(SCHEMA)
    process = subprocess.Popen([str(BIN / 'prisma'), 'generate', '--watch'], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    timer = threading.Timer(20, process.kill)
    timer.start()
    try:
        def wait_for(text):
            for line in process.stdout:
                if text in line:
                    return
            raise AssertionError(f'never said {text!r}')
        wait_for('Watching...')
        wait_for("You don't have any generators")
        path.write_text(SCHEMA.replace('email String', 'email Strin'))
        wait_for('Change in schema.prisma')
        wait_for('Type "Strin" is neither a built-in type')
        other = tmp_path / 'other.prisma'  # editors write a new file and rename it
        other.write_text(SCHEMA)
        other.rename(path)
        wait_for('Change in ')
        wait_for("You don't have any generators")
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        process.stdout.close()


CONFIG = """import { defineConfig, env } from "prisma/config";

export default defineConfig({
  schema: "db/my.prisma",
  engine: "classic",
  datasource: { url: env("DATABASE_URL") },
});
"""


def test_configuration_file(tmp_path):
    (tmp_path / 'db').mkdir()
    (tmp_path / 'db/my.prisma').write_text(SCHEMA)
    (tmp_path / '.env').write_text('DATABASE_URL=file:./from-env-file.db\n')
    config = tmp_path / 'prisma.config.ts'
    config.write_text(CONFIG)
    done = cli('validate', cwd=tmp_path)
    assert done.returncode == 1 and 'PrismaConfigEnvError: Missing required environment variable: DATABASE_URL' in done.stderr
    config.write_text('import "dotenv/config";\n' + CONFIG)
    done = cli('validate', cwd=tmp_path)
    assert done.returncode == 0 and 'Prisma schema loaded from db/my.prisma\n' in done.stdout
    assert done.stderr == 'Loaded Prisma config from prisma.config.ts.\n\nPrisma config detected, skipping environment variable loading.\n'
    config.write_text(CONFIG.replace('env("DATABASE_URL")', '"file:./from-config.db"'))
    done = cli('db', 'push', '--skip-generate', cwd=tmp_path)
    assert done.returncode == 0 and (tmp_path / 'db/from-config.db').exists(), done.stderr
    config.rename(tmp_path / 'other.ts')
    done = cli('format', '--config', 'other.ts', cwd=tmp_path)
    assert done.returncode == 0 and 'Loaded Prisma config from other.ts.' in done.stderr
    assert cli('format', cwd=tmp_path).returncode == 1
    done = cli('format', '--config=nope.ts', cwd=tmp_path)
    assert done.returncode == 1 and f'Config file not found at "{tmp_path}/nope.ts"' in done.stderr
    config.write_text('export default defineConfig({ schema: find() })')
    done = cli('format', cwd=tmp_path)
    assert done.returncode == 1 and 'is computed' in done.stderr and '--schema' in done.stderr
    config.write_text('export default')
    done = cli('format', cwd=tmp_path)
    assert done.returncode == 1 and 'Failed to parse syntax of config file' in done.stderr


def test_warnings_of_a_schema(tmp_path):
    (tmp_path / 'schema.prisma').write_text(SCHEMA + 'generator g {\n  provider = "true"\n  previewFeatures = ["metrics"]\n}\n')
    text = 'Preview feature "metrics" is deprecated. It will be removed in a future version of Prisma.\n'
    for command in ('validate', 'format'):
        assert f'\nPrisma schema warning:\n- {text}' in cli(command, cwd=tmp_path, url='file:x.db').stderr
    assert cli('generate', cwd=tmp_path).stderr.startswith(f'warn {text}')
