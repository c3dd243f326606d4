// Puts the page together: one function per panel, all on one session.
import type { Engine } from '../engine/engine.ts'
import { startFailures } from './failure-bar.ts'
import { announce } from './foundation/announce.ts'
import { startTheme } from './foundation/theme.ts'
import { startBetween } from './hands-on/between-panel.ts'
import { startDraw } from './hands-on/draw-panel.ts'
import { startMore } from './hands-on/more-panel.ts'
import { startMachine } from './machine-panel.ts'
import { startMap } from './map/map-panel.ts'
import { startDrop } from './own-data.ts'
import { startResults } from './results-panel.ts'
import { createSession } from './session.ts'
import { startSettings } from './settings/settings-sheet.ts'
import { type Sharing, startTake } from './take-panel.ts'
import { startLosses } from './training/losses-panel.ts'
import { startTrainBar } from './training/train-bar.ts'
import { startNetwork } from './understand/network-panel.ts'
import { startObjective } from './understand/objective-panel.ts'
import { startStep } from './understand/step-panel.ts'

/** Sets the page up on an engine, and opens the pretrained model. */
export async function startPage(engine: Engine, sharing: Sharing): Promise<void> {
  startTheme()
  const session = createSession(engine, sharing.plainSettings)
  const link = () => sharing.fromUrl(location.href)
  addEventListener('hashchange', () => session.useLink(link))
  addEventListener('beforeunload', (event) => {
    if (session.store.get().isUnsaved) event.preventDefault()
  })
  startFailures(session)
  const openSettings = startSettings(session)
  startTrainBar(session, openSettings)
  startMap(session)
  startResults(session)
  startLosses(session)
  startDraw(session, openSettings)
  startBetween(session)
  startMore(session, openSettings)
  startObjective(session)
  startStep(session)
  startNetwork(session)
  startTake(session, sharing)
  startDrop(session, (text) => {
    announce(text)
    openSettings()
  })
  await session.openPretrained(link)
  await session.findData()
  startMachine(session)
}
