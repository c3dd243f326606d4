#!/usr/bin/env bash
# If nginx asks the next server on 503, one request that finds all servers busy turns the next ten seconds into 502 for everybody.
#
# Version:  nginx 1.22.1
# Expected: with `proxy_next_upstream http_503`, a 503 that every server gives goes to the client, with its Retry-After, and the
#           next request is passed on as the first one was
# Seen:     the first client gets 503 and its Retry-After. A 503 that made nginx go on counts as a failure of the server (`max_fails`
#           is 1, and a server that failed gets nothing for `fail_timeout`, 10 s). So the second client's 503 sends nginx to a server
#           that is out, and it answers 502 in place of the 503 that it has. Then all are out: clients get a 502 without a
#           Retry-After, and the servers, free again by then, see nothing. Without `http_503` every request is passed on.
# Output:
#> http_503: 503 (Retry-After 7), 502 (Retry-After none), 502 (Retry-After none), 502 (Retry-After none); the servers saw 3 requests
#> error: 503 (Retry-After 7), 503 (Retry-After 7), 503 (Retry-After 7), 503 (Retry-After 7); the servers saw 4 requests
set -euo pipefail
command -v nginx >/dev/null || { echo 'skipped: needs nginx, e.g. apt-get install nginx-light'; exit 3; }
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >program.mjs <<'END'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'

for (const [label, condition] of [['http_503', 'error timeout http_503'], ['error', 'error timeout']]) {
  let seen = 0
  const busy = [1, 2].map(() => createServer((_, response) => {
    seen += 1
    response.writeHead(503, { 'retry-after': '7' }).end()
  }))
  const taken = createServer() // a free port, for nginx
  for (const server of [...busy, taken]) await once(server.listen(0, '127.0.0.1'), 'listening')
  const ports = [...busy, taken].map((server) => server.address().port)
  await new Promise((closed) => taken.close(closed))
  const prefix = mkdtempSync(`${import.meta.dirname}/nginx-`)
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`)
  writeFileSync(`${prefix}/nginx.conf`, `pid pid; daemon off; events {} http { access_log off; ${places.join(' ')}
    upstream both { server 127.0.0.1:${ports[0]}; server 127.0.0.1:${ports[1]}; }
    server { listen 127.0.0.1:${ports[2]}; location / { proxy_pass http://both; proxy_next_upstream ${condition}; } } }`)
  const nginx = spawn('nginx', ['-p', `${prefix}/`, '-c', 'nginx.conf', '-e', 'error.log'], { stdio: 'ignore' })
  const ask = () => fetch(`http://127.0.0.1:${ports[2]}/`)
  const answers = []
  for (let tries = 0; answers.length < 4 && tries < 200; tries += 1) {
    const answer = await ask().catch(() => undefined)
    if (answer) answers.push(`${answer.status} (Retry-After ${answer.headers.get('retry-after') ?? 'none'})`)
    else await new Promise((done) => setTimeout(done, 50))
  }
  console.log(`${label}: ${answers.join(', ')}; the servers saw ${seen} requests`)
  nginx.kill()
  await once(nginx, 'exit')
  for (const server of busy) server.close().closeAllConnections()
}
END
node program.mjs | tee seen.txt
diff <(echo "$output") seen.txt
