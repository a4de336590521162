import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import assert from "node:assert/strict"
import type { ClientSessionEncoded } from "../ClientSession.ts"
import { ListFilter } from "../ListFilter.ts"
import { type Fault, Simulator, type Workspace } from "./mod.ts"

const url = "https://connect.getseam.com/client_sessions/list"

const session = (client_session_id: string, more: Partial<ClientSessionEncoded> = {}): ClientSessionEncoded => ({
  client_session_id,
  workspace_id: "w1",
  created_at: "2026-01-01T00:00:00.000000Z",
  expires_at: "2026-01-02T00:00:00.000Z",
  token: "seam_cst1simulated",
  user_identifier_key: "jane_doe",
  device_count: 0,
  connected_account_ids: [],
  connect_webview_ids: [],
  ...more
})

const upper = "A083CE0F-8B03-4081-AC9A-1AD2CE6AAABC"

const first: Workspace = {
  workspace_id: "w1",
  credentials: {
    apiKeys: ["seam_key1"],
    personalAccessTokens: ["seam_at1shared"],
    consoleSessions: ["eyJ.shared.jwt"]
  },
  sessions: [
    session("jane", { connect_webview_ids: ["v1", "v2"], user_identity_id: "i1" }),
    session("jane-2", { connect_webview_ids: ["v2"], user_identity_ids: ["i1", "i2"] }),
    session("omar", { user_identifier_key: "omar", connect_webview_ids: ["v1"] }),
    session("nobody", { user_identifier_key: null, connect_webview_ids: ["v1"], user_identity_ids: [] }),
    session(upper.toLowerCase(), { user_identifier_key: "Jane_Doe" })
  ]
}

const second: Workspace = {
  workspace_id: "w2",
  credentials: {
    apiKeys: ["seam_key2"],
    personalAccessTokens: ["seam_at1shared"],
    consoleSessions: ["eyJ.shared.jwt"]
  },
  sessions: [session("elsewhere", { workspace_id: "w2" })]
}

const make = (...faults: ReadonlyArray<Fault>): Simulator => Simulator.make({ workspaces: [first, second], faults })

const authorized = { authorization: "Bearer seam_key1" }

const post = (body: unknown, headers: Record<string, string> = authorized): Request =>
  new Request(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body)
  })

const get = (query: string): Request => new Request(`${url}?${query}`, { headers: authorized })

const ids = async (response: Response): Promise<ReadonlyArray<string>> => {
  assert.equal(response.status, 200)
  const body: { readonly client_sessions: ReadonlyArray<ClientSessionEncoded>; readonly ok: boolean } = await response
    .json()
  assert.equal(body.ok, true)
  return body.client_sessions.map(({ client_session_id }) => client_session_id)
}

const all = [upper.toLowerCase(), "jane", "jane-2", "nobody", "omar"]

const rejection = async (response: Response) => {
  assert.match(response.headers.get("content-type") ?? "", /^application\/json/)
  assert.match(response.headers.get("seam-request-id") ?? "", /./)
  const { error, ok } = await response.json()
  assert.equal(ok, false)
  return { status: response.status, ...error }
}

Deno.test("fetch() answers with the documented session, in the documented shape", async () => {
  const simulator = Simulator.make({ workspaces: [Simulator.documented] })
  const id = "a083ce0f-8b03-4081-ac9a-1ad2ce6aaabc"
  const response = await simulator.fetch(
    post({ client_session_id: id }, { authorization: "Bearer seam_sim1documented" })
  )
  assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8")
  assert.deepEqual(await response.json(), {
    client_sessions: [{
      client_session_id: id,
      connect_webview_ids: ["e0f522d4-a7b6-4f65-ba90-11cde67a893a"],
      connected_account_ids: ["c35ecf64-474a-466a-95a6-7b35cb4c8bb4"],
      created_at: "2025-06-15T16:54:17.946309Z",
      customer_id: "e387e15f-be27-47ad-881f-4a6fc5460c57",
      device_count: 1,
      expires_at: "2025-06-18T06:10:42.000Z",
      token: "seam_cst1891oqCmD_6dBwV8PJ2Fsoe9dWYVyMfVHq",
      user_identifier_key: "jane_doe",
      user_identity_id: "b4ce8233-3b35-4d2d-82ec-d48513684f0a",
      workspace_id: "b887bf84-9849-4454-a562-cf84293d9781"
    }],
    ok: true
  })
})

