/**
 * The rooms of each package, from the ground up: a file imports from its own room and from those before it, never from
 * those after it. ESLint says so while one types, the architecture test holds it, `npm run structure` counts.
 *
 * A package's loose files lie on top of all its rooms. Packages themselves: trainer → collections ← server, and all of
 * them → models; client stands alone, with the types of the server's API as text.
 */
export const ROOMS = {
  models: ['foundation', 'latents', 'pictures', 'format', 'image'],
  collections: ['foundation', 'runtime', 'work', 'rows', 'encode', 'search'],
  trainer: [
    'foundation', 'random', 'onnx', 'profile', 'optimizer', 'data', 'config', 'model', 'objective', 'engine', 'measure',
    'footage', 'fit', 'report', 'export', 'tensorboard', 'inspect', 'run', 'tune', 'benchmark', 'cli',
  ],
  server: [
    'foundation', 'settings', 'schemas', 'image', 'inference', 'search', 'open-inference', 'plugins', 'routes',
    'explorer',
  ],
  client: [],
}

/** The rooms that files of a room may not import. */
export function roomsAbove (name, room) {
  const rooms = ROOMS[name]
  return rooms.slice(rooms.indexOf(room) + 1)
}
