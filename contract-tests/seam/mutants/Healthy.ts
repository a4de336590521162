/**
 * A small healthy server, taken apart into its steps, so that a mutant can replace one of them. It is written from the
 * recorded contract and the readings, and shares no code with `src/` nor with the oracle.
 *
 * @module
 */
import type { WireSession, Workspace, World } from "../world.ts"

/** A filter as the server has understood it. */
export type Query = { readonly [parameter: string]: string | boolean | null }

/** An answer that is no list. */
export class Refusal {
  /** `problems` are by parameter. */
  constructor(
    readonly status: number,
    readonly type: string,
    readonly problems?: { readonly [parameter: string]: string }
  ) {}
}

/** What the server does, one step after the other. */
export interface Steps {
  /** Whose workspace a request may see. */
  admit: (headers: Headers, world: World) => Workspace | Refusal
  /** The parameters of a request, whatever their types. */
  read: (request: Request) => Promise<unknown>
  /** The filter that the parameters make. */
  understand: (parameters: unknown) => Query | Refusal
  /** Whether two ids are the same. */
  sameId: (asked: string, stored: string) => boolean
  /** Whether two user identifier keys are the same. */
  sameKey: (asked: string, stored: string) => boolean
  /** Whether one parameter holds for a session. */
  holds: (parameter: string, value: string | boolean | null, session: WireSession, steps: Steps) => boolean
  /** The sessions that a filter asks for. */
  select: (query: Query, workspace: Workspace, steps: Steps, world: World) => ReadonlyArray<WireSession>
  /** Their order. */
  order: (sessions: ReadonlyArray<WireSession>) => ReadonlyArray<WireSession>
  /** A session as it is sent. */
  render: (session: WireSession, workspace: Workspace) => WireSession
  /** An answer to a request that was right. */
  succeed: (sessions: ReadonlyArray<WireSession>, requestId: string) => Response
  /** An answer to one that was not. */
  refuse: (refusal: Refusal, requestId: string) => Response
  /** The name of an answer. */
  requestId: (count: number) => string
}

const text = ["client_session_id", "connect_webview_id", "user_identifier_key", "user_identity_id"]
const nullable = ["connect_webview_id", "user_identity_id"]
const flag = "without_user_identifier_key"
const idForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The strings in a field, be it one or a list. */
export const stringsIn = (session: WireSession, field: string): ReadonlyArray<string> => {
  const value = session[field]
  const list: ReadonlyArray<unknown> = Array.isArray(value) ? value : [value]
  return list.filter((item): item is string => typeof item === "string")
}

const nanoseconds = (session: WireSession): bigint => {
  const [time = ""] = stringsIn(session, "created_at")
  const [, fraction = ""] = /\.(\d+)/.exec(time) ?? []
  return BigInt(Date.parse(time.slice(0, 19) + "Z")) * 1_000_000n + BigInt(fraction.padEnd(9, "0"))
}

