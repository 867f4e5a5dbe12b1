/** Sizes of a model of slots, and what its units mean. */
import * as tf from '@tensorflow/tfjs-core'
import { layOutPartitions, type ImageShape, type Partition } from '@partition-vae/models'
import { unitsBeforeForm } from '../../config/form-units.js'
import { invalid } from '../../config/invalid.js'
import type { SlotsModelConfig } from '../../config/slots-schema.js'

export interface SlotsPlan {
  readonly height: number
  readonly width: number
  readonly channels: number
  /** Height and width at which things are looked for. */
  readonly coarse: readonly [rows: number, columns: number]
  readonly background: Partition
  /** Those of kind slot, in the config's order. */
  readonly slots: readonly Partition[]
  /** Units of a slot: presence, row, column, scale and angle where there are, colour, depth, form. */
  readonly units: number
  /** Whether there are units of scale and angle, and how many units the form has. */
  readonly scale: boolean
  readonly rotation: boolean
  readonly form: number
  /** Side of a cell of a glimpse, in pixels. */
  readonly glimpseCell: number
  /** Side of a cell of a drawn thing, in pixels. */
  readonly patchCell: number
}

/** A glimpse reaches so much further than the largest thing: its centre is known only roughly. */
const GLIMPSE_REACH = 4 / 3
/** A drawn thing's patch reaches that much further: it is placed exactly, and its edges lie within. */
const PATCH_REACH = 4 / 3
/** With fewer cells, the angle of a thing that is not seen exactly in the middle is told wrong at times. */
const LEAST_TURNED = 16

/** @throws TrainerError PVAE_CONFIG_INVALID for partitions or lengths that contradict each other or the image */
export function planSlots (config: SlotsModelConfig, { height, width, channels }: ImageShape): SlotsPlan {
  const { partitions, extent, reduction, encoder, decoder, scale, rotation } = config
  const placed = layOutPartitions(partitions)
  const ofKind = (kind: 'slot' | 'background') => placed.filter((_, i) => partitions[i]!.kind === kind)
  const backgrounds = ofKind('background')
  if (backgrounds.length !== 1) {
    throw invalid('model.partitions', 'exactly one partition of kind background', String(backgrounds.length))
  }
  const [background] = backgrounds as [Partition]
  const field = ({ name }: Partition) => `model.partitions[${placed.findIndex(other => other.name === name)}].size`
  if (background.size !== channels) {
    throw invalid(field(background), `${channels}, the image's channels,`, String(background.size))
  }
  const slots = ofKind('slot')
  if (slots.length === 0) throw invalid('model.partitions', 'at least one partition of kind slot', 'none')
  const [{ size: units }] = slots as [Partition]
  const pose = 2 + Number(scale) + Number(rotation)
  const least = unitsBeforeForm(config, channels) + 1
  if (units < least) {
    throw invalid(
      field(slots[0]!),
      `at least ${least} units (presence, ${pose} of pose, ${channels} of colour, depth, form) of a slot`,
      String(units)
    )
  }
  const odd = slots.find(({ size }) => size !== units)
  if (odd !== undefined) throw invalid(field(odd), `${units} as in the first slot`, String(odd.size))
  if (height % reduction !== 0 || width % reduction !== 0) {
    throw invalid('model.reduction', `a divisor of the image's sides (${height}×${width})`, String(reduction))
  }
  for (const [name, cells] of [['encoder.glimpse', encoder.glimpse], ['decoder.patch', decoder.patch]] as const) {
    if (rotation && cells < LEAST_TURNED) {
      throw invalid(`model.${name}`, `at least ${LEAST_TURNED} cells, to tell how a thing is turned,`, String(cells))
    }
  }
  if (extent > Math.min(height, width)) {
    throw invalid('model.extent', `at most ${Math.min(height, width)}, the image's shorter side`, String(extent))
  }
  return {
    height,
    width,
    channels,
    coarse: [height / reduction, width / reduction],
    background,
    slots,
    units,
    scale,
    rotation,
    form: units - least + 1,
    glimpseCell: extent * GLIMPSE_REACH / encoder.glimpse,
    patchCell: extent * PATCH_REACH / decoder.patch,
  }
}

/** Where things have a scale, the side of a patch is so many times the radius of the disc of the thing's area. */
const PATCH_RADII = 3

/** Side of a cell of patch or glimpse in pixels, [M, 1], of things of a size [M, 1] in pixels. */
export function patchCellOf (size: tf.Tensor, { height, width }: SlotsPlan, cells: number): tf.Tensor {
  const cell = tf.mul(size, PATCH_RADII / Math.sqrt(Math.PI) / cells) // [M, 1]
  // Between that of a pixel or two and that of the whole image: a closed slot has seen nothing.
  return tf.clipByValue(cell, 4 / cells, Math.max(height, width) / cells)
}
