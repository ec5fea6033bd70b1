// What is particular to servers: events, metrics, typed raw results, isolation, locks, and servers that cannot be had.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { engineType, failure } from '../project.mjs'
import { open, providers } from '../scenes/open.mjs'

for (const provider of providers.filter((p) => p !== 'sqlite')) {
  describe(`on ${provider}`, { skip: engineType === 'client' }, () => {
    const isPostgres = provider === 'postgresql'
    const quote = (name) => (isPostgres ? `"${name}"` : `\`${name}\``)
    const events = []
    let made, db, Prisma
    before(async () => {
      made = await open('blog', provider, { log: [{ emit: 'event', level: 'query' }, { emit: 'event', level: 'error' }] })
      ;({ client: db, Prisma } = made)
      db.$on('query', (event) => events.push(event))
      db.$on('error', (event) => events.push(event))
      await db.author.create({ data: { email: 'a@x', name: 'Ann', posts: { create: { slug: 's', title: 'T', views: 5 } } } })
    })
    after(() => made?.close())
    const again = (url) => new made.client.constructor({ datasourceUrl: url, errorFormat: 'minimal' })
    const changed = (change) => {
      const url = new URL(made.url)
      change(url)
      return url.href
    }

    test('query events', async () => {
      await db.author.findMany({ where: { email: 'a@x' } })
      // Events of what was asked before may still be on their way, too.
      const wanted = isPostgres ? /^SELECT .* FROM "public"\."Author" .*WHERE .*"email" = \$1$/ : /^SELECT .* FROM `Author` .*WHERE .*`email` = \?$/
      const find = () => events.find(({ query }) => wanted.test(query))
      for (let i = 0; i < 500 && !find(); i++) await new Promise((resolve) => setTimeout(resolve, 10))
      const event = find()
      assert.ok(event, events.map(({ query }) => query).join('\n'))
      assert.match(event.params, /^\["a@x"/)
      assert.ok(event.timestamp instanceof Date && event.duration >= 0 && event.target === 'quaint::connector::metrics', JSON.stringify(event))
    })

    test('metrics', async () => {
      await db.author.count()
      const { counters, gauges, histograms } = await db.$metrics.json({ globalLabels: { app: 'x' } })
      const value = (list, key) => list.find((item) => item.key === key).value
      assert.ok(value(counters, 'prisma_client_queries_total') > 0 && value(counters, 'prisma_datasource_queries_total') > 0)
      assert.ok(value([...counters, ...gauges], 'prisma_pool_connections_open') >= 1)
      assert.ok(value(histograms, 'prisma_client_queries_duration_histogram_ms').count > 0)
      assert.match(await db.$metrics.prometheus(), /# TYPE prisma_pool_connections_idle gauge/)
    })

    test('typed results of raw queries', async () => {
      const [row] = isPostgres
        ? await db.$queryRaw`SELECT 1::int4 AS i, 9007199254740993::int8 AS b, 1.50::numeric AS d, 0.5::float8 AS f, true AS t, 'x'::text AS s, '2024-05-06 07:08:09.01'::timestamp AS at,
            '2024-05-06'::date AS day, '{"a": [1]}'::jsonb AS j, '\\x00ff'::bytea AS y, ARRAY[1, 2] AS l, 'b0a1b2c3-0000-4000-8000-000000000000'::uuid AS u, NULL::int4 AS n`
        : await db.$queryRaw`SELECT 1 AS i, 9007199254740993 AS b, CAST(1.50 AS DECIMAL(5, 2)) AS d, 5e-1 AS f, 'x' AS s, CAST('2024-05-06 07:08:09.01' AS DATETIME(3)) AS at,
            CAST('2024-05-06' AS DATE) AS day, X'00ff' AS y, NULL AS n`
      assert.equal(BigInt(row.i), 1n)
      assert.equal(row.b, 9007199254740993n)
      assert.ok(Prisma.Decimal.isDecimal(row.d) && row.d.equals('1.5'), String(row.d))
      assert.equal(row.f, 0.5)
      assert.equal(row.s, 'x')
      assert.deepEqual(row.at, new Date('2024-05-06T07:08:09.010Z'))
      assert.deepEqual(row.day, new Date('2024-05-06'))
      assert.deepEqual([...row.y], [0, 255])
      assert.equal(row.n, null)
      if (isPostgres) assert.deepEqual([row.t, row.j, row.l, row.u], [true, { a: [1] }, [1, 2], 'b0a1b2c3-0000-4000-8000-000000000000'])
      const at = new Date('2024-01-02T03:04:05.678Z')
      const values = isPostgres
        ? await db.$queryRaw`SELECT ${at}::timestamptz AS at, ${12345678901234n}::int8 AS b, ${new Prisma.Decimal('2.25')}::numeric AS d, ${Buffer.from([1, 2])} AS y`
        : await db.$queryRaw`SELECT CAST(${at} AS DATETIME(3)) AS at, ${12345678901234n} AS b, CAST(${new Prisma.Decimal('2.25')} AS DECIMAL(5, 2)) AS d, ${Buffer.from([1, 2])} AS y`
      assert.deepEqual(values[0].at, at)
      assert.equal(values[0].b, 12345678901234n)
      assert.ok(values[0].d.equals('2.25'))
      assert.deepEqual([...values[0].y], [1, 2])
      assert.equal(await db.$executeRaw(Prisma.sql`UPDATE ${Prisma.raw(quote('Post'))} SET views = views + ${1} WHERE slug IN (${Prisma.join(['s', 'none'])})`), 1)
    })

    test('errors of raw queries', async () => {
      const error = await failure(db.$queryRawUnsafe('SELECT * FROM nowhere'))
      assert.ok(error instanceof Prisma.PrismaClientKnownRequestError)
      assert.deepEqual([error.code, error.meta.code], ['P2010', isPostgres ? '42P01' : '1146'])
      assert.match(error.message, isPostgres ? /Raw query failed\. Code: `42P01`\. Message: `relation "nowhere" does not exist`/ : /Raw query failed\. Code: `1146`\. Message: `Table '\w+\.nowhere' doesn't exist`/)
    })

    test('isolation levels', async () => {
      const levels = ['ReadUncommitted', 'ReadCommitted', 'RepeatableRead', 'Serializable']
      for (const isolationLevel of levels) {
        const shown = await db.$transaction((tx) => tx.$queryRawUnsafe(isPostgres ? 'SHOW transaction_isolation' : 'SELECT 1 AS n'), { isolationLevel })
        if (isPostgres) assert.equal(shown[0].transaction_isolation.replace(' ', ''), isolationLevel.toLowerCase())
      }
      const error = await failure(db.$transaction(async () => {}, { isolationLevel: 'Nonsense' }))
      assert.equal(error.code, 'P2023')
    })

    test('a write conflict', async () => {
      // Both have read before either writes: one of them cannot be serialised, or they lock each other out.
      let waiting = 0
      let go
      const both = new Promise((resolve) => (go = resolve))
      const work = (value) => db.$transaction(async (tx) => {
        await tx.post.findMany()
        if (++waiting === 2) go()
        await both
        await tx.post.updateMany({ data: { views: value } })
      }, { isolationLevel: 'Serializable', timeout: 20000 })
      const outcomes = await Promise.allSettled([work(7), work(8)])
      const failed = outcomes.filter((o) => o.status === 'rejected').map((o) => o.reason)
      assert.equal(failed.length, 1, String(failed))
      assert.equal(failed[0].code, 'P2034')
      assert.match(failed[0].message, /Transaction failed due to a write conflict or a deadlock\. Please retry your transaction/)
    })

    test('servers that cannot be had', async () => {
      const cases = [
        [changed((url) => (url.port = '1')), 'P1001', /Can't reach database server at `127\.0\.0\.1:1`/],
        [changed((url) => ([url.username, url.password] = isPostgres ? ['with_password', 'wrong'] : ['prisma', 'wrong'])), isPostgres ? null : 'P1000', isPostgres ? /./ : /Authentication failed against database server, the provided database credentials for `prisma` are not valid/],
        [changed((url) => (url.pathname = '/no_such_database')), 'P1003', /Database `no_such_database` does not exist/],
        ['file:./x.db', 'P1012', isPostgres ? /the URL must start with the protocol `postgresql:\/\/` or `postgres:\/\/`/ : /the URL must start with the protocol `mysql:\/\/`/],
      ]
      for (const [url, code, text] of cases) {
        const client = again(url)
        const error = await failure(client.$connect())
        assert.ok(error instanceof Prisma.PrismaClientInitializationError, `${error.name}: ${error.message}`)
        if (code) assert.equal(error.errorCode, code, error.message)
        assert.match(error.message, text)
        assert.ok(!error.message.includes('wrong'), 'a password is told')
        await client.$disconnect().catch(() => {})
      }
    })

    test('a pool of one, and a timeout of it', async () => {
      const client = again(changed((url) => (url.search = '?connection_limit=1&pool_timeout=1')))
      try {
        const held = client.$transaction(async (tx) => {
          await tx.author.count()
          return failure(client.author.count())
        }, { timeout: 20000 })
        const error = await held
        assert.equal(error.code, 'P2024')
        assert.match(error.message, /Timed out fetching a new connection from the connection pool\. .*\(Current connection pool timeout: 1, connection limit: 1\)/)
      } finally {
        await client.$disconnect()
      }
    })
  })
}
