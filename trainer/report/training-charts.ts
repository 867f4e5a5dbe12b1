import { nameUnit, type Named, type Partition } from '@partition-vae/models'
import { TrainerError } from '../foundation/errors.js'
import type { EpochRecord } from '../fit/record.js'
import { drawChart, PALETTE } from './draw-chart.js'
import { axis, drawPanels, faint, type Curve } from './panels.js'

/**
 * Loss, reconstruction, KL by partition and the schedules over the epochs. → SVG
 * @throws TrainerError PVAE_INVALID_PARAMETER without a record
 */
export function drawLossCurves (records: readonly EpochRecord[], partitions: readonly Partition[]): string {
  if (records.length === 0) {
    throw new TrainerError(
      'PVAE_INVALID_PARAMETER',
      'expected at least 1 epoch record to draw loss curves but received none'
    )
  }
  const splits = records.some(({ test }) => test !== undefined) ? ['train', 'test'] as const : ['train'] as const
  // Test images may be measured after some epochs only, which makes no curve.
  const judged = 2 * records.filter(({ test }) => test !== undefined).length > records.length ? 'test' : 'train'
  const both = (key: 'loss' | 'reconstruction'): Curve[] => splits.map((split, i) => ({
    name: split, points: pointsOf(records, record => record[split]?.[key]), color: PALETTE[i]!,
  }))
  const last = epochsOf(records.at(-1)!)
  const x = {
    name: 'epoch',
    min: records.length > 1 ? epochsOf(records[0]!) : Math.ceil(last) - 1,
    max: Math.max(last, 1),
    integers: true,
  }
  return drawPanels('loss', [
    { title: 'Loss', x, unit: 'nats an image', curves: both('loss') },
    { title: 'Reconstruction', x, unit: 'nats an image', curves: both('reconstruction') },
    {
      x,
      title: `KL by partition (${judged})`,
      unit: 'nats an image',
      startAtZero: true,
      curves: [
        { name: 'total', points: pointsOf(records, record => record[judged]?.kl), color: 'currentColor' },
        ...partitions.map(({ name, label = name }, i) => ({
          name: label,
          points: pointsOf(records, record => record[judged]?.klByPartition[name]),
          color: colourOf(i),
          dashed: i >= PALETTE.length,
        })),
      ],
    },
    {
      x,
      title: 'Schedules',
      unit: 'β',
      startAtZero: true,
      curves: [
        { name: 'β', points: pointsOf(records, ({ beta }) => beta), color: PALETTE[4] },
        {
          name: 'learning rate (right)',
          points: pointsOf(records, ({ learningRate }) => learningRate),
          color: PALETTE[5],
          dashed: true,
          right: true,
        },
      ],
    },
  ])
}

/** Epochs that had been taken. */
const epochsOf = ({ epoch, partial = 1 }: EpochRecord) => epoch - 1 + partial

/** A partition's colour, the same in every chart. */
export function colourOf (partitionIndex: number): string {
  return PALETTE[partitionIndex % PALETTE.length]!
}

function pointsOf (
  records: readonly EpochRecord[],
  value: (record: EpochRecord) => number | undefined
): Array<readonly [number, number]> {
  return records.flatMap(record => {
    const y = value(record)
    return y === undefined ? [] : [[epochsOf(record), y] as const]
  })
}

/** KL of each unit in nats, a bar a unit, coloured and set apart by partition. `klByUnit`: [D]. → SVG */
export function drawKlByUnit (klByUnit: readonly number[], card: Named): string {
  const gap = { name: '', value: null, color: 'transparent' }
  const bars = card.partitions.flatMap(({ offset, size }, i) => [
    ...(i === 0 ? [] : [gap]),
    ...Array.from({ length: size }, (_, unit) => ({
      name: nameUnit(card, offset + unit),
      value: klByUnit[offset + unit]!,
      color: colourOf(i),
    })),
  ])
  // Many units get thinner bars, so that the chart stays readable at a glance.
  const pitch = bars.length <= 40 ? 20 : 9
  return drawChart(
    'kl',
    {
      grid: { left: 24 + 6.8 * Math.max(...bars.map(({ name }) => name.length)), right: 50, top: 10, bottom: 46 },
      xAxis: {
        ...axis,
        type: 'value',
        name: 'KL, nats an image',
        nameLocation: 'middle',
        nameGap: 26,
        splitLine: { lineStyle: faint },
      },
      yAxis: {
        ...axis,
        type: 'category',
        inverse: true,
        data: bars.map(({ name }) => name),
        axisTick: { show: false },
        axisLabel: { ...axis.axisLabel, ...(pitch < 12 ? {} : { interval: 0 }) },
      },
      series: [
        {
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
        },
      ],
    },
    { width: 560, height: 60 + pitch * bars.length }
  )
}
