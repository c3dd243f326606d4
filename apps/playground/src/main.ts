// The page. It talks to the models only through the engine. `vite --mode fake` puts a fake one in its place, for work on the looks.
import type { Engine } from './engine/engine.ts'
import { plainSettings } from './engine/plain-settings.ts'
import { program } from './engine/program.ts'
import { settingsFromUrl, settingsToUrl } from './engine/settings-url.ts'
import { startEngine } from './engine/start-engine.ts'
import { startPage } from './ui/page.ts'

const engine: Engine = import.meta.env.MODE === 'fake' ? await fake() : startEngine()
await startPage(engine, {
  plainSettings,
  program,
  toUrl: (settings) => `#${settingsToUrl(settings)}`,
  // `#draw` leads to a section; settings have values.
  fromUrl: (url) => (new URL(url).hash.includes('=') ? settingsFromUrl(url) : undefined),
})

async function fake(): Promise<Engine> {
  const { fakeEngine } = await import('./ui/testing/fake-engine.ts')
  const fails = new URLSearchParams(location.search).getAll('fails') as (keyof Engine)[]
  return fakeEngine({ fails })
}
