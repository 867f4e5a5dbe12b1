import t from 'tap'
import { createAnswers } from '../../../server/foundation/answers.js'
import { Cancellation } from '../../../server/foundation/cancellation.js'

/** Work that ends when the test says so. */
function createWork () {
  const runs: Array<{ cancellation: Cancellation, end: (bytes: Uint8Array) => void, fail: (error: Error) => void }> = []
  const compute = (cancellation: Cancellation) =>
    new Promise<Uint8Array>((resolve, reject) => runs.push({ cancellation, end: resolve, fail: reject }))
  return { runs, compute }
}

const wanted = () => new Cancellation()
const bytes = (length: number, value = 1) => new Uint8Array(length).fill(value)

t.test('those who ask at the same time get one answer; who asks later has it computed again', async t => {
  const answers = createAnswers(0)
  const { runs, compute } = createWork()
  const both = ['a', 'a', 'b'].map(tag => answers.give(tag, wanted(), compute))
  t.equal(runs.length, 2, 'one for each tag')
  runs[0]!.end(bytes(3))
  runs[1]!.end(bytes(4))
  t.strictSame((await Promise.all(both)).map(({ length }) => length), [3, 3, 4])
  const later = answers.give('a', wanted(), compute)
  t.equal(runs.length, 3)
  runs[2]!.end(bytes(5))
  t.equal((await later).length, 5)
})

t.test('an error is everybody\'s, and is not kept', async t => {
  const answers = createAnswers(100)
  const { runs, compute } = createWork()
  const both = [1, 2].map(() => t.rejects(answers.give('a', wanted(), compute), { message: 'no' }))
  runs[0]!.fail(new Error('no'))
  await Promise.all(both)
  const again = answers.give('a', wanted(), compute)
  runs[1]!.end(bytes(1))
  t.equal((await again).length, 1)
})

t.test('who leaves hears why; the work goes on until all have left', async t => {
  const answers = createAnswers(100)
  const { runs, compute } = createWork()
  const [first, second] = [wanted(), wanted()]
  const [one, two] = [first, second].map(cancellation => answers.give('a', cancellation, compute))
  first.cancel(new Error('first left'))
  await t.rejects(one!, { message: 'first left' })
  t.equal(runs[0]!.cancellation.reason, undefined, 'one still waits')
  second.cancel(new Error('second left'))
  await t.rejects(two!, { message: 'second left' })
  t.match(runs[0]!.cancellation.reason, { message: 'second left' })

  const third = answers.give('a', wanted(), compute)
  t.equal(runs.length, 2, 'nobody joins work that is given up')
  runs[0]!.fail(new Error('given up'))
  const fourth = answers.give('a', wanted(), compute)
  t.equal(runs.length, 2, 'its end does not end what took its place')
  runs[1]!.end(bytes(2))
  t.strictSame((await Promise.all([third, fourth])).map(({ length }) => length), [2, 2])
  const gone = wanted()
  gone.cancel(new Error('gone before'))
  await t.rejects(answers.give('b', gone, compute), { message: 'gone before' })
  t.equal(runs.length, 2)
})

t.test('keeps the last used answers within so many bytes', async t => {
  const answers = createAnswers(10)
  let computed: string[] = []
  const ask = async (tag: string, length: number) =>
    await answers.give(tag, wanted(), async () => {
      computed.push(tag)
      return bytes(length)
    })
  await ask('a', 4)
  await ask('b', 4)
  t.equal((await ask('a', 4)).length, 4)
  await ask('c', 4)
  t.strictSame(computed, ['a', 'b', 'c'], 'a was kept')
  computed = []
  for (const tag of ['a', 'c', 'b']) await ask(tag, 4)
  t.strictSame(computed, ['b'], 'b was used longest ago')
  computed = []
  await ask('large', 11)
  await ask('large', 11)
  await ask('b', 4)
  t.strictSame(computed, ['large', 'large'], 'larger than all that is kept: the others stay')
})

t.test('work that was given up and ends all the same is counted once', async t => {
  const answers = createAnswers(10)
  const { runs, compute } = createWork()
  const impatient = wanted()
  const given = answers.give('a', impatient, compute)
  impatient.cancel(new Error('left'))
  await t.rejects(given, { message: 'left' })
  const again = answers.give('a', wanted(), compute)
  for (const { end } of runs) end(bytes(5))
  await again
  const other = answers.give('b', wanted(), compute)
  runs[2]!.end(bytes(5))
  await other
  t.equal((await answers.give('a', wanted(), compute)).length, 5)
  t.equal(runs.length, 3, 'there is room for both')
})
