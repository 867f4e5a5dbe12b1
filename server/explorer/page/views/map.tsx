import '../style/traverse.css'
import '../style/map.css'
import { useEffect } from 'preact/hooks'
import { listColourings, type Legend } from '../../core/map-colours.js'
import { axes, chooseColour, colourBy, colouring, mapped, measurePlace } from '../map.js'
import { findBoxes, nearest, peek, pointed } from '../map-near.js'
import { card, colourOf, drawn, numberOf, open, sample, scene, titleOfNamed } from '../store.js'
import { Disc } from './icon.js'
import { MapCanvas } from './map-canvas.js'
import { MapSide } from './map-side.js'
import { Nearest } from './nearest.js'

function Pills () {
  return (
    <div class='pills map-pills' role='group' aria-label='Partitions'>
      {card.value!.partitions.map(({ name }) => (
        <button
          key={name} class={`pill-button ${colourOf(name)}`} aria-pressed={mapped.value?.name === name}
          onClick={() => { open.value = name }}
        ><Disc colour={colourOf(name)} number={numberOf(name)} />{titleOfNamed(name)}
        </button>
      ))}
    </div>
  )
}

const write = (value: number) => String(Number(value.toPrecision(2))).replace('-', '−').replace(/^(−?)0\./, '$1.')

function LegendOf ({ legend }: { readonly legend: Legend }) {
  if (legend.kind === 'none') return null
  if (legend.kind === 'classes') {
    return (
      <ul class='legend'>
        {legend.classes.map(({ name, colour }) => (
          <li key={name}>
            <svg viewBox='0 0 10 10' aria-hidden='true'><circle cx='5' cy='5' r='5' fill={colour} /></svg>{name}
          </li>
        ))}
      </ul>
    )
  }
  return (
    <p class='legend'>
      <span>{write(legend.from)}</span>
      <svg class='ramp' viewBox='0 0 100 8' preserveAspectRatio='none' aria-hidden='true'>
        <defs>
          <linearGradient id='ramp'>
            {legend.stops.map((colour, i) => (
              <stop key={i} offset={i / (legend.stops.length - 1)} stop-color={colour} />
            ))}
          </linearGradient>
        </defs>
        <rect width='100' height='8' rx='2' fill='url(#ramp)' />
      </svg>
      <span>{write(legend.to)}</span>
    </p>
  )
}

function Colour () {
  return (
    <label class='map-colour'>
      <span class='note'>Colour</span>
      <select value={colourBy.value} onChange={event => chooseColour(event.currentTarget.value)}>
        {listColourings(sample.value!).map(({ name, title }) => <option key={name} value={name}>{title}</option>)}
        <option value='none'>none</option>
      </select>
    </label>
  )
}

/** Where the images of the sample lie in a partition's units, and which are near. */
export function MapView () {
  const [data, partition] = [sample.value, mapped.value]
  const isReady = data !== undefined && partition !== undefined && scene.value !== undefined
  // Whether a layer lies behind all is known once something is drawn.
  useEffect(() => { measurePlace().catch(() => {}) }, [card.value, partition?.name, drawn.value === undefined])
  useEffect(() => { findBoxes().catch(() => {}) }, [nearest.value, drawn.value === undefined])
  useEffect(() => { peek() }, [pointed.value])
  if (!isReady) return null
  return (
    <div class={`map ${colourOf(partition.name)}`}>
      <div class='view-head'>
        <h2>Where images lie</h2>
        <Pills />
        <Colour />
        {colouring.value && <LegendOf legend={colouring.value.legend} />}
      </div>
      <div class='map-columns'>
        <div>
          {axes.value === undefined ? <div class='map-frame' /> : <MapCanvas />}
          <Nearest />
        </div>
        <MapSide />
      </div>
    </div>
  )
}
