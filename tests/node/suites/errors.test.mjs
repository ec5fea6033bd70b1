// Classes, codes, messages and meta of errors.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { closeAll, engineType, failure, project } from '../project.mjs'

after(closeAll)

const made = await project({ schema: 'blog.prisma' })
const { client: db, Prisma } = made

before(async () => {
  await db.user.create({ data: { id: 1, email: 'a', profile: { create: { bio: 'b' } } } })
})

async function known(work, code, text, meta) {
  const error = await failure(work)
  assert.ok(error instanceof Prisma.PrismaClientKnownRequestError, `${error.name}: ${error.message}`)
  assert.equal(error.code, code)
  assert.ok(error.message.includes(text), error.message)
  assert.equal(error.clientVersion, '6.19.3')
  if (meta && engineType !== 'client') assert.deepEqual(error.meta, meta)
}

test('known errors', async () => {
  await known(db.user.create({ data: { email: 'a' } }), 'P2002', 'Unique constraint failed on the fields: (`email`)', { modelName: 'User', target: ['email'] })
  await known(db.user.create({ data: { id: 1, email: 'c' } }), 'P2002', 'Unique constraint failed on the fields: (`id`)', { modelName: 'User', target: ['id'] })
  await known(db.post.create({ data: { title: 't', authorId: 9 } }), 'P2003', 'Foreign key constraint violated')
  await known(db.user.update({ where: { id: 9 }, data: { name: 'x' } }), 'P2025', 'An operation failed because it depends on one or more records that were required but not found. No record was found for an update.', { modelName: 'User', cause: 'No record was found for an update.' })
  await known(db.user.delete({ where: { id: 9 } }), 'P2025', 'No record was found for a delete.', { modelName: 'User', cause: 'No record was found for a delete.' })
  await known(db.user.findUniqueOrThrow({ where: { id: 9 } }), 'P2025', 'No record was found for a query.', { modelName: 'User', cause: 'No record was found for a query.' })
  await known(db.user.update({ where: { id: 1 }, data: { posts: { connect: { id: 9 } } } }), 'P2018', "The required connected records were not found. Expected 1 records to be connected after connect operation on one-to-many relation 'PostToUser', found 0.")
  await known(db.post.create({ data: { title: 't', author: { connect: { id: 9 } } } }), 'P2025', "No 'User' record")
  await known(db.user.update({ where: { id: 1 }, data: { posts: { delete: { id: 9 } } } }), 'P2017', 'The records for relation `PostToUser` between the `User` and `Post` models are not connected.')
  await known(db.user.update({ where: { id: 1 }, data: { posts: { update: { where: { id: 9 }, data: { title: 'x' } } } } }), 'P2025', "No 'Post' record")
  await known(db.post.groupBy({ by: ['title'], orderBy: { views: 'asc' } }), 'P2019', 'Input error. Every field used for orderBy must be included in the by-arguments of the query. Missing fields: views')
  await known(db.profile.update({ where: { id: 1 }, data: { userId: 5 } }), 'P2003', 'Foreign key constraint violated')
})

test('validation errors', async () => {
  const cases = [
    [() => db.user.create({ data: {} }), 'Argument `email` is missing.'],
    [() => db.user.create({ data: { email: 1 } }), 'Argument `email`: Invalid value provided. Expected String, provided Int.'],
    [() => db.user.findMany({ where: { nope: 1 } }), 'Unknown argument `nope`.'],
    [() => db.user.findMany({ select: { nope: true } }), 'Unknown field `nope` for select statement on model `User`.'],
    [() => db.user.findMany({ include: { email: true } }), 'Invalid scalar field `email` for include statement on model User.'],
    [() => db.user.findMany({ select: {} }), 'The `select` statement for type User must not be empty.'],
    [() => db.user.findMany({ select: { id: true }, include: { posts: true } }), 'Please either use `include` or `select`, but not both at the same time.'],
    [() => db.user.findUnique({ where: {} }), 'needs at least one of `id` or `email` arguments.'],
    [() => db.user.findMany({ orderBy: { id: 'up' } }), 'Invalid value for argument `id`. Expected SortOrder.'],
    [() => db.user.findMany({ take: 'x' }), 'Argument `take`: Invalid value provided. Expected Int, provided String.'],
    [() => db.post.create({ data: { title: 't', author: { connect: {} } } }), 'needs at least one of `id` or `email` arguments.'],
    [() => db.user.create({ data: { email: 'x', role: 'KING' } }), 'Invalid value for argument `role`. Expected Role.'],
    [() => db.post.update({ where: { id: 1 }, data: { authorId: 1, author: { connect: { id: 1 } } } }), 'Unknown argument `authorId`'],
  ]
  for (const [work, text] of cases) {
    const error = await failure(work)
    assert.ok(error instanceof Prisma.PrismaClientValidationError, `${error.name}: ${error.message}`)
    assert.ok(error.message.includes(text), error.message)
  }
})

test('databases that cannot be had', { skip: engineType === 'client' }, async () => {
  const bad = made.open({ datasourceUrl: 'file:/no/such/folder/x.db' })
  const error = await failure(bad.user.findMany())
  assert.ok(error instanceof Prisma.PrismaClientInitializationError, error.name)
  assert.match(error.message, /Error querying the database: Error code 14: unable to open database file/)
  const wrong = made.open({ datasourceUrl: 'postgresql://localhost/x' })
  const protocol = await failure(wrong.$connect())
  assert.ok(protocol instanceof Prisma.PrismaClientInitializationError, protocol.name)
  assert.match(protocol.message, /the URL must start with the protocol `file:`/)
})

test('a missing variable', { skip: engineType === 'client' }, async () => {
  const url = process.env.DATABASE_URL
  delete process.env.DATABASE_URL
  try {
    const error = await failure(new made.PrismaClient({ errorFormat: 'minimal' }).$connect())
    assert.ok(error instanceof Prisma.PrismaClientInitializationError, error.name)
    assert.match(error.message, /Environment variable not found: DATABASE_URL\.\n  -->  schema\.prisma:3/)
    assert.equal(error.errorCode, 'P1012')
  } finally {
    process.env.DATABASE_URL = url
  }
})

test('a table that is gone', async () => {
  const other = await project({ schema: 'blog.prisma' })
  await other.client.$executeRaw`DROP TABLE Profile`
  const error = await failure(other.client.profile.findMany())
  assert.equal(error.code, 'P2021')
  assert.match(error.message, /The table `main\.Profile` does not exist in the current database\./)
})
