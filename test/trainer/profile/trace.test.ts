import t from 'tap'
import { createTimeline } from '../../../trainer/profile/timeline.js'
import { traceEvents } from '../../../trainer/profile/trace.js'
import { threeSteps } from './profile-fixture.js'

t.test('the Trace Event Format: an object of events, each with phase, time, process and thread', async t => {
  const { traceEvents: events } = JSON.parse(
    JSON.stringify(traceEvents(threeSteps, [{ name: 'wait for data', start: -1000, duration: 800 }]))
  ) as ReturnType<typeof traceEvents>
  for (const { name, ph, ts, dur, pid, tid } of events) {
    t.type(name, 'string')
    if (ph === 'X') t.ok(dur! >= 0, 'an event lasts')
    else t.strictSame([ph, dur], ['M', undefined], 'all else is metadata, which does not')
    t.ok(ts >= 0, 'time')
    t.ok(Number.isInteger(pid), 'process')
    t.ok(Number.isInteger(tid), 'thread')
  }
  t.match(
    traceEvents(threeSteps, []).traceEvents.find(({ ph }) => ph === 'X'),
    { name: 'copy in', ts: 0 },
    'or with the first run'
  )
  t.strictSame(
    events.filter(({ name }) => name === 'thread_name').map(({ tid, args }) => [tid, args['name']]),
    [
      [1, 'training loop'],
      [2, 'engine'],
      [3, 'operations'],
    ]
  )
  const found = (wanted: string) => events.filter(({ name }) => name === wanted)
  t.match(found('wait for data'), [{ ts: 0, dur: 800, tid: 1 }], 'time begins with the first event')
  t.match(found('copy in'), [{ ts: 1000, dur: 500, tid: 2 }, { ts: 11_000 }, { ts: 21_000 }])
  t.match(found('execute')[0], { ts: 1500, dur: 3000 })
  t.match(found('copy out')[0], { ts: 4500, dur: 500 })
  t.match(found('Gemm encoder/hidden0')[0], {
    ts: 1500,
    dur: 2000,
    tid: 3,
    cat: 'forward',
    args: { node: 'product', kernel: 'BatchMatMul', inputs: '[100, 1000] [1000, 10]', outputs: '[100, 10]' },
  })
  t.match(found('Transpose')[0], { cat: 'operation' })
})

t.test('a timeline notes what was done when, also what failed', async t => {
  const timeline = createTimeline()
  t.equal(await timeline.span('work', async () => 7), 7)
  await t.rejects(timeline.span('failing', async () => { throw new Error('no') }), { message: 'no' })
  const [work, failing] = timeline.spans
  t.strictSame(timeline.spans.map(({ name }) => name), ['work', 'failing'])
  t.ok(work!.start <= failing!.start, 'in the order of their start')
  t.ok(work!.duration >= 0, 'lasts')
  for (let i = 0; i < 20_000; i++) await timeline.span('more', async () => {})
  t.equal(timeline.spans.length, 20_000, 'no more than a viewer can show')
})
