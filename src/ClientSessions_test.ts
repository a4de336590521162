import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import assert from "node:assert/strict"
import {
  ClientSessions,
  type ClientSessionsOptions,
  Credentials,
  type ListError,
  type ListFilter,
  SeamBadRequest,
  SeamConfigurationError,
  SeamConnectionFailed,
  SeamContractViolation,
  SeamInvalidFilter,
  SeamInvalidResponse,
  SeamRateLimited,
  SeamServerError,
  SeamTimedOut,
  SeamUnauthorized,
  SeamUnexpectedStatus
} from "../mod.ts"
import {
  adjust,
  apiKey,
  bodyOf,
  example,
  exitOf,
  failureOf,
  layerOf,
  ok,
  once,
  type Respond,
  settle
} from "./internal/testing.ts"

/** The error that `list` ends in. */
const errorOf = async (
  respond: Respond,
  options: Partial<ClientSessionsOptions> = once,
  filter: ListFilter = {}
): Promise<ListError | SeamConfigurationError> => failureOf(await exitOf(ClientSessions.list(filter), respond, options))

const envelope = (type: string, message: string, more: object = {}): string =>
  JSON.stringify({ ok: false, error: { type, message, ...more } })

const answer = (status: number, body: BodyInit | null = null, headers: Record<string, string> = {}): Respond => () =>
  new Response(body, { status, headers: { "seam-request-id": "req-1", ...headers } })

Deno.test("list() succeeds with the sessions of the answer", async () => {
  const exit = await exitOf(ClientSessions.list(), () => ok(example, { ...example, client_session_id: "cst2" }))
  assert.ok(Exit.isSuccess(exit))
  assert.deepEqual(exit.value.map(({ client_session_id }) => client_session_id), [example.client_session_id, "cst2"])
})

Deno.test("list() sends the filter as it is, to the operation, with the credential", async () => {
  const requests: Array<[string, string, string, string | null, unknown]> = []
  const filter = { client_session_id: "a", without_user_identifier_key: false }
  const respond: Respond = async (request) => {
    requests.push([
      request.method,
      request.url,
      request.redirect,
      request.headers.get("authorization"),
      await request.json()
    ])
    return ok()
  }
  await exitOf(ClientSessions.list(filter), respond)
  await exitOf(ClientSessions.list(), respond, { endpoint: "http://localhost:3020/proxy/seam/" })
  const authorization = `Bearer ${apiKey}`
  assert.deepEqual(requests, [
    ["POST", "https://connect.getseam.com/client_sessions/list", "manual", authorization, filter],
    ["POST", "http://localhost:3020/proxy/seam/client_sessions/list", "manual", authorization, {}]
  ])
})

const partial = (text: string): Response =>
  new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(text))
        controller.error(new TypeError("connection reset"))
      }
    })
  )

/** An error's own fields, with what is `Redacted` in the clear. */
const fieldsOf = (error: object): object =>
  Object.fromEntries(
    Object.entries(error).map(([name, value]) => [name, Redacted.isRedacted(value) ? Redacted.value(value) : value])
  )

const objection = (path: string) => ({ path, expected: "a value that Seam accepts" })

