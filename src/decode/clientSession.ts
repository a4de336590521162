/**
 * A `ClientSession` from parsed JSON, and what is wrong where there is none.
 *
 * Compiled from the schema of that name by `deno task generate`: change the schema, not this.
 *
 * @module
 */
import * as Predicate from "effect/Predicate"
import type { ClientSession } from "../ClientSession.ts"
import * as Explain from "./explain.ts"
import * as Value from "./value.ts"

/** The `ClientSession` in a JSON value: `undefined` at the first mismatch, with no reason given. */
export const decode = (json: unknown): ClientSession | undefined => {
  if (!Value.isObject(json)) return undefined
  const created_at = Value.dateTime(json.created_at)
  const expires_at = Value.dateTime(json.expires_at)
  const token = Value.secret(json.token)
  const {
    client_session_id,
    workspace_id,
    user_identifier_key,
    device_count,
    connected_account_ids,
    connect_webview_ids,
    user_identity_id,
    user_identity_ids,
    customer_key
  } = json
  if (
    typeof client_session_id !== "string" || typeof workspace_id !== "string" || created_at === undefined ||
    expires_at === undefined || token === undefined ||
    (typeof user_identifier_key !== "string" && user_identifier_key !== null) || !Value.isFinite(device_count) ||
    !Value.isArrayOf(connected_account_ids, Predicate.isString) ||
    !Value.isArrayOf(connect_webview_ids, Predicate.isString)
  ) return undefined
  const decoded: Value.Writable<ClientSession> = {
    client_session_id,
    workspace_id,
    created_at,
    expires_at,
    token,
    user_identifier_key,
    device_count,
    connected_account_ids,
    connect_webview_ids
  }
  if (user_identity_id !== undefined && user_identity_id !== null) {
    if (typeof user_identity_id !== "string") return undefined
    decoded.user_identity_id = user_identity_id
  }
  if (user_identity_ids !== undefined && user_identity_ids !== null) {
    if (!Value.isArrayOf(user_identity_ids, Predicate.isString)) return undefined
    decoded.user_identity_ids = user_identity_ids
  }
  if (customer_key !== undefined && customer_key !== null) {
    if (typeof customer_key !== "string") return undefined
    decoded.customer_key = customer_key
  }
  return decoded
}

/** Reports all that is wrong with a JSON value, in the words of the schema. */
export const explain: Explain.Explain = /* @__PURE__ */ Explain.object({
  client_session_id: Explain.string,
  workspace_id: Explain.string,
  created_at: Explain.dateTime,
  expires_at: Explain.dateTime,
  token: Explain.string,
  user_identifier_key: Explain.nullOr(Explain.string),
  device_count: Explain.finite,
  connected_account_ids: Explain.arrayOf(Explain.string),
  connect_webview_ids: Explain.arrayOf(Explain.string),
  user_identity_id: Explain.nullOr(Explain.string),
  user_identity_ids: Explain.nullOr(Explain.arrayOf(Explain.string)),
  customer_key: Explain.nullOr(Explain.string)
}, ["user_identity_id", "user_identity_ids", "customer_key"])
