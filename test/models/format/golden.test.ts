import t from 'tap'
import {
  bytesFromPlanar,
  checkGolden,
  createGolden,
  parseGolden,
  parseGoldenJson,
  pixelsFromBase64,
  planarFromBytes,
  type Golden,
  type GraphRunner,
} from '@partition-vae/models'
import { createLinearModel } from '../../helpers/linear-model.js'
import { faultOf } from './fault.js'

const model = createLinearModel({ image: { height: 2, width: 4, channels: 3 } })
const images = model.images.slice(0, 2)
const golden = await createGolden(model, images, model.runner)
const code = 'PVAE_GOLDEN_INVALID'

/** The model's runner, with its results changed. */
function runner (
  change: (field: 'mean' | 'logVariance' | 'image', values: Float32Array) => Float32Array | void
): GraphRunner {
  return {
    async encode (image, n) {
      const { mean, logVariance } = model.encode(image, n)
      return { mean: change('mean', mean) ?? mean, logVariance: change('logVariance', logVariance) ?? logVariance }
    },
    async decode (latent, n) {
      const image = model.decode(latent, n)
      return change('image', image) ?? image
    },
  }
}

t.test('golden examples record what the graphs give', async t => {
  t.strictSame(golden.tolerance, { latent: 0.01, pixel: 2 })
  t.equal(golden.examples.length, 2)
  for (const [i, example] of golden.examples.entries()) {
    const { mean, logVariance } = model.encode(planarFromBytes(images[i]!, model.image), 1)
    t.strictSame(pixelsFromBase64(example.image), images[i])
    t.strictSame(example.mean, [...mean])
    t.strictSame(example.logVariance, [...logVariance])
    t.strictSame(pixelsFromBase64(example.reconstruction), bytesFromPlanar(model.decode(mean, 1), model.image))
  }
  const bytes = new TextEncoder().encode(JSON.stringify(golden))
  t.strictSame(parseGoldenJson(bytes, model, 'golden.json'), golden)
})

t.test('the graphs they were made with pass, with no tolerance at all', async t => {
  await checkGolden(golden, model, model.runner, 'linear/1')
  const exact = await createGolden(model, images, model.runner, { latent: 0, pixel: 0 })
  t.strictSame(exact.tolerance, { latent: 0, pixel: 0 })
  await checkGolden(exact, model, model.runner, 'linear/1')
})

t.test('differences within the tolerance pass', async t => {
  await t.resolves(
    checkGolden(
      golden,
      model,
      runner((field, values) => values.map(value => value + (field === 'image' ? 1 / 255 : 0.009))),
      'x'
    )
  )
})

t.test('the largest difference is named, by example and element', async t => {
  const mean = golden.examples[1]!.mean[2]!
  const shifted = runner((field, values) => {
    if (field !== 'mean') return
    values[0]! += 0.02
    values[5] = mean + 0.5
  })
  const fault = await faultOf(() => checkGolden(golden, model, shifted, 'linear/1'))
  t.strictSame({ ...fault, found: '' }, { code, field: 'examples[1].mean[2]', expected: `${mean} ± 0.01`, found: '' })
  const [found, difference] = /^(\S+) \(the largest difference, (\S+)\)$/.exec(fault.found)!.slice(1).map(Number)
  t.ok(Math.abs(found! - mean - 0.5) < 1e-6, fault.found)
  t.ok(Math.abs(difference! - 0.5) < 1e-6, fault.found)
})

t.test('each output is compared', async t => {
  const swapped: GraphRunner = {
    ...model.runner,
    encode: async (image, n) => {
      const { mean, logVariance } = model.encode(image, n)
      return { mean: logVariance, logVariance: mean }
    },
  }
  t.match(await faultOf(() => checkGolden(golden, model, swapped, 'x')), {
    code,
    field: /^examples\[\d\]\.mean\[\d\]$/,
  })
  const variance = runner((field, values) => { if (field === 'logVariance') values[3]! -= 1 })
  t.match(await faultOf(() => checkGolden(golden, model, variance, 'x')), { code, field: 'examples[1].logVariance[0]' })
  const dark = runner((field, values) => field === 'image' ? values.map(value => value * 0.5) : undefined)
  t.match(await faultOf(() => checkGolden(golden, model, dark, 'x')), {
    code,
    field: /^examples\[\d\]\.reconstruction\[\d+\]$/,
    expected: /± 2$/,
  })
})

t.test('NaN is a difference', async t => {
  const broken = runner((field, values) => { if (field === 'mean') values[1] = NaN })
  const expected = `${golden.examples[0]!.mean[1]} ± 0.01`
  t.strictSame(await faultOf(() => checkGolden(golden, model, broken, 'x')), {
    code, field: 'examples[0].mean[1]', expected, found: 'NaN (the largest difference, NaN)',
  })
  t.strictSame(await faultOf(() => createGolden(model, images, broken)), {
    code, field: 'examples[0].mean[1]', expected: 'a number', found: 'NaN',
  })
})

t.test('outputs of another length', async t => {
  const short = runner((field, values) => field === 'image' ? values.subarray(1) : undefined)
  t.strictSame(await faultOf(() => checkGolden(golden, model, short, 'x')), {
    code, field: 'reconstruction', expected: '2 × 24 values from the graph', found: '47 values',
  })
})

t.test('images of another size, or none', async t => {
  const parameter = 'PVAE_INVALID_PARAMETER'
  t.strictSame(await faultOf(() => createGolden(model, [], model.runner)), {
    code: parameter, field: 'images', expected: 'at least one image', found: 'none',
  })
  t.strictSame(await faultOf(() => createGolden(model, [images[0]!, new Uint8Array(23)], model.runner)), {
    code: parameter, field: 'images[1]', expected: '24 bytes', found: '23 bytes',
  })
})

t.test('a file that does not validate, or does not fit the card', async t => {
  const first = golden.examples[0]!
  const only = (example: object): unknown => ({ ...golden, examples: [{ ...first, ...example }] })
  const cases: Array<[unknown, string, string, string]> = [
    [[], 'the golden examples', 'an object', '[]'],
    [{ ...golden, schemaVersion: 2 }, 'schemaVersion', '1', '2'],
    [{ ...golden, examples: [] }, 'examples', 'at least 1 element', '[]'],
    [{ ...golden, tolerance: { latent: -1, pixel: 1 } }, 'tolerance.latent', '>= 0', '-1'],
    [only({ mean: [1, 2] }), 'examples[0].mean', '3 numbers', '2 numbers'],
    [only({ logVariance: [1, 2, 3, 4] }), 'examples[0].logVariance', '3 numbers', '4 numbers'],
    [only({ image: first.image.slice(4) }), 'examples[0].image', '24 bytes (2 × 4 × 3)', '21 bytes'],
    [only({ reconstruction: '' }), 'examples[0].reconstruction', '24 bytes (2 × 4 × 3)', '0 bytes'],
  ]
  for (const [value, field, expected, found] of cases) {
    t.strictSame(await faultOf(() => parseGolden(value as Golden, model, 'golden.json')), {
      code,
      field,
      expected,
      found,
    })
  }
  t.match(await faultOf(() => parseGoldenJson(new TextEncoder().encode('{'), model, 'golden.json')), {
    code, field: 'the golden examples', expected: 'JSON', found: /^1 bytes that are not \(/,
  })
})
