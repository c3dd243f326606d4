// What a screen reader says of changes that the eye sees. The newest text, at most one each 800 ms.
import { byId, say } from './dom.ts'

const pause = 800
let isWaiting = false
let newest = ''

/** @param text a short sentence */
export function announce(text: string): void {
  newest = text
  if (isWaiting) return
  isWaiting = true
  setTimeout(() => {
    isWaiting = false
    say(byId('announcer'), newest)
  }, pause)
}
