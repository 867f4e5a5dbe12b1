/**
 * Correlations in the blocked layout: y[n, o, r, c] = Σ x[n, i, s·r + a − top, s·c + b − left] · w[o, i, a, b]. ONNX
 * Runtime's own pass into this layout wants constant filters; the operator itself takes any.
 */
import type { GraphBuilder, Lowered, LoweringContext, TensorType } from '../ir.js'
import { BLOCKED, blockedChannels, BLOCKED_DOMAIN, materialized, NCHW, storedAs } from '../layout.js'
import { padBias } from './channel-padding.js'
import { blockedFilter, type FilterSize, type Weights } from './filter.js'

/** Blocks of output channels that the operator computes at once, at most. */
export const MOST_BLOCKS = 4

/** Top, left, bottom, right. */
export type Pads = readonly [number, number, number, number]

/** A correlation's sizes. */
export interface CorrelationShape {
  readonly filter: FilterSize
  readonly pads: Pads
  readonly strides: readonly [number, number]
  readonly dilations: readonly [number, number]
  /** [N, h, w, O] */
  readonly output: TensorType
}

/** A correlation with its filter somewhere among stored weights. */
export interface Correlation extends CorrelationShape {
  /** [N, H, W, I] */
  readonly image: Lowered
  readonly weights: Weights
  /** Name of a tensor [O]. */
  readonly bias?: string | undefined
}

/** Gives an image as the operator takes it: in blocks, unless it has less channels than one. */
export function operand (writer: GraphBuilder, block: number, image: Lowered): string {
  return materialized(writer, image, image.shape[3]! < block ? NCHW : BLOCKED)
}

/** Emits the operator itself. @param inputs image, filter and, where there is one, bias */
export function blockedNode (
  writer: GraphBuilder,
  inputs: Array<string | undefined>,
  { height, width }: Pick<FilterSize, 'height' | 'width'>,
  pads: Pads,
  strides: readonly number[] = [1, 1],
  dilations: readonly number[] = [1, 1],
  groups = 1
): string {
  const attributes = { kernel_shape: [height, width], strides, dilations, pads, group: groups }
  return writer.node('Conv', inputs.filter(name => name !== undefined), attributes, BLOCKED_DOMAIN)
}

/** Emits a correlation whose output channels are worth blocking. */
export function correlate ({ writer, blockSize }: LoweringContext, correlation: Correlation): Lowered {
  const { image, weights, bias, filter, strides, dilations, output, pads } = correlation
  const block = blockSize!
  const outputs = blockedChannels(block, filter.outputs)
  const padding = outputs - filter.outputs
  const blocked = blockedFilter(writer, block, { ...weights, padding }, { ...filter, outputs })
  const inputs = [operand(writer, block, image), blocked, padBias(writer, bias, padding)]
  return storedAs(output.shape, output.dtype, BLOCKED, blockedNode(writer, inputs, filter, pads, strides, dilations))
}
