/** `npm run bench:encode`: encoding whole folders, beside a Python script; kills; the cost of shards themselves. */
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openRepository } from '@partition-vae/models'
import { writePlan } from '../../collections/encode/plan.js'
import { openLeases } from '../../collections/work/leases.js'
import { skipRedis, startRedis } from '../collections/redis.js'
import { digestOf, killAtRandom, start } from './encode/kills.js'
import { measureCommand, type Cost } from './encode/measure.js'
import { writeScript } from './encode/peer.js'
import { writeMany, type PictureKind } from './encode/pictures.js'
import { measureFolder, measureQueue } from './encode/share.js'
import { readOptions } from './options.js'
import { findPeer } from './python.js'
import { median } from './table.js'

const options = readOptions({
  name: 'bench:encode',
  about: `pvae encode on folders of small PNGs (by digits) and of JPEGs 640 × 360 (by table-tennis), in turn with a
Python script of Pillow, onnxruntime and multiprocessing on the same files and graphs; its peak memory as the folder
grows; processes killed at random moments, and what they leave compared with an undisturbed run; the cost of shards.`,
  options: {
    pngs: { help: 'pictures, 28 × 28', default: 100_000, smoke: 300 },
    jpegs: { help: 'pictures, 640 × 360', default: 20_000, smoke: 40 },
    rounds: { help: 'of each side', default: 3, smoke: 1 },
    threads: { help: 'of both sides', default: 2 },
    processes: { help: 'of one thread that share the PNGs', default: [1, 2, 4, 8], smoke: [1, 2] },
    kills: { help: 'of processes that share a folder', default: 50, smoke: 2 },
    'queue-kills': { help: 'of workers of a queue', default: 20, smoke: 1 },
    'redis-kills': { help: 'of Redis itself', default: 5, smoke: 1 },
    names: { help: 'that are listed and cut into shards, without pictures', default: 10_000_000, smoke: 5000 },
    shards: { help: 'whose leases are taken and given back', default: [10, 100, 1000, 10_000], smoke: [10, 100] },
  },
})
const { rounds, threads } = options

const root = fileURLToPath(new URL('../..', import.meta.url))
const program = join(root, 'trainer/dist/cli/main.js')
const repository = openRepository(join(root, 'models/repository'))
const folder = mkdtempSync(join(tmpdir(), 'partition-vae-bench-encode-'))
const python = findPeer('the script', ['pillow', 'numpy', 'onnxruntime'], options)
const script = writeScript(folder)

const encodeArgv = (model: string, input: string, output: string, ...more: string[]) => [
  program, 'encode', model, input, '--output', join(folder, output), '--repository', repository.root, ...more,
]

const describe = (name: string, costs: readonly Cost[], count: number) => {
  const of = (field: keyof Cost) => median(costs.map(cost => cost[field]))
  console.log(`  ${name} ${Math.round(count / of('seconds'))} images/s, ${(1e6 * of('cpu') / count).toFixed(0)} µs of ` +
    `CPU an image, peak ${of('memory').toFixed(0)} MiB`)
  return { seconds: of('seconds'), cpu: of('cpu') }
}

/** Both sides in turn. */
async function race (model: string, name: string, kind: PictureKind, count: number): Promise<void> {
  const input = join(folder, name)
  await writeMany(input, kind, count)
  const { card, directory } = await repository.open(model)
  const { height, width, channels } = card.image
  const [ours, theirs]: Cost[][] = [[], []]
  for (let round = 0; round < rounds; round++) {
    rmSync(join(folder, 'out'), { recursive: true, force: true })
    ours!.push(await measureCommand(process.execPath, encodeArgv(model, input, 'out', '--threads', String(threads))))
    if (python === undefined) continue
    theirs!.push(await measureCommand(python, [
      script, join(directory, 'encoder.onnx'), input, join(folder, 'peer.npy'), ...[threads, height, width, channels]
        .map(String),
    ]))
  }
  console.log(`${count} pictures, ${kind.format} ${kind.width} × ${kind.height}, by ${model}`)
  const here = describe('ours', ours!, count)
  if (python === undefined) return
  const there = describe('the script', theirs!, count)
  console.log(`  ours ÷ the script: ${(there.seconds / here.seconds).toFixed(2)} × the images/s, ` +
    `${(here.cpu / there.cpu).toFixed(2)} of the CPU`)
}

/** A thousand of the pictures beside all of them. */
async function grow (): Promise<void> {
  const some = await measureCommand(process.execPath, encodeArgv('digits', join(folder, 'png', '00000'), 'few'))
  const all = await measureCommand(process.execPath, encodeArgv('digits', join(folder, 'png'), 'many'))
  const small = Math.min(1000, options.pngs)
  console.log(`peak memory: ${small} pictures ${some.memory.toFixed(0)} MiB, ${options.pngs} ${all.memory.toFixed(0)} MiB`)
}

