import { useEffect, useRef, useState } from 'react'
import { drawDigit, model } from './digits.js'

export function App() {
  const [latents, setLatents] = useState()
  const [problem, setProblem] = useState()
  const canvas = useRef(null)

  useEffect(() => {
    model.then(({ codeSize }) => setLatents(Array(codeSize).fill(0)), setProblem)
  }, [])
  useEffect(() => {
    if (latents) drawDigit(canvas.current, latents).catch(setProblem)
  }, [latents])

  if (problem) return <pre role="alert">{problem.message}</pre>
  if (!latents) return <p>Loading the model ...</p>
  const names = latents.map((_, i) => `Latent ${i + 1}`)
  return (
    <>
      <canvas ref={canvas} role="img" aria-label="the digit that the model decodes" />
      {names.map((name, i) => (
        <label key={name}>
          {name}
          <input
            type="range"
            min={-3}
            max={3}
            step={0.05}
            value={latents[i]}
            onChange={({ target }) => setLatents(latents.with(i, target.valueAsNumber))}
          />
          <output>{latents[i].toFixed(2)}</output>
        </label>
      ))}
    </>
  )
}
