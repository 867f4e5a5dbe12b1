/** `npm start`, from its sources as they are now. */
import { build, buildExplorer } from '../../bin/build.mjs'

/** Milliseconds between two looks at whether npm is still there. */
const WATCH = 500

// Before anything is said: who hears that the service is ready may end npm at once.
const parent = process.ppid
const program = new URL('../dist/main.js', import.meta.url)
await build(program)
buildExplorer(new URL('../explorer/dist/', import.meta.url), 'production')
await import(program.href)

// Between npm and this process lies a shell, which a signal to npm ends without passing it on: the service would go on
// by itself, and hold its port.
if (process.env.npm_lifecycle_event === 'start') {
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, WATCH)
  watch.unref()
}