const rows: ReadonlyArray<[string, Respond, ListError["_tag"], object]> = [
  [
    "400",
    answer(
      400,
      envelope("invalid_input", "Wrong.", {
        validation_errors: { _errors: [], x: {}, client_session_id: { _errors: ["Expected string, received number"] } }
      })
    ),
    "SeamBadRequest",
    {
      status: 400,
      type: "invalid_input",
      requestId: "req-1",
      problems: [objection("client_session_id")],
      serverMessage: "Wrong."
    }
  ],
  ["400 in plain text", answer(400, "Bad JSON"), "SeamBadRequest", {
    type: undefined,
    problems: [],
    serverMessage: undefined,
    body: "Bad JSON"
  }],
  ["400 with a type that nobody knows", answer(400, envelope("seam_cst1", "x")), "SeamBadRequest", { type: undefined }],
  ["400 with the name of a method for a type", answer(400, envelope("toString", "x")), "SeamBadRequest", {
    type: undefined
  }],
  ["400 with other JSON", answer(400, "[{\"error\":null}]"), "SeamBadRequest", { problems: [], type: undefined }],
  [
    "400 with a list of objections",
    answer(400, "{\"error\":{\"validation_errors\":[1],\"message\":{}}}"),
    "SeamBadRequest",
    {
      problems: [],
      serverMessage: undefined
    }
  ],
  ["401", answer(401, envelope("unauthorized", "API Key not found")), "SeamUnauthorized", {
    status: 401,
    type: "unauthorized",
    requestId: "req-1",
    serverMessage: "API Key not found",
    body: envelope("unauthorized", "API Key not found")
  }],
  ["401 without a body", answer(401), "SeamUnauthorized", { type: undefined, serverMessage: undefined, body: "" }],
  ["429", answer(429, null, { "retry-after": "7" }), "SeamRateLimited", {
    status: 429,
    retryAfter: Duration.seconds(7),
    requestId: "req-1"
  }],
  ["429 with a garbled Retry-After", answer(429, null, { "retry-after": "soon" }), "SeamRateLimited", {
    retryAfter: undefined
  }],
  ["500", answer(500, envelope("internal_server_error", "Oops")), "SeamServerError", {
    status: 500,
    type: undefined,
    serverMessage: "Oops"
  }],
  ["503 in HTML", answer(503, "<html>down</html>"), "SeamServerError", { status: 503, body: "<html>down</html>" }],
  ["503 of more than 16 KiB", answer(503, "x".repeat(20_000)), "SeamServerError", { body: "x".repeat(16_384) }],
  ["404", answer(404, "nothing here"), "SeamUnexpectedStatus", { status: 404, body: "nothing here" }],
  ["a redirect", answer(302, null, { location: "https://elsewhere.example" }), "SeamUnexpectedStatus", {
    status: 302
  }],
  ["200 that is HTML", answer(200, "<html>[x]</html>"), "SeamInvalidResponse", {
    status: 200,
    problems: [{ path: "", expected: "a JSON object" }],
    total: 1,
    body: "<html>"
  }],
  ["200 that is long", answer(200, "x".repeat(2000)), "SeamInvalidResponse", { body: "x".repeat(1024) }],
  ["200 that is empty", answer(200), "SeamInvalidResponse", {
    problems: [{ path: "", expected: "a JSON object (the body is empty, or had been read before)" }],
    body: ""
  }],
  ["200 that isn't UTF-8", answer(200, new Uint8Array([0x22, 0xff, 0x22])), "SeamInvalidResponse", {
    problems: [{ path: "", expected: "UTF-8 text" }]
  }],
  ["200 without client_sessions", answer(200, "{\"ok\":true}"), "SeamInvalidResponse", {
    total: 1,
    body: "{\"ok\":true}"
  }],
  ["200 with ok: false", answer(200, "{\"client_sessions\":[],\"ok\":false}"), "SeamInvalidResponse", {
    problems: [{ path: "ok", expected: "true" }],
    body: ""
  }],
  ["200 with ok: false first", answer(200, "{\"ok\":false,\"client_sessions\":[]}"), "SeamInvalidResponse", {
    body: "{\"ok\":false"
  }],
  ["200 with another type in ok", answer(200, "{\"client_sessions\":[],\"ok\":\"yes\"}"), "SeamInvalidResponse", {
    total: 1
  }],
  ["200 with an object for a list", answer(200, "{\"client_sessions\":{}}"), "SeamInvalidResponse", { total: 1 }],
  ["no answer", () => Promise.reject(new TypeError("refused")), "SeamConnectionFailed", {
    reason: "unknown",
    detail: "refused",
    status: undefined,
    requestId: undefined
  }],
  ["an answer that breaks off", () => partial("{\"client_sessions\":["), "SeamConnectionFailed", {
    reason: "body",
    status: 200,
    detail: "connection reset"
  }]
]

