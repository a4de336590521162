/**
 * The contract's three security schemes, by hand or from `Config`.
 *
 * ```ts
 * import { Credentials } from "@seam-effect/client-sessions"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const credentials = yield* Credentials.ApiKey("seam_test_key")
 *   console.log(credentials._tag, String(credentials.token)) // ApiKey <redacted>
 *
 *   const problem = yield* Effect.flip(Credentials.ApiKey("seam_cst1token"))
 *   console.log(problem.message) // says that this is a client session token
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * @module
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { ConfigurationError } from "./ConfigurationError.ts"

/** Credentials for one workspace. Made by the constructors of {@link Credentials}; printing them shows no secret. */
export type Credentials =
  | {
    /** The scheme `api_key`. */
    readonly _tag: "ApiKey"
    /** Starts with `seam_`. */
    readonly token: Redacted.Redacted<string>
  }
  | {
    /** The scheme `pat_with_workspace`. */
    readonly _tag: "PersonalAccessToken"
    /** Starts with `seam_at`. */
    readonly token: Redacted.Redacted<string>
    /** The workspace that the token is used for. */
    readonly workspaceId: string
  }
  | {
    /** The scheme `console_session_with_workspace`. */
    readonly _tag: "ConsoleSession"
    /** A JWT. */
    readonly token: Redacted.Redacted<string>
    /** The workspace that the session is used for. */
    readonly workspaceId: string
  }

type Kind = Credentials["_tag"] | "ClientSessionToken" | "PublishableKey"

const names: Record<Kind, string> = {
  ApiKey: "an API key",
  PersonalAccessToken: "a personal access token",
  ConsoleSession: "a console session token",
  ClientSessionToken: "a client session token",
  PublishableKey: "a publishable key"
}

// The prefixes are those of the vendor's SDK (npm @seamapi/http 2.32.0).
const kindOf = (token: string): Kind | undefined =>
  token.startsWith("seam_cst")
    ? "ClientSessionToken"
    : token.startsWith("seam_pk")
    ? "PublishableKey"
    : token.startsWith("seam_at")
    ? "PersonalAccessToken"
    : token.startsWith("seam_")
    ? "ApiKey"
    : token.startsWith("ey")
    ? "ConsoleSession"
    : undefined

const looks: Record<Credentials["_tag"], string> = {
  ApiKey: "starts with \"seam_\"",
  PersonalAccessToken: "starts with \"seam_at\"",
  ConsoleSession: "is a JWT and starts with \"ey\""
}

// What can stand in a header field without quoting or folding: RFC 9110 section 5.5, less space and obs-text.
const headerSafe = /^[\x21-\x7e]+$/

const refuse = (message: string): Effect.Effect<never, ConfigurationError> =>
  Effect.fail(new ConfigurationError({ option: "credentials", message }))

const checkToken = (
  expected: Credentials["_tag"],
  input: string | Redacted.Redacted<string>
): Effect.Effect<Redacted.Redacted<string>, ConfigurationError> => {
  const redacted = typeof input === "string" ? Redacted.make(input) : input
  const token: unknown = Redacted.isRedacted(redacted) ? Redacted.value(redacted) : undefined
  const name = names[expected]
  if (typeof token !== "string" || token === "") return refuse(`Expected ${name}, a non-empty string.`)
  if (!headerSafe.test(token)) {
    return refuse(
      `Expected ${name} without spaces, line breaks or other characters that can't stand in an HTTP header.`
    )
  }
  const kind = kindOf(token)
  if (kind === expected) return Effect.succeed(redacted)
  if (kind === undefined) return refuse(`Expected ${name}, which ${looks[expected]}.`)
  const isNot = `Expected ${name}, but this is ${names[kind]}`
  return kind === "ClientSessionToken" || kind === "PublishableKey"
    ? refuse(`${isNot}, which the vendor does not accept for listing client sessions.`)
    : refuse(`${isNot}: use Credentials.${kind} for it.`)
}

const checkWorkspace = (workspaceId: unknown): Effect.Effect<string, ConfigurationError> =>
  typeof workspaceId !== "string" || workspaceId === ""
    ? refuse("Expected the ID of the workspace that the token is used for.")
    : kindOf(workspaceId) !== undefined
    ? refuse("Expected a workspace ID after the token, but this is a token.")
    : headerSafe.test(workspaceId)
    ? Effect.succeed(workspaceId)
    : refuse("Expected a workspace ID without spaces, line breaks or other characters that can't stand in a header.")

