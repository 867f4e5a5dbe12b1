import * as tf from '@tensorflow/tfjs-core'

/**
 * log det of symmetric positive definite matrices. matrices [B, D, D] → [B].
 *
 * Gauss–Jordan elimination, unrolled: D steps on all matrices at once give pivots, whose product is the determinant,
 * and the inverse, which is the gradient: d log det A = tr(A⁻¹ dA). So nothing is differentiated through the
 * elimination. Without exchanging rows it is stable for such matrices.
 */
export function logDeterminant (matrices: tf.Tensor): tf.Tensor {
  return tf.customGrad((x, save) => {
    const { pivots, inverse } = eliminate(x as tf.Tensor)
    ;(save as tf.GradSaveFunc)([inverse])
    return {
      value: tf.sum(tf.log(pivots), 1), // [B]
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(tf.reshape(dy, [dy.size, 1, 1]), saved[0]!), // [B, D, D]
    }
  })(matrices)
}

/** [B, D, D] → the pivots [B, D] and the inverses [B, D, D]. */
function eliminate (matrices: tf.Tensor): { pivots: tf.Tensor, inverse: tf.Tensor } {
  const [batch, size] = matrices.shape as [number, number]
  const pivots: tf.Tensor[] = []
  let a = matrices // [B, D, D]
  for (let k = 0; k < size; k++) {
    const pivot = tf.slice(a, [0, k, k], [batch, 1, 1]) // [B, 1, 1]
    const column = tf.slice(a, [0, 0, k], [batch, size, 1]) // [B, D, 1]
    const row = tf.slice(a, [0, k, 0], [batch, 1, size]) // [B, 1, D]
    const unit = Array.from({ length: size }, (_, i) => Number(i === k))
    // a ← a − (c − e_k)(r + e_k)ᵀ / p: off row and column k the usual elimination, in them the inverse's entries, 1/p
    // where they meet.
    const left = tf.div(tf.sub(column, tf.tensor(unit, [1, size, 1])), pivot) // [B, D, 1]
    const right = tf.add(row, tf.tensor(unit, [1, 1, size])) // [B, 1, D]
    a = tf.sub(a, tf.mul(left, right)) // [B, D, D]
    pivots.push(tf.reshape(pivot, [batch, 1]))
  }
  return { pivots: tf.concat(pivots, 1), inverse: a }
}
