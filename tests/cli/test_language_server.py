"""`prisma language-server`, with a real client of the Language Server Protocol (pytest-lsp, pygls) and with bad messages."""
import asyncio
import json
import subprocess

import pytest
import pytest_lsp
from engine_process import BIN
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

PRISMA = str(BIN / 'prisma')

SCHEMA = '''\
datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

// \N{GRINNING FACE} people
/// somebody
model User {
  id    Int    @id
  name  String @db.VarChar(20)
  kind  Kind   @default(ADMIN)
  posts Post[]

  @@index([name])
}

model Post {
  id       Int  @id
  author   User @relation(fields: [authorId], references: [id], onDelete: )
  authorId Int
}

enum Kind {
  ADMIN
  OTHER
}
'''


@pytest_lsp.fixture(config=ClientServerConfig(server_command=[PRISMA, 'language-server', '--stdio']))
async def client(lsp_client: LanguageClient):
    result = await lsp_client.initialize_session(types.InitializeParams(capabilities=client_capabilities('visual_studio_code')))
    assert result.server_info.name == 'prisma language-server'
    yield
    await lsp_client.shutdown_session()


def open_document(client, text=SCHEMA, uri='file:///nowhere/schema.prisma'):
    client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, 'prisma', 1, text)))
    return types.TextDocumentIdentifier(uri)


async def faults_of(client, uri, wanted):
    """The diagnostics of a document as soon as they are as wanted."""
    for _ in range(1500):
        if uri in client.diagnostics and wanted(client.diagnostics[uri]):
            return client.diagnostics[uri]
        await asyncio.sleep(0.02)
    raise AssertionError(f'{uri}: {client.diagnostics.get(uri)}')


def place(word, offset=0, text=SCHEMA):
    """The position of the first occurrence of a piece of text."""
    before = text[:text.index(word) + offset]
    return types.Position(before.count('\n'), len(before[before.rfind('\n') + 1:].encode('utf-16-le')) // 2)


def text_at(span, text=SCHEMA):
    assert span.start.line == span.end.line
    return text.split('\n')[span.start.line][span.start.character:span.end.character]


def applied(text, edits):
    lines = text.split('\n')
    offset = lambda at: sum(len(line) + 1 for line in lines[:at.line]) + at.character  # noqa: E731
    for edit in sorted(edits, key=lambda e: (offset(e.range.start), offset(e.range.end)), reverse=True):
        text = text[:offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end):]
    return text


@pytest.mark.asyncio
async def test_diagnostics_follow_the_text(client):
    document = open_document(client)
    await faults_of(client, document.uri, lambda faults: faults)
    # Incremental: the empty argument goes, and a type nobody knows comes.
    start, end = place(', onDelete: '), place(', onDelete: ', len(', onDelete: '))
    changes = [types.TextDocumentContentChangePartial(text='', range=types.Range(start, end)),
               types.TextDocumentContentChangePartial(text='Nowhere', range=types.Range(place('Kind '), place('Kind ', 4)))]
    client.text_document_did_change(types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(uri=document.uri, version=2), changes))
    faults = await faults_of(client, document.uri, lambda faults: faults[0].message.startswith('Type "Nowhere" is neither'))
    assert faults[0].severity == types.DiagnosticSeverity.Error
    assert faults[0].range == types.Range(place('Kind '), types.Position(place('Kind ').line, place('Kind ').character + 7))
    # The whole text anew, without faults.
    change = types.TextDocumentContentChangeWholeDocument(text=SCHEMA.replace(', onDelete: ', ''))
    client.text_document_did_change(types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(uri=document.uri, version=3), [change]))
    await faults_of(client, document.uri, lambda faults: not faults)


@pytest.mark.asyncio
async def test_completion(client):
    document = open_document(client)
    result = await client.text_document_completion_async(types.CompletionParams(document, place('onDelete: )', len('onDelete: '))))
    assert [item.label for item in result.items] == ['Cascade', 'Restrict', 'NoAction', 'SetNull', 'SetDefault']
    result = await client.text_document_completion_async(types.CompletionParams(document, place('  url')))
    assert [item.label for item in result.items] == ['shadowDatabaseUrl', 'directUrl', 'relationMode', 'schemas']


