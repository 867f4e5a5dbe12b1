import t from 'tap'
import { clipOfGame, gameOf, holdOutFrames, holdOutGames } from '../../../../trainer/data/sports10/games.js'
import { chooseGenres } from '../../../../trainer/data/sports10/genres.js'
import type { Frame } from '../../../../trainer/data/sports10/split-files.js'

t.test('a game is what comes before the frame number', async t => {
  for (const [path, game] of [
    ['TableTennis/WiiSports_0012.jpg', 'TableTennis/WiiSports'],
    ['TableTennis/Top Spin 4 - 0012.jpeg', 'TableTennis/Top Spin 4'],
    ['a/b/game.v2_frame-7.png', 'a/b/game.v2_frame'],
    ['a/game (12).jpg', 'a/game'],
    ['a/game[3].jpg', 'a/game'],
    ['a/game#3', 'a/game'],
    ['a/game12.jpg', 'a/game'],
    ['WiiSports/0012.jpg', 'WiiSports/'],
    ['0012.jpg', ''],
    ['a/title.jpg', undefined],
    ['a/12/title.jpg', undefined],
  ] as const) t.equal(gameOf(path), game, path)
  t.equal(clipOfGame('a/title.jpg'), 'a/')
  t.equal(clipOfGame('a/x_1.jpg'), 'a/x')
})

function frames (genre: string, games: Readonly<Record<string, number>>): { genre: string, frames: Frame[] } {
  return {
    genre,
    frames: Object.entries(games).flatMap(([game, count]) =>
      Array.from({ length: count }, (_, i) => ({ path: `${genre}/${game}_${i}.jpg`, genre, split: 'train' as const }))
    ),
  }
}

t.test('whole games are held out, near the share that is wanted, of each genre', async t => {
  const names = Array.from({ length: 17 }, (_, i) => `game${String.fromCharCode(97 + i)}`)
  const genres = ['Tennis', 'Table Tennis'].map(genre =>
    frames(genre, Object.fromEntries(names.map((name, i) => [name, 50 + 7 * i])))
  )
  for (let seed = 0; seed < 20; seed++) {
    const { test, notes } = holdOutGames(genres, 0.1, seed)
    t.strictSame(notes, [])
    for (const { frames } of genres) {
      const held = frames.filter(({ path }) => test.has(path))
      t.ok(Math.abs(held.length / frames.length - 0.1) < 0.05, `${held.length} of ${frames.length}`)
      const games = new Set(held.map(({ path }) => gameOf(path)))
      t.ok(frames.every(({ path }) => test.has(path) === games.has(gameOf(path))), 'no game is on both sides')
    }
  }
  t.strictSame(holdOutGames(genres, 0.1, 3), holdOutGames(genres, 0.1, 3))
  t.notSame(holdOutGames(genres, 0.1, 3), holdOutGames(genres, 0.1, 4))
})

t.test('at least one game is held out and one is not, whatever the sizes', async t => {
  for (const fraction of [0.01, 0.5, 0.99]) {
    for (let seed = 0; seed < 10; seed++) {
      const { test } = holdOutGames([frames('x', { big: 90, small: 10 })], fraction, seed)
      t.ok([10, 90].includes(test.size), `${test.size} at ${fraction}`)
      if (fraction === 0.01) t.equal(test.size, 10, 'the smallest where every game is too much')
    }
  }
})

t.test('names that tell no games: frame by frame, with a note', async t => {
  const one = holdOutGames([frames('One', { game: 200 })], 0.2, 0)
  t.strictSame(one.notes, [
    "One can't be split by game, because all 200 file names begin alike, as of one game (One/game_0.jpg): " +
      'its frames are split at random, so near-identical ones may fall on both sides.',
  ])
  t.ok(one.test.size > 15, `${one.test.size}`)
  t.ok(one.test.size < 70, `${one.test.size}`)
  t.strictSame(one.test, holdOutFrames([frames('One', { game: 200 })], 0.2, 0).test)
  const { genre, frames: some } = frames('Some', { a: 5, b: 5 })
  t.match(
    holdOutGames([{ genre, frames: [...some, { path: 'Some/title.jpg', genre, split: 'train' }] }], 0.2, 0).notes,
    [/because the name of Some\/title\.jpg does not end in a frame number/]
  )
})

t.test('genres by name', async t => {
  const known = ['Tennis', 'TableTennis', 'American Football', 'Tennis']
  t.strictSame(chooseGenres('Table Tennis', known), ['TableTennis'])
  t.strictSame(chooseGenres(['tennis', 'american_football', 'Tennis'], known), ['American Football', 'Tennis'])
  t.strictSame(chooseGenres('all', known), ['American Football', 'TableTennis', 'Tennis'])
  t.throws(() => chooseGenres(['Tennis', 'Golf'], known), {
    code: 'PVAE_CONFIG_INVALID',
    message: 'expected American Football, TableTennis, Tennis or all for data.genre but received "Golf"',
  })
})
