import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { restoreRemovedUtilities, selectBackend } from '../../../trainer/engine/eager-backend.js'

const missing = (name: string) => { throw new Error(`Cannot find module '${name}'\nRequire stack: …`) }

t.test('the plain backend where no native package loads', async t => {
  t.equal(await selectBackend('auto', missing), 'TensorFlow.js cpu')
  t.equal(tf.getBackend(), 'cpu')
  t.equal(await selectBackend('cpu', () => t.fail('nothing is loaded')), 'TensorFlow.js cpu')
})

t.test('asked for, a missing native package is an error that says how to install it', async t => {
  await t.rejects(selectBackend('tensorflow', missing), {
    code: 'PVAE_ENGINE_UNAVAILABLE',
    message:
      /found neither that loads \(@tensorflow\/tfjs-node-gpu: Cannot find module '@tensorflow\/tfjs-node-gpu'; .*\); npm install --no-save --ignore-scripts=false @tensorflow\/tfjs-node-gpu@4\.22\.0$/,
  })
})

t.test('the native backend where its package registers one', async t => {
  // What the packages do when they load: register a backend named tensorflow.
  const load = (name: string) => {
    if (name !== '@tensorflow/tfjs-node') missing(name)
    tf.registerBackend('tensorflow', () => tf.findBackend('cpu'))
  }
  t.equal(await selectBackend('auto', load), '@tensorflow/tfjs-node (TensorFlow)')
  t.equal(tf.getBackend(), 'tensorflow')
  await selectBackend('cpu')
  tf.removeBackend('tensorflow')
})

t.test('packages are looked up beside the trainer', async t => {
  const chosen = await selectBackend('auto')
  t.match(chosen, /^(TensorFlow\.js cpu|@tensorflow\/tfjs-node(-gpu)? \(TensorFlow\))$/)
  await selectBackend('cpu')
})

t.test('functions that Node.js 23 removed are there for the packages that call them', async t => {
  const kept = () => true
  const target = { isArray: kept } as { isArray: unknown, isNullOrUndefined?: (value: unknown) => boolean }
  restoreRemovedUtilities(target)
  t.equal(target.isArray, kept)
  t.strictSame([undefined, null, 0].map(value => target.isNullOrUndefined!(value)), [true, true, false])
})
