"""Twenty steps of each optimiser of torch.optim in float64; of Lion by NumPy from its paper (Chen et al. 2023, algorithm 2)."""

import numpy as np
import torch

from exact import float32

STEPS = 20
CONFIGURATIONS = {
    "sgd": {"kind": "sgd", "learningRate": 0.05},
    "sgd with L2 weight decay": {"kind": "sgd", "learningRate": 0.05, "weightDecay": 0.1},
    "sgd with momentum": {"kind": "sgd", "learningRate": 0.02, "momentum": 0.9},
    "sgd with dampened momentum": {"kind": "sgd", "learningRate": 0.02, "momentum": 0.8, "dampening": 0.3, "weightDecay": 0.01},
    "sgd with Nesterov's momentum": {"kind": "sgd", "learningRate": 0.02, "momentum": 0.9, "nesterov": True, "weightDecay": 0.01},
    "adam": {"kind": "adam", "learningRate": 0.01},
    "adam with L2 weight decay": {"kind": "adam", "learningRate": 0.01, "beta1": 0.8, "beta2": 0.95, "weightDecay": 0.1},
    "adamW": {"kind": "adamW", "learningRate": 0.01},
    "adamW with much weight decay": {"kind": "adamW", "learningRate": 0.01, "beta1": 0.5, "epsilon": 1e-3, "weightDecay": 0.5},
    "rAdam": {"kind": "rAdam", "learningRate": 0.01},
    "rAdam with L2 weight decay": {"kind": "rAdam", "learningRate": 0.01, "beta2": 0.9, "weightDecay": 0.1},
    "rAdam with decoupled weight decay": {"kind": "rAdam", "learningRate": 0.01, "weightDecay": 0.1, "decoupled": True},
    "rmsProp": {"kind": "rmsProp", "learningRate": 0.01},
    "rmsProp with momentum": {"kind": "rmsProp", "learningRate": 0.01, "decayRate": 0.9, "momentum": 0.9, "weightDecay": 0.1},
    "centered rmsProp": {"kind": "rmsProp", "learningRate": 0.01, "decayRate": 0.9, "epsilon": 1e-3, "centered": True},
    "centered rmsProp with momentum": {"kind": "rmsProp", "learningRate": 0.01, "decayRate": 0.95, "epsilon": 1e-2, "momentum": 0.5, "centered": True},
    "adagrad": {"kind": "adagrad", "learningRate": 0.1},
    "adagrad with everything": {"kind": "adagrad", "learningRate": 0.1, "learningRateDecay": 0.1, "initialSum": 0.1, "epsilon": 1e-3, "weightDecay": 0.1},
    "lion": {"kind": "lion", "learningRate": 0.01},
    "lion with weight decay": {"kind": "lion", "learningRate": 0.01, "beta1": 0.95, "beta2": 0.98, "weightDecay": 0.5},
}


def oracle():
    generator = torch.Generator().manual_seed(5)
    # Of every size, with one that is always 0 and one that stops; no sign of Lion's hangs on the last bit of these.
    scales = torch.tensor([0.0, 1.0, 1.0, 1e-3, 1e-3, 10.0, 1.0, 1e-1])
    gradients = float32(torch.randn((STEPS, 8), generator=generator) * scales)
    gradients[5:, 6] = 0
    gradients = float32(gradients)
    initial = float32(torch.randn(8, generator=generator))
    return {
        "initial": initial,
        "gradients": gradients,
        "configurations": {
            name: {"options": options, "parameters": run(initial, gradients, options)}
            for name, options in CONFIGURATIONS.items()
        },
        "schedules": {"oneCycle": one_cycle(), "exponential": exponential(), "stepDecay": step_decay()},
        "clipped": clipped(gradients),
        "averaged": averaged(initial, gradients),
        "kerasAdam": {"options": KERAS, "parameters": keras_adam(initial, gradients)},
    }


def run(initial, gradients, options):
    """[step, parameter]: the parameters after each step."""
    if options["kind"] == "lion":
        return lion(initial, gradients, options)
    parameter = torch.nn.Parameter(initial.clone())
    optimiser = made([parameter], options)
    history = []
    for gradient in gradients:
        parameter.grad = gradient.clone()
        optimiser.step()
        history.append(parameter.detach().clone())
    return torch.stack(history)


def made(parameters, options):
    names = {
        "learningRate": "lr", "weightDecay": "weight_decay", "epsilon": "eps", "decayRate": "alpha",
        "learningRateDecay": "lr_decay", "initialSum": "initial_accumulator_value", "decoupled": "decoupled_weight_decay",
    }
    kinds = {"sgd": "SGD", "adam": "Adam", "adamW": "AdamW", "rAdam": "RAdam", "rmsProp": "RMSprop", "adagrad": "Adagrad"}
    settings = {names.get(name, name): value for name, value in options.items() if name not in ("kind", "beta1", "beta2")}
    if "beta1" in options or "beta2" in options:
        settings["betas"] = (options.get("beta1", 0.9), options.get("beta2", 0.999))
    return getattr(torch.optim, kinds[options["kind"]])(parameters, foreach=False, **settings)


