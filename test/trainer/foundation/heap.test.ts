import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { testMarkedAtOnce } from '../../helpers/collections.js'

const run = promisify(execFile)

const ours = `--import=${new URL('../../../trainer/dist/foundation/heap.js', import.meta.url).href}`

/** Objects that die young, and some that live for a while. */
const PROGRAM = `
  const recent = []
  for (let i = 0; i < 3e6; i++) recent[i % 1e5] = { i }
  console.log(process.getBuiltinModule('node:v8').getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size)`

/** Bytes of the space for young objects after them. */
async function youngSpace (...options: string[]): Promise<number> {
  const { stdout } = await run(process.execPath, [...options, '--input-type=module', '--eval', PROGRAM], {
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  return Number(stdout)
}

t.test('the space for young objects stays small', async t => {
  const [usual, bounded] = [await youngSpace(), await youngSpace(ours)]
  t.ok(bounded < 0.5 * usual, `${bounded} of ${usual} bytes`)
})

t.test('batches outside of the heap do not have it marked beside the work, and do not heap up', t =>
  testMarkedAtOnce(t, ours))
