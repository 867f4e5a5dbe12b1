/** Pieces of measuring that a thread can do: plain functions of plain data. */
import { UNPACED, type Pace } from '../pace.js'

/** A function of data that can be copied between threads; the same data give the same bits wherever it runs. */
export interface Job<Input, Output> {
  /** The module that defines it, under this name. */
  readonly module: string
  readonly name: string
  readonly compute: (input: Input, pace: Pace) => Output | Promise<Output>
}

/** Has jobs done. */
export interface Work {
  /** @throws what the job throws; the signal's reason once it is aborted */
  run<Input, Output> (job: Job<Input, Output>, input: Input): Promise<Output>
}

type Compute = Job<unknown, unknown>['compute']

/** Of the modules that this thread has loaded. */
const defined = new Map<string, Compute>()
const keyOf = ({ module, name }: Pick<Job<unknown, unknown>, 'module' | 'name'>) => `${module}#${name}`

/**
 * Names a job so that a thread finds it.
 * @param module `import.meta.url` of the module that defines it
 */
export function defineJob<Input, Output> (
  module: string,
  name: string,
  compute: Job<Input, Output>['compute']
): Job<Input, Output> {
  const job = { module, name, compute }
  defined.set(keyOf(job), compute as Compute)
  return job
}

/** Loads the module of a job, and gives what it does. */
export async function findJob (job: Pick<Job<unknown, unknown>, 'module' | 'name'>): Promise<Compute> {
  await import(job.module)
  return defined.get(keyOf(job))!
}

/** Has jobs done by this thread, one after the other as they are asked for. */
export function workHere (pace: Pace = UNPACED): Work {
  let last: Promise<unknown> = Promise.resolve()
  return {
    run (job, input) {
      const next = last.then(async () => {
        await pace()
        return await job.compute(input, pace)
      })
      last = next.catch(() => {})
      return next
    },
  }
}

/** Tells after each job how many of those asked for are done. */
export function countJobs (work: Work, onDone: (done: number, asked: number) => void): Work {
  let [done, asked] = [0, 0]
  return {
    async run (job, input) {
      asked++
      const result = await work.run(job, input)
      onDone(++done, asked)
      return result
    },
  }
}

/** Lets work go on that is awaited later: until then its failing is no one's. */
export function begin<T> (promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}
