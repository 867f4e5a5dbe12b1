import '../style/compare.css'
import { useEffect } from 'preact/hooks'
import { readMeasures } from '../../core/measures.js'
import { two } from '../../core/report.js'
import { chooseRows } from '../../core/sample.js'
import { titleOf } from '../../core/scene.js'
import { writeError } from '../../core/weakness.js'
import { aligned, beside, choices, chosen, differences, drawBeside, loadOther, other } from '../compare.js'
import type { Card } from '../service.js'
import { card, colourOf, goTo, numberOf, sample, scene } from '../store.js'
import { Example } from './gallery.js'
import { Disc } from './icon.js'
import { Pixels } from './pixels.js'
import { Term } from './term.js'

/** Lines that are fainter say nothing. */
const LEAST = 0.25
/** Height of a row of discs, in pixels. */
const ROW = 38
const EXAMPLES = 4

function Numbers ({ model, error }: { readonly model: Card, readonly error: number | undefined }) {
  const { squaredError, gap, dead = [] } = readMeasures(model.metrics) ?? {}
  return (
    <dl class='side-numbers'>
      {error !== undefined && <div><dt><Term of='error'>squared error</Term></dt><dd>{writeError(error)}</dd></div>}
      {squaredError !== undefined && <div><dt>over the test images</dt><dd>{writeError(squaredError)}</dd></div>}
      {gap !== undefined && <div><dt><Term of='gap'>gap</Term> to the next best</dt><dd>{two(gap)}</dd></div>}
      <div><dt><Term of='dead'>dead</Term> partitions</dt><dd>{dead.length === 0 ? 'none' : dead.length}</dd></div>
    </dl>
  )
}

/** Discs of both models, joined by lines as thick as they go together. */
function Links () {
  const [left, right, known] = [card.value!, other.value!.card, aligned.value]
  if (known === undefined) return null
  if (known === null) return <p class='note'>Neither model ships a sample: there is nothing to align them by.</p>
  const rows = Math.max(left.partitions.length, right.partitions.length)
  const y = (i: number) => (i + 0.5) * ROW
  const place = (r: number) => known.order.indexOf(r)
  const links = left.partitions.flatMap((partition, l) => right.partitions.flatMap((twin, r) => {
    const value = known.correlation[l]![r]!
    return value < LEAST ? [] : [{ partition, twin, l, r, value }]
  }))
  return (
    <div class='links' style={{ height: `${rows * ROW}px` }}>
      <svg viewBox={`0 0 100 ${rows * ROW}`} preserveAspectRatio='none' aria-hidden='true'>
        {links.map(({ partition, l, r, value }) => (
          <path
            key={`${l}.${r}`} class={colourOf(partition.name)}
            d={`M0 ${y(l)}C50 ${y(l)} 50 ${y(place(r))} 100 ${y(place(r))}`}
            style={{ strokeWidth: `${value ** 2 * 11}px`, opacity: 0.2 + 0.75 * value }}
          />
        ))}
      </svg>
      {left.partitions.map(({ name }, l) => (
        <div key={name} class='links-left' style={{ top: `${l * ROW}px` }}>
          <Disc colour={colourOf(name)} number={numberOf(name)} />
        </div>
      ))}
      {right.partitions.map((partition, r) => (
        <div key={partition.name} class='links-right' style={{ top: `${place(r) * ROW}px` }}>
          <Disc colour='p7' number={r + 1} />
        </div>
      ))}
      <ul class='unseen' aria-label='Partitions that go together'>
        {links.map(({ partition, twin, l, r, value }) => (
          <li key={`${l}.${r}`}>{titleOf(partition)} and {titleOf(twin)}: {two(value)}</li>
        ))}
      </ul>
    </div>
  )
}

function Others () {
  return (
    <select
      class='other-model' aria-label='The other model' value={chosen.value}
      onChange={event => goTo('compare', event.currentTarget.value)}
    >
      {choices.value.map(({ name, version }) =>
        <option key={`${name}.${version}`} value={`${name}.${version}`}>{name} v{version}</option>)}
    </select>
  )
}

/** Two models on one image: what both draw, which partitions go together, and what differs. */
export function Compare () {
  const model = card.value
  const origin = scene.value?.origin
  useEffect(loadOther, [model, chosen.value])
  useEffect(drawBeside, [model, other.value, origin])
  if (model === undefined || origin === undefined) return null
  const [right, drawn, known] = [other.value?.card, beside.value, aligned.value]
  const { width, height } = model.image
  return (
    <div class='compare'>
      <div class='view-head'>
        <h2>Two models, one image</h2>
        {known && (
          <p class='note'>
            Lines join partitions whose means go together (<Term of='correlation'>correlation</Term>) over{' '}
            {known.count.toLocaleString('en')} images.
          </p>
        )}
      </div>
      <div class='compare-sides'>
        <section class='side' aria-label={`${model.name}, version ${model.version}`}>
          <h3>{model.name} <span class='version'>v{model.version}</span></h3>
          <Pixels class='side-picture' pixels={drawn?.left.pixels} width={width} height={height} />
          <Numbers model={model} error={drawn?.left.error} />
        </section>
        <section class='between' aria-label='The image, and which partitions go together'>
          <h3>Input</h3>
          {drawn !== undefined && <Pixels class='input-picture' key={drawn.input.width} {...drawn.input} />}
          {sample.value !== undefined && (
            <div class='compare-examples' role='group' aria-label='Images'>
              {chooseRows(sample.value, EXAMPLES).map(row => <Example key={row} data={sample.value!} row={row} />)}
            </div>
          )}
          {right !== undefined && <Links />}
        </section>
        <section class='side' aria-label='The other model'>
          <h3><Others /></h3>
          {right !== undefined && (
            <>
              <Pixels
                class='side-picture' key={`${right.name}.${right.version}`} pixels={drawn?.right.pixels}
                width={right.image.width} height={right.image.height}
              />
              <Numbers model={right} error={drawn?.right.error} />
            </>
          )}
        </section>
      </div>
      <ul class='differences' aria-label='Differences'>
        {differences.value.map(({ partition, what, words }) => (
          <li key={`${what} ${words}`} class={partition === undefined ? 'p7' : colourOf(partition)}>
            <b>{what}</b> {words}
          </li>
        ))}
      </ul>
    </div>
  )
}
