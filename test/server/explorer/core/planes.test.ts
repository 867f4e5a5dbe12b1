import t from 'tap'
import { readLayers } from '../../../../server/explorer/core/layers.js'
import { layPlanes, planeAt } from '../../../../server/explorer/core/planes.js'

const pixels = new Uint8Array(2 * 4 * 3 * 4)
pixels.fill(255, 0, 48)
pixels.fill(255, 48 + 4 * 4, 48 + 8 * 4) // the second row of the front layer
const layers = readLayers(4, 3, ['wall', 'ball'], pixels)

for (const [width, height] of [[768, 576], [390, 292], [576, 576]] as const) {
  t.test(`planes lie inside a stage of ${width} × ${height}, the hindmost lowest`, async t => {
    const { across, down, corners } = layPlanes(6, width, height)
    for (const { x, y } of corners) {
      t.ok(x >= 116, 'there is room for names')
      t.ok(x + across.x + down.x <= width, 'on the right')
      t.ok(y + across.y >= 0, 'at the top')
      t.ok(y + down.y <= height, 'at the bottom')
    }
    t.strictSame(corners.map(({ y }) => y), corners.map(({ y }) => y).toSorted((a, b) => b - a))
  })
}

t.test('a point finds the frontmost plane that draws something there', async t => {
  const planes = layPlanes(2, 400, 300)
  const point = (plane: number, u: number, v: number) => ({
    x: planes.corners[plane]!.x + u * planes.across.x + v * planes.down.x,
    y: planes.corners[plane]!.y + u * planes.across.y + v * planes.down.y,
  })
  t.equal(planeAt(planes, layers, point(1, 0.5, 0.5)), 'ball', 'on what it draws')
  t.equal(planeAt(planes, layers, point(1, 0.1, 0.05)), 'ball', 'where no other plane is')
  t.equal(planeAt(planes, layers, point(0, 0.1, 0.95)), 'wall')
  t.equal(planeAt(planes, layers, { x: 2, y: 2 }), undefined, 'beside all')
})

t.test('where planes overlap, one that draws something is found through one that does not', async t => {
  const { across, down, corners } = layPlanes(2, 400, 200)
  const planes = { across, down, corners: [corners[0]!, corners[0]!] }
  const point = (v: number) =>
    ({ x: corners[0]!.x + 0.5 * across.x + v * down.x, y: corners[0]!.y + 0.5 * across.y + v * down.y })
  t.equal(planeAt(planes, layers, point(0.1)), 'wall', 'through the clear row of the front one')
  t.equal(planeAt(planes, layers, point(0.5)), 'ball')
  t.equal(planeAt(planes, layers, point(1.1)), undefined, 'below both')
})