const filters: ReadonlyArray<readonly [meaning: string, filter: ListFilter, expected: ReadonlyArray<string>]> = [
  ["nothing lists all, expired ones too", {}, all],
  ["client_session_id", { client_session_id: "omar" }, ["omar"]],
  ["UUIDs compare without case", { client_session_id: upper }, [upper.toLowerCase()]],
  ["other IDs compare exactly", { client_session_id: "OMAR" }, []],
  ["connect_webview_id", { connect_webview_id: "v1" }, ["jane", "nobody", "omar"]],
  ["user_identifier_key compares exactly", { user_identifier_key: "jane_doe" }, ["jane", "jane-2"]],
  ["user_identity_id, present and deprecated", { user_identity_id: "i1" }, ["jane", "jane-2"]],
  ["user_identity_id, deprecated alone", { user_identity_id: "i2" }, ["jane-2"]],
  ["null finds those without a webview", { connect_webview_id: null }, [upper.toLowerCase()]],
  ["null finds those without an identity", { user_identity_id: null }, [upper.toLowerCase(), "nobody", "omar"]],
  ["null beside another filter", { user_identity_id: null, connect_webview_id: "v1" }, ["nobody", "omar"]],
  ["null for both", { connect_webview_id: null, user_identity_id: null }, [upper.toLowerCase()]],
  ["without_user_identifier_key", { without_user_identifier_key: true }, ["nobody"]],
  ["without_user_identifier_key: false is no constraint", { without_user_identifier_key: false }, all],
  ["all filters must hold", { user_identifier_key: "jane_doe", connect_webview_id: "v1" }, ["jane"]],
  ["a key and none contradict", { user_identifier_key: "jane_doe", without_user_identifier_key: true }, []],
  ["an ID that matches nothing", { connect_webview_id: "v9" }, []]
]

for (const [meaning, filter, expected] of filters) {
  Deno.test(`fetch() filters by POST and by GET: ${meaning}`, async () => {
    const simulator = make()
    assert.deepEqual(await ids(await simulator.fetch(post(filter))), expected)
    // The vendor's SDK writes `null` as an empty value.
    const query = new URLSearchParams(Object.entries(filter).map(([name, value]) => [name, String(value ?? "")]))
    assert.deepEqual(await ids(await simulator.fetch(get(query.toString()))), expected)
  })
}

Deno.test("fetch() ignores unknown parameters, and lists all for an empty body", async () => {
  const simulator = make()
  assert.deepEqual(await ids(await simulator.fetch(post({ user: "omar" }))), all)
  assert.deepEqual(await ids(await simulator.fetch(get("_strict=true"))), all)
  assert.deepEqual(await ids(await simulator.fetch(new Request(url, { method: "POST", headers: authorized }))), all)
})

Deno.test("fetch() lists the newest first, to the last digit and across offsets, then by ID", async () => {
  const created = (client_session_id: string, created_at: string) => session(client_session_id, { created_at })
  const workspace = {
    ...first,
    sessions: [
      created("b", "2026-01-01T00:00:00.000001Z"),
      created("a", "2026-01-01T00:00:00.000001000Z"),
      created("older", "2026-01-01T00:00:00Z"),
      created("newest", "2025-12-31T23:00:00.000002-01:00"),
      created("younger", "2026-01-01T00:00:00.00000101Z")
    ]
  }
  const listed = await ids(await Simulator.make({ workspaces: [workspace] }).fetch(post({})))
  assert.deepEqual(listed, ["newest", "younger", "a", "b", "older"])
})

const elsewhere = { "seam-workspace": "w2" }
const admitted: ReadonlyArray<
  readonly [who: string, headers: Record<string, string>, expected: ReadonlyArray<string>]
