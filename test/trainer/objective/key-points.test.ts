import t from 'tap'
import { keyPointError, keyPointPartitions } from '../../../trainer/objective/key-points.js'
import { largestDifference, normal, runEagerly, type Input } from '../../helpers/compare-engines.js'

const [HEIGHT, WIDTH] = [4, 6]
const partitions = ['ball', 'player']

const errorOf = async (logits: Record<string, Input>, keyPoints: Input) => {
  const { error } = await runEagerly(({ keyPoints, ...logits }) => ({
    error: keyPointError({ logits, height: HEIGHT, width: WIDTH }, keyPoints!, partitions),
  }), { ...logits, keyPoints })
  return error!.values[0]!
}

/** [2, 2, 3]: row and column in shares of the image, and whether they are known. */
const points = (...values: number[]): Input => ({ shape: [2, 2, 3], values: Float32Array.from(values) })

t.test('who knows nothing pays log(h · w) for every point that is known, an image\'s average', async t => {
  const blank = { shape: [2, HEIGHT * WIDTH], values: new Float32Array(2 * HEIGHT * WIDTH) }
  const error = await errorOf(
    { ball: blank, player: blank },
    points(0.5, 0.5, 1, 0.3, 0.2, 1, 0.7, 0.6, 1, 0.4, 0.4, 0)
  )
  t.ok(Math.abs(error - 3 / 2 * Math.log(24)) < 1e-5, String(error))
  t.equal(
    await errorOf({ ball: blank, player: blank }, points(...new Array<number>(12).fill(0))),
    0,
    'nothing is known'
  )
})

t.test('who is sure of the right pixel pays nothing', async t => {
  // The centre of pixel (1, 4), and a point half way between (2, 0) and (2, 1).
  const sure = (...pixels: number[]) => ({
    shape: [2, HEIGHT * WIDTH],
    values: Float32Array.from({ length: 2 * HEIGHT * WIDTH }, (_, i) => (pixels.includes(i) ? 50 : 0)),
  })
  const where = points(1.5 / HEIGHT, 4.5 / WIDTH, 1, 0, 0, 0, 2.5 / HEIGHT, 1 / WIDTH, 1, 0, 0, 0)
  const second = HEIGHT * WIDTH + 2 * WIDTH
  const error = await errorOf({ ball: sure(WIDTH + 4, second, second + 1), player: sure() }, where)
  t.ok(Math.abs(error - Math.log(2) / 2) < 1e-4, `only what two pixels leave open: ${error}`)
})

t.test('against plain loops; lowered it is the same', async t => {
  const inputs = { ball: normal(1, 2, HEIGHT * WIDTH), player: normal(2, 2, HEIGHT * WIDTH) }
  const keyPoints = points(0.41, 0.52, 1, 0.15, 0.83, 1, 0.66, 0.27, 0, 0.5, 0.9, 1)
  let expected = 0
  for (let n = 0; n < 2; n++) {
    for (const [p, name] of partitions.entries()) {
      const [row, column, known] = keyPoints.values.subarray((2 * n + p) * 3, (2 * n + p) * 3 + 3)
      const logits = inputs[name as 'ball'].values.subarray(n * 24, (n + 1) * 24)
      const near = Array.from(
        logits,
        (_, i) =>
          Math.max(0, 1 - Math.abs(Math.floor(i / WIDTH) + 0.5 - row! * HEIGHT)) *
          Math.max(0, 1 - Math.abs((i % WIDTH) + 0.5 - column! * WIDTH))
      )
      const total = near.reduce((sum, weight) => sum + weight, 0)
      const norm = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0))
      expected += known! * near.reduce((sum, weight, i) => sum + weight / total * (norm - logits[i]!), 0) / 2
    }
  }
  t.ok(Math.abs(await errorOf(inputs, keyPoints) - expected) < 1e-4, String(expected))
  const difference = await largestDifference(
    ({ keyPoints, ...logits }) => ({
      error: keyPointError({ logits, height: HEIGHT, width: WIDTH }, keyPoints!, partitions),
    }),
    { ...inputs, keyPoints }
  )
  t.ok(difference < 1e-5, String(difference))
})

t.test('points are in the order of their partitions\' names', async t => {
  const part = (partition: string) => ({ kind: 0, partition, row: 0, column: 0 })
  const colour = (...names: string[]) => ({
    colour: [1],
    weights: [1],
    centres: [[1]],
    areas: [1],
    parts: names.map(part),
  })
  t.strictSame(keyPointPartitions({ colours: [colour('p2', 'p1'), colour('p2')] }), ['p1', 'p2'])
})
