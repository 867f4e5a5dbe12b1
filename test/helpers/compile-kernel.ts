/**
 * Compiles the kernels in AssemblyScript. As a program (`npm run build:kernel`) writes the kernel-wasm.ts beside each,
 * which is committed: to run the project needs no compiler.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

/** The folders that hold a kernel.as. */
export const KERNEL_FOLDERS = {
  image: new URL('../../models/image/', import.meta.url),
  search: new URL('../../collections/search/', import.meta.url),
  optimizer: new URL('../../trainer/optimizer/', import.meta.url),
} as const

const OPTIONS = [
  '--outFile', 'kernel.wasm', '--runtime', 'stub', '--enable', 'simd', '--noAssert',
  '--optimizeLevel', '3', '--shrinkLevel', '0', '--converge',
]
const BASE64_COLUMNS = 112

/** The file that the compiled kernel of a folder is in. */
export function kernelFile (folder: URL): URL {
  return new URL('kernel-wasm.ts', folder)
}

/** The source text of a folder's kernel-wasm.ts. */
export async function compileKernel (folder: URL): Promise<string> {
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

if (argv[1] === fileURLToPath(import.meta.url)) {
  for (const folder of Object.values(KERNEL_FOLDERS)) writeFileSync(kernelFile(folder), await compileKernel(folder))
}
