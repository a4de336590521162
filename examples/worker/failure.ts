/**
 * What the Worker's caller is told when a list fails.
 *
 * The caller learns what they can act on, and Seam's request id to quote to whoever runs the Worker. What Seam said goes
 * to the Worker's own log: it may be about other people's data.
 *
 * @module
 */
import type { ConfigurationError, ListError } from "@seam-effect/client-sessions"
import * as Duration from "effect/Duration"

/** Whatever can go wrong in this Worker. */
export type Failure = ListError | ConfigurationError

// Only `InvalidFilter` is the caller's doing, so nothing else is a 4xx (RFC 9110 sections 15.5 and 15.6).
const answers: Readonly<Record<Failure["_tag"], readonly [status: number, message: string]>> = {
  InvalidFilter: [400, "Give one user_identifier_key that is not empty."],
  // The filter was checked before it was sent, so a refusal is between this Worker and Seam.
  BadRequest: [502, "Seam refused the request."],
  // 401 would ask the caller for credentials. The ones that are missing or were refused are this Worker's.
  ConfigurationError: [500, "This Worker is not configured to talk to Seam."],
  Unauthorized: [500, "This Worker is not configured to talk to Seam."],
  // 429 would blame the caller. The limit is the workspace's, and anybody may have used it up.
  RateLimited: [503, "Seam limits the rate of requests: try again later."],
  ServerError: [502, "Seam could not answer: try again later."],
  UnexpectedStatus: [502, "Seam gave an answer that its contract does not have."],
  InvalidResponse: [502, "Seam gave an answer that its contract does not have."],
  // The answer held sessions that nobody asked for. None of it goes out.
  ContractViolation: [502, "Seam gave an answer that its contract does not have."],
  ConnectionFailed: [502, "Seam could not be reached: try again later."],
  TimedOut: [504, "Seam took too long: try again later."]
}

/** What the caller is told. The failure itself, which is safe to log, goes to the Worker's log. */
export const tell = (failure: Failure): { readonly ok: false; readonly error: string; readonly message: string } => {
  console.error(failure._tag, failure.message, "requestId" in failure ? failure.requestId : undefined)
  const [, message] = answers[failure._tag]
  return { ok: false, error: failure._tag, message }
}

/** The same as an answer. */
export const toResponse = (failure: Failure): Response => {
  const [status] = answers[failure._tag]
  const headers = new Headers({ "cache-control": "no-store" })
  if ("requestId" in failure && failure.requestId !== undefined) headers.set("seam-request-id", failure.requestId)
  if ("retryAfter" in failure && failure.retryAfter !== undefined) {
    headers.set("retry-after", String(Math.ceil(Duration.toSeconds(failure.retryAfter))))
  }
  return Response.json(tell(failure), { status, headers })
}