/** The same pictures by several processes of one thread each, in turn through a folder and through a queue. */
async function share (): Promise<void> {
  const input = join(folder, 'png')
  const tell = (how: string, processes: number, costs: ReadonlyArray<{ seconds: number, cpu: number }>) => {
    const [seconds, cpu] = [median(costs.map(cost => cost.seconds)), median(costs.map(cost => cost.cpu))]
    console.log(`  ${how}, ${processes} of one thread: ${Math.round(options.pngs / seconds)} images/s, ${
      (1e6 * cpu / options.pngs).toFixed(0)} µs of CPU an image`)
  }
  console.log(`${options.pngs} pictures, shared`)
  for (const processes of options.processes) {
    const [byFolder, byQueue]: Array<Array<{ seconds: number, cpu: number }>> = [[], []]
    for (let round = 0; round < rounds; round++) {
      const of = `${processes}-${round}`
      byFolder!.push(await measureFolder(processes, encodeArgv('digits', input, `by-folder-${of}`, '--threads', '1')))
      if (skipRedis !== false) continue
      const worker = [program, 'worker', '--kind', 'encode', '--threads', '1', '--repository', repository.root]
      const asks = encodeArgv('digits', input, `by-queue-${of}`)
      byQueue!.push(await measureQueue(processes, worker, asks, join(folder, `redis-${of}`)))
    }
    tell('through a folder', processes, byFolder!)
    if (byQueue!.length > 0) tell('through a queue', processes, byQueue!)
  }
}

async function killSharing (): Promise<void> {
  const input = join(folder, 'png', '00000')
  const argv = (output: string) => encodeArgv('digits', input, output, '--threads', '1', '--shard-size', '16')
  await once(start(argv('undisturbed')), 'close')
  await killAtRandom([() => start(argv('killed')), () => start(argv('killed'))], options.kills, 1.5, 1)
  await once(start(argv('killed')), 'close')
  const same = await digestOf(join(folder, 'killed')) === await digestOf(join(folder, 'undisturbed'))
  console.log(`${options.kills} × kill -9 of two that share a folder: ${same ? 'the same bytes' : 'OTHER bytes'}`)
  if (!same) process.exitCode = 1
}

async function killQueued (): Promise<void> {
  if (skipRedis !== false) return console.log(`the queue is skipped: ${skipRedis}`)
  const ends: Array<() => unknown> = []
  const home = join(folder, 'redis')
  mkdirSync(home)
  const redis = await startRedis({ teardown: end => ends.push(end) }, home)
  const input = join(folder, 'png', '00000')
  const asked = start(encodeArgv('digits', input, 'queued', '--shard-size', '16', '--queue', redis.url))
  const worker = () => start([
    program, 'worker', '--queue', redis.url, '--threads', '1', '--lease', '2', '--repository', repository.root,
  ])
  const workers = [worker(), worker()]
  const random = (at: number) => 300 + 1700 * ((at * 0.618) % 1)
  for (let kill = 0; kill < options['queue-kills'] + options['redis-kills']; kill++) {
    await new Promise(resolve => setTimeout(resolve, random(kill)))
    if (kill < options['redis-kills']) {
      await redis.kill()
      await redis.start()
      continue
    }
    const child = workers.shift()!
    child.kill('SIGKILL')
    await once(child, 'close')
    workers.push(worker())
  }
  if (asked.exitCode === null) await once(asked, 'close')
  for (const child of workers) child.kill('SIGKILL')
  for (const end of ends) await end()
  const same = await digestOf(join(folder, 'queued')) === await digestOf(join(folder, 'undisturbed'))
  console.log(`${options['queue-kills']} × kill -9 of workers, ${options['redis-kills']} × of Redis: ` +
    `${same ? 'the same bytes' : 'OTHER bytes'}`)
  if (!same) process.exitCode = 1
}

/** The cost of sharing as such: shards of no work. */
async function leaseMany (): Promise<void> {
  for (const shards of options.shards) {
    const home = join(folder, `leases-${shards}`)
    const leases = await openLeases({ folder: home })
    const started = performance.now()
    for (let shard = 0; shard < shards; shard++) {
      const lease = await leases.take(`shard-${String(shard).padStart(5, '0')}`)
      writeFileSync(join(home, '..', 'record.json'), '{}')
      await lease!.release()
    }
    console.log(`${shards} shards of no work: ${(1000 * (performance.now() - started) / shards).toFixed(0)} µs each`)
    await leases.close()
  }
}

/** The list of millions, without the pictures. */
async function planMany (): Promise<void> {
  async function * names () {
    for (let i = 0; i < options.names; i++) yield `photos/${String(i % 5000).padStart(4, '0')}/${i}.jpeg`
  }
  const started = performance.now()
  const { shards } = (await writePlan(join(folder, 'plan'), names()))!
  const seconds = (performance.now() - started) / 1000
  console.log(`${options.names} names in ${shards} shards: ${(1e6 * seconds / options.names).toFixed(2)} µs each, ` +
    `${Math.round(process.resourceUsage().maxRSS / 1024)} MiB at most`)
}

try {
  await planMany()
  await race('digits', 'png', { format: 'png', width: 28, height: 28, channels: 1 }, options.pngs)
  await race('table-tennis', 'jpeg', { format: 'jpeg', width: 640, height: 360, channels: 3 }, options.jpegs)
  await grow()
  await share()
  await killSharing()
  await killQueued()
  await leaseMany()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
