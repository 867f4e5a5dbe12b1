import { createRandom } from '../../random/index.js'

/** Frames of a clip for each block that is held out, where it is long enough; and how many blocks there should be. */
const FRAMES_A_BLOCK = 300
const FEWEST_BLOCKS = 5
/** Frames that measures and training each need at least. */
const FEWEST_FRAMES = 2

export interface HeldOutFrames {
  readonly test: ReadonlySet<number>
  readonly blocks: number
}

/**
 * Chooses the frames of a clip that are held out for testing: blocks of consecutive ones, one in each stretch of the
 * clip, so that all of it is tested and few test frames have a neighbour in training. Frames held out one by one would
 * be all but copies of training frames.
 * @param count at least 4
 */
export function holdOutBlocks (count: number, testFraction: number, splitSeed: number): HeldOutFrames {
  const held = Math.min(Math.max(Math.round(count * testFraction), FEWEST_FRAMES), count - FEWEST_FRAMES)
  const wanted = Math.max(FEWEST_BLOCKS, Math.round(count / FRAMES_A_BLOCK))
  const blocks = Math.max(1, Math.min(wanted, Math.floor(held / 2)))
  const test = new Set<number>()
  for (let block = 0; block < blocks; block++) {
    const [start, end] = [block, block + 1].map(i => Math.floor(i * count / blocks)) as [number, number]
    const length = Math.floor((block + 1) * held / blocks) - Math.floor(block * held / blocks)
    const first = start + createRandom(splitSeed, 'split-blocks', block).integer(end - start - length + 1)
    for (let frame = first; frame < first + length; frame++) test.add(frame)
  }
  return { test, blocks }
}
