import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { openRepository } from '@partition-vae/models'
import t from 'tap'
import { exportExplorer } from '../../../trainer/export/explorer.js'
import { cli } from '../cli/cli-fixture.js'

const repository = fileURLToPath(new URL('../../../models/repository', import.meta.url))
const models = openRepository(repository)

/** Reads a script of the page as the page does. */
async function unpack (folder: string, name: string): Promise<Buffer> {
  const text = await readFile(join(folder, 'model', `${name}.js`), 'utf8')
  const [, called, packed] = /^pvaeFile\("([^"]+)","([^"]+)"\)\n$/.exec(text)!
  t.equal(called, name)
  return gunzipSync(Buffer.from(packed!, 'base64'))
}

t.test('a page with a model inside', async t => {
  const out = join(t.testdir(), 'new', 'table-tennis')
  const version = await models.open('table-tennis')
  await exportExplorer(version, { out })
  const names = (await readdir(join(out, 'model'))).sort()
  t.strictSame(names, ['encoder.onnx.js', 'layers.onnx.js', 'manifest.js', 'runtime.js', 'sample.js'])
  t.ok(Buffer.from(version.encoder).equals(await unpack(out, 'encoder.onnx')), 'the encoder')
  t.ok(Buffer.from(version.layers!).equals(await unpack(out, 'layers.onnx')), 'the layers, in the decoder\'s place')
  t.ok(Buffer.from(version.sample!).equals(await unpack(out, 'sample')), 'the sample')
  const { card, gain } = JSON.parse(String(await unpack(out, 'manifest')))
  t.equal(card.partitions[gain].label, 'light', 'which partition is the gain')
  t.equal(card.links.report, 'report/index.html')
  t.ok((await readdir(join(out, 'report'))).includes('metrics.json'), 'the report')
  const page = await readFile(join(out, 'index.html'), 'utf8')
  t.notMatch(page, /(src|href)="(?!\.\/)/, 'all that the page names lies beside it')
  t.match(page, '<title>table-tennis 3 – partition-vae</title>')
  const licences = await readFile(join(out, 'licences.txt'), 'utf8')
  for (const library of ['onnxruntime-web', 'preact']) t.match(licences, library, 'its licence goes along')
  t.match(page, /Content-Security-Policy" content="default-src 'none'/, 'and nothing else is allowed')
})

t.test('a model without layers draws by its decoder', async t => {
  const out = join(t.testdir(), 'digits')
  const version = await models.open('digits')
  const bytes = await exportExplorer(version, { out })
  t.ok(bytes > version.decoder.length, `${bytes} bytes`)
  t.ok(Buffer.from(version.decoder).equals(await unpack(out, 'decoder.onnx')))
  t.notOk('gain' in JSON.parse(String(await unpack(out, 'manifest'))))
})

t.test('pvae explore: what is there is replaced on demand, and only where it is such a page', async t => {
  const directory = t.testdir()
  const explore = (...flags: string[]) =>
    cli(['explore', '--model', 'mnist', '--repository', repository, ...flags], { directory })
  const none = await explore()
  t.equal(none.code, 1)
  t.match(none.stderr, 'expected a folder to write the page to (npm start shows all models without one) for --export')
  const here = await explore('--export', '.')
  t.match(here.stderr, 'expected a new folder for --export but received the current one')
  const first = await explore('--export', 'page')
  t.equal(first.code, 0, first.stderr)
  t.equal(first.stdout, 'page/index.html\n')
  const again = await explore('--export', 'page')
  t.equal(again.code, 1)
  t.match(again.stderr, /expected a new folder for .*page but found a page that was exported before \(--force/)
  await writeFile(join(directory, 'page', 'CNAME'), 'mine')
  const beside = await explore('--export', 'page', '--force')
  t.match(beside.stderr, /found a page that was exported before, and other files, e\.g\. CNAME/)
  t.equal(await readFile(join(directory, 'page', 'CNAME'), 'utf8'), 'mine', 'what is not of the page stays')
  await rm(join(directory, 'page', 'CNAME'))
  await writeFile(join(directory, 'page', 'model', 'old.js'), 'an earlier page wrote more')
  const replaced = await explore('--export', 'page', '--force')
  t.equal(replaced.code, 0, replaced.stderr)
  t.notOk((await readdir(join(directory, 'page', 'model'))).includes('old.js'), 'the page is a new one')
  t.strictSame(await readdir(directory), ['page'], 'and nothing is left beside it')
  await mkdir(join(directory, 'thesis'))
  await writeFile(join(directory, 'thesis', 'thesis.tex'), 'mine')
  const kept = await explore('--export', 'thesis', '--force')
  t.equal(kept.code, 1)
  t.match(kept.stderr, /expected a new folder for .*thesis but found other files/)
  t.equal(await readFile(join(directory, 'thesis', 'thesis.tex'), 'utf8'), 'mine')
  const gone = await cli(['explore', '--model', 'gone', '--repository', repository, '--export', 'x'], { directory })
  t.equal(gone.code, 1)
  t.match(gone.stderr, 'expected one of digits, mnist, table-tennis for model but found "gone"')
})
