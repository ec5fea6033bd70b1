// Every operation of a model, selections, filters, orders, pages.
import assert from 'node:assert/strict'
import { after, beforeEach, describe, test } from 'node:test'

import { closeAll, failure, project } from '../project.mjs'

after(closeAll)

const { client: db, Prisma } = await project({ schema: 'blog.prisma' })

async function fill() {
  await db.post.deleteMany()
  await db.profile.deleteMany()
  await db.user.deleteMany()
  await db.category.deleteMany()
  await db.user.create({
    data: {
      id: 1, email: 'ann@x.io', name: 'Ann', role: 'ADMIN', profile: { create: { bio: 'writes' } },
      posts: {
        create: [
          { id: 1, title: 'Alpha', published: true, views: 10, categories: { create: [{ id: 1, name: 'a' }, { id: 2, name: 'b' }] } },
          { id: 2, title: 'beta', content: 'words', views: 5, categories: { connect: [{ id: 2 }] } },
        ],
      },
    },
  })
  await db.user.create({ data: { id: 2, email: 'bob@x.io', posts: { create: { id: 3, title: 'Gamma', published: true, views: 7 } } } })
  await db.user.create({ data: { id: 3, email: 'cid@x.io', name: 'Cid' } })
}

beforeEach(fill)

const ids = (rows) => rows.map((row) => row.id)

