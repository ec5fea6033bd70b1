// Ids, defaults, mapped and ignored fields, views, lists of features of models over many small schemas.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'

import { closeAll, engineType, failure, project } from '../project.mjs'

after(closeAll)

const open = async (schema, options) => (await project({ schema, ...options })).client

test('generated ids', async () => {
  const db = await open(`
model Ids {
  n     Int    @id @default(autoincrement())
  cuid  String @default(cuid())
  cuid2 String @default(cuid(2))
  uuid  String @default(uuid())
  uuid7 String @default(uuid(7))
  ulid  String @default(ulid())
  nano  String @default(nanoid())
  nano5 String @default(nanoid(5))
}
`)
  const row = await db.ids.create({ data: {} })
  assert.match(row.cuid, /^c[0-9a-z]{24}$/)
  assert.match(row.cuid2, /^[a-z][0-9a-z]{23}$/)
  assert.match(row.uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.match(row.uuid7, /^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  assert.match(row.ulid, /^[0-9A-HJKMNP-TV-Z]{26}$/)
  assert.match(row.nano, /^[\w-]{21}$/)
  assert.match(row.nano5, /^[\w-]{5}$/)
  const many = await db.ids.createManyAndReturn({ data: [{}, {}, {}] })
  assert.equal(new Set(many.flatMap((r) => [r.cuid, r.uuid, r.ulid])).size, 9)
})

test('defaults of every type', async () => {
  const db = await open(`
model Defaults {
  id      Int      @id
  int     Int      @default(-3)
  big     BigInt   @default(9007199254740993)
  float   Float    @default(1.5)
  decimal Decimal  @default(2.50)
  text    String   @default("a \\"b\\" 'c'")
  bool    Boolean  @default(true)
  date    DateTime @default("2024-01-01T00:00:00.000Z")
  now     DateTime @default(now())
  bytes   Bytes    @default("AQID")
  json    Json     @default("{\\"a\\": [1]}")
  color   Color    @default(GREEN)
  made    String   @default(dbgenerated("(lower('X'))"))
}

enum Color {
  RED
  GREEN
}
`)
  const row = await db.defaults.create({ data: { id: 1 } })
  assert.ok(Math.abs(row.now - Date.now()) < 60000)
  assert.deepEqual({ ...row, now: null, decimal: row.decimal.toString(), bytes: [...row.bytes] }, {
    id: 1, int: -3, big: 9007199254740993n, float: 1.5, decimal: '2.5', text: 'a "b" \'c\'', bool: true, date: new Date('2024-01-01'), now: null,
    bytes: [1, 2, 3], json: { a: [1] }, color: 'GREEN', made: 'x',
  })
})

test('text ids, big ids, ids of other types', async () => {
  const db = await open(`
model Text {
  id String @id
  n  Int    @default(0)
}

model Big {
  id BigInt @id
}

model Day {
  id DateTime @id
}

model Blob {
  id Bytes @id
}
`)
  await db.text.createMany({ data: [{ id: 'b' }, { id: 'A' }, { id: 'a' }] })
  assert.deepEqual((await db.text.findMany({ orderBy: { id: 'asc' } })).map((r) => r.id), ['A', 'a', 'b'])
  assert.deepEqual((await db.text.findMany({ cursor: { id: 'a' }, orderBy: { id: 'asc' } })).map((r) => r.id), ['a', 'b'])
  assert.equal((await db.big.create({ data: { id: 2n ** 62n } })).id, 2n ** 62n)
  const day = new Date('2024-05-06T07:08:09.010Z')
  await db.day.create({ data: { id: day } })
  assert.deepEqual(await db.day.findUnique({ where: { id: day } }), { id: day })
  await db.blob.create({ data: { id: Buffer.from([1]) } })
  assert.deepEqual([...(await db.blob.findUnique({ where: { id: Buffer.from([1]) } })).id], [1])
})

test('extended unique filters', async () => {
  const db = await open(`
model Doc {
  id      Int    @id
  slug    String @unique
  version Int    @default(1)
}
`)
  await db.doc.create({ data: { id: 1, slug: 's' } })
  assert.equal((await db.doc.update({ where: { slug: 's', version: 1 }, data: { version: { increment: 1 } } })).version, 2)
  assert.equal((await failure(db.doc.update({ where: { slug: 's', version: 1 }, data: { version: 5 } }))).code, 'P2025')
  assert.equal(await db.doc.findUnique({ where: { id: 1, NOT: { version: 2 } } }), null)
  assert.equal((await db.doc.delete({ where: { id: 1, version: 2 } })).slug, 's')
})

test('ignored and unsupported fields', async () => {
  const db = await open(`
model Thing {
  id     Int                    @id
  hidden String?                @ignore
  odd    Unsupported("custom")?
  seen   String?
}

model Gone {
  id Int @id
  @@ignore
}
`)
  assert.deepEqual(await db.thing.create({ data: { id: 1, seen: 'x' } }), { id: 1, seen: 'x' })
  assert.equal(db.gone, undefined)
})

test('views', async () => {
  const { client: db } = await project({
    previewFeatures: ['views'],
    schema: `
model Sale {
  id    Int    @id
  shop  String
  money Int
}

view Total {
  shop  String @unique
  money Int
}
`,
  })
  await db.$executeRaw`CREATE VIEW Total AS SELECT shop, sum(money) AS money FROM Sale GROUP BY shop`
  await db.sale.createMany({ data: [{ id: 1, shop: 'a', money: 1 }, { id: 2, shop: 'a', money: 2 }, { id: 3, shop: 'b', money: 5 }] })
  assert.deepEqual(await db.total.findMany({ orderBy: { money: 'desc' } }), [{ shop: 'b', money: 5 }, { shop: 'a', money: 3 }])
  assert.deepEqual((await db.total.aggregate({ _sum: { money: true } }))._sum, { money: 8 })
  assert.equal((await db.total.findFirst({ where: { shop: { startsWith: 'a' } } })).money, 3)
})

test('a wide model, many rows, long lists', async () => {
  const columns = [...Array(60).keys()].map((i) => `  c${i} Int?`).join('\n')
  const db = await open(`
model Wide {
  id Int @id
${columns}
}
`)
  const rows = [...Array(1500).keys()].map((id) => ({ id, c0: id % 7, c59: -id }))
  assert.deepEqual(await db.wide.createMany({ data: rows }), { count: 1500 })
  assert.equal((await db.wide.findMany({ where: { id: { in: rows.map((r) => r.id) } } })).length, 1500)
  assert.equal(await db.wide.count({ where: { id: { notIn: rows.slice(500).map((r) => r.id) } } }), 500)
  const groups = await db.wide.groupBy({ by: ['c0'], _count: true, having: { c0: { in: [1, 2] } }, orderBy: { c0: 'asc' } })
  assert.deepEqual(groups.map((g) => g._count), [215, 214])
  assert.equal(Object.keys((await db.wide.findFirst())).length, 61)
})

test('multiple uniques, indexes and null in uniques', async () => {
  const db = await open(`
model U {
  id Int     @id @default(autoincrement())
  a  Int?
  b  String?
  c  Int?    @unique
  @@unique([a, b])
  @@index([b, a])
}
`)
  await db.u.createMany({ data: [{ a: 1 }, { a: 1 }, { a: 1, b: 'x' }] })
  const error = await failure(db.u.create({ data: { a: 1, b: 'x' } }))
  assert.equal(error.code, 'P2002')
  if (engineType !== 'client') assert.deepEqual(error.meta.target, ['a', 'b'])
  assert.equal((await db.u.upsert({ where: { a_b: { a: 1, b: 'x' } }, create: {}, update: { c: 3 } })).c, 3)
  assert.equal((await db.u.upsert({ where: { c: 4 }, create: { c: 4 }, update: {} })).c, 4)
})

test('strict undefined checks', async () => {
  const { client: db, Prisma } = await project({
    previewFeatures: ['strictUndefinedChecks'],
    schema: `
model S {
  id Int     @id
  t  String?
}
`,
  })
  await db.s.create({ data: { id: 1, t: Prisma.skip } })
  assert.match((await failure(db.s.findMany({ where: { t: undefined } }))).message, /explicitly `undefined` values are not allowed/)
})

test('enums as ids and in groups', async () => {
  const db = await open(`
model Setting {
  key   Key     @id
  value String?
}

model Vote {
  id   Int @id @default(autoincrement())
  side Side
}

enum Key {
  theme
  language
}

enum Side {
  LEFT
  RIGHT
}
`)
  await db.setting.upsert({ where: { key: 'theme' }, create: { key: 'theme', value: 'dark' }, update: {} })
  assert.equal((await db.setting.findUnique({ where: { key: 'theme' } })).value, 'dark')
  await db.vote.createMany({ data: [{ side: 'LEFT' }, { side: 'RIGHT' }, { side: 'LEFT' }] })
  assert.deepEqual(await db.vote.groupBy({ by: 'side', _count: { _all: true }, orderBy: { _count: { side: 'desc' } } }), [{ side: 'LEFT', _count: { _all: 2 } }, { side: 'RIGHT', _count: { _all: 1 } }])
})

test('json in depth', async () => {
  const db = await open(`
model Doc {
  id   Int  @id @default(autoincrement())
  data Json
}
`)
  await db.doc.createMany({ data: [{ data: { a: { b: [1, 2, 3] }, n: 5, s: 'text' } }, { data: { a: { b: [] }, n: 10, s: 'other' } }, { data: [1, 'x'] }] })
  assert.equal(await db.doc.count({ where: { data: { path: '$.n', equals: 10 } } }), 1)
  assert.equal(await db.doc.count({ where: { data: { path: '$.s', equals: 'text' } } }), 1)
  assert.equal(await db.doc.count({ where: { data: { path: '$.s', string_contains: 'e' } } }), 2)
  await db.doc.update({ where: { id: 1 }, data: { data: { replaced: true } } })
  assert.deepEqual((await db.doc.findUnique({ where: { id: 1 } })).data, { replaced: true })
})

test('a model with the names of keywords', async () => {
  const db = await open(`
model Order {
  group  Int    @id
  select String @default("s")
  from   Int?
  order  String @default("x")
}
`)
  await db.order.create({ data: { group: 1, from: 5 } })
  assert.deepEqual(await db.order.findMany({ where: { select: 's', from: { gt: 1 } }, orderBy: { order: 'asc' } }), [{ group: 1, select: 's', from: 5, order: 'x' }])
})
