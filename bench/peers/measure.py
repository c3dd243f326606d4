"""Shared by the peers' programs: settings, MNIST, timed epochs and calls, and the line of JSON that the driver reads."""
import json
import pathlib
import resource
import sys
import time

import numpy

settings = json.loads(sys.argv[1])


def digits(count):
    """The first training images, [count, 784] in [0, 1]."""
    with open(pathlib.Path(settings["data"]) / "train-images-idx3-ubyte", "rb") as file:
        pixels = numpy.frombuffer(file.read(16 + 784 * count), numpy.uint8, offset=16).reshape(-1, 784)
    return pixels.astype("float32") / 255


def epoch_rates(run_epoch):
    """Images per second of each epoch but the first, which is warm-up and compiles."""
    rates = []
    for _ in range(settings["epochs"] + 1):
        start = time.perf_counter()
        run_epoch()
        rates.append(settings["images"] / (time.perf_counter() - start))
    return rates[1:]


def call_times(count, call):
    """Milliseconds of each of `count` calls, after a tenth as many warm-up calls."""
    warm, times = -(-count // 10), []
    for i in range(warm + count):
        start = time.perf_counter()
        call()
        if i >= warm:
            times.append(round(1000 * (time.perf_counter() - start), 4))
    return times


def at_each_batch_size(measure):
    """`measure` returns the rates for one batch size."""
    results = []
    for size in settings["batchSizes"]:
        rates = measure(size)
        results.append({"batchSize": size, "imagesPerSecond": rates, "peakMemory": peak_memory()})
    return {"results": results}


def peak_memory():
    """The peak memory of this process, in MiB."""
    try:
        status = pathlib.Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # where there is no /proc


def limit(sizes, multiply):
    """GFLOP/s of the fastest product of square matrices; `multiply(size)` returns the function to time."""
    def fastest(size):
        return 2 * size**3 / (min(call_times(settings["count"], multiply(size))) * 1e6)

    return {"gigaflops": max(fastest(size) for size in sizes)}


def report(result):
    print(json.dumps(result))
