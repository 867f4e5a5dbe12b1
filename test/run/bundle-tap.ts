import { buildSync } from 'esbuild'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Where tap leaves frames out of stacks: they are its own. */
const BUNDLE = 'node_modules/@tapjs/bundle.mjs'
/** Some of what tap bundles is CommonJS and requires Node's own modules. */
const REQUIRE = 'import { createRequire as requireFrom } from "node:module"\nconst require = requireFrom(import.meta' +
  '.url)'

/**
 * Writes tap as one module to .cache/tests/node_modules, where the compiled tests find it before the one that is
 * installed. It is the same tap; but that comes as some 200 modules, and finding and reading them takes 0.24 of the 0.5
 * CPU seconds that a small test file costs, three hundred times over.
 */
export function bundleTap (root: string): void {
  const installed = createRequire(join(root, 'package.json')).resolve('tap/package.json')
  const { version, exports } = JSON.parse(readFileSync(installed, 'utf8'))
  const folder = join(root, '.cache/tests/node_modules/tap')
  const manifest = `${JSON.stringify({ name: 'tap', version, main: BUNDLE })}\n`
  if (read(join(folder, 'package.json')) === manifest) return
  const { outputFiles: [bundle] } = buildSync({
    entryPoints: [join(dirname(installed), exports['.'].import.default)],
    write: false,
    banner: { js: REQUIRE },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  })
  mkdirSync(dirname(join(folder, BUNDLE)), { recursive: true })
  // The manifest last: with it the bundle counts as written.
  for (const [name, content] of [[BUNDLE, bundle!.contents], ['package.json', manifest]] as const) {
    writeFileSync(join(folder, `${name}.${process.pid}`), content)
    renameSync(join(folder, `${name}.${process.pid}`), join(folder, name))
  }
}

function read (path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
