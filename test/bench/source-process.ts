import { fileURLToPath } from 'node:url'

/** Flags of a Node process that runs the sources as they are, as the benchmarks themselves do. */
export const FROM_SOURCES = ['--conditions=partition-vae-source', '--import=tsx'] as const

/**
 * Arguments of `node` for a program among the sources.
 * @param program relative to `from`, the `import.meta.url` of its caller
 */
export function sourceArguments (program: string, from: string, ...args: readonly string[]): string[] {
  return [...FROM_SOURCES, fileURLToPath(new URL(program, from)), ...args]
}
