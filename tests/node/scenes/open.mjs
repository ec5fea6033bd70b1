// A schema of this folder as a generated client over an empty database: SQLite, or a server whose URL is in POSTGRES_URL or MYSQL_URL.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { build, engineType, withoutPreload } from '../project.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const install = process.env.PRISMA_NODE ?? path.join(build, 'node')
const prisma = path.join(build, 'bin/prisma')

export const names = readdirSync(path.join(here, 'schemas')).map((file) => path.basename(file, '.prisma')).sort()
export const providers = ['sqlite', 'postgresql', 'mysql'].filter((provider) => provider === 'sqlite' || serverOf(provider))

function serverOf(provider) {
  return { postgresql: process.env.POSTGRES_URL, mysql: process.env.MYSQL_URL }[provider]
}

export function textOf(name) {
  return readFileSync(path.join(here, 'schemas', `${name}.prisma`), 'utf8')
}

export function runsOn(name, provider) {
  const [, word, which] = /^\/\/ (only|not): (\w+)/m.exec(textOf(name)) ?? []
  return !word || (word === 'only') === (which === provider)
}

function schemaOf(name, provider) {
  const relationMode = /^\/\/ relationMode: (\w+)/m.exec(textOf(name))
  return `datasource db {
  provider = "${provider}"
  url      = env("DATABASE_URL")${relationMode ? `\n  relationMode = "${relationMode[1]}"` : ''}
}

generator js {
  provider        = "prisma-client-js"
  engineType      = "${engineType}"
  output          = "./client"
  previewFeatures = ["metrics"]
}

${textOf(name)}`
}

// Generated clients are kept; two processes that make the same one do not meet.
function generated(name, provider) {
  const text = schemaOf(name, provider)
  const folder = path.join(install, 'clients', `scene-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`)
  if (!existsSync(folder)) {
    mkdirSync(path.dirname(folder), { recursive: true })
    const made = mkdtempSync(`${folder}-`)
    writeFileSync(path.join(made, 'schema.prisma'), text)
    execFileSync(prisma, ['generate', '--schema', 'schema.prisma'], {
      cwd: made, stdio: 'pipe', env: withoutPreload({ ...process.env, DATABASE_URL: 'unused', PATH: `${install}/node_modules/.bin:${process.env.PATH}` }) })
    for (const file of readdirSync(path.join(made, 'client'))) if (/^(libquery_engine|query-engine)/.test(file)) rmSync(path.join(made, 'client', file))
    // Clients without an engine do not carry the whole data model.
    const call = JSON.stringify({ fn: 'get_dmmf', args: [{ prismaSchema: text }] })
    const { result } = JSON.parse(execFileSync(prisma, ['debug', 'psl'], { env: withoutPreload(process.env), input: `${call}\n`, maxBuffer: 1 << 28 }))
    writeFileSync(path.join(made, 'datamodel.json'), JSON.stringify(JSON.parse(result).datamodel))
    try {
      renameSync(made, folder)
    } catch (error) {
      if (!existsSync(folder)) throw error
      rmSync(made, { recursive: true })
    }
  }
  return folder
}

function adapter(provider, url) {
  const load = createRequire(path.join(process.env.PRISMA_ADAPTER, 'package.json'))
  if (provider === 'sqlite') return new (load('@prisma/adapter-better-sqlite3').PrismaBetterSQLite3)({ url }, { timestampFormat: 'unixepoch-ms' })
  if (provider === 'mysql') return new (load('@prisma/adapter-mariadb').PrismaMariaDb)(url.replace(/^mysql:/, 'mariadb:'))
  return new (load('@prisma/adapter-pg').PrismaPg)({ connectionString: url })
}

export async function open(name, provider, options = {}) {
  const folder = generated(name, provider)
  const data = mkdtempSync(path.join(tmpdir(), 'prisma-scene-'))
  const server = serverOf(provider)
  const database = `scene_${name}_${process.pid}_${Math.random().toString(36).slice(2, 8)}`
  const url = server ? Object.assign(new URL(server), { pathname: `/${database}` }).href : `file:${data}/test.db`
  execFileSync(prisma, ['db', 'push', '--skip-generate', '--schema', 'schema.prisma'], { cwd: folder, stdio: 'pipe', env: withoutPreload({ ...process.env, DATABASE_URL: url }) })
  const module = createRequire(import.meta.url)(path.join(folder, 'client'))
  const reach = engineType === 'client' ? { adapter: adapter(provider, url) } : { datasourceUrl: url }
  const client = new module.PrismaClient({ errorFormat: 'minimal', ...reach, ...options })
  const close = async () => {
    if (server) {
      // From another database of the server, as the own one is in use.
      const other = engineType === 'client' ? { adapter: adapter(provider, server) } : { datasourceUrl: server }
      await client.$disconnect()
      const last = new module.PrismaClient(other)
      await last.$executeRawUnsafe(provider === 'mysql' ? `DROP DATABASE ${database}` : `DROP DATABASE "${database}" WITH (FORCE)`)
      await last.$disconnect()
    } else await client.$disconnect()
    rmSync(data, { recursive: true, force: true })
  }
  const { models, enums } = JSON.parse(readFileSync(path.join(folder, 'datamodel.json'), 'utf8'))
  return { client, close, url, provider, Prisma: module.Prisma, models,
    enums: Object.fromEntries(enums.map((e) => [e.name, e.values.map((value) => value.name)])) }
}
