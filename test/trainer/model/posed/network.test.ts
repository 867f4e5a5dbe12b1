/**
 * A posed network in training and as exported graphs: both engines agree, and each partition does what its kind says.
 */
import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { latentSizeOf, pixelCount } from '@partition-vae/models'
import type { PosedModelConfig } from '../../../../trainer/config/posed-schema.js'
import { createEngine } from '../../../../trainer/engine/create.js'
import { createInference } from '../../../../trainer/engine/inference.js'
import { exportGraphs } from '../../../../trainer/export/graphs.js'
import { initialState, listParameters } from '../../../../trainer/model/initial-state.js'
import { createNetwork } from '../../../../trainer/model/create-network.js'
import { parametersFrom } from '../../../../trainer/model/parameters.js'
import { partitionOfPart } from '../../../../trainer/model/posed/partitions.js'
import { planPosed } from '../../../../trainer/model/posed/plan.js'
import { poseOf } from '../../../../trainer/model/posed/pose.js'
import { warp } from '../../../../trainer/model/posed/warp.js'
import { normal, runEagerly, uniform } from '../../../helpers/compare-engines.js'
import { image, posedModel, withSizes, withUnits } from './model.js'

const variants: Record<string, PosedModelConfig> = {
  'moments, pose of 3': posedModel,
  'moments, pose of 1, plain heads': {
    ...withSizes({ pose: 1 }),
    heads: { hidden: 4, residual: false },
    style: { hidden: 6, from: 'blocks' },
  },
  'moments, pose of 2, plain heads, gaussian': {
    ...withSizes({ pose: 2 }),
    heads: { hidden: 4, residual: false },
    likelihood: { kind: 'gaussian', variance: 'calibrated' },
    style: { hidden: 6, from: 'latent' },
  },
  'learned slant, pose of 3': { ...posedModel, pose: { ...posedModel.pose, slantFrom: 'network' } },
  'row, column, scale, angle': withUnits(['row', 'column', 'scale', 'angle']),
  'found and learned by turns': {
    ...withUnits(['height', 'row', 'slant', 'angle', 'width', 'column'], { moments: ['row', 'angle', 'slant'] }),
    heads: { hidden: 4, residual: false },
  },
  'found and learned by turns, residual': withUnits(['scale', 'angle', 'column'], { moments: ['angle'] }),
  'all learned': withUnits(['angle', 'row'], { moments: [] }),
  'all found': withUnits(['angle', 'slant', 'height', 'width'], { moments: ['width', 'height', 'slant', 'angle'] }),
  'opened one after another': withUnits(['row', 'scale', 'angle'], { openAt: { scale: 0.2, angle: 0.5 } }),
}
const objective = { beta: 1, betaWarmup: 0, inputNoise: 0 }
const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }
const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)))

for (const [name, model] of Object.entries(variants)) {
  t.test(`${name}: the compiled step is the eager one, and trains every parameter`, async t => {
    const network = createNetwork(model, image)
    const options = { network, objective, adam, batchSize: 5, seed: 5 }
    const compiled = await createEngine({ ...options, kind: 'compiled', threads: 1 })
    const eager = await createEngine({ ...options, kind: 'eager', backend: 'cpu' })
    const before = await compiled.readState()
    for (let step = 0; step < 2; step++) {
      const inputs = {
        image: uniform(10 + step, 0, 1, 5 * pixelCount(image)).values,
        latentNoise: normal(20 + step, 5 * latentSizeOf(model.partitions)).values,
        learningRate: 1e-3,
        beta: 0.7,
        scheduled: network.scheduleAt(step, 2),
      }
      const [a, b] = [await compiled.step(inputs), await eager.step(inputs)]
      t.ok(Math.abs(a.loss - b.loss) <= 1e-5 * Math.abs(b.loss), 'losses agree', { a, b })
      t.ok(largest(a.klByUnit, b.klByUnit) < 1e-5)
    }
    const [a, b] = [await compiled.readState(), await eager.readState()]
    for (const [parameter, { values }] of Object.entries(a.weights)) {
      t.ok(largest(values, b.weights[parameter]!.values) < 1e-4, parameter)
      t.ok(largest(values, before.weights[parameter]!.values) > 0, `${parameter} is trained`)
    }
    await compiled.dispose()
    await eager.dispose()
  })

  t.test(`${name}: exported graphs compute what the program computes, for any batch`, async t => {
    const network = createNetwork(model, image)
    const { weights } = initialState(network, 3)
    const latentSize = latentSizeOf(model.partitions)
    const inference = await createInference({ ...exportGraphs({ network, weights }), image, latentSize, threads: 1 })
    for (const batch of [1, 4]) {
      const x = uniform(1, 0, 1, batch, image.height, image.width, image.channels)
      const z = normal(2, batch, latentSize)
      const reference = await runEagerly(({ x, z, ...given }) => {
        const values = { parameters: parametersFrom(given), statistics: {} }
        const { mean, logVariance } = network.encode(x!, values)
        return { mean, logVariance, image: network.decode(z!, values) }
      }, { ...weights, x, z })
      const { mean, logVariance } = await inference.encode(x.values)
      t.ok(largest(mean, reference.mean!.values) < 1e-5)
      t.ok(largest(logVariance, reference.logVariance!.values) < 1e-5)
      t.ok(largest(await inference.decode(z.values), reference.image!.values) < 1e-5)
    }
    await inference.dispose()
  })
}