const ApiKey = (token: string | Redacted.Redacted<string>): Effect.Effect<Credentials, ConfigurationError> =>
  Effect.map(checkToken("ApiKey", token), (token) => ({ _tag: "ApiKey", token }))

const withWorkspace = (_tag: "PersonalAccessToken" | "ConsoleSession") =>
(
  token: string | Redacted.Redacted<string>,
  workspaceId: string
): Effect.Effect<Credentials, ConfigurationError> =>
  Effect.map(
    Effect.all([checkToken(_tag, token), checkWorkspace(workspaceId)]),
    ([token, workspaceId]) => ({ _tag, token, workspaceId })
  )

const PersonalAccessToken = withWorkspace("PersonalAccessToken")
const ConsoleSession = withWorkspace("ConsoleSession")

const check = (credentials: Credentials): Effect.Effect<Credentials, ConfigurationError> => {
  switch (credentials._tag) {
    case "ApiKey":
      return ApiKey(credentials.token)
    case "PersonalAccessToken":
      return PersonalAccessToken(credentials.token, credentials.workspaceId)
    case "ConsoleSession":
      return ConsoleSession(credentials.token, credentials.workspaceId)
    default:
      return refuse("Expected credentials made by Credentials.ApiKey, PersonalAccessToken or ConsoleSession.")
  }
}

// An empty variable is how shells and CI systems spell "unset".
const variable = (name: string): Config.Config<Option.Option<Redacted.Redacted<string>>> =>
  Config.map(
    Config.option(Config.Redacted(name)),
    Option.filter((value) => Redacted.value(value) !== "")
  )

const config: Effect.Effect<Credentials, ConfigurationError> = Effect.gen(function*() {
  const apiKey = yield* variable("SEAM_API_KEY")
  const accessToken = yield* variable("SEAM_PERSONAL_ACCESS_TOKEN")
  const workspaceId = yield* variable("SEAM_WORKSPACE_ID")
  if (Option.isSome(apiKey)) {
    return Option.isSome(accessToken)
      ? yield* refuse("Both SEAM_API_KEY and SEAM_PERSONAL_ACCESS_TOKEN are set: keep one.")
      : yield* ApiKey(apiKey.value)
  }
  if (Option.isNone(accessToken)) {
    return yield* refuse("Set SEAM_API_KEY, or SEAM_PERSONAL_ACCESS_TOKEN with SEAM_WORKSPACE_ID; neither is set.")
  }
  if (Option.isNone(workspaceId)) {
    return yield* refuse("SEAM_PERSONAL_ACCESS_TOKEN needs SEAM_WORKSPACE_ID beside it.")
  }
  return yield* PersonalAccessToken(accessToken.value, Redacted.value(workspaceId.value))
}).pipe(
  // The provider's own words could quote what it read.
  Effect.catchTag("ConfigError", () => refuse("The configuration provider could not be read."))
)

/** The constructors. Each fails with a {@link ConfigurationError} that never shows the secret. */
export const Credentials: {
  /** An API key: starts with `seam_`, but is no other kind of token. */
  readonly ApiKey: (token: string | Redacted.Redacted<string>) => Effect.Effect<Credentials, ConfigurationError>
  /** A personal access token (starts with `seam_at`) and the workspace it is used for. */
  readonly PersonalAccessToken: (
    token: string | Redacted.Redacted<string>,
    workspaceId: string
  ) => Effect.Effect<Credentials, ConfigurationError>
  /** A console session's JWT (starts with `ey`) and the workspace it is used for. */
  readonly ConsoleSession: (
    token: string | Redacted.Redacted<string>,
    workspaceId: string
  ) => Effect.Effect<Credentials, ConfigurationError>
  /** Checks credentials that were put together by hand. `ClientSessions.layer` does so with whatever it is given. */
  readonly check: (credentials: Credentials) => Effect.Effect<Credentials, ConfigurationError>
  /**
   * From `Config`, by the vendor's variables: `SEAM_API_KEY`, or `SEAM_PERSONAL_ACCESS_TOKEN` with
   * `SEAM_WORKSPACE_ID`. An empty value counts as unset; both kinds at once are refused, as the vendor's SDK does.
   */
  readonly config: Effect.Effect<Credentials, ConfigurationError>
} = { ApiKey, PersonalAccessToken, ConsoleSession, check, config }
