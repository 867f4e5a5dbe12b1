import { createRandom } from '../../random/index.js'

/**
 * Decides whether an image is held out for testing: by its path alone, so that adding or removing files moves no other.
 */
export function isTestImage (path: string, testFraction: number, splitSeed: number): boolean {
  return createRandom(splitSeed, 'split', path).uniform() < testFraction
}

/** Images that measures and training each need at least. */
const FEWEST_IMAGES = 2

export interface HeldOutImages {
  readonly test: ReadonlySet<string>
  /** Whole sentences for the user, where the share that was asked for would have left a split with too few. */
  readonly notes: readonly string[]
}

/**
 * Which images are held out for testing, each by a hash of its path (isTestImage). Where that leaves fewer than two on
 * a side, those whose hash is nearest to the limit change sides.
 */
export function holdOutImages (paths: readonly string[], testFraction: number, splitSeed: number): HeldOutImages {
  const test = new Set(paths.filter(path => isTestImage(path, testFraction, splitSeed)))
  const fewest = Math.min(FEWEST_IMAGES, Math.floor(paths.length / 2))
  const count = Math.min(Math.max(test.size, fewest), paths.length - fewest)
  if (count === test.size) return { test, notes: [] }
  const draws = paths
    .map(path => ({ path, draw: createRandom(splitSeed, 'split', path).uniform() }))
    .sort((a, b) => a.draw - b.draw)
  return {
    test: new Set(draws.slice(0, count).map(({ path }) => path)),
    notes: [
      `${count} of ${paths.length} images are held out for testing: data.testFraction ${testFraction} would hold ` +
        `out ${test.size}.`,
    ],
  }
}

/**
 * Labels from folders: where every image lies in a subfolder, and there are 2 to 256 direct ones, an image's label is
 * the index of its direct subfolder among all that hold images, sorted.
 * @param paths of all images, relative to the data folder
 * @param inside takes the folder of a split off a path
 * @returns undefined where folders do not say what the images are
 */
export function labelByFolder (
  paths: readonly string[],
  inside: (path: string) => string = path => path
): { labelOf: (path: string) => number; labelNames: readonly string[] } | undefined {
  const top = (path: string): string => inside(path).slice(0, Math.max(0, inside(path).indexOf('/')))
  const labelNames = [...new Set(paths.map(top))].sort()
  if (labelNames.length < 2 || labelNames.length > 256 || labelNames[0] === '') return undefined
  const indices = new Map(labelNames.map((name, index) => [name, index]))
  return { labelOf: path => indices.get(top(path))!, labelNames }
}
