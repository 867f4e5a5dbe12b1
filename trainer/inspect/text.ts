import type { GraphDescription, NodeDescription, RuleUse, ValueDescription } from './graph.js'
import type { LayerDescription, NetworkDescription } from './network.js'
import type { MemoryEstimate } from './memory.js'

const count = (value: number): string => value.toLocaleString('en-US')
const shape = (dims: readonly number[]): string => dims.join('×') || '1'
const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`

/** As many kernels of a layer are named. */
const NAMED_KERNELS = 3
/** As many places of a rule are named. */
const NAMED_PLACES = 4

/** Layers and totals, for people. */
export function networkText (
  {
    architecture,
    image,
    latentSize,
    layers,
    totals,
    parameters,
    parametersByPartition,
    sharedParameters,
  }: NetworkDescription,
  memory: MemoryEstimate
): string {
  const rows = layers.map((layer): string[] => [
    layer.graph,
    layer.name,
    kernelsText(layer),
    `${shape(layer.input)} → ${shape(layer.output)}`,
    layer.parameters === 0 ? '' : count(layer.parameters),
    layer.multiplyAdds === 0 ? '' : count(layer.multiplyAdds),
    layer.multiplyAdds === 0 ? '' : `${(100 * layer.share).toFixed(1)}%`,
  ])
  return [
    `${architecture} network, images of ${image.height}×${image.width}×${image.channels}, ` +
      `latent of ${latentSize} units`,
    '',
    align([['graph', 'layer', 'kernels', 'shape', 'parameters', 'multiply-adds', 'share'], ...rows], [4, 5, 6]),
    '',
    ...Object.entries(totals).map(
      ([graph, total]) =>
        `${graph}: ${count(total.parameters)} parameters, ${count(total.multiplyAdds)} multiply-adds an image`
    ),
    `all: ${count(parameters)} parameters: ${Object.entries(parametersByPartition)
      .map(([name, ownParameters]) => `${name} ${count(ownParameters)}`)
      .join(', ')}, shared ${count(sharedParameters)}`,
    `memory: weights ${mebibytes(memory.weights)}; training with batches of ${memory.batchSize}: state ` +
      `${mebibytes(memory.trainingState)}, results of a step ${mebibytes(memory.trainingResults)}`,
  ].join('\n')
}

function kernelsText ({ kernels }: LayerDescription): string {
  return (
    kernels.slice(0, NAMED_KERNELS).join(', ') +
    (kernels.length > NAMED_KERNELS ? ` and ${kernels.length - NAMED_KERNELS} more` : '')
  )
}

/** A graph's head, operators and nodes, for people. */
export function graphText ({
  name,
  irVersion,
  opsets,
  producer,
  inputs,
  outputs,
  dynamicDims,
  operators,
  nodes,
  initializers,
  initializerElements,
  rules,
}: GraphDescription): string {
  const port = ({ name, dtype, dims }: GraphDescription['inputs'][number]) => `${name} ${dtype} [${dims.join(', ')}]`
  return [
    `graph ${name || '(unnamed)'}: IR ${irVersion}, ${Object.entries(opsets)
      .map(([domain, version]) => `${domain} ${version}`)
      .join(', ')}${producer === '' ? '' : `, by ${producer}`}`,
    `inputs: ${inputs.map(port).join(', ')}`,
    `outputs: ${outputs.map(port).join(', ')}`,
    `open lengths: ${dynamicDims.join(', ') || 'none'}`,
    `initializers: ${initializers.length}, ${count(initializerElements)} elements`,
    `operators: ${Object.entries(operators)
      .map(([operator, times]) => `${operator} ${times}`)
      .join(', ')}`,
    ...(rules === undefined ? [] : ['', ...ruleLines(rules)]),
    '',
    align(
      [
        ['node', 'operator', 'rule', 'inputs', 'outputs', 'attributes'],
        ...nodes.map(node => [
          node.name,
          node.operator,
          node.rule ?? '',
          values(node.inputs),
          values(node.outputs),
          attributesText(node),
        ]),
      ].map(cells => (rules === undefined ? cells.toSpliced(2, 1) : cells)),
      []
    ),
  ].join('\n')
}

const attributesText = ({ attributes }: NodeDescription): string =>
  Object.entries(attributes).map(([key, value]) => `${key}=${value}`).join(' ')

/** Which rules were taken, and where; the longest list of places would fill a screen. */
function ruleLines (rules: Readonly<Record<string, RuleUse>>): string[] {
  const rows = Object.entries(rules).map(([rule, { nodes, places }]) => [rule, String(nodes), placesText(places)])
  return align([['rule', 'nodes', 'where'], ...rows], [1]).split('\n')
}

function placesText (places: readonly string[]): string {
  const left = places.length - NAMED_PLACES
  return places.slice(0, NAMED_PLACES).join(', ') + (left > 0 ? ` and ${left} more` : '')
}

function values (all: readonly ValueDescription[]): string {
  return all
    .map(({ name, dims }) => (name === '' ? '-' : dims === undefined ? name : `${name}[${dims.join(',')}]`))
    .join(' ')
}

function align (rows: ReadonlyArray<readonly string[]>, numeric: readonly number[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  return rows
    .map(row =>
      row
        .map((text, column) =>
          numeric.includes(column) ? text.padStart(widths[column]!) : text.padEnd(widths[column]!)
        )
        .join('  ')
        .trimEnd()
    )
    .join('\n')
}
