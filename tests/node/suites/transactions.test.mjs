// Array and interactive transactions: isolation, timeouts, rollback, nesting of failures.
import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'

import { closeAll, engineType, failure, project } from '../project.mjs'

after(closeAll)

const made = await project({
  schema: `
model Account {
  id    String @id
  money Int    @default(0)
}
`,
})
const { client: db, Prisma } = made

beforeEach(async () => {
  await db.account.deleteMany()
})

test('array: all or nothing', async () => {
  const made = await db.$transaction([db.account.create({ data: { id: 'a' } }), db.account.count(), db.account.findMany()])
  assert.deepEqual(made, [{ id: 'a', money: 0 }, 1, [{ id: 'a', money: 0 }]])
  const error = await failure(db.$transaction([db.account.create({ data: { id: 'b' } }), db.account.create({ data: { id: 'a' } })]))
  assert.equal(error.code, 'P2002')
  assert.equal(await db.account.count(), 1)
  assert.deepEqual(await db.$transaction([]), [])
})

test('array with raw statements and an isolation level', async () => {
  const [count, rows] = await db.$transaction(
    [db.$executeRaw`INSERT INTO Account (id, money) VALUES ('r', ${5})`, db.$queryRaw`SELECT id, money FROM Account`],
    { isolationLevel: Prisma.TransactionIsolationLevel.Serializable },
  )
  assert.equal(count, 1)
  assert.deepEqual(rows.map((row) => ({ id: row.id, money: Number(row.money) })), [{ id: 'r', money: 5 }])
})

test('interactive: commit', async () => {
  const sum = await db.$transaction(async (tx) => {
    await tx.account.createMany({ data: [{ id: 'a', money: 10 }, { id: 'b', money: 1 }] })
    await tx.account.update({ where: { id: 'a' }, data: { money: { decrement: 5 } } })
    await tx.account.update({ where: { id: 'b' }, data: { money: { increment: 5 } } })
    return (await tx.account.aggregate({ _sum: { money: true } }))._sum.money
  })
  assert.equal(sum, 11)
  assert.deepEqual(await db.account.findMany({ orderBy: { id: 'asc' } }), [{ id: 'a', money: 5 }, { id: 'b', money: 6 }])
})

test('interactive: what throws rolls back', async () => {
  const error = await failure(db.$transaction(async (tx) => {
    await tx.account.create({ data: { id: 'a' } })
    throw new Error('mine')
  }))
  assert.equal(error.message, 'mine')
  assert.equal(await db.account.count(), 0)
  const broken = await failure(db.$transaction(async (tx) => {
    await tx.account.create({ data: { id: 'a' } })
    await tx.account.create({ data: { id: 'a' } })
  }))
  assert.equal(broken.code, 'P2002')
  assert.equal(await db.account.count(), 0)
})

test('interactive: a caught failure does not end it', async () => {
  await db.$transaction(async (tx) => {
    await tx.account.create({ data: { id: 'a' } })
    await failure(tx.account.create({ data: { id: 'a' } }))
    await tx.account.create({ data: { id: 'b' } })
  })
  assert.equal(await db.account.count(), 2)
})

test('interactive: not seen from outside until it ends', async () => {
  await db.$transaction(async (tx) => {
    await tx.account.create({ data: { id: 'a' } })
    assert.equal(await tx.account.count(), 1)
    if (engineType !== 'client') assert.equal(await db.account.count(), 0)
  })
  assert.equal(await db.account.count(), 1)
})

test('interactive: timeout', async () => {
  const error = await failure(db.$transaction(async (tx) => {
    await tx.account.create({ data: { id: 'a' } })
    await new Promise((resolve) => setTimeout(resolve, 400))
    await tx.account.create({ data: { id: 'b' } })
  }, { timeout: 150 }))
  assert.equal(error.code, 'P2028')
  assert.match(error.message, /expired transaction\. The timeout for this transaction was 150 ms, however \d+ ms passed/)
  assert.equal(await db.account.count(), 0)
})

test('interactive: use after the end', async () => {
  let kept
  await db.$transaction(async (tx) => {
    kept = tx
    await tx.account.count()
  })
  const error = await failure(kept.account.count())
  assert.equal(error.code, 'P2028')
  assert.match(error.message, /Transaction already closed/)
})

test('interactive: isolation level', async () => {
  await db.$transaction(async (tx) => tx.account.create({ data: { id: 's' } }), { isolationLevel: 'Serializable' })
  assert.equal(await db.account.count(), 1)
  const error = await failure(db.$transaction(async (tx) => tx.account.count(), { isolationLevel: 'ReadCommitted' }))
  assert.ok(error instanceof Error)
  await db.account.create({ data: { id: 'after' } })
  assert.equal(await db.account.count(), 2)
})

test('interactive: several at once, and waiting', async () => {
  await db.account.create({ data: { id: 'n' } })
  // With one connection they wait for it in turn; with more, for the database's lock, in no order.
  const one = engineType === 'client' ? db : made.open({ datasourceUrl: `${made.url}?connection_limit=1` })
  await Promise.all([...Array(8).keys()].map(() => one.$transaction(async (tx) => {
    const { money } = await tx.account.findUnique({ where: { id: 'n' } })
    await tx.account.update({ where: { id: 'n' }, data: { money: money + 1 } })
  }, { maxWait: 20000, timeout: 20000 })))
  assert.equal((await db.account.findUnique({ where: { id: 'n' } })).money, 8)
})

test('interactive: parallel requests inside one', async () => {
  await db.$transaction(async (tx) => {
    await Promise.all([...Array(20).keys()].map((i) => tx.account.create({ data: { id: `p${i}` } })))
  })
  assert.equal(await db.account.count(), 20)
})

test('interactive: batched reads inside', async () => {
  await db.account.createMany({ data: [{ id: 'a' }, { id: 'b' }] })
  const found = await db.$transaction(async (tx) => Promise.all(['a', 'b', 'c'].map((id) => tx.account.findUnique({ where: { id } }))))
  assert.deepEqual(found.map((row) => row?.id), ['a', 'b', undefined])
})
