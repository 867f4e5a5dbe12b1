// Worker threads do not get tsx from --import on Node 20 (they do on 22 and later): this registers it first.
import { register } from 'tsx/esm/api'

register()
await import('../../server/inference/worker.ts')
