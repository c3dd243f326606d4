// The page at `/`, to try a model: its own HTML, script and style, with no request to another server.

/** The HTML. */
export const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Models</title>
<link rel="stylesheet" href="page.css">
<script src="page.js" defer></script>
<main>
<h1>Models</h1>
<form id="form">
<label>Model <select id="model"></select></label>
<label>Count <input id="count" type="number" min="1" max="256" value="16"></label>
<label>Seed <input id="seed" type="number" min="0" value="0"></label>
<label>Temperature <input id="temperature" type="number" min="0" step="0.1" value="1"></label>
<label id="labelled" hidden>Label <select id="label"></select></label>
<label id="secured" hidden>Token <input id="token" type="password" autocomplete="off"></label>
<button>Sample</button>
</form>
<p id="about"></p>
<p id="problem" role="alert"></p>
<img id="picture" alt="samples" hidden>
<pre id="rows" hidden></pre>
<h2>The same in a shell</h2>
<pre id="curl"></pre>
<p><a href="openapi.json">OpenAPI document</a>, <a href="models">models as JSON</a>, <a href="metrics">metrics</a></p>
</main>
`

/** The style. */
export const pageStyle = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
form { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: end }
label { display: grid }
label[hidden] { display: none }
input, select, button { font: inherit; padding: 0.25rem 0.5rem }
input[type=number] { width: 6rem }
img { image-rendering: pixelated; width: min(100%, 32rem); height: auto }
pre { overflow: auto; padding: 0.75rem; background: color-mix(in srgb, currentColor 8%, transparent) }
[role=alert] { color: #c33; white-space: pre-wrap }
`

/** The script. */
export const pageScript = `const at = (id) => document.getElementById(id)
let models = []
const chosen = () => models.find(({ name }) => name === at('model').value)
const headers = () => (at('token').value === '' ? {} : { authorization: 'Bearer ' + at('token').value })

async function load() {
  const response = await fetch('models', { headers: headers() })
  at('secured').hidden = response.status !== 401 && at('token').value === ''
  if (!response.ok) return show(await response.json())
  at('problem').textContent = ''
  models = (await response.json()).models
  at('model').replaceChildren(...models.map(({ name }) => new Option(name)))
  describe()
}

function describe() {
  const { kind, inputShape, codeSize, operations, classes, classNames } = chosen()
  at('about').textContent = (kind ?? 'model') + ': examples [' + inputShape + '], codes of ' + codeSize + '; ' + operations.join(', ')
  at('labelled').hidden = classes === undefined
  const labels = Array.from({ length: classes ?? 0 }, (_, i) => new Option(classNames?.[i] ?? i, i))
  at('label').replaceChildren(...labels)
  line()
}

function query(format) {
  const parameters = new URLSearchParams()
  for (const id of ['count', 'seed', 'temperature']) parameters.set(id, at(id).value)
  if (!at('labelled').hidden) parameters.set('label', at('label').value)
  if (format === 'png') parameters.set('format', format)
  return 'models/' + encodeURIComponent(chosen().name) + '/sample?' + parameters
}

const format = () => (chosen().gives.sample?.includes('image/png') ? 'png' : 'json')

function line() {
  const url = new URL(query(format()), document.baseURI)
  const token = at('token').value === '' && at('secured').hidden ? '' : ' -H "Authorization: Bearer $AE_TOKEN"'
  at('curl').textContent = 'curl' + token + ' "' + url + '"' + (format() === 'png' ? ' -o samples.png' : '')
}

function show({ detail, expected, received, fix }) {
  const facts = [['Expected', expected], ['Received', received], ['Fix', fix]].filter(([, fact]) => fact !== undefined)
  at('problem').textContent = [detail, ...facts.map((fact) => fact.join(': '))].join('\\n')
}

async function sample() {
  line()
  at('problem').textContent = ''
  const response = await fetch(query(format()), { headers: headers() })
  if (!response.ok) return show(await response.json())
  at('picture').hidden = format() !== 'png'
  at('rows').hidden = format() === 'png'
  if (format() === 'png') {
    URL.revokeObjectURL(at('picture').src)
    at('picture').src = URL.createObjectURL(await response.blob())
  } else at('rows').textContent = JSON.stringify(await response.json(), null, 1).slice(0, 20000)
}

const tell = (error) => show({ detail: String(error) })
at('form').addEventListener('submit', (event) => {
  event.preventDefault()
  sample().catch(tell)
})
at('form').addEventListener('input', () => models.length > 0 && line())
at('model').addEventListener('change', describe)
at('token').addEventListener('change', () => load().catch(tell))
load().catch(tell)
`
