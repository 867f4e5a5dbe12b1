import t from 'tap'
import { floatingPointOperations } from '../../../trainer/profile/arithmetic.js'

t.test('convolutions: two operations for each weight that a result or an input pixel meets', async t => {
  // [N, I, H, W] = [2, 3, 8, 8], 5 filters of 3×3, stride 2: 2·5·4·4 results of 3·3·3 products
  const conv = { operator: 'Conv', inputs: [[2, 3, 8, 8], [5, 3, 3, 3], [5]], outputs: [[2, 5, 4, 4]] }
  t.equal(floatingPointOperations(conv), 2 * (2 * 5 * 4 * 4) * (3 * 3 * 3))
  t.equal(floatingPointOperations({ ...conv, operator: 'FusedConv' }), floatingPointOperations(conv))
  // the same the other way round: each of 2·5·4·4 inputs meets 3·3·3 weights
  t.equal(
    floatingPointOperations({
      operator: 'ConvTranspose',
      inputs: [
        [2, 5, 4, 4],
        [5, 3, 3, 3],
      ],
      outputs: [[2, 3, 8, 8]],
    }),
    floatingPointOperations(conv)
  )
})

t.test('matrix products, transposed or not, in batches', async t => {
  for (const [a, b] of [[[4, 7], [7, 3]], [[7, 4], [7, 3]], [[4, 7], [3, 7]]]) {
    for (const operator of ['Gemm', 'FusedGemm']) {
      t.equal(floatingPointOperations({ operator, inputs: [a!, b!, [3]], outputs: [[4, 3]] }), 2 * 4 * 7 * 3)
    }
  }
  t.equal(
    floatingPointOperations({
      operator: 'MatMul',
      inputs: [
        [10, 4, 7],
        [10, 7, 3],
      ],
      outputs: [[10, 4, 3]],
    }),
    10 * 2 * 4 * 7 * 3
  )
  t.equal(
    floatingPointOperations({
      operator: 'FusedMatMul',
      inputs: [
        [1, 4, 7],
        [10, 7, 3],
      ],
      outputs: [[10, 4, 3]],
    }),
    10 * 2 * 4 * 7 * 3
  )
})

t.test('what is not known is not made up', async t => {
  t.equal(floatingPointOperations({ operator: 'Relu', inputs: [[2, 2]], outputs: [[2, 2]] }), undefined)
  t.equal(floatingPointOperations({ operator: 'Add', inputs: [[2, 2], [2]], outputs: [[2, 2]] }), undefined)
  for (const operator of ['FusedConv', 'ConvTranspose', 'Gemm']) {
    t.equal(
      floatingPointOperations({ operator, inputs: [[2, 3, 8, 8], [5]], outputs: [[2, 5, 4, 4]] }),
      undefined,
      'only the bias is told'
    )
  }
})
