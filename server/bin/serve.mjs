/** `npm start`, from its sources as they are now. */
import { build, buildExplorer } from '../../bin/build.mjs'

const program = new URL('../dist/main.js', import.meta.url)
await build(program)
buildExplorer(new URL('../explorer/dist/', import.meta.url), 'production')
await import(program.href)
