import t from 'tap'
import { testMarkedAtOnce, traceCollections } from '../../helpers/collections.js'

const ours = `--import=${new URL('../../../server/dist/foundation/heap.js', import.meta.url).href}`

/** Twice: V8 has other bounds until it has collected once. */
const OLD_OBJECTS = 'globalThis.living = Array.from({ length: 300_000 }, i => ({ list: [i] })); gc(); gc()'

t.test('garbage that has survived young collections is not left to grow to a multiple of what lives', async t => {
  /** How far V8 says it will let that heap grow before it collects, kB. */
  const limitOf = async (...options: string[]) => Number([
    ...(await traceCollections(OLD_OBJECTS, '--trace-gc-verbose', ...options))
      .matchAll(/\[HeapController\] Limit: .* new limit: (\d+) KB/g),
  ].at(-1)?.[1])
  const [usual, bounded] = [await limitOf(), await limitOf(ours)]
  t.ok(bounded < 0.7 * usual, `${bounded} of ${usual} kB`)
})

t.test('photographs outside of the heap do not have it marked beside the work, and do not heap up', t =>
  testMarkedAtOnce(t, ours))

/** Objects that live for a while, as requests do, and no buffers. */
const REQUESTS = `
  const underWay = []
  let most = 0
  for (let i = 0; i < 2e7; i++) {
    underWay[i % 200_000] = { list: [i] }
    if (i % 100_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed)
  }
  console.log(JSON.stringify(most))`

t.test('marked only at its bound, the heap of many requests stays below what it usually is', async t => {
  const peakOf = async (...options: string[]) =>
    Number(/^\d+$/m.exec(await traceCollections(REQUESTS, ...options))![0])
  const [usual, bounded] = [await peakOf(), await peakOf(ours)]
  t.ok(bounded < 1.1 * usual, `${bounded} bytes at most, ${usual} usually`)
})
