import t from 'tap'
import { TrainerError } from '../../../trainer/foundation/errors.js'
import { measureOrLeaveOut, NotMeasurable, notFinite, type NotMeasured } from '../../../trainer/measure/not-measured.js'

t.test('a measure is what it measures, or null with the reason', async t => {
  const notMeasured: NotMeasured = {}
  t.strictSame(await measureOrLeaveOut('fine', notMeasured, () => ({ value: 1 })), { value: 1 })
  t.equal(
    await measureOrLeaveOut('few', notMeasured, async () => {
      throw new NotMeasurable('expected 2 images but found 1')
    }),
    null
  )
  t.equal(
    await measureOrLeaveOut('refused', notMeasured, () => {
      throw new TrainerError('PVAE_INVALID_PARAMETER', 'expected a variance')
    }),
    null
  )
  t.equal(await measureOrLeaveOut('broken', notMeasured, () => { throw new RangeError('out of range') }), null)
  t.equal(await measureOrLeaveOut('nan', notMeasured, () => ({ units: { mig: [0, NaN] } })), null)
  t.strictSame(notMeasured, {
    few: 'expected 2 images but found 1',
    refused: 'expected a variance',
    broken: 'unexpected RangeError: out of range',
    nan: 'expected finite numbers but received NaN for units.mig.1',
  })
})

t.test('an interruption is no reason to leave anything out', async t => {
  const abort = new AbortController()
  const notMeasured: NotMeasured = {}
  await t.rejects(measureOrLeaveOut('stopped', notMeasured, () => {
    abort.abort()
    throw new Error('torn')
  }, abort.signal), { message: 'torn' })
  t.strictSame(notMeasured, {})
})

t.test('numbers that JSON has no word for are found at any depth', async t => {
  t.equal(notFinite({ a: [{ b: -Infinity }] }), '-Infinity for a.0.b')
  t.equal(notFinite({ a: null, b: 'NaN', c: [1, 2] }), undefined)
})
