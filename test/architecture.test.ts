/**
 * The map of design: imports flow trainer → models ← server, each native library has one importer, and no source file
 * escapes the tests.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import ts from 'typescript'

const root = fileURLToPath(new URL('..', import.meta.url))
const rooms = ['models', 'trainer', 'server'] as const

function sourcesUnder (folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map(entry => relative(root, join(entry.parentPath, entry.name)))
    .filter(file => !/(^|\/)(dist|node_modules)\//.test(file))
}

function importsOf (file: string): string[] {
  return ts.preProcessFile(readFileSync(join(root, file), 'utf8')).importedFiles.map(({ fileName }) => fileName)
}

/** The source file an import stands for, if it is one of ours. */
function resolve (from: string, specifier: string): string | undefined {
  if (specifier === '@partition-vae/models') return 'models/index.ts'
  if (specifier === '@partition-vae/models/image') return 'models/image/index.ts'
  return specifier.startsWith('.') ? join(dirname(from), specifier.replace(/\.js$/, '.ts')) : undefined
}

const sources = rooms.flatMap(sourcesUnder)
const tests = sourcesUnder('test')
const packageOf = (specifier: string) => specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')

t.test('imports flow trainer → models ← server', async t => {
  for (const file of sources) {
    for (const specifier of importsOf(file)) {
      const target = resolve(file, specifier)
      if (target === undefined) continue
      const [from, to] = [file.split('/')[0]!, target.split('/')[0]!]
      t.ok(from === to || to === 'models', `${file} → ${specifier}`)
    }
  }
})

t.test('each room keeps to its own libraries', async t => {
  const foreign: Record<typeof rooms[number], RegExp> = {
    models: /^(?!node:|typebox|onnx-buf$|@bufbuild\/protobuf|sharp$|@napi-rs\/image$)/,
    trainer: /^(fastify|@fastify\/|@partition-vae\/server)/,
    server: /^(@tensorflow\/|@partition-vae\/trainer)/,
  }
  for (const room of rooms) {
    const declared = new Set(
      Object.keys(JSON.parse(readFileSync(join(root, room, 'package.json'), 'utf8')).dependencies)
    )
    for (const file of sources.filter(source => source.startsWith(`${room}/`))) {
      for (const specifier of importsOf(file).filter(specifier => !specifier.startsWith('.'))) {
        t.notMatch(specifier, foreign[room], `${file} → ${specifier}`)
        if (!specifier.startsWith('node:')) {
          t.ok(declared.has(packageOf(specifier)), `${room}/package.json declares ${packageOf(specifier)}`)
        }
      }
    }
  }
})

t.test('one file imports each native library', async t => {
  const importers = (library: string, room: string) =>
    sources.filter(file => file.startsWith(`${room}/`) && importsOf(file).includes(library))
  t.strictSame(importers('onnxruntime-node', 'trainer'), ['trainer/engine/runtime.ts'])
  t.strictSame(importers('@tensorflow/tfjs-backend-cpu', 'trainer'), ['trainer/engine/eager-backend.ts'])
  t.strictSame(importers('onnxruntime-node', 'server'), ['server/inference/session.ts'])
  t.strictSame(importers('sharp', 'models'), ['models/image/vips.ts'], 'decoding: one for trainer and service')
  t.strictSame(importers('@napi-rs/image', 'models'), ['models/image/rust-image.ts'])
  t.strictSame(importers('sharp', 'server'), ['server/image/codec.ts'], 'encoding')
  t.strictSame(importers('sharp', 'trainer'), ['trainer/foundation/png.ts'], 'encoding')
  const reading = new Set(['models/index.ts'])
  for (const file of reading) {
    importsOf(file)
      .map(specifier => resolve(file, specifier))
      .forEach(target => target !== undefined && reading.add(target))
  }
  t.strictSame(
    [...reading].filter(file => file.startsWith('models/image/')),
    [],
    "the models' index loads no native library"
  )
  const traced = sources.filter(file => importsOf(file).some(specifier => specifier.startsWith('@opentelemetry/')))
  t.strictSame(traced, ['server/plugins/tracing.ts'])
  const importing = sources.filter(file =>
    /^import (?!type )[^\n]*\/tracing\.js'/m.test(readFileSync(join(root, file), 'utf8'))
  )
  t.strictSame(importing, [], 'it is loaded only where it is wanted')
})

t.test('every source file is loaded by a test', async t => {
  // Programs that tests start as processes or threads instead of importing them.
  const started = ['server/main.ts', 'server/inference/worker.ts', 'trainer/cli/main.ts']
  const reached = new Set<string>()
  const pending = [...tests, ...started]
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (reached.has(file)) continue
    reached.add(file)
    for (const specifier of importsOf(file)) {
      const target = resolve(file, specifier)
      if (target?.endsWith('.ts')) pending.push(target)
    }
  }
  t.strictSame(sources.filter(file => !reached.has(file)), [])
})

t.test('the compiler is a slope: terms, kernels, rules, lowering', async t => {
  const compiler = sources.filter(file => file.startsWith('trainer/onnx/'))
  const targets = (file: string) =>
    importsOf(file)
      .map(specifier => resolve(file, specifier))
      .filter(target => target !== undefined)
  t.strictSame(importsOf('trainer/onnx/ir.ts'), [], 'its terms import nothing')
  for (const file of compiler) {
    const above = file.startsWith('trainer/onnx/kernels/') ? /onnx\/(rules|blocked)\// : /^\/\//
    for (const target of targets(file)) t.notMatch(target, above, `${file} → ${target}`)
  }
  const heights = new Map<string, number>()
  const height = (file: string, path: readonly string[] = []): number => {
    if (path.includes(file)) throw new Error(`a circle: ${[...path, file].join(' → ')}`)
    const known = heights.get(file)
    if (known !== undefined) return known
    const below = targets(file)
      .filter(target => compiler.includes(target))
      .map(target => height(target, [...path, file]))
    heights.set(file, 1 + Math.max(0, ...below))
    return heights.get(file)!
  }
  t.doesNotThrow(
    () => compiler.forEach(file => height(file)),
    'no file imports one that imports it, not even its types'
  )
})
