import type { EChartsCoreOption } from 'echarts/core'
import { nameUnit, type Partition } from '@partition-vae/models'
import { TrainerError } from '../errors.js'
import type { EpochRecord } from '../fit/record.js'
import { drawChart, PALETTE } from './chart.js'

const faint = { color: 'currentColor', opacity: 0.12 }
const axis = {
  axisLabel: { color: 'currentColor', fontSize: 11 },
  nameTextStyle: { color: 'currentColor', fontSize: 11 },
  axisLine: { lineStyle: { color: 'currentColor', opacity: 0.4 } },
  axisTick: { lineStyle: { color: 'currentColor', opacity: 0.4 } },
}

interface Curve {
  readonly name: string
  readonly points: ReadonlyArray<readonly [epoch: number, value: number]>
  readonly color: string
  readonly dashed?: boolean
  /** On the axis at the right, which has a scale of its own. */
  readonly right?: boolean
}

interface Panel {
  readonly title: string
  readonly unit: string
  readonly curves: readonly Curve[]
  readonly startAtZero?: boolean
}

/**
 * Loss, reconstruction, KL by partition and the schedules over the epochs. → SVG
 * @throws TrainerError PVAE_INVALID_PARAMETER without a record
 */
export function drawLossCurves (records: readonly EpochRecord[], partitions: readonly Partition[]): string {
  if (records.length === 0) throw new TrainerError('PVAE_INVALID_PARAMETER', 'expected at least 1 epoch record to draw loss curves but received none')
  const splits = records.some(({ test }) => test !== undefined) ? ['train', 'test'] as const : ['train'] as const
  const judged = splits.at(-1)!
  const both = (key: 'loss' | 'reconstruction'): Curve[] => splits.map((split, i) => ({
    name: split, points: pointsOf(records, record => record[split]?.[key]), color: PALETTE[i]!,
  }))
  const panels: Panel[] = [
    { title: 'Loss', unit: 'nats an image', curves: both('loss') },
    { title: 'Reconstruction', unit: 'nats an image', curves: both('reconstruction') },
    {
      title: `KL by partition (${judged})`,
      unit: 'nats an image',
      startAtZero: true,
      curves: [
        { name: 'total', points: pointsOf(records, record => record[judged]?.kl), color: 'currentColor' },
        ...partitions.map(({ name, label = name }, i) => ({
          name: label, points: pointsOf(records, record => record[judged]?.klByPartition[name]), color: colourOf(i), dashed: i >= PALETTE.length,
        })),
      ],
    },
    {
      title: 'Schedules',
      unit: 'β',
      startAtZero: true,
      curves: [
        { name: 'β', points: pointsOf(records, ({ beta }) => beta), color: PALETTE[4] },
        { name: 'learning rate (right)', points: pointsOf(records, ({ learningRate }) => learningRate), color: PALETTE[5], dashed: true, right: true },
      ],
    },
  ]
  const last = records.at(-1)!.epoch
  return drawChart('loss', panelOption(panels, [records.length > 1 ? records[0]!.epoch : last - 1, Math.max(last, 1)]), { width: 900, height: 600 })
}

/** A partition's colour, the same in every chart. */
export function colourOf (partitionIndex: number): string {
  return PALETTE[partitionIndex % PALETTE.length]!
}

function pointsOf (records: readonly EpochRecord[], value: (record: EpochRecord) => number | undefined): Array<readonly [number, number]> {
  return records.flatMap(record => {
    const y = value(record)
    return y === undefined ? [] : [[record.epoch, y] as const]
  })
}

/** Four panels, two by two, on a canvas of 900 × 600. */
function panelOption (panels: readonly Panel[], [min, max]: readonly [number, number]): EChartsCoreOption {
  const place = (i: number) => ({ left: 64 + (i % 2) * 450, top: 62 + Math.floor(i / 2) * 300, width: 330, height: 190 })
  return {
    title: panels.map(({ title }, i) => ({
      text: title, left: place(i).left - 6, top: place(i).top - 58, textStyle: { color: 'currentColor', fontSize: 14, fontWeight: 'bold' },
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
    xAxis: panels.map((_, i) => ({
      ...axis, gridIndex: i, type: 'value', min, max, minInterval: 1, name: 'epoch', nameLocation: 'middle', nameGap: 26, splitLine: { show: false },
    })),
    yAxis: panels.flatMap(({ unit, startAtZero = false, curves }, i) => [
      { ...axis, gridIndex: i, scale: !startAtZero, splitNumber: 4, name: unit, nameLocation: 'middle', nameGap: 46, splitLine: { lineStyle: faint } },
      {
        ...axis,
        gridIndex: i,
        position: 'right',
        min: 0,
        splitNumber: 4,
        splitLine: { show: false },
        axisLabel: { ...axis.axisLabel, formatter: (value: number) => value === 0 ? '0' : Number(value.toPrecision(2)).toExponential() },
        show: curves.some(({ right }) => right === true),
      },
    ]),
    series: panels.flatMap(({ curves }, i) => curves.map(({ name, points, color, dashed = false, right = false }) => ({
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
    }))),
  }
}

/** KL of each unit in nats, a bar a unit, coloured and set apart by partition. `klByUnit`: [D]. → SVG */
export function drawKlByUnit (klByUnit: readonly number[], partitions: readonly Partition[]): string {
  const gap = { name: '', value: null, color: 'transparent' }
  const bars = partitions.flatMap(({ offset, size }, i) => [
    ...(i === 0 ? [] : [gap]),
    ...Array.from({ length: size }, (_, unit) => ({ name: nameUnit(partitions, offset + unit), value: klByUnit[offset + unit]!, color: colourOf(i) })),
  ])
  // Many units get thinner bars, so that the chart stays readable at a glance.
  const pitch = bars.length <= 40 ? 20 : 9
  return drawChart('kl', {
    grid: { left: 24 + 6.8 * Math.max(...bars.map(({ name }) => name.length)), right: 50, top: 10, bottom: 46 },
    xAxis: { ...axis, type: 'value', name: 'KL, nats an image', nameLocation: 'middle', nameGap: 26, splitLine: { lineStyle: faint } },
    yAxis: {
      ...axis,
      type: 'category',
      inverse: true,
      data: bars.map(({ name }) => name),
      axisTick: { show: false },
      axisLabel: { ...axis.axisLabel, ...(pitch < 12 ? {} : { interval: 0 }) },
    },
    series: [{
      type: 'bar',
      barCategoryGap: '25%',
      data: bars.map(({ value, color }) => ({ value, itemStyle: { color, borderRadius: [0, 2, 2, 0] } })),
      label: {
        show: pitch >= 12,
        position: 'right',
        color: 'currentColor',
        fontSize: 10.5,
        formatter: ({ value }: { value: number }) => value.toFixed(2),
      },
    }],
  }, { width: 560, height: 60 + pitch * bars.length })
}
