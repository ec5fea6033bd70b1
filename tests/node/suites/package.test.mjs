// The npm package: installed as a user does, and used from there.
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, engineType } from '../project.mjs'

const source = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../../packages/node')

test('the npm package installs and shows its engines', { skip: engineType !== 'library' }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'prisma-package-'))
  const { LD_PRELOAD, PRISMA_QUERY_ENGINE_LIBRARY, PRISMA_QUERY_ENGINE_BINARY, PRISMA_SCHEMA_ENGINE_BINARY, ...env } = process.env
  const run = (command, ...words) => execFileSync(command, words, { cwd: folder, encoding: 'utf8', stdio: 'pipe', env: { ...env, PRISMA_ENGINES_BUILD: build } })
  try {
    writeFileSync(path.join(folder, 'package.json'), '{"name":"app","private":true}')
    run('npm', 'install', '--install-links', '--offline', '--no-audit', '--no-fund', source)
    const program = path.join(folder, 'node_modules/.bin/prisma-engines-env')
    const inside = path.join(folder, 'node_modules/prisma-engines-cpp/engines')
    assert.equal(run(program).trim().split('\n')[0], `export PRISMA_QUERY_ENGINE_LIBRARY='${inside}/libquery_engine.so.node'`)
    assert.match(run(program, path.join(inside, 'query-engine'), '--version'), /^query-engine [0-9a-f]{40}\n$/)
    const load = 'const m = { exports: {} }; process.dlopen(m, process.env.PRISMA_QUERY_ENGINE_LIBRARY); console.log(m.exports.version().commit)'
    assert.match(run(program, process.execPath, '-e', load), /^[0-9a-f]{40}\n$/)
    const use = 'require("prisma-engines-cpp").use(); console.log(process.env.PRISMA_SCHEMA_ENGINE_BINARY)'
    assert.equal(run(process.execPath, '-e', use), `${inside}/schema-engine\n`)
    assert.throws(() => run(program, process.execPath, '-e', 'process.exit(7)'), (error) => error.status === 7)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
