import { sizeOf } from './layout.js'
import type { TracedNode, TracedProgram } from './ir.js'

/** A program's kernels, each after those whose results it uses; only such as its outputs need. */
export function kernelsOf ({ outputs }: TracedProgram): TracedNode[] {
  const ordered = new Set<TracedNode>()
  const visit = (node: TracedNode) => {
    if (ordered.has(node)) return
    for (const { source } of Object.values(node.inputs)) if (source.kind === 'kernel') visit(source.node)
    ordered.add(node)
  }
  for (const { source } of outputs.values()) if (source.kind === 'kernel') visit(source.node)
  return [...ordered]
}

/**
 * Multiplications, each with an addition, of convolutions and matrix products; 0 for other kernels. Products with
 * padding count, as in most tools.
 */
export function multiplyAdds ({ kernel, inputs, outputs, attributes }: TracedNode): number {
  const [output] = outputs
  switch (kernel) {
    case 'Conv2D': {
      const [height, width, channels] = inputs['filter']!.shape as number[] // [kh, kw, I, O]
      return sizeOf(output!.shape) * height! * width! * channels!
    }
    case 'Conv2DBackpropInput': {
      // [kh, kw, I, O]: each of the O channels of dy meets kh · kw · I weights
      const [height, width, channels] = inputs['filter']!.shape as number[]
      return sizeOf(inputs['dy']!.shape) * height! * width! * channels!
    }
    case 'Conv2DBackpropFilter': {
      const [height, width, channels] = output!.shape as number[] // [kh, kw, I, O]
      return sizeOf(inputs['dy']!.shape) * height! * width! * channels!
    }
    case 'BatchMatMul': {
      const { shape } = inputs['a']!
      return sizeOf(output!.shape) * shape.at(attributes['transposeA'] === true ? -2 : -1)!
    }
    default: return 0
  }
}

/** Kernels whose result is their input by another shape: no memory of their own. */
const VIEWS = new Set(['Reshape', 'ExpandDims', 'Identity'])

/**
 * The most bytes that results are alive at once when a program's kernels run one after another, inputs and outputs not
 * counted.
 */
export function peakBytes (program: TracedProgram): number {
  const kernels = kernelsOf(program)
  const sizes = new Map<object, number>()
  const owners = new Map<object, object>()
  const lastUse = new Map<object, number>()
  const kept = new Set(program.outputs.values())
  kernels.forEach(({ kernel, inputs, outputs }, position) => {
    const [first] = Object.values(inputs)
    for (const input of Object.values(inputs)) lastUse.set(owners.get(input) ?? input, position)
    for (const output of outputs) {
      if (VIEWS.has(kernel)) owners.set(output, owners.get(first!) ?? first!)
      else if (!kept.has(output)) sizes.set(output, 4 * sizeOf(output.shape))
      lastUse.set(owners.get(output) ?? output, position)
    }
  })
  const freed = new Map<number, number>()
  for (const [tensor, bytes] of sizes) freed.set(lastUse.get(tensor)!, (freed.get(lastUse.get(tensor)!) ?? 0) + bytes)
  let [alive, peak] = [0, 0]
  kernels.forEach(({ outputs }, position) => {
    for (const output of outputs) alive += sizes.get(output) ?? 0
    peak = Math.max(peak, alive)
    alive -= freed.get(position) ?? 0
  })
  return peak
}
