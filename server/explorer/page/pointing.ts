/** Points at pixels of a model that draws all of a picture at once: which partition acts there. */
import { effect } from '@preact/signals'
import type { Point } from '../core/layers.js'
import { readInfluence } from './source.js'
import { acting, card, dragged, influence, isLayered, pointed, said, scene, titleOfNamed } from './store.js'

/** Below this share of the most anywhere, a partition does next to nothing. */
const LITTLE = 0.04
/** Milliseconds for which a latent must rest before its maps are asked for. */
const REST = 300

/** Moves the pixel that is pointed at, from the middle at first. */
export function movePointed ({ x, y }: Point): void {
  const { width, height } = card.peek()!.image
  const at = pointed.peek() ?? { x: width >> 1, y: height >> 1 }
  pointed.value = {
    x: Math.min(Math.max(at.x + x, 0), width - 1), y: Math.min(Math.max(at.y + y, 0), height - 1),
  }
}

/** Says in words which partitions act on the pixel that is pointed at, the strongest first. */
export function sayPointed (): void {
  const [model, at, shares] = [card.peek(), pointed.peek(), acting.peek()]
  if (model === undefined || at === undefined || shares === undefined) return
  const ranked = model.partitions.map(({ name }, i) => ({ name, share: shares[i]! }))
    .filter(({ share }) => share >= LITTLE).sort((a, b) => b.share - a.share)
  const words = ranked.map(({ name, share }) => `${titleOfNamed(name)} ${Math.round(share * 100)} %`).join(', ')
  said.value = `Column ${at.x + 1}, row ${at.y + 1}: ${words === '' ? 'nothing acts here' : words}.`
}

/** Keeps the maps in step with the latent, once it rests. */
export function startPointing (): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  effect(() => {
    const [model, latent] = [card.value, scene.value?.latent]
    clearTimeout(timer)
    if (model === undefined || latent === undefined || isLayered.value) return
    timer = setTimeout(async () => {
      const maps = await readInfluence(model, latent).catch(() => undefined)
      if (maps !== undefined && scene.peek()?.latent === latent && dragged.peek() === undefined) influence.value = maps
    }, REST)
  })
}
