"""The measured networks in JAX, as bench/networks.mjs describes them: parameters as trees of arrays, and functions of them."""
import jax
import jax.numpy as jnp
from jax import lax

SIDE, KERNEL_SIZE, STRIDE = 28, 3, 2
AXES = ("NHWC", "HWIO", "NHWC")


def dense_weights(key, inputs, outputs):
    return uniform(key, (inputs, outputs), outputs, inputs)


def filter_weights(key, inputs, outputs):
    return uniform(key, (KERNEL_SIZE, KERNEL_SIZE, inputs, outputs), outputs, inputs * KERNEL_SIZE**2)


def uniform(key, shape, outputs, inputs):
    bound, keys = inputs**-0.5, jax.random.split(key)
    weight = jax.random.uniform(keys[0], shape, minval=-bound, maxval=bound)
    return weight, jax.random.uniform(keys[1], (outputs,), minval=-bound, maxval=bound)


def dense(x, layer):
    return x @ layer[0] + layer[1]


def initial(network, key):
    """Encoder, heads (two in a VAE) and decoder; each layer is a weight and a bias."""
    heads = 2 if network["kind"] == "vae" else 1
    channels, code = network.get("channels"), network["codeSize"]
    keys = iter(jax.random.split(key, 64))
    if channels:
        counts, side = [1, *channels], SIDE // STRIDE ** len(channels)
        features = side * side * channels[-1]
        encoder = [filter_weights(next(keys), a, b) for a, b in zip(counts, channels)]
        decoder = [dense_weights(next(keys), code, features)]
        decoder += [filter_weights(next(keys), a, b) for a, b in zip(counts[:0:-1], counts[-2::-1])]
    else:
        sizes = [SIDE * SIDE, *network["hidden"]]
        features, back = sizes[-1], [code, *sizes[::-1]]
        encoder = [dense_weights(next(keys), a, b) for a, b in zip(sizes, sizes[1:])]
        decoder = [dense_weights(next(keys), a, b) for a, b in zip(back, back[1:])]
    return {
        "encoder": encoder,
        "heads": [dense_weights(next(keys), features, code) for _ in range(heads)],
        "decoder": decoder,
    }


def features_of(network, parameters, x):
    if "channels" not in network:
        for layer in parameters["encoder"]:
            x = jax.nn.relu(dense(x, layer))
        return x
    x = x.reshape(-1, SIDE, SIDE, 1)
    for weight, bias in parameters["encoder"]:
        x = jax.nn.relu(lax.conv_general_dilated(x, weight, (STRIDE, STRIDE), "SAME", dimension_numbers=AXES) + bias)
    return x.reshape(len(x), -1)


def logits_of(network, parameters, code):
    first, *rest = parameters["decoder"]
    x = dense(code, first)
    if "channels" not in network:
        for layer in rest:
            x = dense(jax.nn.relu(x), layer)
        return x
    side = SIDE // STRIDE ** len(rest)
    x = x.reshape(len(x), side, side, -1)
    for weight, bias in rest:
        x = lax.conv_transpose(jax.nn.relu(x), weight, (STRIDE, STRIDE), "SAME", dimension_numbers=AXES) + bias
    return x.reshape(len(x), -1)


def encode(network, parameters, x):
    code = dense(features_of(network, parameters, x), parameters["heads"][0])
    if network["kind"] == "vae":
        return code
    return jax.nn.sigmoid(code) if network["codeActivation"] == "sigmoid" else jax.nn.relu(code)


def loss_of(network, parameters, x, key):
    if network["kind"] == "vae":
        h = features_of(network, parameters, x)
        mean, log_variance = (dense(h, head) for head in parameters["heads"])
        z = mean + jax.random.normal(key, mean.shape) * jnp.exp(log_variance / 2)
        logits = logits_of(network, parameters, z)
        kl = jnp.sum(jnp.exp(log_variance) + mean**2 - 1 - log_variance) / 2
        return jnp.sum(jax.nn.softplus(logits) - logits * x) + kl
    code = encode(network, parameters, x + network["noise"] * jax.random.normal(key, x.shape) if "noise" in network else x)
    error = jnp.mean((jax.nn.sigmoid(logits_of(network, parameters, code)) - x) ** 2)
    if "sparsity" not in network:
        return error
    rate, mean = network["sparsity"]["rate"], jnp.clip(code.mean(0), 1e-6, 1 - 1e-6)
    divergence = rate * jnp.log(rate / mean) + (1 - rate) * jnp.log((1 - rate) / (1 - mean))
    return error + network["sparsity"]["weight"] * divergence.sum()


def pair_loss(is_outermost):
    """The loss of an encoder layer and the decoder layer that inverts it."""
    last = jax.nn.sigmoid if is_outermost else jax.nn.relu
    return lambda pair, x, _: jnp.mean((last(dense(jax.nn.relu(dense(x, pair[0])), pair[1])) - x) ** 2)


def adam_step(loss):
    """One jitted Adam step: from state, batch and key to state and loss."""

    def step(state, x, key):
        parameters, first, second, count = state
        value, gradient = jax.value_and_grad(loss)(parameters, x, key)
        count = count + 1
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradient)
        rates = 1 - 0.9**count, 1 - 0.999**count
        move = lambda p, m, v: p - 0.001 * (m / rates[0]) / (jnp.sqrt(v / rates[1]) + 1e-8)
        return (jax.tree.map(move, parameters, first, second), first, second, count), value

    return jax.jit(step, donate_argnums=0)


def adam_state(parameters):
    zeros = lambda: jax.tree.map(jnp.zeros_like, parameters)
    return jax.tree.map(jnp.copy, parameters), zeros(), zeros(), jnp.zeros(())
