import t from 'tap'
import { markingSteps, traceCollections } from '../../helpers/collections.js'

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

t.test('photographs outside of the heap do not have it marked beside the work, and do not heap up', async t => {
  const [usual, whole] = [await markingSteps(), await markingSteps(ours)]
  t.ok(usual.steps > 0, `usually so, ${usual.steps} times`)
  t.equal(whole.steps, 0)
  t.ok(whole.peak < 1.3 * usual.peak, `${whole.peak} kB at most, ${usual.peak} usually`)
})
