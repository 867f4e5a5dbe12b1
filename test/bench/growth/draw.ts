import { drawChart, PALETTE } from '../../../trainer/report/draw-chart.js'

/** Milliseconds of a step by who took it, at each place on an axis. */
export interface Curve {
  /** What the axis is, and what stays the same along it. */
  readonly title: string
  readonly at: readonly number[]
  readonly milliseconds: Readonly<Record<string, readonly number[]>>
}

const PANEL = { width: 300, height: 260, left: 66, top: 64, bottom: 40, right: 14 }

/** Curves side by side, both axes logarithmic: what grows in proportion is a straight line of the same slope. */
export function drawGrowth (curves: readonly Curve[]): string {
  const names = [...new Set(curves.flatMap(({ milliseconds }) => Object.keys(milliseconds)))]
  const axis = { axisLabel: { color: 'currentColor' }, axisLine: { lineStyle: { color: 'currentColor' } }, splitLine: { lineStyle: { opacity: 0.2 } } }
  return drawChart('growth', {
    legend: { data: names, top: 4, textStyle: { color: 'currentColor' } },
    title: curves.map(({ title }, i) => ({ text: title, left: i * PANEL.width + PANEL.left, top: 34, textStyle: { fontSize: 12, color: 'currentColor' } })),
    grid: curves.map((_, i) => ({ left: i * PANEL.width + PANEL.left, top: PANEL.top, width: PANEL.width - PANEL.left - PANEL.right, height: PANEL.height - PANEL.top - PANEL.bottom })),
    xAxis: curves.map(({ at }, i) => ({ ...axis, type: 'category', data: at.map(String), gridIndex: i, boundaryGap: false })),
    yAxis: curves.map((_, i) => ({ ...axis, type: 'log', gridIndex: i, name: i === 0 ? 'ms a step' : '', nameLocation: 'middle', nameGap: 42, nameTextStyle: { color: 'currentColor' } })),
    series: curves.flatMap(({ milliseconds }, i) => Object.entries(milliseconds).map(([name, data]) => ({
      type: 'line', name, data, xAxisIndex: i, yAxisIndex: i, symbolSize: 6, lineStyle: { width: 2 }, itemStyle: { color: PALETTE[names.indexOf(name) % PALETTE.length] },
    }))),
  }, { width: curves.length * PANEL.width, height: PANEL.height })
}
