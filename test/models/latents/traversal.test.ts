import t from 'tap'
import {
  outlineTraversal,
  planTraversal,
  TRAVERSAL_DEFAULTS,
  TRAVERSAL_LIMITS,
  type TraversalOptions,
} from '@partition-vae/models'
import { faultOf } from '../format/fault.js'

const card = {
  latentSize: 3,
  partitions: [{ name: 'shape', size: 2, offset: 0, label: 'Shape' }, { name: 'style', size: 1, offset: 2 }],
  latentStatistics: {
    mean: [1, 2, -4],
    standardDeviation: [0.5, 2, 4],
    principalDirections: [{ vector: [0.6, -0.8], standardDeviation: 5 }, { vector: [-1], standardDeviation: 4 }],
  },
}

/** Rows of latents, as nested numbers. */
function rowsOf (latents: Float32Array, steps: number): number[][][] {
  const all = [...latents]
  const columns = Array.from({ length: all.length / 3 }, (_, i) => all.slice(3 * i, 3 * i + 3))
  return Array.from({ length: columns.length / steps }, (_, row) => columns.slice(row * steps, (row + 1) * steps))
}

t.test('unit: one unit at a time, in standard deviations around the base', async t => {
  const plan = planTraversal(card, { mode: 'unit', steps: 3, range: 2 })
  t.equal(plan.steps, 3)
  t.strictSame(plan.values, [-2, 0, 2])
  t.strictSame(plan.rows, [
    { partition: 'shape', unit: 0, label: 'Shape[0]' }, { partition: 'shape', unit: 1, label: 'Shape[1]' },
    { partition: 'style', unit: 0, label: 'style[0]' },
  ])
  t.strictSame(rowsOf(plan.latents, 3), [
    [[0, 2, -4], [1, 2, -4], [2, 2, -4]],
    [[1, -2, -4], [1, 2, -4], [1, 6, -4]],
    [[1, 2, -12], [1, 2, -4], [1, 2, 4]],
  ])
})

t.test('scale: all elements of a partition times the factor', async t => {
  const base = Float32Array.of(3, -1, 5)
  const plan = planTraversal(card, { mode: 'scale', steps: 3, from: -1, to: 3, base })
  t.strictSame(plan.values, [-1, 1, 3])
  t.strictSame(plan.rows, [{ partition: 'shape', label: 'Shape' }, { partition: 'style', label: 'style' }])
  t.strictSame(rowsOf(plan.latents, 3), [
    [[-3, 1, 5], [3, -1, 5], [9, -3, 5]],
    [[3, -1, -5], [3, -1, 5], [3, -1, 15]],
  ])
  t.strictSame([...base], [3, -1, 5], 'the base is left alone')
})

t.test('joint: along the first principal direction, also when a later partition is asked for first', async t => {
  const plan = planTraversal(card, {
    mode: 'joint',
    steps: 2,
    range: 1,
    partitions: ['style', 'shape'],
    base: new Float32Array(3),
  })
  t.strictSame(plan.rows, [{ partition: 'style', label: 'style' }, { partition: 'shape', label: 'Shape' }])
  t.strictSame(rowsOf(plan.latents, 2), [
    [[0, 0, 4], [0, 0, -4]],
    [[-3, 4, 0], [3, -4, 0]],
  ])
})

t.test('defaults are those of the API', async t => {
  const plan = planTraversal(card)
  t.strictSame(TRAVERSAL_DEFAULTS, { mode: 'unit', steps: 11, range: 2.5, from: -2, to: 2 })
  t.strictSame(plan, planTraversal(card, TRAVERSAL_DEFAULTS))
  t.strictSame(plan.values, [-2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5])
  t.equal(plan.latents.length, 3 * 11 * 3)
  t.equal(planTraversal(card, { mode: 'scale' }).values[5], 0)
  t.strictSame(
    planTraversal(card, { steps: undefined, range: undefined, partitions: undefined }),
    plan,
    'undefined is not given'
  )
})

t.test('the ends of the ranges are allowed', async t => {
  const [fewest, most] = TRAVERSAL_LIMITS.steps
  t.equal(planTraversal(card, { steps: fewest, partitions: ['style'] }).values.length, 2)
  t.equal(planTraversal(card, { steps: most, range: 10 }).values.at(-1), 10)
  t.strictSame(planTraversal(card, { mode: 'scale', from: 10, to: -10, steps: 2 }).values, [10, -10])
})

t.test('anything else is named', async t => {
  const code = 'PVAE_INVALID_PARAMETER'
  const cases: Array<[TraversalOptions, string, string, string]> = [
    [{ mode: 'spin' as 'unit' }, 'mode', 'unit, scale, joint', '"spin"'],
    [{ steps: 1 }, 'steps', 'an integer from 2 to 32', '1'],
    [{ steps: 33 }, 'steps', 'an integer from 2 to 32', '33'],
    [{ steps: 2.5 }, 'steps', 'an integer from 2 to 32', '2.5'],
    [{ range: 0 }, 'range', 'a number above 0 and up to 10', '0'],
    [{ range: 10.5 }, 'range', 'a number above 0 and up to 10', '10.5'],
    [{ range: NaN }, 'range', 'a number above 0 and up to 10', 'NaN'],
    [{ mode: 'scale', from: -11 }, 'from', 'a number from -10 to 10', '-11'],
    [{ to: Infinity }, 'to', 'a number from -10 to 10', 'Infinity'],
    [{ base: new Float32Array(2) }, 'latent', '3 numbers', '2'],
    [{ base: Float32Array.of(0, NaN, 0) }, 'latent[1]', 'a finite number', 'NaN'],
    [{ base: Float32Array.of(0, 0, Infinity) }, 'latent[2]', 'a finite number', 'Infinity'],
    [{ base: Float32Array.of(-Infinity, 0, 0) }, 'latent[0]', 'a finite number', '-Infinity'],
    [{ partitions: ['shape', 'Shape'] }, 'partition', 'one of shape, style (did you mean "shape"?)', '"Shape"'],
    [{ partitions: ['style', 'style'] }, 'partition', 'each name once', '"style"'],
    [{ partitions: [] }, 'partition', 'at least one of shape, style', '[]'],
  ]
  for (const [options, field, expected, found] of cases) {
    t.strictSame(await faultOf(() => planTraversal(card, options)), { code, field, expected, found })
  }
})

t.test('an outline is the plan without its latents', async t => {
  for (const options of [{}, { mode: 'scale', steps: 4 }, { mode: 'joint', partitions: ['style'] }] as const) {
    const { latents, ...outline } = planTraversal(card, options)
    t.strictSame(outlineTraversal(card, options), outline)
    t.equal(latents.length, outline.rows.length * outline.steps * card.latentSize)
  }
  t.throws(() => outlineTraversal(card, { steps: 1 }), { code: 'PVAE_INVALID_PARAMETER', field: 'steps' })
})
