// Times of common work through @prisma/client: PRISMA_ENGINE_TYPE=library|binary|client node speed.mjs (client: with PRISMA_ADAPTER).
// TMPDIR=/dev/shm leaves the disk out.
import { project, closeAll, engineType } from './project.mjs'
const { client: db } = await project({ schema: 'blog.prisma' })
await db.$executeRawUnsafe('PRAGMA journal_mode=WAL')
for (let i = 1; i <= 200; i++) await db.user.create({ data: { email: `u${i}`, name: 'n', posts: { create: [{ title: 'a' }, { title: 'b' }, { title: 'c' }] } } })
const works = {
  findUnique: (i) => db.user.findUnique({ where: { id: 1 + i % 200 } }),
  find10: (i) => db.post.findMany({ take: 10, orderBy: { id: 'asc' }, where: { id: { gt: i % 500 } } }),
  include: (i) => db.user.findMany({ take: 20, where: { id: { gt: i % 100 } }, include: { posts: true } }),
  rows600: () => db.post.findMany(),
  create: (i) => db.category.create({ data: { name: `c${i}-${Math.random()}` } }),
  update: (i) => db.post.update({ where: { id: 1 + i % 600 }, data: { views: { increment: 1 } } }),
  tx: (i) => db.$transaction(async (tx) => { await tx.user.findUnique({ where: { id: 1 + i % 200 } }); await tx.post.update({ where: { id: 1 + i % 600 }, data: { views: i } }) }),
  hundred: async (i) => { await Promise.all([...Array(100).keys()].map((k) => db.post.findFirst({ where: { id: 1 + (i + k) % 600 } }))) },
}
for (const [name, work] of Object.entries(works)) {
  for (let i = 0; i < 20; i++) await work(i)
  const times = []
  const end = performance.now() + 900
  for (let i = 0; performance.now() < end; i++) { const t = performance.now(); await work(i); times.push(performance.now() - t) }
  times.sort((a, b) => a - b)
  console.log(engineType.padEnd(8), name.padEnd(11), 'p10', (times[Math.floor(times.length * 0.1)] * 1000).toFixed(0), 'p50', (times[times.length >> 1] * 1000).toFixed(0), 'µs')
}
await closeAll()
