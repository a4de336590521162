/**
 * The decoders that are compared: from the text of an answer to checked sessions.
 *
 * Each checks that the required fields are there, that each field has its type, that `null` stands only where it may, and
 * that dates are dates; and each makes the same of them: a `DateTime.Utc` of a date, in the fastest way there is, and a
 * `Redacted` of the token. Where they differ:
 *
 * |                      | takes 30 February for 2 March | takes a date without a time |
 * | -------------------- | ----------------------------- | --------------------------- |
 * | ours, and its schema | no                            | no                          |
 * | zod                  | no                            | no                          |
 * | valibot              | yes                           | no                          |
 * | arktype              | yes                           | yes                         |
 *
 * @module
 */
import { ClientSession } from "@seam-effect/client-sessions"
import * as DateTime from "effect/DateTime"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type } from "npm:arktype@^2.2.9"
import * as v from "npm:valibot@^1.5.0"
import * as z from "npm:zod@^4.6.7"
import { makeSessionsReader } from "../src/decode/sessions.ts"

/** From the text of an answer to its sessions; throws if they aren't right. */
export type Decoder = (text: string) => ReadonlyArray<object>

const ours: Decoder = (text) => {
  const reader = makeSessionsReader(1)
  reader.read(text)
  reader.end()
  const malformed = reader.malformed()
  if (malformed !== undefined) throw new Error(JSON.stringify(malformed.problems))
  return reader.takeSessions()
}

const decodeSchema = Schema.decodeUnknownResult(
  Schema.Struct({ client_sessions: Schema.Array(ClientSession), ok: Schema.optionalKey(Schema.Boolean) })
)

const interpreted: Decoder = (text) => Result.getOrThrow(decodeSchema(JSON.parse(text))).client_sessions

const epoch = DateTime.makeUnsafe(0)
const utc = (millis: number): DateTime.Utc => DateTime.mapEpochMillis(epoch, () => millis)

const zodDate = z.iso.datetime({ offset: true }).transform((text) => utc(Date.parse(text)))
const zodBody = z.object({
  client_sessions: z.array(z.object({
    client_session_id: z.string(),
    workspace_id: z.string(),
    created_at: zodDate,
    expires_at: zodDate,
    token: z.string().transform((token) => Redacted.make(token)),
    user_identifier_key: z.string().nullable(),
    device_count: z.number(),
    connected_account_ids: z.array(z.string()),
    connect_webview_ids: z.array(z.string()),
    user_identity_id: z.string().optional(),
    user_identity_ids: z.array(z.string()).optional(),
    customer_key: z.string().optional()
  })),
  ok: z.boolean().optional()
})

const zod: Decoder = (text) => zodBody.parse(JSON.parse(text)).client_sessions

const valibotDate = v.pipe(v.string(), v.isoTimestamp(), v.transform((text) => utc(Date.parse(text))))
const valibotBody = v.object({
  client_sessions: v.array(v.object({
    client_session_id: v.string(),
    workspace_id: v.string(),
    created_at: valibotDate,
    expires_at: valibotDate,
    token: v.pipe(v.string(), v.transform((token) => Redacted.make(token))),
    user_identifier_key: v.nullable(v.string()),
    device_count: v.pipe(v.number(), v.finite()),
    connected_account_ids: v.array(v.string()),
    connect_webview_ids: v.array(v.string()),
    user_identity_id: v.optional(v.string()),
    user_identity_ids: v.optional(v.array(v.string())),
    customer_key: v.optional(v.string())
  })),
  ok: v.optional(v.boolean())
})

const valibot: Decoder = (text) => v.parse(valibotBody, JSON.parse(text)).client_sessions

const arktypeDate = type("string.date.iso.parse").pipe((date) => utc(date.getTime()))
const arktypeSession = type({
  client_session_id: "string",
  workspace_id: "string",
  created_at: arktypeDate,
  expires_at: arktypeDate,
  token: type("string").pipe((token) => Redacted.make(token)),
  user_identifier_key: "string | null",
  device_count: "number",
  connected_account_ids: "string[]",
  connect_webview_ids: "string[]",
  "user_identity_id?": "string",
  "user_identity_ids?": "string[]",
  "customer_key?": "string"
})
const arktypeBody = type({ client_sessions: arktypeSession.array(), "ok?": "boolean" })

const arktype: Decoder = (text) => arktypeBody.assert(JSON.parse(text)).client_sessions

/** The decoders by name; `JSON.parse`, which checks nothing, is the measure. */
export const decoders: Readonly<Record<string, Decoder>> = {
  "JSON.parse": (text) => JSON.parse(text).client_sessions,
  ours,
  "ours, schema alone": interpreted,
  zod,
  valibot,
  arktype
}
