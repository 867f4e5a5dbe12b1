/** The same pictures by Pillow, whose `resize` the rule of pixels follows. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Case } from './cases.js'

const PILLOW = `
import io, json, sys, time
from PIL import Image
for path, width, height in json.loads(sys.argv[1]):
    file = open(path, 'rb').read()
    def decode():
        image = Image.open(io.BytesIO(file)).convert('RGB')
        return image.resize((width, height), Image.LANCZOS).tobytes()
    decode()
    times = []
    for _ in range(int(sys.argv[2])):
        start = time.process_time()
        for _ in range(4): decode()
        times.append((time.process_time() - start) / 4)
    print(sorted(times)[len(times) // 2] * 1e6)
`

/** CPU microseconds of a picture, median, for each case. @throws Error where Python fails */
export function measurePillow (python: string, cases: readonly Case[], rounds: number): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'partition-vae-bench-decode-'))
  try {
    const files = cases.map(({ file, width, height }, i) => {
      const path = join(folder, `${i}`)
      writeFileSync(path, file)
      return [path, width, height]
    })
    const program = ['-c', PILLOW, JSON.stringify(files), String(rounds)]
    const { status, stdout, stderr } = spawnSync(python, program, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`Pillow ended with ${status}: ${stderr}`)
    return stdout.trim().split('\n').map(Number)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
