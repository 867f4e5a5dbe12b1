import t from 'tap'
import { writeResult } from '../../../trainer/benchmark/results.js'
import { watchResults } from '../../../trainer/benchmark/watch.js'
import { resultOf } from './fixture.js'

t.test('each new result is told once, at the latest in the end', async t => {
  const directory = t.testdir()
  await writeResult(directory, resultOf('old', 0, { mse: 1 }))
  const told: string[] = []
  let onFirst = () => {}
  const first = new Promise<void>(resolve => { onFirst = resolve })
  const watching = watchResults(directory, ['old-seed-0'], ({ run }) => {
    told.push(run)
    onFirst()
  })
  await writeResult(directory, resultOf('new', 0, { mse: 1 }))
  await first
  await writeResult(directory, resultOf('new', 1, { mse: 1 }))
  await watching.end()
  t.strictSame(told, ['new-seed-0', 'new-seed-1'])
})
