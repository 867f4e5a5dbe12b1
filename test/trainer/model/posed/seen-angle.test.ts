import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { openDataset } from '../../../../trainer/data/open.js'
import { findPose } from '../../../../trainer/model/posed/moments.js'
import { seenAngle } from '../../../../trainer/model/posed/seen-angle.js'
import { largestDifference, normal, runEagerly } from '../../../helpers/compare-engines.js'
import { pictures } from './picture.js'

/** The difference of two angles, up to turns after which a thing looks the same. */
const apart = (a: number, b: number, folds = 1) =>
  Math.atan2(Math.sin(folds * (a - b)), Math.cos(folds * (a - b))) / folds

t.test('an angle turns with the thing, whatever its place and size', async t => {
  const angles = Array.from({ length: 12 }, (_, i) => i * 2 * Math.PI / 12 - 3)
  for (const scale of [-0.2, 0, 0.6]) {
    const poses = angles.map(angle => ({ angle, scale, row: 0.05, column: -0.05 }))
    const image = pictures(poses, 64, 64)
    const { found } = await runEagerly(({ image }) => ({ found: findPose(image!, ['angle'], 16).angle! }), { image })
    const offsets = [...found!.values].map((angle, i) => apart(angle, angles[i]!))
    t.ok(offsets.every(offset => Math.abs(apart(offset, offsets[0]!)) < 0.02), `${scale}: ${offsets.join()}`)
  }
})

t.test('it is told of sprites up to their symmetry, and both engines agree', async t => {
  const { test, train } = await openDataset({ source: 'dsprites', count: 1, testCount: 120, seed: 2 }, undefined)
  const bytes = new Uint8Array(120 * 4096)
  await test.read(Uint32Array.from({ length: 120 }, (_, i) => i), bytes)
  const image = { shape: [120, 64, 64, 1], values: Float32Array.from(bytes, value => value / 255) }
  const program = ({ image }: Record<string, tf.Tensor>) => ({ found: findPose(image!, ['angle'], 12).angle! })
  const { found } = await runEagerly(program, { image })
  const { names, values } = test.factors!
  const factor = (name: string, i: number) => values[i * names.length + names.indexOf(name)]!
  for (const [shape, folds] of [4, 2, 1].entries()) {
    const offsets = [...found!.values].flatMap((angle, i) =>
      factor('shape', i) === shape ? [apart(angle, factor('orientation', i), folds)] : [])
    const errors = offsets.map(offset => Math.abs(apart(offset, offsets[0]!, folds))).sort((a, b) => a - b)
    t.ok(errors[Math.floor(errors.length / 2)]! < 0.08, `${shape}: median ${errors[Math.floor(errors.length / 2)]}`)
  }
  t.ok(await largestDifference(program, { image }) < 1e-3)
  await Promise.all([test.close(), train.close()])
})

t.test('an angle of nothing, and of noise, is one', async t => {
  const noise = normal(1, 2, 20, 20)
  noise.values.fill(0, 0, 400)
  const { angle } = await runEagerly(({ noise }) => (
    { angle: seenAngle(tf.abs(noise!), { x: tf.zeros([2]), y: tf.zeros([2]) }, tf.tensor1d([0, 30])) }), { noise })
  t.ok(angle!.values.every(value => Math.abs(value) < 3.2), angle!.values.join())
})
