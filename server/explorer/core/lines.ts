/** Lines that draw a latent's picture elsewhere: for a shell, Python and TypeScript. */
import { titleOf, type Partition } from './scene.js'

export interface Subject {
  /** Address of the service, ending with a slash. */
  readonly base: string
  readonly name: string
  readonly version: number
  readonly partitions: readonly Partition[]
  /** [D] */
  readonly latent: readonly number[]
  /** Whether the service wants a key: the lines take it from the environment. */
  readonly needsKey?: boolean
}

const KEY = 'PVAE_KEY'

/** Rounded to what a float32 holds: the same picture, in fewer letters. */
const write = (value: number): string => String(Number(value.toPrecision(7)))

/** Lists the partitions with their numbers in brackets. */
const valuesOf = ({ partitions, latent }: Subject) => partitions.map(({ name, label, offset, size }) => ({
  key: JSON.stringify(name),
  numbers: `[${latent.slice(offset, offset + size).map(write).join(', ')}]`,
  title: label === undefined ? undefined : onOneLine(titleOf({ name, label, offset, size })),
}))

const pathOf = ({ base, name, version }: Subject) => `${base}v1/models/${name}/versions/${version}`

/** Writes the numbers by partition, with the model that they are of. */
export function writeJson ({ name, version, partitions, latent }: Subject): string {
  const entries = partitions.map(({ name, offset, size }) => [name, latent.slice(offset, offset + size)])
  return JSON.stringify({ model: name, version, latent: Object.fromEntries(entries) })
}

export function writeCurl (subject: Subject): string {
  const latent = subject.latent.map(write).join(',')
  const key = subject.needsKey ? ` -H "x-api-key: $${KEY}"` : ''
  return `curl -s '${pathOf(subject)}/decode'${key} -H 'content-type: application/json' ` +
    `-d '{"latents":[[${latent}]]}' -o ${subject.name}.png`
}

/** Needs nothing but Python's standard library. */
export function writePython (subject: Subject): string {
  const lines = valuesOf(subject).map(({ key, numbers, title }) =>
    `    ${key}: ${numbers},${title === undefined ? '' : `  # ${title}`}`)
  const key = subject.needsKey ? `, "x-api-key": os.environ["${KEY}"]` : ''
  return `${subject.needsKey ? 'import os\n' : ''}import json
import urllib.request

latent = {
${lines.join('\n')}
}
request = urllib.request.Request(
    "${pathOf(subject)}/decode",
    json.dumps({"latents": [latent]}).encode(),
    {"content-type": "application/json"${key}},
)
with urllib.request.urlopen(request) as answer, open("${subject.name}.png", "wb") as file:
    file.write(answer.read())
`
}

/** Needs `@partition-vae/client`. */
export function writeTypescript (subject: Subject): string {
  const lines = valuesOf(subject).map(({ key, numbers, title }) =>
    `  ${key}: ${numbers},${title === undefined ? '' : ` // ${title}`}`)
  const options = `{ baseUrl: '${subject.base}'${subject.needsKey ? `, apiKey: process.env.${KEY}!` : ''} }`
  return `import { writeFile } from 'node:fs/promises'
import { createClient } from '@partition-vae/client'

const model = createClient(${options}).model('${subject.name}', { version: ${subject.version} })
const picture = await model.decode([{
${lines.join('\n')}
}])
await writeFile('${subject.name}.png', new Uint8Array(await picture.arrayBuffer()))
`
}

/** Labels are other people's words: in a comment they must not end its line. */
function onOneLine (text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
}
