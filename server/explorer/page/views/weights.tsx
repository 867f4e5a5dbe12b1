import { writeWeight } from '../../core/search.js'
import { asked, ask, setWeight, toggleAlone } from '../search.js'
import { card, colourOf, numberOf, titleOfNamed } from '../store.js'
import { Disc } from './icon.js'

/** Says what a weight does, for those who do not see the track. */
const describeWeight = (weight: number) =>
  weight === 0 ? '0, does not matter' : `${writeWeight(weight)}, ${weight > 0 ? 'alike' : 'unlike'} is nearer`

function Weight ({ index }: { readonly index: number }) {
  const { name } = card.value!.partitions[index]!
  const { weights } = asked.value
  const weight = weights[index]!
  const title = titleOfNamed(name)
  return (
    <li class={`weight ${colourOf(name)}`}>
      <button
        class='weight-name' title={`By ${title} alone`} onClick={() => toggleAlone(index)}
        aria-pressed={weights.every((one, i) => one === (i === index ? 1 : 0))}
      ><Disc colour={colourOf(name)} number={numberOf(name)} /><span>{title}</span>
      </button>
      <div class='slider'>
        <input
          type='range' min={-1} max={1} step={0.05} value={weight} aria-label={`${title}, weight`}
          aria-valuetext={describeWeight(weight)} title='Double-click: 1'
          onInput={event => setWeight(index, event.currentTarget.valueAsNumber)}
          onDblClick={() => setWeight(index, 1)}
        />
      </div>
      <span class='value'>{writeWeight(weight)}</span>
    </li>
  )
}

/** A slider for each partition: how much its distance counts, or to the left of the middle, counts against. */
export function Weights () {
  const { partitions } = card.value!
  const { weights } = asked.value
  return (
    <section class='panel weights' aria-label='Weights'>
      <div class='weights-head'>
        <h3>What must be alike</h3>
        <button
          class='button' disabled={weights.every(weight => weight === 1)}
          onClick={() => ask({ weights: weights.map(() => 1) })}
        >All
        </button>
      </div>
      <p class='note'>Left of the middle: unlike is nearer.</p>
      <ul>{partitions.map(({ name }, index) => <Weight key={name} index={index} />)}</ul>
    </section>
  )
}
