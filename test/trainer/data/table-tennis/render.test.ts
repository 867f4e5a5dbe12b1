import t from 'tap'
import { FACTORS, sampleFactors, scaleFactors } from '../../../../trainer/data/table-tennis/factors.js'
import { OBJECTS, renderScene, type ObjectName } from '../../../../trainer/data/table-tennis/render.js'

const size = { height: 48, width: 64 }

/** Four scenes by a formula, so that another program can draw the same. */
const scenes = [0, 1, 2, 3].map(s =>
  scaleFactors(Float32Array.from({ length: 18 }, (_, i) => ((i * 5 + s * 7) % 19) / 18))
)

/** Mean, and mean weighted by the position modulo 7. */
function checksums (image: Float32Array): [number, number] {
  let sum = 0
  let weighted = 0
  image.forEach((value, i) => {
    sum += value
    weighted += value * (i % 7)
  })
  return [sum / image.length, weighted / image.length]
}

function sum (values: Float32Array): number {
  return values.reduce((total, value) => total + value, 0)
}

/** One object of a scene: a factor by name, changed. */
function withFactor (factors: Float32Array, group: string, name: string, value: number): Float32Array {
  const changed = Float32Array.from(factors)
  changed[FACTORS.findIndex(factor => factor.group === group && factor.name === name)] = value
  return changed
}

// Computed by the definition's first implementation, an independent one in PyTorch, in single precision.
const reference: ReadonlyArray<{ skip: ObjectName[]; mean: number[]; weighted: number[] }> = [
  { skip: [], mean: [0.354542, 0.492538, 0.381606, 0.38084], weighted: [1.062522, 1.476689, 1.144829, 1.142866] },
  { skip: ['A'], mean: [0.350975, 0.489983, 0.380097, 0.378137], weighted: [1.05208, 1.469072, 1.140153, 1.134916] },
  { skip: ['B'], mean: [0.356418, 0.493285, 0.381443, 0.380905], weighted: [1.068618, 1.479373, 1.144452, 1.142404] },
  {
    skip: ['table'],
    mean: [0.340749, 0.481534, 0.387513, 0.366997],
    weighted: [1.021126, 1.443659, 1.16231, 1.101302],
  },
  {
    skip: ['ball'],
    mean: [0.353486, 0.49204, 0.381317, 0.379023],
    weighted: [1.059577, 1.475191, 1.143881, 1.137339],
  },
  {
    skip: ['A', 'ball'],
    mean: [0.34999, 0.489485, 0.379809, 0.376665],
    weighted: [1.049385, 1.467573, 1.139205, 1.130289],
  },
]
const referenceMasks: Readonly<Record<ObjectName, number[]>> = {
  A: [106.6445, 106.5622, 106.9941, 103.0758],
  B: [59.2759, 59.8347, 59.9419, 56.9758],
  table: [382.418, 215.0645, 306.8493, 414.836],
  ball: [11.8304, 5.1119, 8.8543, 13.3173],
}
/** Row, column and colour, for each scene. */
const referencePixels = [
  [
    [5, 5, 0.52894, 0.31969, 0.58125],
    [25, 32, 0.13748, 0.50857, 0.16111],
    [37, 40, 0.25403, 0.25403, 0.25403],
    [20, 20, 0.12594, 0.50375, 0.15112],
  ],
  [
    [5, 5, 0.52012, 0.7125, 0.39188],
    [12, 30, 0.12825, 0.41895, 0.855],
    [25, 32, 0.15438, 0.6175, 0.6175],
    [37, 40, 0.44069, 0.44069, 0.44069],
  ],
  [
    [5, 5, 0.26813, 0.38513, 0.4875],
    [25, 32, 0.10563, 0.12675, 0.4225],
    [37, 40, 0.585, 0.585, 0.08775],
    [20, 20, 0.24595, 0.26163, 0.46774],
  ],
  [
    [5, 5, 0.61875, 0.41456, 0.34031],
    [25, 32, 0.41044, 0.65175, 0.46448],
    [37, 40, 0.3025, 0.3025, 0.3025],
    [20, 20, 0.41212, 0.51633, 0.4275],
  ],
]

t.test('the same scenes as another implementation of the definition', async t => {
  for (const { skip, mean, weighted } of reference) {
    scenes.forEach((factors, s) => {
      const [a, b] = checksums(renderScene(factors, { ...size, skip }).image)
      t.ok(Math.abs(a - mean[s]!) < 2e-6, `mean of scene ${s} without ${skip.join()}: ${a}`)
      t.ok(Math.abs(b - weighted[s]!) < 5e-6, `weighted mean of scene ${s} without ${skip.join()}: ${b}`)
    })
  }
  scenes.forEach((factors, s) => {
    const { image, masks } = renderScene(factors, { ...size, masks: true })
    for (const name of OBJECTS) {
      t.ok(Math.abs(sum(masks[name]!) - referenceMasks[name][s]!) < 2e-3, `mask of ${name} in scene ${s}`)
    }
    for (const [row, column, ...colour] of referencePixels[s]!) {
      colour.forEach((value, c) => {
        const found = image[(row! * 64 + column!) * 3 + c]!
        t.ok(Math.abs(found - value) < 2e-5, `scene ${s}, pixel ${row}, ${column}: ${found}`)
      })
    }
  })
})

