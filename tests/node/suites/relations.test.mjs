// Relations of every kind over many small schemas.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'

import { closeAll, engineType, failure, project } from '../project.mjs'

after(closeAll)

const open = async (schema, options) => (await project({ schema, ...options })).client

test('a tree in one model', async () => {
  const db = await open(`
model Node {
  id       Int    @id
  parentId Int?
  parent   Node?  @relation("Tree", fields: [parentId], references: [id])
  children Node[] @relation("Tree")
}
`)
  await db.node.create({ data: { id: 1, children: { create: [{ id: 2, children: { create: { id: 3 } } }, { id: 4 }] } } })
  const root = await db.node.findFirst({ where: { parent: null }, include: { children: { orderBy: { id: 'asc' }, include: { children: { include: { parent: true } } } } } })
  assert.deepEqual(root.children.map((c) => c.id), [2, 4])
  assert.equal(root.children[0].children[0].parent.id, 2)
  assert.equal(await db.node.count({ where: { parent: { parent: { id: 1 } } } }), 1)
})

test('friends: many to many in one model', async () => {
  const db = await open(`
model Person {
  id        Int      @id
  follows   Person[] @relation("F")
  followers Person[] @relation("F")
}
`)
  await db.person.createMany({ data: [{ id: 1 }, { id: 2 }, { id: 3 }] })
  await db.person.update({ where: { id: 1 }, data: { follows: { connect: [{ id: 2 }, { id: 3 }] } } })
  const two = await db.person.findUnique({ where: { id: 2 }, include: { followers: true, follows: true } })
  assert.deepEqual([two.followers.map((p) => p.id), two.follows], [[1], []])
  await db.person.update({ where: { id: 3 }, data: { followers: { disconnect: { id: 1 } } } })
  assert.equal(await db.person.count({ where: { followers: { some: {} } } }), 1)
})

test('one to one in one model', async () => {
  const db = await open(`
model User {
  id     Int   @id
  nextId Int?  @unique
  next   User? @relation("Line", fields: [nextId], references: [id])
  prev   User? @relation("Line")
}
`)
  await db.user.create({ data: { id: 1, next: { create: { id: 2, next: { create: { id: 3 } } } } } })
  const middle = await db.user.findUnique({ where: { id: 2 }, include: { next: true, prev: true } })
  assert.deepEqual([middle.prev.id, middle.next.id], [1, 3])
  await db.user.update({ where: { id: 1 }, data: { next: { connect: { id: 3 } } } })
  assert.equal((await db.user.findUnique({ where: { id: 2 } })).nextId, null)
})

test('compound ids and uniques, and relations over them', async () => {
  const db = await open(`
model Tenant {
  a     Int
  b     String
  name  String
  items Item[]
  @@id([a, b])
  @@unique([name, a], name: "named")
}

model Item {
  id Int    @id
  ta Int
  tb String
  tenant Tenant @relation(fields: [ta, tb], references: [a, b], onUpdate: Cascade)
}
`)
  await db.tenant.create({ data: { a: 1, b: 'x', name: 'n', items: { create: [{ id: 1 }, { id: 2 }] } } })
  assert.equal((await db.tenant.findUnique({ where: { a_b: { a: 1, b: 'x' } }, include: { items: true } })).items.length, 2)
  assert.equal((await db.tenant.findUnique({ where: { named: { name: 'n', a: 1 } } })).b, 'x')
  await db.tenant.update({ where: { a_b: { a: 1, b: 'x' } }, data: { b: 'y' } })
  assert.equal((await db.item.findUnique({ where: { id: 1 } })).tb, 'y')
  const error = await failure(db.tenant.create({ data: { a: 1, b: 'y', name: 'm' } }))
  assert.equal(error.code, 'P2002')
  assert.deepEqual([...(await db.tenant.findMany({ where: { OR: [{ a: 1, b: 'y' }] } }))].length, 1)
})

