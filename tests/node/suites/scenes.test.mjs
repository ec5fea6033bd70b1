// Real-life schemas on each database, exercised as scenes/exercise.mjs tells: every step as kept in scenes/answers, which were compared with
// the official client engine's. A part of them by default, all with SCENES=all; SCENES=blog,shop names some.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { engineType } from '../project.mjs'
import { differences, read } from '../scenes/answers.mjs'
import { exercise } from '../scenes/exercise.mjs'
import { names, open, providers, runsOn } from '../scenes/open.mjs'

const asked = process.env.SCENES ?? ''
// The databases take turns, so that each schema is run somewhere in a part of a run, and the engines do not do the same ones.
const turn = engineType === 'library' ? 0 : 3
const isWanted = (name, provider) => {
  if (asked === 'all') return true
  if (asked) return asked.split(',').includes(name)
  const i = names.indexOf(name)
  return (i + turn) % 6 === 0 && (provider === 'sqlite' || providers.indexOf(provider) === 1 + (Math.floor(i / 6) % 2) || providers.length < 3)
}

for (const name of names) {
  for (const provider of providers.filter((p) => runsOn(name, p) && isWanted(name, p) && read(name)[p])) {
    test(`${name} on ${provider}`, { skip: engineType === 'client' }, async () => {
      const made = await open(name, provider)
      try {
        const found = differences(name, provider, await exercise(made))
        assert.equal(found.length, 0, `${found.length} steps differ from scenes/answers:\n${found.slice(0, 5).join('\n')}`)
      } finally {
        await made.close()
      }
    })
  }
}
