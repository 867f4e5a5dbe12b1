import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { parseRunConfig } from '../../../../trainer/config/resolve.js'
import type { SlotsModelConfig } from '../../../../trainer/config/slots-schema.js'
import { createNetwork } from '../../../../trainer/model/create-network.js'
import { initialState, listParameters } from '../../../../trainer/model/initial-state.js'
import type { Network } from '../../../../trainer/model/network.js'
import { parametersFrom } from '../../../../trainer/model/parameters.js'
import type { NamedArrays } from '../../../../trainer/foundation/training-state.js'
import type { Program } from '../../../../trainer/onnx/trace.js'
import { createRandom } from '../../../../trainer/random/index.js'
import { largestDifference, normal, runEagerly, type Input } from '../../../helpers/compare-engines.js'

const SIZE = 12
function configOf (slots = 2, changes: object = {}): SlotsModelConfig {
  const config = parseRunConfig({
    name: 'slots',
    data: { source: 'folder', directory: '/pictures', height: 16, width: 16, channels: 3 },
    model: {
      architecture: 'slots',
      partitions: [
        ...Array.from({ length: slots }, (_, k) => ({ name: `thing${k + 1}`, size: SIZE, kind: 'slot' })),
        { name: 'background', size: 3, kind: 'background' },
      ],
      extent: 8,
      reduction: 2,
      encoder: { glimpse: 6, hidden: 12 },
      decoder: { patch: 8, hidden: 12 },
      price: 30,
      ...changes,
    },
    objective: {},
    fit: { epochs: 1 },
  })
  return config.model as SlotsModelConfig
}

const image = { height: 16, width: 16, channels: 3 }
/** As many cells as a rotation needs. */
const fine = { encoder: { glimpse: 16, hidden: 12 }, decoder: { patch: 16, hidden: 12 } }

/** Weights that are not special in any way. */
function weightsOf (model: SlotsModelConfig): Record<string, Input> {
  const { weights } = initialState(createNetwork(model, image), 5)
  for (const [name, { values }] of Object.entries(weights)) {
    const noise = createRandom(6, name).fillNormal(new Float32Array(values.length))
    values.forEach((value, i) => { values[i] = value + 0.05 * noise[i]! })
  }
  return weights as NamedArrays as Record<string, Input>
}

/** Pictures of a red square and a green one on grey, [count, 16, 16, 3]; the second covers a corner of the first. */
function squares (...places: ReadonlyArray<readonly [row: number, column: number]>): Input {
  const values = new Float32Array(places.length * 256 * 3).fill(0.4)
  places.forEach(([row, column], n) => {
    const paint = (top: number, left: number, colour: readonly number[]) => {
      for (let y = top; y < top + 5; y++) {
        for (let x = left; x < left + 5; x++) values.set(colour, ((n * 16 + y) * 16 + x) * 3)
      }
    }
    paint(2, 2, [1, 0, 0])
    paint(row, column, [0, 1, 0])
  })
  return { shape: [places.length, 16, 16, 3], values }
}

const scheduled = { 'model.price': tf.scalar(30), 'model.faint': tf.scalar(0.02), 'model.corners': tf.scalar(1) }

t.test('parameters do not grow with the slots', async t => {
  const parametersOf = (slots: number) =>
    listParameters(createNetwork(configOf(slots), image)).map(({ name, shape }) => `${name} ${shape.join()}`).sort()
  t.strictSame(parametersOf(1), parametersOf(5))
})

t.test('decodes alike whatever slot a thing is in, and does not draw closed slots', async t => {
  const model = configOf(3)
  const network = createNetwork(model, image)
  const latent = normal(3, 1, 3 * SIZE + 3)
  for (const [k, presence] of [1.2, 1.2, -1.2].entries()) latent.values[k * SIZE] = presence
  const moved = { ...latent, values: latent.values.slice() }
  // The third, closed, comes first and is something else.
  for (let i = 0; i < SIZE; i++) {
    moved.values[i] = i === 0 ? -1.2 : 0.5
    moved.values[SIZE + i] = latent.values[i]!
    moved.values[2 * SIZE + i] = latent.values[SIZE + i]!
  }
  const decode = async (latent: Input) => (await runEagerly(({ latent, ...weights }) =>
    ({ image: network.decode(latent!, { parameters: parametersFrom(weights), statistics: {} }) }),
  { ...weightsOf(model), latent })).image!.values
  const [one, other] = [await decode(latent), await decode(moved)]
  one.forEach((value, i) => { if (Math.abs(value - other[i]!) > 1e-4) t.fail(`element ${i}: ${value} and ${other[i]}`) })
  t.ok(Math.max(...one) - Math.min(...one) > 0.1, 'something is drawn')
})

