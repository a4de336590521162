/**
 * The five filters as flags.
 *
 * @module
 */
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import type { ListFilter } from "../ListFilter.ts"

// Spelled as command lines do, and as the contract does.
const filter = <A>(make: (name: string) => Flag.Flag<A>, name: keyof ListFilter, description: string) =>
  make(name.replaceAll("_", "-")).pipe(Flag.withAlias(name), Flag.withDescription(description), Flag.optional)

/** The flags, by the names of the filters. */
export const flags: {
  readonly [Name in keyof ListFilter]-?: Flag.Flag<Option.Option<NonNullable<ListFilter[Name]>>>
} = {
  client_session_id: filter(Flag.String, "client_session_id", "Only the session with this ID"),
  connect_webview_id: filter(Flag.String, "connect_webview_id", "Only sessions of this Connect Webview"),
  user_identifier_key: filter(Flag.String, "user_identifier_key", "Only sessions of this user of yours"),
  user_identity_id: filter(Flag.String, "user_identity_id", "Only sessions of this user identity"),
  without_user_identifier_key: filter(
    Flag.Boolean,
    "without_user_identifier_key",
    "Only sessions without a user identifier key"
  )
}

/** The filter that the flags make: those that were given, as they were given. */
export const toFilter = (
  { client_session_id, connect_webview_id, user_identifier_key, user_identity_id, without_user_identifier_key }: {
    readonly [Name in keyof ListFilter]-?: Option.Option<NonNullable<ListFilter[Name]>>
  }
): ListFilter => ({
  ...Option.isSome(client_session_id) && { client_session_id: client_session_id.value },
  ...Option.isSome(connect_webview_id) && { connect_webview_id: connect_webview_id.value },
  ...Option.isSome(user_identifier_key) && { user_identifier_key: user_identifier_key.value },
  ...Option.isSome(user_identity_id) && { user_identity_id: user_identity_id.value },
  ...Option.isSome(without_user_identifier_key) && { without_user_identifier_key: without_user_identifier_key.value }
})
