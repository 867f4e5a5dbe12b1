/** One table of the report as HTML. Every text is escaped. */
import { escapeMarkup } from './svg.js'

/** A cell is text, a number as it is to be shown, or markup. */
export type Cell = string | { readonly number: string } | { readonly markup: string }

export interface Table {
  readonly title: string
  readonly caption: string
  readonly header: readonly Cell[]
  readonly rows: ReadonlyArray<readonly Cell[]>
}

/** A number for a cell; a dash where there is none. */
export const number = (value: number | undefined, digits = 2): Cell => ({
  number: value === undefined ? '–' : value.toFixed(digits).replace(/^-(0\.0+)$/, '$1'),
})
/** The heading of a column of numbers. */
export const heading = (text: string): Cell => ({ number: text })

export function renderTable ({ title, caption, header, rows }: Table): string {
  const cell = (tag: 'th' | 'td') => (content: Cell) => {
    if (typeof content === 'string') return `<${tag}>${escapeMarkup(content)}</${tag}>`
    return 'number' in content
      ? `<${tag} class="number">${escapeMarkup(content.number)}</${tag}>`
      : `<${tag}>${content.markup}</${tag}>`
  }
  return `<h3>${escapeMarkup(title)}</h3>
<p class="quiet">${escapeMarkup(caption)}</p>
<div class="wide"><table>
<thead><tr>${header.map(cell('th')).join('')}</tr></thead>
<tbody>
${rows.map(row => `<tr>${row.map(cell('td')).join('')}</tr>`).join('\n')}
</tbody></table></div>`
}
