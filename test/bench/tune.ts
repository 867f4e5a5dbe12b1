/** `npm run bench:tune`: our samplers against Optuna's, by the best value after as many trials. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createRandom } from '../../trainer/random/index.js'
import { sampleUniformly } from '../../trainer/tune/sample/random.js'
import { sampleByTpe } from '../../trainer/tune/sample/tpe.js'
import type { Observation } from '../../trainer/tune/sample/observation.js'
import { valueOf } from '../../trainer/tune/space/parameter.js'
import { choose, readOptions } from './options.js'
import { findPeer } from './python.js'
import { printHeader, printRow } from './table.js'
import { PROBLEMS, type Problem } from './tune/problems.js'

const options = readOptions({
  name: 'bench:tune',
  about: `The median over seeds of the best value after so many trials, of our samplers and of Optuna's (TPE with
multivariate and group). Lower is better. Ends with 1 where our TPE's median is above Optuna's.`,
  options: {
    trials: { help: 'of a study', default: 100, smoke: 15 },
    seeds: { help: 'studies a sampler', default: 20, smoke: 2 },
    first: { help: 'the first seed', default: 0 },
    problems: { help: 'names of functions', default: Object.keys(PROBLEMS) },
  },
})

const SAMPLERS = ['tpe', 'random'] as const

function bestOf ({ space, evaluate }: Problem, sampler: typeof SAMPLERS[number], seed: number): number {
  const observations: Observation[] = []
  let best = Infinity
  for (let trial = 0; trial < options.trials; trial++) {
    const random = createRandom(seed, 'tune', trial)
    const drawn = sampler === 'tpe' ? sampleByTpe(space, observations, random) : sampleUniformly(space, random)
    const values = Object.entries(drawn).map(([name, value]) => [name, valueOf(space[name]!, value)])
    const value = evaluate(Object.fromEntries(values))
    observations.push({ drawn, values: [value] })
    best = Math.min(best, value)
  }
  return best
}

function quartiles (values: readonly number[]): [number, number, number] {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => {
    const place = share * (sorted.length - 1)
    const below = Math.floor(place)
    return sorted[below]! + (place - below) * ((sorted[below + 1] ?? sorted[below]!) - sorted[below]!)
  }
  return [at(0.25), at(0.5), at(0.75)]
}

type Results = Readonly<Record<string, readonly number[]>>

function runOptuna (python: string): Results {
  const script = fileURLToPath(new URL('tune.py', import.meta.url))
  const { problems, seeds, first, trials } = options
  const settings = JSON.stringify({ problems, seeds, first, trials, samplers: SAMPLERS })
  const { status, stdout, stderr } = spawnSync(python, ['-W', 'ignore', script, settings], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`tune.py ended with ${status}: ${stderr}`)
  const { version, results } = JSON.parse(stdout) as { version: string, results: Results }
  console.log(`Optuna ${version}`)
  return results
}

for (const name of options.problems) choose('problems', name, PROBLEMS)
const python = findPeer('Optuna', ['optuna'], options)
const theirs = python === undefined ? undefined : runOptuna(python)
console.log(`\nBest value after ${options.trials} trials: median of ${options.seeds} seeds (quartiles)`)
printHeader(['function', 'minimum', 'sampler', 'ours', 'quartiles', "Optuna's", 'quartiles'])
for (const name of options.problems) {
  const problem = PROBLEMS[name]!
  for (const sampler of SAMPLERS) {
    const ours = quartiles(Array.from({ length: options.seeds }, (_, i) => bestOf(problem, sampler, options.first + i)))
    const other = theirs === undefined ? undefined : quartiles(theirs[`${name} ${sampler}`]!)
    const show = (three: readonly number[] | undefined) => three === undefined
      ? ['–', '–']
      : [three[1]!.toFixed(4), `${three[0]!.toFixed(4)} to ${three[2]!.toFixed(4)}`]
    printRow([name, problem.minimum, sampler, ...show(ours), ...show(other)])
    if (!options.smoke && sampler === 'tpe' && other !== undefined && ours[1] > other[1]) process.exitCode = 1
  }
}
