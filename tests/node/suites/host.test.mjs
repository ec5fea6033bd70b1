// The engine in its host: log events, metrics, traces, several clients, worker threads, ends of processes.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'

import { build, closeAll, engineType, failure, project } from '../project.mjs'

after(closeAll)

const made = await project({ schema: 'blog.prisma', previewFeatures: ['metrics'] })
const { client: db } = made
const run = promisify(execFile)

test('query events', async () => {
  const client = made.open({ log: [{ emit: 'event', level: 'query' }] })
  const events = []
  client.$on('query', (event) => events.push(event))
  await client.user.findMany({ where: { email: 'quoted "text"', id: { gt: 5 } } })
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(events.length, 1)
  assert.match(events[0].query, /^SELECT .* FROM .*User/)
  assert.equal(events[0].target, 'quaint::connector::metrics')
  assert.equal(typeof events[0].duration, 'number')
  assert.ok(events[0].timestamp instanceof Date)
  assert.ok(events[0].params.startsWith('['), events[0].params)
  await failure(() => client.$queryRawUnsafe('SELECT nope'))
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(events.at(-1).query, 'SELECT nope')
})

test('statements of a kept trace say so', { skip: engineType !== 'library' }, async () => {
  const { module } = load()
  const events = []
  const engine = new module.QueryEngine({ datamodel: made.schemaText, datasourceOverrides: { db: made.url }, configDir: '.', logQueries: true, enableTracing: true },
    (event) => events.push(JSON.parse(event)))
  await engine.connect('{}')
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const body = JSON.stringify({ modelName: 'User', action: 'findFirst', query: { selection: { id: true } } })
  await engine.query(body, JSON.stringify({ traceparent }), undefined, 'request')
  await engine.query(body, '{}', undefined, 'other')
  await new Promise((resolve) => setTimeout(resolve, 50))
  const statements = events.filter((event) => event.item_type === 'query').map((event) => event.query)
  assert.deepEqual(statements.map((text) => text.endsWith(`/* traceparent='${traceparent}' */`)), [true, false])
  assert.ok(JSON.parse(await engine.trace('request')).spans.some((span) => span.attributes?.['db.query.text'] === statements[0]))
  await engine.disconnect('{}')
})

