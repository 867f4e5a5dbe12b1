import { parseRunConfig } from '../../../trainer/config/resolve.js'
import type { RunResult } from '../../../trainer/benchmark/results.js'
import { squaresConfig } from '../cli/cli-fixture.js'

/** A result as runs leave it, with numbers of one's own. */
export function resultOf (
  name: string,
  seed: number,
  measured: Readonly<Record<string, unknown>>,
  changes: Partial<RunResult> = {}
): RunResult {
  const asked = { ...parseRunConfig(squaresConfig('images')), seed }
  const { error } = measured as { readonly error?: string }
  return {
    run: `${name}-seed-${seed}`,
    contestant: { name, title: name.toUpperCase() },
    seed,
    asked,
    model: asked.model,
    machine: { processor: 'Abacus', cores: 2, packages: { node: 'v20.0.0' } },
    seconds: { training: 100 + seed, measuring: 10 },
    steps: 30,
    ...error === undefined ? { metrics: measured as unknown as NonNullable<RunResult['metrics']> } : { error },
    ...changes,
  }
}
