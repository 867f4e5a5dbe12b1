import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { openDataset, type DataProgress } from '../../../../trainer/data/index.js'
import type { FolderConfig } from '../../../../trainer/data/source-config/pictures.js'
import { HEADER_BYTES } from '../../../../trainer/data/folder/cache-format.js'
import { acquireLock } from '../../../../trainer/foundation/lock.js'
import { pattern, png } from './images.js'

const HEIGHT = 4
const WIDTH = 6
const SIZE = HEIGHT * WIDTH * 3

const module = import.meta.resolve('../../../../trainer/data/index.js')
// Children load what this process does, and as it does.
const options = [...process.execArgv, '--input-type=module']

async function prepare (t: Test, count: number): Promise<FolderConfig & { cacheDirectory: string }> {
  const dir = t.testdir({ photos: {} })
  const distinct = await Promise.all(Array.from({ length: 13 }, (_, i) => png(HEIGHT, WIDTH, 3, i)))
  for (let i = 0; i < count; i++) {
    // Every ninth file is no image: the journal holds both kinds.
    await writeFile(
      join(dir, 'photos', `${String(i).padStart(5, '0')}.png`),
      i % 9 === 4 ? `text ${i}` : distinct[i % 13]!
    )
  }
  return {
    source: 'folder',
    directory: join(dir, 'photos'),
    height: HEIGHT,
    width: WIDTH,
    channels: 3,
    fit: 'fill',
    testFraction: 0.2,
    splitSeed: 0,
    cacheDirectory: join(dir, 'cache'),
  }
}

async function open (config: FolderConfig): Promise<{ progress: DataProgress[], count: number, skipped: number }> {
  const progress: DataProgress[] = []
  const { train, test, skipped } = await openDataset(config, report => progress.push(report))
  await train.close()
  await test.close()
  return { progress, count: train.count + test.count, skipped: skipped.length }
}

async function cachePath ({ cacheDirectory }: { cacheDirectory: string }): Promise<string> {
  const name = (await readdir(cacheDirectory)).find(name => name.includes('.images'))!
  return join(cacheDirectory, name.replace(/\.images.*/, '.images'))
}

/** So many that progress is told several times before all are read, however fast the machine is. */
const FILES = 3600

t.test('a build killed with SIGKILL continues from what was flushed and gives the same file', async t => {
  const config = await prepare(t, FILES)
  const script = `import { openDataset } from ${JSON.stringify(module)}
    await openDataset(${JSON.stringify(config)}, ({ done }) => { if (done > 300) process.kill(process.pid, 'SIGKILL') })`
  const child = spawn(process.execPath, [...options, '-e', script], { stdio: 'ignore' })
  const [, signal] = await once(child, 'exit')
  t.equal(signal, 'SIGKILL')
  const path = await cachePath(config)
  const left = await readdir(config.cacheDirectory)
  t.strictSame(
    left.map(name => name.slice(name.lastIndexOf('.'))).sort(),
    ['.journal', '.lock', '.partial'],
    'nothing half-written bears the name'
  )

  const { progress, count, skipped } = await open(config)
  t.ok(progress[0]!.done > 256, `began at ${progress[0]!.done}`)
  t.match(progress.at(-1), { done: FILES, total: FILES, skipped: FILES / 9 })
  t.equal(count, FILES - FILES / 9)
  t.equal(skipped, FILES / 9)
  t.strictSame(await readdir(config.cacheDirectory), [path.slice(config.cacheDirectory.length + 1)])

  const fresh = { ...config, cacheDirectory: join(config.cacheDirectory, '..', 'fresh') }
  await open(fresh)
  t.ok((await readFile(path)).equals(await readFile(await cachePath(fresh))))
})

t.test('a build that a signal stops keeps what is decoded, leaves no lock, and continues from there', async t => {
  const config = await prepare(t, FILES)
  const controller = new AbortController()
  let seen = 0
  await t.rejects(openDataset(config, ({ done }) => {
    seen = done
    if (done > 0) controller.abort(new Error('enough'))
  }, controller.signal), { message: 'enough' })
  const left = await readdir(config.cacheDirectory)
  t.strictSame(left.map(name => name.slice(name.lastIndexOf('.'))).sort(), ['.journal', '.partial'])
  await t.rejects(
    openDataset(config, undefined, AbortSignal.abort(new Error('at once'))),
    { message: 'at once' },
    'nor is anything lost by a signal before the first image'
  )
  const { progress, count } = await open(config)
  t.ok(progress[0]!.done >= seen, `began at ${progress[0]!.done} after ${seen}`)
  t.equal(count, FILES - FILES / 9)
})

