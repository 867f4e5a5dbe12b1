import { basename, join } from 'node:path'
import { writeFileAtomic } from '../../foundation/files.js'
import { formatDuration } from '../../foundation/duration.js'
import { renderDocument } from '../../report/document.js'
import { renderChart, type Chart } from '../../report/page.js'
import { escapeMarkup } from '../../report/svg.js'
import { heading, number, renderTable, type Cell } from '../../report/table.js'
import type { StudyState, Trial } from '../journal/replay.js'
import type { Space } from '../space/groups.js'
import type { Objective } from '../study/objective.js'
import { bestTrials } from './best.js'
import { drawFront, drawHistory, drawImportance, drawParallel } from './charts.js'
import { describeDrawn } from './describe.js'
import { importanceOf } from './importance.js'

export interface StudyReport {
  readonly space: Space
  readonly objectives: readonly Objective[]
  /** The command that goes on with the study. */
  readonly command: string
  /** Of the best trials, in their order. */
  readonly configs: readonly string[]
}

/**
 * Writes a study's page, `index.html` in its folder, which loads nothing.
 * @returns its path
 * @throws TrainerError PVAE_OUTPUT_UNWRITABLE
 */
export async function writeStudyReport (
  directory: string,
  study: StudyState,
  report: StudyReport
): Promise<string> {
  const path = join(directory, 'index.html')
  await writeFileAtomic(path, renderStudy(study, report))
  return path
}

/** Renders the page of a study with at least one trial that is complete. */
export function renderStudy (study: StudyState, { space, objectives, command, configs }: StudyReport): string {
  const { name, trials } = study
  const best = bestTrials(study, objectives)
  const importance = importanceOf(study, space, objectives)
  const count = (state: Trial['state']) => String(trials.filter(trial => trial.state === state).length)
  const seconds = trials.reduce((sum, { userAttributes }) => sum + Number(userAttributes.get('pvae:seconds') ?? 0), 0)
  const counts = {
    'Trials complete': count('complete'),
    'stopped early': count('pruned'),
    failed: count('fail'),
    running: count('running'),
    'time of all trials': formatDuration(seconds),
  }
  return renderDocument(`${name}: study`, `<header>
<h1>${escapeMarkup(name)} <span class="quiet">study</span></h1>
<p>${objectives.map(({ metric, direction }) => `${direction} ${escapeMarkup(metric)}`).join('; ')}</p>
<dl class="numbers">
${Object.entries(counts).map(([what, text]) => `<div><dt>${what}</dt><dd>${text}</dd></div>`).join('\n')}
</dl>
</header>
<main>
<section>
<h2>${best.length > 1 ? 'The Pareto front' : 'The best trial'}</h2>
${best.length === 0 ? '<p>No trial is complete yet.</p>' : bestTable(best, objectives, space, configs)}
</section>
<section>
<h2>The search</h2>
${chartsOf(trials, best, space, objectives, importance).map(renderChart).join('\n')}
${trialTable(trials, objectives, space)}
</section>
<section>
<h2>Going on</h2>
<pre>${escapeMarkup(command)}</pre>
<details><summary>Search space</summary>
<pre>${escapeMarkup(JSON.stringify(space, null, 2))}</pre>
</details>
</section>
</main>`)
}

function chartsOf (
  trials: readonly Trial[],
  best: readonly Trial[],
  space: Space,
  objectives: readonly Objective[],
  importance: ReturnType<typeof importanceOf>
): Chart[] {
  if (best.length === 0) return []
  const histories = objectives.map((objective, i): Chart => ({
    name: `history-${i}`,
    title: `History of ${objective.metric}`,
    caption: 'By trial. Those stopped early are at what they reported last.',
    svg: drawHistory(`history${i}`, trials, objective, i),
  }))
  return [
    ...objectives.length === 2
      ? [{
          name: 'front',
          title: 'What one objective costs the other',
          caption: 'A trial is on the front where no other is as good in both and better in one.',
          svg: drawFront(trials, best, objectives),
        }]
      : [],
    ...histories,
    {
      name: 'parallel',
      title: 'Parallel coordinates',
      caption: 'A line a complete trial, through its parameters and what came of it; the best in another colour.',
      svg: drawParallel(trials, best, space, objectives),
    },
    ...importance.length === 0
      ? []
      : [{
          name: 'importance',
          title: 'Importance',
          caption: 'How far the best tenth of the trials differs from all in each parameter, as shares (PED-ANOVA, ' +
            'Watanabe et al. 2023). It is of this study: what was not searched is not in it.',
          svg: drawImportance(importance),
        }],
  ]
}

function bestTable (
  best: readonly Trial[],
  objectives: readonly Objective[],
  space: Space,
  configs: readonly string[]
): string {
  return renderTable({
    title: best.length > 1 ? 'Trials that no other beats' : `Trial ${best[0]!.number}`,
    caption: 'Train one with: npm run train -- --config FILE',
    header: ['Trial', ...objectives.map(({ metric }) => heading(metric)), 'Parameters', 'Config'],
    rows: best.map((trial, i) => [
      String(trial.number),
      ...objectives.map((_, at) => number(trial.values?.[at], 5)),
      describeDrawn(space, Object.fromEntries(trial.parameters)),
      configs[i] === undefined ? '' : basename(configs[i]),
    ]),
  })
}

function trialTable (trials: readonly Trial[], objectives: readonly Objective[], space: Space): string {
  return renderTable({
    title: 'All trials',
    caption: 'In the order in which they began.',
    header: ['Trial', 'State', ...objectives.map(({ metric }) => heading(metric)), heading('Epochs'), 'Parameters'],
    rows: trials.map((trial): Cell[] => [
      String(trial.number),
      trial.state,
      ...objectives.map((_, at) => number(trial.values?.[at], 5)),
      { number: trial.intermediateValues.size === 0 ? '–' : String(Math.max(...trial.intermediateValues.keys())) },
      describeDrawn(space, Object.fromEntries(trial.parameters)),
    ]),
  })
}