const classes = {
  SeamInvalidFilter,
  SeamBadRequest,
  SeamUnauthorized,
  SeamRateLimited,
  SeamServerError,
  SeamUnexpectedStatus,
  SeamInvalidResponse,
  SeamContractViolation,
  SeamConnectionFailed,
  SeamTimedOut
}

for (const [name, respond, tag, expected] of rows) {
  Deno.test(`list() ends in ${tag} on ${name}`, async () => {
    const error = await errorOf(respond)
    assert.ok(error instanceof classes[tag])
    assert.deepEqual([error._tag, error.name], [tag, tag])
    assert.ok(error.message.length > 20)
    assert.deepEqual({ ...fieldsOf(error), ...expected }, fieldsOf(error))
  })
}

const hidden: ReadonlyArray<[string, Respond, RegExp]> = [
  [
    "serverMessage",
    answer(401, envelope("unauthorized", "hush")),
    /Redacted\.value\(error\.serverMessage\)/
  ],
  ["body", answer(503, "hush"), /Redacted\.value\(error\.body\)/],
  ["body", answer(200, "hush"), /Redacted\.value\(error\.body\)/],
  ["detail", () => Promise.reject(new TypeError("hush")), /Redacted\.value\(error\.detail\)/]
]

Deno.test("a message that hides text says how to read it", async () => {
  for (const [field, respond, words] of hidden) {
    const error = await errorOf(respond)
    assert.match(error.message, words)
    assert.match(String(Reflect.get(fieldsOf(error), field)), /hush/)
    assert.doesNotMatch(error.message, /hush/)
  }
  assert.doesNotMatch((await errorOf(answer(503))).message, /Redacted/)
})

Deno.test("list() has a failure class for every status from 200 to 599", async () => {
  for (let status = 200; status <= 599; status++) {
    const bodiless = [204, 205, 304].includes(status)
    const error = await errorOf(answer(status, bodiless ? null : "{}"))
    const expected = status === 200
      ? "SeamInvalidResponse"
      : status === 400
      ? "SeamBadRequest"
      : status === 401
      ? "SeamUnauthorized"
      : status === 429
      ? "SeamRateLimited"
      : status >= 500
      ? "SeamServerError"
      : "SeamUnexpectedStatus"
    assert.equal(error._tag, expected, String(status))
    assert.ok("status" in error && error.status === status)
    assert.equal(error.isRetryable, [408, 429, 500, 502, 503, 504].includes(status), String(status))
  }
})

Deno.test("list() reports every problem of a body, says where, and shows no value", async () => {
  const bad = { ...example, token: 5, created_at: "value-1", connect_webview_ids: ["a", 7], user_identity_id: 7 }
  const error = await errorOf(() => ok(example, bad, "value-2"))
  assert.ok(error._tag === "SeamInvalidResponse")
  assert.deepEqual(error.problems.map(({ path }) => path), [
    "client_sessions[1].created_at",
    "client_sessions[1].token",
    "client_sessions[1].connect_webview_ids[1]",
    "client_sessions[1].user_identity_id",
    "client_sessions[2]"
  ])
  assert.equal(error.total, 5)
  assert.ok(!Deno.inspect(error, { depth: 9 }).includes("value-"))
})

Deno.test("list() bounds the problems it lists and counts the rest", async () => {
  const error = await errorOf(() => ok(...Array<string>(1000).fill("wrong")))
  assert.ok(error._tag === "SeamInvalidResponse")
  assert.equal(error.problems.length, 20)
  assert.equal(error.total, 1000)
})

Deno.test("list() refuses a session outside the filter, unless verify is off", async () => {
  const filter = { user_identifier_key: "jane_doe", client_session_id: example.client_session_id }
  const respond = () => ok(example, { ...example, user_identifier_key: "someone_else" })
  const error = await errorOf(respond, once, filter)
  assert.ok(error._tag === "SeamContractViolation")
  assert.deepEqual([error.filters, error.excluded, error.total], [["client_session_id", "user_identifier_key"], 1, 2])
  assert.ok(!Deno.inspect(error, { depth: 9 }).includes("someone_else"))
  const exit = await exitOf(ClientSessions.list(filter), respond, { verify: false })
  assert.ok(Exit.isSuccess(exit) && exit.value.length === 2)
})

