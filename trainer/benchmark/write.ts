import { join } from 'node:path'
import { writeFileAtomic } from '../foundation/files.js'
import type { Benchmark } from './benchmark.js'
import { renderMarkdown } from './markdown.js'
import { renderPage } from './page.js'

/**
 * Writes `benchmark.json`, `benchmark.md` and `index.html` into a benchmark's folder.
 * @returns their paths
 * @throws TrainerError PVAE_OUTPUT_UNWRITABLE
 */
export async function writeBenchmark (directory: string, benchmark: Benchmark): Promise<string[]> {
  const { results, ...summary } = benchmark
  // What was measured of each run in full is in its own folder.
  const runs = results.map(({ metrics, model, asked, ...run }) => run)
  const files = {
    'benchmark.json': `${JSON.stringify({ ...summary, runs }, null, 2)}\n`,
    'benchmark.md': renderMarkdown(benchmark),
    'index.html': renderPage(benchmark),
  }
  for (const [file, text] of Object.entries(files)) await writeFileAtomic(join(directory, file), text)
  return Object.keys(files).map(file => join(directory, file))
}
