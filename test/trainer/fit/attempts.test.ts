import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import {
  bestOf,
  isGoodEnough,
  readRestarts,
  reasonToGiveUp,
  type Attempt,
} from '../../../trainer/fit/attempts.js'

t.test('what is bad, and when; which attempt is best', async t => {
  t.equal(reasonToGiveUp({}, 0.9), undefined)
  t.equal(reasonToGiveUp({ coincidence: 0.9 }, 0.2), undefined, 'too early to tell')
  t.match(reasonToGiveUp({ coincidence: 0.9 }, 0.3), /coincide/)
  t.equal(reasonToGiveUp({ totalCorrelation: 9 }, 0.4), undefined)
  t.match(reasonToGiveUp({ totalCorrelation: 9 }, 0.5), /total correlation of 9\.00/)
  t.equal(reasonToGiveUp({ coincidence: 0.4, totalCorrelation: 1 }, 1), undefined)
  const attempt = (
    number: number,
    totalCorrelation?: number,
    loss?: number,
    outcome: Attempt['outcome'] = 'finished'
  ): Attempt => ({
    attempt: number,
    seed: number,
    outcome,
    steps: 9,
    ...(totalCorrelation === undefined ? {} : { totalCorrelation }),
    ...(loss === undefined ? {} : { loss }),
  })
  t.equal(
    bestOf([attempt(1, 0.3, 1), attempt(2, 0.205, 3), attempt(3, 0.2, 4), attempt(4, 0.1, 0, 'given up')])!.attempt,
    2,
    'as low, and a lower loss'
  )
  t.equal(
    bestOf([{ ...attempt(1, 0, 1), deadPartitions: 1 }, attempt(2, 3, 3)])!.attempt,
    2,
    'dead partitions share nothing'
  )
  t.equal(bestOf([attempt(1), attempt(2, undefined, 3)])!.attempt, 2)
  t.equal(bestOf([attempt(1, 0.1, 1, 'diverged')]), undefined)
  t.strictSame(
    [
      attempt(1, 0.1),
      attempt(1, 0.2),
      attempt(1),
      { ...attempt(1, 0.1), deadPartitions: 1 },
      { ...attempt(1, 0.1), coincidence: 0.6 },
      attempt(1, 0.1, 1, 'given up'),
    ].map(isGoodEnough),
    [true, false, false, false, false, false]
  )
})

t.test('a list of attempts that was changed is refused', async t => {
  const root = t.testdir()
  t.equal(await readRestarts(root), undefined)
  await writeFile(join(root, 'restarts.json'), '{"restarts": 0, "attempts": []}')
  await t.rejects(readRestarts(root), {
    code: 'PVAE_CONFIG_INVALID',
    message: /a list of attempts for .*restarts\.json/,
  })
  await writeFile(join(root, 'restarts.json'), '{')
  await t.rejects(readRestarts(root), { code: 'PVAE_CONFIG_INVALID', message: /a readable list of attempts/ })
  await rm(join(root, 'restarts.json'))
  await mkdir(join(root, 'restarts.json'))
  await t.rejects(readRestarts(root), { code: 'PVAE_CONFIG_INVALID' })
})
