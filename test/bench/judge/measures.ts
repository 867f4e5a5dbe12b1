/** Our measures of disentanglement and classification, on random data. */
import { layOutPartitions } from '@partition-vae/models'
import { measureClassification } from '../../../trainer/measure/classification/index.js'
import { assign } from '../../../trainer/measure/disentanglement/assignment.js'
import { dciScores } from '../../../trainer/measure/disentanglement/dci.js'
import { importanceWeightedBound, posteriorTotalCorrelation } from '../../../trainer/measure/disentanglement/index.js'
import { mutualInformationGap } from '../../../trainer/measure/disentanglement/mig.js'
import { modularity } from '../../../trainer/measure/disentanglement/modularity.js'
import { numberValues } from '../../../trainer/measure/disentanglement/numbered-values.js'
import { explainedVariance } from '../../../trainer/measure/disentanglement/probe-predictions.js'
import { probe } from '../../../trainer/measure/disentanglement/probe.js'
import {
  blocksOf, selectColumns, splitAtRandom, unitsAsBlocks, type Table,
} from '../../../trainer/measure/disentanglement/representation.js'
import { separatedAttributePredictability } from '../../../trainer/measure/disentanglement/sap.js'
import { targetsOf } from '../../../trainer/measure/disentanglement/targets.js'
import { treeImportance } from '../../../trainer/measure/disentanglement/tree-importance.js'
import { unitInformation } from '../../../trainer/measure/disentanglement/unit-information.js'
import { createRandom } from '../../../trainer/random/index.js'

const SAMPLES = 50
const partitions = layOutPartitions([{ name: 'p', size: 3 }, { name: 'q', size: 2 }, { name: 'r', size: 1 }])

/** Six units that know four uniform factors in part, together and twice; a class for each quarter of two factors. */
function makeData (rows: number) {
  const random = createRandom(0, 'judge-measures')
  const factors = Array.from({ length: rows }, () => Array.from({ length: 4 }, () => random.uniform()))
  const means = factors.map(([a, b, c, d]) => [
    a! + b! + 0.1 * random.normal(),
    a! - b!,
    random.normal(),
    Math.sin(3 * c!) + 0.05 * random.normal(),
    a! * c!,
    d! ** 2 + 0.1 * random.normal(),
  ])
  const labels = factors.map(([a, b]) => 2 * Number(a! > 0.5) + Number(b! > 0.5))
  return { factors, means, labels }
}

const toTable = (rows: number[][]): Table =>
  ({ values: Float32Array.from(rows.flat()), rows: rows.length, columns: rows[0]!.length })
const toRows = ({ values, columns }: Table) =>
  Array.from({ length: values.length / columns }, (_, i) => [...values.subarray(i * columns, (i + 1) * columns)])

/** Measures random data: what was measured (as judge-measures.py reads it), and what we found. */
export async function measureOurs (rows: number) {
  const data = makeData(rows)
  const [means, factors] = [toTable(data.means), toTable(data.factors)]
  const split = splitAtRandom(rows, 0)
  const named = { values: factors.values, names: ['a', 'b', 'c', 'd'], groups: {} }
  const [targets, numbers] = [targetsOf(named), numberValues(named)]
  const { information, entropy } = unitInformation(means, numbers)
  const trees = await treeImportance({ means, targets, numbers, split })
  const sapOf = async (level: ReturnType<typeof blocksOf>) =>
    (await separatedAttributePredictability({ means, blocks: level, targets, numbers, split }))().mean
  const labelled = (chosen: Uint32Array) => ({
    means: Float32Array.from([...chosen].flatMap(row => data.means[row]!)),
    labels: Uint8Array.from(chosen, row => data.labels[row]!),
  })
  const classification = await measureClassification({
    train: labelled(split.train), test: labelled(split.test), partitions, seed: 0,
  })
  const blocks = blocksOf(partitions).map(({ units }) => selectColumns(means, units))
  const explained = explainedVariance(await probe({ inputs: blocks, targets, seed: 0, split }))

  // A small decoder for the bound: Bernoulli pixels of a linear map of two units.
  const random = createRandom(0, 'judge-bound')
  const images = 20
  const normal = (length: number) => random.fillNormal(new Float32Array(length))
  const weights = normal(2 * 5)
  const mean = normal(images * 2)
  const logVariance = normal(images * 2)
  const image = Float32Array.from({ length: images * 5 }, () => random.uniform())
  const decode = (latent: Float32Array) => Float32Array.from({ length: latent.length / 2 * 5 }, (_, i) => {
    const row = Math.floor(i / 5) * 2
    return 1 / (1 + Math.exp(-(latent[row]! * weights[i % 5]! + latent[row + 1]! * weights[5 + i % 5]!)))
  })
  const bound = await importanceWeightedBound({
    batches: [{ image, mean, logVariance }],
    latentSize: 2,
    decode,
    likelihood: { kind: 'bernoulli' },
    samples: SAMPLES,
    seed: 0,
  })
  const noise = Array.from({ length: SAMPLES }, (_, k) =>
    [...createRandom(0, 'importance-samples', 0, k).fillNormal(new Float32Array(images * 2))])

  const logVariances = Float32Array.from(means.values, (_, i) => -1 - (i % 3))
  const posterior = createRandom(0, 'judge-posterior').fillNormal(new Float32Array(means.values.length))
    .map((value, i) => means.values[i]! + Math.exp(logVariances[i]! / 2) * value)
  const some = Math.min(600, rows)
  const size = some * means.columns
  const subset = {
    means: means.values.slice(0, size), samples: posterior.slice(0, size), logVariances: logVariances.slice(0, size),
  }
  const scores = Array.from({ length: 7 }, () => Array.from({ length: 5 }, () => random.normal()))
  return {
    inputs: {
      // What the measures saw: float32.
      means: toRows(means),
      factors: toRows(factors),
      labels: data.labels,
      train: [...split.train],
      test: [...split.test],
      partitions,
      bound: { weights: [...weights], mean: [...mean], logVariance: [...logVariance], image: [...image], noise },
      posterior: {
        means: [...subset.means], samples: [...subset.samples], logVariances: [...subset.logVariances],
      },
      scores,
    },
    ours: {
      mig: mutualInformationGap(information, entropy).mean,
      modularity: modularity(information),
      'SAP of units': await sapOf(unitsAsBlocks(partitions)),
      'SAP of partitions': await sapOf(blocksOf(partitions)),
      'DCI disentanglement': dciScores(trees.importance).disentanglement,
      'DCI completeness': dciScores(trees.importance).completeness,
      'DCI informativeness': trees.informativeness.reduce((sum, value) => sum + value, 0) / 4,
      ...byName('kNN', classification.nearestNeighbours.byPartition),
      'kNN all': classification.nearestNeighbours.all,
      ...byName('logistic', classification.linear.byPartition),
      'logistic all': classification.linear.all,
      ...Object.fromEntries(explained.flatMap((row, p) =>
        row.map((value, k) => [`probe R² ${partitions[p]!.name} ${k}`, value]))),
      'IWAE bound': bound.bound,
      ELBO: bound.elbo,
      'TC of posteriors': await posteriorTotalCorrelation({ ...subset, partitions, seed: 0, batchSize: some }),
      assignment: assign(scores).reduce((sum, { row, column }) => sum + scores[row]![column]!, 0),
    },
  }
}

function byName (measure: string, values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${measure} ${name}`, value]))
}