@pytest.mark.asyncio
async def test_hover(client):
    document = open_document(client)
    hover = await client.text_document_hover_async(types.HoverParams(document, place('User @relation', 2)))
    assert hover.contents.value == ('```prisma\nmodel User {\n\t...\n\tposts Post[] @relation(name: "PostToUser")\n}\n```\n___\n'
                                    'one-to-many\n___\nsomebody')
    assert await client.text_document_hover_async(types.HoverParams(document, place('@id'))) is None


@pytest.mark.asyncio
@pytest.mark.parametrize('at, target', [
    ('Post[]', 'Post {'), ('User @relation', 'User {'), ('authorId]', 'authorId Int'), ('id], onDelete', 'id    Int'),
    ('ADMIN)', 'ADMIN\n'), ('name])', 'name  String'), ('db.VarChar', 'db {')])
async def test_definition(client, at, target):
    document = open_document(client)
    found = await client.text_document_definition_async(types.DefinitionParams(document, place(at, 1)))
    assert found.range.start == place(target)


@pytest.mark.asyncio
async def test_references(client):
    document = open_document(client)
    params = types.ReferenceParams(types.ReferenceContext(include_declaration=True), document, place('User {', 1))
    found = await client.text_document_references_async(params)
    assert [(place_.range.start.line, text_at(place_.range)) for place_ in found] == [(7, 'User'), (18, 'User')]


@pytest.mark.asyncio
async def test_rename(client):
    text = SCHEMA.replace(', onDelete: ', '')
    document = open_document(client, text)

    async def renamed(at, name):
        position = place(at, 1, text)
        assert await client.text_document_prepare_rename_async(types.PrepareRenameParams(document, position))
        edit = await client.text_document_rename_async(types.RenameParams(document, position, name))
        return applied(text, edit.changes[document.uri])

    assert await renamed('User {', 'Person') == text.replace('model User', 'model Person').replace('User @', 'Person @').replace(
        '  @@index([name])\n', '  @@index([name])\n  @@map("User")\n')
    assert await renamed('authorId]', 'writer') == text.replace('[authorId]', '[writer]').replace('authorId Int', 'writer Int @map("authorId")')
    assert await renamed('ADMIN)', 'ROOT') == text.replace('(ADMIN)', '(ROOT)').replace('ADMIN\n', 'ROOT @map("ADMIN")\n')
    assert await renamed('posts', 'articles') == text.replace('posts', 'articles')
    assert await client.text_document_prepare_rename_async(types.PrepareRenameParams(document, place('@id'))) is None
    with pytest.raises(Exception, match="can't be a name"):
        await renamed('posts', 'no name')


@pytest.mark.asyncio
async def test_code_action(client):
    text = SCHEMA.replace(', onDelete: ', '').replace('Kind ', 'Sort ', 1)
    document = open_document(client, text)
    faults = await faults_of(client, document.uri, lambda faults: faults)
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(document, faults[0].range, types.CodeActionContext(diagnostics=faults)))
    assert [action.title for action in actions] == ["Create new model 'Sort'", "Create new enum 'Sort'"]
    assert applied(text, actions[1].edit.changes[document.uri]).find('\nenum Sort {\n\n}\n') > 0


@pytest.mark.asyncio
async def test_formatting_and_symbols(client):
    document = open_document(client, 'model  A {\n  id Int   @id\n  second  String\n}\n')
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    edits = await client.text_document_formatting_async(types.DocumentFormattingParams(document, options))
    assert [edit.new_text for edit in edits] == ['model A {\n  id     Int    @id\n  second String\n}\n']
    symbols = await client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
    assert [(s.name, s.kind, [c.name for c in s.children]) for s in symbols] == [('A', types.SymbolKind.Class, ['id', 'second'])]


@pytest.mark.asyncio
async def test_schema_folder(client, tmp_path):
    (tmp_path / 'models').mkdir()
    (tmp_path / 'main.prisma').write_text('datasource db {\n  provider = "sqlite"\n  url = "file:x"\n}\n')
    (tmp_path / 'models' / 'a b.prisma').write_text('model A {\n  id Int @id\n  b B\n}\n')
    text = 'model B {\n  id Int @id\n}\n'
    (tmp_path / 'models' / 'b.prisma').write_text('model B {\n')
    uri = (tmp_path / 'models' / 'b.prisma').as_uri()
    document = open_document(client, text, uri)
    other = (tmp_path / 'models' / 'a b.prisma').as_uri()
    await faults_of(client, other, lambda faults: faults and 'is missing an opposite relation field' in faults[0].message)
    params = types.ReferenceParams(types.ReferenceContext(include_declaration=True), document, types.Position(0, 6))
    assert [place_.uri for place_ in await client.text_document_references_async(params)] == [uri, other]
    edit = await client.text_document_rename_async(types.RenameParams(document, types.Position(0, 6), 'C'))
    assert applied(text, edit.changes[uri]) == 'model C {\n  id Int @id\n\n  @@map("B")\n}\n'
    assert [(e.range.start.line, e.new_text) for e in edit.changes[other]] == [(2, 'C')]


