// Which addresses only this machine can reach.

/** Whether an address to listen on is one of them. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}

/** Whether the Host of a request names one of them, with or without a port. */
export function isLoopbackHost(host: string): boolean {
  return isLoopback(
    host
      .replace(/:\d+$/, '')
      .replace(/^\[(.*)\]$/, '$1')
      .toLowerCase(),
  )
}
