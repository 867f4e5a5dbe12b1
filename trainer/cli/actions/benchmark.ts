import { join } from 'node:path'
import { benchmarkOf } from '../../benchmark/benchmark.js'
import { checkContestants } from '../../benchmark/check.js'
import { contestantsOf, runsOf } from '../../benchmark/contestants.js'
import { checkSameData, readResults } from '../../benchmark/results.js'
import { watchResults } from '../../benchmark/watch.js'
import { workOn } from '../../benchmark/work.js'
import { writeBenchmark } from '../../benchmark/write.js'
import { invalid } from '../../config/invalid.js'
import { parseAssignment, parseValue, type Override } from '../../config/overrides.js'
import { validNameOf } from '../../config/valid-name.js'
import { chooseImageSize } from '../../run/image-size.js'
import { threadsOfEach, workSideBySide } from '../../tune/study/workers.js'
import type { BenchmarkFlags } from '../commands/benchmark.js'
import { Interrupted, orInterrupted, type CliContext } from '../context.js'
import { chosenDirectories } from '../output-directories.js'
import { benchmarkLines } from '../terminal/benchmark-lines.js'
import { displayPath } from '../terminal/display-path.js'
import { runLines } from '../terminal/run-lines.js'
import { untilParentIsGone } from './parent.js'
import { imagesAt, readConfigFile } from './request.js'

interface Given {
  /** For whoever wants to repeat it. */
  readonly command: string
  readonly argv: readonly string[]
}

/** Reads the flags, trains and measures what is not yet, and writes table and page of what there is. */
export async function benchmark (
  preset: string,
  flags: BenchmarkFlags,
  context: CliContext,
  { command, argv }: Given
): Promise<void> {
  const { directory: here, signal } = context
  const name = validNameOf(flags.benchmark ?? preset)
  if (name === undefined) throw invalid('--benchmark', 'letters, digits and dashes', JSON.stringify(flags.benchmark))
  const directory = join(chosenDirectories(here, flags).benchmarks, name)
  const contestants = await readContestants(preset, flags, context)
  const runs = runsOf(contestants, firstSeedOf(flags), flags.seeds)
  const options = {
    directory,
    runs,
    engine: { kind: 'compiled' as const, threads: threadsOfEach(flags) },
    command,
  }
  if (flags.worker === true) return await workOn(options, untilParentIsGone(signal))

  await orInterrupted(context, 'interrupted; nothing was written\ngo on with: the same command', () =>
    checkContestants(contestants, { observer: runLines(context), signal }))
  const before = await readResults(directory)
  checkSameData(runs, before)
  const lines = benchmarkLines({ ...context, place: directory, runs, done: before })
  const order = contestants.map(({ name }) => name)
  const write = async () => await writeWhatThereIs(directory, { name, preset, command }, order)
  const watching = watchResults(directory, before.keys(), async result => {
    lines.onResult(result)
    await write()
  })
  try {
    if (flags.jobs === 1) await workOn({ ...options, onProgress: lines.onProgress }, signal)
    else await workSideBySide({ argv, jobs: flags.jobs, signal })
  } finally {
    lines.end()
    await watching.end()
    const written = await write()
    for (const path of written) context.stdout.write(`${displayPath(here, path)}\n`)
  }
  if (signal.aborted) {
    throw new Interrupted(`interrupted; ${displayPath(here, directory)} has all there is\ngo on with: the same command`)
  }
}

async function readContestants (preset: string, flags: BenchmarkFlags, context: CliContext) {
  const { data, models, config: paths = [], steps, set = [] } = flags
  const overrides: Override[] = [
    ...steps === undefined ? [] : [['fit.steps', parseValue(steps)] as const],
    ...set.map(parseAssignment),
  ]
  const images = await imagesAt(data)
  const { signal } = context
  // All models see the same images, also where those decide their size.
  const sized = await chooseImageSize(
    { preset, ...images === undefined ? {} : { images }, overrides },
    { observer: runLines(context), signal }
  )
  const files = await Promise.all(paths.map(async path => ({ path, value: await readConfigFile(path) })))
  return contestantsOf({ preset, images, models, files, overrides: sized.overrides })
}

function firstSeedOf ({ seed }: BenchmarkFlags): number {
  if (seed === undefined) return 0
  const value = Number(seed)
  if (/^\d+$/.test(seed) && Number.isSafeInteger(value)) return value
  throw invalid('--seed', 'an integer of at least 0', JSON.stringify(seed))
}

/**
 * Writes what there is, the models of this command first.
 * @returns the paths of what was written; none where no run is over
 */
async function writeWhatThereIs (
  directory: string,
  names: Parameters<typeof benchmarkOf>[0],
  order: readonly string[]
): Promise<string[]> {
  const all = [...(await readResults(directory)).values()]
  const of = (name: string) => all.filter(({ contestant }) => contestant.name === name)
  const results = [...order.flatMap(of), ...all.filter(({ contestant }) => !order.includes(contestant.name))]
  return results.length === 0 ? [] : await writeBenchmark(directory, benchmarkOf(names, results))
}
