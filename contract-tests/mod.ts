/**
 * Contract checks that know what a filter means: property-based tests of any implementation of Seam's
 * `POST /client_sessions/list`, in process or over HTTP, with or without knowledge of its data.
 *
 * In any test runner, one test for each check:
 *
 * ```ts
 * import * as Contract from "@seam-effect/client-sessions/contract"
 *
 * const target = {
 *   url: "http://127.0.0.1:3020",
 *   fetch: () => Response.json({ client_sessions: [], ok: true }),
 *   credential: { apiKey: "seam_example" }
 * }
 * for (const check of Contract.checks(target, { checks: ["unsupported_method"] })) {
 *   console.log(check.name) // unsupported_method
 *   // Deno.test(check.name, check.run), or test(check.name, check.run) from node:test
 *   await check.run().catch((error) => console.log(error.message.split("\n")[0]))
 * }
 * ```
 *
 * From an Effect program, as a report:
 *
 * ```ts
 * import * as Contract from "@seam-effect/client-sessions/contract"
 * import * as Effect from "effect/Effect"
 *
 * const program = Contract.run({
 *   url: "http://127.0.0.1:3020",
 *   fetch: () => new Response(null, { status: 503 }),
 *   credential: { apiKey: "seam_example" }
 * })
 * console.log(Contract.isHeld(await Effect.runPromise(program))) // false
 * ```
 *
 * @module
 */
import * as Catalogue from "./Catalogue.ts"

export type { CheckInfo, Kind } from "./Catalogue.ts"
export { checks, run, type RunOptions, type TestCase, UnusableOptions } from "./Contract.ts"
export { type Point, points, type Reading, type Readings, simulator as simulatorReadings } from "./Points.ts"
export {
  type CheckOutcome,
  type CheckResult,
  type Failure,
  isGood,
  isHeld,
  junit,
  lines,
  type ObservedReading,
  type Report
} from "./Report.ts"
export type { CredentialOptions, Secret, TargetOptions } from "./Target.ts"

/** Every check of a target, in the order in which they run. */
export const catalogue: ReadonlyArray<Catalogue.CheckInfo> = Catalogue.catalogue
