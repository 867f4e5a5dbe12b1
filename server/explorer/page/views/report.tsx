import '../style/report.css'
import { useEffect } from 'preact/hooks'
import { GLOSSARY } from '../../core/glossary.js'
import { two, writeNats, type Said } from '../../core/report.js'
import { titleOf, type Partition } from '../../core/scene.js'
import { writeError } from '../../core/weakness.js'
import { curves, fetchCurves, sentences, weaknesses } from '../report.js'
import { apiKey } from '../service.js'
import { card, colourOf, measures, numberOf } from '../store.js'
import { Disc, Icon } from './icon.js'
import { Term } from './term.js'

/** R² of its own things as a dot, and of the next best partition as a ring, on a line from 0 to 1. */
function Scale ({ own, next }: { readonly own: number, readonly next: number | undefined }) {
  const place = (share: number) => ({ left: `${Math.min(Math.max(share, 0), 1) * 100}%` })
  return (
    <div class='known'>
      <div class='known-line' aria-hidden='true'>
        {next !== undefined && <i class='ring' style={place(next)} />}
        <i class='full' style={place(own)} />
      </div>
      <p class='note'>
        {next !== undefined && <span>next best {two(next)}</span>}
        <span>R² {two(own)}</span>
      </p>
    </div>
  )
}

function Sentence ({ partition, words, own, next, isDead }: Said & { readonly partition: Partition }) {
  const { name } = partition
  const { klByPartition } = measures.value!
  return (
    <li class={`sentence ${colourOf(name)} ${isDead ? 'is-dead' : ''}`}>
      <div>
        <h3><Disc colour={colourOf(name)} number={numberOf(name)} />{titleOf(partition)}</h3>
        <p>{words}</p>
      </div>
      {own === undefined
        ? klByPartition[name] !== undefined &&
          <p class='said-nats'><strong>{writeNats(klByPartition[name])}</strong> <Term of='nats'>nats</Term></p>
        : <Scale own={own} next={next} />}
    </li>
  )
}

/** The key numbers, each with what it means. */
function Numbers () {
  const { squaredError, nats, activeUnits, dead, shared, counterfactual, classes, gap, chanceGap } = measures.value!
  const { latentSize, image, subresolution: { factor }, createdAt } = card.value!
  const all = activeUnits === latentSize ? 'All are' : `${activeUnits} are`
  return (
    <section class='panel' aria-label='Numbers'>
      <dl class='numbers'>
        {squaredError !== undefined && (
          <div><dt>{writeError(squaredError)}</dt>
            <dd><Term of='error'>squared error</Term> over the images measured</dd>
          </div>
        )}
        {nats !== undefined && (
          <div><dt>{writeNats(nats)} nats</dt>
            <dd>
              kept of each image, in {latentSize} <Term of='unit'>units</Term>.{' '}
              {activeUnits !== undefined && <>{all} <span class='whole'><Term of='active'>in use</Term>,</span> </>}
              {dead.length === 0 ? 'no partition is ' : `${dead.length} of the partitions `}
              <span class='whole'><Term of='dead'>dead</Term>.</span>
            </dd>
          </div>
        )}
        {shared !== undefined && (
          <div><dt>{writeNats(shared)} nats</dt>
            <dd><Term of='shared'>shared</Term> between partitions. 0 would be independent.</dd>
          </div>
        )}
        {gap !== undefined && (
          <div><dt>{two(gap)}</dt>
            <dd>
              <Term of='gap'>gap</Term> to the next best partition
              {chanceGap !== undefined && <>; <Term of='chance'>random partitions</Term> {two(chanceGap)}</>}.
            </dd>
          </div>
        )}
        {counterfactual !== undefined && (
          <div><dt>{two(counterfactual)} of 1</dt>
            <dd>
              Swapping a partition does what swapping its thing truly does{' '}
              <span class='whole'>(<Term of='counterfactual'>swap score</Term>).</span>
            </dd>
          </div>
        )}
        {classes !== undefined && (
          <div><dt>{Math.round(classes.all * 100)} %</dt>
            <dd>of the images: their class can be told from all units together.</dd>
          </div>
        )}
      </dl>
      <p class='note'>
        {image.width} × {image.height} pixels, decoded at 1/f of that:{' '}
        <span class='whole'><Term of='subresolution'>f</Term> = {factor}.</span> Made on{' '}
        {new Date(createdAt).toLocaleDateString('en', { dateStyle: 'long' })}.
      </p>
    </section>
  )
}

function Weak () {
  return (
    <section class='panel weak' aria-labelledby='weak'>
      <h3 id='weak'>Where it is weak</h3>
      {weaknesses.value.length === 0
        ? <p>Nowhere, as far as it was measured.</p>
        : <ul>{weaknesses.value.map(({ what, words }) => <li key={what}><b>{what}</b> {words}</li>)}</ul>}
    </section>
  )
}

function Words () {
  return (
    <details class='words-used'>
      <summary>The words used here</summary>
      <dl>
        {Object.values(GLOSSARY).map(([title, words]) => <div key={title}><dt>{title}</dt><dd>{words}</dd></div>)}
      </dl>
    </details>
  )
}

/** What a model knows, and what it does not, in words. */
export function Report () {
  const model = card.value
  useEffect(fetchCurves, [model])
  if (model === undefined) return null
  const { links: { report }, name } = model
  const known = measures.value
  const hasScales = sentences.value.some(({ own }) => own !== undefined)
  return (
    <div class='report'>
      <div class='report-words'>
        <h2 class='report-title'>What this model knows, and what it does not</h2>
        {known === undefined
          ? <p>Nothing was measured of this model. <code>pvae evaluate --model {name}</code> does it.</p>
          : (
            <p class='muted'>
              Measured on {known.images?.toLocaleString('en') ?? 'its'} {known.split} images.{' '}
              {hasScales && (
                <>Full dot: how well a partition tells its own thing (<Term of='r2'>R²</Term>). Ring: the{' '}
                  <Term of='nextBest'>next best</Term> partition. The further apart, the cleaner.
                </>
              )}
            </p>
            )}
        <ul>{sentences.value.map(said => <Sentence key={said.partition.name} {...said} />)}</ul>
      </div>
      <aside class='report-side' aria-label='Weak points and numbers'>
        {known !== undefined && <><Weak /><Numbers /></>}
        {report !== undefined && apiKey.value === '' &&
          <a class='button' href={report}><Icon name='page' />The full report, with figures</a>}
      </aside>
      <div class='report-rest'>
        {curves.value !== undefined && (
          <figure class='curves'>
            <div class='curves-panel'>
              <img
                src={curves.value} onError={() => { curves.value = undefined }}
                alt='Curves of the training: its loss, step by step, on training and test images'
              />
            </div>
            <figcaption>How it was trained</figcaption>
          </figure>
        )}
        <Words />
      </div>
    </div>
  )
}
