#!/usr/bin/env bash
# TensorFlow's depthwise convolution supports dilation on some processors and refuses it on all others.
#
# Version:  tensorflow-cpu 2.21.0
# Expected: the kernel computes the same everywhere, or refuses everywhere.
# Seen:     it computes where oneDNN is on, which TensorFlow decides by the processor; elsewhere it is not implemented.
#           tf.nn.depthwise_conv2d hides this: in Python, it removes the dilation before it calls the kernel. Code that
#           calls the kernel itself, such as tfjs-node, is refused.
# Output:
#> oneDNN 1, the kernel: (1, 3, 3, 1)
#> oneDNN 1, tf.nn: (1, 3, 3, 1)
#> oneDNN 0, the kernel: UnimplementedError
#> oneDNN 0, tf.nn: (1, 3, 3, 1)
set -euo pipefail
[ "$(uname -sm)" = 'Linux x86_64' ] || { echo 'skipped: needs Linux on x64, for which tensorflow-cpu is made'; exit 3; }
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0

cat > program.py <<'END'
import os
import tensorflow as tf

images, kernel = tf.ones([1, 5, 5, 1]), tf.ones([2, 2, 1, 1])
calls = {
    "the kernel": lambda: tf.raw_ops.DepthwiseConv2dNative(
        input=images, filter=kernel, strides=[1, 1, 1, 1], padding="VALID", dilations=[1, 2, 2, 1]
    ),
    "tf.nn": lambda: tf.nn.depthwise_conv2d(images, kernel, [1, 1, 1, 1], "VALID", dilations=[2, 2]),
}
for name, call in calls.items():
    try:
        seen = call().shape
    except tf.errors.OpError as error:
        seen = type(error).__name__
    print(f"oneDNN {os.environ['TF_ENABLE_ONEDNN_OPTS']}, {name}: {seen}")
END
for onednn in 1 0; do
  TF_CPP_MIN_LOG_LEVEL=3 TF_ENABLE_ONEDNN_OPTS=$onednn env/bin/python program.py
done | tee seen.txt
diff <(echo "$output") seen.txt
