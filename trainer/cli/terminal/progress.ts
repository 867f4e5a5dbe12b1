import { layOutPartitions } from '@partition-vae/models'
import type { RunConfig } from '../../config/schema.js'
import { klByPartition } from '../../fit/epoch-sums.js'
import type { StepReport } from '../../fit/options.js'
import type { EpochRecord } from '../../fit/record.js'
import { epochOf } from '../../fit/run-length.js'
import { formatDuration } from '../../foundation/duration.js'
import { widthOf, type OutputStream } from './stream.js'

export interface Progress {
  step (report: StepReport): void
  epoch (record: EpochRecord): void
  /** Leaves a redrawn line as it stands and goes to the next. */
  end (): void
}

export interface ProgressOptions {
  readonly stream: OutputStream
  readonly config: Pick<RunConfig, 'fit' | 'model'>
  /** Epochs of the whole run, the last may be a part of one; default: the config's. */
  readonly epochs?: number | undefined
  /** Milliseconds, monotonic. */
  readonly now?: () => number
}

const REDRAW_SECONDS = 0.1
const PLAIN_SECONDS = 10
/** Speed is taken over the last so many seconds. */
const SPEED_WINDOW_SECONDS = 20
const BAR_WIDTH = 16

/**
 * On a terminal one line that is redrawn; otherwise a plain line every ten seconds. A line that stays for every epoch
 * on both.
 */
export function createProgress ({
  stream,
  config,
  epochs = config.fit.epochs,
  now = () => performance.now(),
}: ProgressOptions): Progress {
  const partitions = layOutPartitions(config.model.partitions)
  const interval = stream.isTTY === true ? REDRAW_SECONDS : PLAIN_SECONDS
  const history: Array<{ seconds: number; step: number }> = []
  let shown = now() / 1000
  let open = false

  return {
    step (report) {
      const seconds = now() / 1000
      history.push({ seconds, step: report.step })
      while (history.length > 2 && history[0]!.seconds < seconds - SPEED_WINDOW_SECONDS) history.shift()
      if (seconds - shown < interval) return
      shown = seconds
      const line = {
        report,
        epochs,
        stepsPerSecond: speedOf(history),
        kl: klByPartition(report.metrics.klByUnit, partitions),
      }
      if (stream.isTTY !== true) {
        stream.write(`${plainLine(line)}\n`)
        return
      }
      // \x1b[K clears what a longer line left behind.
      stream.write(`\r${fittingLine(line, widthOf(stream))}\x1b[K`)
      open = true
    },
    epoch (record) {
      const line = epochLine(record, epochs)
      stream.write(open ? `\r${line}\x1b[K\n` : `${line}\n`)
      open = false
    },
    end () {
      if (open) stream.write('\n')
      open = false
    },
  }
}

function speedOf (history: ReadonlyArray<{ seconds: number, step: number }>): number {
  const first = history[0]!
  const last = history.at(-1)!
  return last.seconds > first.seconds ? (last.step - first.step) / (last.seconds - first.seconds) : NaN
}

interface StepLine {
  readonly report: StepReport
  readonly epochs: number
  readonly stepsPerSecond: number
  /** By partition. */
  readonly kl: Readonly<Record<string, number>>
}

function plainLine (line: StepLine): string {
  const { position, speed, left, loss, parts, byPartition, terms } = piecesOf(line)
  return [position, ...speed, ...left, `${loss}${parts}${byPartition}${terms}`].join('  ')
}

/**
 * As much of the line as fits, what matters most first: position, speed and time left, whole or short; then loss, a
 * bar, and what the loss is made of.
 */
function fittingLine (line: StepLine, width: number): string {
  const { position, speed, left, loss, bar, parts, byPartition, terms, short } = piecesOf(line)
  const whole = [position, ...speed, ...left].join('  ')
  const fits = (text: string) => text.length <= width
  if (!fits(whole)) return short.map((_, i) => short.slice(0, i + 1).join(' ')).findLast(fits) ?? ''
  // Each with more than the one before.
  const fuller = [
    `${whole}  ${loss}`,
    ...[loss, loss + parts, loss + parts + byPartition, loss + parts + byPartition + terms].map(text =>
      [`${position}  ${bar}`, ...speed, ...left, text].join('  ')
    ),
  ]
  return fuller.findLast(fits) ?? whole
}

function piecesOf ({ report, epochs, stepsPerSecond, kl }: StepLine) {
  const { step, stepsPerEpoch, totalSteps, batchSize, beta, metrics } = report
  const inEpoch = (step - 1) % stepsPerEpoch + 1
  const epoch = epochOf(step, stepsPerEpoch)
  const ofEpoch = Math.min(stepsPerEpoch, totalSteps - (epoch - 1) * stepsPerEpoch)
  const total = Object.values(kl).reduce((sum, part) => sum + part, 0)
  const isKnown = Number.isFinite(stepsPerSecond)
  const [images, eta] = [
    String(Math.round(stepsPerSecond * batchSize)),
    `ETA ${formatDuration((totalSteps - step) / stepsPerSecond)}`,
  ]
  return {
    position: `epoch ${epoch}/${epochs}  ${inEpoch}/${ofEpoch}`,
    speed: isKnown ? [`${images} images/s`] : [],
    left: isKnown ? [eta] : [],
    /** Where all that does not fit: steps of the whole run. */
    short: [`${step}/${totalSteps}`, ...isKnown ? [`${images}/s`, eta] : []],
    bar: drawBar(inEpoch / ofEpoch),
    loss: `loss ${metrics.loss.toFixed(2)}`,
    parts: ` = rec ${metrics.reconstruction.toFixed(2)} + ${beta.toFixed(2)}·KL ${total.toFixed(2)}`,
    byPartition: ` (${Object.entries(kl).map(([name, part]) => `${name} ${part.toFixed(1)}`).join(' ')})`,
    terms: termsOf(metrics.terms),
  }
}

function epochLine ({ epoch, partial, train, test, beta, imagesPerSecond }: EpochRecord, epochs: number): string {
  const parts = Object.entries(train.klByPartition).map(([name, part]) => `${name} ${part.toFixed(2)}`).join(' ')
  return [
    `epoch ${epoch}/${epochs} ${partial === undefined ? 'done' : `ended after ${Math.round(100 * partial)}%`}`,
    `loss ${train.loss.toFixed(2)} = rec ${train.reconstruction.toFixed(2)} + ${beta.toFixed(2)}·KL ` +
      `${train.kl.toFixed(2)} (${parts})${termsOf(train.terms)}`,
    `mse ${train.mse.toFixed(5)}`,
    ...(test === undefined ? [] : [`test loss ${test.loss.toFixed(2)} mse ${test.mse.toFixed(5)}`]),
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