> = [
  ["an API key of its own workspace", { authorization: "Bearer seam_key2" }, ["elsewhere"]],
  ["an API key whatever workspace is named", { authorization: "Bearer seam_key1", ...elsewhere }, all],
  ["a personal access token with a workspace", { authorization: "Bearer seam_at1shared", ...elsewhere }, ["elsewhere"]],
  ["a console session with a workspace", { authorization: "Bearer eyJ.shared.jwt", ...elsewhere }, ["elsewhere"]]
]

for (const [who, headers, expected] of admitted) {
  Deno.test(`fetch() admits ${who}`, async () => {
    assert.deepEqual(await ids(await make().fetch(post({}, headers))), expected)
  })
}

const refused: ReadonlyArray<
  readonly [who: string, headers: Record<string, string>, status: number, type: string, message: RegExp]
> = [
  ["no credential", {}, 401, "unauthorized", /^No Authorization header$/],
  ["another scheme", { authorization: "Basic seam_key1" }, 401, "unauthorized", /^No token provided$/],
  ["a lower-case scheme", { authorization: "bearer seam_key1" }, 401, "unauthorized", /^No token provided$/],
  ["no token", { authorization: "Bearer" }, 401, "unauthorized", /^No token provided$/],
  ["an unknown key", { authorization: "Bearer seam_key3" }, 401, "unauthorized", /^API Key not found$/],
  ["part of a key", { authorization: "Bearer seam_key" }, 401, "unauthorized", /^API Key not found$/],
  ["a publishable key", { authorization: "Bearer seam_pk1_x" }, 401, "unauthorized", /^API Key not found$/],
  ["a PAT alone", { authorization: "Bearer seam_at1shared" }, 401, "access_token_used_for_api_key", /access token/],
  [
    "a PAT with an unknown workspace",
    { authorization: "Bearer seam_at1shared", "seam-workspace": "w3" },
    401,
    "access_token_used_for_api_key",
    /access token/
  ],
  [
    "an unknown PAT",
    { authorization: "Bearer seam_at1other", "seam-workspace": "w1" },
    401,
    "access_token_used_for_api_key",
    /access token/
  ],
  ["a console session alone", { authorization: "Bearer eyJ.shared.jwt" }, 401, "unauthorized", /^API Key not found$/],
  [
    "a client session token",
    { authorization: "Bearer seam_cst1simulated" },
    400,
    "token_auth_not_accepted",
    /not accepted/
  ]
]

for (const [who, headers, status, type, message] of refused) {
  Deno.test(`fetch() refuses ${who}`, async () => {
    const error = await rejection(await make().fetch(post({}, headers)))
    assert.equal(error.status, status)
    assert.equal(error.type, type)
    assert.match(error.message, message)
  })
}

const invalid: ReadonlyArray<readonly [body: unknown, errors: object]> = [
  [{ client_session_id: 1 }, { client_session_id: { _errors: ["Expected string, received number"] } }],
  [{ client_session_id: null }, { client_session_id: { _errors: ["Expected string, received null"] } }],
  [{ user_identifier_key: null }, { user_identifier_key: { _errors: ["Expected string, received null"] } }],
  [{ without_user_identifier_key: null }, {
    without_user_identifier_key: { _errors: ["Expected boolean, received null"] }
  }],
  [{ connect_webview_id: ["v1"] }, { connect_webview_id: { _errors: ["Expected string, received array"] } }],
  [{ user_identity_id: {} }, { user_identity_id: { _errors: ["Expected string, received object"] } }],
  ...["client_session_id", "connect_webview_id", "user_identifier_key", "user_identity_id"].map(
    (name): [body: unknown, errors: object] => [
      { [name]: "" },
      { [name]: { _errors: ["String must contain at least 1 character(s)"] } }
    ]
  ),
  [{ without_user_identifier_key: "true" }, {
    without_user_identifier_key: { _errors: ["Expected boolean, received string"] }
  }],
  [{ client_session_id: true, user_identity_id: 2, user_identifier_key: "omar" }, {
    client_session_id: { _errors: ["Expected string, received boolean"] },
    user_identity_id: { _errors: ["Expected string, received number"] }
  }]
]

for (const [body, errors] of invalid) {
  Deno.test(`fetch() refuses the filter ${JSON.stringify(body)}`, async () => {
    const error = await rejection(await make().fetch(post(body)))
    assert.equal(error.status, 400)
    assert.equal(error.type, "invalid_input")
    assert.deepEqual(error.validation_errors, { _errors: [], ...errors })
  })
}

