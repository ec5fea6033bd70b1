// Answers as they are kept: a short digest of each step, in a file for each schema; `!` marks those that the official client engine, with its
// driver adapters, gives otherwise (README.md tells why).
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), 'answers')
const fileOf = (name) => path.join(folder, `${name}.json`)

// What an adapter writes in another way, in one form.
function canonical(step) {
  return JSON.stringify(step).replace(/`(\\")?(\w+)(\\")?`, (?=`)/g, '`$2`,').replace(/,`\\"(\w+)\\"`/g, ',`$1`').replace(/\(`\\"(\w+)\\"`/g, '(`$1`')
}

export const digest = (step) => createHash('sha256').update(canonical(step)).digest('hex').slice(0, 6)

export function read(name) {
  if (!existsSync(fileOf(name))) return {}
  const kept = JSON.parse(readFileSync(fileOf(name), 'utf8'))
  return Object.fromEntries(Object.entries(kept).map(([provider, text]) => [provider, text.split(' ')]))
}

// Keeps what `ours` gave, marked where `official` differs; the steps that differ.
export function write(name, provider, ours, official) {
  mkdirSync(folder, { recursive: true })
  const kept = existsSync(fileOf(name)) ? JSON.parse(readFileSync(fileOf(name), 'utf8')) : {}
  const marks = ours.map((step, i) => digest(step) + (official[i] && digest(step) === digest(official[i]) ? '' : '!'))
  kept[provider] = marks.join(' ')
  writeFileSync(fileOf(name), `${JSON.stringify(kept, null, 1)}\n`)
  return ours.map((step, i) => [official[i], step]).filter((_, i) => marks[i].endsWith('!'))
}

// The first steps that are not as kept, told for people.
export function differences(name, provider, steps) {
  const kept = read(name)[provider]
  if (!kept) return [`no answers are kept for ${name} on ${provider}`]
  const found = []
  if (kept.length !== steps.length) found.push(`${steps.length} steps instead of ${kept.length}`)
  steps.forEach((step, i) => {
    if (kept[i] && kept[i].replace('!', '') !== digest(step)) found.push(JSON.stringify(step).slice(0, 1000))
  })
  return found
}
