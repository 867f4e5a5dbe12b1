"""Judges an exported model by Python's onnx and onnxruntime alone.

Usage: judge.py VERSION_FOLDER MNIST_FOLDER IMAGES
"""
import json
import sys

import numpy as np
import onnx
import onnxruntime

folder, data, count = sys.argv[1:4]
card = json.load(open(f'{folder}/model.json'))
for name in ('encoder', 'decoder'):
    onnx.checker.check_model(f'{folder}/{name}.onnx', full_check=True)
encoder, decoder = (
    onnxruntime.InferenceSession(f'{folder}/{name}.onnx', providers=['CPUExecutionProvider'])
    for name in ('encoder', 'decoder'))
images = np.fromfile(f'{data}/t10k-images-idx3-ubyte', dtype=np.uint8, offset=16).reshape(-1, 1, 28, 28)[:int(count)]
squared, kl, means = 0.0, 0.0, []
for start in range(0, len(images), 500):
    x = images[start:start + 500].astype(np.float32) / 255
    mean, log_variance = encoder.run(['mean', 'log_variance'], {'image': x})
    reconstruction, = decoder.run(['image'], {'latent': mean})
    squared += float(((reconstruction.astype(np.float64) - x) ** 2).sum())
    kl = kl + (mean.astype(np.float64) ** 2 + np.exp(log_variance.astype(np.float64)) - 1 - log_variance).sum(0) / 2
    means.append(mean)
kl /= len(images)
print(json.dumps({
    'images': len(images),
    'mse': squared / images.size,
    'klByPartition': {p['name']: float(kl[p['offset']:p['offset'] + p['size']].sum()) for p in card['partitions']},
    'activeUnits': int((np.concatenate(means).var(0) > 0.01).sum()),
}, indent=2))
