/**
 * The limit that no service can pass: decode and infer, one image after another, in one thread, without HTTP. Reads an
 * InProcessJob (JSON) from standard input; prints CPU microseconds per image.
 */
import { openRepository } from '@partition-vae/models'
import { loadModel } from '../../../server/inference/execute.js'

export interface InProcessJob {
  readonly repository: string
  readonly model: string
  readonly seconds: number
  /** Base64. */
  readonly images: readonly string[]
}

let text = ''
for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk
const { repository, model: name, seconds, images } = JSON.parse(text) as InProcessJob
const source = await openRepository(repository).open(name)
const model = await loadModel({ ...source, key: `${name}/${source.card.version}`, provider: 'cpu' })
const files = images.map(image => new Uint8Array(Buffer.from(image, 'base64')))

async function runFor (seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1e3
  let count = 0
  const before = process.cpuUsage()
  while (performance.now() < end) {
    const file = files[count++ % files.length]!
    await model.execute({ kind: 'encode', images: [file], fit: 'fill', invert: false, maxPixels: 40e6 })
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

await runFor(seconds / 3)
console.log(await runFor(seconds))
await model.release()
