/**
 * Computes the geometry of TensorFlow.js's convolutions and pools from their attributes: sizes, strides and explicit
 * padding.
 */
import { backend_util as backendUtil } from '@tensorflow/tfjs-core'
import type { Attributes } from './ir.js'

export type Shape4 = [number, number, number, number]
type Pad = 'same' | 'valid' | number | backendUtil.ExplicitPadding
export type WindowGeometry = backendUtil.Conv2DInfo

/** @param input [N, H, W, in]; @param filter [kh, kw, in, out] */
export function convolutionGeometry (
  input: readonly number[],
  filter: readonly number[],
  attributes: Attributes
): WindowGeometry {
  return backendUtil.computeConv2DInfo(
    [...input] as Shape4,
    [...filter] as Shape4,
    attributes.strides as [number, number],
    (attributes.dilations as [number, number] | undefined) ?? 1,
    attributes.pad as Pad,
    attributes.dimRoundingMode as 'floor' | undefined,
    false
  )
}

/** @param input [N, H, W, C] */
export function poolGeometry (
  input: readonly number[],
  { filterSize, strides, pad, dimRoundingMode }: Attributes
): WindowGeometry {
  return backendUtil.computePool2DInfo(
    [...input] as Shape4,
    filterSize as [number, number],
    strides as [number, number],
    1,
    pad as 'same' | 'valid' | number,
    dimRoundingMode as 'floor' | undefined
  )
}

/** The attributes of ONNX's pools. */
export function windowAttributes ({ padInfo, filterHeight, filterWidth, strideHeight, strideWidth }: WindowGeometry) {
  return {
    kernel_shape: [filterHeight, filterWidth],
    strides: [strideHeight, strideWidth],
    pads: [padInfo.top, padInfo.left, padInfo.bottom, padInfo.right],
  }
}

/** Tells whether windows lie side by side and reach nowhere over the edge. */
export function tiles ({
  padInfo: { top, left, bottom, right },
  filterHeight,
  filterWidth,
  strideHeight,
  strideWidth,
}: WindowGeometry): boolean {
  return filterHeight === strideHeight && filterWidth === strideWidth && top + left + bottom + right === 0
}