describe('reads', () => {
  test('findUnique, findFirst and their OrThrow forms', async () => {
    assert.equal((await db.user.findUnique({ where: { email: 'ann@x.io' } })).id, 1)
    assert.equal(await db.user.findUnique({ where: { id: 99 } }), null)
    assert.equal((await db.user.findUniqueOrThrow({ where: { id: 2 } })).email, 'bob@x.io')
    assert.equal((await db.user.findFirst({ where: { name: { not: null } }, orderBy: { id: 'desc' } })).id, 3)
    const error = await failure(db.user.findFirstOrThrow({ where: { email: 'nobody' } }))
    assert.ok(error instanceof Prisma.PrismaClientKnownRequestError)
    assert.equal(error.code, 'P2025')
    assert.equal(error.meta.modelName, 'User')
    assert.equal((await failure(db.user.findUniqueOrThrow({ where: { id: 99 } }))).code, 'P2025')
  })

  test('select, include and omit', async () => {
    assert.deepEqual(await db.user.findUnique({ where: { id: 1 }, select: { email: true, posts: { select: { id: true }, orderBy: { id: 'asc' } } } }),
      { email: 'ann@x.io', posts: [{ id: 1 }, { id: 2 }] })
    const user = await db.user.findUnique({ where: { id: 1 }, include: { profile: true, posts: { where: { published: true }, include: { categories: { orderBy: { name: 'desc' } } } } } })
    assert.equal(user.profile.bio, 'writes')
    assert.deepEqual(user.posts.map((p) => p.categories.map((c) => c.name)), [['b', 'a']])
    const rest = await db.user.findUnique({ where: { id: 1 }, omit: { email: true, createdAt: true } })
    assert.deepEqual(rest, { id: 1, name: 'Ann', role: 'ADMIN' })
    const counted = await db.user.findMany({ orderBy: { id: 'asc' }, select: { id: true, _count: { select: { posts: { where: { published: true } } } } } })
    assert.deepEqual(counted, [{ id: 1, _count: { posts: 1 } }, { id: 2, _count: { posts: 1 } }, { id: 3, _count: { posts: 0 } }])
    assert.deepEqual((await db.category.findFirst({ where: { id: 2 }, include: { _count: true } }))._count, { posts: 2 })
  })

  test('global omit', async () => {
    const { open } = await project({ schema: 'blog.prisma' })
    const other = open({ omit: { user: { email: true } } })
    await other.user.create({ data: { email: 'x' } })
    assert.equal('email' in (await other.user.findFirst()), false)
    assert.equal((await other.user.findFirst({ omit: { email: false } })).email, 'x')
  })

  test('fluent relations', async () => {
    assert.deepEqual(ids(await db.user.findUnique({ where: { id: 1 } }).posts({ orderBy: { id: 'desc' } })), [2, 1])
    assert.equal((await db.post.findUnique({ where: { id: 3 } }).author()).id, 2)
    assert.equal(await db.user.findUnique({ where: { id: 2 } }).profile(), null)
    assert.equal(await db.user.findUnique({ where: { id: 77 } }).posts(), null)
  })

  test('string filters', async () => {
    const found = async (title) => ids(await db.post.findMany({ where: { title }, orderBy: { id: 'asc' } }))
    assert.deepEqual(await found('Alpha'), [1])
    assert.deepEqual(await found({ contains: 'a' }), [1, 2, 3])
    assert.deepEqual(await found({ startsWith: 'Al' }), [1])
    assert.deepEqual(await found({ endsWith: 'mma' }), [3])
    assert.deepEqual(await found({ in: ['beta', 'Gamma', 'x'] }), [2, 3])
    assert.deepEqual(await found({ notIn: ['beta'] }), [1, 3])
    assert.deepEqual(await found({ not: 'beta' }), [1, 3])
    assert.deepEqual(await found({ not: { contains: 'e' } }), [1, 3])
    assert.deepEqual(await found({ gt: 'Alpha', lt: 'b' }), [3])
    assert.deepEqual(await found({ in: [] }), [])
  })

  test('number, null, enum and date filters', async () => {
    assert.deepEqual(ids(await db.post.findMany({ where: { views: { gte: 5, lt: 10 } }, orderBy: { id: 'asc' } })), [2, 3])
    assert.deepEqual(ids(await db.post.findMany({ where: { views: { in: [10, 7] } }, orderBy: { id: 'asc' } })), [1, 3])
    assert.deepEqual(ids(await db.user.findMany({ where: { name: null } })), [2])
    assert.deepEqual(ids(await db.user.findMany({ where: { role: 'ADMIN' } })), [1])
    assert.deepEqual(ids(await db.user.findMany({ where: { role: { in: ['USER'] } }, orderBy: { id: 'asc' } })), [2, 3])
    assert.equal(await db.user.count({ where: { createdAt: { lte: new Date(Date.now() + 60000), gt: new Date(0) } } }), 3)
    assert.equal(await db.user.count({ where: { createdAt: { lt: '2020-01-01T00:00:00Z' } } }), 0)
  })

  test('AND, OR, NOT and relation filters', async () => {
    assert.deepEqual(ids(await db.post.findMany({ where: { OR: [{ views: 10 }, { AND: [{ views: 5 }, { published: false }] }] }, orderBy: { id: 'asc' } })), [1, 2])
    assert.deepEqual(ids(await db.post.findMany({ where: { NOT: [{ views: 10 }, { views: 5 }] } })), [3])
    assert.deepEqual(ids(await db.user.findMany({ where: { posts: { some: { published: false } } } })), [1])
    assert.deepEqual(ids(await db.user.findMany({ where: { posts: { every: { published: true } } }, orderBy: { id: 'asc' } })), [2, 3])
    assert.deepEqual(ids(await db.user.findMany({ where: { posts: { none: {} } } })), [3])
    assert.deepEqual(ids(await db.post.findMany({ where: { author: { is: { role: 'ADMIN' } } }, orderBy: { id: 'asc' } })), [1, 2])
    assert.deepEqual(ids(await db.post.findMany({ where: { author: { isNot: { email: 'ann@x.io' } } } })), [3])
    assert.deepEqual(ids(await db.user.findMany({ where: { profile: null }, orderBy: { id: 'asc' } })), [2, 3])
    assert.deepEqual(ids(await db.post.findMany({ where: { categories: { some: { name: 'b' } } }, orderBy: { id: 'asc' } })), [1, 2])
    assert.deepEqual(await db.user.findMany({ where: { OR: [] } }), [])
    assert.equal((await db.user.findMany({ where: { AND: [] } })).length, 3)
  })

  test('order, pages, cursors, distinct', async () => {
    assert.deepEqual(ids(await db.post.findMany({ orderBy: [{ published: 'asc' }, { views: 'desc' }] })), [2, 1, 3])
    assert.deepEqual(ids(await db.post.findMany({ orderBy: { id: 'asc' }, skip: 1, take: 1 })), [2])
    assert.deepEqual(ids(await db.post.findMany({ orderBy: { id: 'asc' }, take: -2 })), [2, 3])
    assert.deepEqual(ids(await db.post.findMany({ orderBy: { id: 'asc' }, cursor: { id: 2 } })), [2, 3])
    assert.deepEqual(ids(await db.post.findMany({ orderBy: { id: 'asc' }, cursor: { id: 2 }, skip: 1 })), [3])
    assert.deepEqual(ids(await db.post.findMany({ orderBy: { author: { email: 'desc' } }, take: 1 })), [3])
    assert.deepEqual(ids(await db.user.findMany({ orderBy: { posts: { _count: 'desc' } } })), [1, 2, 3])
    assert.deepEqual(ids(await db.user.findMany({ orderBy: { name: { sort: 'asc', nulls: 'last' } } })), [1, 3, 2])
    assert.deepEqual((await db.post.findMany({ distinct: ['published'], orderBy: { id: 'asc' }, select: { published: true } })), [{ published: true }, { published: false }])
    assert.deepEqual(await db.post.findMany({ take: 0 }), [])
  })

  test('field references', async () => {
    await db.post.update({ where: { id: 1 }, data: { content: 'Alpha' } })
    assert.deepEqual(ids(await db.post.findMany({ where: { title: { equals: db.post.fields.content } } })), [1])
    assert.deepEqual(ids(await db.post.findMany({ where: { id: { lt: db.post.fields.views } }, orderBy: { id: 'asc' } })), [1, 2, 3])
  })

  test('count, aggregate and groupBy', async () => {
    assert.equal(await db.post.count({ where: { published: true } }), 2)
    assert.deepEqual(await db.user.count({ select: { _all: true, name: true } }), { _all: 3, name: 2 })
    assert.deepEqual(await db.post.aggregate({ _sum: { views: true }, _avg: { views: true }, _min: { title: true }, _max: { views: true }, _count: true }),
      { _sum: { views: 22 }, _avg: { views: 22 / 3 }, _min: { title: 'Alpha' }, _max: { views: 10 }, _count: 3 })
    assert.deepEqual(await db.post.aggregate({ where: { id: 99 }, _sum: { views: true }, _count: { _all: true } }), { _sum: { views: null }, _count: { _all: 0 } })
    const groups = await db.post.groupBy({ by: ['authorId'], _sum: { views: true }, _count: { _all: true }, orderBy: { authorId: 'asc' } })
    assert.deepEqual(groups, [{ authorId: 1, _sum: { views: 15 }, _count: { _all: 2 } }, { authorId: 2, _sum: { views: 7 }, _count: { _all: 1 } }])
    const many = await db.post.groupBy({ by: ['authorId'], having: { views: { _sum: { gt: 10 } } }, _avg: { views: true }, orderBy: { _sum: { views: 'desc' } } })
    assert.deepEqual(many, [{ authorId: 1, _avg: { views: 7.5 } }])
  })
})