/** 200 MB of the same chunk after a beginning; how much of it was asked for. */
const flood = (
  start: string,
  chunk: string
): { readonly body: ReadableStream<Uint8Array>; readonly sent: () => number } => {
  const bytes = new TextEncoder().encode(chunk)
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(start)),
    pull: (controller) => {
      if (sent >= 200_000_000) return controller.close()
      sent += bytes.length
      controller.enqueue(bytes)
    }
  })
  return { body, sent: () => sent }
}

const list = "{\"client_sessions\":["
const floods: ReadonlyArray<[string, string, string, string, RegExp]> = [
  ["sessions", list, `${JSON.stringify(example)},`.repeat(2000), "", /^at most 134217728 bytes$/],
  ["empty objects", list, "{},".repeat(300_000), "client_sessions[0].client_session_id", /missing/],
  ["opening brackets", list, "[".repeat(1_000_000), "client_sessions[0]", /^at most \d+ characters$/],
  ["one long string", `${list}{"token":"`, "x".repeat(1_000_000), "client_sessions[0]", /^at most \d+ characters$/],
  ["brackets from the start", "", "[".repeat(1_000_000), "", /^a JSON object$/],
  ["white space", "", " ".repeat(1_000_000), "", /^at most \d+ characters beside client_sessions$/]
]

for (const [name, start, chunk, path, expected] of floods) {
  Deno.test(`list() ends in SeamInvalidResponse on 200 MB of ${name}, and reads no more than it has to`, async () => {
    const { body, sent } = flood(start, chunk)
    const error = await errorOf(() => new Response(body))
    assert.ok(error._tag === "SeamInvalidResponse")
    assert.equal(error.problems[0]?.path, path)
    assert.match(error.problems[0]?.expected ?? "", expected)
    assert.ok(sent() <= (expected.source.includes("bytes") ? 140_000_000 : 5_000_000), String(sent()))
  })
}

const wrongFilters: ReadonlyArray<unknown> = [
  { user_identifer_key: "jane_doe" },
  { user_identifier_key: "" },
  { user_identifier_key: undefined },
  { client_session_id: 5 },
  { without_user_identifier_key: "true" },
  null,
  "jane_doe",
  []
]

Deno.test("list() sends nothing when the filter is wrong", async () => {
  let requests = 0
  for (const filter of wrongFilters) {
    // As JavaScript, or a type assertion in somebody's program, would pass it.
    const effect: Effect.Effect<unknown, ListError, ClientSessions> = Reflect.apply(
      ClientSessions.list,
      ClientSessions,
      [filter]
    )
    const error = failureOf(await exitOf(effect, () => (requests++, ok())))
    assert.equal(error._tag, "SeamInvalidFilter", JSON.stringify(filter))
    assert.match(error.message, /Nothing was sent/)
  }
  assert.equal(requests, 0)
})

Deno.test("list() and stream() send the filter that they were given, whatever becomes of the object", async () => {
  const sent: Array<unknown> = []
  const respond: Respond = async (request) => (sent.push(await request.json()), ok())
  const filter: { user_identifier_key?: string } = {}
  const calls: Array<Effect.Effect<unknown, ListError, ClientSessions>> = []
  for (const user of ["a", "b"]) {
    filter.user_identifier_key = user
    calls.push(ClientSessions.list(filter), Stream.runDrain(ClientSessions.stream(filter)))
    calls.push(Effect.flatMap(ClientSessions, ({ list }) => list({ ...filter })))
  }
  delete filter.user_identifier_key
  await exitOf(Effect.all(calls, { discard: true }), respond)
  assert.deepEqual(sent.slice(0, 2), [{ user_identifier_key: "a" }, { user_identifier_key: "a" }])
  assert.deepEqual(sent.slice(3, 5), [{ user_identifier_key: "b" }, { user_identifier_key: "b" }])

  const wrong = { user_identifier_key: "" }
  const refused = ClientSessions.list(wrong)
  wrong.user_identifier_key = "jane_doe"
  assert.equal(failureOf(await exitOf(refused, respond))._tag, "SeamInvalidFilter")
  assert.equal(sent.length, 6)
})

