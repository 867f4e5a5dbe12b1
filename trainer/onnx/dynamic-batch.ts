/**
 * Graphs for any batch size. A trace has fixed shapes, so a program is lowered at two batch sizes; whatever differs
 * depends on the batch. In inference graphs those are sizes given to Reshape and Expand, which can leave one size open.
 */
import { TrainerError } from '../foundation/errors.js'
import type { GraphWriter, OnnxConstant, OnnxPort } from './writer.js'

/** Primes that no layer's size is likely to be a multiple of. */
const BATCHES = [7, 11] as const
/** The symbolic name of the batch dimension. */
const BATCH_DIMENSION = 'N'

/** The value that stands for "as the data has it" in the shapes that these operators take. */
const OPEN_SIZE: Readonly<Record<string, bigint>> = { Reshape: -1n, Expand: 1n }

/**
 * @param lowerAt lowers the program at a batch size
 * @throws TrainerError PVAE_TRACE_INVALID where a result depends on the batch size in another way, or where randomness
 * was baked in
 */
export function withDynamicBatch (lowerAt: (batch: number) => GraphWriter): GraphWriter {
  const [graph, other] = BATCHES.map(lowerAt) as [GraphWriter, GraphWriter]
  requireSameStructure(graph, other)
  const others = new Map(other.constants.map(constant => [constant.name, constant]))
  for (const constant of [...graph.constants]) {
    const differing = others.get(constant.name)!
    if (!sameValues(constant, differing)) {
      copiesByOperator(graph, constant).forEach(copy => openBatchSizes(graph, copy, differing))
    }
  }
  openPorts(graph.inputs, other.inputs)
  openPorts(graph.outputs, other.outputs)
  return graph
}

function requireSameStructure (a: GraphWriter, b: GraphWriter): void {
  const text = ({ nodes, constants }: GraphWriter) =>
    JSON.stringify([nodes, constants.map(({ name, shape }) => [name, shape])])
  if (text(a) !== text(b)) {
    throw new TrainerError(
      'PVAE_TRACE_INVALID',
      'expected the same graph for every batch size but two traces differ in their nodes'
    )
  }
}

function sameValues (a: OnnxConstant, b: OnnxConstant): boolean {
  return Array.from<number | bigint>(a.values).every((value, i) => Object.is(value, b.values[i]))
}

/** A constant that several operators share becomes one for each: a size is left open in another way by each of them. */
function copiesByOperator (graph: GraphWriter, constant: OnnxConstant): OnnxConstant[] {
  const users = graph.nodes.filter(({ inputs }) => inputs[1] === constant.name)
  const [, ...further] = new Set(users.map(({ operator }) => operator))
  return [constant, ...further.map(operator => {
    const copy = { ...constant, name: `${constant.name}_${operator}`, values: constant.values.slice() }
    graph.constants.push(copy)
    for (const node of users) if (node.operator === operator) node.inputs[1] = copy.name
    return copy
  })]
}

function openBatchSizes (graph: GraphWriter, constant: OnnxConstant, other: OnnxConstant): void {
  const { values } = constant
  for (let i = 0; i < values.length; i++) {
    const [first, second] = [values[i]!, other.values[i]!]
    if (first === second || (Number.isNaN(first) && Number.isNaN(second))) continue
    const operators = new Set(
      graph.nodes.filter(({ inputs }) => inputs[1] === constant.name).map(({ operator }) => operator)
    )
    const [operator] = operators
    const open = operators.size === 1 ? OPEN_SIZE[operator!] : undefined
    const proportional = Number(first) * BATCHES[1] === Number(second) * BATCHES[0]
    if (!(values instanceof BigInt64Array) || open === undefined || !proportional) {
      throw new TrainerError(
        'PVAE_TRACE_INVALID',
        `expected only shapes to depend on the batch size but constant ${constant.name}[${i}] (used by ` +
          `${[...operators].join(', ') || 'no shape'}) was ${first} and then ${second}`
      )
    }
    values[i] = open
  }
}

function openPorts (ports: OnnxPort[], others: OnnxPort[]): void {
  ports.forEach((port, i) => {
    ports[i] = { ...port, dims: port.dims.map((size, axis) => size === others[i]!.dims[axis] ? size : BATCH_DIMENSION) }
  })
}
