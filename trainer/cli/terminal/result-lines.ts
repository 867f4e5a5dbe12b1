import { join } from 'node:path'
import { partitionKinds } from '../../config/partition-kinds.js'
import { describeVerdict, judge } from '../../report/index.js'
import type { PublishedVersion, RunObserver } from '../../run/observer.js'
import type { CliContext } from '../context.js'
import { defaultDirectories } from '../output-directories.js'
import { describeMetrics } from './describe-metrics.js'
import { displayPath } from './display-path.js'

type ResultObserver = Pick<RunObserver, 'onAssessing' | 'onAssessed' | 'onPublished'>

/** Tells how good the trained model is, and where all of it lies. */
export function resultLines ({ stdout, stderr, directory }: Omit<CliContext, 'signal'>): ResultObserver {
  const say = (line: string) => stdout.write(`${line}\n`)
  return {
    onAssessing: ({ step, testImages }) => {
      stderr.write(`measuring step ${step} on ${testImages} test images\n`)
    },
    onAssessed ({ metrics, config, partitions, path, report }) {
      say(describeMetrics(metrics, config))
      say(describeVerdict(judge(metrics, partitions, partitionKinds(config.model))))
      say(`run     ${displayPath(directory, path)}`)
      say(`report  ${displayPath(directory, join(report, 'index.html'))}`)
    },
    onPublished: version => describePublished(version, directory).forEach(say),
  }
}

function describePublished ({ name, version, directory: folder, repository }: PublishedVersion, directory: string) {
  const elsewhere =
    repository === defaultDirectories(directory).repository
      ? ''
      : `PVAE_REPOSITORY=${displayPath(directory, repository)} `
  const same = `${name}@${version}`
  return [
    `model   ${displayPath(directory, folder)}`,
    `serve   ${elsewhere}npm start, then http://localhost:8080/v1/models/${name}/versions/${version}`,
    '        a service that runs on this repository finds it by itself when started with PVAE_WATCH=5, or ' +
      'after: kill -HUP PID, the pid of its log lines',
    ...version === 1
      ? []
      : [`note    ${name} without a version now means ${same}; undo: npx pvae unpublish ${same}; another ` +
          '--name keeps models apart'],
  ]
}
