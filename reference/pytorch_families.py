"""Writes packages/formats/fixtures/pytorch-families: small VAEs with the modules and names of public code, as checkpoints, and what
they compute.

Run: python3 reference/pytorch_families.py          (torch 2.13.0)
The modules follow pytorch/examples (vae/main.py), pythae 0.1.2 (default_architectures.py) and PyTorch-VAE (vanilla_vae.py).
"""

import json
import pathlib

import torch
from torch import nn

FOLDER = pathlib.Path(__file__).parent.parent / "packages" / "formats" / "fixtures" / "pytorch-families"


class Examples(nn.Module):
    """pytorch/examples: 784-400-20 there."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(36, 12)
        self.fc21 = nn.Linear(12, 3)
        self.fc22 = nn.Linear(12, 3)
        self.fc3 = nn.Linear(3, 12)
        self.fc4 = nn.Linear(12, 36)

    def encode(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        h = torch.relu(self.fc1(x.flatten(1)))
        return self.fc21(h), self.fc22(h)

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(self.fc4(torch.relu(self.fc3(z))))


class PythaeEncoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Sequential(nn.Linear(36, 16), nn.ReLU())])
        self.embedding = nn.Linear(16, 4)
        self.log_var = nn.Linear(16, 4)


class PythaeDecoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Sequential(nn.Linear(4, 16), nn.ReLU()), nn.Sequential(nn.Linear(16, 36), nn.Sigmoid())])


class Pythae(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder = PythaeEncoder()
        self.decoder = PythaeDecoder()

    def encode(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        h = self.encoder.layers[0](x.flatten(1))
        return self.encoder.embedding(h), self.encoder.log_var(h)

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        return self.decoder.layers[1](self.decoder.layers[0](z))


class PyTorchVae(nn.Module):
    """PyTorch-VAE: 32 to 512 channels on 64 x 64 pixels there, and the slope 0.01."""

    def __init__(self, hidden: tuple[int, ...] = (4, 6), latent: int = 3, side: int = 2) -> None:
        super().__init__()
        self.side, self.hidden = side, hidden
        blocks, channels = [], 3
        for width in hidden:
            blocks.append(nn.Sequential(nn.Conv2d(channels, width, 3, stride=2, padding=1), nn.BatchNorm2d(width), nn.LeakyReLU()))
            channels = width
        self.encoder = nn.Sequential(*blocks)
        self.fc_mu = nn.Linear(hidden[-1] * side**2, latent)
        self.fc_var = nn.Linear(hidden[-1] * side**2, latent)
        self.decoder_input = nn.Linear(latent, hidden[-1] * side**2)

        def enlarge(before: int, after: int) -> list[nn.Module]:
            return [nn.ConvTranspose2d(before, after, 3, stride=2, padding=1, output_padding=1), nn.BatchNorm2d(after), nn.LeakyReLU()]

        widths = hidden[::-1]
        self.decoder = nn.Sequential(*[nn.Sequential(*enlarge(a, b)) for a, b in zip(widths[:-1], widths[1:])])
        self.final_layer = nn.Sequential(*enlarge(widths[-1], widths[-1]), nn.Conv2d(widths[-1], 3, 3, padding=1), nn.Tanh())

    def encode(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        h = self.encoder(x).flatten(1)
        return self.fc_mu(h), self.fc_var(h)

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        h = self.decoder_input(z).view(-1, self.hidden[-1], self.side, self.side)
        return self.final_layer(self.decoder(h))


class Dcgan(nn.Module):
    """A convolutional VAE as in many repositories: width 4, stride 2, padding 1."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 3, 4, stride=2, padding=1), nn.ReLU(), nn.Conv2d(3, 5, 4, stride=2, padding=1), nn.ReLU(), nn.Flatten()
        )
        self.fc_mu = nn.Linear(5 * 4, 2)
        self.fc_logvar = nn.Linear(5 * 4, 2)
        self.decoder_input = nn.Sequential(nn.Linear(2, 5 * 4), nn.ReLU())
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(5, 3, 4, stride=2, padding=1), nn.ReLU(), nn.ConvTranspose2d(3, 1, 4, stride=2, padding=1), nn.Sigmoid()
        )

    def encode(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        h = self.encoder(x)
        return self.fc_mu(h), self.fc_logvar(h)

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        return self.decoder(self.decoder_input(z).view(-1, 5, 2, 2))


class Plain(nn.Module):
    """An autoencoder of two `nn.Sequential`, the commonest of all."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(36, 10), nn.ReLU(), nn.Linear(10, 4))
        self.decoder = nn.Sequential(nn.Linear(4, 10), nn.ReLU(), nn.Linear(10, 36), nn.Sigmoid())

    def encode(self, x: torch.Tensor) -> tuple[torch.Tensor]:
        return (self.encoder(x),)

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        return self.decoder(z)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    outputs = {}
    families = {"examples": (Examples, (1, 6, 6)), "pythae": (Pythae, (1, 6, 6)), "pytorch-vae": (PyTorchVae, (3, 8, 8)), "dcgan": (Dcgan, (1, 8, 8)), "plain": (Plain, (1, 6, 6))}
    wrappers = {
        "examples": lambda model: model.state_dict(),
        "pythae": lambda model: {"model_state_dict": model.state_dict()},
        "pytorch-vae": lambda model: {"state_dict": {f"model.{name}": value for name, value in model.state_dict().items()}, "epoch": 1},
        "dcgan": lambda model: {"model": torch.nn.DataParallel(model).state_dict()},
        "plain": lambda model: torch.compile(model).state_dict(),
    }
    for name, (family, shape) in families.items():
        torch.manual_seed(2)
        model = family()
        for key, tensor in model.state_dict().items():
            if key.endswith("running_var"):
                tensor.uniform_(0.3, 1.2)
            elif key.endswith("running_mean"):
                tensor.normal_(0, 0.5)
        model.eval()
        x = torch.rand(2, *shape)
        with torch.no_grad():
            code = model.encode(x)
            computed = {"x": x, "code": code[0], "reconstruction": model.decode(code[0])}
            if len(code) > 1:
                computed["logVariance"] = code[1]
        outputs[name] = {key: [round(value, 7) for value in tensor.flatten().tolist()] for key, tensor in computed.items()}
        torch.save(wrappers[name](model), FOLDER / f"{name}.pt")
    (FOLDER / "outputs.json").write_text(json.dumps(outputs, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
