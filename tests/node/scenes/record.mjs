// Keeps the answers of two runs of run.mjs: node record.mjs OURS OFFICIAL, their folders. Prints where they differ.
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'

import { write } from './answers.mjs'

const [ours, official] = process.argv.slice(2)
let steps = 0
let differ = 0
for (const file of readdirSync(ours).sort()) {
  const load = (folder) => JSON.parse(readFileSync(path.join(folder, file), 'utf8'))
  const [name, provider] = file.split('.')
  const found = write(name, provider, load(ours), load(official))
  steps += load(ours).length
  differ += found.length
  for (const [theirs, mine] of found) console.log(`${file}\n  official ${JSON.stringify(theirs)?.slice(0, 600)}\n  ours     ${JSON.stringify(mine).slice(0, 600)}`)
}
console.log(`${steps} steps, ${differ} differ`)
