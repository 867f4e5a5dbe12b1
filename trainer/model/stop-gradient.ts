import * as tf from '@tensorflow/tfjs-core'

/**
 * The same values, through which no gradient flows. The result is a second tensor on the same data: gradients follow
 * tensors, so this one is not connected to what made it. (A custom gradient of zero would be: its zeros would be
 * computed with all the way back.)
 */
export function stopGradient (x: tf.Tensor): tf.Tensor {
  const backend = tf.backend()
  backend.incRef(x.dataId)
  return tf.engine().makeTensorFromDataId(x.dataId, x.shape, x.dtype, backend)
}

/** The same values, whose gradient is multiplied by a scalar, e.g. 0 or 1 by schedule. */
export function scaleGradient (x: tf.Tensor, factor: tf.Tensor): tf.Tensor {
  const fixed = stopGradient(x)
  return tf.add(fixed, tf.mul(tf.sub(x, fixed), factor))
}
