import { centreOf, layerOf, outline, visibleShare } from '../../core/layers.js'
import { isShown } from '../../core/scene.js'
import { hasPlace } from '../grips.js'
import { colourOf, dragged, drawn, numberOf, scene, titleOfNamed } from '../store.js'
import { Disc } from './icon.js'

/** The edge of a thing in the picture, with its name; in hand, also where it was. */
export function Outline ({ name, scale }: { readonly name: string, readonly scale: number }) {
  const layers = drawn.value?.layers
  const current = scene.value
  if (layers === undefined || current === undefined || !hasPlace(layers, name)) return null
  const share = visibleShare(layers, name, one => isShown(current, one))
  const path = outline(share, layers.width)
  const top = share.findIndex(value => value >= 0.3)
  const centre = centreOf(layerOf(layers, name)!, layers.width)
  if (top < 0 || centre === undefined) return null
  const y = Math.floor(top / layers.width)
  const x = Math.min(Math.max(centre.x, 60 / scale), layers.width - 60 / scale)
  const held = dragged.value?.name === name ? dragged.value : undefined
  const style = { left: `${x * scale}px`, top: `${Math.max(y * scale - 38, 4)}px` }
  return (
    <>
      <svg class={`overlay ${colourOf(name)}`} viewBox={`0 0 ${layers.width} ${layers.height}`} aria-hidden='true'>
        {held && (
          <>
            <path class='ghost' d={held.ghost} />
            <path class='thread' d={`M${held.from.x} ${held.from.y}L${centre.x} ${centre.y}`} />
          </>
        )}
        <path class='halo' d={path} /><path class='edge' d={path} />
      </svg>
      <div class='chip' style={style} aria-hidden='true'>
        <Disc colour={colourOf(name)} number={numberOf(name)} />{titleOfNamed(name)}
        {held?.note && <span>{held.note}</span>}
      </div>
    </>
  )
}