t.test('a closed slot has the prior for its posterior, but for its presence', async t => {
  const model = configOf(3)
  const network = createNetwork(model, image)
  const plain = { shape: [1, 16, 16, 3], values: new Float32Array(768).fill(0.4) }
  const { mean, logVariance } = await runEagerly(({ x, ...weights }) =>
    ({ ...network.encode(x!, { parameters: parametersFrom(weights), statistics: {} }) }),
  { ...weightsOf(model), x: plain })
  for (let k = 0; k < 3; k++) {
    t.equal(mean!.values[k * SIZE]!, Math.fround(-1.2), `slot ${k} is closed, decidedly: there is nothing`)
    const rest = [mean!, logVariance!].flatMap(({ values }) => [...values.slice(k * SIZE + 1, (k + 1) * SIZE)])
    t.ok(rest.every(value => Math.abs(value) < 5e-3), `slot ${k} costs nothing`)
  }
  const colour = [...mean!.values.slice(3 * SIZE)]
  t.ok(colour.every(value => Math.abs(value - (0.4 - 0.5) * Math.sqrt(12)) < 1e-4), `the background's colour: ${colour.join()}`)
})

t.test('however sure the encoder is, a place may be known to a twentieth of a pixel and less', async t => {
  const model = configOf(2, { corners: 0 })
  const network = createNetwork(model, image)
  const { weights } = initialState(network, 1)
  const { values } = weights['slot/encoder/layer2/bias']!
  values.fill(-30, SIZE)
  const { logVariance } = await runEagerly(({ x, ...weights }) =>
    ({ ...network.encode(x!, { parameters: parametersFrom(weights), statistics: {} }) }),
  { ...weights as NamedArrays as Record<string, Input>, x: squares([9, 10]) })
  const pixels = Math.exp(logVariance!.values[1]! / 2) / 3.4 * 64
  t.ok(pixels > 1e-3 && pixels < 0.05, `${pixels} pixels of an image whose side is 64`)
})

t.test('slots look at different things, find their colours and places, and take all of each', async t => {
  const model = configOf(2, { corners: 0 })
  const network = createNetwork(model, image)
  // Untrained, a slot opens where there is mass and stays at what it looked at.
  const { weights } = initialState(network, 1)
  const { mean } = await runEagerly(({ x, ...weights }) =>
    ({ ...network.encode(x!, { parameters: parametersFrom(weights), statistics: {} }) }),
  { ...weights as NamedArrays as Record<string, Input>, x: squares([9, 10]) })
  for (const k of [0, 1]) t.equal(mean!.values[k * SIZE]!, Math.fround(1.2), `slot ${k} is open, decidedly`)
  const found = [0, 1].map(k => ({
    place: [1, 2].map(i => (mean!.values[k * SIZE + i]! / 3.4 + 0.5) * 16),
    colour: [3, 4, 5].map(i => mean!.values[k * SIZE + i]! / Math.sqrt(12) + 0.5),
  })).sort((a, b) => a.place[0]! - b.place[0]!)
  const expected = [{ place: [4.5, 4.5], colour: [1, 0, 0] }, { place: [11.5, 12.5], colour: [0, 1, 0] }]
  expected.forEach(({ place, colour }, i) => {
    place.forEach((at, axis) => t.ok(Math.abs(found[i]!.place[axis]! - at) < 2.5, `place ${i}: ${found[i]!.place.join()}`))
    colour.forEach((value, c) => t.ok(Math.abs(found[i]!.colour[c]! - value) < 0.2, `colour ${i}: ${found[i]!.colour.join()}`))
  })
})

