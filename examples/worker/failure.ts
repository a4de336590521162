/**
 * What the Worker's caller is told when a list fails.
 *
 * The caller learns what they can act on, and Seam's request id to quote to whoever runs the Worker. What happened goes to
 * the Worker's own log.
 *
 * @module
 */
import type { ListError, SeamConfigurationError } from "@seam-effect/client-sessions"
import * as Duration from "effect/Duration"

/** Whatever can go wrong in this Worker. */
export type Failure = ListError | SeamConfigurationError

// Only `SeamInvalidFilter` is the caller's doing, so nothing else is a 4xx (RFC 9110 sections 15.5 and 15.6).
const statuses: Readonly<Record<Failure["_tag"], keyof typeof messages>> = {
  SeamInvalidFilter: 400,
  // The filter was checked before it was sent, so a refusal is between this Worker and Seam.
  SeamBadRequest: 502,
  // 401 would ask the caller for credentials. The ones that are missing or were refused are this Worker's.
  SeamConfigurationError: 500,
  SeamUnauthorized: 500,
  // 429 would blame the caller. The limit is the workspace's, and anybody may have used it up.
  SeamRateLimited: 503,
  SeamServerError: 502,
  SeamUnexpectedStatus: 502,
  SeamInvalidResponse: 502,
  // The answer held sessions that nobody asked for. None of it goes out.
  SeamContractViolation: 502,
  SeamConnectionFailed: 502,
  SeamTimedOut: 504
}

const messages = {
  400: "Give one user_identifier_key that is not empty.",
  500: "This Worker is not configured to talk to Seam.",
  502: "Seam gave no good answer: try again later.",
  503: "Seam limits the rate of requests: try again later.",
  504: "Seam took too long: try again later."
}

/** What the caller is told. The failure itself, which is safe to log, goes to the Worker's log. */
export const tell = (failure: Failure): { readonly ok: false; readonly error: string; readonly message: string } => {
  console.error(failure._tag, failure.message, "requestId" in failure ? failure.requestId : undefined)
  return { ok: false, error: failure._tag, message: messages[statuses[failure._tag]] }
}

/** The same as an answer. */
export const toResponse = (failure: Failure): Response => {
  const headers = new Headers({ "cache-control": "no-store" })
  if ("requestId" in failure && failure.requestId !== undefined) headers.set("seam-request-id", failure.requestId)
  if ("retryAfter" in failure && failure.retryAfter !== undefined) {
    headers.set("retry-after", String(Math.ceil(Duration.toSeconds(failure.retryAfter))))
  }
  return Response.json(tell(failure), { status: statuses[failure._tag], headers })
}
