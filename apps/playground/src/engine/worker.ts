// The Worker of the engine. Its name is the address of the page, next to which the data lies.
import { serve } from './calls.ts'
import modelUrl from './first-view/model.safetensors?url'
import viewUrl from './first-view/view.safetensors?url'
import { fetchFirstView } from './first-view.ts'
import { LocalEngine } from './local-engine.ts'
import { siteData } from './site-data.ts'

const engine = new LocalEngine({
  source: siteData(self.name),
  backends: () => import('@ae/web'),
  firstView: () => fetchFirstView(modelUrl, viewUrl),
})
serve(self, engine)