test('metrics', async () => {
  await db.user.count()
  const json = await db.$metrics.json({ globalLabels: { app: 'x' } })
  const total = json.counters.find((c) => c.key === 'prisma_client_queries_total')
  assert.ok(total.value >= 1)
  assert.deepEqual(total.labels, { app: 'x' })
  assert.deepEqual(json.counters.map((c) => c.key).sort(), ['prisma_client_queries_total', 'prisma_datasource_queries_total', 'prisma_pool_connections_closed_total', 'prisma_pool_connections_opened_total'])
  assert.ok(json.gauges.some((g) => g.key === 'prisma_pool_connections_open' && g.value >= 1))
  assert.ok(json.histograms.some((h) => h.key === 'prisma_client_queries_duration_histogram_ms' && h.value.count >= 1))
  const text = await db.$metrics.prometheus({ globalLabels: { app: 'x' } })
  assert.match(text, /# TYPE prisma_client_queries_total counter\nprisma_client_queries_total\{app="x"\} \d+/)
})

test('disconnect and connect again', async () => {
  const client = made.open()
  await client.$connect()
  await client.$connect()
  assert.equal(await client.user.count(), 0)
  await client.$disconnect()
  await client.$disconnect()
  assert.equal(await client.user.count(), 0)
})

test('many clients at once', async () => {
  const clients = [...Array(6).keys()].map(() => made.open())
  const counts = await Promise.all(clients.flatMap((client) => [...Array(10).keys()].map(() => client.user.count())))
  assert.deepEqual(new Set(counts), new Set([0]))
})

test('more requests than connections', async () => {
  const url = `${made.url}?connection_limit=1`
  const client = made.open({ datasourceUrl: url })
  const counts = await Promise.all([...Array(100).keys()].map(() => client.post.findMany()))
  assert.equal(counts.length, 100)
  const inside = await client.$transaction(async (tx) => {
    const waiting = client.post.count().catch((error) => error)
    const own = await tx.post.count()
    return [own, waiting]
  })
  assert.equal(inside[0], 0)
  assert.equal(await inside[1], 0)
})

test('waiting too long for a connection', async () => {
  const client = made.open({ datasourceUrl: `${made.url}?connection_limit=1&pool_timeout=1` })
  await client.$transaction(async () => {
    const error = await failure(client.post.count())
    assert.equal(error.code, 'P2024')
    assert.match(error.message, /Timed out fetching a new connection from the connection pool.*connection limit: 1/s)
    assert.equal((await failure(client.$transaction(async (tx) => tx.post.count(), { maxWait: 100 }))).code, 'P2028')
  }, { timeout: 20000 })
})

// Quick requests may be answered on the event loop's own thread.
const plain = await project({ schema: 'blog.prisma' })

test('the event loop comes round between quick requests', async () => {
  let ticks = 0
  const ticking = setInterval(() => ticks++, 1)
  const end = performance.now() + 400
  while (performance.now() < end) await plain.client.user.count()
  clearInterval(ticking)
  assert.ok(ticks >= 5, `${ticks}`)
})

test('the event loop does not wait for a long statement', async () => {
  const numbers = (count) => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`
  for (let i = 0; i < 2; i++) {
    let ticks = 0
    const ticking = setInterval(() => ticks++, 1)
    await plain.client.user.count()
    const rows = await plain.client.$queryRawUnsafe(`${numbers(1000000)} SELECT COUNT(*) AS "c" FROM n`)
    clearInterval(ticking)
    assert.equal(rows[0].c, 1000000n)
    assert.ok(ticks >= 3, `${ticks}`)
  }
})

test('what is begun again on another thread happens once', async () => {
  const client = plain.open()
  for (const name of ['first', 'second']) {
    await client.user.count()
    const count = await client.$executeRawUnsafe(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
      INSERT INTO "Category" ("name") SELECT '${name}' || i FROM n`)
    assert.equal(count, 50000)
    assert.equal(await client.category.count({ where: { name: { startsWith: name } } }), 50000)
  }
})

const script = (body) => `
const { PrismaClient } = require(${JSON.stringify(made.clientFolder)})
const db = new PrismaClient({ datasourceUrl: ${JSON.stringify(made.url)} })
${body}`

test('worker threads', async () => {
  const works = [...Array(3).keys()].map(() => new Promise((resolve, reject) => {
    const worker = new Worker(script(`
      const { parentPort } = require('node:worker_threads')
      ;(async () => {
        for (let i = 0; i < 20; i++) await db.user.findMany()
        parentPort.postMessage(await db.user.count())
        await db.$disconnect()
      })()`), { eval: true })
    worker.on('message', resolve).on('error', reject)
  }))
  assert.deepEqual(await Promise.all(works), [0, 0, 0])
})

test('a worker thread that is stopped in the middle', async () => {
  const worker = new Worker(script(`
    const { parentPort } = require('node:worker_threads')
    db.user.count().then(() => { parentPort.postMessage('on'); for (;;) db.user.findMany().catch(() => {}) && 0; })
    `).replace('for (;;) db.user.findMany().catch(() => {}) && 0;', 'const go = () => { db.user.findMany().then(go, go) }; for (let i = 0; i < 8; i++) go()'), { eval: true })
  await new Promise((resolve) => worker.on('message', resolve))
  await worker.terminate()
  assert.equal(await db.user.count(), 0)
})

const node = (body) => run(process.execPath, ['-e', script(body)], { timeout: 30000 })

