import { useSignal } from '@preact/signals'
import { useMemo, useRef } from 'preact/hooks'
import { compose, hit, outline, visibleShare, type Point } from '../../core/layers.js'
import { describeSide } from '../../core/mix.js'
import { chooseRows } from '../../core/sample.js'
import type { Side } from '../../core/scene.js'
import { chooseSideImage, chooseSideInHand, chooseSideRow, sides, takeAll, takePartition, type Which } from '../mix.js'
import { card, colourOf, sample } from '../store.js'
import { Icon } from './icon.js'
import { Pixels } from './pixels.js'
import { nameSample, SamplePicture } from './sample-picture.js'

/** How near to a thing one must point, in pixels of the model. */
const REACH = 1.6
/** Images to choose from. */
const SHOWN = 24

const all = () => true

function Choices ({ which }: { readonly which: Which }) {
  const input = useRef<HTMLInputElement>(null)
  const data = sample.value
  const id = `choose-${which}`
  return (
    <div id={id} popover='auto' class='popover choices' role='group' aria-label={`Images for ${which.toUpperCase()}`}>
      <button
        class='item' popovertarget={id} popovertargetaction='hide' onClick={() => chooseSideInHand(which)}
      ><Icon name='hand' /><span>What is in hand<small>The mix as it is now</small></span>
      </button>
      <button class='item' popovertarget={id} popovertargetaction='hide' onClick={() => input.current!.click()}>
        <Icon name='open' /><span>Open<small>An image of yours; or drop or paste one</small></span>
      </button>
      <input
        ref={input} type='file' accept='image/png,image/jpeg,image/webp' hidden onChange={event => {
          const file = event.currentTarget.files?.[0]
          if (file !== undefined) chooseSideImage(which, file)
          event.currentTarget.value = ''
        }}
      />
      {data !== undefined && (
        <div class='choices-grid'>
          {chooseRows(data, SHOWN).map(row => (
            <button
              key={row} class='example' popovertarget={id} popovertargetaction='hide' aria-label={nameSample(data, row)}
              onClick={() => chooseSideRow(which, row)}
            ><SamplePicture data={data} row={row} />
            </button>
          ))}
        </div>
      )}
    </div>
  )
}

/** A or B: a click on a thing in it takes that thing, or where there are no things, all of it. */
export function MixSide ({ which, side }: { readonly which: Which, readonly side: Side }) {
  const over = useSignal<string | undefined>(undefined)
  const drawing = sides.value[which]
  const { width, height } = card.value!.image
  const layers = drawing?.layers
  const pixels = useMemo(() => layers === undefined ? drawing?.pixels : compose(layers, all), [drawing])
  const thingAt = (event: MouseEvent & { readonly currentTarget: Element }) => {
    const box = event.currentTarget.getBoundingClientRect()
    const point: Point = {
      x: (event.clientX - box.left) / box.width * width, y: (event.clientY - box.top) / box.height * height,
    }
    return layers && hit(layers, point, REACH, all)
  }
  const letter = which.toUpperCase()
  const edge = layers && over.value !== undefined && layers.order[0] !== over.value
    ? outline(visibleShare(layers, over.value, all), width)
    : undefined
  return (
    <figure class={`mix-side mix-side-${which}`}>
      <figcaption>
        <button class='side-name' popovertarget={`choose-${which}`} title='Choose another image'>
          <b>{letter}</b>{' '}<span>{describeSide(side)}</span><Icon name='down' />
        </button>
        <span class='muted wide-only'>{layers ? `click a thing to ${which === 'a' ? 'keep' : 'take'} it` : ''}</span>
      </figcaption>
      <Choices which={which} />
      <div
        class='mix-picture' onPointerMove={event => { over.value = thingAt(event) }}
        onPointerLeave={() => { over.value = undefined }} onClick={event => {
          const name = thingAt(event)
          if (name === undefined) takeAll(which)
          else takePartition(name, which)
        }}
      >
        <Pixels pixels={pixels} width={width} height={height} label={`${letter}: ${describeSide(side)}`} />
        {edge && (
          <svg class={`overlay ${colourOf(over.value!)}`} viewBox={`0 0 ${width} ${height}`} aria-hidden='true'>
            <path class='halo' d={edge} /><path class='edge' d={edge} />
          </svg>
        )}
      </div>
    </figure>
  )
}
