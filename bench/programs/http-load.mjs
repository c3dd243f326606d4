// A client that keeps so many connections busy: `http-load.mjs '{ url, path, body, connections, seconds }'` prints requests a second, the
// latencies, and how many were not answered with 200.
import autocannon from 'autocannon'

const { url, path, body, connections, seconds } = JSON.parse(process.argv[2])
const found = await autocannon({
  url: url + path,
  connections,
  duration: seconds,
  timeout: 30,
  ...(body === undefined ? {} : { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
})
const { errors, timeouts, non2xx, latency, requests } = found
process.stdout.write(
  JSON.stringify({
    total: requests.total,
    requestsPerSecond: requests.total / found.duration,
    p50: latency.p50,
    p99: latency.p99,
    failed: errors + timeouts + non2xx,
  }),
)