test('explicit many to many with data', async () => {
  const db = await open(`
model Student {
  id      Int @id
  courses Grade[]
}

model Course {
  id       Int    @id
  title    String @unique
  students Grade[]
}

model Grade {
  student   Student @relation(fields: [studentId], references: [id], onDelete: Cascade)
  studentId Int
  course    Course  @relation(fields: [courseId], references: [id], onDelete: Cascade)
  courseId  Int
  mark      Int     @default(0)
  @@id([studentId, courseId])
}
`)
  await db.student.create({ data: { id: 1, courses: { create: [{ mark: 5, course: { create: { id: 1, title: 'x' } } }, { course: { connectOrCreate: { where: { title: 'y' }, create: { id: 2, title: 'y' } } } }] } } })
  await db.grade.upsert({ where: { studentId_courseId: { studentId: 1, courseId: 2 } }, create: { studentId: 1, courseId: 2 }, update: { mark: { increment: 3 } } })
  const student = await db.student.findUnique({ where: { id: 1 }, include: { courses: { orderBy: { course: { title: 'asc' } }, select: { mark: true, course: { select: { title: true } } } } } })
  assert.deepEqual(student.courses, [{ mark: 5, course: { title: 'x' } }, { mark: 3, course: { title: 'y' } }])
  await db.course.delete({ where: { id: 1 } })
  assert.equal(await db.grade.count(), 1)
})

test('referential actions of the database', async () => {
  const db = await open(`
model Parent {
  id       Int       @id
  cascades Cascade[]
  nulls    Null[]
  stops    Stop[]
}

model Cascade {
  id  Int    @id
  pid Int
  p   Parent @relation(fields: [pid], references: [id], onDelete: Cascade, onUpdate: Cascade)
}

model Null {
  id  Int     @id
  pid Int?
  p   Parent? @relation(fields: [pid], references: [id], onDelete: SetNull, onUpdate: Cascade)
}

model Stop {
  id  Int    @id
  pid Int
  p   Parent @relation(fields: [pid], references: [id], onDelete: Restrict, onUpdate: Restrict)
}
`)
  await db.parent.create({ data: { id: 1, cascades: { create: { id: 1 } }, nulls: { create: { id: 1 } } } })
  await db.parent.update({ where: { id: 1 }, data: { id: 2 } })
  assert.equal((await db.cascade.findFirst()).pid, 2)
  await db.parent.delete({ where: { id: 2 } })
  assert.equal(await db.cascade.count(), 0)
  assert.equal((await db.null.findFirst()).pid, null)
  await db.parent.create({ data: { id: 3, stops: { create: { id: 1 } } } })
  assert.equal((await failure(db.parent.delete({ where: { id: 3 } }))).code, 'P2003')
})

test('referential actions without foreign keys', async () => {
  const { client: db, Prisma } = await project({
    relationMode: 'prisma',
    schema: `
model Parent {
  id       Int       @id
  cascades Cascade[]
  nulls    Null[]
  stops    Stop[]
}

model Cascade {
  id  Int    @id
  pid Int
  p   Parent @relation(fields: [pid], references: [id], onDelete: Cascade)
  @@index([pid])
}

model Null {
  id  Int     @id
  pid Int?
  p   Parent? @relation(fields: [pid], references: [id], onDelete: SetNull)
  @@index([pid])
}

model Stop {
  id  Int    @id
  pid Int
  p   Parent @relation(fields: [pid], references: [id], onDelete: Restrict)
  @@index([pid])
}
`,
  })
  await db.parent.create({ data: { id: 1, cascades: { create: { id: 1 } }, nulls: { create: { id: 1 } } } })
  await db.parent.delete({ where: { id: 1 } })
  assert.equal(await db.cascade.count(), 0)
  assert.equal((await db.null.findFirst()).pid, null)
  await db.parent.create({ data: { id: 2, stops: { create: { id: 1 } } } })
  const error = await failure(db.parent.delete({ where: { id: 2 } }))
  assert.ok(error instanceof Prisma.PrismaClientKnownRequestError)
  assert.equal(error.code, 'P2014')
})