def lion(initial, gradients, options):
    rate, decay = options["learningRate"], options.get("weightDecay", 0.0)
    beta1, beta2 = options.get("beta1", 0.9), options.get("beta2", 0.99)
    parameter, mean, history = initial.numpy().copy(), np.zeros(len(initial)), []
    for gradient in gradients.numpy():
        mixed = beta1 * mean + (1 - beta1) * gradient
        # A sign that float32 could miss would make this no oracle.
        assert np.all((mixed == 0) | (np.abs(mixed) > 1e-5 * (np.abs(beta1 * mean) + np.abs(gradient))))
        parameter = parameter - rate * (np.sign(mixed) + decay * parameter)
        mean = beta2 * mean + (1 - beta2) * gradient
        history.append(parameter.copy())
    return np.stack(history)


KERAS = {"learningRate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "uncorrectedEpsilon": True}


def keras_adam(initial, gradients):
    """keras.optimizers.Adam.update_step of Keras 3: epsilon on the root of the second moment as it is."""
    parameter, mean, square, history = initial.numpy().copy(), np.zeros(len(initial)), np.zeros(len(initial)), []
    for step, gradient in enumerate(gradients.numpy() * 1e-6, 1):
        alpha = KERAS["learningRate"] * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        mean += (gradient - mean) * (1 - 0.9)
        square += (np.square(gradient) - square) * (1 - 0.999)
        parameter -= mean * alpha / (np.sqrt(square) + 1e-7)
        history.append(parameter.copy())
    return np.stack(history)


def clipped(gradients):
    """clip_grad_norm_ and clip_grad_value_ on three tensors of one model."""
    cases = []
    for row in gradients[:4]:
        for maximum in (0.5, 5.0, 100.0):
            parameters = [torch.nn.Parameter(torch.zeros(count)) for count in (1, 5, 2)]
            def give():
                for parameter, part in zip(parameters, row.split([1, 5, 2])):
                    parameter.grad = part.clone()
                return parameters
            torch.nn.utils.clip_grad_norm_(give(), maximum, foreach=False)
            by_norm = torch.cat([parameter.grad for parameter in parameters])
            torch.nn.utils.clip_grad_value_(give(), maximum, foreach=False)
            by_value = torch.cat([parameter.grad for parameter in parameters])
            cases.append({"maximum": maximum, "gradient": row, "byNorm": by_norm, "byValue": by_value})
    return cases


def averaged(initial, gradients):
    """torch.optim.swa_utils.AveragedModel with get_ema_multi_avg_fn beside AdamW: [step, parameter]."""
    from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

    model = torch.nn.Module()
    model.weight = torch.nn.Parameter(initial.clone())
    optimiser = torch.optim.AdamW([model.weight], lr=0.05)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    history = []
    for gradient in gradients:
        model.weight.grad = gradient.clone()
        optimiser.step()
        average.update_parameters(model)
        history.append(average.module.weight.detach().clone())
    return {"options": {"learningRate": 0.05}, "decay": 0.9, "averages": torch.stack(history)}


def schedule(make, steps):
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1, momentum=0.9)
    scheduler, rates = make(optimiser), []
    for step in range(steps):
        rates.append((optimiser.param_groups[0]["lr"], optimiser.param_groups[0]["momentum"]))
        if step + 1 < steps:
            optimiser.step()
            scheduler.step()
    return rates


def one_cycle():
    cases = []
    for options in (
        {"maximum": 0.1, "steps": 20},
        {"maximum": 0.5, "steps": 33, "warmUp": 0.1, "shape": "linear", "initialDivisor": 10.0, "finalDivisor": 100.0},
    ):
        names = {"maximum": "max_lr", "steps": "total_steps", "warmUp": "pct_start", "shape": "anneal_strategy",
                 "initialDivisor": "div_factor", "finalDivisor": "final_div_factor"}
        settings = {names[name]: value for name, value in options.items()}
        rates = schedule(lambda optimiser: torch.optim.lr_scheduler.OneCycleLR(optimiser, **settings), options["steps"])
        cases.append({"options": options, "values": [rate for rate, _ in rates]})
    return cases


def exponential():
    rates = schedule(lambda optimiser: torch.optim.lr_scheduler.ExponentialLR(optimiser, 0.9), 20)
    return [{"options": {"from": 0.1, "factor": 0.9}, "values": [rate for rate, _ in rates]}]


def step_decay():
    rates = schedule(lambda optimiser: torch.optim.lr_scheduler.StepLR(optimiser, 7, 0.3), 20)
    several = schedule(lambda optimiser: torch.optim.lr_scheduler.MultiStepLR(optimiser, [3, 4, 15], 0.5), 20)
    return [
        {"options": {"from": 0.1, "factor": 0.3, "every": 7}, "values": [rate for rate, _ in rates]},
        {"options": {"from": 0.1, "factor": 0.5, "at": [3, 4, 15]}, "values": [rate for rate, _ in several]},
    ]
