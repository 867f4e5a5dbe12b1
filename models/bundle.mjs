/**
 * Makes one module of each library that comes as hundreds: writes into dist/foundation/typebox.js and
 * dist/foundation/onnx-protobuf.js, which re-export those libraries, the libraries themselves. Node finds and reads
 * modules one by one, and these 750 took longer than all else that a command starts with. Without this step everything
 * works, but starts more slowly, as it does on the sources.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const libraries = { typebox: ['typebox'], 'onnx-protobuf': ['@bufbuild/protobuf', 'onnx-buf'] }

for (const [name, packages] of Object.entries(libraries)) {
  const file = fileURLToPath(new URL(`dist/foundation/${name}.js`, import.meta.url))
  const banner = `// bundled: ${packages.map(library => `${library} ${versionOf(library)}`).join(', ')}`
  // It is there already, unless tsc has written the file anew or a library has another version.
  if (readFileSync(file, 'utf8').startsWith(`${banner}\n`)) continue
  const { buildSync } = await import('esbuild')
  const { outputFiles: [bundle] } = buildSync({
    entryPoints: [file],
    write: false,
    banner: { js: banner },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    legalComments: 'inline',
    logLevel: 'warning',
  })
  writeFileSync(`${file}.${process.pid}`, bundle.contents)
  renameSync(`${file}.${process.pid}`, file)
}

/** @param {string} library */
function versionOf (library) {
  const entry = createRequire(import.meta.url).resolve(library)
  const folder = entry.slice(0, entry.lastIndexOf(join('node_modules', library)))
  return JSON.parse(readFileSync(join(folder, 'node_modules', library, 'package.json'), 'utf8')).version
}