Deno.test("list() of a client that was made before sends the filter that it was given", async () => {
  const sent: Array<unknown> = []
  const filter: { user_identifier_key?: string } = { user_identifier_key: "a" }
  const listed = Effect.flatMap(ClientSessions, ({ list }) => {
    const call = list(filter)
    delete filter.user_identifier_key
    return call
  })
  await exitOf(listed, async (request) => (sent.push(await request.json()), ok()))
  assert.deepEqual(sent, [{ user_identifier_key: "a" }])
})

const endpoints: ReadonlyArray<[string, boolean]> = [
  ["https://connect.getseam.com", true],
  ["https://proxy.example/seam/v1", true],
  ["http://127.0.0.1:3020", true],
  ["http://127.9.9.9", true],
  ["http://localhost:1", true],
  ["http://seam.localhost", true],
  ["http://[::1]:3020", true],
  ["http://connect.getseam.com", false],
  ["http://127.0.0.1.example.com", false],
  ["http://notlocalhost", false],
  ["http://0.0.0.0", false],
  ["ftp://127.0.0.1", false],
  ["file:///etc/passwd", false],
  ["https://user:hunter2@connect.getseam.com", false],
  ["https://connect.getseam.com/?hunter2", false],
  ["https://connect.getseam.com/#hunter2", false],
  ["connect.getseam.com", false],
  ["/client_sessions", false],
  ["", false]
]

for (const [endpoint, good] of endpoints) {
  Deno.test(`layer() ${good ? "takes" : "refuses"} the endpoint ${JSON.stringify(endpoint)}`, async () => {
    const exit = await exitOf(ClientSessions.list(), () => ok(), { endpoint })
    if (good) return assert.ok(Exit.isSuccess(exit))
    const error = await errorOf(() => ok(), { endpoint })
    assert.ok(error._tag === "SeamConfigurationError" && error.option === "endpoint")
    assert.ok(!Deno.inspect(error).includes("hunter2"))
  })
}

const wrongOptions: ReadonlyArray<[string, Partial<ClientSessionsOptions>]> = [
  ["timeout", { timeout: 0 }],
  ["timeout", { timeout: Duration.infinity }],
  ["timeout", { timeout: -1 }],
  ["retry", { retry: { attempts: 0 } }],
  ["retry", { retry: { attempts: 11 } }],
  ["retry", { retry: { attempts: 1.5 } }],
  ["retry", { retry: { baseDelay: 0 } }],
  ["retry", { retry: { maxDelay: Duration.infinity } }],
  ["transformClient", {
    transformClient: () => {
      throw new Error("hunter2")
    }
  }],
  ["transformClient", { transformClient: () => Reflect.get({}, "nothing") }],
  ["credentials", { credentials: Effect.die(new Error("hunter2")) }]
]

for (const [option, options] of wrongOptions) {
  Deno.test(`layer() refuses ${Deno.inspect(options)}`, async () => {
    const error = await errorOf(() => ok(), options)
    assert.ok(error instanceof SeamConfigurationError && error.option === option)
    assert.ok(!Deno.inspect(error).includes("hunter2"))
  })
}

/** Runs `list` on the test clock; `during` may move it. */
const onTestClock = <A>(
  respond: Respond,
  options: Partial<ClientSessionsOptions>,
  during: (fiber: Fiber.Fiber<unknown, unknown>) => Effect.Effect<A>,
  random: typeof Random.Random.Service = Random.Random.defaultValue()
): Promise<[A, Exit.Exit<unknown, ListError | SeamConfigurationError>]> =>
  Effect.gen(function*() {
    const fiber = yield* ClientSessions.list().pipe(
      Effect.provide(layerOf(respond, options)),
      Effect.provideService(Random.Random, random),
      Effect.forkChild
    )
    const result = yield* during(fiber)
    return [result, yield* Fiber.await(fiber)] satisfies [unknown, unknown]
  }).pipe(Effect.provide(TestClock.layer()), Effect.runPromise)

