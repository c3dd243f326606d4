export type { RateLimitOptions } from './http/rate-limit.ts'
export type { LogRecord, ServiceOptions } from './http/service-options.ts'
export type { ModelSource } from './node/computer.ts'
export { type RunningServer, type ServerOptions, startServer } from './node/start-server.ts'
