import '../style/search.css'
import { useEffect, useRef } from 'preact/hooks'
import { baseName, COUNTS, writeDistance } from '../../core/search.js'
import { describeSide } from '../../core/mix.js'
import { ask, asked, found, keyOf, pictures, refusal, search, startSearching, takeNeighbour } from '../search.js'
import type { Neighbour } from '../service.js'
import { card, detail, picture, scene, titleOfNamed } from '../store.js'
import { Partly } from './partly.js'
import { Pixels } from './pixels.js'
import { Weights } from './weights.js'

function Options () {
  const { count, where } = asked.value
  return (
    <div class='search-options'>
      <label>
        <span class='note'>How many</span>
        <select value={count} onChange={event => ask({ count: Number(event.currentTarget.value) })}>
          {COUNTS.map(one => <option key={one} value={one}>{one}</option>)}
        </select>
      </label>
      <label class='search-where'>
        <span class='note'>Only where</span>
        <input
          type='text' value={where} placeholder='split=test, age>=3' spellcheck={false} autocomplete='off'
          title='Conditions between commas, on the columns of the index; file=*.png goes by the name'
          onChange={event => ask({ where: event.currentTarget.value.trim() })}
        />
      </label>
    </div>
  )
}

function InHand () {
  const { width, height } = card.value!.image
  const words = describeSide(scene.value!)
  return (
    <section class='panel search-hand' aria-label='Picture'>
      <Pixels class='big' pixels={picture.value} width={width} height={height} label={`In hand: ${words}`} />
      <h3>In hand: {words}</h3>
      <Partly />
      <p class='note'>Drop or paste an image to find those like it.</p>
    </section>
  )
}

function Tile ({ neighbour, onTake }: { readonly neighbour: Neighbour, readonly onTake: () => void }) {
  const { width, height } = card.value!.image
  const { file, distance, distances } = neighbour
  const isInHand = neighbour.latent.every((value, i) => value === scene.value!.latent[i])
  const parts = Object.entries(distances).map(([name, value]) => `${titleOfNamed(name)} ${writeDistance(value)}`)
  return (
    <li>
      <button
        class='found' onClick={onTake} title={`${file}\n${parts.join(', ')}`}
        aria-current={isInHand ? 'true' : undefined}
      >
        <Pixels pixels={pictures.value.get(keyOf(neighbour))} width={width} height={height} />
        <span class='found-name'>{baseName(file)}</span>
        <span class='note'><span class='unseen'>, distance </span>{writeDistance(distance)}</span>
      </button>
    </li>
  )
}

/** The images of the index that are nearest to the picture in hand, by partitions that weigh as one likes. */
export function FindAlike () {
  const list = useRef<HTMLUListElement>(null)
  const hasTaken = useRef(false)
  const [model, latent] = [card.value, scene.value?.latent]
  useEffect(startSearching, [model])
  useEffect(() => { search() }, [model, latent, detail.value])
  // What was taken becomes the first of the next answer: the keyboard follows it there.
  useEffect(() => {
    if (!hasTaken.current) return
    hasTaken.current = false
    list.current?.querySelector('button')?.focus()
  }, [found.value])
  if (model === undefined || scene.value === undefined) return null
  const take = (neighbour: Neighbour) => {
    hasTaken.current = true
    takeNeighbour(neighbour)
  }
  return (
    <div class='search'>
      <div class='view-head'>
        <h2>Find alike</h2>
        <p class='note'>Nearest first, by squared distances in deviations of the data. The model draws the pictures.</p>
      </div>
      <div class='search-columns'>
        <div class='search-side'>
          <InHand />
          <Weights />
          <Options />
        </div>
        <div>
          {refusal.value !== '' && <p class='refusal' role='alert'>{refusal.value}</p>}
          <ul class='found-list' aria-label='Neighbours' ref={list}>
            {found.value.map(neighbour => (
              <Tile key={keyOf(neighbour)} neighbour={neighbour} onTake={() => take(neighbour)} />
            ))}
          </ul>
        </div>
      </div>
    </div>
  )
}