for (const status of [408, 429, 500, 502, 503, 504]) {
  Deno.test(`list() makes three attempts in all on ${status}`, async () => {
    let requests = 0
    const [counts, exit] = await onTestClock(
      () => (requests++, answer(status)(new Request("http://x"))),
      {},
      () =>
        Effect.gen(function*() {
          const counts = []
          for (const wait of ["0 millis", "124 millis", "126 millis"] as const) {
            yield* adjust(wait)
            counts.push(requests)
          }
          yield* adjust("500 millis")
          return counts
        })
    )
    // The first wait is between 125 and 250 ms.
    assert.deepEqual(counts, [1, 1, 2])
    assert.ok(Exit.isFailure(exit))
    assert.equal(requests, 3)
  })
}

for (const [chance, waits] of [[0, [250, 500, 1000, 2000]], [0.4, [200, 400, 800, 1600]]] as const) {
  Deno.test(`list() waits twice as long each time, less up to half by chance: ${chance}`, async () => {
    let requests = 0
    const [counts] = await onTestClock(() => (requests++, new Response(null, { status: 503 })), {
      retry: { attempts: 5 }
    }, () =>
      Effect.gen(function*() {
        const counts = []
        for (const wait of waits) {
          yield* adjust(wait - 1)
          counts.push(requests)
          yield* adjust(1)
        }
        return counts
      }), { nextDoubleUnsafe: () => chance, nextIntUnsafe: () => 0 })
    assert.deepEqual(counts, [1, 2, 3, 4])
    assert.equal(requests, 5)
  })
}

Deno.test("list() retries a connection that fails or breaks off, and then succeeds", async () => {
  let requests = 0
  const [, exit] = await onTestClock(
    () => {
      requests++
      return requests === 1 ? Promise.reject(new TypeError("refused")) : requests === 2 ? partial("{") : ok(example)
    },
    {},
    () => Effect.andThen(adjust("250 millis"), adjust("500 millis"))
  )
  assert.ok(Exit.isSuccess(exit))
  assert.equal(requests, 3)
})

for (const status of [400, 401, 404, 302, 501, 505]) {
  Deno.test(`list() does not repeat a ${status}`, async () => {
    let requests = 0
    await errorOf(() => (requests++, new Response(null, { status })), {})
    assert.equal(requests, 1)
  })
}

const at = (seconds: number): string => new Date(seconds * 1000).toUTCString()

const waits: ReadonlyArray<[string, string, Duration.Input, Duration.Input]> = [
  ["seconds", "20", "19 seconds", "1 seconds"],
  ["as many as the longest wait", "30", "29 seconds", "1 seconds"],
  ["an HTTP date", at(20), "19 seconds", "1 seconds"],
  ["garbage, as if it weren't there", "1.5 s", "124 millis", "126 millis"],
  ["no seconds, as if it weren't there", "0", "124 millis", "126 millis"],
  ["a date in the past, as if it weren't there", at(-1), "124 millis", "126 millis"]
]

for (const [name, retryAfter, before, rest] of waits) {
  Deno.test(`list() honours Retry-After: ${name}`, async () => {
    let requests = 0
    const respond: Respond = () =>
      requests++ === 0 ? new Response(null, { status: 503, headers: { "retry-after": retryAfter } }) : ok(example)
    const [counts, exit] = await onTestClock(respond, {}, () =>
      Effect.gen(function*() {
        yield* adjust(before)
        const early = requests
        yield* adjust(rest)
        return [early, requests]
      }))
    assert.deepEqual(counts, [1, 2])
    assert.ok(Exit.isSuccess(exit))
  })
}

