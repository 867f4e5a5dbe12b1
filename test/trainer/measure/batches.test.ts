import t from 'tap'
import { keepPosteriors } from '../../../trainer/measure/batches.js'

t.test('posteriors are found by the index of their image, of images that were all encoded', async t => {
  const posteriors = keepPosteriors(
    Uint32Array.of(2, 5, 9), Float32Array.of(20, 21, 50, 51, 90, 91), Float32Array.of(-1, -2, -3, -4, -5, -6)
  )
  t.strictSame(posteriors.of(Uint32Array.of(9, 2)), {
    mean: Float32Array.of(90, 91, 20, 21),
    logVariance: Float32Array.of(-5, -6, -1, -2),
  })
  t.equal(posteriors.of(Uint32Array.of(2, 3)), undefined)
})
