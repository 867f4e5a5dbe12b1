import t from 'tap'
import { createWeightUpdate } from '../../../trainer/engine/weight-update.js'

const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }
const [A, B] = [[2], [1, 3]]
const shapes = {
  'weights/a': A,
  'weights/b': B,
  'firstMoments/a': A,
  'firstMoments/b': B,
  'secondMoments/a': A,
  'secondMoments/b': B,
  'statistics/mean': [4],
}
const array = (shape: readonly number[], value: number) =>
  ({ shape, values: new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(value) })

t.test('weights and moments by the names of the state, gradients by those of the step\'s results', async t => {
  const update = createWeightUpdate(shapes, adam)!
  t.strictSame(Object.keys(update.weights), ['weights/a', 'weights/b'])
  t.strictSame(Object.keys(update.gradients), ['gradients/a', 'gradients/b'])
  const { 'statistics/mean': _, ...updated } = shapes
  t.strictSame(Object.keys(update.state).toSorted(), Object.keys(updated).toSorted())
  update.write(Object.fromEntries(Object.entries(shapes).map(([key, shape], i) => [key, array(shape, i)])))
  t.strictSame([...update.state['secondMoments/b']!.values], [5, 5, 5])
  t.equal(update.weights['weights/b'], update.state['weights/b'], 'the same memory')
  update.write(Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, array(shape, 0)])))
  update.gradients['gradients/b']!.values.fill(-3)
  update.apply(0.5, 1)
  t.ok([...update.weights['weights/b']!.values].every(value => Math.abs(value - 0.5) < 1e-6), 'against the gradient')
  t.strictSame([...update.weights['weights/a']!.values], [0, 0], 'where there is one')
})

t.test('a state that is too large is left to the graph', async t => {
  t.equal(createWeightUpdate({ 'weights/a': [20_000, 20_000] }, adam), undefined)
})
