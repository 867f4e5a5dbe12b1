import { setFlagsFromString } from 'node:v8'

// A step leaves some hundred small objects behind, and with each the memory of a tensor outside V8's heap. The space
// where they are born grows to three times 16 MiB before it is collected, unless it is kept at its first size: a
// collection every few dozen steps, of a millisecond. That is a tenth of a small model's process. Counts for every
// thread.
setFlagsFromString('--semi-space-growth-factor=1')

// Each step's tensors are megabytes outside of V8's heap, which count with it: once or twice a second it marked all of
// the heap, in small steps and on four further threads, beside the computation that has all cores. Marked at once,
// where it must be, a step takes a sixth less time (`joint`, two threads: 103 ms and 178 of CPU before, 84 and 146
// after, medians of three alternating runs), and the process a tenth more memory.
setFlagsFromString('--no-incremental-marking')
