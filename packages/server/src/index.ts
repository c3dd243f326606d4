export { createHandler, type Handler, type HandlerOptions, type Models } from './create-handler.ts'
export type { RateLimitOptions } from './http/rate-limit.ts'
export type { LogRecord, ServiceOptions } from './http/service-options.ts'
export type { PlainModel, ServableModel } from './jobs/served-model.ts'
