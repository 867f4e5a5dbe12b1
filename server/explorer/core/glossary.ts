/** The words that need saying: term → how it is written, and what it means. */
export const GLOSSARY = {
  partition: [
    'partition',
    'A named group of units. All of them together are the picture; each is meant to hold one thing of it.',
  ],
  unit: ['unit', 'One of the numbers that stand for a picture.'],
  latent: ['latent', 'All the numbers that stand for a picture. The decoder draws from nothing else.'],
  posterior: ['posterior', 'What the encoder says of an image: for each unit a mean, and how sure it is of it.'],
  prior: [
    'prior',
    'The bell curve (mean 0, deviation 1) that all units are drawn towards. Numbers drawn from it give a ' +
    'picture that nobody took.',
  ],
  nats: [
    'nats',
    'How much is said about an image, beyond what could be guessed. 1 nat is 1.44 bits: with n nats, eⁿ ' +
    'images can be told apart.',
  ],
  dead: ['dead', 'Says nothing: below .1 nats, or the picture does not change with it (swap effect below .05 %).'],
  active: ['in use', 'A unit that differs from image to image: its mean varies by more than .01.'],
  swap: [
    'swap effect',
    'How much of what varies in the pictures changes when one partition is taken from another image.',
  ],
  r2: [
    'R²',
    'The share of something that can be told from a partition: 1 all of it, 0 nothing. Measured on images' +
    ' that were held back.',
  ],
  nextBest: [
    'next best',
    'How much another partition knows of the same, at most. The less, the more cleanly it is told apart.',
  ],
  gap: ['gap', 'R² of the best partition for a thing, less that of the next best: near 1 where one alone knows it.'],
  ceiling: [
    'ceiling',
    'The gap that a perfect model would have. Below 1 where things go together in the images themselves.',
  ],
  chance: [
    'random partitions',
    'The same measure after units are dealt out at random. What is no better is no merit.',
  ],
  shared: ['shared nats', 'What partitions say twice (total correlation of their means). 0: they are independent.'],
  counterfactual: [
    'swap score',
    'Whether swapping a partition does to the picture what swapping its thing in the scene truly does. 1 ' +
    'is perfect.',
  ],
  error: [
    'squared error',
    'The difference between an image and what is drawn for it, squared and averaged over its values, each' +
    ' from 0 to 1.',
  ],
  deviation: [
    'deviation',
    'Standard deviation of a unit’s means over the data: two thirds of the images are within one of the ' +
    'mean.',
  ],
  direction: [
    'principal direction',
    'The way in which a partition’s means vary most: its units move together along it.',
  ],
  influence: ['influence', 'How much each pixel changes while a partition moves.'],
  layer: ['layer', 'What one partition draws, before the others are laid over it.'],
  subresolution: ['f', 'The decoder works at 1/f of the picture’s side; the rest is interpolated.'],
  sample: ['sample', 'Some test images that the model ships with, encoded: what “the data” is on this page.'],
  correlation: ['correlation', 'How closely two things go together over the images: 1 in step, 0 not at all.'],
} as const satisfies Record<string, readonly [string, string]>

export type TermName = keyof typeof GLOSSARY
