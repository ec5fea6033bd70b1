// Client extensions of all four kinds over the engine.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { closeAll, project } from '../project.mjs'

after(closeAll)

const { client: db, Prisma } = await project({ schema: 'blog.prisma' })

before(async () => {
  await db.user.create({ data: { email: 'a@x', name: 'Ann', posts: { create: [{ title: 'one', views: 1 }, { title: 'two', views: 2 }] } } })
})

test('model and client methods', async () => {
  const extended = db.$extends({
    model: {
      user: { byName(name) { return Prisma.getExtensionContext(this).findFirst({ where: { name } }) } },
      $allModels: { async exists(where) { return (await Prisma.getExtensionContext(this).count({ where })) > 0 } },
    },
    client: { $hello: () => 'hello' },
  })
  assert.equal((await extended.user.byName('Ann')).email, 'a@x')
  assert.equal(await extended.post.exists({ views: 2 }), true)
  assert.equal(await extended.post.exists({ views: 3 }), false)
  assert.equal(extended.$hello(), 'hello')
})

test('computed results', async () => {
  const extended = db.$extends({
    result: { user: { label: { needs: { name: true, email: true }, compute: (user) => `${user.name} <${user.email}>` } } },
  })
  assert.equal((await extended.user.findFirst()).label, 'Ann <a@x>')
  assert.equal((await extended.user.findFirst({ select: { label: true } })).label, 'Ann <a@x>')
  assert.equal((await extended.post.findFirst({ include: { author: true } })).author.label, 'Ann <a@x>')
})

test('query hooks', async () => {
  const seen = []
  const extended = db.$extends({
    query: {
      async $allOperations({ model, operation, args, query }) {
        seen.push([model, operation])
        return query(args)
      },
      post: {
        async findMany({ args, query }) {
          return query({ ...args, where: { ...args.where, views: 2 } })
        },
      },
    },
  })
  assert.deepEqual((await extended.post.findMany()).map((p) => p.title), ['two'])
  await extended.user.count()
  await extended.$queryRaw`SELECT 1`
  assert.deepEqual(seen, [['Post', 'findMany'], ['User', 'count'], [undefined, '$queryRaw']])
})

test('hooks inside transactions, and a batch made by a hook', async () => {
  const extended = db.$extends({
    query: {
      $allModels: {
        async $allOperations({ args, query }) {
          const [, result] = await db.$transaction([db.$executeRaw`SELECT 1`, query(args)])
          return result
        },
      },
    },
  })
  assert.equal(await extended.post.count(), 2)
  const inner = await db.$extends({ query: { post: { count: ({ args, query }) => query(args) } } }).$transaction(async (tx) => {
    await tx.post.create({ data: { title: 'three' } })
    return tx.post.count()
  })
  assert.equal(inner, 3)
})
