/** Charts of several panels of curves side by side. */
import type { EChartsCoreOption } from 'echarts/core'
import { drawChart } from './draw-chart.js'

export const faint = { color: 'currentColor', opacity: 0.12 }
export const axis = {
  axisLabel: { color: 'currentColor', fontSize: 11 },
  nameTextStyle: { color: 'currentColor', fontSize: 11 },
  axisLine: { lineStyle: { color: 'currentColor', opacity: 0.4 } },
  axisTick: { lineStyle: { color: 'currentColor', opacity: 0.4 } },
}

export interface Curve {
  readonly name: string
  readonly points: ReadonlyArray<readonly [x: number, y: number]>
  readonly color: string
  readonly dashed?: boolean
  /** On the axis at the right, which has a scale of its own. */
  readonly right?: boolean
}

export interface Panel {
  readonly title: string
  /** The quantity that runs to the right, and its first and last value. */
  readonly x: { readonly name: string, readonly min: number, readonly max: number, readonly integers?: boolean }
  /** The unit of what runs upwards. */
  readonly unit: string
  readonly curves: readonly Curve[]
  readonly startAtZero?: boolean
}

const WIDTH = 450
const HEIGHT = 300

/** Panels in rows of `columns`, 450 × 300 each. → SVG */
export function drawPanels (id: string, panels: readonly Panel[], columns = 2): string {
  const rows = Math.ceil(panels.length / columns)
  return drawChart(id, panelOption(panels, columns), { width: columns * WIDTH, height: rows * HEIGHT })
}

function panelOption (panels: readonly Panel[], columns: number): EChartsCoreOption {
  const place = (i: number) => ({
    left: 64 + (i % columns) * WIDTH,
    top: 62 + Math.floor(i / columns) * HEIGHT,
    width: WIDTH - 120,
    height: HEIGHT - 110,
  })
  return {
    title: panels.map(({ title }, i) => ({
      text: title,
      left: place(i).left - 6,
      top: place(i).top - 58,
      textStyle: { color: 'currentColor', fontSize: 14, fontWeight: 'bold' },
    })),
    legend: panels.map(({ curves }, i) => ({
      data: curves.map(({ name }) => `${i}:${name}`),
      formatter: (name: string) => name.slice(name.indexOf(':') + 1),
      left: place(i).left - 6,
      top: place(i).top - 36,
      width: place(i).width + 20,
      itemWidth: 16,
      itemHeight: 8,
      itemGap: 12,
      padding: 0,
      textStyle: { color: 'currentColor', fontSize: 11 },
    })),
    grid: panels.map((_, i) => place(i)),
    xAxis: panels.map(({ x: { name, min, max, integers = false } }, i) => ({
      ...axis,
      gridIndex: i,
      type: 'value',
      min,
      max,
      ...(integers ? { minInterval: 1 } : {}),
      name,
      nameLocation: 'middle',
      nameGap: 26,
      splitLine: { show: false },
    })),
    yAxis: panels.flatMap(({ unit, startAtZero = false, curves }, i) => [
      {
        ...axis,
        gridIndex: i,
        scale: !startAtZero,
        splitNumber: 4,
        name: unit,
        nameLocation: 'middle',
        nameGap: 46,
        splitLine: { lineStyle: faint },
      },
      {
        ...axis,
        gridIndex: i,
        position: 'right',
        min: 0,
        splitNumber: 4,
        splitLine: { show: false },
        axisLabel: {
          ...axis.axisLabel,
          formatter: (value: number) => (value === 0 ? '0' : Number(value.toPrecision(2)).toExponential()),
        },
        show: curves.some(({ right }) => right === true),
      },
    ]),
    series: panels.flatMap(({ curves }, i) =>
      curves.map(({ name, points, color, dashed = false, right = false }) => ({
        type: 'line',
        name: `${i}:${name}`,
        data: points,
        xAxisIndex: i,
        yAxisIndex: 2 * i + (right ? 1 : 0),
        showSymbol: points.length <= 40,
        symbol: 'circle',
        symbolSize: 4,
        itemStyle: { color },
        lineStyle: { color, width: 1.8, type: dashed ? 'dashed' : 'solid' },
      }))
    ),
  }
}
