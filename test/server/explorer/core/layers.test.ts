import t from 'tap'
import {
  boundsOf, centreOf, compose, hit, layerOf, outline, readLayers, visibleShare,
} from '../../../../server/explorer/core/layers.js'

/** 3 × 2 pixels: a floor, a thing on the middle column of the first row half over it, a gain. */
const floor = [10, 20, 30, 255]
const none = [0, 0, 0, 0]
const thing = [210, 120, 130, 128]
const gain = [127, 127, 127, 0]
const repeat = (pixel: number[]) => Array.from({ length: 6 }, () => pixel).flat()
const pixels = Uint8Array.from([
  ...repeat(floor), ...none, ...thing, ...none, ...none, ...none, ...none, ...repeat(gain),
])
const layers = readLayers(3, 2, ['floor', 'thing', 'light'], pixels)
const all = () => true

t.test('layers lie over each other', async t => {
  t.equal(layers.gain, 'light', 'what is transparent in front is the gain')
  t.equal(readLayers(3, 2, ['floor', 'thing'], pixels.subarray(0, 48)).gain, undefined)
  const picture = compose(layers, all)
  t.strictSame([...picture.subarray(0, 8)], [...floor, 110, 70, 80, 255])
  t.strictSame([...compose(layers, name => name === 'thing').subarray(4, 8)], thing, 'alone it is straight')
  t.equal(layerOf(layers, 'nobody'), undefined)
})

t.test('a share is what those in front leave', async t => {
  t.ok(Math.abs(visibleShare(layers, 'floor', all)[1]! - 0.498) < 1e-3)
  t.equal(visibleShare(layers, 'floor', name => name !== 'thing')[1], 1)
  t.equal(visibleShare(layers, 'floor', name => name !== 'floor')[1], 0, 'what is hidden')
  t.equal(visibleShare(layers, 'nobody', all)[1], 0)
})

t.test('a point hits the smallest thing near it', async t => {
  t.equal(hit(layers, { x: 1.5, y: 0.5 }, 0.4, all), 'thing')
  t.equal(hit(layers, { x: 0.5, y: 1.5 }, 0.4, all), 'floor')
  t.equal(hit(layers, { x: 0.5, y: 0.5 }, 1.1, all), 'thing', 'within reach')
  t.equal(hit(layers, { x: 0.5, y: 1.5 }, 0.4, name => name === 'thing'), undefined)
})

t.test('where a layer is', async t => {
  t.strictSame(centreOf(layerOf(layers, 'thing')!, 3), { x: 1.5, y: 0.5 })
  t.equal(centreOf(layerOf(layers, 'light')!, 3), undefined)
  t.strictSame(boundsOf(layers, layerOf(layers, 'thing')!), { left: 1, top: 0, right: 2, bottom: 1 })
  t.strictSame(boundsOf(layers, layerOf(layers, 'light')!), { left: 0, top: 0, right: 3, bottom: 2 })
  t.equal(outline([0, 1, 0, 0, 0, 0], 3), 'M1 0h1M1 0v1M2 0v1M1 1h1')
})
