/**
 * The five filters as flags.
 *
 * @module
 */
import * as CliError from "effect/cli/CliError"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ListFilter } from "../ListFilter.ts"

/** What the flags say: the filters by their names, and which of them are to be `null`. */
export type Given =
  & { readonly [Name in keyof ListFilter]-?: Option.Option<NonNullable<ListFilter[Name]>> }
  & { readonly without_connect_webview: boolean; readonly without_user_identity: boolean }

// Spelled as command lines do, and as the contract does.
const filter = <A>(make: (name: string) => Flag.Flag<A>, name: keyof ListFilter, description: string) =>
  make(name.replaceAll("_", "-")).pipe(Flag.withAlias(name), Flag.withDescription(description), Flag.optional)

const isNull = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false))

/** The flags. */
export const flags: { readonly [Name in keyof Given]: Flag.Flag<Given[Name]> } = {
  client_session_id: filter(Flag.String, "client_session_id", "Only the session with this ID"),
  connect_webview_id: filter(Flag.String, "connect_webview_id", "Only sessions of this Connect Webview"),
  without_connect_webview: isNull("without-connect-webview", "Only sessions without a Connect Webview"),
  user_identifier_key: filter(Flag.String, "user_identifier_key", "Only sessions of this user of yours"),
  without_user_identifier_key: filter(
    Flag.Boolean,
    "without_user_identifier_key",
    "Only sessions without a user identifier key"
  ),
  user_identity_id: filter(Flag.String, "user_identity_id", "Only sessions of this user identity"),
  without_user_identity: isNull("without-user-identity", "Only sessions without a user identity")
}

/** Refuses two values for one filter. */
export const validate = (given: Given): Effect.Effect<void, CliError.ValidationError> => {
  const refuse = (one: string, other: string) =>
    Effect.fail(new CliError.ValidationError({ message: `${one} and ${other} exclude each other: give one of them.` }))
  return given.without_connect_webview && Option.isSome(given.connect_webview_id)
    ? refuse("--connect-webview-id", "--without-connect-webview")
    : given.without_user_identity && Option.isSome(given.user_identity_id)
    ? refuse("--user-identity-id", "--without-user-identity")
    : Effect.void
}

/** The filter that the flags make: what was given, as it was given. */
export const toFilter = (given: Given): ListFilter => {
  const { client_session_id, connect_webview_id, user_identifier_key, user_identity_id } = given
  return {
    ...Option.isSome(client_session_id) && { client_session_id: client_session_id.value },
    ...Option.isSome(connect_webview_id) && { connect_webview_id: connect_webview_id.value },
    ...given.without_connect_webview && { connect_webview_id: null },
    ...Option.isSome(user_identifier_key) && { user_identifier_key: user_identifier_key.value },
    ...Option.isSome(given.without_user_identifier_key) &&
      { without_user_identifier_key: given.without_user_identifier_key.value },
    ...Option.isSome(user_identity_id) && { user_identity_id: user_identity_id.value },
    ...given.without_user_identity && { user_identity_id: null }
  }
}
