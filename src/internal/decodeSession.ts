/**
 * One session, from parsed JSON.
 *
 * The schema of `ClientSession` is the definition; this is the same by hand, since a Worker that carries `Schema` is a
 * third larger, and a schema takes several times as long. Property tests hold the two together: same sessions, same
 * problems in the same words, and no field of the schema that is missing here.
 *
 * @module
 */
import type * as DateTime from "effect/DateTime"
import * as Redacted from "effect/Redacted"
import type { ClientSession } from "../ClientSession.ts"
import * as DecodeUtc from "./decodeUtc.ts"
import * as Rfc3339 from "./rfc3339.ts"

type Json = { readonly [Key in keyof ClientSession]?: unknown }
type Writable = { -readonly [Key in keyof ClientSession]: ClientSession[Key] }

const isObject = (json: unknown): json is Json => typeof json === "object" && json !== null
const isStrings = (json: unknown): json is ReadonlyArray<string> =>
  Array.isArray(json) && json.every((element) => typeof element === "string")

const utc = (json: unknown): DateTime.Utc | undefined => {
  const millis = typeof json === "string" ? Rfc3339.parse(json) : undefined
  return millis === undefined ? undefined : DecodeUtc.fromMillis(millis)
}

/** The session in a JSON value, or `undefined` if it is none: what is plainly right takes no more than this. */
export const decodeQuickly = (json: unknown): ClientSession | undefined => {
  if (!isObject(json)) return undefined
  const created_at = utc(json.created_at)
  const expires_at = utc(json.expires_at)
  const {
    client_session_id,
    workspace_id,
    token,
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
    expires_at === undefined || typeof token !== "string" ||
    (typeof user_identifier_key !== "string" && user_identifier_key !== null) ||
    typeof device_count !== "number" || !Number.isFinite(device_count) ||
    !isStrings(connected_account_ids) || !isStrings(connect_webview_ids)
  ) {
    return undefined
  }
  const session: Writable = {
    client_session_id,
    workspace_id,
    created_at,
    expires_at,
    token: Redacted.make(token),
    user_identifier_key,
    device_count,
    connected_account_ids,
    connect_webview_ids
  }
  if (user_identity_id !== undefined && user_identity_id !== null) {
    if (typeof user_identity_id !== "string") return undefined
    session.user_identity_id = user_identity_id
  }
  if (user_identity_ids !== undefined && user_identity_ids !== null) {
    if (!isStrings(user_identity_ids)) return undefined
    session.user_identity_ids = user_identity_ids
  }
  if (customer_key !== undefined && customer_key !== null) {
    if (typeof customer_key !== "string") return undefined
    session.customer_key = customer_key
  }
  return session
}

type Check = (json: unknown, path: string, report: Report) => void

const string: Check = (json, path, report) => {
  if (typeof json !== "string") report(path, "string")
}

const strings: Check = (json, path, report) => {
  if (Array.isArray(json)) json.forEach((element, index) => string(element, `${path}[${index}]`, report))
  else report(path, "array")
}

const orNull = (check: Check): Check => (json, path, report) => {
  if (json !== null) check(json, path, (at, expected) => report(at, at === path ? `${expected} | null` : expected))
}

const date: Check = (json, path, report) => {
  if (utc(json) === undefined) report(path, typeof json === "string" ? "an RFC 3339 date-time" : "string")
}

// In the order of the schema, and in its words.
const checks: Readonly<Record<keyof ClientSession, Check>> = {
  client_session_id: string,
  workspace_id: string,
  created_at: date,
  expires_at: date,
  token: string,
  user_identifier_key: orNull(string),
  device_count: (json, path, report) => {
    if (!Number.isFinite(json)) report(path, typeof json === "number" ? "a finite number" : "number")
  },
  connected_account_ids: strings,
  connect_webview_ids: strings,
  user_identity_id: orNull(string),
  user_identity_ids: orNull(strings),
  customer_key: orNull(string)
}

const optional: ReadonlyArray<string> = [
  "user_identity_id",
  "user_identity_ids",
  "customer_key"
] satisfies ReadonlyArray<
  keyof ClientSession
>

/** Is told where something is wrong, by a path from the session, and what was expected there. */
export type Report = (path: string, expected: string) => void

/** The session in a JSON value. If it is none, everything that is wrong with it is reported. */
export const decodeSession = (json: unknown, report: Report): ClientSession | undefined => {
  const session = decodeQuickly(json)
  if (session !== undefined) return session
  if (!isObject(json) || Array.isArray(json)) report("", "object")
  else {
    for (const [name, check] of Object.entries(checks)) {
      if (name in json) check(Reflect.get(json, name), `.${name}`, report)
      else if (!optional.includes(name)) report(`.${name}`, "a value (it is missing)")
    }
  }
  return undefined
}
