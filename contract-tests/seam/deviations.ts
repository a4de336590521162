/**
 * Where this project's client departs from the recorded contract, on purpose.
 *
 * @module
 */
import type { Deviation } from "../client/Deviation.ts"

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
export const deviations: ReadonlyArray<Deviation> = [
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
  ...anyId.map((field): Deviation => ({
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
  ...["client_sessions[].created_at", "client_sessions[].expires_at"].map((field): Deviation => ({
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
  ...missingFields.map((field): Deviation => ({
    side: "response",
    field,
    aspect: "nullable",
    effect: "accepts more",
    instead: "may be `null`: it is missing",
    because: "many servers write what is missing so",
    section: "Contradictions"
  })),
  ...textFilters.map((field): Deviation => ({
    side: "request",
    field,
    aspect: "limits",
    effect: "accepts less",
    onlyFor: "",
    instead: "must not be empty",
    because: "an empty filter could be read as no filter at all, which lists everybody's sessions",
    section: "Open points"
  })),
  ...nullableFilters.map((field): Deviation => ({
    side: "request",
    field,
    aspect: "nullable",
    effect: "accepts more",
    instead: "may be `null`: not associated with one",
    because: "the vendor's document says so since 2026-08",
    section: "Since 2026-08"
  }))
]
