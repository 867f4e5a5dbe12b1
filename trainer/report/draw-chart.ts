import * as echarts from 'echarts/core'
import { BarChart, LineChart, ParallelChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendComponent, ParallelComponent, TitleComponent } from 'echarts/components'
import { SVGRenderer } from 'echarts/renderers'
import type { EChartsCoreOption } from 'echarts/core'
import { FONT_FAMILY } from './svg.js'

echarts.use([
  BarChart, LineChart, ParallelChart, ScatterChart, GridComponent, LegendComponent, ParallelComponent, TitleComponent,
  SVGRenderer,
])

/**
 * Told apart on white and on near-black, also with the common colour blindnesses. Partition i has colour i modulo the
 * length.
 */
export const PALETTE = ['#3b7dc4', '#dd7f28', '#2f9c6a', '#c4496f', '#8a6fc2', '#a5832f', '#3aa0b5', '#8a8a8a'] as const

export interface ChartSize {
  readonly width: number
  readonly height: number
}

/**
 * Draws an ECharts option as an SVG without script or style sheet: text and lines that say no colour of their own are
 * `currentColor`.
 * @param id prefix of the ids inside, so that several charts can share a page
 */
export function drawChart (id: string, option: EChartsCoreOption, { width, height }: ChartSize): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    chart.setOption({
      animation: false,
      backgroundColor: 'transparent',
      textStyle: { fontFamily: FONT_FAMILY, color: 'currentColor' },
      ...option,
    })
    return chart.renderToSVGString()
      .replace(/<style\s*>[\s\S]*?<\/style>\n?/g, '')
      .replace(/ (?:class|ecmeta_\w+|pointer-events)="[^"]*"/g, '')
      .replace(/zr\d+-/g, `${id}-`)
  } finally {
    chart.dispose()
  }
}