for (const body of [null, [], "jane", 1, true]) {
  Deno.test(`fetch() refuses the body ${JSON.stringify(body)}`, async () => {
    const error = await rejection(await make().fetch(post(body)))
    assert.equal(error.status, 400)
    assert.equal(error.type, "invalid_input")
    assert.match(error.validation_errors._errors.join(), /^Expected object, received /)
  })
}

const queries: ReadonlyArray<readonly [query: string, expected: string]> = [
  ["client_session_id=", "String must contain at least 1 character(s)"],
  ["user_identifier_key=", "String must contain at least 1 character(s)"],
  ["without_user_identifier_key=", "Expected boolean, received string"],
  ["connect_webview_id=&connect_webview_id=", "Expected string, received array"],
  ["user_identifier_key=a&user_identifier_key=b", "Expected string, received array"],
  ["without_user_identifier_key=1", "Expected boolean, received string"]
]

for (const [query, expected] of queries) {
  Deno.test(`fetch() refuses the query ${query}`, async () => {
    const error = await rejection(await make().fetch(get(query)))
    assert.equal(error.status, 400)
    assert.match(error.message, new RegExp(`^${RegExp.escape(expected)} for `))
  })
}

Deno.test("fetch() refuses JSON that doesn't parse in plain text, without a request id", async () => {
  const headers = { ...authorized, "content-type": "application/json" }
  const response = await make().fetch(new Request(url, { method: "POST", headers, body: "{" }))
  assert.equal(response.status, 400)
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain/)
  assert.equal(response.headers.get("seam-request-id"), null)
  assert.equal(await response.text(), "Invalid JSON")
})

Deno.test("fetch() refuses a body that isn't JSON", async () => {
  const response = await make().fetch(new Request(url, { method: "POST", headers: authorized, body: "user=omar" }))
  assert.deepEqual(await rejection(response).then(({ status, type }) => [status, type]), [400, "invalid_content_type"])
})

for (const method of ["PUT", "PATCH", "DELETE"]) {
  Deno.test(`fetch() refuses ${method}`, async () => {
    const response = await make().fetch(new Request(url, { method, headers: authorized }))
    assert.equal(response.headers.get("allow"), "GET, POST")
    assert.deepEqual(await rejection(response).then(({ status, type }) => [status, type]), [405, "method_not_allowed"])
  })
}

Deno.test("fetch() knows no other path", async () => {
  for (const path of ["/", "/client_sessions", "/client_sessions/list/", "/devices/list"]) {
    const response = await make().fetch(new Request(new URL(path, url), { headers: authorized }))
    assert.deepEqual(await rejection(response).then(({ status, type }) => [status, type]), [404, "not_found"])
  }
})

Deno.test("fetch() gives each answer a UUID of its own for a request id, the same in every run", async () => {
  const run = async () => {
    const simulator = make()
    const answers = [
      await simulator.fetch(post({})),
      await simulator.fetch(post({}, {})),
      await simulator.fetch(get(""))
    ]
    return answers.map(({ headers }) => headers.get("seam-request-id"))
  }
  const requestIds = await run()
  assert.deepEqual(requestIds, [1, 2, 3].map((count) => `00000000-0000-4000-8000-00000000000${count}`))
  assert.ok(requestIds.every(uuid))
  assert.deepEqual(await run(), requestIds)
})

Deno.test("fetch() streams a large list in chunks and stops when the reader does", async () => {
  let read = 0
  const sessions = Array.from({ length: 5000 }, (_, index) => ({
    ...session(`s${index}`),
    get device_count() {
      return ++read
    }
  }))
  const simulator = Simulator.make({ workspaces: [{ ...first, sessions }] })
  const reader = (await simulator.fetch(post({}))).body?.getReader()
  const { value } = await reader?.read() ?? {}
  assert.ok(value !== undefined && value.byteLength < 100_000)
  await reader?.cancel()
  assert.ok(read > 0 && read < 1000, `${read} sessions were made for one chunk`)
})