t.test('the pose only warps what shape and style have drawn; the style only redraws it', async t => {
  const network = createNetwork(posedModel, image)
  const { weights } = initialState(network, 3)
  const { offset, size } = partitionOfPart(posedModel).pose
  const z = normal(2, 2, 8)
  z.values.forEach((_, i) => { if (i % 8 >= offset && i % 8 < offset + size) z.values[i] = 0 })
  const posed = { shape: [2, 8], values: z.values.slice() }
  const units = [1, -0.5, 2]
  units.forEach((value, i) => { posed.values[offset + i] = posed.values[8 + offset + i] = value })
  const logits = (image: tf.Tensor) => tf.log(tf.div(image, tf.sub(1, image)))
  const { decoded, warped } = await runEagerly(({ z, posed, ...given }) => {
    const values = { parameters: parametersFrom(given), statistics: {} }
    const pose = poseOf(tf.tensor2d([units, units]), planPosed(posedModel, image))
    return {
      decoded: network.decode(posed!, values),
      warped: tf.sigmoid(warp(logits(network.decode(z!, values)), pose, -6)),
    }
  }, { ...weights, z, posed })
  t.ok(largest(decoded!.values, warped!.values) < 1e-4)
})

t.test('units that are named as they are by default change nothing', async t => {
  for (const units of [['slant'], ['slant', 'height'], ['slant', 'height', 'width']] as const) {
    const graphs = [withSizes({ pose: units.length }), withUnits([...units])].map(model => {
      const network = createNetwork(model, image)
      return exportGraphs({ network, weights: initialState(network, 3).weights })
    })
    t.strictSame(graphs[0], graphs[1], units.join())
  }
})

t.test('a unit that is not open yet rests: it moves nothing, costs nothing and learns nothing', async t => {
  const model = withUnits(['row', 'scale', 'angle'], { openAt: { scale: 0.2, angle: 0.5 } })
  const network = createNetwork(model, image)
  t.strictSame(network.scheduledNames, ['model.pose.open.scale', 'model.pose.open.angle'])
  const opened = [0, 19, 20, 49, 50, 99].map(step => Object.values(network.scheduleAt(step, 100)).join())
  t.strictSame(opened, ['0,0', '0,0', '1,0', '1,0', '1,1', '1,1'])
  const { weights } = initialState(network, 3)
  const { offset } = partitionOfPart(model).pose
  const x = uniform(1, 0, 1, 4, image.height, image.width, image.channels)
  const noise = normal(2, 4, 8)
  const other = { ...noise, values: noise.values.slice() }
  for (const unit of [1, 2]) for (let n = 0; n < 4; n++) other.values[n * 8 + offset + unit]! += 1
  const forward = (step: number, latentNoise: typeof noise) => runEagerly(({ x, latentNoise, ...given }) => {
    const { posterior, prediction } = network.forward({
      image: x!,
      latentNoise: latentNoise!,
      parameters: parametersFrom(given),
      statistics: {},
      scheduled: Object.fromEntries(Object.entries(network.scheduleAt(step, 100)).map(([k, v]) => [k, tf.scalar(v)])),
    })
    const logits = prediction.kind === 'logits' ? prediction.logits : prediction.image
    return { logits, mean: posterior.mean, logVariance: posterior.logVariance }
  }, { ...weights, x, latentNoise })
  const [resting, stillResting] = [await forward(0, noise), await forward(0, other)]
  t.strictSame(resting['logits']!.values, stillResting['logits']!.values, 'whatever is drawn for them')
  const units = (values: Float32Array, unit: number) => [0, 1, 2, 3].map(n => Math.abs(values[n * 8 + offset + unit]!))
  for (const unit of [1, 2]) {
    t.strictSame(units(resting['mean']!.values, unit), [0, 0, 0, 0])
    t.strictSame(units(resting['logVariance']!.values, unit), [0, 0, 0, 0])
  }
  t.ok(units(resting['mean']!.values, 0).every(value => value > 0), 'the first is open')
  const [open, openOther] = [await forward(50, noise), await forward(50, other)]
  t.ok(largest(open['logits']!.values, openOther['logits']!.values) > 1e-3)
  const encoded = await runEagerly(({ x, ...given }) => {
    const { mean, logVariance } = network.encode(x!, { parameters: parametersFrom(given), statistics: {} })
    return { mean, logVariance }
  }, { ...weights, x })
  t.ok(largest(open['mean']!.values, encoded['mean']!.values) < 1e-6, 'the finished model has all units')
})

