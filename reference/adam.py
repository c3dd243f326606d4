"""Ten steps of torch.optim.Adam on gradients where bias correction and epsilon matter, in float64."""

import torch

from exact import float32

STEPS = 10
CONFIGURATIONS = {
    "default": {"learningRate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
    "otherBetas": {"learningRate": 0.02, "beta1": 0.5, "beta2": 0.9, "epsilon": 1e-8},
    "largeEpsilon": {"learningRate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-3},
    "noMomentum": {"learningRate": 1e-2, "beta1": 0.0, "beta2": 0.99, "epsilon": 1e-8},
}


def oracle():
    generator = torch.Generator().manual_seed(2)
    # One parameter each, all starting small, so that float32 resolves their changes.
    gradients = torch.stack([
        torch.zeros(STEPS),
        torch.tensor([0.0] * 5 + [1.0] * 5),
        torch.tensor([1.0] + [0.0] * 9),
        torch.tensor([1.0, -1.0] * 5),
        torch.full((STEPS,), 1e-10),
        torch.full((STEPS,), 1e-8),
        torch.full((STEPS,), -1e-6),
        torch.full((STEPS,), 1e4),
        *torch.randn((4, STEPS), generator=generator),
        *torch.randn((4, STEPS), generator=generator) * 1e-3,
    ], 1)  # [step, parameter]
    gradients = float32(gradients)
    initial = float32(torch.cat([torch.zeros(8), torch.randn(8, generator=generator) * 1e-2]))
    return {
        "initial": initial,
        "gradients": gradients,
        "configurations": {
            name: {"options": options, "parameters": run(initial, gradients, options)}
            for name, options in CONFIGURATIONS.items()
        },
    }


def run(initial, gradients, options):
    """[step, parameter]: the parameters after each step."""
    parameter = torch.nn.Parameter(initial.clone())
    betas = (options["beta1"], options["beta2"])
    optimiser = torch.optim.Adam([parameter], lr=options["learningRate"], betas=betas, eps=options["epsilon"])
    history = []
    for gradient in gradients:
        parameter.grad = gradient.clone()
        optimiser.step()
        history.append(parameter.detach().clone())
    return torch.stack(history)
