/**
 * Runs the contract checks once and tells what it took, for `contractLarge.ts`: in a process of its own, whose memory is
 * nobody else's. Its arguments are the name of a list and the URL of a server that has it; `--verbose` names the checks as
 * they end.
 *
 * @module
 */
import { Contract, Report } from "@seam-effect/contract-tests"
import * as Effect from "effect/Effect"
import { lists } from "./contractLists.ts"

/** What a run took. */
export interface Reading {
  readonly seconds: number
  /** Bytes of memory at the most. */
  readonly peak: number
  readonly requests: number
  /** Bytes of bodies. */
  readonly received: number
  /** The checks that failed or could not say, with why. */
  readonly others: ReadonlyArray<string>
}

const [name = "", url = "", flag] = Deno.args
const list = lists[name]
if (list === undefined) throw new Error(`There is no list "${name}"`)

let received = 0
const counted = async (request: Request): Promise<Response> => {
  const response = await fetch(request)
  return new Response(
    response.body?.pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform: (chunk, controller) => {
          received += chunk.length
          controller.enqueue(chunk)
        }
      })
    ),
    response
  )
}

/** Bytes of memory at the most, so far. */
const peakSoFar = (): number => {
  const [, kibibytes] = /VmHWM:\s*(\d+) kB/.exec(Deno.readTextFileSync("/proc/self/status")) ?? []
  return Number(kibibytes) * 1024
}

const mega = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`

const start = performance.now()
let last = start
const report = await Effect.runPromise(Contract.run(list.operation, { url, fetch: counted, ...list.credentials }, {
  seed: 1,
  onCheck: ({ bites, cases, name, outcome }) =>
    Effect.sync(() => {
      const now = performance.now()
      if (flag === "--verbose") {
        console.error(
          [name, outcome, cases, bites, `${Math.round(now - last)} ms`, mega(received), mega(peakSoFar())].join("\t")
        )
      }
      last = now
    })
}))
const seconds = (performance.now() - start) / 1000
const reading: Reading = {
  seconds,
  peak: peakSoFar(),
  requests: report.requests.made,
  received,
  others: report.checks.flatMap((check) =>
    check.outcome === "passed" || check.outcome === "skipped" ? [] : Report.checkLines(check)
  )
}
console.log(JSON.stringify(reading))
