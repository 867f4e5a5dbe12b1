import * as tf from '@tensorflow/tfjs-core'
import { enterPlace } from './layer.js'
import { placeOf } from './trace.js'

/**
 * To be called while a program's gradient is traced, after its forward pass: each gradient that TensorFlow.js is about
 * to take on the way back belongs to the layer whose output it is of.
 */
export function placeGradients (): void {
  for (const node of tf.engine().state.activeTape) {
    const { gradient, outputs: [output] } = node
    const place = output === undefined ? undefined : placeOf(output)
    if (gradient === undefined || place === undefined) continue
    node.gradient = dys => {
      enterPlace({ layer: place.layer, pass: 'backward' })
      return gradient(dys)
    }
  }
}