t.test('layers are shares that sum to 1 and compose the picture', async t => {
  const model = configOf(2)
  const network = createNetwork(model, image)
  const latent = normal(4, 2, 2 * SIZE + 3)
  latent.values.forEach((value, i) => { latent.values[i] = value * 0.4 }) // so that colours are within [0, 1]
  const { picture, layers } = await runEagerly(({ latent, ...weights }) => {
    const values = { parameters: parametersFrom(weights), statistics: {} }
    return { picture: network.decode(latent!, values), layers: network.layers!(latent!, values) }
  }, { ...weightsOf(model), latent })
  t.strictSame(layers!.shape, [2, 3, 4, 16, 16])
  const at = (n: number, part: number, plane: number, pixel: number) =>
    layers!.values[((n * 3 + part) * 4 + plane) * 256 + pixel]!
  let [farthest, off] = [0, 0]
  for (let n = 0; n < 2; n++) {
    for (let pixel = 0; pixel < 256; pixel++) {
      off = Math.max(off, Math.abs([0, 1, 2].reduce((sum, part) => sum + at(n, part, 3, pixel), 0) - 1))
      for (let c = 0; c < 3; c++) {
        const composed = [0, 1, 2].reduce((sum, part) => sum + at(n, part, 3, pixel) * at(n, part, c, pixel), 0)
        farthest = Math.max(farthest, Math.abs(composed - picture!.values[(n * 256 + pixel) * 3 + c]!))
      }
    }
  }
  t.ok(off < 1e-4, `shares are off by ${off}`)
  t.ok(farthest < 1e-4, `colours are off by ${farthest}`)
})

/** Computes the gradient of a training step's loss in each weight. */
const gradientsOf = (network: Network): Program => ({ x, latentNoise, ...tensors }) => {
  const names = Object.keys(tensors)
  const gradients = tf.grads((...values: tf.Tensor[]) => {
    const parameters = parametersFrom(Object.fromEntries(names.map((name, i) => [name, values[i]!])))
    const { prediction, penalties, posterior } = network.forward({
      image: x!, latentNoise: latentNoise!, parameters, statistics: {}, scheduled,
    })
    const error = prediction.kind === 'image' ? tf.sum(tf.squaredDifference(prediction.image, x!)) : tf.scalar(0)
    const kl = tf.sum(tf.sub(tf.add(tf.square(posterior.mean), tf.exp(posterior.logVariance)), posterior.logVariance))
    return tf.add(tf.add(error, kl), tf.add(penalties['price']!, penalties['faint']!))
  })(names.map(name => tensors[name]!))
  return Object.fromEntries(names.map((name, i) => [name, gradients[i]!]))
}

t.test('training: a gradient for every weight', async t => {
  const model = configOf(2)
  const network = createNetwork(model, image)
  const weights = weightsOf(model)
  const x = squares([9, 10], [5, 4], [3, 9], [10, 3], [8, 8], [9, 1])
  const latentNoise = normal(8, 6, 2 * SIZE + 3)
  const results = await runEagerly(gradientsOf(network), { ...weights, x, latentNoise })
  for (const [name, { values }] of Object.entries(results)) {
    t.ok(values.every(Number.isFinite), `${name}: finite`)
    t.ok(values.some(value => value !== 0), `${name}: not all 0`)
  }
})

t.test('what is encoded has a gradient in the encoder, for objectives that learn from it', async t => {
  for (const changes of [{ starts: 1 }, { starts: 3 }, { refinements: 0 }, { polish: 1 }]) {
    const model = configOf(2, changes)
    const network = createNetwork(model, image)
    const gradients = await runEagerly(({ x, ...tensors }) => {
      const names = Object.keys(tensors).filter(name => name.startsWith('slot/encoder'))
      const found = tf.grads((...values: tf.Tensor[]) => {
        const parameters = parametersFrom(
          { ...tensors, ...Object.fromEntries(names.map((name, i) => [name, values[i]!])) })
        return tf.sum(tf.square(network.encode(x!, { parameters, statistics: {} }).mean))
      })(names.map(name => tensors[name]!))
      return Object.fromEntries(names.map((name, i) => [name, found[i]!]))
    }, { ...weightsOf(model), x: squares([9, 10], [5, 4]) })
    t.ok(Object.keys(gradients).length > 0)
    for (const [name, { values }] of Object.entries(gradients)) {
      t.ok(values.every(Number.isFinite) && values.some(value => value !== 0), `${JSON.stringify(changes)}: ${name}`)
    }
  }
})

