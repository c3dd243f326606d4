// Figures of the service in the text format of Prometheus, version 0.0.4.
// https://prometheus.io/docs/instrumenting/exposition_formats/

/** The figures. */
export interface Metrics {
  /** A request was answered. */
  answered(request: {
    readonly model: string
    readonly operation: string
    readonly status: number
    readonly seconds: number
    readonly rows: number
  }): void
  /** The engine was called for so many requests at once. */
  called(model: string, requests: number): void
  /** A model was read again, or could not be. */
  reloaded(model: string, isGood: boolean): void
  /** @param gauges figures of this moment, with what they are */
  text(gauges: Readonly<Record<string, readonly [help: string, value: number]>>): string
}

const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Counters of one service, which begin at 0. */
export function metrics(): Metrics {
  const requests = new Map<string, number>()
  const rows = new Map<string, number>()
  const calls = new Map<string, number>()
  const joined = new Map<string, number>()
  const reloads = new Map<string, number>()
  const durations = new Map<string, { readonly counts: number[]; sum: number; count: number }>()
  const add = (map: Map<string, number>, labels: string, by: number) => map.set(labels, (map.get(labels) ?? 0) + by)
  return {
    answered({ model, operation, status, seconds, rows: count }) {
      const labels = labelText({ model, operation })
      add(requests, labelText({ model, operation, status: String(status) }), 1)
      if (count > 0) add(rows, labels, count)
      const duration = durations.get(labels) ?? { counts: bounds.map(() => 0), sum: 0, count: 0 }
      durations.set(labels, duration)
      for (const [i, bound] of bounds.entries())
        if (seconds <= bound) duration.counts[i] = (duration.counts[i] ?? 0) + 1
      duration.sum += seconds
      duration.count++
    },
    called(model, requests) {
      add(calls, labelText({ model }), 1)
      add(joined, labelText({ model }), requests)
    },
    reloaded: (model, isGood) => add(reloads, labelText({ model, outcome: isGood ? 'good' : 'bad' }), 1),
    text(gauges) {
      const lines = [
        ...counter('ae_requests_total', 'Requests that were answered.', requests),
        ...counter('ae_rows_total', 'Examples that were computed.', rows),
        ...counter('ae_calls_total', 'Calls of models.', calls),
        ...counter('ae_joined_requests_total', 'Requests that calls of models answered.', joined),
        ...counter('ae_reloads_total', 'Files that were read again.', reloads),
        '# HELP ae_request_seconds Time from the request to its answer.',
        '# TYPE ae_request_seconds histogram',
      ]
      for (const [labels, { counts, sum, count }] of durations) {
        const inner = labels.slice(1, -1)
        for (const [i, bound] of bounds.entries())
          lines.push(`ae_request_seconds_bucket{${inner},le="${bound}"} ${counts[i]}`)
        lines.push(`ae_request_seconds_bucket{${inner},le="+Inf"} ${count}`)
        lines.push(`ae_request_seconds_sum${labels} ${sum}`, `ae_request_seconds_count${labels} ${count}`)
      }
      for (const [name, [help, value]] of Object.entries(gauges)) {
        lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`)
      }
      return `${lines.join('\n')}\n`
    },
  }
}

function counter(name: string, help: string, values: ReadonlyMap<string, number>): string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} counter`,
    ...[...values].map(([labels, value]) => `${name}${labels} ${value}`),
  ]
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')}}`
}
