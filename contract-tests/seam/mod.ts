/**
 * Seam's client sessions: the declaration, the recorded contract, the conventions of the service.
 *
 * ```ts
 * import { Contract } from "@seam-effect/contract-tests"
 * import { clientSessions, conventions, credential } from "@seam-effect/contract-tests/seam"
 *
 * const target = { url: "http://127.0.0.1:3020", credential: credential({ apiKey: "seam_example" }) }
 * for (const { name, run } of Contract.checks(clientSessions, target, { conventions: [conventions.page] })) {
 *   console.log(name, typeof run) // Deno.test(name, run), or test(name, run) from node:test
 * }
 * ```
 *
 * @module
 */
import type { Convention } from "../engine/Check.ts"
import * as Contract from "../engine/Contract.ts"
import type { Readings } from "../engine/Point.ts"
import type { CredentialOptions, Secret } from "../engine/Target.ts"
import { clientSessions } from "./clientSessions.ts"
import { page, wire } from "./conventions.ts"

export { clientSessions } from "./clientSessions.ts"
export { deviations } from "./deviations.ts"
export { document } from "./document.ts"

/**
 * What the service does beyond the shape of its operation.
 *
 * - `page`: what the recorded page says of credentials, and its other open points
 * - `wire`: the error envelope and the request ids, which the page doesn't have
 */
export const conventions: { readonly page: Convention; readonly wire: Convention } = { page, wire }

/** The readings that this project's simulator takes: the first of each open point. */
export const simulatorReadings: Readings = Object.fromEntries(
  Contract.points(clientSessions, [page]).flatMap(({ name, readings: [first] }) =>
    first === undefined ? [] : [[name, first]]
  )
)

/** A credential of Seam's, as the checks take it: an API key, or a personal access token with the workspace it is for. */
export const credential = (
  options: { readonly apiKey: Secret } | { readonly personalAccessToken: Secret; readonly workspaceId: string }
): CredentialOptions =>
  "apiKey" in options ? { secret: options.apiKey } : {
    secret: options.personalAccessToken,
    headers: { "seam-workspace": options.workspaceId },
    variable: "SEAM_PERSONAL_ACCESS_TOKEN"
  }
