/** `npm run bench:judge`: a model judged on the MNIST test images, by our own code and outside of it. */
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openModel } from '../../trainer/cli/actions/models.js'
import { mnistDirectory, openMnist } from '../../trainer/data/mnist.js'
import { createInference } from '../../trainer/engine/inference.js'
import { evaluateModel } from '../../trainer/measure/metrics.js'
import { readOptions } from './options.js'
import { findPeer } from './python.js'
import { SHIPPED } from './shipped.js'
import { printHeader, printRow } from './table.js'

const options = readOptions({
  name: 'bench:judge',
  about: `A model's MSE, KL and active units on the first MNIST test images, by our own code and by Python's onnx and
onnxruntime, which also checks the graphs. Ends with 1 where they differ.`,
  options: {
    model: { help: 'NAME or NAME@VERSION', default: 'mnist' },
    repository: { help: 'of models', default: SHIPPED },
    images: { help: 'how many', default: 10_000, smoke: 500 },
  },
})

interface Judgement {
  readonly images: number
  readonly mse: number
  readonly activeUnits: number | null
  readonly klByPartition: Readonly<Record<string, number>>
}

const { card, directory, encoder, decoder } = await openModel(resolve(options.repository), options.model)
const { partitions, image, latentSize } = card

async function judgeOurselves (): Promise<Judgement> {
  const { train, test } = await openMnist()
  const inference = await createInference({ encoder, decoder, image, latentSize, threads: 1 })
  try {
    const dataset = { ...test, count: Math.min(options.images, test.count) }
    return await evaluateModel({ inference, dataset, partitions, likelihood: { kind: 'bernoulli' }, swapLimit: 2 })
  } finally {
    await inference.dispose()
    await Promise.all([train.close(), test.close()])
  }
}

function judgeByPython (python: string): Judgement {
  const judge = fileURLToPath(new URL('judge.py', import.meta.url))
  const task = [judge, directory, mnistDirectory(import.meta.url), String(options.images)]
  return JSON.parse(execFileSync(python, task, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })) as Judgement
}

const numbersOf = ({ images, mse, activeUnits, klByPartition }: Judgement): Readonly<Record<string, number>> => ({
  images,
  mse,
  'active units': activeUnits ?? NaN,
  ...Object.fromEntries(Object.entries(klByPartition).map(([name, value]) => [`KL of ${name}`, value])),
})

/** Of the larger of 1 and the value: sums of float32 in another order. */
const TOLERANCE = 1e-4

const python = findPeer('Python\'s judge', ['numpy', 'onnx', 'onnxruntime'], options)
const ours = numbersOf(await judgeOurselves())
const theirs = python === undefined ? undefined : numbersOf(judgeByPython(python))
console.log(`${card.name}@${card.version}`)
printHeader(['measure', 'ours', ...theirs === undefined ? [] : ['onnxruntime in Python']])
for (const [measure, value] of Object.entries(ours)) {
  const other = theirs?.[measure]
  printRow([measure, value.toPrecision(6), ...theirs === undefined ? [] : [other?.toPrecision(6) ?? 'missing']])
  if (theirs === undefined || Math.abs(value - (other ?? NaN)) <= TOLERANCE * Math.max(1, Math.abs(value))) continue
  console.log(`FAULT  ${measure} differs`)
  process.exitCode = 1
}
