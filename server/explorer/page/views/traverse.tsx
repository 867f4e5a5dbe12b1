import '../style/traverse.css'
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { writeStep, type Mode, type Row } from '../../core/traversal.js'
import { saveGrid } from '../grid-picture.js'
import { card, colourOf, goTo, numberOf, scene, titleOfNamed } from '../store.js'
import {
  columns, describeCell, drawRows, HEADINGS, mode, nameRow, only, pictures, rows, takeCell,
} from '../traverse.js'
import { Disc, Icon } from './icon.js'
import { Pixels } from './pixels.js'
import { Term } from './term.js'

const TITLES: ReadonlyArray<readonly [Mode, string]> = [
  ['unit', 'Units'], ['scale', 'Partitions scaled'], ['joint', 'Principal directions'],
]
const QUESTIONS = {
  unit: 'What each unit does', scale: 'What each partition does', joint: 'What each partition does most',
}

function Modes () {
  return (
    <fieldset class='segments'>
      <legend class='unseen'>What moves</legend>
      {TITLES.map(([name, title]) => (
        <label key={name} class={mode.value === name ? 'is-chosen' : ''}>
          <input
            type='radio' name='mode' class='unseen' checked={mode.value === name}
            onChange={() => goTo('traverse', name === 'unit' ? undefined : name)}
          />{title}
        </label>
      ))}
    </fieldset>
  )
}

function Pills () {
  const names = card.value!.partitions.map(({ name }) => name)
  const chosen = names.includes(only.value ?? '') ? only.value : undefined
  return (
    <div class='pills' role='group' aria-label='Partitions'>
      <button class='pill-button' aria-pressed={chosen === undefined} onClick={() => { only.value = undefined }}>All
      </button>
      {names.map(name => (
        <button
          key={name} class='pill-button' aria-pressed={chosen === name}
          onClick={() => { only.value = chosen === name ? undefined : name }}
        ><Disc colour={colourOf(name)} number={numberOf(name)} />{titleOfNamed(name)}
        </button>
      ))}
    </div>
  )
}

interface CellProps {
  readonly row: Row
  readonly column: number
  readonly isReached: boolean
}

function Cell ({ row, column, isReached }: CellProps) {
  const { width, height } = card.value!.image
  const isNow = row.nearest === column
  return (
    <div role='gridcell' class={`cell ${isNow ? 'is-now' : ''}`}>
      <button
        class='cell-button' tabIndex={isReached ? 0 : -1} data-column={column} onClick={() => takeCell(row, column)}
        aria-label={`${describeCell(row, column)}${isNow ? ', nearest to now' : ''}`}
      >
        <Pixels pixels={pictures.value.get(row.key)?.[column]} width={width} height={height} />
      </button>
    </div>
  )
}

/** What each unit and each partition does, around the current picture. */
export function Traverse () {
  const grid = useRef<HTMLDivElement>(null)
  /** The cell that Tab leads to; arrows lead on from there. */
  const reached = useSignal({ row: 0, column: 0 })
  const model = card.value
  const isReady = model !== undefined && scene.value !== undefined
  useEffect(() => drawRows(), [rows.value])
  useEffect(() => { pictures.value = new Map() }, [model])
  if (!isReady) return null

  const move = (event: KeyboardEvent) => {
    const [down, right] = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      Home: [0, -Infinity],
      End: [0, Infinity],
    }[event.key] ?? []
    if (down === undefined || right === undefined) return
    event.preventDefault()
    const within = (value: number, count: number) => Math.min(Math.max(value, 0), count - 1)
    const row = within(at.row + down, rows.value.length)
    const column = within(at.column + right, columns.value.length)
    reached.value = { row, column }
    const line = grid.current!.querySelectorAll('.cells')[row]
    line?.querySelector<HTMLElement>(`[data-column="${column}"]`)?.focus()
  }
  const at = {
    row: Math.min(reached.value.row, rows.value.length - 1),
    column: Math.min(reached.value.column, columns.value.length - 1),
  }
  return (
    <div class='traverse'>
      <div class='view-head'>
        <h2>{QUESTIONS[mode.value]}</h2>
        <Modes />
        <p class='note'>Around the current picture. A click on a cell makes it current.</p>
        <button class='button' onClick={saveGrid}><Icon name='image' />Save the grid</button>
      </div>
      <Pills />
      <div
        class='cells-grid' role='grid' aria-label={QUESTIONS[mode.value]} ref={grid} onKeyDown={move}
        data-steps={columns.value.length}
      >
        <div class='cells-head' role='row'>
          <span role='columnheader' class='note'>
            {mode.value === 'scale' ? HEADINGS.scale : <Term of='deviation'>{HEADINGS[mode.value]}</Term>}
          </span>
          {columns.value.map(value => <span role='columnheader' key={value}>{writeStep(value)}</span>)}
        </div>
        {rows.value.map((row, i) => (
          <div key={row.key} role='row' class={`cells ${colourOf(row.partition.name)}`}>
            <div role='rowheader' class='cells-name'>
              <span>{nameRow(row).name}</span><span class='note'>{nameRow(row).note}</span>
            </div>
            {columns.value.map((_, column) => (
              <Cell key={column} row={row} column={column} isReached={at.row === i && at.column === column} />
            ))}
          </div>
        ))}
      </div>
    </div>
  )
}
