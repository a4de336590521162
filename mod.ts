/**
 * List Seam client sessions from an Effect program, on Deno, Cloudflare Workers, Node and Bun.
 *
 * The filter you write is the filter that is applied, every failure has a type, and secrets stay secret.
 *
 * ```ts
 * import { ClientSessions } from "@seam-effect/client-sessions"
 * import * as Effect from "effect/Effect"
 *
 * const program = ClientSessions.list({ user_identifier_key: "jane_doe" }).pipe(
 *   Effect.catchTag("SeamUnauthorized", (error) => Effect.logError(error.message)),
 *   Effect.provide(ClientSessions.layerFetch())
 * )
 * ```
 *
 * @module
 */
export { ClientSession, type ClientSessionEncoded, type ClientSessionFields } from "./src/ClientSession.ts"
export {
  ClientSessions,
  type ClientSessionsOptions,
  type ClientSessionsRetryOptions,
  type ClientSessionsService
} from "./src/ClientSessions.ts"
export { SeamConfigurationError } from "./src/ConfigurationError.ts"
export { Credentials } from "./src/Credentials.ts"
export type { SeamProblem } from "./src/internal/problems.ts"
export {
  type ListError,
  SeamBadRequest,
  SeamConnectionFailed,
  type SeamConnectionFailedReason,
  SeamContractViolation,
  type SeamErrorType,
  SeamInvalidFilter,
  SeamInvalidResponse,
  SeamRateLimited,
  SeamServerError,
  SeamTimedOut,
  SeamUnauthorized,
  SeamUnexpectedStatus
} from "./src/ListError.ts"
export { ListFilter, type ListFilterable } from "./src/ListFilter.ts"
