/**
 * What each benchmark must have printed at the end of a smoke run: lines in any order, in which `#` stands for a finite
 * number, `#?` for a number or the dash of a peer that was skipped, and `…` for anything. Whoever adds a benchmark to
 * package.json adds its lines here.
 */
export const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'bench:parity': ['| mnist | # | # | # | # | # | # | # |'],
  'bench:train': [`| b: stride, transposed | 8 | 1 |${' # | # | #? | #? |'.repeat(2)} # |${' #? |'.repeat(8)} # |`],
  'bench:quality': ['mnist: # after # steps, # s'],
  'bench:growth': [
    '| 8 | # | # | #? | # | #? | #? |',
    '| 32 | # | # | #? | # | #? | #? |',
    '| 64 | # | # | #? | # | #? | #? |',
    '…growth.png',
  ],
  'bench:shapes': ['| preset | # | 4 | # |', '| blocks of 2 | # | 4 | # |', '…shapes.png'],
  'bench:memory': ['| 200 | # | # | # | # |', 'second half − first half: # MiB'],
  'bench:serve': [
    '  in process, one at a time, no HTTP: CPU # µs/image',
    '  ours # requests/s p50 # ms p99 # ms CPU # µs/request',
    '  bare # requests/s p50 # ms p99 # ms CPU # µs/request',
    '  ours # MiB',
  ],
  'bench:serve-growth': ['| 1 | # | # | # | # | #…', '| 4 | # | # | # | # | #…', '…serving.png'],
  'bench:soak': ['400 requests in # s; …200: #…', 'passed'],
  'bench:fuzz': ['…200: #…; slowest answer # ms', 'passed'],
  'bench:decode': ['PNG 28 × 28, as it is # #…', 'JPEG 640 × 360, q90 → 160 × 96 # #…'],
  'bench:explorer': [
    'a sprite dragged for 1 s: # frames/s, # pictures/s, 95 % of pictures within # ms of the one before',
    '  digits # # # #', 'map of 2000 points, pan: # frames/s, 95 % of frames within # ms', '  index.js.br #',
  ],
  'bench:encode': [
    '  ours # images/s, # µs of CPU an image, peak # MiB',
    'peak memory: # pictures # MiB, # # MiB',
    '  through a folder, 2 of one thread: # images/s, # µs of CPU an image',
    '2 × kill -9 of two that share a folder: the same bytes',
    '100 shards of no work: # µs each', '5000 names in # shards: # µs each, # MiB at most',
  ],
  'bench:folder': [
    'network of mnist, 28×28×1: decoding …; peak # MiB',
    'network of mnist, 28×28×1: # training images, # MiB, opened in # s; training\'s peak # MiB',
    '  a step on images from there # ms (# of CPU), from memory # ms (# of CPU): # × the time, # × the CPU',
    '  shuffling # images …, 0 repeated, the same for the same seed',
  ],
  'bench:arrays': [
    'dsprites: # images, a file of # MiB', 'shapes3d: # images, a file of # MiB',
    '  # images read in # minutes, # µs of CPU an image, peak # MiB',
    '  opened again in # s (# of CPU), peak # MiB',
  ],
  'bench:search': [
    '| p1 | 5 | # | # | #? | #? | #? | #?…',
    '| all | 20 | # | # | #? | #? | #? | #?…',
    '| p1, unlike p2 | 10 | # | # | #? | #? | #? | #?…',
  ],
  'bench:kill': ['killed training 1', '1 runs resumed to their end, 0 faults'],
  'bench:partitions': [`| joint | 0 | # |${' #? |'.repeat(4)} # | #? |${' #? |'.repeat(10)} # s |`],
  'bench:subresolution': [
    '| f = 1 | 1.00 | # | # | # | # |', '| f = 4, bilinear | # | # | # | # | # |', '…subresolution.png',
  ],
  'bench:tensorboard': ['our reader: # values of # tags, as the log says, each step once'],
  'bench:judge': ['| mse | #…', '| active units | #…', '| KL of p1 | #…'],
  'bench:judge-measures': ['…DCI disentanglement…#…', '…ELBO…#…'],
  'bench:measures': ['| table-tennis | mig by unit | # |…', '| digits | infoE by unit | # |…'],
  'bench:tune': ['| branin | # | tpe | # | # to # |…', '| conditional | # | random | # | # to # |…'],
  figures: ['…digits-swaps-and-traversals.png # kB', '…table-tennis-layers.png # kB', '…paper-and-layers.png # kB'],
}
