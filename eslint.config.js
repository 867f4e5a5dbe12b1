import neostandard, { resolveIgnoresFromGitignore } from 'neostandard'

/** One rule set per room: imports flow trainer → models ← server. */
const forbid = (files, group, message) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] },
})

export default [
  ...neostandard({ ts: true, ignores: [...resolveIgnoresFromGitignore(), 'models/repository/**'] }),
  forbid(['models/**/*.ts'], ['@tensorflow/*', 'onnxruntime-*', 'fastify*', '@fastify/*', 'sharp', '**/trainer/**', '**/server/**', '@partition-vae/*'],
    'models/ is the format both sides share: it imports no runtime, no codec and neither side.'),
  forbid(['models/image/*.ts'], ['@tensorflow/*', 'onnxruntime-*', 'fastify*', '@fastify/*', '**/trainer/**', '**/server/**', '@partition-vae/*'],
    'models/image/ decodes pictures for both sides: it imports no runtime and neither side.'),
  forbid(['trainer/**/*.ts'], ['fastify*', '@fastify/*', '**/server/**', '@partition-vae/server'],
    'trainer and server meet only through a model repository on disk.'),
  forbid(['server/**/*.ts'], ['@tensorflow/*', '**/trainer/**', '@partition-vae/trainer'],
    'trainer and server meet only through a model repository on disk.'),
]
