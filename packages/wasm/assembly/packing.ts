// Copies factors into panels: a few rows of a, or columns of b, depth after depth. In both, either adjacent lines or adjacent
// depths are contiguous, so a transposed factor costs the same as a plain one.
import { COLUMNS } from './multiply'
import { floats } from './vector'

/** A panel [depth, height] of rows of a, of which `count` exist; the others are filled with zeros. */
export function packRows(
  height: i32, source: usize, lineStep: usize, depthStep: usize, count: i32, depth: i32, panel: usize,
): void {
  packQuad(source, lineStep, depthStep, count, depth, panel, floats(height))
  if (height == 6) packPair(source + 4 * lineStep, lineStep, depthStep, count - 4, depth, panel + 16, floats(height))
}

/** Copies columns [depth, count] of b into panels [depth, 8]; the last one is padded with zeros. */
export function packColumns(
  source: usize, lineStep: usize, depthStep: usize, count: i32, depth: i32, panels: usize,
): void {
  const whole = count / COLUMNS
  if (lineStep == 4) {
    // Row by row, so that memory is read in order.
    const panelStep = <usize>(4 * COLUMNS * depth)
    for (let p = 0; p < depth; p++) {
      let from = source + <usize>p * depthStep
      let to = panels + <usize>(4 * COLUMNS * p)
      for (let panel = 0; panel < whole; panel++) {
        v128.store(to, v128.load(from))
        v128.store(to, v128.load(from, 16), 16)
        from += 4 * COLUMNS
        to += panelStep
      }
    }
  }
  for (let line = lineStep == 4 ? whole * COLUMNS : 0; line < count; line += COLUMNS) {
    const panel = panels + floats(line) * depth, from = source + <usize>line * lineStep
    packQuad(from, lineStep, depthStep, count - line, depth, panel, 4 * COLUMNS)
    packQuad(from + 4 * lineStep, lineStep, depthStep, count - line - 4, depth, panel + 16, 4 * COLUMNS)
  }
}

/** Four lines of a panel whose depths are `panelStep` bytes apart. */
function packQuad(
  source: usize, lineStep: usize, depthStep: usize, count: i32, depth: i32, panel: usize, panelStep: usize,
): void {
  let p = 0
  if (count >= 4) {
    if (lineStep == 4) {
      for (; p < depth; p++) {
        v128.store(panel, v128.load(source))
        source += depthStep
        panel += panelStep
      }
    } else {
      for (; p + 4 <= depth; p += 4) {
        const r0 = v128.load(source)
        const r1 = v128.load(source + lineStep)
        const r2 = v128.load(source + 2 * lineStep)
        const r3 = v128.load(source + 3 * lineStep)
        const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
        const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
        const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
        const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
        v128.store(panel, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5))
        v128.store(panel + panelStep, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7))
        v128.store(panel + 2 * panelStep, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5))
        v128.store(panel + 3 * panelStep, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7))
        source += 16
        panel += 4 * panelStep
      }
    }
  }
  packLines(4, source, lineStep, depthStep, count, depth - p, panel, panelStep)
}

/** Two lines. */
function packPair(
  source: usize, lineStep: usize, depthStep: usize, count: i32, depth: i32, panel: usize, panelStep: usize,
): void {
  let p = 0
  if (count >= 2) {
    if (lineStep == 4) {
      for (; p < depth; p++) {
        store<u64>(panel, load<u64>(source))
        source += depthStep
        panel += panelStep
      }
    } else {
      for (; p + 4 <= depth; p += 4) {
        const r0 = v128.load(source)
        const r1 = v128.load(source + lineStep)
        const low = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
        const high = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
        v128.store_lane<u64>(panel, low, 0)
        v128.store_lane<u64>(panel + panelStep, low, 1)
        v128.store_lane<u64>(panel + 2 * panelStep, high, 0)
        v128.store_lane<u64>(panel + 3 * panelStep, high, 1)
        source += 16
        panel += 4 * panelStep
      }
    }
  }
  packLines(2, source, lineStep, depthStep, count, depth - p, panel, panelStep)
}

/** `width` lines, number by number; those from `count` on are filled with zeros. */
function packLines(
  width: i32, source: usize, lineStep: usize, depthStep: usize, count: i32, depth: i32, panel: usize, panelStep: usize,
): void {
  for (let p = 0; p < depth; p++) {
    for (let line = 0; line < width; line++) {
      store<f32>(panel + floats(line), line < count ? load<f32>(source + <usize>line * lineStep) : 0)
    }
    source += depthStep
    panel += panelStep
  }
}
