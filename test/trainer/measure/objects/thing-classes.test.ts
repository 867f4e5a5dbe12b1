import t from 'tap'
import { classAccuracyOf, type SeenThing } from '../../../../trainer/measure/objects/thing-classes.js'
import { UNPACED } from '../../../../trainer/measure/pace.js'
import { createRandom } from '../../../../trainer/random/index.js'

const measure = (things: readonly SeenThing[], classes: number) =>
  classAccuracyOf(things, classes, createRandom(1, 'test'), UNPACED)

t.test('by hand: what shares a form with more of another class is wrong, and so is what no slot holds', async t => {
  const at = (truth: number, ...form: number[]): SeenThing => ({ truth, form })
  t.same(await measure([at(0, 0, 0), at(0, 0.1, 0), at(1, 5, 5), at(1, 5, 5.1)], 2), {
    things: 4, classes: 2, accuracy: 1, byChance: 0.5,
  })
  // The third of class 0 has the form of class 1; one of class 1 is held by no slot.
  const mixed = [at(0, 0, 0), at(0, 0.1, 0), at(0, 5, 5), at(1, 5, 5.1), at(1, 5.1, 5), { truth: 1, form: undefined }]
  t.same(await measure(mixed, 2), { things: 6, classes: 2, accuracy: 4 / 6, byChance: 0.5 })
  // Two clusters of three may stand for one class.
  const split = [at(0, 0), at(0, 9), at(0, 9.1), at(1, 20), at(2, 20.1), at(2, 20.2)]
  t.same(await measure(split, 3), { things: 6, classes: 3, accuracy: 5 / 6, byChance: 0.5 })
})

t.test('a model that tells nothing is as good as chance, one that holds nothing is worse', async t => {
  const same = Array.from({ length: 30 }, (_, i): SeenThing => ({ truth: i % 3 === 0 ? 1 : 0, form: [2, 2] }))
  t.same(await measure(same, 2), { things: 30, classes: 2, accuracy: 20 / 30, byChance: 20 / 30 })
  const lost = same.map(({ truth }) => ({ truth, form: undefined }))
  t.equal((await measure(lost, 2))!.accuracy, 0)
  t.equal(await measure([], 2), undefined, 'of no things nothing can be said')
})

t.test('agrees with counting by the clusters that forms were drawn from', async t => {
  const random = createRandom(7, 'test')
  const classes = 19
  const noise = random.fillNormal(new Float32Array(4000 * 3))
  const centres = Array.from({ length: classes }, (_, k) =>
    [k % 3 * 4, Math.floor(k / 3) % 3 * 4, Math.floor(k / 9) * 4])
  // [cluster][class]
  const counts = centres.map(() => new Array<number>(classes).fill(0))
  let missed = 0
  const things = Array.from({ length: 4000 }, (_, i): SeenThing => {
    const truth = random.integer(classes)
    if (random.uniform() < 0.05) {
      missed++
      return { truth, form: undefined }
    }
    const cluster = random.uniform() < 0.8 ? truth : random.integer(classes)
    counts[cluster]![truth]!++
    return { truth, form: centres[cluster]!.map((at, axis) => at + 0.2 * noise[3 * i + axis]!) }
  })
  const right = counts.reduce((sum, row) => sum + Math.max(...row), 0)
  const { accuracy } = (await measure(things, classes))!
  t.ok(missed > 100)
  t.ok(Math.abs(accuracy - right / 4000) < 1e-9, `${accuracy} and ${right / 4000}`)
})
