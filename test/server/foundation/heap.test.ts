import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'

const run = promisify(execFile)

/** Twice: V8 has other bounds until it has collected once. */
const PROGRAM = 'globalThis.living = Array.from({ length: 300_000 }, i => ({ list: [i] })); gc(); gc()'

/** How far V8 says it will let that heap grow before it collects, kB; on a machine with much memory. */
async function limitOf (...options: string[]): Promise<number> {
  const args = [
    '--max-old-space-size=4096',
    '--expose-gc',
    '--trace-gc-verbose',
    ...options,
    '--input-type=module',
    '--eval',
    PROGRAM,
  ]
  const { stdout } = await run(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '' } })
  return Number([...stdout.matchAll(/\[HeapController\] Limit: .* new limit: (\d+) KB/g)].at(-1)?.[1])
}

t.test('garbage that has survived young collections is not left to grow to a multiple of what lives', async t => {
  const [usual, ours] = [
    await limitOf(),
    await limitOf(`--import=${new URL('../../../server/dist/foundation/heap.js', import.meta.url).href}`),
  ]
  t.ok(ours < 0.7 * usual, `${ours} of ${usual} kB`)
})
