"""The peer of bench:quality: a joint network and its recipe in PyTorch on MNIST, until the squared error of the test images is small enough. Reads options
(JSON) as its argument and prints {"seconds", "cpu", "steps", "mse"}; the time that measuring takes does not count."""
import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from joint_network import PartitionVAE

options = json.loads(sys.argv[1])
config, target_mse = options['config'], options['target']
model, fit, objective = config['model'], config['fit'], config['objective']
torch.set_num_threads(options['threads'])
torch.manual_seed(config['seed'])


def images(name):
    pixels = np.fromfile(f"{options['directory']}/{name}-images-idx3-ubyte", np.uint8)[16:].reshape(-1, 1, 28, 28)
    return (torch.from_numpy(pixels).float() / 255).contiguous(memory_format=torch.channels_last)


train, test = images('train'), images('t10k')
network = PartitionVAE(model, {'height': 28, 'width': 28, 'channels': 1}).to(memory_format=torch.channels_last)
optimizer = torch.optim.Adam(network.parameters(), fit['learningRate'], fused=True)
variance = model['likelihood']['variance']


def step(image):
    noisy = (image + objective['inputNoise'] * torch.randn_like(image)).clamp(0, 1) if objective['inputNoise'] > 0 else image
    mean, log_variance, logits = network(noisy)
    expected, weight = network.target(image)
    reconstruction = weight * ((logits.sigmoid() - expected) ** 2).sum() / (2 * variance)
    loss = (reconstruction + (mean ** 2 + log_variance.exp() - 1 - log_variance).sum() / 2) / len(image)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


@torch.no_grad()
def mse(images):
    """At full resolution, of the decoded posterior mean."""
    total = 0
    for batch in images.split(1000):
        decoded = network.decode(network.encode(batch)[0]).sigmoid()
        if decoded.shape != batch.shape:
            decoded = F.interpolate(decoded, scale_factor=network.factor, mode='nearest')
        total += ((decoded - batch) ** 2).sum().item()
    return total / images.numel()


seconds = cpu = steps = 0
found = None
started = time.perf_counter()
for epoch in range(fit['epochs']):
    for indices in torch.randperm(len(train)).split(fit['batchSize'])[:len(train) // fit['batchSize']]:
        wall, used = time.perf_counter(), time.process_time()
        step(train[indices])
        seconds, cpu, steps = seconds + time.perf_counter() - wall, cpu + time.process_time() - used, steps + 1
        if steps % options['every'] == 0 and mse(test[:1000]) <= target_mse:
            found = mse(test)
            if found <= target_mse:
                break
    else:
        print(f'PyTorch: epoch {epoch + 1}, {seconds:.0f} s, squared error {mse(test):.4f}', file=sys.stderr, flush=True)
        if seconds < options['limit']:
            continue
    break
print(json.dumps({'seconds': seconds, 'cpu': cpu, 'steps': steps, 'mse': mse(test)}))
