'use client'
import { useState } from 'react'

export function Digits() {
  const [seed, setSeed] = useState(0)
  const address = `/api/ae/sample?count=16&columns=8&scale=2&format=png&seed=${seed}`
  return (
    <p>
      {/* biome-ignore lint/performance/noImgElement: made for each seed, there is nothing to optimise */}
      <img src={address} alt="16 digits that the server has drawn" style={{ display: 'block' }} />
      <button type="button" onClick={() => setSeed(seed + 1)}>
        16 others
      </button>
    </p>
  )
}
