// Runs one candidate in its own process: collects what it reported until the process ended, was killed by a signal, or hung.
import { builtin } from '../tensorflow/builtin.ts'
import type { CandidateReport, Versions } from './diagnosis.ts'
import type { Finding } from './probe.ts'

/** The program that is started for a candidate. */
export interface ChildProgram {
  /** Node's parameters: the program's file and its parameters. */
  readonly parameters: readonly string[]
  /** The time after which it is killed, in seconds. */
  readonly deadline: number
}

/** Where the child writes its findings, one JSON object per line: stdout and stderr belong to what it loads. */
const findingsDescriptor = 3

/** In the child: sends a finding to the parent at once, because the next step may crash. */
export function tellParent(finding: Finding): void {
  builtin('node:fs').writeSync(findingsDescriptor, `${JSON.stringify(finding)}\n`)
}

/**
 * In the parent: runs a candidate's process. Never rejects: whatever happens to the child is the candidate's result.
 *
 * @param name the candidate's name
 * @param packages the packages it consists of
 * @param program what to start
 */
export function tryInChild(
  name: string,
  packages: Versions,
  { parameters, deadline }: ChildProgram,
): Promise<CandidateReport> {
  return new Promise((resolve) => {
    const child = builtin('node:child_process').spawn(process.execPath, [...parameters], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    })
    let findings = ''
    let errors = ''
    child.stdio[findingsDescriptor]?.on('data', (chunk) => {
      findings += chunk
    })
    child.stderr?.on('data', (chunk) => {
      errors += chunk
    })
    let late = false
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, deadline * 1000)
    const finish = (ending: Ending) => {
      clearTimeout(timer)
      const known = merge(findings)
      const found = { ...known, ...howItEnded(known, ending) }
      resolve({
        name,
        status: found.status ?? 'failed',
        device: found.device ?? null,
        reason: found.reason ?? null,
        fix: found.fix ?? null,
        log: lastLines(errors),
        packages,
        memory: found.memory ?? { largestTensorBytes: null, processBytes: null },
        matmul: found.matmul ?? null,
        vaeStep: found.vaeStep ?? null,
        sampling: found.sampling ?? null,
      })
    }
    child.on('error', ({ message }) => {
      errors += message
      finish({ code: null, signal: null, late, deadline })
    })
    child.on('close', (code, signal) => finish({ code, signal, late, deadline }))
  })
}

interface Ending {
  readonly code: number | null
  readonly signal: string | null
  readonly late: boolean
  readonly deadline: number
}

/** What the child wrote, later findings over earlier ones; its last line may be incomplete. */
function merge(findings: string): Finding {
  const complete = findings.slice(0, findings.lastIndexOf('\n') + 1).trim()
  const lines = complete === '' ? [] : complete.split('\n')
  return Object.assign({}, ...lines.map((line) => JSON.parse(line)))
}

/** What the end of the process adds to its findings. */
function howItEnded({ status, doing = 'starting Node' }: Finding, ending: Ending): Finding {
  const { code, signal, late, deadline } = ending
  if (late) {
    const time = `${deadline} ${deadline === 1 ? 'second' : 'seconds'}`
    return { status: 'hung', reason: `still ${doing} after ${time}`, fix: hangs }
  }
  if (signal !== null) return { status: 'crashed', reason: `${signal} while ${doing}`, fix: crashes }
  if (status !== undefined && code === 0) return {}
  return { status: 'failed', reason: `its process ended with exit code ${code} while ${doing}` }
}

function lastLines(text: string): string | null {
  return text.trim() === '' ? null : text.trim().split('\n').slice(-5).join('\n')
}

const crashes = 'update its package and the driver; until then leave it out of selectBackend'
const hangs = 'give it longer with --deadline, or update its package and the driver'
