/**
 * What a run of the contract checks takes where every answer takes 300 ms: 500 sessions, asked one question at a time (with
 * `--one`) or eight.
 *
 * ```sh
 * deno run -A contractSlow.ts
 * ```
 *
 * @module
 */
import { Contract } from "@seam-effect/contract-tests"
import * as Effect from "effect/Effect"
import { healthy, serve } from "../contract-tests/seam/mutants/Healthy.ts"
import { lists, worldOf } from "./contractLists.ts"

const latency = 300

const serving = serve(healthy, worldOf(500))
const slow = async (request: Request): Promise<Response> => {
  await new Promise((resolve) => setTimeout(resolve, latency))
  return serving(request)
}

const { "client sessions": list } = lists
if (list === undefined) throw new Error("There is no such list")

const concurrency = Deno.args.includes("--one") ? 1 : 8
const { checks, requests, seconds } = await Effect.runPromise(
  Contract.run(list.operation, { url: "http://localhost", fetch: slow, ...list.credentials }, { seed: 1, concurrency })
)
const outcomes = [...new Set(checks.map(({ outcome }) => outcome))].join(", ")
console.log(
  `${concurrency} at a time, ${latency} ms an answer: ${seconds.toFixed(0)} s, ${requests.made} requests, ${outcomes}`
)
