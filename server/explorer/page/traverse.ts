/** The grid of a traversal: decoded row by row from the top, and anew when the picture is another. */
import { computed, signal } from '@preact/signals'
import { columnsOf, MODES, planRows, writeStep, type Mode, type Row } from '../core/traversal.js'
import { toRgba } from './draw-loop.js'
import { patiently } from './patience.js'
import { decode } from './source.js'
import { card, detail, goTo, open, said, scene, titleOfNamed, units, update } from './store.js'
import { viewport } from './viewport.js'

type Picture = Uint8ClampedArray<ArrayBuffer>

export const mode = computed((): Mode => MODES.find(one => one === detail.value) ?? 'unit')
/** The partition whose rows are shown alone. */
export const only = signal<string | undefined>()
/** By key of the row: [H, W, 4] of each cell. */
export const pictures = signal<ReadonlyMap<string, readonly Picture[]>>(new Map())

const isNarrow = computed(() => viewport.value.width <= 640)
export const columns = computed(() => columnsOf(mode.value, isNarrow.value))

export const rows = computed((): readonly Row[] => {
  const [model, current] = [card.value, scene.value]
  if (model === undefined || current === undefined) return []
  const chosen = model.partitions.some(({ name }) => name === only.value) ? only.value : undefined
  return planRows(model, current, mode.value, columns.value)
    .filter(({ partition }) => chosen === undefined || partition.name === chosen)
})

/** Says above the columns what their numbers are. */
export const HEADINGS = { unit: 'deviations', scale: 'times', joint: 'deviations' }

/** Names a row, and says beneath what it is. */
export function nameRow ({ partition: { name, size }, unit }: Row): { readonly name: string, readonly note: string } {
  const title = titleOfNamed(name)
  if (unit !== undefined) {
    return { name: units.value.get(name)?.[unit]?.name ?? `unit ${unit + 1}`, note: `${title}, unit ${unit + 1}` }
  }
  return { name: title, note: size === 1 ? '1 unit' : `${size} units together` }
}

/** Says which row a cell is of, and where in it. */
export function describeCell (row: Row, column: number): string {
  const title = titleOfNamed(row.partition.name)
  const step = writeStep(columns.value[column]!)
  return `${row.unit === undefined ? title : `${title}, ${nameRow(row).name}`}: ` +
    (mode.value === 'scale' ? `times ${step}` : `${step} deviations`)
}

/** Decodes what is planned now. @returns what stops it */
export function drawRows (): () => void {
  const model = card.peek()
  let isWanted = model !== undefined
  const draw = async () => {
    for (const { key, latents } of rows.peek()) {
      const pixels = await patiently(() => decode(model!, latents), () => isWanted)
      if (pixels === undefined) return
      const size = pixels.length / latents.length
      const cells = latents.map((_, i) => toRgba(pixels.subarray(i * size, (i + 1) * size), model!.image.channels))
      pictures.value = new Map(pictures.peek()).set(key, cells)
    }
  }
  draw()
  return () => { isWanted = false }
}

/** Makes a cell the current picture, and shows it. */
export function takeCell (row: Row, column: number): void {
  const current = scene.peek()
  if (current === undefined) return
  update({ ...current, latent: row.latents[column]! })
  open.value = row.partition.name
  said.value = `${describeCell(row, column)}.`
  goTo('play')
}
