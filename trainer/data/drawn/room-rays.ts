/** Rays into a room: what each pixel shows, and how bright it is. */

export const ROOM_SHAPES = ['cube', 'cylinder', 'sphere', 'capsule'] as const
export const SIDE = 64
/** Rays along each side of a pixel. */
const RAYS = 3

type Vector = readonly [x: number, y: number, z: number]

export interface Room {
  /** Of the thing, around 1. */
  readonly scale: number
  /** Number of the thing's shape in ROOM_SHAPES. */
  readonly shape: number
  /** The turn of the viewer around the thing, in degrees; 0 looks into the corner. */
  readonly orientation: number
}

export interface TracedRoom {
  /** The light that reaches each pixel from floor, walls and thing, if they were white: [H, W, 3] in [0, 1]. */
  readonly light: Float32Array
  /** Whether the thing fills at least half of a pixel: [H, W] of 0 and 1. */
  readonly isObject: Uint8Array
}

/** Distance of the walls from the middle. */
const WALL = 6
/** The viewer is this far from the middle and this high, and looks at a point so high above the middle. */
const [DISTANCE, EYE, AIM] = [5, 2.6, 0.75]
/** Half of what is seen, at a distance of 1. */
const FIELD = 0.42
const LIGHT = normalized([-0.35, 1, -0.65])
const AMBIENT = 0.35

/** The point at which a ray meets a thing. */
interface Hit {
  /** Along the ray, in its lengths. */
  readonly at: number
  /** Of the surface there. */
  readonly normal: Vector
}

/**
 * Traces a room: a floor y = 0 and walls x = ±6 and z = ±6, with a thing on the middle of the floor that is, times its
 * scale, a cube with sides of 1.4, an upright cylinder of radius 0.75 and height 1.5, a sphere of radius 0.85, or an
 * upright capsule of radius 0.6 and height 1.9. The viewer is 5 from the middle and 2.6 high, opposite a corner of the
 * room and turned from there by the orientation, and looks at the point 0.75 above the middle, with 0.42 to each side
 * at a distance of 1. A surface with normal n has the brightness 0.35 + 0.65 max(0, n · l) for the light
 * l ∝ (−0.35, 1, −0.65); the floor is darker by 0.6 exp(−(ρ / (0.9 scale))⁴) at a distance ρ from the middle. A pixel
 * is the mean of 3 × 3 rays.
 */
export function traceRoom ({ scale, shape, orientation }: Room): TracedRoom {
  // The corner lies at 45 degrees between the walls.
  const angle = (45 + orientation) * Math.PI / 180
  const eye: Vector = [-DISTANCE * Math.sin(angle), EYE, -DISTANCE * Math.cos(angle)]
  const forward = normalized([-eye[0], AIM - EYE, -eye[2]])
  const right: Vector = [Math.cos(angle), 0, -Math.sin(angle)]
  const up = cross(forward, right)
  const light = new Float32Array(SIDE * SIDE * 3)
  const isObject = new Uint8Array(SIDE * SIDE)
  for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
    let objects = 0
    for (let i = 0; i < RAYS * RAYS; i++) {
      const u = ((pixel % SIDE + (i % RAYS + 0.5) / RAYS) / SIDE * 2 - 1) * FIELD
      const v = (1 - (Math.floor(pixel / SIDE) + (Math.floor(i / RAYS) + 0.5) / RAYS) / SIDE * 2) * FIELD
      const ray = along(along(forward, right, u), up, v)
      const thing = meetThing(shape, scale, eye, ray)
      const room = meetRoom(eye, ray)
      const [part, brightness] = thing !== undefined && thing.at < room.at
        ? [2, shade(thing.normal)]
        : [room.normal[1] === 1 ? 0 : 1, shade(room.normal) * (1 - shadow(along(eye, ray, room.at), scale))]
      light[3 * pixel + part]! += brightness / (RAYS * RAYS)
      if (part === 2) objects++
    }
    if (2 * objects >= RAYS * RAYS) isObject[pixel] = 1
  }
  return { light, isObject }
}

const shade = (normal: Vector) => AMBIENT + (1 - AMBIENT) * Math.max(0, dot(normal, LIGHT))
/** Only near the middle of the floor: the walls are too far for it. */
const shadow = ([x, , z]: Vector, scale: number) => 0.6 * Math.exp(-((Math.hypot(x, z) / (0.9 * scale)) ** 4))

