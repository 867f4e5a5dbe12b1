import t from 'tap'
import {
  countSeen, fitWindow, nearestPoint, pan, placeThumbnails, pointsWithin, toPlace, toScreen, zoomAt,
} from '../../../../server/explorer/core/map-window.js'

const places = Float32Array.from([-2, -1, 2, -1, -2, 1, 2, 1, 0, 0])
const all = fitWindow(places, 400, 300, false)
const at = (n: number) => toScreen(all, { x: places[n * 2]!, y: places[n * 2 + 1]! })

t.test('all that there is fits, with a margin', async t => {
  for (let n = 0; n < 5; n++) {
    const { x, y } = at(n)
    t.ok(x >= 40, `${x}`)
    t.ok(x <= 360, `${x}`)
    t.ok(y >= 40, `${y}`)
    t.ok(y <= 260, `${y}`)
  }
  t.ok(at(1).x > at(0).x, 'right is right')
  t.ok(at(2).y > at(0).y, 'down is down')
  const even = fitWindow(places, 400, 300, true)
  t.equal(even.scale.x, even.scale.y, 'on demand a step is as long both ways')
})

t.test('what lies under the pointer stays there as one zooms', async t => {
  const pointer = { x: 310, y: 70 }
  const before = toPlace(all, pointer)
  const after = toPlace(zoomAt(all, pointer, 2.5), pointer)
  t.ok(Math.hypot(before.x - after.x, before.y - after.y) < 1e-9)
  const moved = toScreen(pan(all, { x: 30, y: -20 }), { x: 0, y: 0 })
  t.ok(Math.hypot(moved.x - at(4).x - 30, moved.y - at(4).y + 20) < 1e-9, 'and goes where the hand goes')
})

t.test('the point nearest to the pointer, within reach', async t => {
  t.equal(nearestPoint(all, places, { x: at(3).x + 3, y: at(3).y - 3 }, 8), 3)
  t.equal(nearestPoint(all, places, { x: at(3).x + 30, y: at(3).y }, 8), undefined)
})

t.test('thumbnails cover none before them', async t => {
  const crowd = Float32Array.from({ length: 400 }, (_, i) => Math.sin(i * 12.9898) * (i % 2 + 1))
  const window = fitWindow(crowd, 400, 300, false)
  const size = { width: 50, height: 40 }
  const chosen = placeThumbnails(window, crowd, size, 0)
  t.ok(chosen.length > 4, `${chosen.length} of them`)
  t.equal(chosen[0], 0, 'the first always has room')
  const centres = chosen.map(n => toScreen(window, { x: crowd[n * 2]!, y: crowd[n * 2 + 1]! }))
  const clashes = centres.filter(({ x, y }, i) =>
    centres.slice(0, i).some(other => Math.abs(other.x - x) < size.width && Math.abs(other.y - y) < size.height))
  t.strictSame(clashes, [])
  const closer = zoomAt(window, { x: 200, y: 150 }, 6)
  t.ok(placeThumbnails(closer, crowd, size, 0).length >= countSeen(closer, crowd, 9) / 2, 'nearer there is more room')
})

t.test('points are counted in the window, and found in a lasso', async t => {
  t.equal(countSeen(all, places, 10), 5)
  t.equal(countSeen(all, places, 2), 2)
  t.equal(countSeen(zoomAt(all, { x: 200, y: 150 }, 10), places, 10), 1)
  const left = [{ x: -3, y: -2 }, { x: 0.5, y: -2 }, { x: 0.5, y: 2 }, { x: -3, y: 2 }]
  t.strictSame(pointsWithin(places, left), [0, 2, 4])
  t.strictSame(pointsWithin(places, [{ x: -3, y: -2 }, { x: 3, y: 2 }]), [], 'a line holds nothing')
})

t.test('a few strays do not make all the others small', async t => {
  const spread = (strays: number) => Float32Array.from({ length: 2000 }, (_, i) => i < 2 * strays ? 500 : i % 101 / 100)
  t.equal(fitWindow(spread(2), 400, 300, false).scale.x, fitWindow(spread(0), 400, 300, false).scale.x)
  t.ok(fitWindow(spread(20), 400, 300, false).scale.x < 1, 'more are no strays')
})

t.test('of several within reach the nearest is found, whichever comes first', async t => {
  const pair = Float32Array.of(0, 0, 0.1, 0)
  const { x, y } = toScreen(all, { x: 0, y: 0 })
  t.equal(nearestPoint(all, pair, { x, y }, 40), 0)
  t.equal(nearestPoint(all, pair, toScreen(all, { x: 0.1, y: 0 }), 40), 1)
})

t.test('thumbnails are placed beyond the window on each side', async t => {
  const size = { width: 20, height: 20 }
  const middle = toPlace(all, { x: 200, y: 150 })
  for (const [x, y] of [[-30, 150], [430, 150], [200, -30], [200, 330]] as const) {
    const place = toPlace(all, { x, y })
    const points = Float32Array.of(middle.x, middle.y, place.x, place.y)
    t.strictSame(placeThumbnails(all, points, size, 40), [0, 1], `at ${x}, ${y}`)
    t.strictSame(placeThumbnails(all, points, size, 20), [0], `not so far out as ${x}, ${y}`)
  }
})
