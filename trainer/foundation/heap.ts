import { setFlagsFromString } from 'node:v8'

// A step leaves some hundred small objects behind, and with each the memory of a tensor outside V8's heap. The space
// where they are born grows to three times 16 MiB before it is collected, unless it is kept at its first size: a
// collection every few dozen steps, of a millisecond. That is a tenth of a small model's process. Counts for every
// thread.
setFlagsFromString('--semi-space-growth-factor=1')

// Each batch is megabytes outside of V8's heap, which count with it: several times a second it marked all of the heap
// in small steps, and on four further threads, for what the next collection of young objects frees. Marked at once, and
// only when the heap itself is full, a step takes an eighth less CPU time (`joint`, two threads: 245 ms before, 215
// after, medians of three alternating runs) and the process a fourteenth more memory.
setFlagsFromString('--no-incremental-marking')