t.test('in training images are read after one look, after two or after three, each its own', async t => {
  const places = [[9, 10], [5, 4], [3, 9], [10, 3], [8, 8], [9, 1], [2, 10], [10, 10], [6, 9], [9, 6]] as const
  const [noise, width] = [normal(8, places.length, 2 * SIZE + 3), 2 * SIZE + 3]
  /** Posterior means by image, of images in the order given. */
  const readAfter = async (refinements: number, order = places.map((_, i) => i)) => {
    const model = configOf(2, { refinements, starts: 1 })
    const network = createNetwork(model, image)
    const latentNoise = {
      shape: noise.shape,
      values: Float32Array.from(order.flatMap(i => [...noise.values.subarray(i * width, (i + 1) * width)])),
    }
    const { mean } = await runEagerly(({ x, latentNoise, ...weights }) => ({
      mean: network.forward({
        image: x!, latentNoise: latentNoise!, parameters: parametersFrom(weights), statistics: {}, scheduled,
      }).posterior.mean,
    }), { ...weightsOf(model), x: squares(...order.map(i => places[i]!)), latentNoise })
    return order.map((_, row) => [...mean!.values.subarray(row * width, (row + 1) * width)])
  }
  const isClose = (a: readonly number[], b: readonly number[]) => a.every((value, i) => Math.abs(value - b[i]!) < 1e-4)
  const [once, twice, thrice] = [await readAfter(0), await readAfter(1), await readAfter(2)]
  for (const i of [0, 1, 2, 3]) t.ok(isClose(thrice[i]!, once[i]!) && isClose(twice[i]!, once[i]!), `${i}: one look`)
  for (const i of [4, 5, 6]) {
    t.ok(isClose(thrice[i]!, twice[i]!), `${i}: two looks`)
    t.notOk(isClose(thrice[i]!, once[i]!), `${i}: not one`)
  }
  for (const i of [7, 8, 9]) t.notOk(isClose(thrice[i]!, twice[i]!), `${i}: not two looks`)
  const turned = await readAfter(2, [0, 1, 2, 3, 4, 5, 6, 9, 7, 8])
  for (const [row, i] of [[7, 9], [8, 7], [9, 8]] as const) t.ok(isClose(turned[row]!, thrice[i]!), `${i}: its own`)
})

/** A picture [1, 16, 16, 3] of a dark L on light ground, turned by so many quarters from columns towards rows. */
function turnedL (quarters: number): Input {
  const values = new Float32Array(256 * 3).fill(0.8)
  for (let y = -3; y < 4; y++) {
    for (let x = -2; x < 3; x++) {
      if (x > -1 && y < 2) continue
      let at = [y, x] as [number, number]
      for (let i = 0; i < quarters; i++) at = [at[1], -at[0]]
      values.fill(0.1, ((8 + at[0]) * 16 + 8 + at[1]) * 3, ((8 + at[0]) * 16 + 8 + at[1]) * 3 + 3)
    }
  }
  return { shape: [1, 16, 16, 3], values }
}

t.test('turned, a thing has another angle, and the same form, size and colour', async t => {
  const size = SIZE + 2
  const partitions = [{ name: 'thing', size, kind: 'slot' }, { name: 'background', size: 3, kind: 'background' }]
  const model = configOf(1, { partitions, scale: true, rotation: true, reduction: 1, corners: 0, ...fine })
  const network = createNetwork(model, image)
  const encoded = async (quarters: number) => (await runEagerly(({ x, ...weights }) =>
    ({ ...network.encode(x!, { parameters: parametersFrom(weights), statistics: {} }) }),
  { ...weightsOf(model), x: turnedL(quarters) })).mean!.values
  const [still, turned] = [await encoded(0), await encoded(1)]
  const [scale, angle, colour] = [3, 4, 5]
  const off = (turned[angle]! - still[angle]!) * Math.PI / Math.sqrt(3) - Math.PI / 2
  t.ok(Math.abs(off - 2 * Math.PI * Math.round(off / 2 / Math.PI)) < 0.02, `a quarter and ${off} rad`)
  for (const unit of [0, scale, ...Array.from({ length: size - colour }, (_, i) => colour + i)]) {
    t.ok(Math.abs(turned[unit]! - still[unit]!) < 0.05, `unit ${unit}: ${still[unit]} and ${turned[unit]}`)
  }
  const side = Math.exp(still[scale]! * 0.25) * 4
  t.ok(side > 3 && side < 6.5, `about the square root of 29 pixels: ${side}`)
})