/** The steps of a server without a fault. */
export const healthy: Steps = {
  admit: (headers, { workspaces }) => {
    const [, secret] = /^Bearer (.+)$/.exec(headers.get("authorization") ?? "") ?? []
    const id = headers.get("seam-workspace")
    return workspaces.find(({ api_key, personal_access_token, workspace_id }) =>
      api_key === secret || (personal_access_token === secret && workspace_id === id)
    ) ?? new Refusal(401, "unauthorized")
  },

  read: (request) => {
    if (request.method === "GET") {
      const parameters: { [name: string]: unknown } = Object.fromEntries(new URL(request.url).searchParams)
      for (const name of nullable) if (parameters[name] === "") parameters[name] = null
      const words = new Map<unknown, boolean>([["true", true], ["false", false]])
      const query = flag in parameters ? { ...parameters, [flag]: words.get(parameters[flag]) } : parameters
      return Promise.resolve(query)
    }
    if (request.method !== "POST") return Promise.resolve(new Refusal(405, "method_not_allowed"))
    if (!/^application\/json *(;|$)/.test(request.headers.get("content-type") ?? "")) {
      return Promise.resolve(new Refusal(400, "invalid_content_type"))
    }
    return request.text().then(JSON.parse).catch(() => new Refusal(400, "invalid_json"))
  },

  understand: (parameters) => {
    if (typeof parameters !== "object" || parameters === null || Array.isArray(parameters)) {
      return new Refusal(400, "invalid_input")
    }
    const query: { [parameter: string]: string | boolean | null } = {}
    for (const [name, value] of Object.entries(parameters)) {
      if (value === null && nullable.includes(name)) query[name] = null
      else if (text.includes(name)) {
        if (typeof value !== "string" || value === "") {
          return new Refusal(400, "invalid_input", { [name]: `Expected string, received ${typeof value}` })
        }
        query[name] = value
      } else if (name === flag) {
        if (typeof value !== "boolean") {
          return new Refusal(400, "invalid_input", { [name]: `Expected boolean, received ${typeof value}` })
        }
        query[name] = value
      }
    }
    return query
  },

  sameId: (asked, stored) =>
    asked === stored ||
    (asked.toLowerCase() === stored.toLowerCase() && idForm.test(asked) && idForm.test(stored)),

  sameKey: (asked, stored) => asked === stored,

  holds: (parameter, value, session, { sameId, sameKey }) => {
    if (typeof value === "boolean") return !value || session["user_identifier_key"] === null
    if (value === null) {
      const fields = parameter === "connect_webview_id" ? ["connect_webview_ids"] : [parameter, `${parameter}s`]
      return fields.every((field) => stringsIn(session, field).length === 0)
    }
    switch (parameter) {
      case "user_identifier_key":
        return stringsIn(session, parameter).some((stored) => sameKey(value, stored))
      case "connect_webview_id":
        return stringsIn(session, "connect_webview_ids").some((stored) => sameId(value, stored))
      case "user_identity_id":
        return ["user_identity_id", "user_identity_ids"].flatMap((field) => stringsIn(session, field))
          .some((stored) => sameId(value, stored))
      default:
        return stringsIn(session, parameter).some((stored) => sameId(value, stored))
    }
  },

  select: (query, { sessions }, steps) =>
    sessions.filter((session) =>
      Object.entries(query).every(([parameter, value]) => steps.holds(parameter, value, session, steps))
    ),

  order: (sessions) =>
    sessions.map((session) => ({ session, at: nanoseconds(session), id: String(session["client_session_id"]) }))
      .sort((a, b) => a.at > b.at ? -1 : a.at < b.at ? 1 : a.id < b.id ? -1 : 1)
      .map(({ session }) => session),

  render: (session) => session,

  succeed: (sessions, requestId) =>
    Response.json({ client_sessions: sessions, ok: true }, { headers: { "seam-request-id": requestId } }),

  refuse: ({ problems, status, type }, requestId) => {
    const validation_errors = problems &&
      Object.fromEntries(Object.entries(problems).map(([name, problem]) => [name, { _errors: [problem] }]))
    const error = { type, message: `The request was refused: ${type}`, ...(problems && { validation_errors }) }
    return Response.json({ ok: false, error }, { status, headers: { "seam-request-id": requestId } })
  },

  requestId: (count) => `request-${count}`
}

/** Answers requests, as long as it lives. */
export type Server = (request: Request) => Promise<Response>

/** The server that some steps make over a world. */
export const serve = (steps: Steps, world: World): Server => {
  let count = 0
  return async (request) => {
    const requestId = steps.requestId(++count)
    const workspace = steps.admit(request.headers, world)
    if (workspace instanceof Refusal) return steps.refuse(workspace, requestId)
    const parameters = await steps.read(request)
    if (parameters instanceof Refusal) return steps.refuse(parameters, requestId)
    const query = steps.understand(parameters)
    if (query instanceof Refusal) return steps.refuse(query, requestId)
    const sessions = steps.order(steps.select(query, workspace, steps, world))
    return steps.succeed(sessions.map((session) => steps.render(session, workspace)), requestId)
  }
}
