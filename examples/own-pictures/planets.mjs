// Pictures to try the example with: planets, each of its own size, colour, light and stripes. Usage: node planets.mjs [folder] [count]
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { selectBackend, uniforms } from '@ae/core'
import { encodePng } from '@ae/images'
import { wasm } from '@ae/wasm'
import { tensor3d } from '@tensorflow/tfjs-core'

const [folder = 'pictures', count = '2000'] = process.argv.slice(2)
const size = 64

await selectBackend(wasm)
await mkdir(folder, { recursive: true })
for (let i = 0; i < Number(count); i++) {
  const picture = tensor3d(planet(uniforms(`planet ${i}`, { seed: 1 }, 6)), [size, size, 3])
  await writeFile(join(folder, `${String(i).padStart(4, '0')}.png`), await encodePng(picture))
  picture.dispose()
}
console.log(`${count} pictures in ${folder}`)

/** The pixels of one planet, by six numbers in [0, 1). */
function planet([hue, radius, light, stripes, tilt, contrast]) {
  const pixels = new Float32Array(size * size * 3)
  const r = 16 + 12 * radius
  const sun = [Math.cos(2 * Math.PI * light), Math.sin(2 * Math.PI * light)]
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [dx, dy] = [(x - size / 2) / r, (y - size / 2) / r]
      const distance = Math.hypot(dx, dy)
      const cover = Math.min(1, Math.max(0, (1 - distance) * r)) // smooth at the rim
      const height = Math.sqrt(Math.max(0, 1 - distance * distance))
      const shade = Math.max(0.06, 0.75 * (dx * sun[0] + dy * sun[1]) + 0.6 * height)
      const along = dy * Math.cos(tilt) + dx * Math.sin(tilt)
      const stripe = 1 - 0.35 * contrast * (1 + Math.sin(along * (4 + 8 * stripes)))
      for (let channel = 0; channel < 3; channel++) {
        const colour = 0.55 + 0.45 * Math.cos(2 * Math.PI * (hue + channel / 3))
        const night = [0.02, 0.02, 0.06][channel]
        pixels[(y * size + x) * 3 + channel] = night + cover * (Math.min(1, colour * shade * stripe) - night)
      }
    }
  }
  return pixels
}
