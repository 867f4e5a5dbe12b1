import t from 'tap'
import { permute } from '../../../trainer/engine/permute.js'

t.test('axes move, values follow', async t => {
  const matrix = { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) }
  t.strictSame(permute(matrix, [1, 0]), { shape: [3, 2], values: Float32Array.of(1, 4, 2, 5, 3, 6) })
  const cube = { shape: [2, 3, 4], values: Float32Array.from({ length: 24 }, (_, i) => i) }
  const moved = permute(cube, [2, 0, 1])
  t.strictSame(moved.shape, [4, 2, 3])
  for (let a = 0; a < 2; a++) {
    for (let b = 0; b < 3; b++) {
      for (let c = 0; c < 4; c++) t.equal(moved.values[(c * 2 + a) * 3 + b], a * 12 + b * 4 + c)
    }
  }
  t.strictSame(permute(moved, [1, 2, 0]), cube)
})
