import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { CholeskyDecomposition, inverse, Matrix } from 'ml-matrix'
import { logDeterminant } from '../../../trainer/objective/log-determinant.js'
import { largestDifference, normal, runEagerly } from '../../helpers/compare-engines.js'

/** A Gram matrix of `size` vectors of twice that length: symmetric positive definite. */
function gram (seed: number, size: number): Matrix {
  const factors = Matrix.from1DArray(size, 2 * size, [...normal(seed, size, 2 * size).values])
  return factors.mmul(factors.transpose()).div(2 * size)
}

const logDet = (matrix: Matrix) =>
  2 * new CholeskyDecomposition(matrix).lowerTriangularMatrix.diag().reduce((sum, pivot) => sum + Math.log(pivot), 0)
const input = (matrices: Matrix[]) => {
  const { rows } = matrices[0]!
  return {
    matrices: {
      shape: [matrices.length, rows, rows],
      values: Float32Array.from(matrices.flatMap(matrix => matrix.to1DArray())),
    },
  }
}

for (const size of [1, 2, 7, 20, 64]) {
  t.test(`${size}×${size}: value and gradient against a decomposition in double precision`, async t => {
    const matrices = [gram(1, size), gram(2, size)]
    const { value, gradient } = await runEagerly(({ matrices }) => ({
      value: logDeterminant(matrices!),
      gradient: tf.grad(x => tf.sum(tf.mul(logDeterminant(x), tf.tensor1d([1, -3]))))(matrices!),
    }), input(matrices))
    matrices.forEach((matrix, i) => {
      const expected = logDet(matrix)
      t.ok(Math.abs(value!.values[i]! - expected) < 1e-4 * Math.max(1, Math.abs(expected)), `log det ${expected}`, {
        found: value!.values[i],
      })
      const inverted = inverse(matrix).mul(i === 0 ? 1 : -3).to1DArray()
      const scale = Math.max(...inverted.map(Math.abs))
      inverted.forEach((element, k) => {
        if (Math.abs(gradient!.values[i * size * size + k]! - element) > 1e-3 * scale) t.fail(`gradient ${k}`)
      })
    })
  })
}

t.test('the gradient is the slope of the value', async t => {
  const matrix = gram(3, 4)
  const { gradient } = await runEagerly(
    ({ matrices }) => ({ gradient: tf.grad(x => tf.sum(logDeterminant(x)))(matrices!) }),
    input([matrix])
  )
  for (const [i, j] of [[0, 0], [1, 3], [2, 1]] as const) {
    const moved = (by: number) => {
      const copy = matrix.clone()
      copy.set(i, j, copy.get(i, j) + by / 2)
      copy.set(j, i, copy.get(j, i) + by / 2)
      return logDet(copy)
    }
    const slope = (moved(1e-5) - moved(-1e-5)) / 2e-5
    t.ok(Math.abs((gradient!.values[4 * i + j]! + gradient!.values[4 * j + i]!) / 2 - slope) < 1e-3, `∂/∂a[${i}][${j}]`)
  }
})

t.test('traced and lowered it is the same', async t => {
  const difference = await largestDifference(
    ({ matrices }) => ({
      gradient: tf.grad(x => tf.sum(logDeterminant(x)))(matrices!),
      value: logDeterminant(matrices!),
    }),
    input([gram(4, 5), gram(5, 5)])
  )
  t.ok(difference < 1e-5, String(difference))
})
