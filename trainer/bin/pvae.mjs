#!/usr/bin/env node
/** `npx pvae`, from its sources as they are now. */
import { build } from '../../bin/build.mjs'

const program = new URL('../dist/cli/main.js', import.meta.url)
await build(program)
await import(program.href)
