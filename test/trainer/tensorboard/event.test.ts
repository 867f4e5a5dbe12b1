import t from 'tap'
import { parseEvent } from '../../helpers/event-files.js'
import { encodeEvent } from '../../../trainer/tensorboard/event.js'
import { histogramOf } from '../../../trainer/tensorboard/histogram.js'

t.test('every kind of event, read by an independent parser', async t => {
  const parse = (...event: Parameters<typeof encodeEvent>) => parseEvent(Buffer.from(encodeEvent(...event)))
  t.strictSame(parse({ wallTime: 1.5, step: 0, content: { kind: 'version' } }), {
    wallTime: 1.5,
    step: 0,
    version: 'brain.Event:2',
    values: [],
  })
  t.strictSame(parse({ wallTime: 2, step: 300, content: { kind: 'start' } }), {
    wallTime: 2,
    step: 300,
    sessionStatus: 1,
    values: [],
  })
  const png = Buffer.from('not looked at')
  const summary = {
    scalars: { 'a/b': 0.5, ünïcode: -1e30 },
    images: { picture: { png, width: 300, height: 2 } },
    histograms: { spread: histogramOf(Float32Array.of(1, 1, 4)) },
  }
  const { step, values } = parse({ wallTime: 3, step: 2 ** 40, content: { kind: 'summary', summary } })
  t.equal(step, 2 ** 40)
  t.strictSame(values.slice(0, 3), [
    { tag: 'a/b', scalar: 0.5 },
    { tag: 'ünïcode', scalar: Math.fround(-1e30) },
    { tag: 'picture', image: { height: 2, width: 300, png } },
  ])
  const { statistics, limits, counts } = values[3]!.histogram!
  t.strictSame(statistics, [1, 4, 3, 6, 18])
  t.strictSame([limits.length, counts[0], counts.at(-1)], [30, 2, 1])
})

t.test('bytes as TensorBoard writes them', async t => {
  // tensorboard.compat.proto: Event(wall_time=1.0, step=7, summary=Summary(value=[Value(tag='x',
  // simple_value=2.0)])).SerializeToString()
  const event = encodeEvent({ wallTime: 1, step: 7, content: { kind: 'summary', summary: { scalars: { x: 2 } } } })
  t.equal(Buffer.from(event).toString('hex'), '09000000000000f03f10072a0a0a080a01781500000040')
})
