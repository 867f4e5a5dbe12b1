import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { killAndResume } from '../bench/kill/killing.js'
import { createLayers } from '../bench/kill/subjects.js'
import { writeSquares } from '../trainer/cli/cli-fixture.js'

/** A little of `npm run bench:kill`. */

t.test('kill -9 while a model grows, in a run with restarts: the same bits, attempts and log', async t => {
  const place = t.testdir({})
  const subject = createLayers({
    epochs: 4,
    stepsPerEpoch: 6,
    data: { source: 'idx', directory: await writeSquares(join(place, 'data')) },
  })
  await writeFile(join(place, 'config.json'), JSON.stringify(subject.config))
  const { kills, runs, faults } = await killAndResume({
    subject,
    place,
    kills: 1,
    kinds: ['growth'],
    seed: 3,
    threads: 1,
    say: line => t.comment(line),
  })
  t.strictSame(faults, [])
  t.strictSame(Object.fromEntries(kills), { growth: 1 })
  t.equal(runs, 1)
})
