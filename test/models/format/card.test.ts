import t from 'tap'
import { parseCard, parseCardJson, type Card } from '@partition-vae/models'
import { faultOf } from './fault.js'

const card: Card = {
  schemaVersion: 1,
  name: 'mnist',
  version: 3,
  createdAt: '2025-01-02T03:04:05.678Z',
  description: '',
  image: { height: 28, width: 14, channels: 1 },
  subresolution: { factor: 2, interpolation: 'bilinear' },
  latentSize: 3,
  partitions: [{ name: 'shape', size: 2, offset: 0, label: 'Shape' }, { name: 'style', size: 1, offset: 2 }],
  latentStatistics: {
    mean: [0, 0.5, -1],
    standardDeviation: [1, 0, 2],
    principalDirections: [{ vector: [0.6, -0.8], standardDeviation: 1.1 }, { vector: [1], standardDeviation: 2 }],
  },
  files: {
    encoder: { path: 'encoder.onnx', sha256: 'a'.repeat(64), bytes: 10 },
    decoder: { path: 'decoder.onnx', sha256: 'b'.repeat(64), bytes: 11 },
  },
  training: { seed: 1, config: { batch: 64 } },
  metrics: { test: { mse: 0.0164 } },
}

/** A copy with another value at `path` (`a.b[0]`), or without the field where the value is undefined. */
function altered (path: string, value: unknown): unknown {
  const copy = structuredClone(card)
  const keys = path.match(/[^.[\]]+/g)!
  const last = keys.pop()!
  const parent = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, copy)
  if (value === undefined) delete parent[last]
  else parent[last] = value
  return copy
}

t.test('a valid card is returned as it is, with fields that later versions add', async t => {
  t.equal(parseCard(card, 'model.json'), card)
  const extended = { ...card, pixelRule: 2, licence: 'MIT' }
  t.strictSame(parseCardJson(new TextEncoder().encode(JSON.stringify(extended)), 'model.json'), extended)
})

t.test('each fault names the field, what was expected and what was found', async t => {
  const directions = 'latentStatistics.principalDirections'
  const cases: Array<[name: string, path: string, value: unknown, field: string, expected: string, found: string]> = [
    ['missing field', 'latentSize', undefined, 'latentSize', 'a value', 'nothing'],
    ['missing nested field', 'partitions[1].offset', undefined, 'partitions[1].offset', 'a value', 'nothing'],
    ['another schema', 'schemaVersion', 2, 'schemaVersion', '1', '2'],
    ['wrong type', 'version', '3', 'version', 'an integer', '"3"'],
    ['not an object', 'image', 28, 'image', 'an object', '28'],
    ['below the minimum', 'version', 0, 'version', '>= 1', '0'],
    ['a name that is a path', 'name', '../up', 'name', 'text matching ^[a-z0-9][a-z0-9-]{0,63}$', '"../up"'],
    ['no rule of pixels', 'pixelRule', 0, 'pixelRule', '>= 1', '0'],
    ['two channels', 'image.channels', 2, 'image.channels', '1 or 3', '2'],
    [
      'unknown interpolation',
      'subresolution.interpolation',
      'cubic',
      'subresolution.interpolation',
      '"nearest" or "bilinear"',
      '"cubic"',
    ],
    ['a misspelt field', 'image.heigth', 3, 'image.heigth', 'no such field', '3'],
    ['no partitions', 'partitions', [], 'partitions', 'at least 1 element', '[]'],
    ['a gap', 'partitions[1].offset', 3, 'partitions[1].offset', '2 (the sum of the sizes before it)', '3'],
    ['a name twice', 'partitions[1].name', 'shape', 'partitions[1].name', 'a name no other partition has', '"shape"'],
    ['sizes that do not sum', 'latentSize', 4, 'latentSize', '3 (the sum of the partition sizes)', '4'],
    ['a short mean', 'latentStatistics.mean', [0, 0.5], 'latentStatistics.mean', '3 numbers', '2 numbers'],
    [
      'a long deviation',
      'latentStatistics.standardDeviation',
      [1, 0, 2, 1],
      'latentStatistics.standardDeviation',
      '3 numbers',
      '4 numbers',
    ],
    ['a mean of NaN', 'latentStatistics.mean[1]', NaN, 'latentStatistics.mean[1]', 'a number', 'NaN'],
    [
      'a negative deviation',
      'latentStatistics.standardDeviation[0]',
      -1,
      'latentStatistics.standardDeviation[0]',
      '>= 0',
      '-1',
    ],
    ['no directions', 'latentStatistics.principalDirections', undefined, directions, 'a value', 'nothing'],
    [
      'too few directions',
      directions,
      [{ vector: [0.6, -0.8], standardDeviation: 1.1 }],
      directions,
      '2 elements (one for each partition)',
      '1 elements',
    ],
    [
      'a direction of another size',
      'latentStatistics.principalDirections[1].vector',
      [1, 0],
      `${directions}[1].vector`,
      '1 numbers',
      '2 numbers',
    ],
    [
      'a direction that is not unit length',
      'latentStatistics.principalDirections[0].vector',
      [3, 4],
      `${directions}[0].vector`,
      'a vector of length 1',
      'one of length 5',
    ],
    [
      'an infinite deviation',
      'latentStatistics.principalDirections[0].standardDeviation',
      Infinity,
      `${directions}[0].standardDeviation`,
      'a number',
      'Infinity',
    ],
    [
      'a height f does not divide',
      'image.height',
      27,
      'image.height',
      'a multiple of subresolution.factor (2)',
      '27',
    ],
    ['a width f does not divide', 'image.width', 13, 'image.width', 'a multiple of subresolution.factor (2)', '13'],
    [
      'a file outside the folder',
      'files.encoder.path',
      '../encoder.onnx',
      'files.encoder.path',
      'text matching ^[A-Za-z0-9][A-Za-z0-9._-]*$',
      '"../encoder.onnx"',
    ],
    [
      'a file that is another',
      'files.decoder.path',
      'golden.json',
      'files.decoder.path',
      'none of model.json, golden.json, report',
      '"golden.json"',
    ],
    [
      'a file that is a folder',
      'files.encoder.path',
      'report',
      'files.encoder.path',
      'none of model.json, golden.json, report',
      '"report"',
    ],
    [
      'one file for both',
      'files.decoder.path',
      'encoder.onnx',
      'files.decoder.path',
      'another file than files.encoder.path',
      '"encoder.onnx"',
    ],
    ['training that is a number', 'training', 1, 'training', 'an object', '1'],
  ]
  for (const [name, path, value, field, expected, found] of cases) {
    const fault = await faultOf(() => parseCard(altered(path, value), 'mnist/3/model.json'))
    t.strictSame(fault, { code: 'PVAE_CARD_INVALID', field, expected, found }, name)
  }
  t.strictSame(await faultOf(() => parseCard(null, 'x')), {
    code: 'PVAE_CARD_INVALID',
    field: 'the card',
    expected: 'an object',
    found: 'null',
  })
})

t.test('bytes that are not JSON in UTF-8', async t => {
  for (const bytes of [new TextEncoder().encode('{"name": "mni'), Uint8Array.of(0x22, 0xff, 0x22), new Uint8Array(0)]) {
    const fault = await faultOf(() => parseCardJson(bytes, 'mnist/3/model.json'))
    t.match(fault, {
      code: 'PVAE_CARD_INVALID',
      field: 'the card',
      expected: 'JSON',
      found: new RegExp(`^${bytes.length} bytes that are not \\(`),
    })
  }
})
