"""The numbers that the random streams of @ae/core must draw; the generator is first checked against its authors' known answers."""

import numpy as np
import torch

import streams

# Random123, kat_vectors: key, counter and result of threefry4x32 with 20 rounds.
PI = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0, 0x082EFA98, 0xEC4E6C89)
KNOWN_ANSWERS = (
    ((0,) * 4, (0,) * 4, (0x9C6CA96A, 0xE17EAE66, 0xFC10ECD4, 0x5256A7D8)),
    ((streams.MASK,) * 4, (streams.MASK,) * 4, (0x2A881696, 0x57012287, 0xF6C7446E, 0xA16A6732)),
    (PI[1], PI[0], (0x59CD1DBB, 0xB8879579, 0x86B5D00C, 0xAC8B6D84)),
)
ADDRESSES = (
    ("posterior", 0, 0),
    ("posterior", 1, 0),
    ("posterior", 0, 1),
    ("order", 0, 0),
    ("init/encoder.0", 7, 3),
    ("", 2**32, 2**32),
    ("größe ∞", 2**53 - 1, 2**53 - 1),
)
# @ae/core draws 1024 at a time.
INDICES = [*range(10), *range(1020, 1030)]
# Both ends, both sides of the middle, and both sides of the points where the approximation changes, at +-0.425.
EDGE = int(0.425 * 2**32)
WORDS = (-(2**31), -(2**31) + 1, -(2**31) + 2**16, -EDGE - 3, -EDGE, -1, 0, 1, EDGE - 2, EDGE + 1, EDGE + 2, 2**31 - 1)

# Both ends, down to the smallest number above 0, and the points where the approximation changes: 0.075 and e^-25.
PROBABILITIES = (
    5e-324, 1e-320, 2.2250738585072014e-308, 1e-300, 1e-100, 1e-30, 1e-20, 1.38e-11, 1.39e-11, 1e-8, 1e-6, 1e-3, 0.025, 0.0749,
    0.0751, 0.25, 0.4999999, 0.5, 0.6, 0.9249, 0.9251, 0.975, 0.999999, 1 - 1e-8, 1 - 2.0**-53,
)  # fmt: skip


def oracle():
    for key, counter, expected in KNOWN_ANSWERS:
        assert tuple(streams.threefry4x32(key, counter, 20)) == expected
    return {
        "threefry": [
            {"key": key, "counter": counter, "words": [int(w) for w in streams.threefry4x32(key, counter, 12)]}
            for key, counter, _ in KNOWN_ANSWERS
        ],
        "quantiles": [{"word": word, "normal": streams.quantile(word)} for word in WORDS],
        "probabilities": [
            {"probability": repr(p), "normal": torch.special.ndtri(torch.tensor(p, dtype=torch.float64)).item()}
            for p in PROBABILITIES
        ],
        "draws": [
            {
                "stream": stream,
                "seed": seed,
                "step": step,
                "indices": INDICES,
                "uniforms": streams.uniforms(stream, seed, step, 1030)[INDICES].tolist(),
                "normals": streams.normals(stream, seed, step, 1030)[INDICES].astype(np.float64).tolist(),
            }
            for stream, seed, step in ADDRESSES
        ],
    }
