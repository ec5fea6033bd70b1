// Builds the engines into ./engines. The sources are those of the repository that this folder lies in, or the copy in ./source
// that a packed package brings. PRISMA_ENGINES_BUILD names a build folder whose engines are taken instead of building.
'use strict'

const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const repository = path.join(__dirname, '../..')
const copy = path.join(__dirname, 'source')
const parts = ['CMakeLists.txt', 'cmake', 'src', 'scripts/setup', 'LICENSE']

function fail(message) {
  console.error(`prisma-engines-cpp: ${message}`)
  process.exit(1)
}

function source() {
  const isRepository = fs.existsSync(path.join(repository, 'src/hosts/node')) && fs.existsSync(path.join(repository, 'CMakeLists.txt'))
  return isRepository ? repository : copy
}

function copySource() {
  fs.rmSync(copy, { recursive: true, force: true })
  for (const part of parts) {
    const from = path.join(repository, part)
    if (fs.existsSync(from)) fs.cpSync(from, path.join(copy, part), { recursive: true })
  }
}

function run(command, words) {
  try {
    execFileSync(command, words, { stdio: 'inherit' })
  } catch (error) {
    const setup = path.join(source(), 'scripts/setup')
    fail(`${command} failed: ${error.message}\nThe engines are built here. On Debian 12, \`sudo bash ${setup} --build-only\` installs what that needs; the headers of Node-API come with Node.js or with libnode-dev.`)
  }
}

function build() {
  const folder = path.join(__dirname, 'build')
  const headers = [path.join(path.dirname(process.execPath), '../include/node'), '/usr/include/node'].find((f) => fs.existsSync(path.join(f, 'node_api.h')))
  const words = ['-S', source(), '-B', folder, '-G', 'Ninja', '-DCMAKE_BUILD_TYPE=Release', '-DPRISMA_TESTS=OFF']
  if (headers) words.push(`-DNODE_API_INCLUDE=${headers}`)
  run('cmake', words)
  run('ninja', ['-C', folder, '-j', String(Math.max(1, os.availableParallelism?.() ?? os.cpus().length)), 'query_engine_node', 'query-engine', 'schema-engine'])
  return folder
}

if (process.argv.includes('--copy-source')) {
  copySource()
} else {
  const folder = process.env.PRISMA_ENGINES_BUILD || build()
  const engines = path.join(__dirname, 'engines')
  fs.mkdirSync(engines, { recursive: true })
  for (const file of ['lib/libquery_engine.so.node', 'bin/query-engine', 'bin/schema-engine']) {
    const from = path.join(folder, file)
    if (!fs.existsSync(from)) fail(`${from} is missing`)
    // A new file, not new contents: a running program may still have the old one open.
    const to = path.join(engines, path.basename(file))
    fs.rmSync(to, { force: true })
    fs.copyFileSync(from, to)
    fs.chmodSync(to, 0o755)
  }
  const { version } = (() => {
    const module = { exports: {} }
    process.dlopen(module, path.join(engines, 'libquery_engine.so.node'))
    return module.exports.version()
  })()
  console.log(`prisma-engines-cpp: the engines are in ${engines} (version ${version})`)
}
