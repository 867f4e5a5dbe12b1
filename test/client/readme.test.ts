/**
 * The examples of the client's page and of the project's: their types are right, they run as they stand against the
 * service with the shipped models, and print what they say.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import blankTypes from 'ts-blank-space'
import t from 'tap'
import ts from 'typescript'
import { startShippedService } from './shipped-service.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const ADDRESS = 'http://localhost:8080'
/** The built client, as an application has it. */
const BUILT: Readonly<Record<string, string>> = {
  '@partition-vae/client': join(root, 'client/dist/index'),
  '@partition-vae/client/node': join(root, 'client/dist/node'),
}

async function examplesOf (page: string): Promise<string[]> {
  const text = await readFile(join(root, page), 'utf8')
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code!)
    .filter(code => code.includes('@partition-vae/client'))
}

/** Lists what an example says that it prints: comments behind `console.log`, or in lines of their own below it. */
function promisedBy (code: string): string[] {
  const lines = code.split('\n')
  return lines.flatMap((line, i) => {
    const said = /^(.*?)\/\/ (.*)$/.exec(line)
    if (said === null) return []
    const isBelow = said[1] === '' && /console\.log|^\/\/ /.test(lines[i - 1] ?? '')
    return said[1]!.includes('console.log') || isBelow ? [said[2]!] : []
  })
}

const examples = [...await examplesOf('client/README.md'), ...await examplesOf('README.md')]
const folder = await mkdtemp(join(tmpdir(), 'pvae-'))
t.teardown(() => rm(folder, { recursive: true, force: true }))
await symlink(join(root, 'docs'), join(folder, 'docs'))
await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
const files = await Promise.all(examples.map(async (code, i) => {
  const file = join(folder, `example-${i + 1}.ts`)
  await writeFile(file, code)
  return file
}))

t.test('their types are right, in Node and in a page', async t => {
  const program = ts.createProgram(files, {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    paths: Object.fromEntries(Object.entries(BUILT).map(([name, path]) => [name, [`${path}.d.ts`]])),
  })
  const faults = ts.getPreEmitDiagnostics(program)
  t.strictSame(faults.map(({ messageText, file }) =>
    `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`), [])
})

t.test('they run, and print what they say', async t => {
  t.ok(examples.length >= 10, `${examples.length} examples`)
  const address = await startShippedService(t)
  for (const [i, code] of examples.entries()) {
    const script = join(folder, `example-${i + 1}.mjs`)
    await writeFile(script, blankTypes(code)
      .replaceAll(ADDRESS, address)
      .replaceAll(/(?<=from ')@partition-vae\/[\w/]+(?=')/g, name => pathToFileURL(`${BUILT[name]!}.js`).href)
      // A page's address; Node has none.
      .replace("baseUrl: ''", `baseUrl: '${address}'`))
    const { stdout, stderr, status } = await run(script)
    t.equal(status, 0, `example ${i + 1} ends well${stderr && `: ${stderr}`}`)
    t.strictSame(stdout.split('\n').slice(0, -1), promisedBy(code), `example ${i + 1} prints what it says`)
  }
})

function run (script: string): Promise<{ stdout: string, stderr: string, status: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', text => { stdout += text })
    child.stderr.on('data', text => { stderr += text })
    child.on('error', reject).on('close', status => resolve({ stdout, stderr, status }))
  })
}
