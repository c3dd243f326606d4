"""The measured networks in PyTorch, as bench/networks.mjs describes them, and how each is trained."""
import torch
from torch import nn
from torch.nn import functional

SIDE, KERNEL_SIZE, STRIDE = 28, 3, 2


class Autoencoder(nn.Module):
    def __init__(self, hidden, code_size, code_activation):
        super().__init__()
        sizes = [SIDE * SIDE, *hidden, code_size]
        self.encoder = layers(sizes, nn.Sigmoid() if code_activation == "sigmoid" else nn.ReLU())
        self.decoder = layers(sizes[::-1], nn.Sigmoid())

    def forward(self, x):
        return self.decoder(self.encoder(x))


class Vae(nn.Module):
    """Built from dense layers, or from convolutions if there are `channels`. Images are [batch, 784] either way."""

    def __init__(self, code_size, hidden=None, channels=None):
        super().__init__()
        if channels:
            self.features, size = convolutions(channels)
        else:
            self.features, size = layers([SIDE * SIDE, *hidden], nn.ReLU()), hidden[-1]
        self.mean = nn.Linear(size, code_size)
        self.log_variance = nn.Linear(size, code_size)
        if channels:
            self.decoder = transposed_convolutions(code_size, channels)
        else:
            self.decoder = layers([code_size, *hidden[::-1], SIDE * SIDE], nn.Sigmoid())

    def encoder(self, x):
        return self.mean(self.features(x))

    def terms(self, x):
        """Sums over the batch: reconstruction and divergence, nats."""
        h = self.features(x)
        mean, log_variance = self.mean(h), self.log_variance(h)
        z = mean + torch.randn_like(mean) * torch.exp(log_variance / 2)
        kl = (torch.exp(log_variance) + mean**2 - 1 - log_variance).sum() / 2
        return functional.binary_cross_entropy(self.decoder(z), x, reduction="sum"), kl


def layers(sizes, last):
    made = [part for a, b in zip(sizes, sizes[1:]) for part in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*made[:-1], last)


def convolutions(channels):
    """The layers from images to features, and the number of features."""
    counts, side = [1, *channels], SIDE
    made = [nn.Unflatten(1, (1, SIDE, SIDE))]
    for inputs, outputs in zip(counts, channels):
        made += [nn.Conv2d(inputs, outputs, KERNEL_SIZE, STRIDE, padding=1), nn.ReLU()]
        side = -(-side // STRIDE)
    return nn.Sequential(*made, nn.Flatten()), side * side * channels[-1]


def transposed_convolutions(code_size, channels):
    side = SIDE // STRIDE ** len(channels)
    made = [nn.Linear(code_size, side * side * channels[-1]), nn.ReLU(), nn.Unflatten(1, (channels[-1], side, side))]
    counts = [1, *channels][::-1]
    for inputs, outputs in zip(counts, counts[1:]):
        made += [nn.ConvTranspose2d(inputs, outputs, KERNEL_SIZE, STRIDE, padding=1, output_padding=1), nn.ReLU()]
    return nn.Sequential(*made[:-1], nn.Flatten(), nn.Sigmoid())


def build(network):
    if network["kind"] == "vae":
        return Vae(network["codeSize"], network.get("hidden"), network.get("channels"))
    return Autoencoder(network["hidden"], network["codeSize"], network["codeActivation"])


def noisy(x, standard_deviation):
    return x + standard_deviation * torch.randn_like(x)


def kl_sparsity(code, rate):
    mean = code.mean(0).clamp(1e-6, 1 - 1e-6)
    return (rate * torch.log(rate / mean) + (1 - rate) * torch.log((1 - rate) / (1 - mean))).sum()


def loss_of(network, model, x):
    if network["kind"] == "vae":
        return sum(model.terms(x))
    if "noise" in network:
        return functional.mse_loss(model(noisy(x, network["noise"])), x)
    if "sparsity" in network:
        code = model.encoder(x)
        sparsity = kl_sparsity(code, network["sparsity"]["rate"])
        return functional.mse_loss(model.decoder(code), x) + network["sparsity"]["weight"] * sparsity
    return functional.mse_loss(model(x), x)


def run_epoch(optimiser, data, batch_size, loss):
    """One pass in random order; returns the sum of the losses, which is read once."""
    total = torch.zeros(())
    for rows in torch.randperm(len(data)).split(batch_size):
        optimiser.zero_grad()
        value = loss(data[rows])
        value.backward()
        optimiser.step()
        total += value.detach()
    return total.item()


def adam(parameters):
    return torch.optim.Adam(parameters, lr=0.001)


def pretrain(model, data, epochs, batch_size):
    """Each encoder layer with the decoder layer that inverts it, on the codes of the layers before."""
    for outer, inner in zip(range(0, len(model.encoder), 2), range(len(model.decoder) - 2, -1, -2)):
        down, up = model.encoder[outer], model.decoder[inner]
        last = torch.sigmoid if outer == 0 else torch.relu
        optimiser = adam([*down.parameters(), *up.parameters()])
        for _ in range(epochs):
            run_epoch(
                optimiser, data, batch_size, lambda x: functional.mse_loss(last(up(torch.relu(down(x)))), x)
            )
        with torch.no_grad():
            data = torch.relu(down(data))