t.test('with scale and angle, too, every weight has a gradient and the compiled program agrees', async t => {
  const size = SIZE + 2
  const slots = [1, 2].map(k => ({ name: `thing${k}`, size, kind: 'slot' }))
  const partitions = [...slots, { name: 'background', size: 3, kind: 'background' }]
  const model = configOf(2, { partitions, scale: true, rotation: true, ...fine })
  const network = createNetwork(model, image)
  const results = await runEagerly(gradientsOf(network), {
    ...weightsOf(model), x: squares([9, 10], [5, 4], [3, 9], [10, 3]), latentNoise: normal(8, 4, 2 * size + 3),
  })
  for (const [name, { values }] of Object.entries(results)) {
    t.ok(values.every(Number.isFinite), `${name}: finite`)
    t.ok(values.some(value => value !== 0), `${name}: not all 0`)
  }
  const difference = await largestDifference(({ x, latent, ...weights }) => {
    const values = { parameters: parametersFrom(weights), statistics: {} }
    return { ...network.encode(x!, values), image: network.decode(latent!, values) }
  }, { ...weightsOf(model), x: squares([9, 10], [5, 4]), latent: normal(9, 2, 2 * size + 3) })
  t.ok(difference < 5e-3, `differs by ${difference}`)
})

t.test('one colour for all: its units rest at the prior and draw nothing, and the colours are learned', async t => {
  for (const [things, background] of [['one', 'one'], ['one', 'each'], ['each', 'one']] as const) {
    const model = configOf(2, { colours: { things, background } })
    const network = createNetwork(model, image)
    const silent = Array.from({ length: 2 * SIZE + 3 }, (_, unit) => unit).filter(unit =>
      unit < 2 * SIZE ? things === 'one' && [3, 4, 5].includes(unit % SIZE) : background === 'one')
    const [x, weights] = [squares([9, 10], [5, 4], [3, 9], [10, 3]), weightsOf(model)]
    const latent = normal(9, 4, 2 * SIZE + 3)
    const other = {
      ...latent, values: latent.values.map((value, i) => silent.includes(i % (2 * SIZE + 3)) ? 2 : value),
    }
    const results = await runEagerly(({ x, latent, other, ...weights }) => {
      const values = { parameters: parametersFrom(weights), statistics: {} }
      const [image, same] = [network.decode(latent!, values), network.decode(other!, values)]
      return { ...network.encode(x!, values), image, same }
    }, { ...weights, x, latent, other })
    const of = (name: string) => results[name]!.values.filter((_, i) => silent.includes(i % (2 * SIZE + 3)))
    t.ok([...of('mean'), ...of('logVariance')].every(value => value === 0), `things ${things}, background ${background}`)
    t.strictSame(results.image!.values, results.same!.values, 'whatever they are, the picture is the same')
    const gradients = await runEagerly(gradientsOf(network), { ...weights, x, latentNoise: normal(8, 4, 2 * SIZE + 3) })
    for (const [name, { values }] of Object.entries(gradients)) {
      t.ok(values.every(Number.isFinite) && values.some(value => value !== 0), `${name}: a gradient`)
    }
    const names = Object.keys(weights)
    t.equal(names.includes('slot/decoder/colour'), things === 'one')
    t.equal(names.includes('background/colour'), background === 'one')
    t.equal(names.includes('background/log-variance'), background === 'each')
  }
})

t.test('the compiled program gives what TensorFlow.js gives', async t => {
  const model = configOf(3)
  const network = createNetwork(model, image)
  const difference = await largestDifference(({ x, latent, ...weights }) => {
    const values = { parameters: parametersFrom(weights), statistics: {} }
    const [image, layers] = [network.decode(latent!, values), network.layers!(latent!, values)]
    return { ...network.encode(x!, values), image, layers }
  }, { ...weightsOf(model), x: squares([9, 10], [5, 4]), latent: normal(9, 2, 3 * SIZE + 3) })
  t.ok(difference < 2e-3, `differs by ${difference}`)
})

