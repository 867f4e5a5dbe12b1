import t from 'tap'
import {
  averageGains, bytesFromStack, composeLayers, drawingOrder, stackLayers, type DrawnLayers,
} from '@partition-vae/models'

/**
 * Layers of one image, one pixel high, by their weights in the softmax: each a colour (grey) and a weight for each
 * pixel. A gain has a factor instead.
 */
function layersOf (parts: ReadonlyArray<{ colour: number, weights?: readonly number[] }>, channels = 1): DrawnLayers {
  const width = parts.find(({ weights }) => weights !== undefined)!.weights!.length
  const sums = Array.from({ length: width }, (_, x) => parts.reduce((sum, { weights }) => sum + (weights?.[x] ?? 0), 0))
  const values = parts.flatMap(({ colour, weights }) => [
    ...Array.from({ length: 3 * width }, () => colour),
    ...sums.map((sum, x) => (weights?.[x] ?? 0) / sum),
  ])
  const gain = parts.findIndex(({ weights }) => weights === undefined)
  return {
    values: Float32Array.from(values),
    shape: { image: { height: 1, width, channels }, partitions: parts },
    gain: gain < 0 ? undefined : gain,
  }
}

const near = (found: ArrayLike<number>, wanted: readonly number[]) =>
  found.length === wanted.length && wanted.every((value, i) => Math.abs(value - found[i]!) < 1e-6)

// A thing in front of another before a wall; the one in front comes first among the partitions.
const front = { colour: 0.8, weights: [0, 1000, 1000, 0] }
const behind = { colour: 0.4, weights: [0, 0, 10, 10] }
const wall = { colour: 0.1, weights: [1, 1, 1, 1] }
const scene = layersOf([front, wall, behind])

t.test('the picture is the mixture by shares, times the gain, within bounds', async t => {
  const mixed = [0.1, (800 + 0.1) / 1001, (800 + 4 + 0.1) / 1011, (4 + 0.1) / 11]
  t.ok(near(composeLayers(scene), mixed))
  const bright = layersOf([front, wall, behind, { colour: 1.5 }], 3)
  const lit = mixed.map(value => Math.min(1, value * 1.5))
  t.ok(near(composeLayers(bright), [...lit, ...lit, ...lit]))
  t.strictSame([...averageGains(bright)], [1.5, 1.5, 1.5])
  t.strictSame([...averageGains(scene)], [1, 1, 1])
})

t.test('the order says which thing covers which', async t => {
  t.strictSame(drawingOrder(scene), [1, 2, 0])
  t.strictSame(drawingOrder(layersOf([behind, wall, front])), [1, 0, 2])
  t.strictSame(drawingOrder(layersOf([{ colour: 1 }, front, behind, wall])), [3, 2, 1, 0], 'a gain is last')
})

t.test('things that nowhere meet keep their order, whatever lies between them', async t => {
  const aside = { colour: 0.5, weights: [50, 0, 0, 0] }
  t.strictSame(drawingOrder(layersOf([front, aside, behind, wall])), [3, 1, 2, 0])
})

t.test('what is behind is whole where it is covered', async t => {
  const order = drawingOrder(scene)
  const stack = stackLayers(scene, { order, wanted: order, alpha: 'over', light: true })
  const alphas = (layer: number) => [0, 1, 2, 3].map(x => stack[(layer * 4 + x) * 4 + 3]!)
  t.ok(near(alphas(0), [1, 1, 1, 1]), 'the wall')
  t.ok(near(alphas(1), [0, 0, 10 / 11, 10 / 11]), 'as much under the thing in front as beside it')
  t.ok(near(alphas(2), [0, 1000 / 1001, 1000 / 1011, 0]))
})

t.test('over or by shares, a stack is the picture; some layers are those of all', async t => {
  const order = drawingOrder(scene)
  for (const alpha of ['over', 'share'] as const) {
    const stack = stackLayers(scene, { order, wanted: order, alpha, light: true })
    const composed = [0, 1, 2, 3].map(x => [0, 1, 2].reduce((below, layer) => {
      const at = (layer * 4 + x) * 4
      return below * (alpha === 'over' ? 1 - stack[at + 3]! : 1) + stack[at]! * stack[at + 3]!
    }, 0))
    t.ok(near(composed, [...composeLayers(scene)]), alpha)
    const one = stackLayers(scene, { order, wanted: [2], alpha, light: true })
    t.strictSame([...one], [...stack.subarray(16, 32)])
  }
})

t.test('colours in the light of the gain, or as they are', async t => {
  const bright = layersOf([wall, { colour: 3 }])
  const colours = (light: boolean) => {
    const stack = stackLayers(bright, { order: [0, 1], wanted: [0, 1], alpha: 'over', light })
    return [stack[0], stack[3], stack[16], stack[19]].map(value => Number(value!.toFixed(3)))
  }
  t.strictSame(colours(true), [0.3, 1, 3, 0])
  t.strictSame(colours(false), [0.1, 1, 3, 0])
})

t.test('as bytes, the factors of a gain are halved, whichever layers are wanted', async t => {
  const layers = { gain: 1, shape: { image: { height: 1, width: 1, channels: 3 }, partitions: [0, 1] } }
  const [thing, gain] = [[1, 0.2, 0, 1], [2, 1, 0.4, 0]]
  const stack = Float32Array.from([...thing, ...gain, ...thing, ...gain])
  const bytes = [255, 51, 0, 255, 255, 128, 51, 0]
  t.strictSame([...bytesFromStack(stack, [0, 1], layers)], [...bytes, ...bytes])
  t.ok(Math.abs(stack[6]! - 0.4) < 1e-6, 'what was given stays as it was')
  t.strictSame([...bytesFromStack(Float32Array.from(thing), [0], layers)], bytes.slice(0, 4))
  t.strictSame([...bytesFromStack(Float32Array.from(gain), [1], layers)], bytes.slice(4), 'the gain alone')
  t.strictSame([...bytesFromStack(Float32Array.from(gain), [1], { ...layers, gain: undefined })], [255, 255, 102, 0])
})
