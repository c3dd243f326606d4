// The latent map: drag over it, or move with the arrow keys, and the point there is decoded beside it.
import { announce } from '../foundation/announce.ts'
import { byId, h, say, svg } from '../foundation/dom.ts'
import { latest, oncePerFrame } from '../foundation/latest.ts'
import { figure } from '../foundation/numbers.ts'
import { onThemeChange } from '../foundation/theme.ts'
import { whenVisible } from '../foundation/when-visible.ts'
import { lookOf } from '../pictures/draw-pictures.ts'
import { nameOfLabel } from '../pictures/label-colours.ts'
import type { Session } from '../session.ts'
import type { Snapshot } from '../state.ts'
import { drift } from './drift.ts'
import { ellipseOf } from './ellipse.ts'
import { drawMap } from './map-canvas.ts'
import { epochSlider, legend, toggles } from './map-controls.ts'
import { clamped, labelNear, movedByKey, type Point, planeView, tileCentres } from './plane-view.ts'

/** Sets up the map. */
export function startMap(session: Session): void {
  const { store } = session
  const canvas = h('canvas', { class: 'map-picture', 'aria-hidden': 'true' })
  const cross = svg('g', { class: 'map-point' }, svg('circle', { r: 9 }), svg('circle', { r: 2.5, class: 'dot' }))
  const cloud = svg('ellipse', { class: 'map-cloud' })
  const overlay = svg('svg', { class: 'map-overlay', 'aria-hidden': 'true' }, cloud, cross)
  const waiting = h('p', { class: 'map-waiting' }, 'Opening the network')
  const map = h(
    'div',
    {
      class: 'map',
      id: 'map-area',
      role: 'application',
      'aria-label': 'Latent map',
      'aria-roledescription': 'map',
      'aria-describedby': 'map-help',
      tabIndex: 0,
    },
    canvas,
    overlay,
    waiting,
  )
  const axes = h('p', { class: 'quiet map-axes' })
  const help = h(
    'p',
    { class: 'quiet', id: 'map-help' },
    'Drag over the map, or move with the arrow keys; Shift moves further, Home goes to the middle.',
  )
  const options = { showsTiles: true, showsPoints: true, label: undefined as number | undefined }
  let size = 0

  const snapshotOf = ({ snapshots, shown } = store.get()): Snapshot | undefined =>
    shown === undefined ? snapshots.at(-1) : snapshots[shown]

  const draw = oncePerFrame(() => {
    const { card } = store.get()
    const snapshot = snapshotOf()
    const look = lookOf(card?.settings.dataset ?? 'mnist')
    drawMap(canvas, size, { plane: snapshot?.plane, tiles: newestTiles(store.get(), snapshot), look, ...options })
    waiting.hidden = snapshot !== undefined
  })

  const place = () => {
    const extent = snapshotOf()?.plane.extent
    cross.toggleAttribute('hidden', extent === undefined)
    if (extent === undefined || size === 0) return
    const [x, y] = planeView(extent, size).toMap(clamped(store.get().point, extent))
    cross.setAttribute('transform', `translate(${x} ${y})`)
  }

  const moveTo = (point: Point, isSaid: boolean) => {
    store.set({ point })
    const plane = snapshotOf()?.plane
    if (plane && isSaid) announce(describe(point, plane, store.get().card?.settings.dataset ?? 'mnist'))
  }
  const stopDrift = drift(
    map,
    () => snapshotOf()?.plane.extent,
    (point) => store.set({ point }),
  )
  followPointer(map, (pixel) => {
    stopDrift()
    const extent = snapshotOf()?.plane.extent
    if (extent) moveTo(planeView(extent, size).toPlane(pixel), false)
  })
  map.addEventListener('keydown', (event) => {
    const extent = snapshotOf()?.plane.extent
    const point = extent && movedByKey(store.get().point, extent, event.key, event.shiftKey)
    if (point === undefined) return
    event.preventDefault()
    stopDrift()
    moveTo(point, true)
  })

  const decodeTiles = latest(async () => {
    const snapshot = store.get().snapshots.at(-1)
    if (snapshot === undefined || snapshot.tiles !== undefined) return
    const perSide = tilesPerSide(size, store.get().phase === 'training')
    const centres = tileCentres(snapshot.plane.extent, perSide)
    const pictures = await session.ask('The map was not drawn', (engine) =>
      engine.decodePlane(centres, session.label()),
    )
    if (pictures === undefined) return
    const tiles = { pictures, perSide }
    store.set({
      snapshots: store.get().snapshots.map((each) => (each.plane === snapshot.plane ? { ...each, tiles } : each)),
    })
  })

  const findCloud = latest(async () => {
    const { drawing, card } = store.get()
    const ellipse = drawing && card?.can.gaussian && (await gaussianOf(session))
    const extent = snapshotOf()?.plane.extent
    cloud.toggleAttribute('hidden', !ellipse || extent === undefined)
    if (!ellipse || extent === undefined) return
    const view = planeView(extent, size)
    const [x, y] = view.toMap(ellipse.centre)
    const unit = size / (extent[1] - extent[0])
    const attributes = {
      cx: x,
      cy: y,
      rx: Math.max(3, ellipse.half[0] * unit),
      ry: Math.max(3, ellipse.half[1] * unit),
    }
    for (const [name, value] of Object.entries(attributes)) cloud.setAttribute(name, String(value))
    cloud.setAttribute('transform', `rotate(${(-ellipse.angle * 180) / Math.PI} ${x} ${y})`)
  })

  byId('latent-map').append(
    map,
    h('div', { class: 'map-under' }, axes, toggles(options, draw)),
    epochSlider(session),
    legend(session, (label) => {
      options.label = label
      draw()
    }),
    help,
  )
  new ResizeObserver(([entry]) => {
    size = entry?.contentRect.width ?? 0
    overlay.setAttribute('viewBox', `0 0 ${size} ${size}`)
    draw()
    place()
    if (size > 0) decodeTiles()
  }).observe(map)
  onThemeChange(draw)
  store.watch(['snapshots', 'shown', 'card'], ({ card }) => {
    const plane = snapshotOf()?.plane
    say(axes, plane === undefined ? '' : axesText(plane, card?.settings.latentSize ?? 2))
    draw()
    place()
    if (size > 0) decodeTiles()
  })
  // The map of another class is another map.
  store.watch(['label'], ({ snapshots, card }) => {
    if (card?.can.label) store.set({ snapshots: snapshots.map(({ plane }) => ({ plane })) })
  })
  store.watch(['point'], place)
  const refreshCloud = whenVisible(map, () => void findCloud())
  store.watch(['drawing', 'revision', 'snapshots', 'shown'], refreshCloud)
}

