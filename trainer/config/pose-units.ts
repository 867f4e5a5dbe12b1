/** The units that a pose of a posed model can have. */

export const POSE_UNITS = ['row', 'column', 'scale', 'height', 'width', 'slant', 'angle'] as const
export type PoseUnit = typeof POSE_UNITS[number]

/** What one unit of the latent changes where the config does not say so. */
export const DEVIATIONS = { row: 0.15, column: 0.15, scale: 0.25 } as const
