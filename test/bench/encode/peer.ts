/** The same by a script as one would write it in Python: Pillow, onnxruntime, a pool of processes. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const SCRIPT = `
import os, sys
import numpy as np, onnxruntime as ort
from multiprocessing import Pool
from PIL import Image

def start(path, height, width, channels):
    global session, shape
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session, shape = ort.InferenceSession(path, options), (height, width, channels)

def encode(names):
    height, width, channels = shape
    batch = np.empty((len(names), height, width, channels), np.float32)
    for i, name in enumerate(names):
        image = Image.open(name).convert('L' if channels == 1 else 'RGB')
        if image.size != (width, height): image = image.resize((width, height), Image.LANCZOS)
        batch[i] = np.asarray(image).reshape(shape)
    planar = np.ascontiguousarray(batch.transpose(0, 3, 1, 2)) / np.float32(255)
    return session.run(['mean'], {'image': planar})[0]

if __name__ == '__main__':
    model, folder, output, processes, *size = sys.argv[1:]
    names = sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names)
    batches = [names[i:i + 32] for i in range(0, len(names), 32)]
    with Pool(int(processes), start, (model, *map(int, size))) as pool:
        np.save(output, np.concatenate(pool.map(encode, batches, chunksize=8)))
`

/** @returns the script's path */
export function writeScript (folder: string): string {
  const path = join(folder, 'peer.py')
  writeFileSync(path, SCRIPT)
  return path
}