Deno.test("list() fails at once where Retry-After asks for more than maxDelay, whatever the status", async () => {
  for (const status of [408, 429, 500, 502, 503, 504]) {
    for (const retryAfter of ["31", "86400", "9".repeat(400), at(31), `${"0".repeat(30)}31`]) {
      let requests = 0
      const respond: Respond =
        () => (requests++, new Response(null, { status, headers: { "retry-after": retryAfter } }))
      const [, exit] = await onTestClock(respond, {}, () => adjust("0 millis"))
      const error = failureOf(exit)
      assert.ok("retryAfter" in error && error.retryAfter !== undefined && error.isRetryable)
      assert.ok(Duration.isGreaterThan(error.retryAfter, Duration.seconds(30)))
      assert.match(error.message, /try again in (?:31 s|86400 s|more than a day) /)
      assert.equal(requests, 1)
    }
  }
})

Deno.test("list() waits no longer than maxDelay where the server names no time", async () => {
  let requests = 0
  const [, exit] = await onTestClock(
    () => (requests++, new Response(null, { status: 503 })),
    { retry: { attempts: 3, baseDelay: "10 seconds", maxDelay: "1 second" } },
    () => Effect.andThen(adjust("1 second"), adjust("1 second"))
  )
  assert.ok(Exit.isFailure(exit))
  assert.equal(requests, 3)
})

/** A refusal whose body begins and never ends. */
const stalling = (status: number, text = "begun"): Response =>
  new Response(bodyOf([text], "stay").body, { status, headers: { "seam-request-id": "req-3" } })

Deno.test("list() awaits the body of a refusal for a second, and keeps what has come", async () => {
  for (const status of [302, 400, 401, 404, 501]) {
    let requests = 0
    const [done, exit] = await onTestClock(() => (requests++, stalling(status)), {}, (fiber) =>
      Effect.gen(function*() {
        yield* adjust("999 millis")
        const early = fiber.pollUnsafe() !== undefined
        yield* adjust("1 millis")
        return [early, fiber.pollUnsafe() !== undefined]
      }))
    const error = failureOf(exit)
    assert.ok("body" in error && "status" in error)
    assert.deepEqual([error.status, error.requestId, Redacted.value(error.body)], [status, "req-3", "begun"])
    assert.deepEqual([done, requests], [[false, true], 1])
  }
})

Deno.test("list() awaits the body of a refusal no longer than its time limit", async () => {
  const [, exit] = await onTestClock(() => stalling(401), { timeout: "300 millis" }, () => adjust("300 millis"))
  assert.equal(failureOf(exit)._tag, "SeamUnauthorized")
})

Deno.test("list() makes the attempt again that ended in a 503 whose body stalls", async () => {
  let requests = 0
  const [, exit] = await onTestClock(
    () => ++requests === 1 ? stalling(503) : ok(example),
    {},
    () => Effect.andThen(adjust("1 second"), adjust("250 millis"))
  )
  assert.ok(Exit.isSuccess(exit))
  assert.equal(requests, 2)
})

const never = new Promise<Response>(() => {})
const endless = (): Response =>
  new Response(
    new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode("{\"client_sessions\":["))
    }),
    { headers: { "seam-request-id": "req-2" } }
  )

for (
  const [name, respond, requestId] of [["no answer comes", () => never, undefined], [
    "the body does not end",
    endless,
    "req-2"
  ]] as const
) {
  Deno.test(`list() times out when ${name}, once, and ends the request`, async () => {
    const signals: Array<AbortSignal> = []
    const [, exit] = await onTestClock(
      (request) => (signals.push(request.signal), respond()),
      {},
      () => Effect.andThen(adjust("29999 millis"), adjust("1 millis"))
    )
    const error = failureOf(exit)
    assert.ok(error._tag === "SeamTimedOut")
    assert.equal(error.requestId, requestId)
    assert.equal(Duration.toSeconds(error.limit), 30)
    assert.deepEqual(signals.map(({ aborted }) => aborted), [true])
  })

  Deno.test(`list() that is interrupted while ${name} ends the request`, async () => {
    const signals: Array<AbortSignal> = []
    const [, exit] = await onTestClock(
      (request) => (signals.push(request.signal), respond()),
      {},
      (fiber) => Effect.andThen(settle(() => signals.length > 0), Fiber.interrupt(fiber))
    )
    assert.ok(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
    assert.deepEqual(signals.map(({ aborted }) => aborted), [true])
  })
}

Deno.test("list() does not follow a redirect over real HTTP", async () => {
  const paths: Array<string> = []
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    paths.push(new URL(request.url).pathname)
    return paths.length === 1 ? Response.redirect(new URL("/stolen", request.url), 307) : ok(example)
  })
  const layer = ClientSessions.layer({
    credentials: Credentials.ApiKey(apiKey),
    endpoint: `http://127.0.0.1:${server.addr.port}`
  }).pipe(Layer.provide(FetchHttpClient.layer))
  const error = await Effect.runPromise(Effect.flip(Effect.provide(ClientSessions.list(), layer)))
  await server.shutdown()
  assert.equal(error._tag, "SeamUnexpectedStatus")
  assert.deepEqual(paths, ["/client_sessions/list"])
})

