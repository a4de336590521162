/**
 * The contract's three security schemes.
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
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { refuse, type SeamConfigurationError } from "./ConfigurationError.ts"

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

type Tag = Credentials["_tag"]

// The prefixes are those of the vendor's SDK (npm @seamapi/http 2.32.0). The first that fits decides.
const kinds: ReadonlyArray<readonly [prefix: string, name: string, tag?: Tag]> = [
  ["seam_cst", "a client session token"],
  ["seam_pk", "a publishable key"],
  ["seam_at", "a personal access token", "PersonalAccessToken"],
  ["seam_", "an API key", "ApiKey"],
  ["ey", "a console session token", "ConsoleSession"]
]

const kindOf = (token: string) => kinds.find(([prefix]) => token.startsWith(prefix))

// What can stand in a header field without quoting or folding: RFC 9110 section 5.5, less space and obs-text.
const headerSafe = /^[\x21-\x7e]+$/

/** The token, if it is of that kind; otherwise an error that says what it is instead, but not what it says. */
const checkToken = (tag: Tag, token: unknown): Effect.Effect<Redacted.Redacted<string>, SeamConfigurationError> => {
  const [prefix, name] = kinds.find(([, , known]) => known === tag) ?? []
  const expected = `Expected ${name}, which starts with "${prefix}"`
  // One that has been wiped throws.
  const text = Redacted.isRedacted(token) ? Result.getOrUndefined(Result.try(() => Redacted.value(token))) : token
  if (typeof text !== "string" || !headerSafe.test(text)) {
    return refuse(
      `${expected}: a non-empty string without spaces, line breaks or other characters that no HTTP header can hold.`
    )
  }
  const [, other, otherTag] = kindOf(text) ?? []
  if (otherTag === tag) return Effect.succeed(Redacted.make(text))
  return refuse(
    other === undefined ?
      `${expected}.` :
      `${expected}, but this is ${other}: ${
        otherTag === undefined ? "it is not accepted here" : `use Credentials.${otherTag} for it`
      }.`
  )
}

const checkWorkspace = (workspaceId: unknown): Effect.Effect<string, SeamConfigurationError> =>
  typeof workspaceId === "string" && headerSafe.test(workspaceId) && kindOf(workspaceId) === undefined
    ? Effect.succeed(workspaceId)
    : refuse("Expected the ID of the token's workspace, without spaces or line breaks.")

const ApiKey = (token: string | Redacted.Redacted<string>): Effect.Effect<Credentials, SeamConfigurationError> =>
  Effect.map(checkToken("ApiKey", token), (token) => ({ _tag: "ApiKey", token }))

const withWorkspace = (_tag: "PersonalAccessToken" | "ConsoleSession") =>
(
  token: string | Redacted.Redacted<string>,
  workspaceId: string
): Effect.Effect<Credentials, SeamConfigurationError> =>
  Effect.flatMap(
    checkToken(_tag, token),
    (token) => Effect.map(checkWorkspace(workspaceId), (workspaceId) => ({ _tag, token, workspaceId }))
  )

const PersonalAccessToken = withWorkspace("PersonalAccessToken")
const ConsoleSession = withWorkspace("ConsoleSession")

const check = (credentials: Credentials): Effect.Effect<Credentials, SeamConfigurationError> => {
  // As JavaScript, or a type assertion in somebody's program, would pass it.
  const given: unknown = credentials
  const tag = Predicate.hasProperty(given, "_tag") ? given._tag : undefined
  if (!kinds.some(([, , known]) => known !== undefined && known === tag)) {
    return refuse("Expected credentials made by Credentials.ApiKey, PersonalAccessToken or ConsoleSession.")
  }
  return credentials._tag === "ApiKey"
    ? ApiKey(credentials.token)
    : withWorkspace(credentials._tag)(credentials.token, credentials.workspaceId)
}

/** The constructors. Each fails with a {@link SeamConfigurationError} that never shows the secret. */
export const Credentials: {
  /** An API key: starts with `seam_`, but is no other kind of token. */
  readonly ApiKey: (token: string | Redacted.Redacted<string>) => Effect.Effect<Credentials, SeamConfigurationError>
  /** A personal access token (starts with `seam_at`) and the workspace it is used for. */
  readonly PersonalAccessToken: (
    token: string | Redacted.Redacted<string>,
    workspaceId: string
  ) => Effect.Effect<Credentials, SeamConfigurationError>
  /** A console session's JWT (starts with `ey`) and the workspace it is used for. */
  readonly ConsoleSession: (
    token: string | Redacted.Redacted<string>,
    workspaceId: string
  ) => Effect.Effect<Credentials, SeamConfigurationError>
  /** Checks credentials that were put together by hand. `ClientSessions.layer` does so with whatever it is given. */
  readonly check: (credentials: Credentials) => Effect.Effect<Credentials, SeamConfigurationError>
} = { ApiKey, PersonalAccessToken, ConsoleSession, check }
