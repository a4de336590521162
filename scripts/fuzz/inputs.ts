/**
 * What a caller may give: filters and options, right, wrong and hostile.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Credentials } from "../../mod.ts"
import { canary, untouchable } from "./hostile.ts"

/** The API key of every client. */
export const apiKey = `seam_${canary}key_9fQ2`

/** The token of those that have no API key. It holds that, too, so that whoever writes it writes both. */
export const accessToken = `seam_at1_${apiKey}`

/** Something that a caller gives, made for each call, and whether the client must take it. */
export interface Input<A> {
  readonly make: () => A
  readonly isValid: boolean
}

const text = `${canary}filter`

class Filter {
  user_identifier_key = text
}

const all = <A>(isValid: boolean, values: Readonly<Record<string, () => A>>): Readonly<Record<string, Input<A>>> =>
  Object.fromEntries(Object.entries(values).map(([name, make]) => [name, { make, isValid }]))

/** Filters by their names; most of those that are right ask for what some sessions have. */
export const filters: Readonly<Record<string, Input<unknown>>> = {
  ...all<unknown>(true, {
    "no filter": () => undefined,
    "an empty filter": () => ({}),
    "sessions without a key": () => ({ without_user_identifier_key: true }),
    "no constraint": () => ({ without_user_identifier_key: false }),
    "no webview": () => ({ connect_webview_id: null }),
    "no identity": () => ({ user_identity_id: null }),
    "no webview and no identity": () => ({ connect_webview_id: null, user_identity_id: null }),
    "a key": () => ({ user_identifier_key: text }),
    "a session": () => ({ client_session_id: text, user_identity_id: text }),
    "a filter without a prototype": () => Object.assign(Object.create(null), { connect_webview_id: null })
  }),
  ...all<unknown>(false, {
    null: () => null,
    "a text": () => text,
    "a number": () => 7,
    "an array": () => [text],
    "a map": () => new Map([["user_identifier_key", text]]),
    "an instance": () => new Filter(),
    "an unknown name": () => ({ [text]: text }),
    "a misspelt name": () => ({ user_identifer_key: text }),
    "a symbol": () => ({ [Symbol(text)]: text }),
    "an empty key": () => ({ user_identifier_key: "" }),
    "a key that is null": () => ({ user_identifier_key: null }),
    "a key that is undefined": () => ({ user_identifier_key: undefined }),
    "a session that is a list": () => ({ client_session_id: [text] }),
    "a switch that is text": () => ({ without_user_identifier_key: "true" }),
    "an inherited filter": () => Object.create({ user_identifier_key: text }),
    "an accessor": () => ({
      get user_identifier_key() {
        return text
      }
    }),
    "an accessor that throws": () => ({
      get user_identifier_key(): string {
        throw new Error(text)
      }
    }),
    "a proxy that throws": untouchable,
    "a proxy that lists nothing": () => new Proxy({ user_identifier_key: text }, { ownKeys: () => [] }),
    "a proxy that answers otherwise": () => new Proxy({ user_identifier_key: text }, { get: () => "another" })
  })
}

/** Options but for `credentials` and `transformClient`. */
export type Options = Readonly<Record<string, unknown>>

/** Options by their names. */
export const options: Readonly<Record<string, Input<Options>>> = {
  ...all<Options>(true, {
    "no options": () => ({}),
    "one attempt": () => ({ retry: { attempts: 1 } }),
    "ten attempts": () => ({ retry: { attempts: 10, baseDelay: 1, maxDelay: "1 minute" } }),
    "a short limit": () => ({ timeout: "500 millis" }),
    "unverified": () => ({ verify: false }),
    "trace headers": () => ({ propagateTrace: true, endpoint: "https://example.org/some/path/" }),
    "a personal access token": () => ({
      credentials: Credentials.PersonalAccessToken(accessToken, "b887bf84-9849-4454-a562-cf84293d9781")
    }),
    "credentials that are made": () => ({
      credentials: Effect.runSync(Credentials.ApiKey(apiKey)),
      retry: { attempts: 2 }
    })
  }),
  ...all<Options>(false, {
    "no attempts": () => ({ retry: { attempts: 0 } }),
    "eleven attempts": () => ({ retry: { attempts: 11 } }),
    "attempts that are no number": () => ({ retry: { attempts: NaN } }),
    "attempts that are text": () => ({ retry: { attempts: "3" } }),
    "no delay": () => ({ retry: { baseDelay: 0 } }),
    "an endless delay": () => ({ retry: { maxDelay: Infinity } }),
    "no time": () => ({ timeout: 0 }),
    "time that is text": () => ({ timeout: text }),
    "an endpoint without TLS": () => ({ endpoint: `http://${canary}host.example.org` }),
    "an endpoint that is no URL": () => ({ endpoint: text }),
    "an endpoint with a password": () => ({ endpoint: `https://user:${text}@example.org` }),
    "a key for a browser": () => ({ credentials: Credentials.ApiKey(`seam_pk_${text}`) }),
    "a key with a line break": () => ({ credentials: Credentials.ApiKey(`seam_${text}\r\nx: y`) }),
    "a key that is no text": () => ({ credentials: { _tag: "ApiKey", token: Redacted.make(7) } }),
    "no credentials": () => ({ credentials: undefined }),
    "credentials that are null": () => ({ credentials: null }),
    "credentials that can't be touched": () => ({ credentials: untouchable() }),
    "an endpoint that can't be touched": () => ({ endpoint: untouchable() }),
    "a limit that can't be touched": () => ({ timeout: untouchable() }),
    "retries that can't be touched": () => ({ retry: untouchable() })
  })
}
