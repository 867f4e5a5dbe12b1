/** Frames of clips. */
import { Type, type Static } from '@partition-vae/models/typebox'
import { caching, decoding, splitting } from './shared.js'

export const VideoConfigSchema = Type.Object(
  {
    source: Type.Literal('video', {
      description:
        'One clip, its frames decoded once into a cache file: animated GIF or WebP, or whatever FFmpeg reads where ' +
          'it is installed',
    }),
    file: Type.String({ minLength: 1, description: 'File, relative to the working directory or absolute' }),
    rate: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1000,
        description:
          "Frames a second that are taken, at most the clip's own. Default: all of the clip's, or every second, " +
            'third, …, at most 4000 frames',
      })
    ),
    ...decoding,
    testFraction: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.1,
      description: 'Share of the frames held out for testing, in blocks of consecutive ones',
    }),
    ...splitting,
    ...caching,
  },
  { additionalProperties: false }
)

const GenreSchema = Type.String({ minLength: 1 })

export const Sports10ConfigSchema = Type.Object(
  {
    source: Type.Literal('sports10', {
      description:
        'Sports10 (Trivedi, Liapis, Yannakakis 2021): frames of about 175 sports games of 10 genres, listed in ' +
          'train_split.csv and val_split.csv',
    }),
    root: Type.String({
      minLength: 1,
      description:
        'Folder of the data set, which holds the two CSV files; relative to the working directory or absolute',
    }),
    genre: Type.Union([GenreSchema, Type.Array(GenreSchema, { minItems: 1 })], {
      default: 'Table Tennis',
      description: 'One genre, a list, or "all". Case, spaces, dashes and underscores do not matter',
    }),
    split: Type.Union([Type.Literal('official'), Type.Literal('game'), Type.Literal('random')], {
      default: 'official',
      description:
        'official: the two CSV files; game: whole games are held out, told by the file names; random: each frame is ' +
        'placed by a hash of its ' +
        'path, so near-identical frames of a game fall on both sides',
    }),
    ...decoding,
    testFraction: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.1,
      description: 'Share of the images held out, for split game and random',
    }),
    ...splitting,
    ...caching,
  },
  { additionalProperties: false }
)

export type VideoConfig = Static<typeof VideoConfigSchema>
export type Sports10Config = Static<typeof Sports10ConfigSchema>
