/** Which partitions are drawn: hides them, shows one alone, and shows all again. */
import { computed } from '@preact/signals'
import { toggleHidden, toggleSolo, type Partition, type Scene } from '../core/scene.js'
import { describeShown } from '../core/shown.js'
import { card, said, scene, update } from './store.js'

/** Says which partitions are drawn. Undefined: all are. */
export const partly = computed(() => scene.value && card.value && describeShown(scene.value, card.value.partitions))

function change (next: (scene: Scene) => Scene): void {
  if (scene.value === undefined) return
  update(next(scene.value))
  said.value = partly.value ?? 'All is shown.'
}

export const hide = ({ name }: Partition): void => change(scene => toggleHidden(scene, name))
export const solo = ({ name }: Partition): void => change(scene => toggleSolo(scene, name))
export const showAll = (): void => change(scene => ({ ...scene, hidden: [], solo: undefined }))
