import t from 'tap'
import {
  cancel, change, createHistory, hold, redo, release, replace, undo,
} from '../../../../server/explorer/core/history.js'

t.test('changes are undone and redone one by one', async t => {
  const history = change(change(createHistory('a'), 'b'), 'c')
  t.equal(undo(undo(history)).present, 'a')
  t.equal(undo(undo(undo(history))).present, 'a', 'there is nothing before the first')
  t.equal(redo(undo(history)).present, 'c')
  t.equal(redo(history).present, 'c', 'there is nothing after the last')
  t.equal(redo(change(undo(history), 'd')).present, 'd', 'a change forgets what was undone')
  t.equal(change(history, 'c'), history, 'no change is no step')
})

t.test('a gesture is one step, or none', async t => {
  const held = change(change(hold(createHistory('a')), 'b'), 'c')
  t.equal(hold(held), held, 'it begins once')
  t.equal(undo(release(held)).present, 'a')
  t.equal(undo(held).present, 'a', 'undo ends it')
  t.strictSame(release(hold(createHistory('a'))).past, [], 'nothing moved')
  t.strictSame(cancel(held), createHistory('a'), 'taken back')
  t.strictSame(cancel(createHistory('a')), createHistory('a'))
})

t.test('a state is replaced wherever it stands', async t => {
  const history = undo(change(change(createHistory('a'), 'b'), 'c'))
  t.strictSame(replace(history, 'b', 'x'), { past: ['a'], present: 'x', future: ['c'] })
  t.equal(undo(replace(history, 'a', 'x')).present, 'x')
  t.equal(redo(replace(history, 'c', 'x')).present, 'x')
  t.equal(cancel(replace(change(hold(history), 'd'), 'b', 'x')).present, 'x', 'where a gesture began')
})
