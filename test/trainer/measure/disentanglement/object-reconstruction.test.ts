import t from 'tap'
import { Value } from '../../../../models/foundation/typebox.js'
import {
  measureObjectReconstruction,
  ObjectReconstructionSchema,
} from '../../../../trainer/measure/disentanglement/index.js'

// Images of 2 pixels of 2 channels: a ball of value 1 on the first pixel of even images, on a background of 0.
const picture = (ball: number, floor: number) => (indices: Uint32Array) =>
  Float32Array.from([...indices].flatMap(index => [index % 2 === 0 ? ball : 0, 0, floor, floor]))
const source = {
  count: 6,
  channels: 2,
  objects: ['ball', 'ghost'],
  truth: picture(1, 0),
  reconstruct: picture(0.75, 0.9),
  without: (_: string, indices: Uint32Array) => picture(0, 0)(indices),
  mask: (object: string, indices: Uint32Array) =>
    Float32Array.from(
      [...indices].flatMap(index => (object === 'ball' ? [index % 2 === 0 ? 0.4 : 0.2, 0.29] : [0, 0]))
    ),
}

t.test('on the object’s pixels only: 1 − .25²/1²', async t => {
  const result = await measureObjectReconstruction(source, 4)
  t.ok(Value.Check(ObjectReconstructionSchema, result))
  t.same(result.ball, { score: 1 - 0.0625, mse: 0.0625 / 2, pixels: 3 })
  t.same(result.ghost, { score: 0, mse: 0, pixels: 0 })
  t.equal((await measureObjectReconstruction({ ...source, reconstruct: source.truth })).ball!.score, 1)
  t.equal((await measureObjectReconstruction({ ...source, reconstruct: picture(0, 0) })).ball!.score, 0)
  t.ok((await measureObjectReconstruction({ ...source, reconstruct: picture(-1, 0) })).ball!.score < 0)
})

t.test('lengths that disagree are named', async t => {
  await t.rejects(measureObjectReconstruction({ ...source, reconstruct: () => new Float32Array(3) }), {
    message: 'expected 24 values for reconstruction but received 3',
  })
  await t.rejects(measureObjectReconstruction({ ...source, without: () => new Float32Array(3) }), {
    message: 'expected 24 values for image without ball but received 3',
  })
  await t.rejects(measureObjectReconstruction({ ...source, mask: () => new Float32Array(3) }), {
    message: 'expected 12 values for mask of ball but received 3',
  })
})
