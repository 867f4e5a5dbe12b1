/** `npm run bench:measures`: the field's measures, by our code and by an independent one in Python. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { measureDisentanglement } from '../../trainer/measure/disentanglement/index.js'
import { numberValues } from '../../trainer/measure/disentanglement/numbered-values.js'
import { splitAtRandom } from '../../trainer/measure/disentanglement/representation.js'
import { codesOf, type Codes } from './measures/codes.js'
import { segmentations } from './measures/scenes.js'
import { readOptions } from './options.js'
import { findPeer } from './python.js'
import { printHeader, printRow } from './table.js'

const options = readOptions({
  name: 'bench:measures',
  about: `The literature's measures of disentanglement and of segmentation on shipped models and drawn codes, beside an
implementation in Python that was written from their definitions. Ends with 1 where they differ by more than sampling.`,
  options: {
    images: { help: 'of each model; a third of them judges', default: 3000, smoke: 150 },
    votes: { help: 'to learn from, of the FactorVAE and BetaVAE scores', default: 10_000, smoke: 200 },
    scenes: { help: 'that are segmented', default: 200, smoke: 20 },
  },
})

async function measure ({ means, partitions, factors, name }: Codes) {
  const rows = factors.values.length / factors.names.length
  const split = splitAtRandom(rows, 0, 1 / 3)
  const { units, partitions: byPartition, discrete } = await measureDisentanglement({
    means,
    partitions,
    factors,
    seed: 0,
    split,
    probeSteps: 1,
    controlDraws: 0,
    ceiling: false,
    factorVaeVotes: options.votes,
  })
  const { migByFactor: _, sapByFactor: __, factorVaeChance: ___, ...scores } = units
  const { sap, factorVae, completeness, disentanglement } = byPartition
  const numbers = numberValues(factors)
  const listed = (table: Float32Array, columns: number) =>
    Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, k) => table[row * columns + k]!))
  return {
    name,
    means: listed(means, means.length / rows),
    factors: listed(factors.values, factors.names.length),
    codes: Array.from({ length: rows }, (_, row) => numbers.map(({ codes }) => codes[row]!)),
    isDiscrete: factors.names.map(factor => discrete!.includes(factor)),
    groups: Object.values(factors.groups),
    partitions,
    train: [...split.train],
    test: [...split.test],
    votes: options.votes,
    ours: {
      ...Object.fromEntries(Object.entries(scores).map(([measured, value]) => [`${measured} by unit`, value])),
      'sap by partition': sap,
      ...(factorVae !== undefined && { 'factorVae by partition': factorVae }),
      ...(disentanglement !== undefined && { 'disentanglement by partition': disentanglement }),
      ...(completeness !== undefined && { 'completeness by partition': completeness }),
    },
  }
}

const python = findPeer('the independent implementation', ['numpy', 'scipy', 'scikit-learn'], options)
const models = []
for (const codes of await codesOf(options.images)) models.push(await measure(codes))
const scenes = segmentations(options.scenes)
if (python === undefined) {
  printHeader(['model', 'measure', 'ours'])
  for (const { name, ours } of models) {
    for (const [measured, value] of Object.entries(ours)) printRow([name, measured, (value as number).toFixed(4)])
  }
} else {
  const folder = mkdtempSync(join(tmpdir(), 'bench-measures-'))
  try {
    const file = join(folder, 'measures.json')
    writeFileSync(file, JSON.stringify({ models, scenes }))
    const judge = fileURLToPath(new URL('measures.py', import.meta.url))
    process.exitCode = spawnSync(python, [judge, file], { stdio: 'inherit' }).status ?? 1
  } finally {
    rmSync(folder, { recursive: true })
  }
}
