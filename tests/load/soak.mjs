// Many operations of the real @prisma/client on the Node-API library in this process, without growth of memory or descriptors.
//   tests/load/soak_node --operations 1000000
// Among them are requests that fail, statements whose text never comes again, transactions that expire, clients that connect and
// disconnect, and worker threads that end with open clients.
import { readFileSync, readdirSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { project, closeAll } from '../node/project.mjs'

const total = Number(process.argv[process.argv.indexOf('--operations') + 1] || 20000)
const made = await project({ schema: 'blog.prisma' })
const { client: db, url, clientFolder } = made
await db.$queryRawUnsafe('PRAGMA journal_mode=WAL')
for (let i = 0; i < 40; i++) await db.user.create({ data: { email: `u${i}`, name: 'n', posts: { create: [{ title: 'a' }, { title: 'b' }] } } })

let done = 0
let serial = 0
const any = (n) => Math.floor(Math.random() * n)

async function refused(code, work) {
  try {
    await work
  } catch (error) {
    if (error.code === code) return
    throw error
  }
  throw new Error(`no ${code}`)
}

const kinds = {
  async write() {
    const email = `w${serial++}`
    const user = await db.user.create({ data: { email, posts: { create: [{ title: 'a' }, { title: 'b' }] } }, include: { posts: true } })
    await db.user.update({ where: { id: user.id }, data: { name: 'changed' } })
    await refused('P2002', db.user.create({ data: { email } }))
    await db.post.deleteMany({ where: { authorId: user.id } })
    await db.user.delete({ where: { id: user.id } })
    done += 5
  },
  async read() {
    await db.user.findMany({ where: { id: { in: Array.from({ length: 1 + any(20) }, () => any(40)) } }, include: { posts: true }, orderBy: { email: 'asc' } })
    await db.post.count({ where: { title: 'a' } })
    await db.post.groupBy({ by: ['title'], _count: true, where: { id: { gt: any(60) } } })
    done += 3
  },
  async many() {
    const found = await Promise.all(Array.from({ length: 30 }, () => db.user.findUnique({ where: { email: `u${any(40)}` } })))
    if (found.some((user) => !user)) throw new Error('a user is lost')
    done += 30
  },
  async batch() {
    const name = `c${serial++}`
    await db.$transaction([db.category.create({ data: { name } }), db.category.update({ where: { name }, data: { name: name + 'x' } }), db.category.delete({ where: { name: name + 'x' } })])
    done += 3
  },
  async transaction() {
    await db.$transaction(async (tx) => {
      const user = await tx.user.create({ data: { email: `t${serial++}` } })
      await tx.user.delete({ where: { id: user.id } })
    }, { maxWait: 60000, timeout: 60000 })
    done += 4
  },
  async rare() {
    await db.$queryRawUnsafe(`SELECT 1 AS n${any(2 ** 40)}`)
    await refused('P2010', db.$queryRawUnsafe(`SELECT nothing${any(2 ** 40)}`))
    await refused('P2025', db.user.findUniqueOrThrow({ where: { email: 'nobody' } }))
    const other = new made.PrismaClient({ datasourceUrl: url, errorFormat: 'minimal' }) // open() would keep it
    await other.user.count()
    await other.$disconnect()
    done += 4
  },
  async rarest() {
    await refused('P2028', db.$transaction(async (tx) => {
      await new Promise((resolve) => setTimeout(resolve, 60))
      await tx.user.count()
    }, { maxWait: 60000, timeout: 20 }))
    const code = `const { PrismaClient } = require(${JSON.stringify(clientFolder)})
      const db = new PrismaClient({ datasourceUrl: ${JSON.stringify(url)} })
      db.user.count().then(() => { db.user.findMany(); process.exit() })`
    await new Promise((resolve, reject) => new Worker(code, { eval: true }).on('exit', resolve).on('error', reject))
    done += 4
  },
}
const weights = [['write', 20], ['read', 30], ['many', 30], ['batch', 8], ['transaction', 8], ['rare', 3], ['rarest', 0.1]]
const sum = weights.reduce((s, [, w]) => s + w, 0)

async function worker() {
  while (done < total) {
    let at = Math.random() * sum
    await kinds[weights.find(([, weight]) => (at -= weight) < 0)[0]]()
  }
}

const samples = []
function sample() {
  globalThis.gc()
  const resident = Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[1]) * 4
  samples.push({ done, resident, descriptors: readdirSync('/proc/self/fd').length })
}
const started = performance.now()
const timer = setInterval(() => { while (done >= samples.length * total / 60) sample() }, 5)
await Promise.all(Array.from({ length: 8 }, worker))
clearInterval(timer)
while (samples.length <= 60) sample()

// By their order: none of the parts is empty then.
const first = Math.floor(samples.length * 0.4), last = Math.floor(samples.length * 0.8)
const median = (list, key) => list.map((s) => s[key]).sort((a, b) => a - b)[list.length >> 1]
const [before, after] = [samples.slice(first, last), samples.slice(last)].map((part) => median(part, 'resident'))
const [openBefore, openAfter] = [samples.slice(first, last), samples.slice(last)].map((part) => median(part, 'descriptors'))
const faults = []
// V8's heap breathes more than an engine does.
if (after - before > Math.max(16 << 10, before / 10)) faults.push(`resident memory grew by ${after - before} kB`)
// A client that is being opened has some of its own.
if (openAfter > openBefore + 8) faults.push(`descriptors grew from ${openBefore} to ${openAfter}`)
for (const fault of faults) console.log('FAULT:', fault)
await closeAll()
console.log(`Node.js: ${done.toLocaleString('en')} operations in ${((performance.now() - started) / 1000).toFixed(0)} s; resident ${samples[1].resident} kB at the start, ` +
  `${before} kB at 40 to 80 %, ${after} kB at the end; descriptors ${openBefore}, ${openAfter} at the end; ${faults.length} faults`)
process.exit(faults.length ? 1 : 0)
