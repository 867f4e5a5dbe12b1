/**
 * An angle's unit goes from −√3 to √3 for −π to π, so that uniform angles have variance 1. Beyond, the same angles come
 * again: decoding has no seam, and what it does to a posterior that reaches over the ends is right. Its KL is that of
 * the number, whichever of the turns it is in.
 */
export const UNITS_PER_RADIAN = Math.sqrt(3) / Math.PI