test('a process ends when its work is done', async () => {
  const { stdout } = await node("db.user.count().then((n) => { console.log('counted', n); if (" + (engineType === 'binary') + ') return db.$disconnect() })')
  assert.equal(stdout, 'counted 0\n')
})

const isAlive = (pid) => {
  try { return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ') } catch { return false }
}

// The client kills its engine too late, and if it is killed itself, not at all.
test('a process whose client ends without a word ends too', { skip: engineType !== 'binary' }, async () => {
  for (const end of ['process.exit(0)', "process.kill(process.pid, 'SIGKILL')"]) {
    const { stdout } = await node(`db.user.count().then(() => { console.log(db._engine.child.pid); setTimeout(() => ${end}, 20) })`).catch((error) => error)
    const pid = Number(stdout)
    assert.ok(pid > 1, stdout)
    for (let i = 0; i < 600 && isAlive(pid); i++) await new Promise((resolve) => setTimeout(resolve, 50))
    assert.ok(!isAlive(pid))
  }
})

test('a process that is left with work to do', async () => {
  await node("db.$connect().then(() => { for (let i = 0; i < 50; i++) db.user.findMany().catch(() => {}); setTimeout(() => process.exit(0), 5) })")
  const slow = "db.$queryRawUnsafe('WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20000000) SELECT max(n) FROM c')"
  const start = Date.now()
  await node(`db.$connect().then(() => { ${slow}.catch(() => {}); setTimeout(() => process.exit(0), 20) })`)
  assert.ok(Date.now() - start < 15000)
})

test('an exception thrown by a listener of logs does not break the engine', async () => {
  const { stdout } = await node(`
    process.on('uncaughtException', (error) => console.log('caught', error.message))
    const other = new PrismaClient({ datasourceUrl: ${JSON.stringify(made.url)}, log: [{ emit: 'event', level: 'query' }] })
    other.$on('query', () => { throw new Error('mine') })
    other.user.count().then(async (n) => { console.log('counted', n); await other.$disconnect(); await db.$disconnect() })`)
  assert.match(stdout, /counted 0/)
})

test('traces of a request', { skip: engineType !== 'library' }, async () => {
  const { module } = load()
  const engine = new module.QueryEngine({ datamodel: made.schemaText, env: {}, datasourceOverrides: { db: made.url }, logLevel: 'error', configDir: '.', engineProtocol: 'json', enableTracing: true, ignoreEnvVarErrors: true }, () => {})
  await engine.connect('{}', '1')
  const body = { modelName: 'User', action: 'findMany', query: { arguments: {}, selection: { $scalars: true } } }
  assert.deepEqual(JSON.parse(await engine.query(JSON.stringify(body), '{}', undefined, '2')), { data: { findManyUser: [] } })
  const trace = JSON.parse(await engine.trace('2'))
  assert.deepEqual(trace.events, [])
  const names = trace.spans.map((span) => span.name)
  assert.deepEqual(names.sort(), ['prisma:engine:connection', 'prisma:engine:db_query', 'prisma:engine:query', 'prisma:engine:serialize'])
  const root = trace.spans.find((span) => span.parentId === null)
  assert.equal(root.name, 'prisma:engine:query')
  for (const span of trace.spans) {
    if (span !== root) assert.equal(span.parentId, root.id)
    assert.ok(span.startTime[0] > 1.7e9 && span.endTime[0] >= span.startTime[0])
  }
  const statement = trace.spans.find((span) => span.name === 'prisma:engine:db_query')
  assert.equal(statement.kind, 'client')
  assert.equal(statement.attributes['db.system'], 'sqlite')
  assert.match(statement.attributes['db.query.text'], /^SELECT/)
  assert.equal(await engine.trace('2'), null)
  await engine.disconnect('{}', '3')
})

function load() {
  const module = { exports: {} }
  process.dlopen(module, path.join(build, 'lib/libquery_engine.so.node'))
  return { module: module.exports }
}

test('the library by itself', { skip: engineType !== 'library' }, async () => {
  const { module } = load()
  assert.deepEqual(Object.keys(module.version()).sort(), ['commit', 'version'])
  assert.throws(() => module.debugPanic('on purpose'), (error) => JSON.parse(error.message).is_panic === true && error.message.includes('on purpose') && error.code === 'GenericFailure')
  assert.ok(JSON.parse(module.dmmf(made.schemaText)).datamodel.models.length > 3)
  for (const wrong of [undefined, 1, 'x', {}, { datamodel: 1 }, { datamodel: 'model A {' }]) {
    assert.throws(() => new module.QueryEngine(wrong, () => {}), (error) => typeof JSON.parse(error.message).message === 'string')
  }
  assert.throws(() => new module.QueryEngine({ datamodel: made.schemaText, datasourceOverrides: { db: made.url } }), /log events/)
  const engine = new module.QueryEngine({ datamodel: made.schemaText, datasourceOverrides: { db: made.url }, configDir: '.' }, () => {})
  const message = async (work) => JSON.parse((await failure(work)).message).message
  assert.equal(await message(() => engine.query('{}', '{}')), 'Engine is not yet connected.')
  await engine.connect('{}')
  assert.equal(await message(() => engine.connect('{}')), 'Engine is already connected.')
  assert.match(await message(() => engine.query('{', '{}')), /Error parsing Json query/)
  assert.match(await message(() => engine.startTransaction('{}', '{}')), /Invalid transaction options/)
  assert.throws(() => engine.query(1), /must be a string/)
  assert.throws(() => engine.query.call({}, '{}', '{}'), /Illegal invocation|without its QueryEngine/)
  assert.match(await engine.sdlSchema(), /\ntype Query \{\n/)
  assert.match(JSON.parse(await engine.commitTransaction('x'.repeat(24), '{}')).message, /Transaction not found/)
  assert.match(JSON.parse(await engine.rollbackTransaction('', '{}')).message, /Transaction not found/)
  const { id } = JSON.parse(await engine.startTransaction('{"max_wait":2000,"timeout":5000}', '{}'))
  assert.match(id, /^[a-z0-9]{24}$/)
  assert.equal(await engine.commitTransaction(id, '{}'), '{}')
  await engine.disconnect('{}')
  assert.equal(await message(() => engine.disconnect('{}')), 'Engine is not yet connected.')
})

test('a client that nobody holds is let go', { skip: engineType !== 'library' }, async () => {
  const { stdout } = await run(process.execPath, ['--expose-gc', '-e', script(`
    const used = () => require('node:fs').readdirSync('/proc/self/fd').length
    ;(async () => {
      const round = async () => {
        for (let i = 0; i < 10; i++) {
          const other = new PrismaClient({ datasourceUrl: ${JSON.stringify(made.url)} })
          await other.user.count()
          await other.$disconnect()
        }
        for (let i = 0; i < 5; i++) { gc(); await new Promise((r) => setTimeout(r, 20)) }
        return used()
      }
      const first = await round(), last = (await round(), await round())
      console.log(last <= first + 2 ? 'steady' : 'grows from ' + first + ' to ' + last)
      await db.$disconnect()
    })()`)], { timeout: 60000 })
  assert.equal(stdout, 'steady\n')
})


test('transactions are told like statements', async () => {
  const client = made.open({ log: [{ emit: 'event', level: 'query' }] })
  const events = []
  client.$on('query', (event) => events.push([event.query.split(' ')[0], event.params]))
  const at = new Date('2024-01-02T03:04:05.006Z')
  await client.$transaction(async (tx) => tx.user.findFirst({ where: { createdAt: at } }))
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.deepEqual(events.map(([word]) => word), ['BEGIN', 'SELECT', 'COMMIT'])
  assert.ok(events[1][1].includes('2024-01-02 03:04:05.006 UTC'), events[1][1])
})
