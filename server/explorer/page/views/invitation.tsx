import { centreOf, layerOf } from '../../core/layers.js'
import { firstHandleOf, frameOf, handleOf } from '../../core/posing.js'
import { isShown } from '../../core/scene.js'
import { hasPlace } from '../grips.js'
import { card, dragged, drawn, hasDragged, open, scene, titleOfNamed } from '../store.js'
import { invited } from '../invite.js'
import { Icon } from './icon.js'

/** From the middle of what one drags to the words, and about how long they are, in pixels of the screen. */
const BESIDE = 44
const LONG = 176

/** Where one is invited to take hold, in pixels of the model, and how. */
function place () {
  const [drawing, model, current] = [drawn.value, card.value, scene.value]
  if (drawing === undefined || model === undefined || current === undefined) return undefined
  const { layers, pixels } = drawing
  if (layers !== undefined) {
    const name = invited.value ?? open.value
    if (name === undefined || !hasPlace(layers, name) || !isShown(current, name)) return undefined
    const layer = layerOf(layers, name)
    const centre = layer && centreOf(layer, layers.width)
    return centre && { centre, words: `Drag the ${titleOfNamed(name)}` }
  }
  const first = firstHandleOf(model)
  const frame = pixels && frameOf(pixels, model.image.width)
  if (first === undefined || frame === undefined) return undefined
  return { centre: handleOf(first.kind, frame), words: `Drag the ${first.kind}` }
}

/** Invites to the first drag, beside what can be dragged. */
export function Invitation ({ scale }: { readonly scale: number }) {
  const isInHand = dragged.value !== undefined && invited.value === undefined
  const placed = hasDragged.value || isInHand ? undefined : place()
  if (placed === undefined) return null
  const { centre, words } = placed
  const { width, height } = card.value!.image
  const [x, y] = [centre.x * scale, Math.min(Math.max(centre.y * scale, 62), height * scale - 22)]
  const left = centre.x > width * 0.55 ? x - BESIDE - LONG : x + BESIDE
  const inside = Math.min(Math.max(left, 8), width * scale - LONG - 8)
  // Where there is no room beside it, below or above it.
  const aside = inside === left ? 0 : y > height * scale / 2 ? -BESIDE : BESIDE
  const style = { left: `${inside}px`, top: `${y - 18 + aside}px` }
  return <div class='pill' style={style} aria-hidden='true'><Icon name='hand' />{words}</div>
}
