/** The package as it is published: its files, and what a page has to load of it. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import t from 'tap'

const folder = fileURLToPath(new URL('../../client', import.meta.url))
const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))

t.test('it has what it exports, and neither sources nor tests', async t => {
  const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json'], { cwd: folder })
  const [{ files }] = JSON.parse(stdout) as [{ files: Array<{ path: string }> }]
  const paths = files.map(({ path }) => path)
  const wanted = Object.values<string | Record<string, string>>(manifest.exports)
    .flatMap(target => (typeof target === 'string' ? [target] : [target['types']!, target['default']!]))
  for (const path of [...wanted, './README.md', './LICENSE']) t.ok(paths.includes(path.slice(2)), path)
  const expected = /^dist\/[\w-]+\.(?:js|d\.ts)$|^(?:README\.md|LICENSE|package\.json)$/
  t.strictSame(paths.filter(path => !expected.test(path)), [])
})

/** Bundles a program for pages. @returns its size, and the files that are in it */
async function bundle (program: string) {
  const { outputFiles: [file], metafile } = await build({
    stdin: { contents: program, resolveDir: folder },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
    outfile: 'page.js',
    absWorkingDir: join(folder, '..'),
  })
  const [{ inputs }] = Object.values(metafile.outputs) as [typeof metafile.outputs[string]]
  const used = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path)
  return { bytes: gzipSync(file!.contents).length, used }
}

t.test('a page loads a few kilobytes, and only what it uses', async t => {
  const whole = await bundle("export * from './dist/index.js'")
  t.ok(whole.bytes < 8 * 1024, `all of it: ${whole.bytes} bytes compressed`)
  const foreign = whole.used.filter(path => path.includes('node_modules'))
  t.ok(foreign.every(path => path.includes('node_modules/openapi-fetch/')), `${foreign}`)
  const part = await bundle("export { flattenLatent } from './dist/index.js'")
  t.ok(part.bytes < 1024, `one helper: ${part.bytes} bytes compressed`)
  t.strictSame(part.used, ['client/dist/latents.js'])
})

t.test('it depends on openapi-fetch alone', async t => {
  t.strictSame(Object.keys(manifest.dependencies), ['openapi-fetch'])
})
