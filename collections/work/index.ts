/** Work that many processes and machines share. */
export { describeSelf, isRunning, parseHolder, type Holder } from './holder.js'
export { openLeases, type Lease, type LeaseOptions, type Leases } from './leases.js'
