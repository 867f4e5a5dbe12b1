import type { Benchmark } from './benchmark.js'
import { machineOf, READING, reasonsOf, rowsOf, WORDS } from './rows.js'

/** Renders a benchmark as Markdown: the table, how to read it, the machine, and the command. */
export function renderMarkdown (benchmark: Benchmark): string {
  const { name, preset, data, command, measures, models, machines } = benchmark
  const { header, measured, published } = rowsOf(benchmark)
  const row = (cells: readonly string[]) => `| ${cells.map(escape).join(' | ')} |`
  const reasons = reasonsOf(models)
  return `# ${name}: benchmark on the images of ${preset}

${[
  row(header),
  `|${header.map((_, i) => i < WORDS ? '---' : '---:').join('|')}|`,
  ...[...measured, ...published].map(row),
].join('\n')}

${READING.join(' ')}

${measures.map(({ name, meaning }) => `- **${name}**: ${meaning}`).join('\n')}
${reasons.length === 0 ? '' : `\nNot measured:\n\n${reasons.map(reason => `- ${reason}`).join('\n')}\n`}
Images: \`${JSON.stringify(data)}\`

${machines.map(machine => `Machine: ${machineOf(machine)}`).join('\n\n')}

\`\`\`sh
${command}
\`\`\`
`
}

/** A bar would end the cell. */
const escape = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
