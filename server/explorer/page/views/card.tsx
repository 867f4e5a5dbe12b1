import { signal } from '@preact/signals'
import { handledUnitsOf } from '../../core/posing.js'
import { isMoved, isShown, partitionOf, titleOf, type Partition } from '../../core/scene.js'
import { resetPartition, sampleData, samplePrior, scalePartition } from '../actions.js'
import { hide, solo } from '../shown.js'
import {
  backdrop, card, colourOf, drawn, gain, influence, laid, lit, measures, numberOf, open, sample, scene, units,
} from '../store.js'
import { useHold } from './hold.js'
import { Disc, Icon } from './icon.js'
import { InfluenceBar } from './influence.js'
import { LayerPicture } from './layer-picture.js'
import { Pixels } from './pixels.js'
import { UnitRow, writeNumber } from './unit-row.js'

/** The scaling in hand: rests at 1. */
const scaling = signal<
  { readonly name: string, readonly values: readonly number[], readonly factor: number } | undefined
>()

function Thumbnail ({ partition: { name } }: { readonly partition: Partition }) {
  const drawing = drawn.value
  if (drawing?.layers?.order.includes(name)) return <LayerPicture drawing={drawing} name={name} />
  const map = influence.value?.[numberOf(name) - 1]
  if (map === undefined || card.value === undefined) return <span class='thumbnail' />
  const largest = map.reduce((a, b) => Math.max(a, b), 1e-6)
  const pixels = new Uint8ClampedArray(map.length * 4)
  map.forEach((value, i) => { pixels[i * 4 + 3] = 255 - value / largest * 255 })
  const { width, height } = card.value.image
  return <Pixels class={`thumbnail acts ${colourOf(name)}`} pixels={pixels} width={width} height={height} />
}

function Scale ({ partition }: { readonly partition: Partition }) {
  const held = scaling.value?.name === partition.name ? scaling.value : undefined
  const { hold, release } = useHold(() => { scaling.value = undefined })
  return (
    <div class='slider scale'>
      <input
        type='range' min={-2} max={2} step={0.02} value={held?.factor ?? 1}
        aria-label={`Scale ${titleOf(partition)}`} aria-valuetext={`times ${writeNumber(held?.factor ?? 1)}`}
        title='All units times −2 to 2'
        onInput={event => {
          const { valueAsNumber: factor } = event.currentTarget
          hold()
          const values = held?.values ?? partitionOf(scene.value!.latent, partition)
          scaling.value = { name: partition.name, values, factor }
          scalePartition(partition, values, factor)
        }}
        onPointerUp={release} onPointerCancel={release} onKeyUp={release} onBlur={release}
      />
      <span class='value'>{held === undefined ? '' : `× ${writeNumber(held.factor)}`}</span>
    </div>
  )
}

function Opened ({ partition }: { readonly partition: Partition }) {
  const title = titleOf(partition)
  const hasSample = sample.value !== undefined
  return (
    <div class='opened' id={`units-${partition.name}`}>
      {units.value.get(partition.name)!.map(unit => <UnitRow key={unit.at} unit={unit} of={title} />)}
      <div class='gestures'>
        <span class='muted'>Scale</span>
        <Scale partition={partition} />
        <button class='button' onClick={() => samplePrior(partition)}>From prior</button>
        <button
          class='button' disabled={!hasSample} onClick={() => sampleData(partition)}
          title={hasSample ? 'As in another test image' : 'This model ships no sample'}
        >From data
        </button>
        <button
          class='button' disabled={!isMoved(scene.value!, partition)}
          onClick={() => resetPartition(partition)}
        >Reset
        </button>
      </div>
    </div>
  )
}

/**
 * Reads the scene and not what is drawn, which its thumbnail reads by itself: where a component and the one around it
 * take turns at being drawn again, Preact keeps each of their trees, and with them every picture (11.2).
 */
export function PartitionCard ({ partition }: { readonly partition: Partition }) {
  const { name, size } = partition
  const current = scene.value!
  const isDrawnApart = backdrop.value !== undefined
  const nats = measures.value?.klByPartition[name]
  const isDead = measures.value?.dead.includes(name)
  const title = titleOf(partition)
  const isOpen = open.value === name
  const place = !isDrawnApart
    ? handledUnitsOf(card.value!).some(unit => unit.partition === name) ? ' · handles on the picture' : ''
    : name === gain.value ? ' · over all' : name === backdrop.value ? ' · behind all' : ' · moves'
  const state = `${isOpen ? 'is-open' : ''} ${lit.value === name ? 'is-lit' : ''} ${isDead ? 'is-dead' : ''}`
  return (
    <li
      class={`card ${colourOf(name)} ${state}`}
      onPointerEnter={() => { lit.value = name }} onPointerLeave={() => { lit.value = undefined }}
    >
      <div
        class='card-head' onPointerEnter={() => { laid.value = name }} onPointerLeave={() => { laid.value = undefined }}
        onFocusIn={event => { if ((event.target as Element).matches(':focus-visible')) laid.value = name }}
        onFocusOut={() => { laid.value = undefined }}
      >
        <button
          class='card-title' aria-expanded={isOpen} aria-controls={isOpen ? `units-${name}` : undefined}
          onClick={() => { open.value = isOpen ? undefined : name }}
        >
          <Thumbnail partition={partition} />
          <span>
            <span class='name'>
              <Disc colour={colourOf(name)} number={numberOf(name)} />{title}
              {isMoved(current, partition) && <span class='dot' role='img' aria-label='changed' />}
            </span>
            <span class='note'>
              {isDead
                ? `says nothing${nats === undefined ? '' : ` (${nats.toFixed(3)} nats)`}`
                : `${size} ${size === 1 ? 'unit' : 'units'}${nats === undefined ? '' : `, ${nats.toFixed(1)} nats`}${place}`}
            </span>
          </span>
        </button>
        <InfluenceBar name={name} />
        {isDrawnApart && name !== gain.value && (
          <>
            <button
              class='tool' aria-pressed={current.solo === name} aria-label={`Only ${title}`} title='Only this (O)'
              onClick={() => solo(partition)}
            ><Icon name='solo' />
            </button>
            <button
              class='tool' aria-pressed={current.hidden.includes(name)} aria-label={`Hide ${title}`} title='Hide (H)'
              onClick={() => hide(partition)}
            ><Icon name={isShown(current, name) ? 'eye' : 'eyeOff'} />
            </button>
          </>
        )}
      </div>
      {isOpen && <Opened partition={partition} />}
    </li>
  )
}
