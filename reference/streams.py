"""The random streams of @ae/core, reimplemented from the literature, to check them and to draw the same noise.

Threefry-4x32: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011. Normals here are the
exact quantiles in float64; @ae/core approximates them to float32.
"""

from statistics import NormalDist

import numpy as np

MASK = 0xFFFFFFFF
PARITY = 0x1BD11BDA
ROTATIONS = ((10, 26), (11, 21), (13, 27), (23, 5), (6, 20), (17, 11), (25, 10), (18, 20))


def threefry4x32(key, counter, rounds):
    """Four 32-bit words for a key and a counter of four words each."""
    keys = [*key, PARITY ^ key[0] ^ key[1] ^ key[2] ^ key[3]]
    x = [(c + k) & MASK for c, k in zip(counter, key)]
    for r in range(rounds):
        first, second = ROTATIONS[r % 8]
        for left, right, turn in ((0, 1, first), (2, 3, second)) if r % 2 == 0 else ((0, 3, first), (2, 1, second)):
            x[left] = (x[left] + x[right]) & MASK
            x[right] = ((x[right] << turn | x[right] >> (32 - turn)) & MASK) ^ x[left]
        if r % 4 == 3:
            s = r // 4 + 1
            x = [(word + keys[(s + i) % 5]) & MASK for i, word in enumerate(x)]
            x[3] = (x[3] + s) & MASK
    return x


def words(stream, seed, step, count):
    """The first `count` words of a stream at an address: numpy uint32."""
    key = (seed & MASK, seed >> 32, hash_name(stream, 0x811C9DC5), hash_name(stream, 0x2B5AC93F))
    index = np.arange((count + 3) // 4, dtype=np.int64)
    # The same as for plain integers, because int64 holds every sum and shift of two words.
    counter = (index, np.full_like(index, 0), np.full_like(index, step & MASK), np.full_like(index, step >> 32))
    return np.stack(threefry4x32(key, counter, 12), 1).reshape(-1)[:count].astype(np.uint32)


def uniforms(stream, seed, step, count):
    """Uniform in (0, 1), 23 bits and a half: exact in float32."""
    return ((words(stream, seed, step, count) >> 9).astype(np.float64) + 0.5) * 2.0**-23


def normals(stream, seed, step, count):
    """Standard normal, rounded to float32. The word is read as signed, so that 0 is in the middle."""
    return np.float32([quantile(word) for word in words(stream, seed, step, count).astype(np.int32)])


def quantile(word):
    """The standard normal quantile at (word + 1/2) 2^-32 + 1/2, taken in the lower half, where it is accurate."""
    position = (int(word) + 0.5) * 2.0**-32
    lower = NormalDist().inv_cdf(0.5 - abs(position))
    return lower if position < 0 else -lower


def hash_name(name, offset):
    """FNV-1a over UTF-16 units, then the first half of MurmurHash3's finaliser."""
    h = offset
    for unit in np.frombuffer(name.encode("utf-16-le"), np.uint16):
        h = ((h ^ int(unit)) * 0x01000193) & MASK
    h = ((h ^ h >> 16) * 0x85EBCA6B) & MASK
    return h ^ h >> 13
