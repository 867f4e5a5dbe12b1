import t from 'tap'
import { BLOCKED_DOMAIN } from '../../../../trainer/onnx/layout.js'
import { fuseActivations } from '../../../../trainer/onnx/passes/fuse-activations.js'
import { nameOutputs } from '../../../../trainer/onnx/passes/name-outputs.js'
import { GraphWriter } from '../../../../trainer/onnx/writer.js'

const port = (name: string) => ({ name, dtype: 'float32' as const, dims: [1, 16, 4, 4] })
const convolve = (writer: GraphWriter, domain = BLOCKED_DOMAIN) =>
  writer.node('Conv', ['x', 'w'], { kernel_shape: [1, 1] }, domain)
const shapeOf = (writer: GraphWriter) =>
  writer.nodes.map(({ operator, attributes }) => [operator, attributes.activation ?? ''].join(' ').trim())

t.test('activations join the convolutions they follow', async t => {
  const fuse = (build: (writer: GraphWriter) => string[]) => {
    const writer = new GraphWriter()
    build(writer).forEach((result, i) => writer.output(port(`y${i}`), result))
    fuseActivations(writer)
    return shapeOf(writer)
  }
  t.strictSame(fuse(writer => [writer.node('Relu', [convolve(writer)])]), ['Conv Relu', 'Identity'])
  t.strictSame(
    fuse(writer => [writer.node('LeakyRelu', [convolve(writer)], { alpha: { float: 0.1 } })]),
    ['Conv LeakyRelu', 'Identity']
  )
  t.strictSame(fuse(writer => {
    const parts = [convolve(writer), convolve(writer)].map(part =>
      writer.node('Reshape', [part, writer.integers([-1])])
    )
    return [writer.node('Relu', [writer.node('Concat', parts, { axis: 0 })])]
  }), ['Conv Relu', 'Conv Relu', 'Reshape', 'Reshape', 'Concat', 'Identity'], 'through what only moves elements')
  const split = (writer: GraphWriter) => writer.nodeWithOutputs('Split', [convolve(writer), writer.integers([3, 1])], 2)
  t.strictSame(
    fuse(writer => [writer.node('Relu', [split(writer)[0]!])]),
    ['Conv Relu', 'Split', 'Identity'],
    'and what cuts some off'
  )
  t.strictSame(
    fuse(writer => {
      const [kept, other] = split(writer)
      return [writer.node('Relu', [kept!]), other!]
    }),
    ['Conv', 'Split', 'Relu', 'Identity', 'Identity'],
    'not where both parts are used'
  )
  t.strictSame(
    fuse(writer => {
      const x = convolve(writer)
      return [writer.node('Relu', [x]), writer.node('Exp', [x])]
    }),
    ['Conv', 'Relu', 'Exp', 'Identity', 'Identity'],
    'not where somebody else needs the result'
  )
  t.strictSame(
    fuse(writer => {
      const x = convolve(writer)
      return [writer.node('Relu', [x]), x]
    }),
    ['Conv', 'Relu', 'Identity', 'Identity'],
    'nor where it is an output'
  )
  t.strictSame(
    fuse(writer => [writer.node('Relu', [convolve(writer, '')])]),
    ['Conv', 'Relu', 'Identity'],
    'nor in plain ONNX, which has no such attribute'
  )
  t.strictSame(
    fuse(writer => [writer.node('Relu', [writer.node('Relu', [convolve(writer)])])]),
    ['Conv Relu', 'Relu', 'Identity'],
    'one at most'
  )
  t.strictSame(
    fuse(writer => [writer.node('Relu', [writer.node('Concat', [convolve(writer), 'x'], { axis: 0 })])]),
    ['Conv', 'Concat', 'Relu', 'Identity'],
    'not with something else among them'
  )
  t.strictSame(
    fuse(writer => [writer.node('Relu', [writer.node('Add', [convolve(writer), 'x'])])]),
    ['Conv', 'Add', 'Relu', 'Identity']
  )
})

t.test('results are made under their output\'s name', async t => {
  const writer = new GraphWriter()
  writer.inputs.push(port('x'))
  const result = writer.node('Exp', ['x'])
  const other = writer.node('Neg', [result])
  for (const [name, value] of [
    ['y', result],
    ['again', result],
    ['z', other],
    ['copy', 'x'],
  ] as const) {
    writer.output(port(name), value)
  }
  nameOutputs(writer)
  t.strictSame(writer.nodes.map(({ operator, inputs, outputs }) => [operator, ...inputs, ...outputs]), [
    ['Exp', 'x', 'y'],
    ['Neg', 'y', 'z'],
    ['Identity', 'y', 'again'], // one result has one name
    ['Identity', 'x', 'copy'], // an input keeps its own
  ])
})
