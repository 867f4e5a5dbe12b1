/** The end of `npm run build`: the next start finds nothing to compile. */
import { markCompiled } from './build.mjs'

markCompiled()