t.test('masks are where the factors say, at any size', async t => {
  for (const height of [24, 48, 96, 144]) {
    const scale = height / 48
    const width = height / 3 * 4
    for (let i = 0; i < 20; i++) {
      const factors = scaleFactors(sampleFactors(5, i))
      const ball = renderScene(factors, { height, width, masks: true }).masks.ball!
      const [x, y, radius] = factors.subarray(12, 15)
      const area = sum(ball)
      let [atX, atY] = [0, 0]
      ball.forEach((value, pixel) => {
        atX += value * (pixel % width + 0.5) / area / scale
        atY += value * (Math.floor(pixel / width) + 0.5) / area / scale
      })
      t.ok(Math.abs(atX - x!) < 0.1 / scale, `column ${atX} of the centre at ${height}`)
      t.ok(Math.abs(atY - y!) < 0.1 / scale, `row ${atY} of the centre at ${height}`)
      if (scale >= 1) {
        t.ok(Math.abs(area / scale ** 2 / (Math.PI * radius! ** 2) - 1) < 0.12 / scale, `area ${area} at ${height}`)
      }
    }
  }
})

t.test('another size shows the same scene', async t => {
  for (const factors of scenes) {
    const small = renderScene(factors, size).image
    const large = renderScene(factors, { height: 192, width: 256 }).image
    let worst = 0
    let total = 0
    for (let pixel = 0; pixel < 48 * 64; pixel++) {
      for (let c = 0; c < 3; c++) {
        let mean = 0
        for (let k = 0; k < 16; k++) {
          mean += large[((Math.floor(pixel / 64) * 4 + (k >> 2)) * 256 + (pixel % 64) * 4 + (k % 4)) * 3 + c]! / 16
        }
        const error = Math.abs(mean - small[pixel * 3 + c]!)
        worst = Math.max(worst, error)
        total += error
      }
    }
    t.ok(total / 9216 < 0.004, `mean difference ${total / 9216}`)
    t.ok(worst < 0.3, `largest difference ${worst}`)
  }
})

t.test('what a factor changes, and what it does not', async t => {
  const factors = scenes[0]!
  const image = renderScene(factors, size).image
  const light = withFactor(factors, 'light', 'light', factors[17]! / 2)
  const half = renderScene(light, size).image
  t.ok(image.every((value, i) => Math.abs(value / 2 - half[i]!) < 1e-6), 'light multiplies all of it')
  t.ok(image.every(value => value >= 0))
  t.ok(image.every(value => value <= 1))

  const moved = renderScene(withFactor(factors, 'ball', 'x', 40), { ...size, skip: ['ball'] }).image
  const without = renderScene(factors, { ...size, skip: ['ball'] }).image
  t.ok(
    moved.every((value, i) => value === without[i]),
    'without the ball its place does not matter: the shadow is gone too'
  )
  t.ok(without.some((value, i) => value !== image[i]))

  const { masks } = renderScene(factors, { ...size, masks: true })
  const withoutA = renderScene(factors, { ...size, skip: ['A'] }).image
  const differs = (pixel: number): boolean => [0, 1, 2].some(c => withoutA[3 * pixel + c] !== image[3 * pixel + c])
  t.ok(masks.A!.every((share, pixel) => share > 0 || !differs(pixel)), 'an object acts in its mask only')
  t.strictSame(renderScene(factors, size).masks, {})
  t.strictSame(Object.keys(renderScene(factors, { ...size, skip: ['B', 'ball'], masks: true }).masks), ['table', 'A'])
})

t.test('objects partly outside', async t => {
  // As far out as the factors allow, and farther.
  for (const [x, y] of [[0, 0], [64, 48], [-20, 20], [80, -30]] as const) {
    const factors = withFactor(withFactor(scenes[1]!, 'ball', 'x', x), 'ball', 'y', y)
    const { image, masks } = renderScene(factors, { ...size, masks: true })
    t.ok(image.every(Number.isFinite))
    const quarter = Math.PI * factors[14]! ** 2 / 4
    t.ok(Math.abs(sum(masks.ball!) - (x === 0 || x === 64 ? quarter : 0)) < 0.3)
  }
})

t.test('bad input', async t => {
  const factors = scenes[0]!
  t.throws(() => renderScene(factors.subarray(1), size), {
    code: 'PVAE_INVALID_PARAMETER',
    message: 'expected 18 numbers for the factors of a scene but received 17',
  })
  t.throws(() => renderScene(factors, { ...size, skip: ['net'] }), {
    code: 'PVAE_INVALID_PARAMETER',
    message: 'expected one of B, table, A, ball for the objects to skip but received "net"',
  })
  for (const [height, width] of [[48, 48], [1.5, 2], [0, 0], [NaN, NaN]] as const) {
    t.throws(() => renderScene(factors, { height, width }), {
      code: 'PVAE_INVALID_PARAMETER',
      message: /expected a width of 4\/3 of the height, in whole pixels for the size of a table-tennis scene/,
    })
  }
})
