/**
 * The map of the code: imports flow trainer → collections ← server, from all of them to models, and in each package
 * from its upper rooms to its lower ones; each native library has one importer; no source file escapes the tests.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import {
  findCircles,
  findClimbs,
  importsOf,
  PACKAGES,
  roomOf,
  sourcesUnder,
  specifiersOf,
} from './structure/imports.js'
import { COLLECTIONS_EXPORTS, MODELS_EXPORTS, resolveImport } from './structure/resolve.js'

// By its address: the tests run as JavaScript, beside which there are only builds.
const { ROOMS } = await import(new URL('../rooms.js', import.meta.url).href) as typeof import('../rooms.js')
const root = fileURLToPath(new URL('..', import.meta.url))
const sources = PACKAGES.flatMap(name => sourcesUnder(root, name))
const tests = sourcesUnder(root, 'test')
const imports = sources.flatMap(file => importsOf(root, file))
const specifiers = new Map(sources.map(file => [file, specifiersOf(root, file)]))
const packageOf = (specifier: string) => specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')

t.test('packages: trainer → collections ← server, and all → models', async t => {
  const between = imports.filter(({ from, to }) => roomOf(from).name !== roomOf(to).name)
  t.strictSame(between.filter(({ from }) => from.startsWith('client/')), [], 'client/ imports nothing of ours')
  // The explorer is an application: it lies beside the server that serves it, and asks it as any other would.
  const across = between.filter(({ from, to }) =>
    !(from.startsWith('server/explorer/') && to === 'client/index.ts') && roomOf(to).name !== 'models' &&
    !(/^(trainer|server)\//.test(from) && roomOf(to).name === 'collections'))
  t.strictSame(across, [])
  const doors = [...Object.values(MODELS_EXPORTS), ...Object.values(COLLECTIONS_EXPORTS), 'client/index.ts']
  t.strictSame(between.filter(({ to }) => !doors.includes(to)), [], 'by what their packages export')
})

t.test('rooms: every folder has its place, and no import climbs', async t => {
  for (const name of PACKAGES) {
    const rooms = new Set(sources.map(roomOf).filter(at => at.name === name && at.room !== '').map(({ room }) => room))
    t.strictSame([...rooms].sort(), [...ROOMS[name]].sort(), `rooms.js names the rooms of ${name}/`)
  }
  t.strictSame(findClimbs(imports, ROOMS), [])
})

t.test('the explorer is a page of its own: it shares the API with the service, and no code', async t => {
  const isExplorer = (file: string) => file.startsWith('server/explorer/')
  // What it draws in the page it computes as the service does: with what of models/ runs in browsers too.
  const shared = ['models/portable.ts', 'client/index.ts']
  t.strictSame(imports.filter(({ from, to }) => isExplorer(from) !== isExplorer(to) && !shared.includes(to)), [])
  const core = imports.filter(({ from, to }) =>
    /explorer\/core\//.test(from) && !/explorer\/core\//.test(to) && to !== 'models/portable.ts')
  t.strictSame(core, [], 'its core knows no page')
})

t.test('no file imports one that imports it, not even its types', async t => {
  t.strictSame(findCircles(imports), [])
})

t.test('what browsers run of models/ needs no Node', async t => {
  const reading = new Set(['models/portable.ts'])
  for (const file of reading) {
    const here = specifiers.get(file)!
    t.strictSame(here.filter(specifier => !specifier.startsWith('.')), [], `${file} imports nothing else`)
    t.notMatch(readFileSync(join(root, file), 'utf8'), /\b(Buffer|process)\b\./, `${file} has no global of Node`)
    for (const specifier of here) reading.add(resolveImport(file, specifier)!)
  }
})

t.test('each package keeps to its own libraries', async t => {
  const foreign: Record<typeof PACKAGES[number], RegExp> = {
    models: /^(?!node:|typebox|onnx-buf$|@bufbuild\/protobuf|sharp$|@napi-rs\/image$)/,
    collections: /^(fastify|@fastify\/|@tensorflow\/|@partition-vae\/(server|trainer))/,
    trainer: /^(fastify|@fastify\/|@partition-vae\/server)/,
    server: /^(@tensorflow\/|@partition-vae\/trainer)/,
    // Browsers run it: what needs Node is in one file of its own.
    client: /^(?!openapi-fetch$|node:fs\/promises$)/,
  }
  for (const name of PACKAGES) {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8'))
    for (const file of sources.filter(source => source.startsWith(`${name}/`))) {
      for (const specifier of specifiers.get(file)!.filter(specifier => !specifier.startsWith('.'))) {
        t.notMatch(specifier, foreign[name], `${file} → ${specifier}`)
        if (specifier.startsWith('node:')) continue
        // The explorer's libraries are in what is built: nothing loads them while the service runs.
        const isBuilt = file.startsWith('server/explorer/')
        const declared = [...Object.keys(isBuilt ? devDependencies : dependencies), '@partition-vae/models']
        t.ok(declared.includes(packageOf(specifier)), `${name}/package.json declares ${packageOf(specifier)}`)
      }
    }
  }
})

t.test('one file imports each native library', async t => {
  const importers = (library: string, name: string) =>
    sources.filter(file => file.startsWith(`${name}/`) && specifiers.get(file)!.includes(library))
  t.strictSame(importers('onnxruntime-node', 'trainer'), ['trainer/engine/runtime.ts'])
  t.strictSame(importers('@tensorflow/tfjs-backend-cpu', 'trainer'), ['trainer/engine/eager-backend.ts'])
  t.strictSame(importers('onnxruntime-node', 'collections'), ['collections/runtime/session.ts'])
  t.strictSame(importers('onnxruntime-node', 'server'), [])
  t.strictSame(importers('onnxruntime-web/wasm', 'server'), ['server/explorer/page/in-page/runtime.ts'])
  t.strictSame(importers('sharp', 'models'), ['models/image/vips.ts'], 'decoding: one for trainer and service')
  t.strictSame(importers('h5wasm/node', 'trainer'), ['trainer/data/arrays/hdf5.ts'])
  t.strictSame(importers('modern-tar', 'trainer'), ['trainer/data/webdataset/tar-entries.ts'])
  t.strictSame(importers('@napi-rs/image', 'models'), ['models/image/rust-image.ts'])
  t.strictSame(importers('sharp', 'server'), ['server/image/codec.ts'], 'encoding')
  t.strictSame(importers('sharp', 'trainer'), ['trainer/foundation/png.ts'], 'encoding')
})

t.test('what is heavy is loaded only where it is wanted', async t => {
  // From the modules that the build makes of them, lest the hundreds be read beside the one.
  const bundled = [...sources, ...tests].filter(file =>
    specifiersOf(root, file).some(specifier => /^(typebox|onnx-buf|@bufbuild\/protobuf$)/.test(specifier))
  )
  t.strictSame(bundled.sort(), ['models/foundation/onnx-protobuf.ts', 'models/foundation/typebox.ts'])
  const reading = new Set(['models/index.ts'])
  for (const file of reading) {
    for (const specifier of specifiers.get(file)!) {
      const target = resolveImport(file, specifier)
      if (target !== undefined) reading.add(target)
    }
  }
  t.strictSame(
    [...reading].filter(file => file.startsWith('models/image/')),
    [],
    "the models' index loads no native library"
  )
  const traced = sources.filter(file =>
    specifiers.get(file)!.some(specifier => specifier.startsWith('@opentelemetry/'))
  )
  t.strictSame(traced, ['server/plugins/tracing.ts'])
  const tracing = imports.filter(({ to, isType }) => to === 'server/plugins/tracing.ts' && !isType)
  t.strictSame(tracing, [], 'tracing is imported while the service runs')
})

t.test('every source file is loaded by a test', async t => {
  // Programs that tests start as processes or threads instead of importing them.
  const started = [
    'server/main.ts', 'server/inference/worker.ts', 'collections/encode/thread.ts', 'collections/search/worker.ts',
    'trainer/measure/work/thread.ts',
    'trainer/cli/main.ts',
    // What Vite makes a page of, which the tests beside test/server/explorer/browser.ts open in a browser.
    'server/explorer/vite.config.ts', 'server/explorer/page/main.tsx',
  ]
  const known = new Set([...sources, ...tests])
  const reached = new Set<string>()
  const pending = [...tests, ...started]
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (reached.has(file)) continue
    reached.add(file)
    for (const specifier of specifiersOf(root, file)) {
      const target = resolveImport(file, specifier)
      if (target !== undefined && known.has(target)) pending.push(target)
    }
  }
  t.strictSame(sources.filter(file => !reached.has(file)), [])
})

t.test('the compiler is a slope: terms, kernels, rules, lowering', async t => {
  t.strictSame(specifiersOf(root, 'trainer/onnx/ir.ts'), [], 'its terms import nothing')
  const climbs = imports.filter(
    ({ from, to }) => from.startsWith('trainer/onnx/kernels/') && /onnx\/(rules|blocked)\//.test(to)
  )
  t.strictSame(climbs, [], 'kernels know no rule')
})