test('several relations between the same models', async () => {
  const db = await open(`
model User {
  id       Int       @id
  sent     Message[] @relation("sent")
  received Message[] @relation("received")
}

model Message {
  id     Int  @id
  from   User @relation("sent", fields: [fromId], references: [id])
  fromId Int
  to     User @relation("received", fields: [toId], references: [id])
  toId   Int
}
`)
  await db.user.createMany({ data: [{ id: 1 }, { id: 2 }] })
  await db.message.create({ data: { id: 1, from: { connect: { id: 1 } }, to: { connect: { id: 2 } } } })
  const users = await db.user.findMany({ orderBy: { id: 'asc' }, select: { _count: { select: { sent: true, received: true } } } })
  assert.deepEqual(users, [{ _count: { sent: 1, received: 0 } }, { _count: { sent: 0, received: 1 } }])
})

test('names of the database differ from those of the client', async () => {
  const db = await open(`
model AppUser {
  userId    Int      @id @default(autoincrement()) @map("id")
  mailBox   String   @unique @map("e-mail")
  kind      Kind     @default(Normal)
  documents Document[]
  @@map("app users")
}

model Document {
  key    String  @id @map("select")
  owner  AppUser @relation(fields: [from], references: [userId])
  from   Int     @map("where")
  @@map("order")
}

enum Kind {
  Normal @map("n")
  Odd    @map("o d d")
}
`)
  await db.appUser.create({ data: { mailBox: 'm', kind: 'Odd', documents: { create: { key: 'k' } } } })
  const found = await db.document.findMany({ where: { owner: { mailBox: { contains: 'm' }, kind: 'Odd' } }, include: { owner: true }, orderBy: { owner: { mailBox: 'asc' } } })
  assert.deepEqual(found, [{ key: 'k', from: 1, owner: { userId: 1, mailBox: 'm', kind: 'Odd' } }])
  assert.deepEqual((await failure(db.appUser.create({ data: { mailBox: 'm' } }))).meta.target ?? ['e-mail'], ['e-mail'])
  const [raw] = await db.$queryRaw`SELECT kind FROM "app users"`
  assert.equal(raw.kind, 'o d d')
})

test('deep nesting', async () => {
  const db = await open(`
model A {
  id Int @id @default(autoincrement())
  bs B[]
}

model B {
  id  Int @id @default(autoincrement())
  a   A   @relation(fields: [aId], references: [id])
  aId Int
  cs  C[]
}

model C {
  id  Int @id @default(autoincrement())
  b   B   @relation(fields: [bId], references: [id])
  bId Int
  ds  D[]
}

model D {
  id  Int     @id @default(autoincrement())
  c   C       @relation(fields: [cId], references: [id])
  cId Int
  tag String?
}
`)
  const created = await db.a.create({
    data: { bs: { create: [1, 2].map((b) => ({ cs: { create: [1, 2].map((c) => ({ ds: { create: [{ tag: `${b}${c}` }, {}] } })) } })) } },
    include: { bs: { include: { cs: { include: { ds: true } } } } },
  })
  assert.equal(created.bs.flatMap((b) => b.cs.flatMap((c) => c.ds)).length, 8)
  assert.equal(await db.a.count({ where: { bs: { some: { cs: { every: { ds: { some: { tag: { startsWith: '2' } } } } } } } } }), 1)
  const taken = await db.a.findFirst({ include: { bs: { take: 1, orderBy: { id: 'desc' }, include: { cs: { skip: 1, take: 1, orderBy: { id: 'asc' }, include: { _count: { select: { ds: { where: { tag: null } } } } } } } } } })
  assert.equal(taken.bs[0].cs.length, 1)
  assert.deepEqual(taken.bs[0].cs[0]._count, { ds: 1 })
})

test('relation load strategy', async () => {
  const { client: db } = await project({
    previewFeatures: ['relationJoins'],
    schema: `
model User {
  id    Int    @id
  posts Post[]
}

model Post {
  id     Int  @id
  user   User @relation(fields: [userId], references: [id])
  userId Int
}
`,
  }).catch((error) => ({ client: null, error }))
  if (db === null) return
  await db.user.create({ data: { id: 1, posts: { create: [{ id: 1 }, { id: 2 }] } } })
  assert.equal((await db.user.findFirst({ include: { posts: true } })).posts.length, 2)
})
