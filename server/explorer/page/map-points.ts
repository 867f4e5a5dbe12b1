/** Draws the points of a map, all of them in one call. */
import type { Window } from '../core/map-window.js'

export interface Points {
  /** @param places [N, 2] @param colours [N, 4] */
  load (places: Float32Array, colours: Uint8Array): void
  /** @param size of a point, @param ratio pixels of the device for one of the page */
  draw (window: Window, size: number, ratio: number): void
}

const VERTEX = `
attribute vec2 place;
attribute vec4 colour;
uniform vec2 centre;
uniform vec2 scale;
uniform mediump float size;
varying vec4 shade;
void main () {
  gl_Position = vec4((place - centre) * scale, 0.0, 1.0);
  gl_PointSize = size;
  shade = vec4(colour.rgb * colour.a, colour.a);
}`
/** A disc with a soft edge of a pixel. */
const FRAGMENT = `
precision mediump float;
uniform mediump float size;
varying vec4 shade;
void main () {
  float edge = (0.5 - distance(gl_PointCoord, vec2(0.5))) * size;
  if (edge <= 0.0) discard;
  gl_FragColor = shade * min(edge, 1.0);
}`

function compile (gl: WebGLRenderingContext): WebGLProgram {
  const program = gl.createProgram()
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
    const shader = gl.createShader(type)!
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
  }
  gl.linkProgram(program)
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? 'no program')
  return program
}

function drawByGpu (gl: WebGLRenderingContext): Points {
  const program = compile(gl)
  const [placeBuffer, colourBuffer] = [gl.createBuffer(), gl.createBuffer()]
  let count = 0
  const attribute = (name: string, buffer: WebGLBuffer, size: number, type: number, isShare: boolean) => {
    const at = gl.getAttribLocation(program, name)
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
    gl.enableVertexAttribArray(at)
    gl.vertexAttribPointer(at, size, type, isShare, 0, 0)
  }
  return {
    load (places, colours) {
      count = places.length / 2
      gl.bindBuffer(gl.ARRAY_BUFFER, placeBuffer)
      gl.bufferData(gl.ARRAY_BUFFER, places, gl.STATIC_DRAW)
      gl.bindBuffer(gl.ARRAY_BUFFER, colourBuffer)
      gl.bufferData(gl.ARRAY_BUFFER, colours, gl.STATIC_DRAW)
    },
    draw ({ centre, scale, width, height }, size, ratio) {
      gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight)
      gl.clearColor(0, 0, 0, 0)
      gl.clear(gl.COLOR_BUFFER_BIT)
      gl.useProgram(program)
      gl.enable(gl.BLEND)
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
      attribute('place', placeBuffer, 2, gl.FLOAT, false)
      attribute('colour', colourBuffer, 4, gl.UNSIGNED_BYTE, true)
      gl.uniform2f(gl.getUniformLocation(program, 'centre'), centre.x, centre.y)
      // Up is up in WebGL.
      gl.uniform2f(gl.getUniformLocation(program, 'scale'), 2 * scale.x / width, -2 * scale.y / height)
      gl.uniform1f(gl.getUniformLocation(program, 'size'), size * ratio)
      gl.drawArrays(gl.POINTS, 0, count)
    },
  }
}

/** The same without a GPU's language: slow beyond some ten thousand points, but they are there. */
function drawByHand (context: CanvasRenderingContext2D): Points {
  let [places, colours] = [new Float32Array(0), new Uint8Array(0)]
  return {
    load (nextPlaces, nextColours) {
      [places, colours] = [nextPlaces as Float32Array<ArrayBuffer>, nextColours as Uint8Array<ArrayBuffer>]
    },
    draw ({ centre, scale, width, height }, size, ratio) {
      context.setTransform(ratio, 0, 0, ratio, 0, 0)
      context.clearRect(0, 0, width, height)
      for (let n = 0; n < places.length / 2; n++) {
        const x = (places[n * 2]! - centre.x) * scale.x + width / 2
        const y = (places[n * 2 + 1]! - centre.y) * scale.y + height / 2
        if (x < 0 || y < 0 || x > width || y > height) continue
        const [red, green, blue, alpha] = colours.subarray(n * 4, n * 4 + 4)
        context.fillStyle = `rgb(${red} ${green} ${blue} / ${alpha! / 255})`
        context.fillRect(x - size / 2, y - size / 2, size, size)
      }
    },
  }
}

export function createPoints (canvas: HTMLCanvasElement): Points {
  const gl = canvas.getContext('webgl', { antialias: false, premultipliedAlpha: true })
  return gl === null ? drawByHand(canvas.getContext('2d')!) : drawByGpu(gl)
}
