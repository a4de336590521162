/**
 * How long a Worker takes from nothing to its first answer, a list of one user's sessions, in `workerd`.
 *
 * One Worker starts the others, each in an isolate of its own and each time anew, so that what is measured is the Worker
 * and not the process around it. The same for a Worker that only answers is taken off.
 *
 * @module
 */
import { Miniflare } from "npm:miniflare@4.20260426.0"
import { bundle } from "../platform-tests/bundle.ts"
import { listWorkerBundle, vendorCode, workerBundle } from "../platform-tests/size.ts"
import { inTurn, ratios, type Spread, spread } from "./harness.ts"

/** How long a Worker took to its first answer. */
export interface Startup {
  readonly name: string
  /** Beyond an empty Worker's. */
  readonly milliseconds: Spread
  /** Times what the vendor's took in the same round, both beyond an empty Worker's. */
  readonly toVendor: Spread
}

// `workerd` keeps each isolate, and has no room for more than a thousand or two: it is started anew for each batch.
const batches = 6
const secondsOfBatch = 8

const codeOf = async (path: string): Promise<string> =>
  (await bundle(new URL(path, import.meta.url).pathname, { minify: true })).code

const empty = "empty"
const vendor = "vendor SDK 2.32.0"

/** Starts each of the Workers once a round. Gives what they took, Worker by Worker and round by round. */
const batch = async (code: Readonly<Record<string, string>>): Promise<ReadonlyArray<ReadonlyArray<number>>> => {
  const compatibilityDate = "2026-04-01"
  const miniflare = new Miniflare({
    cf: false,
    workers: [{
      name: "loader",
      modules: true,
      script: await codeOf("workers/loader.ts"),
      compatibilityDate,
      workerLoaders: { LOADER: {} },
      serviceBindings: { SEAM: "simulator" },
      bindings: { CODE: code, SEAM_API_KEY: "seam_simulated" }
    }, {
      name: "simulator",
      modules: true,
      script: await codeOf("../examples/worker/simulator/index.ts"),
      compatibilityDate
    }]
  })
  try {
    const url = new URL("/sessions?user_identifier_key=jane_doe", await miniflare.ready)
    const start = (worker: string) => async (): Promise<number> => {
      const start = performance.now()
      const response = await fetch(url, { headers: { worker } })
      const answer = await response.text()
      const took = performance.now() - start
      if (!response.ok || (worker !== empty && !answer.includes("jane_doe")) || answer.includes("token")) {
        throw new Error(`The Worker "${worker}" answered ${response.status}`)
      }
      return took
    }
    const starts = Object.keys(code).map(start)
    for (const start of starts) await start()
    return await inTurn(starts, secondsOfBatch)
  } finally {
    await miniflare.dispose()
  }
}

/** A Worker's code as it were if it let `Error` take stack traces while it loads. */
const withStackTraces = (code: string): string => {
  const changed = code.replace(/Error\.stackTraceLimit=0/, "0")
  if (changed === code) throw new Error("The Worker takes stack traces while it loads")
  return changed
}

/** Measures. */
export const startup = async (): Promise<ReadonlyArray<Startup>> => {
  const listWorker = (await listWorkerBundle()).code
  const code: Readonly<Record<string, string>> = {
    [empty]: "export default { fetch: () => new Response() }",
    "fetch and JSON.parse": await codeOf("workers/raw.ts"),
    "ours, list only": listWorker,
    "ours, list only, with stack traces": withStackTraces(listWorker),
    "ours, list and stream": (await workerBundle()).code,
    [vendor]: await vendorCode()
  }
  const took = Object.keys(code).map((name) => ({ name, rounds: new Array<number>() }))
  for (let left = batches; left > 0; left--) {
    const found = await batch(code)
    took.forEach(({ rounds }, index) => rounds.push(...found[index] ?? []))
  }
  const roundsOf = (name: string): ReadonlyArray<number> => took.find((one) => one.name === name)?.rounds ?? []
  const beyond = (rounds: ReadonlyArray<number>) => rounds.map((one, round) => one - (roundsOf(empty)[round] ?? NaN))
  return took.filter(({ name }) => name !== empty).map(({ name, rounds }) => ({
    name,
    milliseconds: spread(beyond(rounds)),
    toVendor: spread(ratios(beyond(rounds), beyond(roundsOf(vendor))))
  }))
}
