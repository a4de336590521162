/**
 * What the contract checks are run against: a function that answers requests, and the credentials to ask with.
 *
 * @module
 */
import * as Redacted from "effect/Redacted"

/** A secret, in the clear or already wrapped. */
export type Secret = string | Redacted.Redacted<string>

/** How to reach a target. */
export interface TargetOptions {
  /** What the report calls it. The URL by default. */
  readonly name?: string
  /** Where it is, without `/client_sessions/list`. For an in-process target any URL will do. */
  readonly url: string
  /** Answers a request. The platform's `fetch` by default. */
  readonly fetch?: (request: Request) => Response | Promise<Response>
  /** An API key, or a personal access token together with a workspace's id. */
  readonly credential: CredentialOptions
  /** An API key of another workspace: with it, isolation is checked from both sides. */
  readonly otherApiKey?: Secret
  /**
   * The sessions that the credential sees, as on the wire, where they are known. With them the `oracle` check runs.
   */
  readonly sessions?: ReadonlyArray<unknown>
}

/** A credential of the contract. */
export type CredentialOptions =
  | { readonly apiKey: Secret }
  | { readonly personalAccessToken: Secret; readonly workspaceId: string }

/** A credential that doesn't show itself, with the name of the variable that stands for it in a command. */
export interface Credential {
  readonly secret: Redacted.Redacted<string>
  readonly workspaceId: string | undefined
  readonly variable: string
}

/** A target, ready to be asked. */
export interface Target {
  readonly name: string
  readonly url: string
  readonly fetch: (request: Request) => Response | Promise<Response>
  readonly credential: Credential
  readonly other: Credential | undefined
  readonly sessions: ReadonlyArray<unknown> | undefined
}

const redacted = (secret: Secret): Redacted.Redacted<string> =>
  Redacted.isRedacted(secret) ? secret : Redacted.make(secret)

const credential = (options: CredentialOptions): Credential =>
  "apiKey" in options
    ? { secret: redacted(options.apiKey), workspaceId: undefined, variable: "SEAM_API_KEY" }
    : {
      secret: redacted(options.personalAccessToken),
      workspaceId: options.workspaceId,
      variable: "SEAM_PERSONAL_ACCESS_TOKEN"
    }

/** Makes a target. Throws a `TypeError` when the URL is none. */
export const make = (options: TargetOptions): Target => {
  const url = new URL(options.url).href.replace(/\/+$/, "")
  return {
    name: options.name ?? url,
    url,
    fetch: options.fetch ?? ((request) => fetch(request)),
    credential: credential(options.credential),
    other: options.otherApiKey === undefined
      ? undefined
      : { secret: redacted(options.otherApiKey), workspaceId: undefined, variable: "SEAM_OTHER_API_KEY" },
    sessions: options.sessions
  }
}
