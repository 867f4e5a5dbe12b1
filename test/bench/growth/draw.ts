import { drawChart, PALETTE } from '../../../trainer/report/draw-chart.js'

/** Milliseconds by who took them, at each place on an axis. */
export interface Curve {
  /** What the axis is, and what stays the same along it. */
  readonly title: string
  readonly at: readonly number[]
  readonly milliseconds: Readonly<Record<string, ReadonlyArray<number | undefined>>>
}

const PANEL = { width: 300, height: 260, left: 66, top: 64, bottom: 40, right: 14 }
const INK = { color: 'currentColor' }
const AXIS = { axisLabel: INK, axisLine: { lineStyle: INK }, splitLine: { lineStyle: { opacity: 0.2 } } }

/**
 * Draws curves side by side, both axes logarithmic: what grows in proportion is a straight line of the same slope.
 * @param label what the milliseconds are of
 */
export function drawGrowth (curves: readonly Curve[], label: string): string {
  const names = [...new Set(curves.flatMap(({ milliseconds }) => Object.keys(milliseconds)))]
  const colorOf = (name: string) => PALETTE[names.indexOf(name) % PALETTE.length]
  return drawChart('growth', {
    legend: { data: names, top: 4, textStyle: INK },
    title: curves.map(({ title }, i) =>
      ({ text: title, left: i * PANEL.width + PANEL.left, top: 34, textStyle: { fontSize: 12, ...INK } })),
    grid: curves.map((_, i) => ({
      left: i * PANEL.width + PANEL.left,
      top: PANEL.top,
      width: PANEL.width - PANEL.left - PANEL.right,
      height: PANEL.height - PANEL.top - PANEL.bottom,
    })),
    xAxis: curves.map(({ at }, i) =>
      ({ ...AXIS, type: 'category', data: at.map(String), gridIndex: i, boundaryGap: false })),
    yAxis: curves.map((_, i) => ({
      ...AXIS,
      type: 'log',
      gridIndex: i,
      name: i === 0 ? label : '',
      nameLocation: 'middle',
      nameGap: 42,
      nameTextStyle: INK,
    })),
    series: curves.flatMap(({ milliseconds }, i) => Object.entries(milliseconds).map(([name, data]) => ({
      type: 'line',
      name,
      data,
      xAxisIndex: i,
      yAxisIndex: i,
      symbolSize: 6,
      lineStyle: { width: 2 },
      itemStyle: { color: colorOf(name) },
    }))),
  }, { width: curves.length * PANEL.width, height: PANEL.height })
}
