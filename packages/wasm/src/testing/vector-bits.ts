// What vectors products have in this process: the widest in Node 24 and 26, on an x64 processor of the last ten years.
import { readFileSync } from 'node:fs'

const widens = process.arch === 'x64' && /^(13\.6|14\.6)\./.test(process.versions.v8)
const mayBeOld = process.platform === 'linux' && !/\bavx2\b/.test(readFileSync('/proc/cpuinfo', 'utf8'))

export const vectorBits: 128 | 256 = widens && !mayBeOld ? 256 : 128
