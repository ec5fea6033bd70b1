// Makes a client of a schema with the real `prisma generate` and `prisma db push`, on our engines, and opens it.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
export const build = process.env.PRISMA_BUILD ?? path.join(here, '../../build')
const install = process.env.PRISMA_NODE ?? path.join(build, 'node')

// "library" or "binary": how the clients of this run reach the engine. "client", with PRISMA_ADAPTER naming a folder where
// Prisma's SQLite adapter is installed, runs the suites on the official client engine: that shows whether they expect the right.
export const engineType = process.env.PRISMA_ENGINE_TYPE ?? 'library'

const generators = engineType === 'client' ? ['client'] : ['library', 'binary']

const engines = {
  PRISMA_QUERY_ENGINE_LIBRARY: path.join(build, 'lib/libquery_engine.so.node'),
  PRISMA_QUERY_ENGINE_BINARY: path.join(build, 'bin/query-engine'),
  PRISMA_SCHEMA_ENGINE_BINARY: path.join(build, 'bin/schema-engine'),
  CHECKPOINT_DISABLE: '1',
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
}
Object.assign(process.env, engines)

const require = createRequire(path.join(install, 'package.json'))

// A sanitizer's runtime that is preloaded for the library must not get into programs that bring their own.
export function withoutPreload({ LD_PRELOAD, ...env }) {
  return env
}

export function prismaCli(words, options = {}) {
  const entry = require.resolve('prisma/build/index.js')
  return execFileSync(process.execPath, [entry, ...words], { encoding: 'utf8', stdio: 'pipe', ...options, env: withoutPreload(options.env ?? process.env) })
}

function header(previewFeatures, extra, relationMode) {
  const features = previewFeatures.length ? `\n  previewFeatures = ${JSON.stringify(previewFeatures)}` : ''
  return `datasource db {
  provider = "sqlite"
  url      = env("DATABASE_URL")${relationMode ? `\n  relationMode = "${relationMode}"` : ''}
}

${generators.map((type) => `generator ${type} {
  provider   = "prisma-client-js"
  engineType = "${type}"
  output     = "./${type}"${features}${extra}
}
`).join('\n')}
`
}

function adapter(url) {
  const { PrismaBetterSQLite3 } = createRequire(path.join(process.env.PRISMA_ADAPTER, 'package.json'))('@prisma/adapter-better-sqlite3')
  return new PrismaBetterSQLite3({ url })
}

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

// Test files run in several processes: the first one that comes makes the client, the others wait for it.
async function makeOnce(cached, text) {
  mkdirSync(path.dirname(cached), { recursive: true })
  for (let waited = 0; !existsSync(path.join(cached, 'done')); waited += 100) {
    try {
      mkdirSync(cached)
    } catch (error) {
      if (error.code !== 'EEXIST' || waited > 120000) throw error
      await sleep(100)
      continue
    }
    try {
      make(cached, text)
    } catch (error) {
      rmSync(cached, { recursive: true, force: true })
      throw new Error(`prisma failed: ${error.message}\n${error.stdout ?? ''}\n${error.stderr ?? ''}`)
    }
  }
}

function make(cached, text) {
  writeFileSync(path.join(cached, 'schema.prisma'), text)
  const env = withoutPreload({ ...process.env, DATABASE_URL: 'file:./empty.db' })
  const words = ['--schema', 'schema.prisma']
  prismaCli(['generate', '--no-hints', ...words], { cwd: cached, env })
  execFileSync(path.join(build, 'bin/prisma'), ['db', 'push', '--skip-generate', ...words], { cwd: cached, env, stdio: 'pipe' })
  // The client's own copy of the engine would hide the one under test.
  for (const type of generators) {
    for (const name of readdirSync(path.join(cached, type))) {
      if (name.startsWith('libquery_engine') || name.startsWith('query-engine')) rmSync(path.join(cached, type, name))
    }
  }
  writeFileSync(path.join(cached, 'done'), '')
}

const opened = []

// Options: schema (text of the models, or the name of a file in schemas/), previewFeatures, generator (more lines),
// client (options of PrismaClient). Gives the client, its module, the database's file and the way to make more clients.
export async function project({ schema, previewFeatures = [], generator = '', relationMode, client: clientOptions = {} }) {
  const file = path.join(here, 'schemas', schema)
  const models = !schema.includes('\n') && existsSync(file) ? readFileSync(file, 'utf8') : schema
  const text = header(previewFeatures, generator, relationMode) + models
  const key = createHash('sha256').update(text).digest('hex').slice(0, 16)
  const cached = path.join(install, 'clients', key)
  // The generated client and an empty database are kept between runs, as long as the engines are the same files.
  if (!existsSync(path.join(cached, 'done'))) await makeOnce(cached, text)
  const folder = mkdtempSync(path.join(tmpdir(), 'prisma-node-'))
  cpSync(path.join(cached, 'empty.db'), path.join(folder, 'test.db'))
  const clientFolder = path.join(cached, engineType)
  symlinkSync(clientFolder, path.join(folder, 'client'))
  const url = `file:${folder}/test.db`
  process.env.DATABASE_URL = url
  const module = require(clientFolder)
  const clients = []
  const open = (options = {}) => {
    const reach = engineType === 'client' ? { adapter: adapter(url) } : { datasourceUrl: url }
    const client = new module.PrismaClient({ errorFormat: 'minimal', ...reach, ...clientOptions, ...options })
    clients.push(client)
    return client
  }
  const close = async () => {
    // A client whose engine never started fails to stop it, too.
    await Promise.allSettled(clients.map((client) => client.$disconnect()))
    rmSync(folder, { recursive: true, force: true })
  }
  opened.push(close)
  return { client: open(), open, close, folder, url, clientFolder, schemaText: text, ...module }
}

export async function closeAll() {
  for (const close of opened.splice(0)) await close()
}

// The error that `work` must end with.
export async function failure(work) {
  try {
    await (typeof work === 'function' ? work() : work)
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
