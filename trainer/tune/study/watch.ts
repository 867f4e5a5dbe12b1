import type { Trial } from '../journal/replay.js'
import type { Study } from './study.js'

export interface StudyObserver {
  /** A trial has ended, here or in another process; each once, in the order in which they ended. */
  onEnd (trial: Trial, before: readonly Trial[]): void
  /** Told about once a second of the trials that run. */
  onRunning? (trials: readonly Trial[]): void
}

/** Between two looks, in ms. */
const PERIOD = 1000

/** Looks at a study again and again while others work on it, and tells what has changed. */
export function watchStudy (study: Study, observer: StudyObserver): { end (): Promise<void> } {
  const told = new Set(study.state().trials.filter(isOver).map(({ number }) => number))
  const tell = () => {
    const { trials } = study.state()
    const news = trials.filter(trial => isOver(trial) && !told.has(trial.number))
    for (const trial of news.sort((a, b) => (a.ended ?? '') < (b.ended ?? '') ? -1 : 1)) {
      const before = trials.filter(({ number }) => told.has(number))
      told.add(trial.number)
      observer.onEnd(trial, before)
    }
    observer.onRunning?.(trials.filter(({ state }) => state === 'running'))
  }
  let looking = Promise.resolve()
  const timer = setInterval(() => {
    // A journal that can't be read now stops who works on it, not who looks.
    looking = study.refresh().then(tell, () => {})
  }, PERIOD)
  return {
    async end () {
      clearInterval(timer)
      await looking
      await study.refresh()
      tell()
    },
  }
}

function isOver ({ state }: Trial): boolean {
  return state !== 'running' && state !== 'waiting'
}
