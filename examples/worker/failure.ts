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

// Whatever isn't here is between this Worker and Seam: a bad gateway, 502 (RFC 9110 section 15.6.3).
const statuses: { readonly [Tag in Failure["_tag"]]?: keyof typeof messages } = {
  SeamInvalidFilter: 400,
  // 401 would ask the caller for credentials. The ones that are missing or were refused are this Worker's.
  SeamConfigurationError: 500,
  SeamUnauthorized: 500,
  // 429 would blame the caller. The limit is the workspace's, and anybody may have used it up.
  SeamRateLimited: 503,
  SeamTimedOut: 504
}

const messages = {
  400: "Give one user_identifier_key that is not empty.",
  500: "This Worker can't talk to Seam.",
  502: "Seam gave no good answer: try again later.",
  503: "Seam is busy: try again later.",
  504: "Seam took too long: try again later."
}

const statusOf = ({ _tag }: Failure) => statuses[_tag] ?? 502

/** What the caller is told. The failure itself, which is safe to log, goes to the Worker's log. */
export const tell = (failure: Failure): { readonly ok: false; readonly error: string; readonly message: string } => {
  console.error(failure._tag, failure.message, "requestId" in failure ? failure.requestId : undefined)
  return { ok: false, error: failure._tag, message: messages[statusOf(failure)] }
}

/** The same as an answer. */
export const toResponse = (failure: Failure): Response => {
  const headers = new Headers({ "cache-control": "no-store" })
  if ("requestId" in failure && failure.requestId !== undefined) headers.set("seam-request-id", failure.requestId)
  if ("retryAfter" in failure && failure.retryAfter !== undefined) {
    headers.set("retry-after", String(Math.ceil(Duration.toSeconds(failure.retryAfter))))
  }
  return Response.json(tell(failure), { status: statusOf(failure), headers })
}
