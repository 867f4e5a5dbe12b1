/** The charts of a study. */
import { drawChart, PALETTE } from '../../report/draw-chart.js'
import { axis, faint } from '../../report/panels.js'
import type { Trial } from '../journal/replay.js'
import { axisOf } from '../space/parameter.js'
import type { Space } from '../space/groups.js'
import { asLoss, type Objective } from '../study/objective.js'
import type { Importance } from './importance.js'

const WIDTH = 900
const text = { color: 'currentColor', fontSize: 11 }
const [BLUE, ORANGE, , , , , , GREY] = PALETTE

/** One objective by trial, and the best so far. trials: in order → SVG */
export function drawHistory (id: string, trials: readonly Trial[], objective: Objective, at: number): string {
  const ended = trials.filter(({ values }) => values?.[at] !== undefined)
  const points = (state: Trial['state']) =>
    ended.filter(trial => trial.state === state).map(({ number, values }) => [number, values![at]!])
  let best: number | undefined
  const line = ended.filter(({ state }) => state === 'complete').map(({ number, values }) => {
    const value = values![at]!
    if (best === undefined || asLoss(value, objective) < asLoss(best, objective)) best = value
    return [number, best]
  })
  return drawChart(id, {
    grid: { left: 80, right: 30, top: 40, bottom: 46 },
    legend: { textStyle: text, right: 30, top: 0 },
    xAxis: {
      ...axis,
      type: 'value',
      name: 'trial',
      nameLocation: 'middle',
      nameGap: 26,
      minInterval: 1,
      splitLine: { show: false }
    },
    yAxis: { ...axis, type: 'value', name: objective.metric, scale: true, splitLine: { lineStyle: faint } },
    series: [
      { name: 'complete', type: 'scatter', symbolSize: 8, itemStyle: { color: BLUE }, data: points('complete') },
      { name: 'stopped early', type: 'scatter', symbolSize: 6, itemStyle: { color: GREY }, data: points('pruned') },
      {
        name: 'best so far',
        type: 'line',
        step: 'end',
        symbol: 'none',
        lineStyle: { color: ORANGE, width: 2 },
        itemStyle: { color: ORANGE },
        data: line
      },
    ],
  }, { width: WIDTH, height: 320 })
}

/** Two objectives against each other, the front in another colour. → SVG */
export function drawFront (
  trials: readonly Trial[],
  front: readonly Trial[],
  [first, second]: readonly Objective[]
): string {
  const points = (some: readonly Trial[]) => some.map(({ values }) => [values![0]!, values![1]!])
  const others = trials.filter(trial => trial.state === 'complete' && !front.includes(trial))
  return drawChart('front', {
    grid: { left: 80, right: 30, top: 40, bottom: 46 },
    legend: { textStyle: text, right: 30, top: 0 },
    xAxis: {
      ...axis,
      type: 'value',
      name: first!.metric,
      nameLocation: 'middle',
      nameGap: 26,
      scale: true,
      splitLine: { lineStyle: faint }
    },
    yAxis: { ...axis, type: 'value', name: second!.metric, scale: true, splitLine: { lineStyle: faint } },
    series: [
      { name: 'beaten by another', type: 'scatter', symbolSize: 7, itemStyle: { color: GREY }, data: points(others) },
      {
        name: 'Pareto front',
        type: 'line',
        symbolSize: 9,
        itemStyle: { color: ORANGE },
        lineStyle: { color: ORANGE },
        data: points(front)
      },
    ],
  }, { width: WIDTH, height: 360 })
}

/** A line a trial through its parameters and its objectives; the best are drawn last, in colour. → SVG */
export function drawParallel (
  trials: readonly Trial[],
  best: readonly Trial[],
  space: Space,
  objectives: readonly Objective[]
): string {
  const complete = trials.filter(({ state, values }) => state === 'complete' && values !== undefined)
  const paths = Object.keys(space)
  const axes = [
    ...paths.map(path => parameterAxis(path, space)),
    ...objectives.map(({ metric }) => ({ name: metric, type: 'value', scale: true })),
  ].map((one, dim) => ({
    ...axis,
    ...one,
    dim,
    nameLocation: dim % 2 === 0 ? 'end' : 'start',
    nameGap: 14,
    axisLabel: { ...axis.axisLabel, fontSize: 10 },
  }))
  const lineOf = ({ parameters, values }: Trial) => [
    // A parameter that did not exist is a gap, which ECharts writes as a dash.
    ...paths.map(path => place(parameters.get(path), path, space)),
    ...values!,
  ]
  const series = (name: string, some: readonly Trial[], color: string, opacity: number, width: number) => ({
    name, type: 'parallel', data: some.map(lineOf), lineStyle: { color, opacity, width }, silent: true,
  })
  return drawChart('parallel', {
    parallel: { left: 70, right: 90, top: 50, bottom: 50 },
    parallelAxis: axes,
    series: [
      series('others', complete.filter(trial => !best.includes(trial)), BLUE, 0.35, 1),
      series('best', best, ORANGE, 1, 2.5),
    ],
  }, { width: Math.max(WIDTH, 150 * axes.length), height: 380 })
}

function parameterAxis (path: string, space: Space): { name: string, type: string, [option: string]: unknown } {
  const parameter = space[path]!
  if (parameter.type === 'choice') {
    return { name: path, type: 'category', data: parameter.choices.map(choice => short(choice)) }
  }
  const { log } = axisOf(parameter)
  return { name: path, type: log ? 'log' : 'value', min: parameter.low, max: parameter.high }
}

function place (drawn: number | undefined, path: string, space: Space): number | string {
  const parameter = space[path]!
  if (drawn === undefined) return '-'
  return parameter.type === 'choice' ? short(parameter.choices[drawn]) : drawn
}

function short (choice: unknown): string {
  const whole = typeof choice === 'string' ? choice : JSON.stringify(choice)
  return whole.length > 24 ? `${whole.slice(0, 23)}…` : whole
}

/** A bar a parameter. → SVG */
export function drawImportance (importance: readonly Importance[]): string {
  return drawChart('importance', {
    grid: { left: 24 + 6.8 * Math.max(...importance.map(({ path }) => path.length)), right: 60, top: 10, bottom: 30 },
    xAxis: { ...axis, type: 'value', min: 0, splitLine: { lineStyle: faint } },
    yAxis: {
      ...axis,
      type: 'category',
      inverse: true,
      data: importance.map(({ path }) => path),
      axisTick: { show: false }
    },
    series: [{
      type: 'bar',
      itemStyle: { color: BLUE, borderRadius: [0, 2, 2, 0] },
      data: importance.map(({ share }) => share),
      label: {
        show: true,
        position: 'right',
        color: 'currentColor',
        fontSize: 10.5,
        formatter: ({ value }: { value: number }) => value.toFixed(2),
      },
    }],
  }, { width: WIDTH, height: 50 + 26 * importance.length })
}
