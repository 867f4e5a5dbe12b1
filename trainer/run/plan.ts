import { resolveRequest } from '../config/resolve-request.js'
import type { RunConfig } from '../config/schema.js'
import { readRestarts } from '../fit/attempts.js'
import { checkNewRun, readRun, type RunLocation } from '../fit/run-directory.js'
import { invalid } from '../config/invalid.js'
import { chooseImageSize } from './image-size.js'
import type { RunContext } from './observer.js'
import type { RunOptions } from './options.js'

/** Names the run that is trained, with what the request alone says of its config. */
export interface RunPlan {
  readonly request: RunOptions['request']
  readonly config: RunConfig
  readonly location: RunLocation
}

/** @throws TrainerError PVAE_RUN_EXISTS where the name is taken; as `chooseImageSize`; as `resolveRequest` */
export async function planNewRun ({ request: asked, runs, name }: RunOptions, context: RunContext): Promise<RunPlan> {
  const request = await chooseImageSize(asked, context)
  const config = resolveRequest(request)
  const location = { runs, name: name ?? config.name }
  await checkNewRun(location)
  return { request, config, location }
}

/** @throws TrainerError PVAE_RUN_NOT_FOUND; as `resolveRequest` */
export async function planResumedRun ({ request, runs, name }: RunOptions): Promise<RunPlan> {
  if (name === undefined) throw invalid('the run to resume', '--run NAME', 'nothing')
  const location = { runs, name }
  const run = await readRun(location)
  const config = resolveRequest(request, run.config)
  const restarts = await readRestarts(run.path)
  // Once an attempt is kept the run has its seed: a config file that began the run still names the first attempt's.
  const isFirst = config.seed === restarts?.attempts[0]?.seed
  return { request, config: isFirst ? { ...config, seed: run.config.seed } : config, location }
}