describe('writes', () => {
  test('update with number operations', async () => {
    const set = async (views) => (await db.post.update({ where: { id: 1 }, data: { views } })).views
    assert.equal(await set({ increment: 5 }), 15)
    assert.equal(await set({ decrement: 3 }), 12)
    assert.equal(await set({ multiply: 2 }), 24)
    assert.equal(await set({ divide: 4 }), 6)
    assert.equal(await set({ set: 1 }), 1)
  })

  test('updatedAt moves on', async () => {
    const before = await db.post.findUnique({ where: { id: 1 } })
    await new Promise((resolve) => setTimeout(resolve, 5))
    const later = await db.post.update({ where: { id: 1 }, data: { title: 'x' } })
    assert.ok(later.updatedAt > before.updatedAt)
    assert.deepEqual(later.createdAt, before.createdAt)
  })

  test('createMany, createManyAndReturn, updateMany, updateManyAndReturn, deleteMany', async () => {
    assert.deepEqual(await db.category.createMany({ data: [{ name: 'x' }, { name: 'y' }, { name: 'z' }] }), { count: 3 })
    assert.deepEqual(await db.category.createManyAndReturn({ data: [{ name: 'v' }, { name: 'w' }], select: { name: true } }), [{ name: 'v' }, { name: 'w' }])
    assert.deepEqual(await db.category.updateMany({ where: { name: { in: ['x', 'y'] } }, data: { name: undefined } }), { count: 0 })
    assert.deepEqual(await db.post.updateMany({ where: { published: true }, data: { views: { increment: 1 } }, limit: 1 }), { count: 1 })
    const changed = await db.post.updateManyAndReturn({ where: { published: true }, data: { views: 0 }, select: { id: true, views: true } })
    assert.deepEqual(changed.sort((a, b) => a.id - b.id), [{ id: 1, views: 0 }, { id: 3, views: 0 }])
    assert.deepEqual(await db.category.deleteMany({ where: { name: { in: ['v', 'w'] } } }), { count: 2 })
    assert.deepEqual(await db.post.createMany({ data: [] }), { count: 0 })
  })

  test('upsert', async () => {
    const where = { email: 'new@x.io' }
    assert.equal((await db.user.upsert({ where, create: { email: 'new@x.io', name: '1' }, update: { name: '2' } })).name, '1')
    assert.equal((await db.user.upsert({ where, create: { email: 'new@x.io', name: '1' }, update: { name: '2' } })).name, '2')
    assert.equal(await db.user.count({ where }), 1)
  })

  test('nested writes', async () => {
    await db.user.update({
      where: { id: 1 },
      data: {
        posts: {
          create: { title: 'made' }, connect: { id: 3 }, disconnect: { id: 2 }, update: { where: { id: 1 }, data: { title: 'changed' } },
        },
        profile: { upsert: { create: { bio: 'c' }, update: { bio: 'u' } } },
      },
    })
    const user = await db.user.findUnique({ where: { id: 1 }, include: { profile: true, posts: { orderBy: { id: 'asc' } } } })
    assert.equal(user.profile.bio, 'u')
    assert.deepEqual(user.posts.map((p) => p.title), ['changed', 'Gamma', 'made'])
    await db.user.update({ where: { id: 1 }, data: { posts: { set: [{ id: 2 }] }, profile: { delete: true } } })
    assert.deepEqual(ids(await db.post.findMany({ where: { authorId: 1 } })), [2])
    assert.equal(await db.profile.count(), 0)
    await db.user.update({ where: { id: 1 }, data: { posts: { deleteMany: { views: { gt: 0 } } } } })
    assert.equal(await db.post.count({ where: { authorId: 1 } }), 0)
    await db.post.update({ where: { id: 3 }, data: { author: { connectOrCreate: { where: { email: 'zed' }, create: { email: 'zed' } } } } })
    assert.equal((await db.post.findUnique({ where: { id: 3 }, include: { author: true } })).author.email, 'zed')
    await db.post.update({ where: { id: 3 }, data: { author: { disconnect: true } } })
    assert.equal((await db.post.findUnique({ where: { id: 3 } })).authorId, null)
    await db.user.update({ where: { id: 3 }, data: { posts: { createMany: { data: [{ title: '1' }, { title: '2' }] } } } })
    assert.equal(await db.post.count({ where: { authorId: 3 } }), 2)
    await db.post.update({ where: { id: 1 }, data: { categories: { set: [{ id: 1 }], create: { name: 'n' } } } })
    assert.deepEqual((await db.post.findUnique({ where: { id: 1 } }).categories({ orderBy: { name: 'asc' } })).map((c) => c.name), ['a', 'n'])
  })

  test('delete, and what depends on it', async () => {
    const gone = await db.post.delete({ where: { id: 3 }, select: { title: true, author: { select: { id: true } } } })
    assert.deepEqual(gone, { title: 'Gamma', author: { id: 2 } })
    await db.user.delete({ where: { id: 1 } })
    assert.equal(await db.profile.count(), 0)
    assert.equal(await db.post.count({ where: { authorId: null } }), 2)
  })

  test('unchecked writes by foreign key', async () => {
    const post = await db.post.create({ data: { title: 'u', authorId: 2 } })
    assert.equal(post.authorId, 2)
    assert.equal((await db.post.update({ where: { id: post.id }, data: { authorId: 3 } })).authorId, 3)
    assert.equal((await failure(db.post.create({ data: { title: 'u', authorId: 999 } }))).code, 'P2003')
  })
})

test('findUnique calls of one tick are batched', async () => {
  const users = await Promise.all([1, 2, 3, 99].map((id) => db.user.findUnique({ where: { id } })))
  assert.deepEqual(users.map((u) => u?.id ?? null), [1, 2, 3, null])
  const settled = await Promise.allSettled([1, 99].map((id) => db.user.findUniqueOrThrow({ where: { id } })))
  assert.deepEqual(settled.map((s) => s.status), ['fulfilled', 'rejected'])
  assert.equal(settled[1].reason.code, 'P2025')
})