Deno.test("list() keeps the program's RequestInit, but follows no redirect", async () => {
  const inits: Array<RequestInit | undefined> = []
  const fetch: typeof globalThis.fetch = (_, init) => (inits.push(init), Promise.resolve(ok()))
  const init = (integrity: string): RequestInit => ({ redirect: "follow", integrity })
  const layer = ClientSessions.layerFetch({ credentials: Credentials.ApiKey(apiKey), endpoint: "https://seam.example" })
    .pipe(
      Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, init("built"))),
      Layer.provide(Layer.succeed(FetchHttpClient.Fetch, fetch))
    )
  await Effect.runPromise(
    ClientSessions.list().pipe(
      Effect.andThen(Effect.provideService(ClientSessions.list(), FetchHttpClient.RequestInit, init("called"))),
      Effect.provide(layer)
    )
  )
  assert.deepEqual(inits.map((init) => [init?.integrity, init?.redirect]), [["built", "manual"], ["called", "manual"]])
})

Deno.test("layerFetch() asks its own fetch, not that of another layer in the program", async () => {
  const asked: Array<string> = []
  const fetchOf = (name: string) =>
    Layer.succeed(FetchHttpClient.Fetch, () => (asked.push(name), Promise.resolve(ok())))
  class Other extends Context.Service<Other, HttpClient.HttpClient>()("Other") {}
  const other = Layer.effect(Other, HttpClient.HttpClient).pipe(
    Layer.provide(FetchHttpClient.layer),
    Layer.provide(fetchOf("other"))
  )
  const ours = ClientSessions.layerFetch({ credentials: Credentials.ApiKey(apiKey), endpoint: "https://seam.example" })
    .pipe(Layer.provide(fetchOf("ours")))
  await Effect.runPromise(Effect.provide(ClientSessions.list(), Layer.mergeAll(other, ours)))
  assert.deepEqual(asked, ["ours"])
})

/** `HttpClient` over a transport that isn't the Web's `fetch`: its responses are streams and nothing else. */
const foreign = (respond: () => Response): Layer.Layer<HttpClient.HttpClient> =>
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) =>
      Effect.sync(() =>
        new Proxy(HttpClientResponse.fromWeb(request, respond()), {
          get: (response, key) => String(key).includes("WebSource") ? undefined : Reflect.get(response, key, response)
        })
      )
    )
  )

Deno.test("list() reads what any other HttpClient gives it", async () => {
  const client = ClientSessions.layer({ credentials: Credentials.ApiKey(apiKey), ...once })
  const listed = (respond: () => Response) =>
    Effect.runPromiseExit(Effect.provide(ClientSessions.list(), Layer.provide(client, foreign(respond))))
  const exit = await listed(() => ok(example))
  assert.ok(Exit.isSuccess(exit) && exit.value.length === 1)
  assert.equal(failureOf(await listed(() => partial("{\"client_sessions\":[")))._tag, "SeamConnectionFailed")
  assert.equal(failureOf(await listed(() => new Response(null)))._tag, "SeamInvalidResponse")
  assert.equal(
    failureOf(await listed(() => new Response("x".repeat(100_000), { status: 500 })))._tag,
    "SeamServerError"
  )
})
