// What is looked at: the spectrum of a recording for the model, and the two figures of every handbook.

/** How many bands a spectrum has. */
export const bands = 128

/** The level of bands of equal width, up to half of the sample rate: ln of the amplitude. */
export function spectrum(signal) {
  const hann = (t) => 0.5 - 0.5 * Math.cos((2 * Math.PI * t) / signal.length)
  const [real, imaginary] = fourier(signal.map((value, t) => value * hann(t)))
  const width = signal.length / 2 / bands
  return Float32Array.from({ length: bands }, (_, band) => {
    let power = 0
    for (let i = band * width; i < (band + 1) * width; i++) power += real[i] ** 2 + imaginary[i] ** 2
    return 0.5 * Math.log(power / width + 1e-6)
  })
}

/** Root mean square. */
export const rms = (signal) => Math.sqrt(moment(signal, 2))

/** How peaked the values are: 3 for Gaussian noise. */
export const kurtosis = (signal) => moment(signal, 4) / moment(signal, 2) ** 2

function moment(signal, order) {
  const mean = signal.reduce((sum, value) => sum + value, 0) / signal.length
  return signal.reduce((sum, value) => sum + (value - mean) ** order, 0) / signal.length
}

/** The discrete Fourier transform of a power of two of numbers: Cooley and Tukey, 1965. */
function fourier(values) {
  const count = values.length
  if (count === 1) return [[values[0]], [0]]
  const [evenReal, evenImaginary] = fourier(values.filter((_, i) => i % 2 === 0))
  const [oddReal, oddImaginary] = fourier(values.filter((_, i) => i % 2 === 1))
  const real = new Float64Array(count)
  const imaginary = new Float64Array(count)
  for (let i = 0; i < count / 2; i++) {
    const [cosine, sine] = [Math.cos((2 * Math.PI * i) / count), -Math.sin((2 * Math.PI * i) / count)]
    const [a, b] = [cosine * oddReal[i] - sine * oddImaginary[i], cosine * oddImaginary[i] + sine * oddReal[i]]
    real[i] = evenReal[i] + a
    imaginary[i] = evenImaginary[i] + b
    real[i + count / 2] = evenReal[i] - a
    imaginary[i + count / 2] = evenImaginary[i] - b
  }
  return [real, imaginary]
}
