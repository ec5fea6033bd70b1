#!/usr/bin/env node
// prisma-engines-env                  prints the variables, for `eval "$(npx prisma-engines-env)"`
// prisma-engines-env COMMAND WORD…    runs a command with them
'use strict'

const { spawnSync } = require('node:child_process')
const { paths, use } = require('./index.js')

const [command, ...words] = process.argv.slice(2)
if (command === undefined) {
  for (const [name, file] of Object.entries(paths)) console.log(`export ${name}='${file.replaceAll("'", "'\\''")}'`)
} else {
  const done = spawnSync(command, words, { stdio: 'inherit', env: use({ ...process.env }) })
  if (done.error) console.error(`${command}: ${done.error.message}`)
  process.exit(done.status ?? 1)
}
