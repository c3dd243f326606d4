"""Writes packages/datasets/fixtures/pictures.json: pictures in many variants of JPEG and PNG, with the pixels that Pillow makes of them.

Run: python3 reference/pictures_fixture.py      (pillow 13.0.0, pypng 0.20220715.0, opencv-python-headless 5.0.0.93, numpy 2.4.6)

Pillow writes most JPEGs, OpenCV those in the samplings that Pillow does not write; pypng writes PNGs, which it can interlace.
All pixels are Pillow's, except those of 16 bits, which Pillow clips or truncates: there the script rounds.
"""

import base64
import io
import json
import zlib
from pathlib import Path

import cv2
import numpy as np
import png
from PIL import Image, ImageOps

FIXTURE = Path(__file__).parent.parent / "packages" / "datasets" / "fixtures" / "pictures.json"
BACKGROUND = 51
random = np.random.default_rng(0)


def scene(height: int, width: int, channels: int = 3) -> np.ndarray:
    """Slopes, hard edges between strong colours, and noise."""
    y, x = np.mgrid[0:height, 0:width]
    picture = np.stack([x * 11, y * 13, (x + y) * 7, x * 17][:channels], -1) % 256
    picture[height // 4 : height // 2, width // 5 : width // 2] = [255, 0, 0, 90][:channels]
    picture[height // 2 :, width // 2 :] = [0, 0, 255, 200][:channels]
    picture[: height // 4, width // 2 :] = random.integers(0, 256, picture[: height // 4, width // 2 :].shape)
    return picture.astype(np.uint8)


def stored(content: bytes) -> str:
    return base64.b64encode(content).decode()


def pixels(image: Image.Image) -> str:
    return stored(zlib.compress(np.asarray(image).tobytes(), 9))


def case(name: str, content: bytes, image: Image.Image) -> dict:
    channels = 1 if image.mode == "L" else 3
    return {"name": name, "file": stored(content), "shape": [image.height, image.width, channels], "pixels": pixels(image)}


def jpegs() -> list[dict]:
    color = Image.fromarray(scene(17, 21))
    variants = {
        "4:4:4": (color, {"subsampling": 0}),
        "4:2:2": (color, {"subsampling": 1}),
        "4:2:0": (color, {"subsampling": 2}),
        "4:2:0 of low quality": (color, {"subsampling": 2, "quality": 20}),
        "progressive 4:2:0": (color, {"progressive": True}),
        "progressive 4:4:4": (color, {"progressive": True, "subsampling": 0, "quality": 95}),
        "progressive grey": (color.convert("L"), {"progressive": True}),
        "grey": (color.convert("L"), {}),
        "CMYK": (color.convert("CMYK"), {}),
        "RGB": (color, {"keep_rgb": True}),
        "restart markers": (color, {"restart_marker_blocks": 1}),
        "optimised tables": (color, {"optimize": True, "quality": 97}),
    }
    for height, width in [(1, 1), (2, 3), (5, 4), (16, 16), (9, 33)]:
        variants[f"4:2:0 of {height} x {width}"] = (Image.fromarray(scene(height, width)), {"subsampling": 2})
    variants["4:2:2 of 3 x 5"] = (Image.fromarray(scene(3, 5)), {"subsampling": 1})
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        variants[f"orientation {orientation}"] = (Image.fromarray(scene(9, 6)), {"exif": exif, "quality": 60})
    cases = []
    for name, (image, options) in variants.items():
        file = io.BytesIO()
        image.save(file, "JPEG", **options)
        cases.append(decoded(name, file.getvalue()))
        if name == "CMYK":  # declared as YCCK, in Adobe's marker
            content = file.getvalue()
            at = content.index(b"Adobe") + 11
            cases.append(decoded("YCCK", content[:at] + b"\2" + content[at + 1 :]))
    for name, factor in [("4:4:0", 0x121111), ("4:1:1", 0x411111)]:
        _, content = cv2.imencode(".jpg", np.asarray(color), [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, factor])
        cases.append(decoded(name, content.tobytes()))
    return cases


def decoded(name: str, content: bytes) -> dict:
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    return case(name, content, image if image.mode == "L" else image.convert("RGB"))


def pngs() -> list[dict]:
    cases = []
    for height, width in [(11, 13), (1, 1), (3, 2)]:
        small = (height, width) != (11, 13)
        for bits in (1, 2, 4, 8, 16):
            for name, channels in [("grey", 1), ("grey with opacity", 2), ("colours", 3), ("colours with opacity", 4)]:
                if (bits < 8 and channels > 1) or (small and bits not in (2, 16)):
                    continue
                samples = random.integers(0, 2**bits, (height, width, channels))
                key = tuple(int(one) for one in samples[0, 0]) if channels in (1, 3) else None
                options = {"greyscale": channels < 3, "alpha": channels in (2, 4), "bitdepth": bits}
                cases += written(f"{name} of {bits} bits", samples, options, None)
                if key is not None and not small:
                    cases += written(f"{name} of {bits} bits, one transparent", samples, {**options, "transparent": key}, None)
        for bits in (1, 2, 4, 8):
            for opacity in (3, 4):
                palette = random.integers(0, 256, (2**bits if bits < 8 else 40, opacity))
                samples = random.integers(0, len(palette), (height, width, 1))
                what = "palette with opacity" if opacity == 4 else "palette"
                options = {"palette": [tuple(map(int, row)) for row in palette], "bitdepth": bits}
                if not small:
                    cases += written(f"{what} of {bits} bits", samples, options, palette)
    return cases


def written(name: str, samples: np.ndarray, options: dict, palette: np.ndarray | None) -> list[dict]:
    height, width, channels = samples.shape
    cases = []
    for interlace in (False, True):
        file = io.BytesIO()
        png.Writer(width, height, interlace=interlace, **options).write(file, samples.reshape(height, -1).tolist())
        image = flattened(samples, options, palette)
        # Of 2 and 4 bits, Pillow compares pixels that it has widened to 8 bits with the transparent colour, which it has not.
        if options["bitdepth"] < 16 and not ("transparent" in options and options["bitdepth"] in (2, 4)):
            known = Image.open(io.BytesIO(file.getvalue())).convert("RGBA")
            below = Image.new("RGB", known.size, (BACKGROUND,) * 3)
            below.paste(known, mask=known.getchannel("A"))
            assert np.array_equal(np.asarray(below), np.asarray(image)), name
        full = f"{name}, {height} x {width}{', interlaced' if interlace else ''}"
        cases.append(case(full, file.getvalue(), image))
    return cases


def flattened(samples: np.ndarray, options: dict, palette: np.ndarray | None) -> Image.Image:
    """The picture in 8 bits, over the background."""
    if palette is not None:
        wide = palette[samples[..., 0]]
        if wide.shape[-1] == 3:
            wide = np.dstack([wide, np.full(wide.shape[:2], 255)])
    else:
        most = 2 ** options["bitdepth"] - 1
        eight = np.floor(samples * 255 / most + 0.5)
        channels = samples.shape[-1]
        colors = eight[..., :3] if channels >= 3 else np.repeat(eight[..., :1], 3, -1)
        opacity = eight[..., -1] if channels in (2, 4) else np.full(samples.shape[:2], 255.0)
        if "transparent" in options:
            opacity = np.where((samples == options["transparent"]).all(-1), 0, opacity)
        wide = np.dstack([colors, opacity])
    image = Image.fromarray(wide.astype(np.uint8), "RGBA")
    below = Image.new("RGB", image.size, (BACKGROUND,) * 3)
    below.paste(image, mask=image.getchannel("A"))
    return below


def resized() -> dict:
    picture = Image.fromarray(scene(29, 37))
    filters = {name: getattr(Image.Resampling, name.upper()) for name in ("box", "bilinear", "bicubic", "lanczos")}
    cases = []
    for name, one in filters.items():
        for width, height in [(16, 16), (37, 9), (5, 29), (41, 60), (1, 1)]:
            result = {"stretch": picture.resize((width, height), one)}
            if (width, height) in [(16, 16), (5, 29)]:
                result["cover"] = ImageOps.fit(picture, (width, height), one)
                result["contain"] = ImageOps.pad(picture, (width, height), one, color=(BACKGROUND,) * 3)
            for fit, image in result.items():
                cases.append({"filter": name, "fit": fit, "shape": [height, width, 3], "pixels": pixels(image)})
    return {"shape": [29, 37, 3], "pixels": pixels(picture), "cases": cases}


def grey() -> dict:
    """A photograph in colours that becomes a small grey image."""
    file = io.BytesIO()
    Image.fromarray(scene(29, 37)).save(file, "JPEG", subsampling=2)
    return case("grey", file.getvalue(), Image.open(file).convert("L").resize((16, 16), Image.Resampling.BILINEAR))


if __name__ == "__main__":
    content = {
        "generator": "reference/pictures_fixture.py",
        "background": BACKGROUND,
        "jpegs": jpegs(),
        "pngs": pngs(),
        "resized": resized(),
        "grey": grey(),
    }
    FIXTURE.write_text(json.dumps(content, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")
    print(f"{FIXTURE.name}: {FIXTURE.stat().st_size} bytes, {len(content['jpegs'])} JPEGs, {len(content['pngs'])} PNGs")
