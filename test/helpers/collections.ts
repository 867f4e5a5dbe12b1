/** What V8's collector does in a program, with the flags that a module of ours sets. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

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

/**
 * What megabytes outside of the heap have V8 do: how often it is marked in steps beside the work, and the most resident
 * memory in bytes.
 */
export async function collectBuffers (...options: string[]): Promise<{ steps: number, peak: number }> {
  const text = await traceCollections(BUFFERS, ...options)
  return { steps: text.match(/steps since start of marking/g)?.length ?? 0, peak: Number(/^\d+$/m.exec(text)![0]) }
}
