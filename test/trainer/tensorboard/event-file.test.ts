import { appendFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { readEventFile } from '../../helpers/event-files.js'
import { openEventFile } from '../../../trainer/tensorboard/event-file.js'

t.test('a process after another, with the clock set back between them', async t => {
  const directory = join(t.testdir(), 'new', 'folder')
  const first = await openEventFile(directory, 0, () => 1000.5)
  await first.write(1, { scalars: { loss: 3 } })
  await first.write(2, { scalars: { loss: 2 } })
  await first.flush()
  await first.close()
  const [name] = await readdir(directory)
  await appendFile(join(directory, name!), Buffer.from([9, 0, 0, 0])) // as a kill leaves it
  const second = await openEventFile(directory, 1, () => 12)
  await second.write(2, { scalars: { loss: 1 } })
  await second.close()

  const names = (await readdir(directory)).sort()
  t.strictSame(
    names,
    ['events.out.tfevents.0000001000.partition-vae', 'events.out.tfevents.0000001001.partition-vae'],
    'read in the order in which they were written'
  )
  t.strictSame(readEventFile(join(directory, names[0]!)), [
    { wallTime: 1000.5, step: 0, version: 'brain.Event:2', values: [] },
    { wallTime: 1000.5, step: 1, values: [{ tag: 'loss', scalar: 3 }] },
    { wallTime: 1000.5, step: 2, values: [{ tag: 'loss', scalar: 2 }] },
  ])
  t.strictSame(readEventFile(join(directory, names[1]!)), [
    { wallTime: 12, step: 0, version: 'brain.Event:2', values: [] },
    { wallTime: 12, step: 2, sessionStatus: 1, values: [] },
    { wallTime: 12, step: 2, values: [{ tag: 'loss', scalar: 1 }] },
  ], 'step 2 and what follows of the first file are to be forgotten')
})

t.test('a folder that can not be made, a file that can not be written', async t => {
  const root = t.testdir({ file: 'in the way' })
  await t.rejects(openEventFile(join(root, 'file', 'below'), 0), {
    code: 'PVAE_OUTPUT_UNWRITABLE',
    message: /a file where a folder should be/,
  })
  const directory = join(root, 'taken')
  await mkdir(join(directory, 'events.out.tfevents.0000000005.x'), { recursive: true })
  await writeFile(join(directory, 'notes.txt'), 'not an event file')
  const file = await openEventFile(directory, 0, () => 5)
  await file.close()
  await t.rejects(file.write(1, {}), { code: 'PVAE_OUTPUT_UNWRITABLE' })
})
