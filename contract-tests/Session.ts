/**
 * A session as the contract checks see it: what the filters look at, read liberally out of whatever a target sends.
 * Whether the target sends it as the contract declares is `response_schema_conformance`'s business.
 *
 * @module
 */

/** What a filter looks at, and what tells workspaces, order and expiry apart. */
export interface Session {
  /** The session's own id. */
  readonly client_session_id: string
  /** Its Connect Webviews; none when the target sends no list. */
  readonly connect_webview_ids: ReadonlyArray<string>
  /** The user's key; `null` when the target sends none. */
  readonly user_identifier_key: string | null
  /** The user's identity. */
  readonly user_identity_id?: string
  /** The user's identities, in the deprecated list. */
  readonly user_identity_ids?: ReadonlyArray<string>
  /** The workspace that it belongs to. */
  readonly workspace_id?: string
  /** When it was created, as on the wire. */
  readonly created_at?: string
  /** When it expires, as on the wire. */
  readonly expires_at?: string
}

/** The filters, by the contract's names. */
export interface Filter {
  /** Only the session with this id. */
  readonly client_session_id?: string
  /** Only sessions of this Connect Webview; `null`, only those without one. */
  readonly connect_webview_id?: string | null
  /** Only sessions of this user. */
  readonly user_identifier_key?: string
  /** Only sessions of this user identity; `null`, only those without one. */
  readonly user_identity_id?: string | null
  /** Only sessions without a user's key. */
  readonly without_user_identifier_key?: boolean
}

/** The name of a filter. */
export type Parameter = keyof Filter

/** The name of a filter whose value is a string. */
export type TextParameter = Exclude<Parameter, "without_user_identifier_key">

/** The names of the filters whose value is a string, in the contract's order. */
export const textParameters: ReadonlyArray<TextParameter> = [
  "client_session_id",
  "connect_webview_id",
  "user_identifier_key",
  "user_identity_id"
]

/** The names of the filters that may be `null` since 2026-08: "not associated with one". */
export const nullableParameters: ReadonlyArray<TextParameter> = ["connect_webview_id", "user_identity_id"]

/** The names of all filters, in the contract's order. */
export const parameters: ReadonlyArray<Parameter> = [...textParameters, "without_user_identifier_key"]

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const strings = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : []

/** Reads one session. Without a string for an id it is none. */
export const read = (value: unknown): Session | undefined => {
  if (!isRecord(value)) return undefined
  const id = value["client_session_id"]
  if (typeof id !== "string") return undefined
  const key = value["user_identifier_key"]
  const text = <K extends string>(name: K): { readonly [_ in K]?: string } => {
    const field = value[name]
    const found: { [_ in K]?: string } = {}
    if (typeof field === "string") found[name] = field
    return found
  }
  return {
    client_session_id: id,
    connect_webview_ids: strings(value["connect_webview_ids"]),
    user_identifier_key: typeof key === "string" ? key : null,
    user_identity_ids: strings(value["user_identity_ids"]),
    ...text("user_identity_id"),
    ...text("workspace_id"),
    ...text("created_at"),
    ...text("expires_at")
  }
}

/** Reads the sessions of a response body; `undefined` when it holds no list of sessions. */
export const readList = (body: unknown): ReadonlyArray<Session> | undefined => {
  if (!isRecord(body) || !Array.isArray(body["client_sessions"])) return undefined
  const sessions: Array<Session> = []
  for (const item of body["client_sessions"]) {
    const session = read(item)
    if (session === undefined) return undefined
    sessions.push(session)
  }
  return sessions
}

/** The live tokens in a response body, by session id: only ever used as credentials that must be refused. */
export const readTokens = (body: unknown): ReadonlyMap<string, string> => {
  const tokens = new Map<string, string>()
  if (!isRecord(body) || !Array.isArray(body["client_sessions"])) return tokens
  for (const item of body["client_sessions"]) {
    if (isRecord(item) && typeof item["client_session_id"] === "string" && typeof item["token"] === "string") {
      tokens.set(item["client_session_id"], item["token"])
    }
  }
  return tokens
}

/** The ids of some sessions, in their order. */
export const ids = (sessions: Iterable<Session>): ReadonlyArray<string> =>
  Array.from(sessions, (session) => session.client_session_id)

/** A filter of one parameter. */
export const single = (parameter: Parameter, value: string | boolean | null): Filter => ({ [parameter]: value })
