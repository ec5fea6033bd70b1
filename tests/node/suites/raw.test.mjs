// Raw statements: parameters of every type, typed results, errors.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'

import { closeAll, engineType, failure, project } from '../project.mjs'

after(closeAll)

const { client: db, Prisma } = await project({
  schema: `
model Item {
  id    Int       @id
  name  String?
  big   BigInt?
  price Decimal?
  ratio Float?
  on    Boolean?
  at    DateTime?
  data  Bytes?
  meta  Json?
}
`,
})

test('results have the types of their columns', async () => {
  await db.item.create({
    data: { id: 1, name: 'n', big: 9007199254740993n, price: '1.25', ratio: 0.5, on: true, at: new Date('2024-01-02T03:04:05.006Z'), data: Buffer.from([1, 2]), meta: { a: 1 } },
  })
  const [row] = await db.$queryRaw`SELECT * FROM Item`
  assert.equal(row.name, 'n')
  assert.equal(row.big, 9007199254740993n)
  assert.equal(row.price.toString(), '1.25')
  assert.equal(row.ratio, 0.5)
  assert.equal(row.on, true)
  assert.equal(row.at.toISOString(), '2024-01-02T03:04:05.006Z')
  assert.deepEqual([...row.data], [1, 2])
  assert.deepEqual(row.meta, { a: 1 })
  assert.deepEqual(await db.$queryRaw`SELECT NULL AS a, 'x' AS b`, [{ a: null, b: 'x' }])
  assert.deepEqual(await db.$queryRaw`SELECT id FROM Item WHERE 1 = 0`, [])
})

test('parameters', async () => {
  const given = [1, 'text', true, null, 1.5]
  const [row] = await db.$queryRaw`SELECT ${given[0]} AS a, ${given[1]} AS b, ${given[2]} AS c, ${given[3]} AS d, ${given[4]} AS e`
  assert.deepEqual([Number(row.a), row.b, Number(row.c), row.d, row.e], [1, 'text', 1, null, 1.5])
  assert.equal((await db.$queryRaw`SELECT id FROM Item WHERE big = ${9007199254740993n}`).length, 1)
  assert.equal((await db.$queryRaw`SELECT id FROM Item WHERE at = ${new Date('2024-01-02T03:04:05.006Z')}`).length, 1)
  assert.equal((await db.$queryRaw`SELECT id FROM Item WHERE data = ${Buffer.from([1, 2])}`).length, 1)
  assert.equal((await db.$queryRaw`SELECT id FROM Item WHERE price = ${new Prisma.Decimal('1.25')}`).length, 1)
  assert.equal((await db.$queryRaw(Prisma.sql`SELECT id FROM Item WHERE id IN (${Prisma.join([1, 2, 3])}) ${Prisma.empty}`)).length, 1)
  assert.equal((await db.$queryRawUnsafe('SELECT id FROM Item WHERE name = ? AND id = ?', 'n', 1)).length, 1)
  const column = Prisma.raw('name')
  assert.deepEqual(await db.$queryRaw`SELECT ${column} FROM Item`, [{ name: 'n' }])
})

test('executeRaw gives the number of rows', async () => {
  assert.equal(await db.$executeRaw`INSERT INTO Item (id, name) VALUES (${2}, ${'two'}), (${3}, ${'three'})`, 2)
  assert.equal(await db.$executeRawUnsafe('UPDATE Item SET name = ? WHERE id > ?', 'z', 1), 2)
  assert.equal(await db.$executeRaw`DELETE FROM Item WHERE id = 3`, 1)
  assert.equal(await db.$executeRaw`CREATE TABLE made (a INT)`, 0)
  assert.equal(await db.$executeRaw`DROP TABLE made`, 0)
})

test('errors', async () => {
  const error = await failure(db.$queryRaw`SELECT nope FROM Item`)
  assert.ok(error instanceof Prisma.PrismaClientKnownRequestError)
  assert.equal(error.code, 'P2010')
  assert.match(error.message, /Raw query failed\. Code: `(1|SQLITE_ERROR)`\. Message: `no such column: nope`/)
  if (engineType !== 'client') assert.deepEqual(error.meta, { code: '1', message: 'no such column: nope' })
  const constraint = await failure(db.$executeRaw`INSERT INTO Item (id) VALUES (1)`)
  if (engineType !== 'client') assert.equal(constraint.code, 'P2010')
  assert.match(constraint.message, /UNIQUE constraint failed: Item\.id/)
  const syntax = await failure(db.$executeRawUnsafe('SELEC 1'))
  if (engineType !== 'client') assert.equal(syntax.code, 'P2010')
})
