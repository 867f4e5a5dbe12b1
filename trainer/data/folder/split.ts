import { createRandom } from '../../random/index.js'

/** Whether an image is held out for testing: decided by its path alone, so that adding or removing files moves no other. */
export function isTestImage (path: string, testFraction: number, splitSeed: number): boolean {
  return createRandom(splitSeed, 'split', path).uniform() < testFraction
}

/**
 * Labels from folders: where every image lies in a subfolder, and there are 2 to 256 direct ones, an image's label is the index of its
 * direct subfolder among all that hold images, sorted.
 * @param paths of all images, relative to the data folder
 * @returns undefined where folders do not say what the images are
 */
export function labelByFolder (paths: readonly string[]): { labelOf: (path: string) => number, labelNames: readonly string[] } | undefined {
  const top = (path: string): string => path.slice(0, Math.max(0, path.indexOf('/')))
  const labelNames = [...new Set(paths.map(top))].sort()
  if (labelNames.length < 2 || labelNames.length > 256 || labelNames[0] === '') return undefined
  const indices = new Map(labelNames.map((name, index) => [name, index]))
  return { labelOf: path => indices.get(top(path))!, labelNames }
}
