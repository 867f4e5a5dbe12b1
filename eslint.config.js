import neostandard, { resolveIgnoresFromGitignore } from 'neostandard'
import { ROOMS, roomsAbove } from './rooms.js'

const OTHER_SIDE = 'trainer and server meet only through a model repository on disk.'
const CLIMB = 'A room imports from those below it only: rooms.js has their order.'

/** What files of each package may not import, whatever their room. */
const FOREIGN = {
  models: {
    group: [
      '@tensorflow/*', 'onnxruntime-*', 'fastify*', '@fastify/*', '**/collections/**', '**/trainer/**', '**/server/**',
      '@partition-vae/*',
    ],
    message: 'models/ is what all share: it imports no runtime and no other package.',
  },
  collections: {
    group: ['@tensorflow/*', 'fastify*', '@fastify/*', '**/trainer/**', '**/server/**'],
    message: 'collections/ is what trainer and server share beside the models: it imports neither.',
  },
  trainer: { group: ['fastify*', '@fastify/*', '**/server/**', '@partition-vae/server'], message: OTHER_SIDE },
  server: { group: ['@tensorflow/*', '**/trainer/**', '@partition-vae/trainer'], message: OTHER_SIDE },
  client: {
    group: ['@partition-vae/*', '**/models/**', '**/trainer/**', '**/server/**'],
    message: 'client/ is published: it imports nothing of ours but the types of the API, which are generated.',
  },
}
const CLIENT = {
  group: ['**/client/**', '@partition-vae/client', '@partition-vae/client/*'],
  message: 'The client is for applications: of what is here, the explorer alone imports it.',
}
const CODECS = { group: ['sharp', '@napi-rs/image'], message: 'Pictures are decoded in models/image/ alone.' }

const forbid = (files, patterns) => ({ files, rules: { 'no-restricted-imports': ['error', { patterns }] } })

/** The rules of one room: what its package may not import, and the rooms above it. */
function forbidClimbs (name, room) {
  const above = roomsAbove(name, room)
  const climbs = above.length === 0 ? [] : [{ regex: `^(\\.\\./)+(${above.join('|')})/`, message: CLIMB }]
  const codecs = name === 'models' && room !== 'image' ? [CODECS] : []
  const client = room === 'explorer' ? [] : [CLIENT]
  return forbid([`${name}/${room}/**/*.{ts,tsx}`], [FOREIGN[name], ...client, ...codecs, ...climbs])
}

export default [
  ...neostandard({
    ts: true,
    ignores: [...resolveIgnoresFromGitignore(), 'models/repository/**', 'client/openapi.ts'],
  }),
  {
    files: ['**/*.ts', '**/*.tsx', '**/*.js', '**/*.mjs'],
    rules: { '@stylistic/max-len': ['error', { code: 120, ignoreRegExpLiterals: true, ignoreTemplateLiterals: true }] },
  },
  ...Object.entries(ROOMS).flatMap(([name, rooms]) => [
    forbid([`${name}/*.ts`], [FOREIGN[name], ...(name === 'client' ? [] : [CLIENT])]),
    ...rooms.map(room => forbidClimbs(name, room)),
  ]),
]
