/**
 * What the contract checks are run against: a function that answers requests, and the credentials to ask with.
 *
 * @module
 */
import * as Redacted from "effect/Redacted"
import type { Item } from "../operation/Item.ts"
import type { Operation } from "../operation/Operation.ts"

/** A secret, in the clear or already wrapped. */
export type Secret = string | Redacted.Redacted<string>

/** A credential, where the secret alone isn't enough. */
export interface CredentialOptions {
  /** The secret. */
  readonly secret: Secret
  /** Headers that go with it, such as one that names the tenant. */
  readonly headers?: { readonly [name: string]: string }
  /** The environment variable that stands for it in a `curl` line. The operation's by default. */
  readonly variable?: string
}

/** How to reach a target. */
export interface TargetOptions {
  /** What the report calls it. The URL by default. */
  readonly name?: string
  /** Where it is, with the operation's path or without. For an in-process target any URL will do. */
  readonly url: string
  /** Answers a request. The platform's `fetch` by default. */
  readonly fetch?: (request: Request) => Response | Promise<Response>
  /** What to ask with, where the operation has credentials. */
  readonly credential?: Secret | CredentialOptions
  /** A credential of another tenant: with it, isolation is checked from both sides. */
  readonly otherCredential?: Secret | CredentialOptions
  /** The items that the credential sees, as on the wire, where they are known. With them the `oracle` check runs. */
  readonly items?: ReadonlyArray<Item>
}

/** A credential that doesn't show itself, with the name of the variable that stands for it in a command. */
export interface Credential {
  readonly secret: Redacted.Redacted<string>
  readonly headers: { readonly [name: string]: string }
  readonly variable: string
}

/** A target, ready to be asked. */
export interface Target {
  readonly operation: Operation
  readonly name: string
  readonly url: string
  readonly fetch: (request: Request) => Response | Promise<Response>
  readonly credential: Credential | undefined
  readonly other: Credential | undefined
  readonly items: ReadonlyArray<Item> | undefined
}

const credential = (given: Secret | CredentialOptions | undefined, variable: string): Credential | undefined => {
  if (given === undefined) return undefined
  const options: CredentialOptions = typeof given === "string" || Redacted.isRedacted(given) ? { secret: given } : given
  return {
    secret: Redacted.isRedacted(options.secret) ? options.secret : Redacted.make(options.secret),
    headers: options.headers ?? {},
    variable: options.variable ?? variable
  }
}

/** What is wrong with a URL of a target, without a word of it: it may hold a secret. `undefined` where nothing is. */
export const problemInUrl = (text: string): string | undefined => {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) return "needs to be an http or https URL"
  if (url.username !== "" || url.password !== "") {
    return "can't have a user name or a password in it: a credential is given by itself"
  }
  return /[?#]/.test(text) ? "can't have a query or a fragment" : undefined
}

/** Where a target is, without the operation's path and a slash at its end. */
const baseOf = (text: string, { path }: Operation): string => {
  const base = new URL(text).href.replace(/\/+$/, "")
  return path !== "/" && base.endsWith(path) ? base.slice(0, -path.length).replace(/\/+$/, "") : base
}

/** Makes a target. Throws a `TypeError` when the URL can't be used: see {@link problemInUrl}. */
export const make = (operation: Operation, options: TargetOptions): Target => {
  const problem = problemInUrl(options.url)
  if (problem !== undefined) throw new TypeError(`url ${problem}`)
  const url = baseOf(options.url, operation)
  const variable = operation.credentials?.variable ?? "API_KEY"
  return {
    operation,
    name: options.name ?? url,
    url,
    fetch: options.fetch ?? ((request) => fetch(request)),
    credential: credential(options.credential, variable),
    other: credential(options.otherCredential, operation.credentials?.otherVariable ?? `OTHER_${variable}`),
    items: options.items
  }
}
