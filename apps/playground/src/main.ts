// The page. It talks to the models only through the engine.
import { startEngine } from './engine/start-engine.ts'

const engine = startEngine()
await engine.openPretrained()
