// Scalars there and back, and filters over them.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'

import { closeAll, engineType, failure, project } from '../project.mjs'

after(closeAll)

const { client: db, Prisma } = await project({
  schema: `
model All {
  id      Int       @id @default(autoincrement())
  int     Int?
  big     BigInt?
  float   Float?
  decimal Decimal?
  text    String?
  bool    Boolean?
  date    DateTime?
  bytes   Bytes?
  json    Json?
  color   Color?
}

enum Color {
  RED
  GREEN @map("green!")
}
`,
})

const back = async (data) => db.all.findUnique({ where: { id: (await db.all.create({ data })).id } })

test('integers and floats', async () => {
  for (const int of [0, -1, 2147483647, -2147483648]) assert.equal((await back({ int })).int, int)
  for (const big of [0n, 9223372036854775807n, -9223372036854775808n, 5]) assert.equal((await back({ big })).big, BigInt(big))
  for (const float of [0, 1.5, -2.25e-8, 1e300, 3]) assert.equal((await back({ float })).float, float)
  if (engineType !== 'client') assert.equal((await failure(db.all.create({ data: { int: 2147483648 } }))).code, 'P2023')
  const range = await failure(db.all.create({ data: { big: 9223372036854775808n } }))
  assert.ok(range instanceof Error)
})

test('decimals', async () => {
  for (const text of ['0', '1.5', '-12345.678', '1000000', '0.00001']) {
    const row = await back({ decimal: text })
    assert.ok(Prisma.Decimal.isDecimal(row.decimal))
    assert.equal(row.decimal.toString(), new Prisma.Decimal(text).toString())
  }
  assert.equal((await back({ decimal: new Prisma.Decimal('2.50') })).decimal.toString(), '2.5')
  assert.equal((await back({ decimal: 7 })).decimal.toNumber(), 7)
  const sum = await db.all.aggregate({ _sum: { decimal: true }, _max: { decimal: true }, where: { decimal: { gt: 1, lt: 10 } } })
  assert.equal(sum._sum.decimal.toString(), '11')
  assert.equal(sum._max.decimal.toString(), '7')
})

test('text', async () => {
  for (const text of ['', 'ünï 😀', "quote ' \\" + '" `', 'line\nline\ttab', '\u0001', '{"a":1}', '%_\\']) assert.equal((await back({ text })).text, text)
  const long = 'x'.repeat(200000)
  assert.equal((await back({ text: long })).text, long)
  await db.all.create({ data: { text: '100%' } })
  assert.equal(await db.all.count({ where: { text: { contains: '0%' } } }) >= 1, true)
})

test('booleans, enums, null', async () => {
  for (const bool of [true, false, null]) assert.equal((await back({ bool })).bool, bool)
  for (const color of ['RED', 'GREEN', null]) assert.equal((await back({ color })).color, color)
  assert.ok((await failure(db.all.create({ data: { color: 'BLUE' } }))).message.includes('Expected Color'))
  const row = await back({})
  for (const key of Object.keys(row)) if (key !== 'id') assert.equal(row[key], null)
})

test('dates', async () => {
  for (const text of ['2024-02-29T12:34:56.789Z', '1970-01-01T00:00:00.000Z', '1900-05-05T00:00:00.001Z', '2999-12-31T23:59:59.999Z']) {
    assert.equal((await back({ date: new Date(text) })).date.toISOString(), text)
    assert.equal((await back({ date: text })).date.toISOString(), text)
  }
  assert.equal((await back({ date: '2024-01-01T00:00:00+02:00' })).date.toISOString(), '2023-12-31T22:00:00.000Z')
  assert.match((await failure(db.all.create({ data: { date: '2024-01-01' } }))).message, /premature end of input|Expected ISO-8601 DateTime/)
  assert.match((await failure(db.all.create({ data: { date: new Date('x') } }))).message, /Invalid Date|provided Date object is invalid/i)
})

test('bytes', async () => {
  for (const bytes of [[], [0, 1, 255], [...Array(300).keys()].map((i) => i % 256)]) {
    const row = await back({ bytes: Uint8Array.from(bytes) })
    assert.ok(row.bytes instanceof Uint8Array)
    assert.deepEqual([...row.bytes], bytes)
  }
  assert.deepEqual([...(await back({ bytes: Buffer.from('hi') })).bytes], [104, 105])
  assert.equal(await db.all.count({ where: { bytes: Buffer.from('hi') } }), 1)
})

test('json', async () => {
  for (const json of [{ a: [1, 2.5, null, { b: 'x' }], ü: true }, [], 'text', 12, true, { $type: 'x', value: 1 }, { nested: { deep: [[[]]] } }, { big: 12345678901234 }]) {
    assert.deepEqual((await back({ json })).json, json)
  }
  assert.equal((await back({ json: Prisma.JsonNull })).json, null)
  assert.equal((await back({ json: Prisma.DbNull })).json, null)
  assert.equal(await db.all.count({ where: { json: { equals: Prisma.JsonNull } } }), 1)
  assert.equal(await db.all.count({ where: { json: { equals: { nested: { deep: [[[]]] } } } } }), 1)
  assert.ok((await db.all.count({ where: { json: { equals: Prisma.DbNull } } })) > 5)
})

test('comparisons of each type', async () => {
  await db.all.deleteMany()
  const data = [1, 2, 3].map((n) => ({ int: n, big: BigInt(n), float: n / 2, decimal: n, date: new Date(n * 1000), bytes: Buffer.from([n]) }))
  await db.all.createMany({ data })
  for (const [field, value] of Object.entries(data[1])) {
    assert.equal(await db.all.count({ where: { [field]: value } }), 1, field)
    assert.equal(await db.all.count({ where: { [field]: { in: [value] } } }), 1, field)
    assert.equal(await db.all.count({ where: { [field]: { not: value } } }), 2, field)
    if (field === 'bytes') continue
    assert.equal(await db.all.count({ where: { [field]: { gt: value } } }), 1, field)
    assert.equal(await db.all.count({ where: { [field]: { gte: value } } }), 2, field)
    const [first] = await db.all.findMany({ orderBy: { [field]: 'desc' }, take: 1 })
    assert.equal(first.int, 3, field)
  }
  const sums = await db.all.aggregate({ _sum: { int: true, big: true, float: true }, _avg: { int: true }, _min: { date: true } })
  assert.deepEqual(sums, { _sum: { int: 6, big: 6n, float: 3 }, _avg: { int: 2 }, _min: { date: new Date(1000) } })
  const groups = await db.all.groupBy({ by: ['big', 'date'], orderBy: { big: 'asc' } })
  assert.deepEqual(groups[0], { big: 1n, date: new Date(1000) })
})
