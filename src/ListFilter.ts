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
 * ```
 *
 * @module
 */
import * as Result from "effect/Result"
import type { ClientSession } from "./ClientSession.ts"
import * as Problems from "./internal/problems.ts"

/**
 * Which sessions to list. All filters given must hold; none at all lists every session of the workspace.
 *
 * A filter is never widened: an empty string, an explicit `undefined` or an unknown name is refused before anything is
 * sent, since each of them would otherwise list somebody else's sessions.
 *
 * Source: the recorded contract, the request body of `POST /client_sessions/list`.
 */
export interface ListFilter {
  /** Only the session with this ID. */
  readonly client_session_id?: string
  /** Only sessions of this Connect Webview. */
  readonly connect_webview_id?: string
  /** Only sessions of the user whom you know by this ID. Compared exactly. */
  readonly user_identifier_key?: string
  /** Only sessions of this user identity, be it in `user_identity_id` or in the deprecated `user_identity_ids`. */
  readonly user_identity_id?: string
  /** `true`: only sessions without a user identifier key. `false`: no constraint. */
  readonly without_user_identifier_key?: boolean
}

/** What a filter looks at: a decoded session and one on the wire both have it. */
export type Filterable = Pick<
  ClientSession,
  "client_session_id" | "connect_webview_ids" | "user_identifier_key" | "user_identity_id" | "user_identity_ids"
>

const names: ReadonlyArray<keyof ListFilter> = [
  "client_session_id",
  "connect_webview_id",
  "user_identifier_key",
  "user_identity_id",
  "without_user_identifier_key"
]

const refuse = (path: string, expected: string): Result.Result<never, ReadonlyArray<Problems.Problem>> =>
  Result.fail([{ path, expected }])

const validate = (input: unknown): Result.Result<ListFilter, ReadonlyArray<Problems.Problem>> => {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return refuse("", "an object with filters")
  // Only what an object says of itself counts. A Map, a class instance or an inherited property could look like no
  // filter at all, and "no filter" lists everything.
  const prototype: unknown = Object.getPrototypeOf(input)
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return refuse("", "a plain object with filters")
  for (const key in input) {
    if (!Object.hasOwn(input, key)) return refuse(Problems.showKey(key), "a property of the filter itself")
  }
  const problems: Array<Problems.Problem> = []
  const filter: { -readonly [Name in keyof ListFilter]: ListFilter[Name] } = {}
  for (const key of Reflect.ownKeys(input)) {
    const name = names.find((name) => name === key)
    if (name === undefined) return refuse(Problems.showKey(key), `one of the filters ${names.join(", ")}`)
    const property = Object.getOwnPropertyDescriptor(input, key)
    if (property === undefined || !("value" in property)) return refuse(name, "a value, not an accessor")
    const value: unknown = property.value
    if (name === "without_user_identifier_key") {
      if (typeof value === "boolean") filter[name] = value
      else problems.push({ path: name, expected: "boolean" })
    } else if (typeof value === "string" && value !== "") filter[name] = value
    else problems.push({ path: name, expected: "a non-empty string" })
  }
  return problems.length > 0 ? Result.fail(problems) : Result.succeed(filter)
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

// RFC 9562 section 4: UUIDs are read without regard to case. Other identifiers are compared as they are.
const sameId = (a: string, b: string): boolean =>
  a === b || (uuid.test(a) && uuid.test(b) && a.toLowerCase() === b.toLowerCase())

const matches = (filter: ListFilter, session: Filterable): boolean => {
  const { client_session_id, connect_webview_id, user_identifier_key, user_identity_id } = filter
  return (client_session_id === undefined || sameId(client_session_id, session.client_session_id)) &&
    (connect_webview_id === undefined || session.connect_webview_ids.some((id) => sameId(connect_webview_id, id))) &&
    (user_identifier_key === undefined || user_identifier_key === session.user_identifier_key) &&
    (user_identity_id === undefined ||
      (session.user_identity_id !== undefined && sameId(user_identity_id, session.user_identity_id)) ||
      (session.user_identity_ids ?? []).some((id) => sameId(user_identity_id, id))) &&
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
  readonly validate: (input: unknown) => Result.Result<ListFilter, ReadonlyArray<Problems.Problem>>
  /**
   * Whether a session is one that the filter asks for.
   *
   * IDs that are both UUIDs compare without regard to case, other IDs and the user identifier key exactly.
   */
  readonly matches: (filter: ListFilter, session: Filterable) => boolean
} = { names, validate, matches }
