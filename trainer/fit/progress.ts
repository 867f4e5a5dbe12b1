import { layOutPartitions } from '@partition-vae/models'
import type { RunConfig } from '../config/schema.js'
import { klByPartition } from './epoch-sums.js'
import type { StepReport } from './loop.js'
import type { EpochRecord } from './record.js'

/** Where progress goes: a terminal or a file. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  write (text: string): unknown
}

export interface Progress {
  step (report: StepReport): void
  epoch (record: EpochRecord): void
  /** Leaves a redrawn line as it stands and goes to the next. */
  end (): void
}

export interface ProgressOptions {
  readonly stream: ProgressStream
  readonly config: Pick<RunConfig, 'fit' | 'model'>
  /** Milliseconds, monotonic. */
  readonly now?: () => number
}

const REDRAW_SECONDS = 0.1
const PLAIN_SECONDS = 10
/** Speed is taken over the last so many seconds. */
const SPEED_WINDOW_SECONDS = 20
const BAR_WIDTH = 16

/** On a terminal one line that is redrawn; otherwise a plain line every ten seconds. A line that stays for every epoch on both. */
export function createProgress ({ stream, config, now = () => performance.now() }: ProgressOptions): Progress {
  const partitions = layOutPartitions(config.model.partitions)
  const interval = stream.isTTY === true ? REDRAW_SECONDS : PLAIN_SECONDS
  const history: Array<{ seconds: number, step: number }> = []
  let shown = now() / 1000
  let open = false

  const show = (line: string) => {
    if (stream.isTTY !== true) {
      stream.write(`${line}\n`)
      return
    }
    // \x1b[K clears what a longer line left behind. One column is spared: a full line would wrap.
    stream.write(`\r${line.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}\x1b[K`)
    open = true
  }
  const end = () => {
    if (open) stream.write('\n')
    open = false
  }

  return {
    step (report) {
      const seconds = now() / 1000
      history.push({ seconds, step: report.step })
      while (history.length > 2 && history[0]!.seconds < seconds - SPEED_WINDOW_SECONDS) history.shift()
      if (seconds - shown < interval) return
      shown = seconds
      const stepsPerSecond = speedOf(history)
      show(stepLine(report, config.fit.epochs, stepsPerSecond, klByPartition(report.metrics.klByUnit, partitions), stream.isTTY === true))
    },
    epoch (record) {
      const line = epochLine(record, config.fit.epochs)
      stream.write(open ? `\r${line}\x1b[K\n` : `${line}\n`)
      open = false
    },
    end,
  }
}

function speedOf (history: ReadonlyArray<{ seconds: number, step: number }>): number {
  const first = history[0]!
  const last = history.at(-1)!
  return last.seconds > first.seconds ? (last.step - first.step) / (last.seconds - first.seconds) : NaN
}

function stepLine (report: StepReport, epochs: number, stepsPerSecond: number, kl: Record<string, number>, bar: boolean): string {
  const { step, stepsPerEpoch, totalSteps, batchSize, beta, metrics } = report
  const inEpoch = (step - 1) % stepsPerEpoch + 1
  const total = Object.values(kl).reduce((sum, part) => sum + part, 0)
  const parts = Object.entries(kl).map(([name, part]) => `${name} ${part.toFixed(1)}`).join(' ')
  return [
    `epoch ${Math.ceil(step / stepsPerEpoch)}/${epochs}`,
    ...bar ? [drawBar(inEpoch / stepsPerEpoch)] : [],
    `${inEpoch}/${stepsPerEpoch}`,
    `loss ${metrics.loss.toFixed(2)} = rec ${metrics.reconstruction.toFixed(2)} + ${beta.toFixed(2)}·KL ${total.toFixed(2)} (${parts})${termsOf(metrics.terms)}`,
    ...Number.isFinite(stepsPerSecond) ? [`${Math.round(stepsPerSecond * batchSize)} images/s`, `ETA ${formatDuration((totalSteps - step) / stepsPerSecond)}`] : [],
  ].join('  ')
}

function epochLine ({ epoch, train, test, beta, imagesPerSecond }: EpochRecord, epochs: number): string {
  const parts = Object.entries(train.klByPartition).map(([name, part]) => `${name} ${part.toFixed(2)}`).join(' ')
  return [
    `epoch ${epoch}/${epochs} done`,
    `loss ${train.loss.toFixed(2)} = rec ${train.reconstruction.toFixed(2)} + ${beta.toFixed(2)}·KL ${train.kl.toFixed(2)} (${parts})${termsOf(train.terms)}`,
    `mse ${train.mse.toFixed(5)}`,
    ...test === undefined ? [] : [`test loss ${test.loss.toFixed(2)} mse ${test.mse.toFixed(5)}`],
    `${Math.round(imagesPerSecond)} images/s`,
  ].join('  ')
}

/** ` + total-correlation 0.12 + …`: each as it is in the loss. */
function termsOf (terms: Readonly<Record<string, number>> = {}): string {
  return Object.entries(terms).map(([name, value]) => ` + ${name} ${value.toFixed(2)}`).join('')
}

function drawBar (fraction: number): string {
  const filled = Math.round(fraction * BAR_WIDTH)
  return `[${'='.repeat(filled)}${' '.repeat(BAR_WIDTH - filled)}]`
}

/** 3725 → `1:02:05`; below an hour `2:05`. */
export function formatDuration (seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}
