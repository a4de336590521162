/**
 * The resource: a Seam client session, its wire form, and the codec between them.
 *
 * ```ts
 * import { ClientSession } from "@seam-effect/client-sessions"
 * import * as Schema from "effect/Schema"
 *
 * const session = Schema.decodeUnknownSync(ClientSession)({
 *   client_session_id: "a083ce0f-8b03-4081-ac9a-1ad2ce6aaabc",
 *   workspace_id: "b887bf84-9849-4454-a562-cf84293d9781",
 *   created_at: "2025-06-15T16:54:17.946309Z",
 *   expires_at: "2025-06-18T06:10:42.000Z",
 *   token: "seam_cst1example",
 *   user_identifier_key: "jane_doe",
 *   device_count: 1,
 *   connected_account_ids: [],
 *   connect_webview_ids: ["e0f522d4-a7b6-4f65-ba90-11cde67a893a"]
 * })
 *
 * console.log(session.created_at.epochMilliseconds) // 1750006457946
 * console.log(String(session.token)) // <redacted>
 * ```
 *
 * @module
 */
import type * as DateTime from "effect/DateTime"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Wire from "./decode/wire.ts"

/**
 * A client session as a program sees it.
 *
 * Field names are those of the contract. The two dates are `DateTime.Utc` and the token is `Redacted`; everything else
 * is as on the wire. Fields that the contract does not declare are ignored.
 *
 * Source: the recorded contract, `#/components/schemas/client_session`.
 */
export interface ClientSession {
  /** ID of the client session. A UUID by the contract; any string is accepted, as the vendor's own fake serves others. */
  readonly client_session_id: string
  /** ID of the workspace that the session belongs to. */
  readonly workspace_id: string
  /** When the session was created. `DateTime` counts milliseconds: further digits on the wire are dropped. */
  readonly created_at: DateTime.Utc
  /** When the session expires, or expired: expired sessions are listed too. */
  readonly expires_at: DateTime.Utc
  /** The session's live token. `Redacted.value(session.token)` reveals it; printing, logging or serializing does not. */
  readonly token: Redacted.Redacted<string>
  /** Your ID for the user, or `null` for a session without one. */
  readonly user_identifier_key: string | null
  /** Number of devices. */
  readonly device_count: number
  /** IDs of the connected accounts. */
  readonly connected_account_ids: ReadonlyArray<string>
  /** IDs of the Connect Webviews. */
  readonly connect_webview_ids: ReadonlyArray<string>
  /** ID of the user identity, where there is one. */
  readonly user_identity_id?: string
  /**
   * IDs of the user identities. Required by the contract's schema, missing in every one of its examples: optional here.
   *
   * @deprecated Use `user_identity_id` instead, as the contract says.
   */
  readonly user_identity_ids?: ReadonlyArray<string>
  /** Customer key, where there is one. */
  readonly customer_key?: string
}

/** The fields of the schema {@link ClientSession}: how each is written on the wire, and what is made of it. */
export type ClientSessionFields = {
  /** See {@link ClientSession.client_session_id}. */
  readonly client_session_id: Schema.String
  /** See {@link ClientSession.workspace_id}. */
  readonly workspace_id: Schema.String
  /** RFC 3339 date-time. */
  readonly created_at: Schema.decodeTo<Schema.DateTimeUtc, Schema.String>
  /** RFC 3339 date-time. */
  readonly expires_at: Schema.decodeTo<Schema.DateTimeUtc, Schema.String>
  /** The live token, on the wire in the clear. */
  readonly token: Schema.decodeTo<Schema.Redacted<Schema.String>, Schema.String>
  /** See {@link ClientSession.user_identifier_key}. */
  readonly user_identifier_key: Schema.NullOr<Schema.String>
  /** See {@link ClientSession.device_count}. */
  readonly device_count: Schema.Finite
  /** See {@link ClientSession.connected_account_ids}. */
  readonly connected_account_ids: Schema.$Array<Schema.String>
  /** See {@link ClientSession.connect_webview_ids}. */
  readonly connect_webview_ids: Schema.$Array<Schema.String>
  /** See {@link ClientSession.user_identity_id}. `null` on the wire means that it is missing. */
  readonly user_identity_id: Schema.decodeTo<
    Schema.optionalKey<Schema.toType<Schema.String>>,
    Schema.optionalKey<Schema.NullOr<Schema.String>>
  >
  /**
   * See {@link ClientSession.user_identity_ids}. `null` on the wire means that it is missing.
   *
   * @deprecated Use `user_identity_id` instead, as the contract says.
   */
  readonly user_identity_ids: Schema.decodeTo<
    Schema.optionalKey<Schema.toType<Schema.$Array<Schema.String>>>,
    Schema.optionalKey<Schema.NullOr<Schema.$Array<Schema.String>>>
  >
  /** See {@link ClientSession.customer_key}. `null` on the wire means that it is missing. */
  readonly customer_key: Schema.decodeTo<
    Schema.optionalKey<Schema.toType<Schema.String>>,
    Schema.optionalKey<Schema.NullOr<Schema.String>>
  >
}

/** A client session on the wire: JSON, with dates as RFC 3339 texts and the token in the clear. */
export interface ClientSessionEncoded extends Schema.Struct.Encoded<ClientSessionFields> {}

// To add a field: in the interface, in `ClientSessionFields` and here, those that may be missing last. Then
// `deno task generate`. (Where one is forgotten in the interface, the compiler says so in what is generated.)
//
// In a function, marked as free of effects: a Worker that only lists decodes without it, and leaves `Schema` out.
const struct = (): Schema.Struct<ClientSessionFields> =>
  Schema.Struct({
    client_session_id: Schema.String,
    workspace_id: Schema.String,
    created_at: Wire.dateTime(),
    expires_at: Wire.dateTime(),
    token: Wire.secret(),
    user_identifier_key: Schema.NullOr(Schema.String),
    device_count: Schema.Finite,
    connected_account_ids: Schema.Array(Schema.String),
    connect_webview_ids: Schema.Array(Schema.String),
    user_identity_id: Wire.nullMeansMissing(Schema.String),
    user_identity_ids: Wire.nullMeansMissing(Schema.Array(Schema.String)),
    customer_key: Wire.nullMeansMissing(Schema.String)
  })

/**
 * The schema of a {@link ClientSession}: the one definition of it, with its wire form.
 *
 * Strict in what a program needs: every field that the contract requires (but `user_identity_ids`) must be there, with
 * its type. A missing `user_identifier_key` is therefore a failure and not "a session without a user". Encoding reveals
 * the token.
 *
 * `ClientSessions` decodes by what is compiled from it: the same sessions and the same problems, several times as fast, and
 * without `Schema` in a Worker.
 *
 * For types of your own, it has fields:
 *
 * ```ts
 * import { ClientSession } from "@seam-effect/client-sessions"
 * import * as Schema from "effect/Schema"
 * import * as Struct from "effect/Struct"
 *
 * const WithoutToken = ClientSession.mapFields(Struct.omit(["token"]))
 * const Brief = ClientSession.mapFields(Struct.pick(["client_session_id", "expires_at"]))
 * const Labelled = Schema.Struct({ ...ClientSession.fields, label: Schema.String })
 *
 * const toJson = Schema.encodeSync(WithoutToken) // of a session: JSON, with its dates as text and no token
 * ```
 */
export const ClientSession: Schema.Struct<ClientSessionFields> = /* @__PURE__ */ struct()
