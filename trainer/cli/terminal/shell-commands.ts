/** Commands that are said to a person, as a shell reads them. */

/** Quotes an argument where a shell would not take it as it is. */
export function quote (argument: string): string {
  return /^[\w./=:,@%+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`
}

/** Commands that go on with a run that was interrupted. */
export interface GoOn {
  /** Trains on. @param run its name */
  resume (run: string): string
  /** Measures and reports a run that was trained, and publishes it where that was asked for. @param run its name */
  finish (run: string): string
}

interface TrainFlags {
  readonly runs?: string
  readonly repository?: string
  readonly export: boolean
  readonly sample?: number
}

/** Gives the commands that go on with what `train` began; what is trained and only to be published is exported. */
export function goOnWithTraining (flags: TrainFlags): GoOn {
  // A command that goes on must not look for the run, or put its model, elsewhere.
  const directories = flagsText(flags, ['runs', 'repository', 'sample'])
  const resume = (run: string) =>
    `npm run train -- --resume --run ${run}${directories}${flags.export ? '' : ' --no-export'}`
  return {
    resume,
    finish: run => flags.export ? `npm run pvae -- export --run ${run}${directories}` : resume(run),
  }
}

/** Writes those of some flags that are given, each with a space before it. */
export function flagsText<F extends object> (flags: F, names: ReadonlyArray<keyof F & string>): string {
  return names.map(name => flags[name] === undefined ? '' : ` --${name} ${quote(String(flags[name]))}`).join('')
}
