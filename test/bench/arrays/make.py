"""Writes images that come through stdin as dSprites or 3D Shapes are published, never whole in memory.

usage: make.py dsprites|shapes3d COUNT FILE < batches of float32 factors, then the images of as many rows
"""
import sys
import zipfile
import h5py
import numpy as np

layout, count, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
BATCH = 1024
K, SHAPE = (5, (64, 64)) if layout == 'dsprites' else (6, (64, 64, 3))


def take(dtype, *shape):
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    return np.frombuffer(sys.stdin.buffer.read(size), dtype).reshape(shape)


def batches():
    for start in range(0, count, BATCH):
        n = min(BATCH, count - start)
        yield start, take('<f4', n, K), take('u1', n, *SHAPE)


factors = np.zeros((count, K))
if layout == 'dsprites':
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
        with archive.open('imgs.npy', 'w', force_zip64=True) as member:
            header = {'descr': '|u1', 'fortran_order': False, 'shape': (count,) + SHAPE}
            np.lib.format.write_array_header_1_0(member, header)
            for start, rows, images in batches():
                factors[start:start + len(rows)] = rows
                member.write((images // 255).tobytes())
        values = np.concatenate([np.ones((count, 1)), factors], 1)
        values[:, 1] += 1
        for name, array in (('latents_values', values), ('latents_classes', np.round(values).astype('i8')),
                            ('metadata', np.array({'title': 'drawn'}, dtype=object))):
            with archive.open(f'{name}.npy', 'w') as member:
                np.lib.format.write_array(member, array)
else:
    with h5py.File(path, 'w') as f:
        # h5py chooses chunks itself, as for the published file.
        data = f.create_dataset('images', (count,) + SHAPE, 'u1', compression='gzip', chunks=True)
        # Whole chunks at a time, since each would else be compressed anew with every batch.
        size, waiting, written = data.chunks[0], [], 0
        for start, rows, images in batches():
            factors[start:start + len(rows)] = rows
            waiting.append(images)
            end = start + len(rows)
            if end - written >= size or end == count:
                run = np.concatenate(waiting)
                whole = len(run) if end == count else len(run) // size * size
                data[written:written + whole] = run[:whole]
                waiting, written = [run[whole:]], written + whole
        f.create_dataset('labels', data=factors)
