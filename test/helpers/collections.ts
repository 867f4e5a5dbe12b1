/** What V8's collector does in a program, with the flags that a module of ours sets. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Test } from 'tap'

const run = promisify(execFile)

/** Runs a program on what is like a machine with much memory. @returns what it and V8's tracing print */
export async function traceCollections (program: string, ...options: string[]): Promise<string> {
  const args = [
    '--max-old-space-size=4096', '--expose-gc', '--trace-gc', ...options, '--input-type=module', '--eval', program,
  ]
  return (await run(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '' } })).stdout
}

/** Megabytes outside of the heap, one after another, some of which are in hand, and objects for each. */
const BUFFERS = `
  const inHand = []
  let most = 0
  for (let i = 0; i < 1000; i++) {
    inHand.push(Buffer.alloc(700_000, i))
    if (inHand.length > 60) inHand.shift()
    globalThis.objects = Array.from({ length: 2000 }, () => ({ i }))
    most = Math.max(most, process.memoryUsage.rss())
    await new Promise(resolve => setImmediate(resolve))
  }
  console.log(JSON.stringify(most))`

/** How often megabytes outside of the heap have it marked in steps beside the work, and the peak memory in bytes. */
async function collectBuffers (...options: string[]): Promise<{ steps: number, peak: number }> {
  const text = await traceCollections(BUFFERS, ...options)
  return { steps: text.match(/steps since start of marking/g)?.length ?? 0, peak: Number(/^\d+$/m.exec(text)![0]) }
}

/** Tests that with `ours` V8 marks the heap of a program with many buffers at once, and lets no memory heap up. */
export async function testMarkedAtOnce (t: Test, ours: string): Promise<void> {
  const [usual, whole] = [await collectBuffers(), await collectBuffers(ours)]
  t.comment(`usually it is marked beside the work ${usual.steps} times`)
  t.equal(whole.steps, 0)
  t.ok(whole.peak < 1.3 * usual.peak, `${whole.peak} bytes at most, ${usual.peak} usually`)
}
