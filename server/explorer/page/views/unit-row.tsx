import { resetUnit, setUnit } from '../actions.js'
import { scene, type Unit } from '../store.js'
import { useHold } from './hold.js'
import { Icon } from './icon.js'

export const writeNumber = (value: number): string => value.toFixed(2).replace('-', '−')

/** The data's histogram, the posterior's mean and deviation, from 0 to 100. */
function Track ({ unit }: { readonly unit: Unit }) {
  const { origin } = scene.value!
  const place = (value: number) =>
    Math.min(Math.max((value - unit.from) / (unit.to - unit.from), 0), 1) * 100
  const mean = origin.mean[unit.at]!
  const deviation = Math.exp((origin.logVariance?.[unit.at] ?? -Infinity) / 2)
  const step = 100 / Math.max(unit.histogram.length, 1)
  const hill = unit.histogram.map((value, i) => `L${((i + 0.5) * step).toFixed(2)} ${(17 - value * 15).toFixed(2)}`)
  return (
    <svg class='track' viewBox='0 0 100 34' preserveAspectRatio='none' aria-hidden='true'>
      {hill.length > 0 && <path class='hill' d={`M0 17${hill.join('')}L100 17z`} />}
      <path class='rail' d='M0 17H100' />
      {deviation > 0 && <path class='band' d={`M${place(mean - deviation)} 17H${place(mean + deviation)}`} />}
      <path class='tick' d={`M${place(mean)} 8V26`} />
    </svg>
  )
}

export function UnitRow ({ unit, of }: { readonly unit: Unit, readonly of: string }) {
  const { hold, release } = useHold()
  const { latent, origin } = scene.value!
  const value = latent[unit.at]!
  const isMoved = value !== origin.mean[unit.at]
  const fine = (unit.to - unit.from) / 200
  return (
    <div class='unit'>
      <span class='unit-name' title={unit.name}>{unit.name}</span>
      <div class='slider'>
        <Track unit={unit} />
        <input
          type='range' min={unit.from} max={unit.to} step={fine} value={Math.min(Math.max(value, unit.from), unit.to)}
          aria-label={`${of}, ${unit.name}`} aria-valuetext={writeNumber(value)} title='Double-click: back'
          onPointerDown={hold} onPointerUp={release} onPointerCancel={release} onKeyUp={release} onBlur={release}
          onInput={event => setUnit(unit.at, event.currentTarget.valueAsNumber)}
          onDblClick={() => resetUnit(unit.at)}
          onKeyDown={event => {
            if (event.key === 'Delete') {
              event.preventDefault()
              resetUnit(unit.at)
            } else if (event.key.startsWith('Arrow')) hold()
          }}
        />
      </div>
      <span class='value'>{writeNumber(value)}</span>
      <button
        class={`tool small ${isMoved ? '' : 'absent'}`} aria-label={`Reset ${of}, ${unit.name}`} title='Back'
        disabled={!isMoved} onClick={() => resetUnit(unit.at)}
      ><Icon name='reset' />
      </button>
    </div>
  )
}
