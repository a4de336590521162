/**
 * The five filters of the operation: what may be sent, and what each one means for a session.
 *
 * ```ts
 * import { ListFilter } from "@seam-effect/client-sessions"
 *
 * const session = {
 *   client_session_id: "a083ce0f-8b03-4081-ac9a-1ad2ce6aaabc",
 *   connect_webview_ids: [],
 *   user_identifier_key: "jane_doe"
 * }
 *
 * console.log(ListFilter.matches({ user_identifier_key: "jane_doe" }, session)) // true
 * console.log(ListFilter.matches({ without_user_identifier_key: true }, session)) // false
 * console.log(ListFilter.matches({ connect_webview_id: null }, session)) // true
 * ```
 *
 * @module
 */
import * as Result from "effect/Result"
import type { SeamProblem } from "./internal/problems.ts"

/**
 * Which sessions to list. All filters given must hold; none at all lists every session of the workspace.
 *
 * A filter is never widened: an empty string, an explicit `undefined` or an unknown name is refused before anything is
 * sent, since each of them would otherwise list somebody else's sessions.
 *
 * Source: the recorded contract, the request body of `POST /client_sessions/list`; `null`, from the vendor's document of
 * 2026-08.
 */
export interface ListFilter {
  /** Only the session with this ID. */
  readonly client_session_id?: string
  /** Only sessions of this Connect Webview. `null`: only sessions that are not associated with one. */
  readonly connect_webview_id?: string | null
  /** Only sessions of the user whom you know by this ID. Compared exactly. */
  readonly user_identifier_key?: string
  /**
   * Only sessions of this user identity, be it in `user_identity_id` or in the deprecated `user_identity_ids`.
   * `null`: only sessions that are not associated with one.
   */
  readonly user_identity_id?: string | null
  /** `true`: only sessions without a user identifier key. `false`: no constraint. */
  readonly without_user_identifier_key?: boolean
}

/** What a filter looks at: a decoded session and one on the wire both have it. */
export interface ListFilterable {
  /** Compared with the filter of the same name. */
  readonly client_session_id: string
  /** Searched for `connect_webview_id`; empty for a session that is not associated with a webview. */
  readonly connect_webview_ids: ReadonlyArray<string>
  /** Compared with the filter of the same name; `null` for a session without one. */
  readonly user_identifier_key: string | null
  /** Compared with the filter of the same name. Missing or `null`: no identity here. */
  readonly user_identity_id?: string | null
  /** Searched for `user_identity_id`. Missing, `null` or empty: no identity here. */
  readonly user_identity_ids?: ReadonlyArray<string> | null
}

const names: ReadonlyArray<keyof ListFilter> = [
  "client_session_id",
  "connect_webview_id",
  "user_identifier_key",
  "user_identity_id",
  "without_user_identifier_key"
]

type Validated = Result.Result<ListFilter, ReadonlyArray<SeamProblem>>

const refuse = (path: string, expected: string): Validated => Result.fail([{ path, expected }])

/** Whether so many letters at most have to be added, removed or exchanged to make one word of the other (Levenshtein). */
const isNear = (a: string, b: string, most: number): boolean =>
  most >= 0 && (a === b || (a[0] !== undefined && a[0] === b[0]
    ? isNear(a.slice(1), b.slice(1), most)
    : isNear(a.slice(1), b, most - 1) || isNear(a, b.slice(1), most - 1) || isNear(a.slice(1), b.slice(1), most - 1)))

/**
 * A key as an error may show it: a misspelt name of ours, in snake or camel case. Any other is `?`, since it may be a
 * value in the wrong place.
 */
const showKey = (key: PropertyKey): string =>
  typeof key === "string" && key.length < 32 &&
    names.some((name) => isNear(key.replace(/[A-Z]/g, "_$&").toLowerCase(), name, 3))
    ? key
    : "?"

const notPlain = "a plain object with filters"
const ownProperty = "a property of the filter itself"

