import t from 'tap'
import { asLoss, isReported, numberAt, parseObjective } from '../../../../trainer/tune/study/objective.js'

t.test('a metric by its path, smaller is better unless it is said', async t => {
  t.strictSame(parseObjective('mse'), { metric: 'mse', direction: 'minimize' })
  t.strictSame(parseObjective('totalCorrelation.means:minimize'), {
    metric: 'totalCorrelation.means', direction: 'minimize',
  })
  t.strictSame(parseObjective('klByPartition.pose:maximize'), { metric: 'klByPartition.pose', direction: 'maximize' })
  t.strictSame(parseObjective('deadPartitions.length').metric, 'deadPartitions.length')
  t.strictSame(parseObjective('udr'), { metric: 'udr', direction: 'maximize' }, 'agreement of seeds is to be large')
  t.equal(asLoss(3, parseObjective('mse:maximize')), -3)
})

t.test('what metrics.json does not have is refused with the nearest that it has', async t => {
  t.throws(() => parseObjective('mes'), { message: /a dotted path in metrics\.json .* received mes/ })
  t.throws(() => parseObjective('totalCorelation.means'), { message: /did you mean "totalCorrelation\.means"/ })
  t.throws(() => parseObjective('totalCorrelation'), { message: /a path to a number, of which there are totalCorrelation\.means/ })
  t.throws(() => parseObjective('mse:down'), { message: /minimize or maximize after the colon .* received "down"/ })
})

t.test('what each epoch measures can stop trials', async t => {
  t.ok(isReported(parseObjective('mse')))
  t.ok(isReported(parseObjective('totalCorrelation.samples')))
  t.notOk(isReported(parseObjective('images')))
})

t.test('numbers are looked up by path, and nothing else is found', async t => {
  const metrics = { mse: 1, kl: null, list: [{ n: 4 }], deep: { a: { b: 2 } } }
  t.equal(numberAt(metrics, 'deep.a.b'), 2)
  t.equal(numberAt(metrics, 'list.0.n'), 4)
  t.equal(numberAt(metrics, 'list.length'), 1)
  for (const path of ['kl', 'deep', 'deep.x.y', 'constructor.length']) t.equal(numberAt(metrics, path), undefined, path)
})
