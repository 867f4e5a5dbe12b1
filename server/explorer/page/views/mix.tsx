import '../style/mix.css'
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { describeMix } from '../../core/mix.js'
import { titleOf } from '../../core/scene.js'
import {
  animate, followMix, isMoving, mix, setShare, sides, startMixing, takeAll, takePartition, type Which,
} from '../mix.js'
import { describeProblem } from '../problems.js'
import { card, colourOf, goTo, imageProblem, isOver, numberOf, picture, titleOfNamed } from '../store.js'
import type { Kind } from '../film.js'
import { saveFile } from '../take-away.js'
import { useHold } from './hold.js'
import { Disc, Icon } from './icon.js'
import { LayerPicture } from './layer-picture.js'
import { MixSide } from './mix-side.js'
import { Partly } from './partly.js'
import { Pixels } from './pixels.js'

const KINDS: ReadonlyArray<readonly [Kind, string, string]> = [
  ['webm', 'Film (WebM)', 'From A to the mix, 2 s'],
  ['gif', 'Film (GIF)', 'The same, for pages and slides'],
  ['strip', 'Strip (PNG)', 'Eleven pictures in a row'],
]

function Save () {
  const busy = useSignal(false)
  const save = async (kind: Kind) => {
    const [model, current] = [card.value!, mix.value!]
    busy.value = true
    try {
      const { makeFile } = await import('../film.js')
      const { file, ending } = await makeFile(model, current, kind)
      saveFile(file, `${model.name}-mix.${ending}`)
    } catch (error) {
      imageProblem.value = `Nothing was saved. ${describeProblem(error).words}`
    }
    busy.value = false
  }
  return (
    <>
      <button class='button' popovertarget='save' disabled={busy.value}>
        <Icon name='share' />{busy.value ? 'Saving…' : 'Save'}
      </button>
      <div id='save' popover='auto' class='popover' role='group' aria-label='Save'>
        {KINDS.map(([kind, words, note]) => (
          <button
            key={kind} class='item' popovertarget='save' popovertargetaction='hide' onClick={() => save(kind)}
          ><Icon name={kind === 'strip' ? 'grid' : 'play'} /><span>{words}<small>{note}</small></span>
          </button>
        ))}
      </div>
    </>
  )
}

/** What a side has of a partition: its layer, or where there are no layers, the image. */
function Choice ({ which, name, share }: { readonly which: Which, readonly name: string, readonly share: number }) {
  const drawing = sides.value[which]
  const { width, height } = card.value!.image
  const isTaken = share === (which === 'a' ? 0 : 1)
  return (
    <button
      class='choice-of' aria-pressed={isTaken} aria-label={`${titleOfNamed(name)} from ${which.toUpperCase()}`}
      onClick={() => takePartition(name, which)}
    >
      {drawing?.layers
        ? <LayerPicture drawing={drawing} name={name} />
        : <Pixels class='thumbnail' pixels={drawing?.pixels} width={width} height={height} />}
    </button>
  )
}

function Row ({ index }: { readonly index: number }) {
  const { hold, release } = useHold()
  const { name } = card.value!.partitions[index]!
  const share = mix.value!.shares[index]!
  return (
    <li class={`mix-row ${colourOf(name)}`}>
      <span class='name'>
        <Disc colour={colourOf(name)} number={numberOf(name)} /><span>{titleOfNamed(name)}</span>
      </span>
      <Choice which='a' name={name} share={share} />
      <div class='slider'>
        <input
          type='range' min={0} max={1} step={0.01} value={share} aria-label={`${titleOfNamed(name)}, from A to B`}
          aria-valuetext={`${Math.round(share * 100)} % of B`} onPointerDown={hold}
          onPointerUp={release} onPointerCancel={release} onKeyUp={release} onBlur={release}
          onInput={event => setShare(index, event.currentTarget.valueAsNumber)}
          onKeyDown={event => { if (event.key.startsWith('Arrow')) hold() }}
        />
      </div>
      <Choice which='b' name={name} share={share} />
    </li>
  )
}

/** Two pictures, and one with each partition from either of them. */
export function Mixing () {
  const model = card.value
  useEffect(() => {
    startMixing()
    return followMix()
  }, [model])
  const current = mix.value
  if (model === undefined || current === undefined) return null
  const { width, height } = model.image
  const titles = model.partitions.map(titleOf)
  return (
    <>
      <div class='view-head'>
        <h2>Mix two images</h2>
        <p class='muted wide-only'>Each {model.links.layers ? 'thing' : 'group'} from A, from B, or in between.</p>
        <Partly />
        <div class='mix-tools'>
          <button class='button' onClick={() => takeAll('a')}>All from A</button>
          <button class='button' onClick={() => takeAll('b')}>All from B</button>
          <button class='button' onClick={animate}>
            <Icon name={isMoving.value ? 'stop' : 'play'} />{isMoving.value ? 'Stop' : 'Animate'}
          </button>
          <Save />
          <button class='button' onClick={() => goTo('play')}><Icon name='hand' />Take into Play</button>
        </div>
      </div>
      <div class='mix-pictures' style={{ '--ratio': String(width / height) }}>
        <MixSide which='a' side={current.a} />
        <figure class='mixed'>
          <figcaption><strong>The mix</strong> {describeMix(current, titles)}</figcaption>
          <Pixels
            class='big' pixels={picture.value} width={width} height={height}
            label={`The mix: ${describeMix(current, titles)}`}
          />
        </figure>
        <MixSide which='b' side={current.b} />
        {isOver.value && <div class='drop' aria-hidden='true'>Drop to take as B</div>}
      </div>
      <ul class='mix-rows'>{model.partitions.map(({ name }, index) => <Row key={name} index={index} />)}</ul>
    </>
  )
}
