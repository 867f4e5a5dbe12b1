import { setFlagsFromString } from 'node:v8'

// A request that is under way while V8 collects its young objects twice is moved among the old ones. On a machine with
// much memory V8 lets those grow to four times of what is alive before it looks at them: resident memory rises and
// falls by half as much again, without any leak. Two and a half times is enough. Both flags count for every thread of
// this process.
setFlagsFromString('--heap-growing-percent=150')

// A decoded photograph lies outside of V8's heap but counts with it. Every few dozen of them V8 began to mark all of a
// worker's heap, in small steps beside the work, for megabytes that the next collection of young objects frees anyway:
// a quarter of a photograph's CPU time. Without steps it marks only when the heap itself is full, in one pause of some
// 20 ms, and resident memory is the same.
setFlagsFromString('--no-incremental-marking')
