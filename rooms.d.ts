/** The rooms of each package, from the ground up. */
export const ROOMS: Readonly<Record<'models' | 'collections' | 'trainer' | 'server' | 'client', readonly string[]>>
/** Lists the rooms that files of a room may not import. */
export function roomsAbove (name: keyof typeof ROOMS, room: string): string[]