/** Meets the floor or the nearest wall, from inside. */
function meetRoom (eye: Vector, ray: Vector): Hit {
  const onFloor = ray[1] < 0 ? -eye[1] / ray[1] : Infinity
  const onX = (Math.sign(ray[0]) * WALL - eye[0]) / ray[0]
  const onZ = (Math.sign(ray[2]) * WALL - eye[2]) / ray[2]
  if (onFloor < Math.min(onX, onZ)) return { at: onFloor, normal: [0, 1, 0] }
  if (onX < onZ) return { at: onX, normal: [-Math.sign(ray[0]), 0, 0] }
  return { at: onZ, normal: [0, 0, -Math.sign(ray[2])] }
}

function meetThing (shape: number, scale: number, eye: Vector, ray: Vector): Hit | undefined {
  if (shape === 0) return meetCube(1.4 * scale, eye, ray)
  if (shape === 1) return meetTube(0.75 * scale, 0, 1.5 * scale, eye, ray, true)
  if (shape === 2) return meetSphere(0.85 * scale, 0.85 * scale, eye, ray)
  const [radius, height] = [0.6 * scale, 1.9 * scale]
  return nearest([
    meetTube(radius, radius, height - radius, eye, ray, false),
    meetSphere(radius, height - radius, eye, ray),
    meetSphere(radius, radius, eye, ray),
  ])
}

/** Meets a cube that stands on the floor: of the planes that a ray enters by, the last. */
function meetCube (side: number, eye: Vector, ray: Vector): Hit | undefined {
  let [entry, exit, axis] = [-Infinity, Infinity, 0]
  for (let i = 0; i < 3; i++) {
    const low = i === 1 ? 0 : -side / 2
    const [a, b] = [(low - eye[i]!) / ray[i]!, (low + side - eye[i]!) / ray[i]!]
    exit = Math.min(exit, Math.max(a, b))
    if (Math.min(a, b) > entry) [entry, axis] = [Math.min(a, b), i]
  }
  if (entry > exit) return undefined
  const sign = -Math.sign(ray[axis]!)
  return { at: entry, normal: [axis === 0 ? sign : 0, axis === 1 ? sign : 0, axis === 2 ? sign : 0] }
}

/** Meets a sphere whose middle is so high above that of the floor. */
function meetSphere (radius: number, height: number, eye: Vector, ray: Vector): Hit | undefined {
  const from: Vector = [eye[0], eye[1] - height, eye[2]]
  const at = firstRoot(dot(ray, ray), dot(ray, from), dot(from, from) - radius ** 2)
  return at === undefined ? undefined : { at, normal: normalized(along(from, ray, at)) }
}

/** Meets an upright tube around the middle, and its lid where it has one. */
function meetTube (
  radius: number, bottom: number, top: number, eye: Vector, ray: Vector, hasLid: boolean
): Hit | undefined {
  const at = firstRoot(
    ray[0] ** 2 + ray[2] ** 2, ray[0] * eye[0] + ray[2] * eye[2], eye[0] ** 2 + eye[2] ** 2 - radius ** 2
  )
  const onLid = (top - eye[1]) / ray[1]
  const lid = along(eye, ray, onLid)
  if (hasLid && onLid > 0 && lid[0] ** 2 + lid[2] ** 2 < radius ** 2) return { at: onLid, normal: [0, 1, 0] }
  if (at === undefined) return undefined
  const [x, y, z] = along(eye, ray, at)
  return y < bottom || y > top ? undefined : { at, normal: [x / radius, 0, z / radius] }
}

/** Solves a t² + 2 b t + c = 0 for its lesser root. */
function firstRoot (a: number, b: number, c: number): number | undefined {
  const discriminant = b * b - a * c
  return discriminant < 0 ? undefined : (-b - Math.sqrt(discriminant)) / a
}

function nearest (hits: ReadonlyArray<Hit | undefined>): Hit | undefined {
  return hits.reduce((a, b) => b !== undefined && (a === undefined || b.at < a.at) ? b : a)
}

/** The point so far along a ray. */
function along (from: Vector, ray: Vector, at: number): Vector {
  return [from[0] + ray[0] * at, from[1] + ray[1] * at, from[2] + ray[2] * at]
}

function dot (a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

function cross (a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

function normalized (vector: Vector): Vector {
  const length = Math.sqrt(dot(vector, vector))
  return [vector[0] / length, vector[1] / length, vector[2] / length]
}
