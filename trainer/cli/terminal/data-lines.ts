import { describeAnalysis } from '../../footage/report.js'
import type { DataSummary, JointReason, RunObserver } from '../../run/observer.js'
import type { CliContext } from '../context.js'
import { describeClip, describeImageSize } from './describe-image-size.js'
import { displayPath } from './display-path.js'
import { createStatusLine } from './status-line.js'

const LISTED_SKIPS = 10

type DataObserver = Pick<
  RunObserver,
  'onClip' | 'onSizing' | 'onImageSize' | 'onDecoding' | 'onDecodingEnd' | 'onData' | 'onAnalysing' | 'onAnalysis' |
  'onArchitecture' | 'onSmallBatch' | 'onAnalysisDrawn'
>

/** Tells of the images: how they are prepared, what they are and what was seen in them. */
export function dataLines ({ stderr, directory }: Pick<CliContext, 'stderr' | 'directory'>): DataObserver {
  const say = (line: string) => stderr.write(`${line}\n`)
  const status = createStatusLine(stderr)
  return {
    onClip: clip => say(describeClip(clip)),
    onSizing: () => say('looking at some frames: how small is what moves in them'),
    onImageSize: choice => say(describeImageSize(choice)),
    onDecoding: ({ done, total, rate }) =>
      status.show(`decoding images: ${done} of ${total}, ${Math.round(rate)} a second`),
    onDecodingEnd: () => status.clear(),
    onData: data => describeData(data).forEach(say),
    onAnalysing: () => say('looking at the frames'),
    onAnalysis: analysis => describeAnalysis(analysis).forEach(say),
    onArchitecture (choice) {
      if (choice.architecture === 'layered') choice.warnings.forEach(warning => say(`warning: ${warning}`))
      else say(`a joint network, as of preset images: ${describeReason(choice.reason)}`)
    },
    onSmallBatch: ({ batchSize, images }) => say(`batch size ${batchSize}: ${images} training images`),
    onAnalysisDrawn: path => say(`objects: ${displayPath(directory, path)}`),
  }
}

function describeData ({ train, test, shape: { height, width, channels }, skipped, notes }: DataSummary): string[] {
  const lines = [
    `data: ${train.name} ${train.count} images, ${test.name} ${test.count} images, ${height}×${width}×${channels}`,
  ]
  if (skipped.length > 0) {
    lines.push(`skipped ${skipped.length} files:`)
    lines.push(...skipped.slice(0, LISTED_SKIPS).map(({ path, reason }) => `  ${path}: ${reason}`))
    if (skipped.length > LISTED_SKIPS) lines.push(`  and ${skipped.length - LISTED_SKIPS} more`)
  }
  return [...lines, ...notes.map(note => `note: ${note}`)]
}

function describeReason (reason: JointReason): string {
  const percent = (share: number) => `${Math.round(100 * share)}%`
  switch (reason.code) {
    case 'model given':
      return '--set changes its model; preset footage gives each moving thing a partition of its own'
    case 'few images':
      return `expected at least ${reason.fewest} images to see what moves in ${reason.name} but found ${reason.count}`
    case 'large thing':
      return `${reason.partition} needs ${percent(reason.share)} of the image (expected at most ` +
        `${percent(reason.largestShare)} of what moves before a background)`
    case 'no footage':
      return reason.message
  }
}