@pytest.mark.asyncio
async def test_two_schemas_in_one_folder_stand_for_themselves(client, tmp_path):
    text = 'datasource db {\n  provider = "sqlite"\n  url = "file:x"\n}\nmodel A {\n  id Int @id\n}\n'
    for name in ('one', 'two'):
        (tmp_path / f'{name}.prisma').write_text(text)
    document = open_document(client, text, (tmp_path / 'one.prisma').as_uri())
    await faults_of(client, document.uri, lambda faults: not faults)


def message(**content):
    text = json.dumps({'jsonrpc': '2.0', **content}) if content else ''
    return f'Content-Length: {len(text.encode())}\r\n\r\n{text}'.encode()


def answers(*pieces):
    done = subprocess.run([PRISMA, 'language-server'], input=b''.join(pieces), capture_output=True, timeout=60)
    found, rest = [], done.stdout
    while rest:
        header, _, rest = rest.partition(b'\r\n\r\n')
        length = int(header.split(b':')[1])
        found.append(json.loads(rest[:length]))
        rest = rest[length:]
    return done.returncode, found


INITIALIZE = message(id=0, method='initialize', params={'capabilities': {}})
END = message(id=99, method='shutdown') + message(method='exit')


def test_bad_messages_are_answered_and_survived():
    uri = {'textDocument': {'uri': 'file:///nowhere/a.prisma'}}
    code, found = answers(
        message(id=1, method='textDocument/hover', params=uri),  # before initialize
        INITIALIZE, INITIALIZE,
        b'Content-Length: 3\r\n\r\n{{{', b'Content-Length: 2\r\n\r\n[]', b'Content-Length: x\r\n\r\n', b'nonsense\r\n\r\n', message(),
        message(id=2), message(id=3, method=7), message(id=4, method='no/such'), message(id=5, method='textDocument/hover', params=[]),
        message(id=6, method='textDocument/hover', params={**uri, 'position': {'line': -1, 'character': 0}}),
        message(id='seven', method='textDocument/rename', params={**uri, 'position': {'line': 1e99, 'character': 'x'}}),
        message(method='textDocument/didOpen', params={'textDocument': 3}), message(method='textDocument/didChange', params=uri),
        message(method='$/cancelRequest', params={'id': 1}), message(id=8, result=None), b'content-length:2\n\n{}', END)
    assert code == 0
    shown = [(a.get('id'), a['error']['code'] if 'error' in a else 'ok') for a in found]
    assert shown == [(1, -32002), (0, 'ok'), (0, -32600), (None, -32700), (None, -32600), (None, -32700), (2, -32600), (3, -32600), (4, -32601),
                     (5, -32602), (6, 'ok'), ('seven', 'ok'), (None, -32600), (99, 'ok')]


def test_a_change_far_outside_of_the_text_is_cut():
    uri = 'file:///nowhere/a.prisma'
    far = {'start': {'line': 9, 'character': 9}, 'end': {'line': 3, 'character': 1}}
    code, found = answers(
        INITIALIZE, message(method='textDocument/didOpen', params={'textDocument': {'uri': uri, 'languageId': 'prisma', 'version': 1, 'text': 'model A {\n'}}),
        message(method='textDocument/didChange', params={'textDocument': {'uri': uri, 'version': 2}, 'contentChanges': [{'range': far, 'text': ' id Int @id\n}\n'}]}),
        message(id=1, method='textDocument/documentSymbol', params={'textDocument': {'uri': uri}}), END)
    assert code == 0 and found[1]['result'][0]['children'][0]['name'] == 'id'


def test_exit_without_shutdown_and_a_client_that_goes_away():
    assert answers(INITIALIZE, message(method='exit'))[0] == 1
    assert answers(INITIALIZE)[0] == 1
    assert answers()[0] == 1
