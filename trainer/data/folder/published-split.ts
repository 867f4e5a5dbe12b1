/** Folders that say which images are for training, as Hugging Face's `imagefolder` names them. */

const SPLITS: Readonly<Record<string, 'train' | 'validation' | 'test'>> = {
  train: 'train',
  training: 'train',
  validation: 'validation',
  valid: 'validation',
  val: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
  eval: 'test',
  evaluation: 'test',
}

export interface PublishedSplit {
  /** Images that are held out. */
  readonly test: ReadonlySet<string>
  /** Takes the split's folder off a path. */
  readonly inside: (path: string) => string
  readonly note: string
}

/**
 * Finds the split that folders give, where all images lie in `train` and in `test` or `validation`, in whichever of the
 * usual names. Where there are both, the images for validation are trained on.
 * @returns undefined where the folders are no splits
 */
export function findPublishedSplit (paths: readonly string[]): PublishedSplit | undefined {
  const top = (path: string) => path.slice(0, Math.max(0, path.indexOf('/')))
  const folders = [...new Set(paths.map(top))]
  const splitOf = new Map(folders.map(folder => [folder, SPLITS[folder.toLowerCase()]]))
  const splits = new Set(splitOf.values())
  if (splits.has(undefined) || !splits.has('train') || splits.size === 1) return undefined
  const held = splits.has('test') ? 'test' : 'validation'
  const names = (isHeld: boolean) =>
    folders.filter(folder => (splitOf.get(folder) === held) === isHeld).sort().join(' and ')
  return {
    test: new Set(paths.filter(path => splitOf.get(top(path)) === held)),
    inside: path => path.slice(path.indexOf('/') + 1),
    note: `Images are split as their folders say: ${names(false)} to train, ${names(true)} to test.`,
  }
}