Deno.test("requests holds what was sent, and prints no secret and no filter value", async () => {
  const simulator = make()
  await simulator.fetch(post({ user_identifier_key: "somebody", other: 1 }))
  await simulator.fetch(get("client_session_id=somebody&_strict=true"))
  const [posted, got] = simulator.requests
  assert.ok(posted !== undefined && got !== undefined)
  assert.deepEqual(
    [posted.method, posted.path, posted.filters, posted.headerNames],
    ["POST", "/client_sessions/list", ["user_identifier_key"], ["authorization", "content-type"]]
  )
  assert.deepEqual([got.method, got.path, got.filters], ["GET", "/client_sessions/list", ["client_session_id"]])
  assert.equal(Redacted.value(posted.sent).headers.get("authorization"), "Bearer seam_key1")
  assert.equal(Redacted.value(posted.sent).body, "{\"user_identifier_key\":\"somebody\",\"other\":1}")
  assert.match(Redacted.value(got.sent).url, /client_session_id=somebody/)
  assert.doesNotMatch(Deno.inspect(simulator, { depth: 10 }) + JSON.stringify(simulator), /seam_key1|somebody/)
})

Deno.test("requests keeps the last 1,000", async () => {
  const simulator = make()
  for (let index = 0; index < 1005; index++) await simulator.fetch(get(`_index=${index}`))
  assert.equal(simulator.requests.length, 1000)
  const [oldest] = simulator.requests
  assert.match(oldest === undefined ? "" : Redacted.value(oldest.sent).url, /_index=5$/)
})

Deno.test("requests keeps no more than 8 MiB", async () => {
  const simulator = make()
  const body = { user: "x".repeat(100_000) }
  for (let index = 0; index < 100; index++) await simulator.fetch(post(body))
  const kept = simulator.requests.map(({ sent }) => Redacted.value(sent).body.length)
  assert.equal(kept.at(-1), JSON.stringify(body).length)
  assert.ok(kept.length > 75 && kept.length < 84, `${kept.length} requests`)
})

/** A body that tells how much of it was read, and whether it was let go. */
const counted = (chunk: string, chunks: number) => {
  const seen = { read: 0, isCancelled: false }
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => {
      if (seen.read++ === chunks) return controller.close()
      controller.enqueue(new TextEncoder().encode(chunk))
    },
    cancel: () => void (seen.isCancelled = true)
  }, { highWaterMark: 0 })
  return { body, seen }
}

const json = { "content-type": "application/json" }

const unread: ReadonlyArray<
  readonly [what: string, to: string, init: RequestInit, status: number, read: number]
> = [
  ["to another path", "/elsewhere", { headers: { ...authorized, ...json } }, 404, 0],
  ["without a credential", "/client_sessions/list", { headers: json }, 401, 0],
  ["with a wrong credential", "/client_sessions/list", { headers: { authorization: "Bearer x" } }, 401, 0],
  ["by another method", "/client_sessions/list", { headers: authorized, method: "PUT" }, 405, 0],
  [
    "with a body that says it is too large",
    "/client_sessions/list",
    { headers: { ...authorized, ...json, "content-length": "102401" } },
    413,
    0
  ],
  ["with a body that is too large", "/client_sessions/list", { headers: { ...authorized, ...json } }, 413, 101]
]

for (const [what, to, init, status, read] of unread) {
  Deno.test(`fetch() reads no more than it must of a request ${what}`, async () => {
    const simulator = make()
    const { body, seen } = counted("x".repeat(1024), 1_000_000)
    const request = new Request(new URL(to, url), { method: "POST", ...init, body })
    assert.equal((await rejection(await simulator.fetch(request))).status, status)
    assert.equal(seen.read, read)
    assert.equal(seen.isCancelled, read > 0)
    assert.equal(simulator.requests.length, status === 413 ? 1 : 0)
    assert.ok(simulator.requests.every(({ sent }) => Redacted.value(sent).body === ""))
  })
}

Deno.test("fetch() takes a body of 100 KiB", async () => {
  const filter = JSON.stringify({ user_identifier_key: "omar" })
  assert.deepEqual(await ids(await make().fetch(new Request(post({}), { body: filter.padEnd(102_400) }))), ["omar"])
  const error = await rejection(await make().fetch(new Request(post({}), { body: filter.padEnd(102_401) })))
  assert.equal(error.status, 413)
})

