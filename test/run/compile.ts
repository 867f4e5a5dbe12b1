import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import blankTypes from 'ts-blank-space'

// In pieces, since this file is compiled by itself too.
const OWN_URL = ['import', 'meta', 'url'].join('.')

/**
 * Writes the tests as JavaScript under .cache/tests, where `../../trainer/…` is the built trainer (a link to
 * trainer/dist), so that Node runs them without a loader, and returns their paths. Types become blanks, so lines and
 * columns in a stack are those of the source; `import.meta.url` stays the source's. What has not changed since the last
 * time is kept, what has no source any more goes.
 */
export function compileTests (root: string): string[] {
  const folder = join(root, '.cache/tests')
  mkdirSync(join(folder, 'test'), { recursive: true })
  for (const room of ['models', 'collections', 'trainer', 'server', 'client']) {
    if (lstatSync(join(folder, room), { throwIfNoEntry: false }) === undefined) {
      symlinkSync(join('../..', room, 'dist'), join(folder, room), 'junction')
    }
  }
  const compiled = filesUnder(join(root, 'test'), '.ts').map(source => {
    const script = join(folder, relative(root, source)).replace(/\.ts$/, '.js')
    if (!existsSync(script) || statSync(script).mtimeMs <= statSync(source).mtimeMs) {
      mkdirSync(dirname(script), { recursive: true })
      const here = `new URL(${JSON.stringify(relative(dirname(script), source).replaceAll(sep, '/'))}, ${OWN_URL}).href`
      writeFileSync(`${script}.${process.pid}`, blankTypes(readFileSync(source, 'utf8')).replaceAll(OWN_URL, here))
      renameSync(`${script}.${process.pid}`, script)
    }
    return script
  })
  const wanted = new Set(compiled)
  for (const script of filesUnder(join(folder, 'test'), '.js')) if (!wanted.has(script)) rmSync(script)
  return compiled.sort()
}

function filesUnder (folder: string, extension: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith(extension))
    .map(entry => join(entry.parentPath, entry.name))
}
