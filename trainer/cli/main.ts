#!/usr/bin/env node
import '../foundation/heap.js'
import { INTERRUPTED_EXIT_CODE, runCli } from './program.js'

/** The only file that touches the process: arguments, streams, signals, exit code. */
const interruption = new AbortController()

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Files appear whole or not at all, so leaving at any moment corrupts nothing.
    if (interruption.signal.aborted) process.exit(INTERRUPTED_EXIT_CODE)
    interruption.abort()
    process.stderr.write(`${process.stderr.isTTY ? '\n' : ''}stopping (once more to stop at once)\n`)
  })
}

// A reader that leaves early (head, less) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruption.signal,
  directory: process.cwd(),
})