t.test('of several starts, the attempt that explains each picture best is kept', async t => {
  const pictures = squares([9, 10], [5, 4], [3, 6], [6, 3], [2, 7], [7, 2], [1, 5], [5, 1])
  const [count, error, price] = [pictures.shape[0]!, 1 / 2 / 0.0049, 30]
  const costs = async (starts: number) => {
    const network = createNetwork(configOf(2, { starts, reduction: 1 }), image)
    const { mean, decoded } = await runEagerly(({ x, ...weights }) => {
      const values = { parameters: parametersFrom(weights), statistics: {} }
      const { mean } = network.encode(x!, values)
      return { mean, decoded: network.decode(mean, values) }
    }, { ...weightsOf(configOf(2)), x: pictures })
    return Array.from({ length: count }, (_, n) => {
      const squared = Array.from({ length: 768 }, (_, i) =>
        (decoded!.values[n * 768 + i]! - pictures.values[n * 768 + i]!) ** 2)
      const open = [0, 1].map(k => 1 / (1 + Math.exp(-mean!.values[n * (2 * SIZE + 3) + k * SIZE]! * 10 / 3)))
      return error * squared.reduce((sum, one) => sum + one) + price * (open[0]! + open[1]!)
    })
  }
  const [one, two, four] = [await costs(1), await costs(2), await costs(4)]
  one.forEach((cost, n) => {
    t.ok(two[n]! <= cost * 1.0001, `picture ${n}: ${two[n]} of two starts, ${cost} of one`)
    t.ok(four[n]! <= two[n]! * 1.0001, `picture ${n}: ${four[n]} of four starts, ${two[n]} of two`)
  })
  t.ok(four.some((cost, n) => cost < one[n]! * 0.99), 'and some are explained better')
})

t.test('with several starts, too, every weight has a gradient and the compiled program agrees', async t => {
  const model = configOf(2, { starts: 4 })
  const network = createNetwork(model, image)
  const x = squares([9, 10], [5, 4], [3, 9], [10, 3], [8, 8], [9, 1])
  const results = await runEagerly(gradientsOf(network), {
    ...weightsOf(model), x, latentNoise: normal(8, 6, 2 * SIZE + 3),
  })
  for (const [name, { values }] of Object.entries(results)) {
    t.ok(values.every(Number.isFinite) && values.some(value => value !== 0), `${name}: finite, not all 0`)
  }
  const difference = await largestDifference(({ x, ...weights }) =>
    ({ ...network.encode(x!, { parameters: parametersFrom(weights), statistics: {} }) }), { ...weightsOf(model), x })
  t.ok(difference < 2e-3, `differs by ${difference}`)
})

t.test('the schedules of price, faint alphas and corners', async t => {
  const network = createNetwork(configOf(2, { price: { from: 200, to: 40, start: 0, end: 0.5 }, faint: 0.01 }), image)
  t.strictSame(network.scheduleAt(25, 100), { 'model.price': 120, 'model.faint': 0.01, 'model.corners': 1 })
})

t.test('refuses what contradicts', async t => {
  const refuses = (changes: object, text: RegExp) =>
    t.throws(() => createNetwork(configOf(2, changes), image), text)
  const slot = { name: 'thing', size: SIZE, kind: 'slot' }
  const background = { name: 'background', size: 3, kind: 'background' }
  refuses({ partitions: [slot, { ...slot, name: 'other' }] }, /exactly one partition of kind background for model\.partitions but received 0/)
  refuses({ partitions: [background, { ...background, name: 'b2' }] }, /exactly one partition of kind background for model\.partitions but received 2/)
  refuses({ partitions: [slot, { ...background, size: 2 }] }, /3, the image's channels, for model\.partitions\[1\]\.size/)
  refuses({ partitions: [{ ...slot, size: 7 }, background] }, /at least 8 units/)
  refuses({ partitions: [slot, { ...slot, name: 'other', size: 13 }, background] }, /12 as in the first slot/)
  refuses({ reduction: 3 }, /a divisor of the image's sides/)
  refuses({ extent: 17 }, /at most 16/)
  const turned = { partitions: [{ ...slot, size: SIZE + 1 }, background], rotation: true }
  refuses({ ...turned, decoder: { patch: 16 } }, /at least 16 cells, .*, for model\.encoder\.glimpse but received 6/)
  refuses({ ...turned, encoder: { glimpse: 16 } }, /at least 16 cells, .*, for model\.decoder\.patch but received 8/)
})