const check = (input: unknown): Validated => {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return refuse("", notPlain)
  // Only what an object says of itself counts. A Map, a class instance or an inherited property could look like no
  // filter at all, and "no filter" lists everything.
  const prototype: unknown = Object.getPrototypeOf(input)
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return refuse("", notPlain)
  for (const key in input) {
    if (!Object.hasOwn(input, key)) return refuse(showKey(key), ownProperty)
  }
  const problems: Array<SeamProblem> = []
  // Without a prototype, whose setters and `toJSON` could take a filter away again.
  const filter: { -readonly [Name in keyof ListFilter]: ListFilter[Name] } = Object.create(null)
  for (const key of Reflect.ownKeys(input)) {
    const name = names.find((name) => name === key)
    if (name === undefined) return refuse(showKey(key), `one of the filters ${names.join(", ")}`)
    const property = Object.getOwnPropertyDescriptor(input, key)
    if (property === undefined || !("value" in property)) return refuse(name, "a value, not an accessor")
    const value: unknown = property.value
    const isText = typeof value === "string" && value !== ""
    if (name === "without_user_identifier_key") {
      if (typeof value === "boolean") filter[name] = value
      else problems.push({ path: name, expected: "boolean" })
    } else if (isText) filter[name] = value
    else if (name === "client_session_id" || name === "user_identifier_key") {
      problems.push({ path: name, expected: "a non-empty string" })
    } else if (value === null) filter[name] = value
    else problems.push({ path: name, expected: "a non-empty string or null" })
  }
  if (problems.length > 0) return Result.fail(problems)
  // A proxy, or a prototype, may have answers to what it doesn't list.
  const hidden = names.find((name) => Reflect.get(input, name) !== filter[name])
  return hidden === undefined ? Result.succeed(filter) : refuse(hidden, ownProperty)
}

// A proxy may throw at every step.
const validate = (input: unknown): Validated =>
  Result.getOrElse(Result.try(() => check(input)), () => refuse("", notPlain))

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

// RFC 9562 section 4: UUIDs are read without regard to case. Other identifiers are compared as they are.
const sameId = (a: string, b: string): boolean =>
  a === b || (uuid.test(a) && uuid.test(b) && a.toLowerCase() === b.toLowerCase())

/** Whether one of the IDs is the one asked for; for `null`, whether there is none. */
const isAmong = (asked: string | null | undefined, ids: ReadonlyArray<string>): boolean =>
  asked === undefined || (asked === null ? ids.length === 0 : ids.some((id) => sameId(asked, id)))

const matches = (filter: ListFilter, session: ListFilterable): boolean => {
  const { client_session_id, connect_webview_id, user_identifier_key, user_identity_id } = filter
  return (client_session_id === undefined || sameId(client_session_id, session.client_session_id)) &&
    isAmong(connect_webview_id, session.connect_webview_ids) &&
    (user_identifier_key === undefined || user_identifier_key === session.user_identifier_key) &&
    (user_identity_id === undefined ||
      isAmong(user_identity_id, [session.user_identity_id ?? [], session.user_identity_ids ?? []].flat())) &&
    (filter.without_user_identifier_key !== true || session.user_identifier_key === null)
}

/** The filters' names, and their meaning. */
export const ListFilter: {
  /** The five names, in the contract's order. */
  readonly names: ReadonlyArray<keyof ListFilter>
  /**
   * The filter that an unknown value is, or what is wrong with it. `ClientSessions.list` applies it to whatever it is
   * given. The result is a copy that later changes to the input don't reach.
   */
  readonly validate: (input: unknown) => Result.Result<ListFilter, ReadonlyArray<SeamProblem>>
  /**
   * Whether a session is one that the filter asks for.
   *
   * IDs that are both UUIDs compare without regard to case, other IDs and the user identifier key exactly.
   */
  readonly matches: (filter: ListFilter, session: ListFilterable) => boolean
} = { names, validate, matches }