/** While the newest tiles are decoded, those before them stay. */
function newestTiles({ snapshots }: { readonly snapshots: readonly Snapshot[] }, snapshot: Snapshot | undefined) {
  if (snapshot === undefined || snapshot.tiles) return snapshot?.tiles
  const before = snapshots.slice(0, snapshots.indexOf(snapshot))
  return before.findLast(({ tiles }) => tiles !== undefined)?.tiles
}

/** One tile about each 28 pixels; fewer while training wants the machine. */
const tilesPerSide = (size: number, isTraining: boolean) =>
  Math.max(8, Math.min(isTraining ? 16 : 22, Math.round(size / 28)))

function axesText({ axes, explained }: Snapshot['plane'], latents: number): string {
  if (axes === 'latents') return 'Left to right: the first latent. Bottom to top: the second.'
  const share = explained && Math.round(100 * (explained[0] + explained[1]))
  return `The first two principal components of a code of ${latents}${share === undefined ? '' : `: ${share}% of their variance`}.`
}

/** What is at a point, in words. */
function describe(point: Point, plane: Snapshot['plane'], dataset: string): string {
  const near = labelNear(point, plane)
  const among =
    near === undefined ? '' : `, ${near.share > 0.6 ? 'among' : 'nearest to'} ${nameOfLabel(dataset, near.label)}`
  return `${figure(point[0])}, ${figure(point[1])}${among}`
}

/** The Gaussian of the drawing on the plane. */
function gaussianOf({ store, ask, label: labelOf }: Session) {
  const label = labelOf()
  return ask('The Gaussian of the drawing was not found', async (engine) => {
    const { drawing } = store.get()
    if (drawing === undefined) return undefined
    const { mean, logVariance } = await engine.encode(drawing, label)
    if (logVariance === undefined) return undefined
    const { size } = mean
    const values = new Float32Array((size + 1) * size)
    for (let row = 0; row <= size; row++) values.set(mean.values, row * size)
    for (let latent = 0; latent < size; latent++)
      values[(latent + 1) * size + latent] =
        (mean.values[latent] ?? 0) + Math.exp((logVariance.values[latent] ?? 0) / 2)
    const projected = await engine.projectToPlane({ values, count: size + 1, size })
    return ellipseOf([projected[0] ?? 0, projected[1] ?? 0], projected.subarray(2))
  })
}

/** Tells where a pointer is: a mouse wherever it moves, a finger while it is down. */
function followPointer(map: HTMLElement, listener: (pixel: Point) => void): void {
  const tell = (event: PointerEvent) => {
    const { left, top } = map.getBoundingClientRect()
    listener([event.clientX - left - map.clientLeft, event.clientY - top - map.clientTop])
  }
  map.addEventListener('pointerdown', (event) => {
    map.setPointerCapture(event.pointerId)
    tell(event)
  })
  map.addEventListener('pointermove', (event) => {
    if (event.pointerType === 'mouse' || map.hasPointerCapture(event.pointerId)) tell(event)
  })
}
