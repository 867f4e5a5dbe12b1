import { setFlagsFromString } from 'node:v8'

// A request that is under way while V8 collects its young objects twice is moved among the old ones. On a machine with
// much memory V8 lets those grow to four times of what is alive before it looks at them: resident memory rises and
// falls by half as much again, without any leak. Less is not cheap either: a decoded photograph lies outside of V8's
// heap but counts with it, and at one and a half times the collector went through all of a worker's heap every twenty
// photographs, a fifth of their CPU time. Two and a half times is between. Counts for every thread of this process.
setFlagsFromString('--heap-growing-percent=150')
