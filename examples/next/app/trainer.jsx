'use client'
import { useRef, useState } from 'react'

export function Trainer() {
  const canvas = useRef(null)
  const [text, setText] = useState('It learns small shapes in a Worker; nothing leaves the page.')
  const [isRunning, setIsRunning] = useState(false)

  async function start() {
    setIsRunning(true)
    try {
      const { trainAndDraw } = await import('./train-and-draw.js') // fetched when it is needed, and never on the server
      await trainAndDraw(canvas.current, ({ epoch, loss }) => setText(`epoch ${epoch}: ${loss.total.toFixed(1)} nats`))
    } catch (error) {
      setText(error.message)
    }
    setIsRunning(false)
  }

  return (
    <>
      <button type="button" onClick={start} disabled={isRunning}>
        Train
      </button>
      <p role="status">{text}</p>
      <canvas ref={canvas} role="img" aria-label="samples of the model" width={1} height={1} />
    </>
  )
}
