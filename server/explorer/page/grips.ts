/** What a hand can hold on the picture: where it is, and what it does to the latent. */
import { centreOf, layerOf, outline, visibleShare, type Layers, type Point } from '../core/layers.js'
import { axisOf, frameOf, handledUnitsOf, handleOf, type HandledUnit } from '../core/posing.js'
import { isShown, titleOf } from '../core/scene.js'
import { toRgba } from './draw-loop.js'
import { decode, drawLayer } from './source.js'
import { card, drawn, partitionNamed, scene, titleOfNamed, units, type Drawing } from './store.js'

export interface Grip {
  readonly partition: string
  /** Of several on one partition. */
  readonly handle?: string
  /** What it is called in words. */
  readonly name: string
  /** Indices in the latent that may move it. */
  readonly units: readonly number[]
  /** The one way that it moves. */
  readonly axis?: 'x' | 'y'
  /** Its outline now, as the path of an SVG in pixels of the model. */
  readonly ghost: string
  /** Says what was done. @param way the one way that it moves, where it moves one way only */
  done (way?: string): string
  /** Gives its place in a picture, in pixels of the model. */
  locate (drawing: Drawing): Point | undefined
  /** Gives its place in the pictures of other latents. */
  probe (latents: ReadonlyArray<readonly number[]>): Promise<ReadonlyArray<Point | undefined>>
}

/** Whether a thing has a place: what lies behind all and what multiplies all have none. */
export const hasPlace = (layers: Layers, name: string): boolean => name !== layers.order[0] && name !== layers.gain

/** A layer's thing: its place is the centre of what the layer draws. */
function gripOfSprite (layers: Layers, name: string): Grip | undefined {
  const current = scene.peek()
  const model = card.peek()
  const placed = units.peek().get(name)
  if (current === undefined || model === undefined || placed === undefined) return undefined
  const centre = (layer: Uint8Array | undefined) => layer && centreOf(layer, model.image.width)
  return {
    partition: name,
    name: titleOfNamed(name),
    units: placed.map(({ at }) => at),
    ghost: outline(visibleShare(layers, name, one => isShown(current, one)), layers.width),
    done: way => `${titleOfNamed(name)} moved${way === undefined ? '' : ` ${way}`}. Nothing else changed.`,
    locate: ({ layers }) => layers && centre(layerOf(layers, name)),
    probe: async latents => (await drawLayer(model, name, latents)).map(centre),
  }
}

/** What lies behind all: its first two units are the two ways of the hand, all of a track over the whole picture. */
function gripOfBackground (name: string): Grip | undefined {
  const model = card.peek()
  const ways = units.peek().get(name)?.slice(0, 2)
  if (model === undefined || ways === undefined) return undefined
  const { width, height } = model.image
  const place = (latent: readonly number[]): Point => {
    const share = ways.map(({ at, from, to }) => (latent[at]! - from) / (to - from))
    return { x: share[0]! * width, y: (1 - (share[1] ?? 0.5)) * height }
  }
  return {
    partition: name,
    name: titleOfNamed(name),
    units: ways.map(({ at }) => at),
    ghost: '',
    done: () => `${titleOfNamed(name)} changed. Nothing else did.`,
    locate: ({ latent }) => place(latent),
    probe: async latents => latents.map(place),
  }
}

/** Gives the grip on a partition's thing. @returns undefined where there is none */
export function gripOf (name: string): Grip | undefined {
  const layers = drawn.peek()?.layers
  if (layers === undefined || name === layers.gain || !layers.order.includes(name)) return undefined
  return layers.order[0] === name ? gripOfBackground(name) : gripOfSprite(layers, name)
}

/** Gives the grip on a handle of a posed picture, whose place is measured on the decoded picture. */
export function gripOfHandle ({ kind, partition, at }: HandledUnit): Grip {
  const model = card.peek()!
  const { width, channels } = model.image
  const axis = axisOf(kind)
  const place = (pixels: ArrayLike<number> | undefined) => {
    const frame = pixels && frameOf(pixels, width)
    const point = frame && handleOf(kind, frame)
    return point && { x: axis === 'x' ? point.x : 0, y: axis === 'y' ? point.y : 0 }
  }
  const others = model.partitions.filter(({ name }) => name !== partition).map(titleOf).join(' and ')
  return {
    partition,
    handle: kind,
    name: kind,
    units: [at],
    axis,
    ghost: '',
    done: () => `Another ${kind}; ${others} stay${others.includes(' and ') ? '' : 's'} the same.`,
    locate: ({ pixels }) => place(pixels),
    async probe (latents) {
      const bytes = await decode(model, latents)
      const size = bytes.length / latents.length
      return latents.map((_, i) => place(toRgba(bytes.subarray(i * size, (i + 1) * size), channels)))
    },
  }
}

/** Handles of the picture in hand: none of a model without a pose. */
export function handlesNow () {
  const model = card.value
  const drawing = drawn.value
  if (model === undefined || drawing?.pixels === undefined) return []
  const frame = frameOf(drawing.pixels, model.image.width)
  if (frame === undefined) return []
  return handledUnitsOf(model).filter(({ partition }) => partitionNamed(partition) !== undefined)
    .map(unit => ({ unit, point: handleOf(unit.kind, frame) }))
}