t.test('a pose is known well from the start where it is found, and an angle comes again after a turn', async t => {
  const model = withUnits(['row', 'angle'])
  const network = createNetwork(model, { ...image, width: 8 })
  const { weights } = initialState(network, 3)
  t.strictSame([...weights['partition/where/log-variance/output/bias']!.values], [-6, -4])
  t.notOk('partition/where/mean/output/kernel' in weights)
  const { offset } = partitionOfPart(model).pose
  const z = normal(4, 3, 7)
  for (const [n, turns] of [-0.5, 0.5, 1.5].entries()) {
    z.values.copyWithin(n * 7, 0, 7)
    z.values[n * 7 + offset + 1] = turns * 2 * Math.sqrt(3)
  }
  const { decoded } = await runEagerly(({ z, ...given }) => (
    { decoded: network.decode(z!, { parameters: parametersFrom(given), statistics: {} }) }), { ...weights, z })
  const size = decoded!.values.length / 3
  const [a, b, c] = [0, 1, 2].map(n => decoded!.values.slice(n * size, (n + 1) * size)) as [
    Float32Array, Float32Array, Float32Array
  ]
  t.ok(largest(a, b) < 1e-5, 'both ends')
  t.ok(largest(a, c) < 1e-5, 'beyond')
})

t.test('parameters are named by part; a slant from moments needs no network for its mean', async t => {
  const shapes = (model: PosedModelConfig) =>
    Object.fromEntries(listParameters(createNetwork(model, image)).map(({ name, shape }) => [name, shape.join()]))
  const [moments, network, slantOnly] = [
    posedModel,
    variants['learned slant, pose of 3']!,
    withSizes({ pose: 1 }),
  ].map(shapes) as [Record<string, string>, Record<string, string>, Record<string, string>]
  t.equal(moments['partition/where/mean/output/kernel'], '5,2')
  t.equal(moments['partition/where/log-variance/output/kernel'], '5,3')
  t.equal(network['partition/where/mean/output/kernel'], '5,3')
  t.notOk('partition/where/mean/output/kernel' in slantOnly)
  t.equal(slantOnly['partition/where/log-variance/output/kernel'], '5,1')
  t.equal(moments['decoder/style/block1/scale/kernel'], '6,4')
  t.equal(moments['decoder/hidden0/kernel'], '3,7')
  const drawn = shapes({ ...posedModel, style: { hidden: 6, from: 'latent' } })
  t.equal(drawn['decoder/hidden0/kernel'], '5,7', 'drawn from shape and style')
  t.strictSame(Object.keys(drawn).filter(name => name.startsWith('decoder/style')), [])
})

t.test('before training a style changes less than the shape: what is drawn is the shape\'s to say first', async t => {
  const model: PosedModelConfig = { ...posedModel, style: { hidden: 6, from: 'blocks' } }
  const network = createNetwork(model, image)
  const { weights } = initialState(network, 3)
  const parts = partitionOfPart(model)
  const base = normal(2, 8, 8)
  const changed = async (part: 'shape' | 'style') => {
    const other = { shape: [8, 8], values: base.values.slice() }
    const { offset, size } = parts[part]
    for (let n = 0; n < 8; n++) for (let unit = offset; unit < offset + size; unit++) other.values[n * 8 + unit]! *= -1
    const { a, b } = await runEagerly(({ base, other, ...given }) => {
      const values = { parameters: parametersFrom(given), statistics: {} }
      return { a: network.decode(base!, values), b: network.decode(other!, values) }
    }, { ...weights, base, other })
    return a!.values.reduce((sum, value, i) => sum + (value - b!.values[i]!) ** 2, 0)
  }
  const [shape, style] = [await changed('shape'), await changed('style')]
  t.ok(style > 0, 'something', { style })
  t.ok(style < 0.5 * shape, 'less than half as much', { shape, style })
})
