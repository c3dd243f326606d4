// What a screen reader says of changes that the eye sees. The newest text, at most one each 800 ms.
import { byId, say } from './dom.ts'

const pause = 800
let timer: ReturnType<typeof setTimeout> | undefined
let newest = ''

/** @param text a short sentence */
export function announce(text: string): void {
  newest = text
  timer ??= setTimeout(() => {
    timer = undefined
    say(byId('announcer'), newest)
  }, pause)
}
