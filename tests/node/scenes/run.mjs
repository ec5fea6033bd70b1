// Runs scenes and writes their steps: node run.mjs FOLDER [NAME…]; a file NAME.PROVIDER.json each, unless it is there.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { exercise } from './exercise.mjs'
import { names, open, providers, runsOn } from './open.mjs'

const [folder, ...wanted] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
for (const provider of process.env.SCENE_PROVIDERS?.split(',') ?? providers) {
  for (const name of (wanted.length ? wanted : names).filter((name) => runsOn(name, provider))) {
    const file = path.join(folder, `${name}.${provider}.json`)
    if (existsSync(file)) continue
    let made
    try {
      made = await open(name, provider)
      const steps = await exercise(made)
      writeFileSync(file, `[\n${steps.map((step) => JSON.stringify(step)).join(',\n')}\n]\n`)
      console.log(`${name} on ${provider}: ${steps.length} steps, ${steps.filter((s) => s.error).length} errors`)
    } catch (error) {
      console.log(`${name} on ${provider}: FAILED`, error)
      process.exitCode = 1
    } finally {
      await made?.close()
    }
  }
}
process.exit()