Deno.test("fetch() refuses what is nested as deeply as a body has room for", async () => {
  const deep = "[".repeat(50_000) + "]".repeat(50_000)
  const answers = [deep, `{"client_session_id":${deep}}`, `{"user_identity_id":${"{\"a\":".repeat(15_000)}`]
  for (const body of answers) {
    assert.equal((await make().fetch(new Request(post({}), { body }))).status, 400)
  }
  assert.deepEqual(await ids(await make().fetch(new Request(post({}), { body: `{"other":${deep}}` }))), all)
})

Deno.test("fetch() answers 400 to a body that breaks off", async () => {
  const body = new ReadableStream({ start: (controller) => controller.error(new TypeError("reset")) })
  const request = new Request(url, { method: "POST", headers: { ...authorized, ...json }, body })
  assert.equal((await rejection(await make().fetch(request))).status, 400)
})

const spoiled = (fault: Fault, body: unknown = {}): Promise<Response> => make(fault).fetch(post(body))

Deno.test("faults: Answer is any answer, to the letter", async () => {
  for (const status of [200, 204, 205, 302, 304, 418, 500, 599]) {
    const response = await spoiled({ _tag: "Answer", status, headers: { "x-a": "b" }, body: "c" })
    assert.equal(response.status, status)
    assert.equal(response.headers.get("x-a"), "b")
    assert.equal(await response.text(), [204, 205, 304].includes(status) ? "" : "c")
  }
})

Deno.test("faults: RateLimited says when to come back, if at all", async () => {
  for (const retryAfter of ["2", "Wed, 21 Oct 2026 07:28:00 GMT", "soon"]) {
    const response = await spoiled({ _tag: "RateLimited", retryAfter })
    assert.equal(response.headers.get("retry-after"), retryAfter)
    assert.equal((await rejection(response)).status, 429)
  }
  assert.equal((await spoiled({ _tag: "RateLimited" })).headers.get("retry-after"), null)
})

Deno.test("faults: HtmlPage, Redirect and MalformedJson", async () => {
  const html = await spoiled({ _tag: "HtmlPage" })
  assert.deepEqual([html.status, html.headers.get("content-type")], [502, "text/html"])
  assert.match(await html.text(), /^<!doctype html>/)
  const redirect = await spoiled({ _tag: "Redirect", location: "https://example.com/" })
  assert.deepEqual([redirect.status, redirect.headers.get("location")], [307, "https://example.com/"])
  const malformed = await spoiled({ _tag: "MalformedJson" })
  assert.equal(malformed.status, 200)
  await assert.rejects(malformed.json(), SyntaxError)
})

Deno.test("faults: EchoedCredential repeats the credential", async () => {
  const response = await spoiled({ _tag: "EchoedCredential", status: 401 })
  assert.equal(response.status, 401)
  assert.match(await response.text(), /Bearer seam_key1/)
})

Deno.test("faults: TruncatedBody ends early, as if it were whole", async () => {
  assert.equal(await (await spoiled({ _tag: "TruncatedBody" })).text(), "{\"client_sessions\":[")
  assert.equal((await (await spoiled({ _tag: "TruncatedBody", after: 30 })).text()).length, 30)
})

Deno.test("faults: BrokenConnection rejects, or breaks the body", async () => {
  await assert.rejects(spoiled({ _tag: "BrokenConnection" }), TypeError)
  const response = await spoiled({ _tag: "BrokenConnection", after: 30 })
  assert.equal(response.status, 200)
  const reader = response.body?.getReader()
  assert.equal((await reader?.read())?.value?.byteLength, 30)
  await assert.rejects(async () => await reader?.read(), TypeError)
})

Deno.test("faults: Hang never answers, until the request is aborted", async () => {
  const before = new AbortController()
  const unanswered = make({ _tag: "Hang" }).fetch(new Request(post({}), { signal: before.signal }))
  before.abort(new Error("enough"))
  await assert.rejects(unanswered, /enough/)
  const during = new AbortController()
  const response = await make({ _tag: "Hang", after: 10 }).fetch(new Request(post({}), { signal: during.signal }))
  const text = response.text()
  during.abort(new Error("enough"))
  await assert.rejects(text, /enough/)
})

