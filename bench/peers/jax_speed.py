"""JAX, jitted: python3 jax_speed.py '{"task": "train", "network": {...}, "threads": 2, ...}', a line of JSON.

Tasks: train, sample, encode, matmul, save, cold-start.
"""
import time

START = time.perf_counter()  # before the imports, which count towards a cold start

import os

from measure import at_each_batch_size, call_times, digits, epoch_rates, limit, peak_memory, report, settings

if hasattr(os, "sched_setaffinity"):  # XLA starts as many threads as it may use cores
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: settings["threads"]])

import jax
import jax.numpy as jnp
import numpy

from jax_models import adam_state, adam_step, dense, encode, initial, logits_of, loss_of, pair_loss

network = settings.get("network")
keys = jax.random.key(1)


def next_key():
    global keys
    keys, key = jax.random.split(keys)
    return key


def run_epoch(step, state, data, batch_size):
    """One pass in random order; the sum of the losses is read once."""
    order, total = numpy.random.permutation(len(data)), 0
    for start in range(0, len(data), batch_size):
        state, value = step(state, data[order[start : start + batch_size]], next_key())
        total = total + value
    float(total)
    return state


def train():
    data = digits(settings["images"])

    def rates(batch_size):
        step = adam_step(lambda parameters, x, key: loss_of(network, parameters, x, key))
        state = adam_state(initial(network, next_key()))
        pair_steps = [adam_step(pair_loss(is_outermost)) for is_outermost in (True, False)]
        down = jax.jit(lambda x, layer: jax.nn.relu(dense(x, layer)))

        def epoch():
            nonlocal state
            if network.get("pretraining"):
                parameters = jax.tree.map(jnp.copy, state[0])
                pretrain(parameters, data, batch_size, pair_steps, down)
                state = adam_state(parameters)
            state = run_epoch(step, state, data, batch_size)

        return epoch_rates(epoch)

    return at_each_batch_size(rates)


def pretrain(parameters, data, batch_size, steps, down):
    """Each encoder layer with the decoder layer that inverts it, on the codes of the layers before; in place."""
    groups = [parameters["encoder"], parameters["heads"]]
    lower = [(group, i) for group in groups for i in range(len(group))]
    for depth, (group, i) in enumerate(lower):
        upper = len(parameters["decoder"]) - 1 - depth
        state = adam_state((group[i], parameters["decoder"][upper]))
        state = run_epoch(steps[min(depth, 1)], state, data, batch_size)
        group[i], parameters["decoder"][upper] = state[0]
        data = numpy.asarray(down(data, group[i]))


def sampler(parameters):
    draw = lambda parameters, key: jax.nn.sigmoid(
        logits_of(network, parameters, jax.random.normal(key, (settings["count"], network["codeSize"])))
    )
    jitted = jax.jit(draw)
    return lambda: numpy.asarray(jitted(parameters, next_key()))


def sample():
    call = sampler(initial(network, next_key()))
    return {"milliseconds": call_times(settings["calls"], call), "peakMemory": peak_memory()}


def encode_images():
    data, parameters = digits(settings["images"]), initial(network, next_key())
    jitted = jax.jit(lambda parameters, x: encode(network, parameters, x))

    def rates(batch_size):
        def epoch():
            for start in range(0, len(data), batch_size):
                numpy.asarray(jitted(parameters, data[start : start + batch_size]))

        return epoch_rates(epoch)

    return at_each_batch_size(rates)


def matmul():
    multiply = jax.jit(lambda a, b: a @ b)

    def product(size):
        a, b = (jax.random.uniform(next_key(), (size, size)) for _ in range(2))
        return lambda: multiply(a, b).block_until_ready()

    return limit(settings["sizes"], product)


def save():
    numpy.savez(settings["weights"], *jax.tree.leaves(initial(network, next_key())))
    return {}


def cold_start():
    shapes = jax.eval_shape(lambda: initial(network, jax.random.key(0)))
    with numpy.load(settings["weights"]) as weights:
        leaves = [weights[name] for name in weights.files]
    images = sampler(jax.tree.unflatten(jax.tree.structure(shapes), leaves))()
    return {"milliseconds": 1000 * (time.perf_counter() - START), "values": images.size}


tasks = {
    "train": train,
    "sample": sample,
    "encode": encode_images,
    "matmul": matmul,
    "save": save,
    "cold-start": cold_start,
}
report({**tasks[settings["task"]](), "version": jax.__version__})
