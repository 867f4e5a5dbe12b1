import { execFile } from 'node:child_process'
import { mkdir, open, readFile, readdir, readlink, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { TrainerError, isSystemError } from '../../../trainer/foundation/errors.js'
import {
  createDirectory,
  publishFile,
  syncDirectory,
  writeFileAtomic,
  writing,
} from '../../../trainer/foundation/files.js'

const run = promisify(execFile)
// Children load what this process does, and as it does.
const options = [...process.execArgv, '--input-type=module']
const filesModule = import.meta.resolve('../../../trainer/foundation/files.js')

t.test('writes text and bytes, replaces what was there and leaves no temporary file', async t => {
  const dir = t.testdir()
  const path = join(dir, 'a.json')
  await writeFileAtomic(path, 'first')
  await writeFileAtomic(path, Uint8Array.of(1, 2, 3))
  t.strictSame([...await readFile(path)], [1, 2, 3])
  await writeFileAtomic(path, 'grüße')
  t.equal(await readFile(path, 'utf8'), 'grüße')
  t.strictSame(await readdir(dir), ['a.json'])
})

t.test('a path that can not be written: one error that names path and reason', async t => {
  const dir = t.testdir({ file: 'x', folder: { inside: 'y' } })
  const missing = join(dir, 'missing', 'a')
  await t.rejects(writeFileAtomic(missing, ''), {
    name: 'TrainerError',
    code: 'PVAE_OUTPUT_UNWRITABLE',
    message: `expected to write ${missing} but found a folder that does not exist (ENOENT)`,
  })
  await t.rejects(writeFileAtomic(join(dir, 'file', 'a'), ''), {
    code: 'PVAE_OUTPUT_UNWRITABLE',
    message: /a file where a folder should be \(ENOTDIR\)/,
  })
  await t.rejects(createDirectory(join(dir, 'file', 'a')), { code: 'PVAE_OUTPUT_UNWRITABLE', message: /ENOTDIR/ })
  await t.rejects(createDirectory(join(dir, 'file')), { code: 'PVAE_OUTPUT_UNWRITABLE', message: /EEXIST/ })
  // The rename fails after the temporary file is written: it is removed.
  await t.rejects(writeFileAtomic(join(dir, 'folder'), 'z'), { code: 'PVAE_OUTPUT_UNWRITABLE' })
  t.strictSame(await readdir(dir), ['file', 'folder'])
  t.equal(await readFile(join(dir, 'folder', 'inside'), 'utf8'), 'y')
})

t.test('a write that fails leaves no file ' +
  'open', { skip: process.platform !== 'linux' && 'what is open is known on Linux only' }, async t => {
  const dir = t.testdir()
  // Fails after the temporary file was made, as a full disk does.
  await t.rejects(writeFileAtomic(join(dir, 'a'), 5 as unknown as string), { code: 'ERR_INVALID_ARG_TYPE' })
  const open = await Promise.all(
    (await readdir('/proc/self/fd')).map(fd => readlink(join('/proc/self/fd', fd)).catch(() => ''))
  )
  t.strictSame(open.filter(path => path.startsWith(dir)), [])
  t.strictSame(await readdir(dir), [], 'and no temporary file')
})

t.test('a write that is cut short keeps the old content', async t => {
  // The shell limits files to 1 MiB: the system refuses the rest in the middle of the write, as on a full disk.
  const dir = t.testdir({ model: 'old' })
  const path = join(dir, 'model')
  // Node ignores SIGXFSZ, the hooks that tap adds to children end the process on it unless somebody listens.
  const script = `import { writeFileAtomic } from ${JSON.stringify(filesModule)}
    process.on('SIGXFSZ', () => {})
    await writeFileAtomic(${JSON.stringify(path)}, new Uint8Array(2 ** 22)).catch(error => console.log(error.code, error.message))`
  const { stdout } = await run('sh', [
    '-c',
    'ulimit -f 2048; exec "$0" "$@"',
    process.execPath,
    ...options,
    '-e',
    script,
  ])
  t.match(
    stdout,
    /^PVAE_OUTPUT_UNWRITABLE expected to write .*model but found the file would exceed the size limit \(EFBIG\)/
  )
  t.equal(await readFile(path, 'utf8'), 'old')
  t.strictSame(await readdir(dir), ['model'])
})

// Real file systems, in a user namespace of their own where the system allows one.
const mounting = async (disk: string, options: string, command: string[]) =>
  run('unshare', [
    '--user',
    '--map-root-user',
    '--mount',
    'sh',
    '-c',
    `mount -t tmpfs -o ${options} none "$0" && exec "$@"`,
    disk,
    ...command,
  ])
t.testdir()
const canMount = await mounting(t.testdirName, 'size=64k', ['true']).then(() => true, () => false)

t.test('a full disk and a read-only one', { skip: canMount ? false : 'no user namespaces here' }, async t => {
  const disk = t.testdir()
  const script = `import { writeFileAtomic } from ${JSON.stringify(filesModule)}
    import { readdirSync } from 'node:fs'
    await writeFileAtomic(${JSON.stringify(join(disk, 'model'))}, new Uint8Array(2 ** 20)).catch(error => console.log(error.code, error.message))
    console.log(JSON.stringify(readdirSync(${JSON.stringify(disk)})))`
  const node = [process.execPath, ...options, '-e', script]
  const full = await mounting(disk, 'size=256k', node)
  t.match(
    full.stdout,
    /^PVAE_OUTPUT_UNWRITABLE expected to write .*model but found no space left on the device \(ENOSPC\)\n\[\]\n$/
  )
  const readOnly = await mounting(disk, 'ro', node)
  t.match(
    readOnly.stdout,
    /^PVAE_OUTPUT_UNWRITABLE expected to write .*model but found a read-only file system \(EROFS\)\n\[\]\n$/
  )
})

t.test('publishFile: streamed content appears at once', async t => {
  const dir = t.testdir()
  const handle = await open(join(dir, 'x.partial'), 'w')
  await handle.write('one')
  await handle.write('two')
  await publishFile(handle, join(dir, 'x.partial'), join(dir, 'x'))
  t.equal(await readFile(join(dir, 'x'), 'utf8'), 'onetwo')
  t.strictSame(await readdir(dir), ['x'])
})

t.test('a folder that can not be flushed does no harm, a mistake of the caller does', async t => {
  const dir = t.testdir()
  await syncDirectory(join(dir, 'missing'))
  await t.rejects(syncDirectory('nul\0'), { code: 'ERR_INVALID_ARG_VALUE' })
})

t.test('writing: codes without a text of ours keep the system\'s, errors that are not the system\'s pass', async t => {
  const dir = t.testdir()
  await mkdir(join(dir, 'a'))
  await writeFile(join(dir, 'a', 'b'), '')
  await t.rejects(
    writing('a', () => rmdir(join(dir, 'a'))),
    { code: 'PVAE_OUTPUT_UNWRITABLE', message: /but found ENOTEMPTY.*\(ENOTEMPTY\)$/ }
  )
  const own = new TrainerError('PVAE_RUN_LOCKED', 'x')
  await t.rejects(writing('a', async () => { throw own }), own)
  t.equal(isSystemError(own), false)
  t.equal(isSystemError('ENOENT'), false)
})
