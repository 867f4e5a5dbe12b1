#!/usr/bin/env node
/** `npx pvae`, from its sources as they are now. */
import { build, buildExplorer } from '../../bin/build.mjs'

const program = new URL('../dist/cli/main.js', import.meta.url)
await build(program)
// Of all commands it alone has a use for it.
if (process.argv[2] === 'explore') buildExplorer(new URL('../dist/explorer/', import.meta.url), 'static')
await import(program.href)
