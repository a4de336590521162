/**
 * Where this project's client departs from the recorded contract, on purpose.
 *
 * The spec checks hold the client to the contract everywhere else, and fail on a deviation that it no longer has. Drift
 * judges by the same list: what the client doesn't ask for can't break it.
 *
 * @module
 */

/**
 * What can be said about one field:
 *
 * - `name`: that it exists
 * - `required`: that it must be there
 * - `nullable`: whether it may be `null`
 * - `type`: its JSON types otherwise
 * - `format`: `uuid`, `date-time`, `float`, or none
 * - `limits`: which values of that type and format are right
 * - `value`: what a program gets to see
 * - `deprecated`: whether its use is advised against
 */
export type SpecAspect = "name" | "required" | "nullable" | "type" | "format" | "limits" | "value" | "deprecated"

/** A side of the operation. */
export type SpecSide = "request" | "response"

/** One deliberate deviation. */
export interface SpecDeviation {
  /** Request or response. */
  readonly side: SpecSide
  /** The field, such as `client_sessions[].token`. */
  readonly field: string
  /** What of it is different. */
  readonly aspect: SpecAspect
  /** Which way it is different. Whatever else the client does differently there is still a failure. */
  readonly effect: "accepts more" | "accepts less" | "shows another value"
  /** The only value for which it is, if it is one. */
  readonly onlyFor?: unknown
  /** What the client does instead. */
  readonly instead: string
  /** Why. */
  readonly because: string
  /** The heading in `spec/README.md` under which the reason is found. */
  readonly section: string
}

const anyId = [
  "client_sessions[].client_session_id",
  "client_sessions[].connect_webview_ids[]",
  "client_sessions[].connected_account_ids[]",
  "client_sessions[].user_identity_id",
  "client_sessions[].user_identity_ids[]",
  "client_sessions[].workspace_id"
]

const missingFields = [
  "client_sessions[].customer_key",
  "client_sessions[].user_identity_id",
  "client_sessions[].user_identity_ids"
]

const textFilters = ["client_session_id", "connect_webview_id", "user_identifier_key", "user_identity_id"]

const nullableFilters = ["connect_webview_id", "user_identity_id"]

/** The deviations of `@seam-effect/client-sessions`: all of them. */
export const specDeviations: ReadonlyArray<SpecDeviation> = [
  {
    side: "response",
    field: "ok",
    aspect: "required",
    effect: "accepts more",
    instead: "may be missing",
    because: "the page's own cURL example has none",
    section: "Contradictions"
  },
  {
    side: "response",
    field: "client_sessions[].user_identity_ids",
    aspect: "required",
    effect: "accepts more",
    instead: "may be missing",
    because: "it is missing in every example of the page",
    section: "Contradictions"
  },
  ...anyId.map((field): SpecDeviation => ({
    side: "response",
    field,
    aspect: "format",
    effect: "accepts more",
    instead: "may be any string",
    because: "the vendor's own fake server serves ids that are no UUIDs",
    section: "Contradictions"
  })),
  {
    side: "response",
    field: "client_sessions[].device_count",
    aspect: "format",
    effect: "accepts more",
    instead: "may be any finite number",
    because: "it counts devices: the width of a float says nothing about it",
    section: "Contradictions"
  },
  ...["client_sessions[].created_at", "client_sessions[].expires_at"].map((field): SpecDeviation => ({
    side: "response",
    field,
    aspect: "value",
    effect: "shows another value",
    instead: "becomes a `DateTime.Utc`, in milliseconds",
    because: "programs compare instants, not text",
    section: "Decoded values"
  })),
  {
    side: "response",
    field: "client_sessions[].token",
    aspect: "value",
    effect: "shows another value",
    instead: "becomes `Redacted`",
    because: "it is a live secret",
    section: "Decoded values"
  },
  {
    side: "response",
    field: "ok",
    aspect: "limits",
    effect: "accepts less",
    onlyFor: false,
    instead: "must not be `false`",
    because: "an answer that says it failed is no list, whatever else is in it",
    section: "Open points"
  },
  ...missingFields.map((field): SpecDeviation => ({
    side: "response",
    field,
    aspect: "nullable",
    effect: "accepts more",
    instead: "may be `null`: it is missing",
    because: "many servers write what is missing so",
    section: "Contradictions"
  })),
  ...textFilters.map((field): SpecDeviation => ({
    side: "request",
    field,
    aspect: "limits",
    effect: "accepts less",
    onlyFor: "",
    instead: "must not be empty",
    because: "an empty filter could be read as no filter at all, which lists everybody's sessions",
    section: "Open points"
  })),
  ...nullableFilters.map((field): SpecDeviation => ({
    side: "request",
    field,
    aspect: "nullable",
    effect: "accepts more",
    instead: "may be `null`: not associated with one",
    because: "the vendor's document says so since 2026-08",
    section: "Since 2026-08"
  }))
]
