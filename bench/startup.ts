/**
 * How long a Worker takes from nothing to its first answer, a list of one user's sessions, in `workerd`.
 *
 * One Worker starts the others, each in an isolate of its own and each time anew, so that what is measured is the Worker
 * and not the process around it. The same for a Worker that only answers is taken off.
 *
 * @module
 */
import { Miniflare } from "npm:miniflare@4.20260426.0"
import { bundle } from "../scripts/bundle.ts"
import { vendorCode, workerBundle } from "../scripts/size.ts"
import { inTurn, type Spread, spread } from "./harness.ts"

/** How long a Worker took to its first answer. */
export interface Startup {
  readonly name: string
  /** Beyond an empty Worker's. */
  readonly milliseconds: Spread
}

const codeOf = async (path: string): Promise<string> =>
  (await bundle(new URL(path, import.meta.url).pathname, { minify: true })).code

const empty = "export default { fetch: () => new Response() }"

/** Measures. */
export const startup = async (): Promise<ReadonlyArray<Startup>> => {
  const workers: Readonly<Record<string, string>> = {
    "fetch and JSON.parse": await codeOf("workers/raw.ts"),
    ours: (await workerBundle()).code,
    "vendor SDK 2.32.0": await vendorCode()
  }
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
      bindings: { CODE: { ...workers, empty }, SEAM_API_KEY: "seam_simulated" }
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
      if (!response.ok || (worker !== "empty" && !answer.includes("jane_doe"))) {
        throw new Error(`The Worker "${worker}" answered ${response.status}`)
      }
      return took
    }
    const starts = ["empty", ...Object.keys(workers)].map(start)
    for (const start of starts) await start()
    const [base = [], ...others] = await inTurn(starts, 20)
    return Object.keys(workers).map((name, index) => ({
      name,
      milliseconds: spread((others[index] ?? []).map((took, round) => took - (base[round] ?? NaN)))
    }))
  } finally {
    await miniflare.dispose()
  }
}
