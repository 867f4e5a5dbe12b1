import { setFlagsFromString } from 'node:v8'

// A step leaves some hundred small objects behind, and with each the memory of a tensor outside V8's heap. The space
// where they are born grows to three times 16 MiB before it is collected, unless it is kept at its first size: a
// collection every few dozen steps, of a millisecond. That is a tenth of a small model's process. Counts for every
// thread.
setFlagsFromString('--semi-space-growth-factor=1')
