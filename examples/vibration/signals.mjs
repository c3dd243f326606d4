// Vibration of a shaft on a bearing, as an accelerometer at 12 kHz records it: 2048 samples a recording. Made, not measured; the
// faults have the signatures of the textbooks (Randall, Vibration-based condition monitoring, 2011).
import { normals, uniforms } from '@ae/core'

export const sampleRate = 12_000
export const length = 2048

/**
 * One recording.
 *
 * @param {'healthy' | 'outer race' | 'looseness' | 'lubrication'} state of the machine
 * @param {number} seed its speed, load, phases and noise
 */
export function recording(state, seed) {
  const draw = uniforms(`${state} machine`, { seed }, 16)
  const noise = normals(`${state} noise`, { seed }, length)
  const jitter = normals(`${state} jitter`, { seed }, 64)
  const speed = 29 + 2 * draw[0] // rotations a second
  const load = 0.5 + draw[1] // scales everything that the machine does
  const phase = (i) => 2 * Math.PI * draw[i]
  const signal = new Float32Array(length)

  // The shaft and its harmonics, and the mesh of a gear with 23 teeth.
  const harmonics = [1, 0.5, 0.25, 0.12, 0.08, 0.05]
  if (state === 'looseness') for (const [i, gain] of [1, 1.2, 1.3, 1.4, 1.5, 1.6].entries()) harmonics[i] *= gain
  for (let t = 0; t < length; t++) {
    const angle = (2 * Math.PI * speed * t) / sampleRate
    for (const [i, size] of harmonics.entries()) signal[t] += 0.3 * size * Math.sin((i + 1) * angle + phase(2 + i))
    signal[t] += 0.25 * (1 + 0.2 * Math.sin(angle)) * Math.sin(23 * angle + phase(9))
  }

  // Noise that the housing colours: a resonance near 3.2 kHz.
  const rough = state === 'lubrication' ? 1.2 : 1
  addResonance(signal, (t) => 0.09 * rough * noise[t], 3200, 0.05)
  for (let t = 0; t < length; t++) signal[t] = load * signal[t] + 0.05 * noise[length - 1 - t]

  // A pit in the outer race: each ball that rolls over it strikes the housing, 3.58 times a rotation, not quite regularly.
  if (state === 'outer race') {
    const strikes = new Float32Array(length)
    const period = sampleRate / (3.58 * speed)
    for (let i = 0, at = period * draw[10]; at < length; i++, at += period * (1 + 0.01 * (jitter[i] ?? 0))) {
      strikes[Math.floor(at)] += load * (0.6 + 0.3 * draw[11])
    }
    addResonance(signal, (t) => strikes[t], 3200, 0.05)
  }
  return signal
}

/** Adds what a resonance makes of an input. */
function addResonance(signal, input, frequency, damping) {
  const angle = (2 * Math.PI * frequency) / sampleRate
  const decay = Math.exp(-damping * angle)
  let [last, former] = [0, 0]
  for (let t = 0; t < signal.length; t++) {
    const next = input(t) + 2 * decay * Math.cos(angle) * last - decay * decay * former
    signal[t] += next
    former = last
    last = next
  }
}
