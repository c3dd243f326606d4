"""Measures of pictures by scikit-image, torchmetrics, pytorch-msssim and TensorFlow, and of features by torchmetrics and prdc.

`PICTURES` are made of integers, by a formula that the tests repeat. Each case names the call of the library and our options for it.
"""

import base64
import re
from pathlib import Path

import numpy as np
import prdc
import pytorch_msssim
import scipy.linalg
import tensorflow as tf
import torch
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from torch.nn import functional
from torchmetrics.functional import image as metrics
from torchmetrics.image.kid import poly_mmd
from safetensors.torch import load

CLASSIFIER = Path(__file__).parent.parent / "packages" / "metrics" / "src" / "pictures" / "embedded-classifier.ts"
WANG = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]


def pictures(height, width, channels):
    """A ring on a pattern and a damaged copy: [2, height, width, channels], integers from 0 to 255."""
    y, x, c = np.mgrid[0:height, 0:width, 0:channels]
    radius = (2 * x - width + 1) ** 2 + (2 * y - height + 1) ** 2
    side = min(height, width) ** 2
    ring = (5 * radius >= side) & (2 * radius <= side)
    original = np.where(ring, 255 - 20 * c, (x * y // 8 + 40 * c) % 64 * (x > width // 2))
    noise = (x * x * 7 + y * x * 13 + y * y * 3 + 11 * c) % 97
    return np.stack([original * 3 // 4 + noise // 2, original])


def channels_first(array):
    return torch.from_numpy(array.transpose(2, 0, 1)[None].astype(np.float64))


def similarity_cases(height, width, channels):
    picture, original = pictures(height, width, channels).astype(np.float64)
    first, second = channels_first(picture), channels_first(original)
    tensors = [tf.constant(array[None], tf.float32) for array in (picture, original)]
    scikit = lambda **options: structural_similarity(picture, original, data_range=255, channel_axis=2, **options)
    whole = lambda **options: scikit(full=True, **options)[1].mean()
    uniform = {"kind": "uniform", "size": 7}
    wang = dict(gaussian_weights=True, sigma=1.5, use_sample_covariance=False)
    torchmetrics = lambda **options: metrics.structural_similarity_index_measure(first, second, data_range=255.0, **options).item()
    yield "scikit-image", "structural_similarity()", {"window": uniform, "covariance": "sample"}, scikit()
    yield "scikit-image", "structural_similarity(gaussian_weights=True)", {"covariance": "sample"}, scikit(gaussian_weights=True)
    yield "scikit-image", "structural_similarity(gaussian_weights=True, sigma=1.5, use_sample_covariance=False)", {}, scikit(**wang)
    yield "scikit-image", "structural_similarity(win_size=11, use_sample_covariance=False)", {"window": {"kind": "uniform", "size": 11}}, scikit(win_size=11, use_sample_covariance=False)
    yield "scikit-image", "structural_similarity(full=True)[1].mean()", {"window": uniform, "covariance": "sample", "border": "symmetric"}, whole()
    yield "scikit-image", "structural_similarity(..., full=True)[1].mean()", {"border": "symmetric"}, whole(**wang)
    yield "torchmetrics", "structural_similarity_index_measure()", {"border": "reflect"}, torchmetrics()
    yield "torchmetrics", "structural_similarity_index_measure(gaussian_kernel=False)", {"border": "reflect", "window": {"kind": "uniform", "size": 11}}, torchmetrics(gaussian_kernel=False)
    yield "torchmetrics", "structural_similarity_index_measure(sigma=0.8, k1=0.02, k2=0.05)", {"border": "reflect", "window": {"kind": "gaussian", "sigma": 0.8, "size": 7}, "k1": 0.02, "k2": 0.05}, torchmetrics(sigma=0.8, k1=0.02, k2=0.05)
    yield "pytorch-msssim", "ssim()", {}, pytorch_msssim.ssim(first, second, data_range=255).item()
    yield "TensorFlow", "tf.image.ssim()", {}, float(tf.image.ssim(*tensors, max_val=255)[0])


def multiscale_cases(height, width, channels):
    picture, original = pictures(height, width, channels).astype(np.float64)
    first, second = channels_first(picture), channels_first(original)
    tensors = [tf.constant(array[None], tf.float32) for array in (picture, original)]
    if min(height, width) > 160:
        yield "pytorch-msssim", "ms_ssim()", {}, pytorch_msssim.ms_ssim(first, second, data_range=255).item()
        yield "TensorFlow", "tf.image.ssim_multiscale()", {}, float(tf.image.ssim_multiscale(*tensors, max_val=255)[0])
    else:
        weights = [0.1356, 0.8644]
        value = float(tf.image.ssim_multiscale(*tensors, max_val=255, power_factors=weights)[0])
        yield "TensorFlow", "tf.image.ssim_multiscale(power_factors=[0.1356, 0.8644])", {"weights": weights}, value


def similarities(cases, shapes):
    for shape in shapes:
        for library, call, options, value in cases(*shape):
            yield {"shape": list(shape), "library": library, "call": call, "options": options, "value": float(value)}


def noise_ratios():
    for shape in [(28, 28, 1), (40, 33, 3)]:
        picture, original = pictures(*shape)
        yield {"shape": list(shape), "value": float(peak_signal_noise_ratio(original, picture, data_range=255))}


def features(generator, count, size, shift, scale):
    return (generator.normal(size=(count, size)) * scale + shift).astype(np.float32)


def feature_cases():
    generator = np.random.default_rng(5)
    for count, other, size, shift, scale, k in [(40, 40, 6, 0.5, 1.2, 3), (60, 35, 3, 0.0, 1.0, 5), (30, 50, 40, 0.3, 0.7, 5)]:
        generated = features(generator, count, size, shift, scale)
        real = np.maximum(features(generator, other, size, 0, 1), -1)
        x, y = generated.astype(np.float64), real.astype(np.float64)
        a, b = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
        root = scipy.linalg.sqrtm(a @ b + 1e-13 * np.eye(size)).real
        equal = min(count, other)
        yield {
            "generated": x,
            "real": y,
            "k": k,
            "frechet": float(((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(a + b - 2 * root)),
            "kernel": poly_mmd(torch.from_numpy(x[:equal]), torch.from_numpy(y[:equal])).item(),
            **{name: float(value) for name, value in prdc.compute_prdc(y, x, nearest_k=k).items()},
        }


def classifier_features():
    """The features of the committed classifier for two pictures, by PyTorch's own convolutions."""
    text = re.search(r"'([A-Za-z0-9+/=]+)'", CLASSIFIER.read_text()).group(1)
    weights = {name: tensor.double() for name, tensor in load(base64.b64decode(text)).items()}
    x = torch.from_numpy(pictures(28, 28, 1).transpose(0, 3, 1, 2) / 255.0)
    for i in range(3):
        kernel = weights[f"convolutions.{i}.weight"].permute(3, 2, 0, 1)
        x = functional.relu(functional.conv2d(x, kernel, weights[f"convolutions.{i}.bias"], stride=2, padding=1))
    flat = x.permute(0, 2, 3, 1).flatten(1)
    return functional.relu(flat @ weights["features.weight"] + weights["features.bias"])


def oracle():
    shapes = [(28, 28, 1), (40, 33, 3)]
    return {
        "similarity": list(similarities(similarity_cases, shapes)),
        "multiscale": list(similarities(multiscale_cases, [(28, 28, 1), (176, 192, 3)])),
        "noise": list(noise_ratios()),
        "features": list(feature_cases()),
        "classifier": classifier_features() if CLASSIFIER.exists() else None,
    }
