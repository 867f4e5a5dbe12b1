import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** A value that claims to be of a type of kubernetes-types, which is made of Kubernetes' own OpenAPI document. */
export interface Claim {
  /** `apps/v1`, `core/v1`, … */
  readonly module: string
  readonly type: string
  readonly value: unknown
}

/**
 * Checks values as literals of their types, all in one run of the compiler: a field that is not known, missing or of
 * another type is a fault.
 * @returns the faults of each claim, in their order
 */
export function faultsOf (claims: readonly Claim[]): string[][] {
  const files = new Map(claims.map(({ module, type, value }, i) => [
    `${ROOT}test/claim-${i}.ts`,
    `import type { ${type} } from 'kubernetes-types/${module}'\n` +
      `export const claim: ${type} = ${JSON.stringify(value, null, 1)}\n`,
  ]))
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    types: [],
    skipLibCheck: true,
    lib: ['lib.es2015.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
  }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile } = host
  host.getSourceFile = (path, language, ...rest) => {
    const text = files.get(path)
    return text === undefined
      ? getSourceFile.call(host, path, language, ...rest)
      : ts.createSourceFile(path, text, language)
  }
  host.fileExists = path => files.has(path) || fileExists.call(host, path)
  host.readFile = path => files.get(path) ?? readFile.call(host, path)
  const program = ts.createProgram([...files.keys()], options, host)
  return [...files.keys()].map(file => {
    const source = program.getSourceFile(file)
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
  })
}
