// Starts the Worker of the engine.
import { type Engine, EngineError } from './engine.ts'

/** Starts an engine. `dispose` ends it. */
export function startEngine(): Engine {
  throw new EngineError('The engine is not finished.')
}
