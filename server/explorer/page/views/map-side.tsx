import { saveCsv, saveJson } from '../map-export.js'
import { clearLasso, followed, inHand, selected } from '../map.js'
import { peeked, pointed } from '../map-near.js'
import { card, picture, sample } from '../store.js'
import { Thumbnail } from './nearest.js'
import { Partly } from './partly.js'
import { Pixels } from './pixels.js'

/** Selected images that are shown. */
const SHOWN = 12
/** Factors that are listed beside a picture. */
const FACTORS = 6

const write = (value: number) => value.toPrecision(3).replace('-', '−').replace(/^(−?)0\./, '$1.')

/** What is known of an image: of the factors, those of the group that the partition follows. */
function Facts ({ row }: { readonly row: number }) {
  const relatedTo = followed.value?.split('/')[0]
  const { factors, factor, classes, classNames, squaredError } = sample.value!
  const related = factors.flatMap((name, k) => {
    const [group] = name.split('/')
    return group === relatedTo ? [{ name: name.replace('/', ' · '), value: factor![row * factors.length + k]! }] : []
  }).slice(0, FACTORS)
  const kind = classes?.[row]
  return (
    <dl class='facts'>
      {kind !== undefined && <div><dt>class</dt><dd>{classNames?.[kind] ?? kind}</dd></div>}
      {related.map(({ name, value }) => <div key={name}><dt>{name}</dt><dd>{write(value)}</dd></div>)}
      <div><dt>squared error</dt><dd>{write(squaredError[row]!)}</dd></div>
    </dl>
  )
}

function Shown () {
  const { width, height } = card.value!.image
  const row = pointed.value ?? inHand.value
  const isPeeked = pointed.value !== undefined && peeked.value?.row === pointed.value
  const title = pointed.value !== undefined
    ? `Under the pointer: image ${pointed.value + 1}`
    : row === undefined ? 'In hand: a picture of yours' : `In hand: image ${row + 1}`
  return (
    <section class='panel' aria-label='Picture'>
      <Pixels pixels={isPeeked ? peeked.value!.pixels : picture.value} width={width} height={height} label={title} />
      <h3>{title}</h3>
      {pointed.value === undefined && <Partly />}
      {row !== undefined && <Facts row={row} />}
    </section>
  )
}

function Selection () {
  const rows = selected.value
  if (rows.length === 0) return null
  return (
    <section class='panel' aria-label='Selection'>
      <h3>{rows.length} {rows.length === 1 ? 'image' : 'images'} selected</h3>
      <p class='note'>Places in the data set, and latents.</p>
      <div class='selected-strip'>{rows.slice(0, SHOWN).map(row => <Thumbnail key={row} row={row} />)}</div>
      <div class='selected-tools'>
        <button class='button' onClick={saveJson}>JSON</button>
        <button class='button' onClick={saveCsv}>CSV</button>
        <button class='button' onClick={clearLasso}>Clear</button>
      </div>
    </section>
  )
}

/** What is in hand or under the pointer, and what the lasso holds. */
export function MapSide () {
  return <div class='map-side'><Shown /><Selection /></div>
}
