/**
 * What of a training step is left to ONNX Runtime's own optimiser, and that it does it: common subexpressions and
 * constant folding.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromBinary, ModelProtoSchema, type NodeProto } from '../../../models/foundation/onnx-protobuf.js'
import * as ort from 'onnxruntime-node'
import t from 'tap'
import { findPreset } from '../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import { compileTrainStep } from '../../../trainer/engine/compile-step.js'
import { initialStepState } from '../../../trainer/engine/train-step.js'
import { createNetwork } from '../../../trainer/model/create-network.js'

/** The nodes that compute what an earlier one does, and those that compute with constants alone. */
function superfluous (model: Uint8Array): { nodes: number, repeated: string[], constant: string[] } {
  const { node, initializer } = fromBinary(ModelProtoSchema, model).graph!
  const [repeated, constant]: [string[], string[]] = [[], []]
  const constants = new Set(initializer.map(({ name }) => name))
  const sameAs = new Map<string, string>()
  const valueNames = new Map<string, string>()
  for (const tensor of initializer) {
    const value = JSON.stringify(
      { ...tensor, name: '', rawData: Buffer.from(tensor.rawData).toString('base64') },
      (_, field) => (typeof field === 'bigint' ? String(field) : field)
    )
    if (!valueNames.has(value)) valueNames.set(value, tensor.name)
    sameAs.set(tensor.name, valueNames.get(value)!)
  }
  const seen = new Map<string, NodeProto>()
  for (const made of node) {
    const inputs = made.input.map(name => sameAs.get(name) ?? name)
    const does = JSON.stringify([made.opType, made.domain, inputs, made.attribute], (_, field) =>
      typeof field === 'bigint' ? String(field) : field
    )
    const earlier = seen.get(does)
    if (earlier === undefined) seen.set(does, made)
    else {
      repeated.push(made.name)
      made.output.forEach((output, i) => sameAs.set(output, sameAs.get(earlier.output[i]!) ?? earlier.output[i]!))
    }
    if (made.input.length > 0 && made.input.every(name => name === '' || constants.has(name))) {
      constant.push(made.name)
      for (const output of made.output) constants.add(output)
    }
  }
  return { nodes: node.length, repeated, constant }
}

t.test('as it is run, a step computes nothing twice and nothing that is known before', async t => {
  for (const blockSize of [undefined, 8]) {
    const { model: config, objective, fit: { adam } } = parseRunConfig(findPreset('mnist').config)
    const network = createNetwork(config, { height: 28, width: 28, channels: 1 })
    const options = { network, objective, adam, batchSize: 16 }
    const { model } = compileTrainStep(
      options,
      initialStepState(options, 0),
      { upTo: 'gradients', ...blockSize === undefined ? {} : { blockSize } }
    )
    const file = join(t.testdir(), 'optimised.onnx')
    const session = await ort.InferenceSession.create(model, {
      graphOptimizationLevel: 'extended',
      optimizedModelFilePath: file,
      logSeverityLevel: 3,
    })
    await session.release()
    const [written, run] = [superfluous(model), superfluous(await readFile(file))]
    t.ok(written.repeated.length > 0, 'there are repetitions to find', written)
    t.ok(written.constant.length > 0, 'there are constants to fold', written)
    t.strictSame([run.repeated, run.constant], [[], []])
    t.ok(run.nodes > 100, 'still a whole step', run)
    t.ok(run.nodes < written.nodes, 'of fewer nodes', run)
  }
})
