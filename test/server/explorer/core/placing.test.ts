import t from 'tap'
import { choosePlacing, learn, stepTowards, type Placing } from '../../../../server/explorer/core/placing.js'

t.test('the two units that span the picture place a thing', async t => {
  const slopes = [{ x: 0.1, y: 0.2 }, { x: 10, y: 1 }, { x: 0, y: -8 }]
  t.strictSame(choosePlacing([4, 5, 6], slopes, [1, 1, 1])?.units, [5, 6])
  t.strictSame(choosePlacing([4, 5], slopes.slice(0, 2), [1, 1])?.units, [5], 'what hardly moves it is left alone')
  t.equal(choosePlacing([4], slopes.slice(0, 1), [1]), undefined, 'nothing moves it')
  t.strictSame(choosePlacing([4], slopes.slice(0, 1), [1], 0.1)?.units, [4], 'or what is little, where that is asked')
  t.equal(choosePlacing([], [], []), undefined)
  const three = [{ x: 10, y: 0 }, { x: 0, y: 8 }, { x: 3, y: 3 }]
  t.strictSame(choosePlacing([4, 5, 6], three, [1, 1, 1])?.units, [4, 5], 'the largest area, not the last that will do')
})

t.test('steps arrive where a thing curves away, and learn from it', async t => {
  const place = (u: number, v: number) => ({ x: 10 * u + 2 * v * v, y: 8 * v - u * u })
  let placing: Placing = { units: [0, 1], slopes: [{ x: 10, y: 0 }, { x: 0, y: 8 }] }
  let [u, v] = [0, 0]
  for (let i = 0; i < 8; i++) {
    const before = place(u, v)
    const [du, dv] = stepTowards(placing, { x: 12 - before.x, y: 6 - before.y }, [1, 1]) as [number, number]
    t.ok(Math.max(Math.abs(du), Math.abs(dv)) <= 1.2 + 1e-9, 'no step is long')
    u += du
    v += dv
    placing = learn(placing, [du, dv], { x: place(u, v).x - before.x, y: place(u, v).y - before.y })
  }
  t.ok(Math.hypot(place(u, v).x - 12, place(u, v).y - 6) < 0.05)
})

t.test('along a line only', async t => {
  const placing: Placing = { units: [1], slopes: [{ x: 0, y: 4 }] }
  t.strictSame(stepTowards(placing, { x: 7, y: 2 }, [0, 1]), [0.5])
  t.strictSame(stepTowards(placing, { x: 0, y: 40 }, [0, 0.5]), [0.6], 'no farther than its deviation allows')
  t.strictSame(learn(placing, [0], { x: 1, y: 1 }), placing, 'no step teaches nothing')
})
