import { setFlagsFromString } from 'node:v8'

// What a photograph is decoded into lies outside of V8's heap but counts with it, and its decoder gives it back only
// when all of the heap is collected. V8 began to do so every few dozen photographs, in small steps and on four further
// threads beside the work: a fifth of a photograph's CPU time. Now it marks at once, in a pause of some 20 ms, and only
// where a heap has reached its bound. Both flags count for every thread of this process.
setFlagsFromString('--no-incremental-marking')

// A request that is under way while V8 collects its young objects twice is moved among the old ones. On a machine with
// much memory V8 lets those grow to four times of what is alive before it looks at them: resident memory rises and
// falls by half as much again, without any leak. Twice is enough; without steps it goes somewhat beyond.
setFlagsFromString('--heap-growing-percent=100')
