import assert from 'node:assert/strict'
import { after, test } from 'node:test'

import { closeAll, failure, project } from '../project.mjs'

after(closeAll)

const { client: db } = await project({ schema: 'blog.prisma' })

test('findMany of an empty table', async () => {
  assert.deepEqual(await db.user.findMany(), [])
})

test('create, read, update and delete', async () => {
  const user = await db.user.create({ data: { email: 'a@x.io', posts: { create: [{ title: 'one' }, { title: 'two' }] } }, include: { posts: true } })
  assert.equal(user.posts.length, 2)
  assert.ok(user.createdAt instanceof Date)
  assert.equal((await db.user.findUnique({ where: { email: 'a@x.io' } })).id, user.id)
  const changed = await db.user.update({ where: { id: user.id }, data: { name: 'A', posts: { updateMany: { where: {}, data: { published: true } } } } })
  assert.equal(changed.name, 'A')
  assert.equal(await db.post.count({ where: { published: true } }), 2)
  const error = await failure(db.user.create({ data: { email: 'a@x.io' } }))
  assert.equal(error.code, 'P2002')
  assert.deepEqual(error.meta, { modelName: 'User', target: ['email'] })
  assert.deepEqual(await db.post.deleteMany(), { count: 2 })
  await db.user.delete({ where: { id: user.id } })
  assert.equal(await db.user.findFirst(), null)
})
