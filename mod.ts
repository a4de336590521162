/**
 * List Seam client sessions from an Effect program, on Deno, Cloudflare Workers, Node, Bun and in browsers.
 *
 * The filter you write is the filter that is applied, every failure has a type, and secrets stay secret.
 *
 * ```ts
 * import { ClientSessions } from "@seam-effect/client-sessions"
 * import * as Effect from "effect/Effect"
 *
 * const program = ClientSessions.list({ user_identifier_key: "jane_doe" }).pipe(
 *   Effect.catchTag("Unauthorized", (error) => Effect.logError(error.message)),
 *   Effect.provide(ClientSessions.layerFetch)
 * )
 * ```
 *
 * @module
 */
export { ClientSession, type ClientSessionEncoded } from "./src/ClientSession.ts"
export { ClientSessions, type Operations, type Options, type RetryOptions } from "./src/ClientSessions.ts"
export { ConfigurationError } from "./src/ConfigurationError.ts"
export { Credentials } from "./src/Credentials.ts"
export type { SeamProblem } from "./src/internal/problems.ts"
export {
  type Answered,
  BadRequest,
  ConnectionFailed,
  ContractViolation,
  type ErrorFields,
  InvalidFilter,
  InvalidResponse,
  type ListError,
  type Passing,
  RateLimited,
  type Refused,
  ServerError,
  TimedOut,
  Unauthorized,
  UnexpectedStatus,
  type ValidationErrors
} from "./src/ListError.ts"
export { ListFilter, type ListFilterable } from "./src/ListFilter.ts"
