/** Factors that are categories, ranks and angles. */
import t from 'tap'
import { layOutPartitions } from '@partition-vae/models'
import { phasesOf, symmetriesOf, type MeasuredAngle } from '../../../../trainer/measure/disentanglement/kinds.js'
import { measureDisentanglement } from '../../../../trainer/measure/disentanglement/index.js'
import { numberValues } from '../../../../trainer/measure/disentanglement/numbered-values.js'
import { explainedVariance } from '../../../../trainer/measure/disentanglement/probe-predictions.js'
import { probe } from '../../../../trainer/measure/disentanglement/probe.js'
import { splitAtRandom, type Factors } from '../../../../trainer/measure/disentanglement/representation.js'
import { targetsOf } from '../../../../trainer/measure/disentanglement/targets.js'
import { usableFactors } from '../../../../trainer/measure/disentanglement/usable-factors.js'
import { mapRows, near, randomTable } from './data.js'

const rows = 1500
const random = randomTable(rows, 3, 4)
const shapes = Float32Array.from({ length: rows }, (_, row) => row % 3)
/** Hearts have no symmetry, squares four, discs all. */
const angle: MeasuredAngle = {
  kind: 'circular',
  turns: Float64Array.from({ length: rows }, (_, row) => random.values[row * 3]!),
  folds: Uint8Array.from(shapes, shape => [1, 4, 0][shape]!),
}
const factors: Factors = {
  names: ['shape', 'angle', 'size'],
  groups: { shape: [0], angle: [1], size: [2] },
  values: Float32Array.from({ length: 3 * rows }, (_, i) =>
    [shapes[Math.floor(i / 3)]!, angle.turns[Math.floor(i / 3)]!, 2 ** (Math.floor(i / 3) % 4)][i % 3]!),
  kinds: [{ kind: 'categorical' }, angle, { kind: 'ordinal' }],
}

/** The angle up to symmetry; of discs, whose angle nothing shows, anything. */
const phases = phasesOf(angle).map((phase, row) => angle.folds[row] === 0 ? random.values[row * 3 + 1]! : phase)

t.test('angles are in units of the turn after which a thing looks the same', async t => {
  const few: MeasuredAngle = { kind: 'circular', turns: Float64Array.of(0.3, 0.3, 0.3), folds: Uint8Array.of(1, 4, 0) }
  t.ok([0.3, 0.2, 0].every((value, i) => near(phasesOf(few)[i]!, value, 1e-12)))
  t.strictSame(symmetriesOf(few), [1, 4])
})

t.test('discrete values are numbered as they are, others binned', async t => {
  const [shape, turn, size] = numberValues(factors)
  t.strictSame([shape!.count, shape!.values], [3, [0, 1, 2]])
  t.strictSame([turn!.count, turn!.values], [20, undefined])
  t.strictSame(size!.values, [1, 2, 4, 8])
  t.strictSame([...turn!.codes.subarray(0, 3)], [0, 1, 2].map(row =>
    Math.floor(20 * (angle.turns[row]! * angle.folds[row]! % 1))), 'bins of the circle, up to symmetry')
  const many = numberValues({ names: ['x'], values: Float32Array.from({ length: 100 }, (_, row) => row % 20) })
  t.equal(many[0]!.values, undefined, 'a real factor whose values hardly come back')
  const few = numberValues({ names: ['x'], values: Float32Array.from({ length: 200 }, (_, row) => row % 20) })
  t.equal(few[0]!.count, 20)
})

t.test('probes predict indicators, cosine and sine by symmetry, and ranks', async t => {
  const { columnsOf, mask, table } = targetsOf(factors)
  t.strictSame(columnsOf, [[0, 1, 2], [3, 4, 5, 6], [7]])
  const row = (of: ArrayLike<number>, i: number) => Array.from({ length: 8 }, (_, c) => of[i * 8 + c]!)
  t.strictSame(row(mask!, 0), [1, 1, 1, 1, 1, 0, 0, 1], 'a heart counts in the first pair')
  t.strictSame(row(mask!, 1), [1, 1, 1, 0, 0, 1, 1, 1], 'a square in the second')
  t.strictSame(row(mask!, 2), [1, 1, 1, 0, 0, 0, 0, 1], 'a disc in none')
  t.strictSame(row(table.values, 3).slice(0, 3).concat(row(table.values, 3)[7]!), [1, 0, 0, 3])
  t.ok(near(row(table.values, 1)[5]!, Math.cos(8 * Math.PI * angle.turns[1]!), 1e-6))
})

t.test('R² of an angle is whole for who knows it up to symmetry, and of a category for who knows it', async t => {
  const inputs = [
    mapRows(random, (_, i) => [Math.cos(2 * Math.PI * phases[i]!), Math.sin(2 * Math.PI * phases[i]!)]),
    mapRows(random, (_, i) => [shapes[i]!]),
    mapRows(random, ([, , noise]) => [noise!]),
  ]
  const explained = explainedVariance(
    await probe({ inputs, targets: targetsOf(factors), seed: 0, split: splitAtRandom(rows, 0), steps: 200 })
  )
  t.ok(explained[0]![1]! > 0.97, `angle of the phase: ${explained[0]![1]}`)
  t.ok(explained[1]![0]! > 0.97, `shape of the shape: ${explained[1]![0]}`)
  for (const [p, k] of [[0, 0], [1, 1], [2, 0], [2, 1]] as const) {
    t.ok(explained[p]![k]! < 0.1, `${p} of ${k}: ${explained[p]![k]}`)
  }
})

t.test('a code of the factors scores near 1 in all that the field measures', async t => {
  const means = mapRows(random, ([, , noise], i) =>
    [shapes[i]! - 1 + 0.02 * noise!, phases[i]!, 0.5 * (i % 4) + 0.02 * noise!])
  const { units, discrete, explained, partitions } = await measureDisentanglement({
    means: means.values,
    partitions: layOutPartitions(['a', 'b', 'c'].map(name => ({ name, size: 1 }))),
    factors,
    seed: 0,
    probeSteps: 150,
    controlDraws: 0,
    ceiling: false,
    factorVaeVotes: 200,
  })
  t.strictSame(discrete, ['shape', 'size'])
  t.ok(units.migByFactor.shape! > 0.95, `${units.migByFactor.shape}`)
  t.ok(units.migByFactor.size! > 0.95, `${units.migByFactor.size}`)
  t.ok(partitions.migByFactor.shape! > 0.9, `by partition ${partitions.migByFactor.shape}`)
  t.ok(partitions.migByFactor.angle! > 0.5, `by partition ${partitions.migByFactor.angle}`)
  t.ok(units.disentanglement! > 0.9, `${units.disentanglement}`)
  t.ok(units.factorVae! > 0.98, `${units.factorVae}`)
  t.equal(units.factorVaeChance, 1 / 2, 'the angle is never shared')
  t.ok(units.infoC! > 0.9, `${units.infoC}`)
  t.ok(explained.size![2]! > 0.95, 'equal steps for an ordinal factor')
})

t.test('an angle that nothing shows is left out', async t => {
  const reasons: string[] = []
  const discs = { ...angle, folds: new Uint8Array(rows) }
  const kinds = [factors.kinds![0]!, discs, factors.kinds![2]!]
  const { factors: left } = usableFactors({ ...factors, kinds }, 0, 1 / 3, (name, reason) => {
    reasons.push(`${name}: ${reason}`)
  })
  t.strictSame(left.names, ['shape', 'size'])
  t.strictSame(left.kinds!.map(({ kind }) => kind), ['categorical', 'ordinal'])
  t.match(reasons[0], /^angle: .*look the same at any angle/)
})
