/** The optional graph of models that draw partitions apart. */
import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openRepository, parseCard } from '@partition-vae/models'
import { withDynamicBatch } from '../../trainer/onnx/dynamic-batch.js'
import { lower } from '../../trainer/onnx/lower.js'
import { trace } from '../../trainer/onnx/trace.js'
import { createLinearModel, draftLinearModel } from '../helpers/linear-model.js'
import { faultOf } from './format/fault.js'

const draft = await draftLinearModel(createLinearModel())
const { image: { height, width }, latentSize, partitions } = draft.card

/** A graph of the contract's shape, with so many layers. */
function layersGraph (count: number): Uint8Array {
  const size = count * 4 * height * width
  return withDynamicBatch(batch =>
    lower(
      trace(
        ({ latent }) => ({
          layers: tf.reshape(tf.matMul(latent as tf.Tensor2D, tf.mul(tf.range(0, size), tf.ones([latentSize, 1]))), [
            batch,
            count,
            4,
            height,
            width,
          ]),
        }),
        { latent: { shape: [batch, latentSize], dtype: 'float32' } }
      )
    )
  ).finish({ graphName: 'layers', producerVersion: '0' })
}

t.test('it is published, opened and verified like the others', async t => {
  const repository = openRepository(t.testdir())
  const { directory } = await repository.publish({ ...draft, layers: layersGraph(partitions.length) })
  const { card, layers } = await repository.open('linear')
  t.match(card.files.layers, { path: 'layers.onnx', bytes: layers!.length })
  const path = join(directory, 'layers.onnx')
  t.strictSame(layers, new Uint8Array(await readFile(path)))
  await writeFile(path, layers!.map((byte, i) => i === layers!.length - 1 ? byte ^ 1 : byte))
  t.match(await faultOf(() => repository.open('linear')), {
    code: 'PVAE_HASH_MISMATCH',
    field: 'files.layers.sha256',
    expected: card.files.layers!.sha256,
  })
})

t.test('models without it stay as they are', async t => {
  const repository = openRepository(t.testdir())
  await repository.publish(draft)
  const version = await repository.open('linear')
  t.notOk('layers' in version)
  t.notOk('layers' in version.card.files)
})

t.test('a graph with another number of layers is refused', async t => {
  const repository = openRepository(t.testdir())
  const { code, expected } = await faultOf(() =>
    repository.publish({ ...draft, layers: layersGraph(partitions.length + 1) })
  )
  t.match(code, /PVAE_/)
  t.match(expected, `[N, ${partitions.length}, 4, ${height}, ${width}]`)
})

t.test('its name is its own', async t => {
  const repository = openRepository(t.testdir())
  await repository.publish({ ...draft, layers: layersGraph(partitions.length) })
  const { card } = await repository.open('linear')
  const named = (path: string) => ({ ...card, files: { ...card.files, layers: { ...card.files.layers!, path } } })
  t.match(await faultOf(async () => parseCard(named('decoder.onnx'), 'card')), {
    field: 'files.layers.path',
    expected: 'another file than files.decoder.path',
  })
  t.match(await faultOf(async () => parseCard(named('golden.json'), 'card')), {
    field: 'files.layers.path',
    expected: 'none of model.json, golden.json, report',
  })
})
