"""Trains a VAE of `ae` on several processes with PyTorch's DistributedDataParallel; the weights come from `ae` and go back to it.

    ae export vae.safetensors --to pytorch --out torch/
    torchrun --nproc-per-node 2 train.py --model torch --images digits.npy --out trained.pt
    ae convert trained.pt --input-shape 28,28,1 --activation relu --output-activation sigmoid --out trained.safetensors

With several machines, `torchrun --nnodes 4 --rdzv-backend c10d --rdzv-endpoint HOST:29500` on each of them.
"""

import argparse
import sys
import time

import numpy as np
import torch
import torch.distributed as dist
from safetensors.torch import load_file
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, DistributedSampler, TensorDataset


class Loss(nn.Module):
    """The objective of `vae` with the likelihood `bernoulli`, in nats per image: what DDP wraps is what computes a loss."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        mean, log_variance = self.model.encode(x)
        code = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        reconstruction = binary_cross_entropy_with_logits(self.model.output(code), x, reduction="sum")
        kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum()
        return (reconstruction + kl) / len(x)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="the folder that `ae export --to pytorch` wrote")
    parser.add_argument("--images", required=True, help="a .npy file of images, [count, height, width, channels], uint8")
    parser.add_argument("--out", required=True, help="the file of the trained weights")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch-size", type=int, default=128, help="of all processes together")
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    options = parser.parse_args()

    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    rank, count = dist.get_rank(), dist.get_world_size()
    device = torch.device("cuda", rank % torch.cuda.device_count()) if torch.cuda.is_available() else torch.device("cpu")
    torch.manual_seed(rank)  # of the noise; the weights are those of the file

    sys.path.insert(0, options.model)
    from model import Model  # written by `ae export`

    model = Model()
    model.load_state_dict(load_file(f"{options.model}/model.safetensors"))
    parallel = DistributedDataParallel(Loss(model.to(device)))

    pixels = np.load(options.images)
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255  # channels first, as everywhere in PyTorch
    sampler = DistributedSampler(images, seed=1)
    loader = DataLoader(TensorDataset(images), batch_size=options.batch_size // count, sampler=sampler, drop_last=True)
    optimizer = torch.optim.Adam(parallel.parameters(), lr=options.learning_rate, eps=1e-7)
    for epoch in range(1, options.epochs + 1):
        sampler.set_epoch(epoch)
        start, total = time.monotonic(), torch.zeros((), device=device)
        for (batch,) in loader:
            optimizer.zero_grad()
            loss = parallel(batch.to(device))
            loss.backward()
            optimizer.step()
            total += loss.detach()
        dist.all_reduce(total)
        if rank == 0:
            print(f"epoch {epoch}  loss {total.item() / len(loader) / count:.2f}  {time.monotonic() - start:.1f} s", flush=True)
    if rank == 0:
        torch.save(model.state_dict(), options.out)
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
