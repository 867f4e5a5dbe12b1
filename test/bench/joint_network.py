"""A PartitionVAE with one joint decoder in PyTorch, as its config (JSON) says: the peer of our benchmarks."""
import torch
import torch.nn.functional as F
from torch import nn

ACTIVATIONS = {'relu': nn.ReLU, 'leaky-relu': lambda: nn.LeakyReLU(0.1), 'elu': nn.ELU}


class Same(nn.Module):
    """A layer at a given output size, cropped where PyTorch's padding gives a row or column more."""
    def __init__(self, layer, size):
        super().__init__()
        self.layer, self.size = layer, size

    def forward(self, x):
        y = self.layer(x)
        return y if y.shape[2:] == self.size else y[:, :, :self.size[0], :self.size[1]]


def stack(size_in, hidden, size_out, activation):
    layers = []
    for size in hidden:
        layers += [nn.Linear(size_in, size), activation()]
        size_in = size
    return layers + [nn.Linear(size_in, size_out)]


class PartitionVAE(nn.Module):
    def __init__(self, model, image):
        super().__init__()
        height, width, channels = (image[key] for key in ('height', 'width', 'channels'))
        activation = ACTIVATIONS[model['activation']]
        sizes = [partition['size'] for partition in model['partitions']]
        factor = model['subresolution']['factor']
        self.sizes, self.residual, self.factor, self.interpolation = sizes, model['heads']['residual'], factor, model['subresolution']['interpolation']
        layers, (h, w), c = [], (height, width), channels
        for block in model['encoder']['blocks']:
            k, stride = block['kernel'], 2 if block['downsample'] == 'stride' else 1
            h, w = -(-h // stride), -(-w // stride)
            layers += [Same(nn.Conv2d(c, block['channels'], k, stride, k // 2 if k % 2 or stride == 1 else (k - 1) // 2), (h, w)), activation()]
            if block['downsample'] == 'max-pool':
                layers.append(nn.MaxPool2d(2))
                h, w = h // 2, w // 2
            c = block['channels']
        self.encoder = nn.Sequential(*layers, nn.Flatten(), *stack(c * h * w, model['encoder']['hidden'], sum(sizes), activation))
        head = lambda size: nn.Sequential(*stack(size, [], model['heads']['hidden'], activation), activation(), nn.Linear(model['heads']['hidden'], size))
        self.means, self.log_variances = (nn.ModuleList([head(size) for size in sizes]) for _ in range(2))
        blocks, c = model['decoder']['blocks'], model['decoder']['base']
        growth = 2 ** sum(block['upsample'] != 'none' for block in blocks)
        h, w = height // factor // growth, width // factor // growth
        layers = [*stack(sum(sizes), model['decoder']['hidden'], c * h * w, activation), activation(), nn.Unflatten(1, (c, h, w))]
        for block in blocks:
            k = block['kernel']
            if block['upsample'] != 'none':
                h, w = 2 * h, 2 * w
            if block['upsample'] == 'transposed':
                layers.append(Same(nn.ConvTranspose2d(c, block['channels'], k, 2, max(k - 2, 0) // 2), (h, w)))
            else:
                layers += [nn.Upsample(scale_factor=2)] * (block['upsample'] == 'nearest') + [Same(nn.Conv2d(c, block['channels'], k, 1, k // 2), (h, w))]
            layers.append(activation())
            c = block['channels']
        self.decoder = nn.Sequential(*layers, nn.Conv2d(c, channels, model['decoder']['outputKernel'], 1, model['decoder']['outputKernel'] // 2))

    def encode(self, x):
        slices = self.encoder(x).split(self.sizes, 1)
        mean = torch.cat([network(s) + s if self.residual else network(s) for s, network in zip(slices, self.means)], 1)
        return mean, torch.cat([network(s) for s, network in zip(slices, self.log_variances)], 1)

    def decode(self, latent):
        """Logits; at 1 / factor of the image's size where the upsampling is nearest, which an error can do without."""
        logits = self.decoder(latent)
        if self.factor > 1 and self.interpolation == 'bilinear':
            logits = F.interpolate(logits, scale_factor=self.factor, mode='bilinear', align_corners=False)
        return logits

    def target(self, image):
        """What logits are compared with, and the weight of an error there: with nearest upsampling the block means, f² times."""
        if self.factor > 1 and self.interpolation == 'nearest':
            return F.avg_pool2d(image, self.factor), self.factor ** 2
        return image, 1

    def forward(self, x):
        mean, log_variance = self.encode(x)
        return mean, log_variance, self.decode(mean + torch.randn_like(mean) * (log_variance / 2).exp())
