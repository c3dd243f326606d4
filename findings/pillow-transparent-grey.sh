#!/usr/bin/env bash
# Pillow makes the wrong level transparent in grey PNGs of 2 and 4 bits, or none.
#
# Version:  pillow 13.0.0, pypng 0.20220715.0
# Expected: the pixels of the level that the chunk tRNS names are transparent.
# Seen:     Pillow widens the pixels to 8 bits, e.g. 1 of 3 to 85, but not the level of tRNS, and compares the two. Of 1 and of 8
#           bits it is right.
# Output:
#> 1 bits: level 1 is transparent in 1 of 1 pixels
#> 2 bits: level 1 is transparent in 0 of 1 pixels
#> 4 bits: level 1 is transparent in 0 of 1 pixels
#> 8 bits: level 1 is transparent in 1 of 1 pixels
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check pillow==13.0.0 pypng==0.20220715.0

cat > program.py <<'END'
import png
from PIL import Image

for bits in (1, 2, 4, 8):
    with open("a.png", "wb") as file:
        png.Writer(2, 1, greyscale=True, bitdepth=bits, transparent=(1,)).write(file, [[0, 1]])
    opacity = Image.open("a.png").convert("RGBA").getchannel("A")
    print(f"{bits} bits: level 1 is transparent in {int(opacity.getpixel((1, 0)) == 0)} of 1 pixels")
END
env/bin/python program.py | tee seen.txt
diff <(echo "$output") seen.txt
