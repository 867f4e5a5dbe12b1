import t from 'tap'
import { describeShown, nameInSentence } from '../../../../server/explorer/core/shown.js'

const partitions = [
  { name: 'p1', size: 5, offset: 0, label: 'player A' }, { name: 'p2', size: 3, offset: 5, label: 'table' },
  { name: 'p3', size: 1, offset: 8 },
]

t.test('common nouns have their article, names have none', async t => {
  t.strictSame(['table', 'player A', 'p3'].map(nameInSentence), ['the table', 'player A', 'p3'])
})

t.test('what is alone, what is hidden, and nothing where all is drawn', async t => {
  t.equal(describeShown({ hidden: [], solo: 'p2' }, partitions), 'Only the table is shown.')
  t.equal(describeShown({ hidden: ['p3', 'p1'] }, partitions), 'Hidden: player A and p3.')
  t.equal(describeShown({ hidden: [] }, partitions), undefined)
})
