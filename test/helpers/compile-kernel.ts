/**
 * Compiles models/image/kernel.as. As a program (`npm run build:kernel`) writes kernel-wasm.ts, which is committed: to
 * run the project needs no compiler.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const folder = new URL('../../models/image/', import.meta.url)
export const KERNEL_FILE = new URL('kernel-wasm.ts', folder)

const OPTIONS = [
  '--outFile', 'kernel.wasm', '--runtime', 'stub', '--enable', 'simd', '--noAssert',
  '--optimizeLevel', '3', '--shrinkLevel', '0', '--converge',
]
const BASE64_COLUMNS = 112

/** The source text of kernel-wasm.ts. */
export async function compileKernel (): Promise<string> {
  const source = readFileSync(new URL('kernel.as', folder), 'utf8')
  let compiled: Uint8Array | undefined
  const { error, stderr } = await asc.main(['kernel.ts', ...OPTIONS], {
    readFile: name => name === 'kernel.ts' ? source : null,
    writeFile: (_, data) => { compiled = data as Uint8Array },
    listFiles: () => [],
  })
  if (error !== null || compiled === undefined) throw new Error(`kernel.as does not compile: ${stderr.toString()}`)
  const lines = Buffer.from(compiled).toString('base64').match(new RegExp(`.{1,${BASE64_COLUMNS}}`, 'g'))!
  const text = lines.map(line => `  '${line}'`).join(' +\n')
  return '/** kernel.as, compiled by `npm run build:kernel`: WebAssembly in base64. */\n' +
    `export const KERNEL =\n${text}\n`
}

if (argv[1] === fileURLToPath(import.meta.url)) writeFileSync(KERNEL_FILE, await compileKernel())
