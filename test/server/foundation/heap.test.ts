import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'

const run = promisify(execFile)

const ours = `--import=${new URL('../../../server/dist/foundation/heap.js', import.meta.url).href}`

/** What V8 says of its collections while a program runs; on a machine with much memory. */
async function trace (program: string, ...options: string[]): Promise<string> {
  const args = [
    '--max-old-space-size=4096', '--expose-gc', '--trace-gc', ...options, '--input-type=module', '--eval', program,
  ]
  return (await run(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '' } })).stdout
}

/** Twice: V8 has other bounds until it has collected once. */
const OLD_OBJECTS = 'globalThis.living = Array.from({ length: 300_000 }, i => ({ list: [i] })); gc(); gc()'

t.test('garbage that has survived young collections is not left to grow to a multiple of what lives', async t => {
  /** How far V8 says it will let that heap grow before it collects, kB. */
  const limitOf = async (...options: string[]) => Number([
    ...(await trace(OLD_OBJECTS, '--trace-gc-verbose', ...options))
      .matchAll(/\[HeapController\] Limit: .* new limit: (\d+) KB/g),
  ].at(-1)?.[1])
  const [usual, bounded] = [await limitOf(), await limitOf(ours)]
  t.ok(bounded < 0.7 * usual, `${bounded} of ${usual} kB`)
})

/** Photographs, one after another, some of which are in hand, and objects for each. */
const PHOTOGRAPHS = `
  const inHand = []
  for (let i = 0; i < 1000; i++) {
    inHand.push(Buffer.alloc(700_000, i))
    if (inHand.length > 60) inHand.shift()
    globalThis.objects = Array.from({ length: 2000 }, () => ({ i }))
    await new Promise(resolve => setImmediate(resolve))
  }
  console.log(process.resourceUsage().maxRSS, 'kB')`

t.test('photographs outside of the heap do not have it marked beside the work, and do not heap up', async t => {
  const [usual, whole] = [await trace(PHOTOGRAPHS), await trace(PHOTOGRAPHS, ours)]
  const inSteps = (text: string) => text.match(/steps since start of marking/g)?.length ?? 0
  t.ok(inSteps(usual) > 0, `usually so, ${inSteps(usual)} times`)
  t.equal(inSteps(whole), 0)
  const peak = (text: string) => Number(/(\d+) kB/.exec(text)![1])
  t.ok(peak(whole) < 1.3 * peak(usual), `${peak(whole)} kB at most, ${peak(usual)} usually`)
})
