import { useEffect, useRef } from 'preact/hooks'
import { axes, lasso, mapped } from '../map.js'
import {
  closer, farther, isLassoing, leave, lift, move, press, pressKey, showAll, turnWheel,
} from '../map-hands.js'
import { pointed } from '../map-near.js'
import { startPainting } from '../map-painter.js'
import { resize } from '../map-seen.js'
import { sample, titleOfNamed } from '../store.js'
import { Icon } from './icon.js'

function Tools () {
  const keep = (event: Event) => event.stopPropagation()
  return (
    <div class='map-tools' role='toolbar' aria-label='Map' onPointerDown={keep} onPointerMove={keep}>
      <button class='tool' aria-label='Closer' title='Closer (+)' onClick={closer}><Icon name='closer' /></button>
      <button class='tool' aria-label='Farther' title='Farther (−)' onClick={farther}><Icon name='farther' /></button>
      <button class='tool' aria-label='All images' title='All (0)' onClick={showAll}><Icon name='all' /></button>
      <button
        class='tool' aria-label='Lasso' title='Lasso (or hold Shift)' aria-pressed={isLassoing.value}
        onClick={() => { isLassoing.value = !isLassoing.value }}
      ><Icon name='lasso' />
      </button>
    </div>
  )
}

export function MapCanvas () {
  const frame = useRef<HTMLDivElement>(null)
  const under = useRef<HTMLCanvasElement>(null)
  const over = useRef<HTMLCanvasElement>(null)
  // Another partition's map begins with all of it.
  useEffect(() => {
    showAll()
    lasso.value = []
    pointed.value = undefined
  }, [mapped.value?.name, sample.value])
  useEffect(() => {
    const node = frame.current!
    const observer = new ResizeObserver(() => resize(node.clientWidth, node.clientHeight))
    observer.observe(node)
    // Preact would listen passively: the page would scroll too.
    node.addEventListener('wheel', turnWheel, { passive: false })
    const stop = startPainting(under.current!, over.current!)
    return () => {
      observer.disconnect()
      node.removeEventListener('wheel', turnWheel)
      stop()
    }
  }, [])
  const { across, down } = axes.value ?? {}
  const state = isLassoing.value ? 'is-drawing' : pointed.value === undefined ? '' : 'is-pointing'
  return (
    <div
      class={`map-frame ${state}`} ref={frame} id='map' tabIndex={0} role='group' aria-roledescription='map'
      aria-label={`${sample.value!.count} images by ${titleOfNamed(mapped.value!.name)}. Arrow keys move the map, ` +
        'plus and minus zoom, 0 shows all, Enter takes the image in the middle.'}
      onPointerDown={press} onPointerMove={move} onPointerUp={lift} onPointerCancel={lift} onPointerLeave={leave}
      onKeyDown={pressKey}
    >
      <canvas ref={under} class='map-layer' aria-hidden='true' />
      <canvas ref={over} class='map-layer' aria-hidden='true' />
      <div class='map-middle' aria-hidden='true' />
      <span class='map-across' aria-hidden='true'>{across?.name}</span>
      <span class='map-down' aria-hidden='true'>{down?.name ?? 'spread out, which says nothing'}</span>
      <Tools />
    </div>
  )
}
