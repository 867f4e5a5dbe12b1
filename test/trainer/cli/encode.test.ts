import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { publishLinearModel } from '../../helpers/linear-model.js'
import { pvae } from '../../helpers/pvae-process.js'
import { nameOf, temporaryFolder, writePictures } from '../../collections/pictures.js'
import { skipRedis, startRedis } from '../../collections/redis.js'

const COUNT = 60
const root = await temporaryFolder(t)
const [photos, models] = [join(root, 'photos'), join(root, 'models')]
await writePictures(photos, COUNT)
await publishLinearModel(models)

const encode = (output: string, ...more: string[]) => pvae([
  'encode', 'linear', photos, '--output', join(root, output), '--repository', models, '--shard-size', '4', ...more,
])

/** What is the same however the work was shared: all but who holds what. */
async function contentsOf (output: string): Promise<Record<string, string>> {
  const folder = join(root, output)
  const contents: Record<string, string> = {}
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    // What begins with a dot a killed process has left: no reader takes it for a shard.
    if (!/^(?!.*\/\.).*\.(json|jsonl|parquet|npy)$/.test(name)) continue
    contents[name] = (await readFile(join(folder, name))).toString('base64')
  }
  return contents
}

t.test('a folder is encoded, said how many, and how to go on', async t => {
  const process = encode('whole')
  t.strictSame(await process.ended, { code: 0, signal: null })
  t.match(process.stdout(), /^latents .*whole\nrows {4}60\n$/)
  t.match(process.stderr(), '60 pictures in 15 shards, by linear@1')
  const names = await readdir(join(root, 'whole'))
  t.strictSame(names.sort(), ['complete.json', 'done', 'failed.jsonl', 'leases', 'list', 'manifest.json', 'shards'])
})

t.test('one of anything is not several', async t => {
  const process = encode('one', '--shard-size', '100')
  t.match(await process.ended, { code: 0 })
  t.match(process.stderr(), '60 pictures in 1 shard, by linear@1')
})

t.test('killed at any moment, going on is the same command, and no row is lost or twice', async t => {
  for (const afterShards of [0, 3, 9]) {
    const output = `killed-${afterShards}`
    const process = encode(output, '--threads', '1')
    const done = async () => (await readdir(join(root, output, 'done')).catch(() => [])).length
    while (process.isAlive() && await done() < afterShards) await new Promise(resolve => setTimeout(resolve, 5))
    process.child.kill('SIGKILL')
    await process.ended
    const [one, other] = [encode(output), encode(output)]
    t.strictSame((await one.ended).code, 0)
    t.strictSame((await other.ended).code, 0)
    t.strictSame(await contentsOf(output), await contentsOf('whole'), `killed after ${afterShards} shards`)
  }
})

t.test('Ctrl-C leaves what is whole, and says how to go on', async t => {
  const process = encode('stopped', '--threads', '1')
  await process.saw('shards, by linear@1')
  process.child.kill('SIGINT')
  t.match(await process.ended, { code: 130 })
  t.match(process.stderr(), 'interrupted; the same command goes on')
  t.strictSame(await readdir(join(root, 'stopped/leases')), [], 'nothing is held any more')
  t.match(await encode('stopped').ended, { code: 0 })
  t.strictSame(await contentsOf('stopped'), await contentsOf('whole'))
})

t.test('what can not be done is one line', async t => {
  const cases: Array<[string[], RegExp]> = [
    [['encode', 'linear', 'gone', '--output', join(root, 'x'), '--repository', models], /INPUT but found no gone/],
    [['encode', 'linear', '--output', join(root, 'x'), '--repository', models], /pictures or folders for INPUT/],
    [['encode', 'liner', photos, '--output', join(root, 'x'), '--repository', models], /linear/],
    [['encode', 'linear', photos, '--output', join(root, 'x'), '--shard', '4/4'], /N from 0 to OF − 1/],
    [['encode', 'linear', photos, '--output', join(root, 'x'), '--with', 'kl,colour'], /found colour/],
    [['encode', 'linear', join(root, 'models'), '--output', join(root, 'whole'), '--repository', models],
      /of the inputs .* --add encodes more pictures into it \(PVAE_OUTPUT_MISMATCH\)$/],
    [['worker', '--queue', 'nowhere'], /redis:\/\/HOST/],
  ]
  for (const [argv, message] of cases) {
    const process = pvae(argv)
    t.match(await process.ended, { code: 1 }, argv.join(' '))
    const lines = process.stderr().trim().split('\n')
    t.match(lines.at(-1), message)
    t.match(lines.at(-1), /^pvae: /)
  }
})

t.test('workers of a queue, one of them killed, do what one process does', { skip: skipRedis }, async t => {
  const { url } = await startRedis(t, await temporaryFolder(t))
  const worker = () => pvae(['worker', '--queue', url, '--repository', models, '--threads', '1', '--lease', '1'])
  const lost = worker()
  const asked = encode('queued', '--queue', url)
  await lost.saw('shard ')
  lost.child.kill('SIGKILL')
  const other = worker()
  t.match(await asked.ended, { code: 0 })
  other.child.kill('SIGTERM')
  t.match(await other.ended, { code: 0 })
  t.strictSame(await contentsOf('queued'), await contentsOf('whole'))
  const drained = pvae(['worker', '--queue', url, '--repository', models, '--drain'])
  t.match(await drained.ended, { code: 0 }, 'with nothing to do')
})

t.test('paths come from a file or from standard input; those that are gone are listed', async t => {
  const paths = [join(photos, nameOf(1)), join(root, 'gone.png'), join(photos, nameOf(2))]
  const listed = (output: string, from: string) => pvae([
    'encode', 'linear', '--files-from', from, '--output', join(root, output), '--repository', models,
    '--format', 'jsonl',
  ])
  await writeFile(join(root, 'list.txt'), `${paths.join('\n')}\n`)
  const process = listed('listed', join(root, 'list.txt'))
  t.match(await process.ended, { code: 0 })
  t.match(process.stdout(), 'rows    2; 1 could not be read: see failed.jsonl')
  const piped = listed('piped', '-')
  piped.child.stdin!.end(`${paths.join('\n')}\n`)
  t.match(await piped.ended, { code: 0 })
  const { [join('shards', 'shard-00000.jsonl')]: rows } = await contentsOf('piped')
  t.ok(rows)
  t.equal(rows, (await contentsOf('listed'))[join('shards', 'shard-00000.jsonl')])
  const missing = listed('missing', join(root, 'no-list.txt'))
  t.match(await missing.ended, { code: 1 })
  t.match(missing.stderr(), /no such file or folder: .*no-list.txt/)
})

t.test('a newer version of the model does not keep the same command from going on', async t => {
  await publishLinearModel(models, { seed: 3 })
  const process = encode('whole')
  t.match(await process.ended, { code: 0 })
  t.match(process.stderr(), 'by linear@1')
  const other = encode('newer')
  t.match(await other.ended, { code: 0 })
  t.match(other.stderr(), 'by linear@2')
  const named = pvae(['encode', 'linear@2', photos, '--output', join(root, 'whole'), '--repository', models])
  t.match(await named.ended, { code: 1 })
  t.match(named.stderr(), 'of version 2 in')
})