Deno.test("faults: IgnoredFilter ignores one filter, or all", async () => {
  const filter: ListFilter = { user_identifier_key: "jane_doe", connect_webview_id: "v1" }
  assert.deepEqual(await ids(await spoiled({ _tag: "IgnoredFilter" }, filter)), all)
  const one: Fault = { _tag: "IgnoredFilter", filter: "user_identifier_key" }
  assert.deepEqual(await ids(await spoiled(one, filter)), ["jane", "nobody", "omar"])
})

Deno.test("faults: OtherWorkspaces, DuplicatedSessions and WrongField", async () => {
  assert.deepEqual(await ids(await spoiled({ _tag: "OtherWorkspaces" })), [...all, "elsewhere"])
  const twice = await ids(await spoiled({ _tag: "DuplicatedSessions" }, { connect_webview_id: "v2" }))
  assert.deepEqual(twice, ["jane", "jane", "jane-2", "jane-2"])
  const fields = async (fault: Fault) =>
    (await (await spoiled(fault, { client_session_id: "omar" })).json())
      .client_sessions
  const [wrong] = await fields({ _tag: "WrongField", field: "device_count", value: "one" })
  assert.equal(wrong.device_count, "one")
  const [missing] = await fields({ _tag: "WrongField", field: "token" })
  assert.ok(!("token" in missing) && "created_at" in missing)
})

Deno.test("faults: each spoils as many requests as it says, one after the other", async () => {
  const simulator = make({ _tag: "RateLimited", times: 2 }, { _tag: "Answer", status: 500, times: 1 })
  const statuses = []
  for (let index = 0; index < 5; index++) statuses.push((await simulator.fetch(post({}))).status)
  assert.deepEqual(statuses, [429, 429, 500, 200, 200])
})

Deno.test("faults: a function chooses by request", async () => {
  const simulator = Simulator.make({
    workspaces: [first],
    faults: ({ method }) => method === "GET" ? { _tag: "HtmlPage", status: 503 } : undefined
  })
  assert.equal((await simulator.fetch(get(""))).status, 503)
  assert.equal((await simulator.fetch(post({}))).status, 200)
})

const request = HttpClientRequest.post(url).pipe(
  HttpClientRequest.bearerToken("seam_key1"),
  HttpClientRequest.bodyJsonUnsafe({ user_identifier_key: "omar" })
)

const viaLayer = (...faults: ReadonlyArray<Fault>) =>
  HttpClient.execute(request).pipe(
    Effect.flatMap((response) => response.text),
    Effect.provide(make(...faults).layer)
  )

Deno.test("layer answers as fetch does", async () => {
  const text = await Effect.runPromise(viaLayer())
  assert.equal(text, await (await make().fetch(post({ user_identifier_key: "omar" }))).text())
})

Deno.test("layer lets latency pass on the Clock", async () => {
  const program = Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(viaLayer({ _tag: "Latency", duration: "10 minutes" }))
    yield* TestClock.adjust(Duration.minutes(9))
    assert.equal(fiber.pollUnsafe(), undefined)
    yield* TestClock.adjust(Duration.minutes(1))
    return yield* Fiber.join(fiber)
  })
  assert.match(await Effect.runPromise(program.pipe(Effect.provide(TestClock.layer()))), /"omar"/)
})

Deno.test("layer fails with a TransportError when the connection breaks, and with a decoding error when the body does", async () => {
  const before = await Effect.runPromise(Effect.flip(viaLayer({ _tag: "BrokenConnection" })))
  assert.equal(before.reason._tag, "TransportError")
  const during = await Effect.runPromise(Effect.flip(viaLayer({ _tag: "BrokenConnection", after: 30 })))
  assert.equal(during.reason._tag, "DecodeError")
})

