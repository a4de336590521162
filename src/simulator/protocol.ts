/**
 * What Seam answers, as far as it is known: who may ask, what may be asked, and the words of a refusal.
 *
 * Sources: the recorded contract, the vendor's SDK, and the routes next to this one in the vendor's own fake server.
 *
 * @module
 */
import * as Result from "effect/Result"
import { ListFilter } from "../ListFilter.ts"
import type { Workspace } from "./Workspace.ts"

/** An answer that is not a list. */
export interface Reply {
  /** From 200 to 599. */
  readonly status: number
  /** Beside the request id. */
  readonly headers: Readonly<Record<string, string>>
  /** To the letter. */
  readonly body: string
  /** Whether the request id is left out. */
  readonly anonymous?: boolean
}

/** The headers of JSON. */
export const json: Readonly<Record<string, string>> = { "content-type": "application/json; charset=utf-8" }

/** A refusal in the error envelope. `details` are further members of `error`. */
export const refuse = (status: number, type: string, message: string, details: object = {}): Reply => ({
  status,
  headers: json,
  body: JSON.stringify({ ok: false, error: { type, message, ...details } })
})

/** A host that no URL can have: RFC 9112 section 3.2 wants 400. */
export const badUrl: Reply = refuse(400, "invalid_host", "The Host header is not valid")

/** How large the body of a request may be, in bytes: 100 KiB, far more than all filters take. */
export const maxBodyBytes = 102_400

/** A body that is larger. */
export const tooLarge: Reply = refuse(413, "payload_too_large", `The body is larger than ${maxBodyBytes} bytes`)

/** A body that ends before it is whole, as when the client leaves. */
export const brokenOff: Reply = refuse(400, "broken_off", "The body is not whole")

/** Any path but that of the operation. */
export const notFound: Reply = refuse(404, "not_found", "There is no such route")

/** Any method but GET and POST. RFC 9110 section 15.5.6 wants `Allow`. */
export const methodNotAllowed: Reply = {
  ...refuse(405, "method_not_allowed", "only GET,POST accepted"),
  headers: { ...json, allow: "GET, POST" }
}

const unauthorized = (message: string, type: string = "unauthorized"): Reply => refuse(401, type, message)

/** The one workspace that the credential opens. */
export const authenticate = <A extends Workspace>(
  workspaces: ReadonlyArray<A>,
  headers: Headers
): Result.Result<A, Reply> => {
  const authorization = headers.get("authorization")
  if (authorization === null) return Result.fail(unauthorized("No Authorization header"))
  const [, token] = /^Bearer (.+)$/.exec(authorization) ?? []
  if (token === undefined) return Result.fail(unauthorized("No token provided"))
  if (token.startsWith("seam_cst")) {
    return Result.fail(refuse(400, "token_auth_not_accepted", "Token auth is not accepted for this request."))
  }
  const workspace = workspaces.find(({ credentials, workspace_id }) =>
    credentials.apiKeys.includes(token) ||
    (workspace_id === headers.get("seam-workspace") &&
      [...credentials.personalAccessTokens ?? [], ...credentials.consoleSessions ?? []].includes(token))
  )
  if (workspace !== undefined) return Result.succeed(workspace)
  return Result.fail(
    token.startsWith("seam_at")
      ? unauthorized("An access token was used instead of an API key", "access_token_used_for_api_key")
      : unauthorized("API Key not found")
  )
}

const badJson: Reply = {
  status: 400,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body: "Invalid JSON",
  anonymous: true
}

const parseJson = (text: string): Result.Result<unknown, Reply> =>
  Result.try({ try: (): unknown => JSON.parse(text), catch: () => badJson })

const booleans = new Map<string, unknown>([["true", true], ["false", false]])

// The filters that may be `null`: "not associated with one".
const nullable: ReadonlyArray<keyof ListFilter> = ["connect_webview_id", "user_identity_id"]

const valueOf = (name: keyof ListFilter, text: string): unknown => {
  if (name === "without_user_identifier_key") return booleans.get(text) ?? text
  return text === "" && nullable.includes(name) ? null : text
}

// In a query everything is text, `null` is an empty one (as the vendor's SDK writes it), and a parameter given twice is
// a list.
const fromQuery = (query: URLSearchParams): unknown =>
  Object.fromEntries(ListFilter.names.flatMap((name): Array<[string, unknown]> => {
    const [value, ...more] = query.getAll(name)
    if (value === undefined) return []
    if (more.length > 0) return [[name, [value, ...more]]]
    return [[name, valueOf(name, value)]]
  }))

/** What the request asks for, before anybody has looked whether it makes sense. */
export const parameters = (request: Request, body: string): Result.Result<unknown, Reply> => {
  if (request.method === "GET") return Result.succeed(fromQuery(new URL(request.url).searchParams))
  if (body === "") return Result.succeed({})
  if (request.headers.get("content-type")?.includes("application/json") === true) return parseJson(body)
  return Result.fail(
    refuse(400, "invalid_content_type", "POST requests must have Content-Type header with \"application/json\"")
  )
}

const typeOf = (value: unknown): string => value === null ? "null" : Array.isArray(value) ? "array" : typeof value

const complaint = (name: keyof ListFilter, value: unknown): string | undefined => {
  if (value === null && nullable.includes(name)) return undefined
  const expected = name === "without_user_identifier_key" ? "boolean" : "string"
  if (typeOf(value) !== expected) return `Expected ${expected}, received ${typeOf(value)}`
  return value === "" ? "String must contain at least 1 character(s)" : undefined
}

const invalidInput = (messages: ReadonlyArray<string>, validation_errors: object): Reply =>
  refuse(
    400,
    "invalid_input",
    messages.length === 1 ? messages.join() : `${messages.length} Input Errors: ${messages.join(", ")}`,
    { validation_errors }
  )

/** The filter that the parameters are. Unknown ones are ignored. */
export const validate = (input: unknown): Result.Result<ListFilter, Reply> => {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    const message = `Expected object, received ${typeOf(input)}`
    return Result.fail(invalidInput([message], { _errors: [message] }))
  }
  const given = Object.entries(input).flatMap(([key, value]) => {
    const name = ListFilter.names.find((name) => name === key)
    return name === undefined ? [] : [{ name, value, complaint: complaint(name, value) }]
  })
  const wrong = given.filter(({ complaint }) => complaint !== undefined)
  return wrong.length === 0
    ? Result.succeed(Object.fromEntries(given.map(({ name, value }) => [name, value])))
    : Result.fail(invalidInput(
      wrong.map(({ name, complaint }) => `${complaint} for "${name}"`),
      { _errors: [], ...Object.fromEntries(wrong.map(({ name, complaint }) => [name, { _errors: [complaint] }])) }
    ))
}