t.test('a disk that fills up: a clear error, and the build continues once there is room', async t => {
  // 6 KiB an image; the shell limits files to 2 MiB: the second flush of 256 files is cut short.
  const config = { ...await prepare(t, 540), height: 32, width: 64 }
  const script = `import { openDataset } from ${JSON.stringify(module)}
    process.on('SIGXFSZ', () => {})
    await openDataset(${JSON.stringify(config)}).catch(error => console.log(error.code, error.message))`
  const child = spawn('sh', ['-c', 'ulimit -f 4096; exec "$0" "$@"', process.execPath, ...options, '-e', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
  t.match(
    output,
    /^PVAE_OUTPUT_UNWRITABLE expected to write .*\.images but found the file would exceed the size limit \(EFBIG\)/
  )
  t.strictSame((await readdir(config.cacheDirectory)).map(name => name.slice(name.lastIndexOf('.'))).sort(), [
    '.journal',
    '.partial',
  ])
  const { progress, count } = await open(config)
  t.equal(progress[0]!.done, 257)
  t.equal(count, 480)
})

t.test('what an interrupted build left is verified before it is kept', async t => {
  const config = await prepare(t, 30)
  await open(config)
  const path = await cachePath(config)
  const whole = await readFile(path)
  const header = JSON.parse(whole.toString('utf8', 0, HEADER_BYTES))
  t.equal(header.count, 27)
  t.equal(header.indexOffset, HEADER_BYTES + 27 * SIZE)
  t.equal(
    whole.toString('latin1', HEADER_BYTES, HEADER_BYTES + SIZE),
    Buffer.from(pattern(HEIGHT, WIDTH, 3, 0)).toString('latin1')
  )

  // A build leaves what the finished file is made of: its images, and its index behind a line with the key.
  const images = whole.subarray(0, header.indexOffset)
  const lines = whole.toString('utf8', header.indexOffset).split('\n').slice(0, -1)
  const journal = (n: number): string => [header.key, ...lines.slice(0, n)].map(line => `${line}\n`).join('')
  const changed = (at: number): Buffer => { const bytes = Buffer.from(images); bytes[at]! ^= 1; return bytes }
  const reordered = [...lines]
  ;[reordered[6], reordered[7]] = [reordered[7]!, reordered[6]!]
  const cases: Array<[string, Uint8Array, string, number]> = [
    ['nothing yet', Buffer.alloc(0), '', 0],
    ['only the key', images.subarray(0, HEADER_BYTES), journal(0), 0],
    ['ten files', images.subarray(0, HEADER_BYTES + 9 * SIZE), journal(10), 10],
    ['more images than the journal names', images, journal(10), 10],
    ['a last line without its end', images, journal(10) + lines[10]!.slice(0, 30), 10],
    ['a last line that lost only its newline', images, journal(11).slice(0, -1), 10],
    ['a damaged line', images, journal(10) + '{"path":5}\n' + lines[11] + '\n', 10],
    ['images cut short', images.subarray(0, HEADER_BYTES + 5 * SIZE - 1), journal(30), 5],
    ['no images', Buffer.alloc(0), journal(30), 0],
    ['a pixel changed in the image of file 8', changed(HEADER_BYTES + 7 * SIZE + 3), journal(30), 8],
    ['files in another order', images, [header.key, ...reordered].map(line => `${line}\n`).join(''), 6],
    ['another key', images, journal(30).replace(/^./, x => x === '0' ? '1' : '0'), 0],
    ['more lines than files', images, journal(30) + lines[0] + '\n', 30],
    ['all but the end', Buffer.concat([images, Buffer.from('part of an index')]), journal(30), 30],
  ]
  for (const [name, partial, journal, kept] of cases) {
    await writeFile(path, 'stale')
    await writeFile(`${path}.partial`, partial)
    await writeFile(`${path}.journal`, journal)
    const { progress, count } = await open(config)
    t.equal(progress[0]!.done, Math.min(30, kept + 1), `${name}: continues after ${kept} files`)
    t.equal(count, 27)
    t.ok((await readFile(path)).equals(whole), `${name}: the same file`)
    t.equal((await readdir(config.cacheDirectory)).length, 1)
  }
})

t.test('one process builds at a time; a lock nobody holds any more is taken over', async t => {
  const config = await prepare(t, 30)
  await open(config)
  const path = await cachePath(config)
  const lock = await acquireLock(`${path}.lock`, 'a test')
  await writeFile(path, 'stale')
  await t.rejects(open(config), {
    code: 'PVAE_RUN_LOCKED',
    message: `expected no other process to write the image cache of ${config.directory} but found process ` +
      `${process.pid} on ${hostname()}; if that process is gone, delete ${path}.lock`,
  })
  await lock.release()

  const dead = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' })
  await once(dead, 'exit')
  const host = hostname()
  const locks: Array<[string, object | string, boolean]> = [
    ['a process that ended', { pid: dead.pid, host, startedAt: null }, true],
    ['an earlier process with our id', { pid: process.pid, host, startedAt: '1' }, process.platform === 'linux'],
    ['a running process', { pid: process.ppid, host, startedAt: null }, false],
    ['a process on another host', { pid: 1, host: `another-${host}`, startedAt: null }, false],
    ['nobody we could name', '', false],
  ]
  for (const [name, holder, free] of locks) {
    await writeFile(path, 'stale')
    const text = typeof holder === 'string' ? holder : JSON.stringify(holder)
    await writeFile(`${path}.lock`, text)
    if (free) {
      await open(config)
      await t.rejects(stat(`${path}.lock`), { code: 'ENOENT' }, name)
    } else {
      await t.rejects(
        open(config),
        { code: 'PVAE_RUN_LOCKED', message: /but found (process \d+ on \S+|a lock that does not say by whom); if/ },
        name
      )
      t.equal(await readFile(`${path}.lock`, 'utf8'), text, `${name}: keeps its lock`)
    }
  }
})

t.test('a lock that can not be made', async t => {
  const config = await prepare(t, 5)
  await open(config).catch(() => {})
  const path = await cachePath(config)
  await writeFile(path, 'stale')
  await mkdir(`${path}.lock`)
  await t.rejects(open(config), { code: 'EISDIR' })
})
