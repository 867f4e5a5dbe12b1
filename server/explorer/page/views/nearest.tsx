import { useEffect, useRef } from 'preact/hooks'
import { nameInSentence } from '../../core/shown.js'
import { inHand, mapped, takeRow } from '../map.js'
import { boxes, likeness, likenesses, nearest, type Likeness } from '../map-near.js'
import { card, colourOf, sample, sheet, titleOfNamed } from '../store.js'

interface Props {
  readonly row: number
  /** Whether the thing is shown where it is known. */
  readonly isBoxed?: boolean
}

/** A thumbnail of the sample, as a button that takes it. */
export function Thumbnail ({ row, isBoxed = false }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { columns, width, height } = sample.value!.sheet
  useEffect(() => {
    const [x, y] = [row % columns * width, Math.floor(row / columns) * height]
    canvas.current!.getContext('2d')!.drawImage(sheet.value!, x, y, width, height, 0, 0, width, height)
  }, [row, sheet.value])
  const box = isBoxed ? boxes.value.get(row) : undefined
  const { image } = card.value!
  return (
    <button
      class='near' onClick={() => takeRow(row)} aria-label={`Test image ${row + 1}`}
      aria-current={inHand.value === row ? 'true' : undefined}
    >
      <canvas ref={canvas} class='pixels' width={width} height={height} aria-hidden='true' />
      {box && (
        <svg
          class={`overlay ${colourOf(mapped.value!.name)}`} viewBox={`0 0 ${image.width} ${image.height}`}
          aria-hidden='true'
        >
          {['halo', 'edge'].map(kind => (
            <rect
              key={kind} class={kind} x={box.left - 1} y={box.top - 1} width={box.right - box.left + 2}
              height={box.bottom - box.top + 2} rx='1'
            />
          ))}
        </svg>
      )}
    </button>
  )
}

const WORDS: Readonly<Record<Likeness, string>> = { all: 'all', place: 'place', look: 'look' }

/** The image in hand, and those most like it by one partition alone. */
export function Nearest () {
  const { name } = mapped.value!
  const strip = useRef<HTMLDivElement>(null)
  const row = inHand.value
  // What was chosen becomes the first: the keyboard follows it there.
  const follow = () => requestAnimationFrame(() => strip.current?.querySelector('button')?.focus())
  const kinds = likenesses.value
  const kind = kinds.includes(likeness.value) ? likeness.value : 'all'
  return (
    <section class='nearest' aria-label={`Same ${titleOfNamed(name)}`}>
      <div class='nearest-head'>
        <h3>Same {titleOfNamed(name)}</h3>
        <p class='note'>nearest by {nameInSentence(titleOfNamed(name))} alone</p>
        {kinds.length > 1 && (
          <fieldset class='segments'>
            <legend class='unseen'>By what</legend>
            {kinds.map(one => (
              <label key={one} class={kind === one ? 'is-chosen' : ''}>
                <input
                  type='radio' name='likeness' class='unseen' checked={kind === one}
                  onChange={() => { likeness.value = one }}
                />{WORDS[one]}
              </label>
            ))}
          </fieldset>
        )}
      </div>
      <div class='nearest-strip' ref={strip} onClick={follow}>
        {row !== undefined && <Thumbnail key={row} row={row} isBoxed />}
        {nearest.value.map(({ row }) => <Thumbnail key={row} row={row} isBoxed />)}
      </div>
    </section>
  )
}