Deno.test("layer can be interrupted while nothing comes", async () => {
  for (const fault of [{ _tag: "Hang" }, { _tag: "Hang", after: 10 }] satisfies ReadonlyArray<Fault>) {
    const program = viaLayer(fault).pipe(Effect.timeoutOption("1 minute"))
    const raced = Effect.gen(function*() {
      const fiber = yield* Effect.forkChild(program)
      yield* TestClock.adjust(Duration.minutes(1))
      return yield* Fiber.join(fiber)
    })
    const { _tag } = await Effect.runPromise(raced.pipe(Effect.provide(TestClock.layer())))
    assert.equal(_tag, "None")
  }
})

const uuid = Schema.is(Schema.String.check(Schema.isUUID(4)))

Deno.test("generate() makes the same workspaces from the same seed, and others from another", () => {
  const options = { seed: 7, sessions: 30, workspaces: 2 }
  assert.deepEqual(Simulator.generate(options), Simulator.generate(options))
  assert.notDeepEqual(Simulator.generate(options), Simulator.generate({ ...options, seed: 8 }))
})

Deno.test("generate() makes some sessions, but not all, without a webview and without an identity", () => {
  for (let seed = 0; seed < 100; seed++) {
    for (const { sessions } of Simulator.generate({ seed, sessions: 20, workspaces: 2 })) {
      for (const filter of [{ connect_webview_id: null }, { user_identity_id: null }]) {
        const found = sessions.filter((session) => ListFilter.matches(filter, session)).length
        assert.ok(found > 0 && found < sessions.length, `seed ${seed}: ${found} for ${JSON.stringify(filter)}`)
      }
    }
  }
})

Deno.test("generate() makes workspaces as one finds them", () => {
  const workspaces = Simulator.generate({ sessions: 400, workspaces: 3 })
  assert.equal(new Set(workspaces.map(({ workspace_id }) => workspace_id)).size, 3)
  assert.equal(new Set(workspaces.flatMap(({ credentials }) => credentials.apiKeys)).size, 3)
  for (const { credentials, sessions, workspace_id } of workspaces) {
    assert.equal(sessions.length, 400)
    assert.match(credentials.apiKeys.join(), /^seam_(?!at|cst|pk)/)
    assert.match(credentials.personalAccessTokens?.join() ?? "", /^seam_at/)
    assert.match(credentials.consoleSessions?.join() ?? "", /^ey[^.]+\.[^.]+\.[^.]+$/)
    const having = (which: (session: ClientSessionEncoded) => boolean) => sessions.filter(which).length
    assert.equal(new Set(sessions.map(({ client_session_id }) => client_session_id)).size, 400)
    assert.equal(new Set(sessions.map(({ token }) => token)).size, 400)
    assert.equal(having((session) => session.workspace_id === workspace_id), 400)
    assert.equal(having(({ token }) => token.startsWith("seam_cst1")), 400)
    assert.equal(having(({ created_at }) => /\.\d{6}Z$/.test(created_at)), 400)
    assert.equal(having(({ expires_at }) => /\.\d{3}Z$/.test(expires_at)), 400)
    assert.equal(having(({ client_session_id }) => uuid(client_session_id)), 400)
    for (
      const count of [
        having(({ user_identifier_key }) => user_identifier_key === null),
        having(({ connect_webview_ids }) => connect_webview_ids.length > 1),
        having(({ connect_webview_ids }) => connect_webview_ids.length === 0),
        having(({ user_identity_id }) => user_identity_id === undefined),
        having(({ user_identity_ids }) => user_identity_ids === undefined),
        having(({ user_identity_id, user_identity_ids }) =>
          user_identity_id === undefined && user_identity_ids === undefined
        ),
        having(({ user_identity_id, user_identity_ids }) =>
          user_identity_id === undefined && user_identity_ids?.length === 0
        ),
        having(({ user_identity_id, user_identity_ids }) =>
          user_identity_ids?.some((id) => id !== user_identity_id) === true
        ),
        having(({ customer_key }) => customer_key !== undefined),
        having(({ expires_at }) => expires_at < "2026-11-01"),
        having(({ expires_at }) => expires_at > "2030-01-01")
      ]
    ) {
      assert.ok(count > 4 && count < 390, `${count}`)
    }
    const keys = sessions.flatMap(({ user_identifier_key }) => user_identifier_key ?? [])
    assert.ok(new Set(keys).size < keys.length / 2, "users have several sessions")
  }
})
