import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import assert from "node:assert/strict"
import {
  ClientSessions,
  type ClientSessionsOptions,
  Credentials,
  type ListError,
  type ListFilter,
  type SeamConfigurationError
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

const numbered = (number: number, more: object = {}) => ({ ...example, client_session_id: `cst${number}`, ...more })

interface Outcome {
  /** The ids of the sessions that came, in their order. */
  readonly ids: ReadonlyArray<string>
  readonly error: ListError | SeamConfigurationError | undefined
}

/** Reads a stream to its end; a defect fails the test. */
const read = async (
  respond: Respond,
  filter: ListFilter = {},
  options: Partial<ClientSessionsOptions> = once
): Promise<Outcome> => {
  const ids: Array<string> = []
  const exit = await exitOf(
    Stream.runForEach(
      ClientSessions.stream(filter),
      (session) => Effect.sync(() => ids.push(session.client_session_id))
    ),
    respond,
    options
  )
  if (Exit.isSuccess(exit)) return { ids, error: undefined }
  return { ids, error: failureOf(exit) }
}

Deno.test("stream() gives the sessions of the answer, in its order", async () => {
  const { error, ids } = await read(() => ok(numbered(1), numbered(2), numbered(3)))
  assert.equal(error, undefined)
  assert.deepEqual(ids, ["cst1", "cst2", "cst3"])
})

Deno.test("stream() gives a session before the next one has arrived", async () => {
  const { body, isCancelled } = bodyOf([`{"client_sessions":[${JSON.stringify(numbered(1))},`], "stay")
  const exit = await exitOf(Stream.runHead(ClientSessions.stream()), () => new Response(body))
  assert.ok(Exit.isSuccess(exit) && exit.value._tag === "Some")
  assert.equal(exit.value.value.client_session_id, "cst1")
  assert.ok(isCancelled(), "a stream that isn't read to its end lets the body go")
})

const text = JSON.stringify({ client_sessions: [numbered(1), numbered(2)] })

const rows: ReadonlyArray<[string, () => Response, ReadonlyArray<string>, ListError["_tag"]]> = [
  ["400", () => new Response(null, { status: 400 }), [], "SeamBadRequest"],
  ["401", () => new Response(null, { status: 401 }), [], "SeamUnauthorized"],
  ["429", () => new Response(null, { status: 429 }), [], "SeamRateLimited"],
  ["503", () => new Response(null, { status: 503 }), [], "SeamServerError"],
  ["302", () => new Response(null, { status: 302 }), [], "SeamUnexpectedStatus"],
  ["a body that isn't JSON", () => new Response("<html>"), [], "SeamInvalidResponse"],
  ["an empty body", () => new Response(""), [], "SeamInvalidResponse"],
  [
    "a wrong session after a right one",
    () => ok(numbered(1), numbered(2, { token: 5 }), numbered(3)),
    ["cst1"],
    "SeamInvalidResponse"
  ],
  [
    "a body that breaks off",
    () => new Response(bodyOf([text.slice(0, -20)], "break").body),
    ["cst1"],
    "SeamConnectionFailed"
  ],
  ["a body that ends early", () => new Response(bodyOf([text.slice(0, -20)]).body), ["cst1"], "SeamInvalidResponse"],
  ["a body with more after its end", () => new Response(`${text}]`), ["cst1", "cst2"], "SeamInvalidResponse"]
]

for (const [name, respond, sessions, tag] of rows) {
  Deno.test(`stream() ends in ${tag} on ${name}`, async () => {
    const { error, ids } = await read(respond)
    assert.equal(error?._tag, tag)
    assert.deepEqual(ids, sessions)
  })
}

Deno.test("stream() has the failure classes of list() for every status from 200 to 599", async () => {
  for (let status = 200; status <= 599; status++) {
    const respond = () => new Response([204, 205, 304].includes(status) ? null : "{}", { status })
    const { error } = await read(respond)
    const listed = failureOf(await exitOf(ClientSessions.list(), respond, once))
    assert.equal(error?._tag, listed._tag, String(status))
  }
})

Deno.test("stream() passes on no session that the filter excludes, nor any after it", async () => {
  const stranger = numbered(3, { user_identifier_key: "someone_else" })
  const respond = () => ok(numbered(1), numbered(2), stranger, numbered(4))
  const { error, ids } = await read(respond, { user_identifier_key: "jane_doe" })
  assert.deepEqual(ids, ["cst1", "cst2"])
  assert.ok(error?._tag === "SeamContractViolation")
  assert.deepEqual([error.filters, error.excluded, error.total], [["user_identifier_key"], 1, 3])
  const unverified = await read(respond, { user_identifier_key: "jane_doe" }, { verify: false })
  assert.deepEqual(unverified, { ids: ["cst1", "cst2", "cst3", "cst4"], error: undefined })
})

Deno.test("stream() sends nothing when the filter is wrong", async () => {
  let requests = 0
  const stream: Stream.Stream<unknown, ListError, ClientSessions> = Reflect.apply(
    ClientSessions.stream,
    ClientSessions,
    [{ user_identifier_key: "" }]
  )
  const exit = await exitOf(Stream.runDrain(stream), () => (requests++, ok()))
  assert.ok(Exit.isFailure(exit) && Cause.hasFails(exit.cause))
  assert.match(Cause.pretty(exit.cause), /InvalidFilter/)
  assert.equal(requests, 0)
})

/** Reads a stream on the test clock, which `during` may move. */
const onTestClock = (
  respond: Respond,
  during: (fiber: Fiber.Fiber<unknown, unknown>) => Effect.Effect<unknown>
): Promise<Exit.Exit<ReadonlyArray<unknown>, ListError | SeamConfigurationError>> =>
  Effect.gen(function*() {
    const reading = Stream.runCollect(ClientSessions.stream()).pipe(Effect.provide(layerOf(respond)))
    const fiber = yield* Effect.forkChild(reading)
    yield* during(fiber)
    return yield* Fiber.await(fiber)
  }).pipe(Effect.provide(TestClock.layer()), Effect.runPromise)

Deno.test("stream() is retried until its answer begins", async () => {
  let requests = 0
  const exit = await onTestClock(
    () => ++requests < 3 ? new Response(null, { status: 503 }) : ok(example),
    () => Effect.andThen(adjust("250 millis"), adjust("500 millis"))
  )
  assert.ok(Exit.isSuccess(exit) && exit.value.length === 1)
  assert.equal(requests, 3)
})

Deno.test("stream() is not retried once its answer has begun", async () => {
  let requests = 0
  const { error } = await read(() => (requests++, new Response(bodyOf([text.slice(0, -20)], "break").body)), {}, {})
  assert.equal(error?._tag, "SeamConnectionFailed")
  assert.equal(requests, 1)
})

Deno.test("stream() times out when the next piece doesn't come, and lets the body go", async () => {
  const { body, isCancelled } = bodyOf([`{"client_sessions":[${JSON.stringify(example)},`], "stay")
  const exit = await onTestClock(
    () => new Response(body),
    () => Effect.andThen(adjust("29999 millis"), adjust("1 millis"))
  )
  assert.ok(Exit.isFailure(exit))
  assert.match(Cause.pretty(exit.cause), /TimedOut/)
  assert.ok(isCancelled())
})

Deno.test("stream() that is interrupted lets the body go and ends the request", async () => {
  const signals: Array<AbortSignal> = []
  const { body, isCancelled } = bodyOf([`{"client_sessions":[${JSON.stringify(example)},`], "stay")
  const exit = await onTestClock(
    (request) => (signals.push(request.signal), new Response(body)),
    (fiber) => Effect.andThen(settle(() => signals.length > 0), Fiber.interrupt(fiber))
  )
  assert.ok(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
  assert.ok(isCancelled())
  assert.deepEqual(signals.map(({ aborted }) => aborted), [true])
})

/** Serves a body over real HTTP, where it can be read into the same memory again and again; how the reading ended. */
const overHttp = async <A, E>(
  body: () => ReadableStream<Uint8Array>,
  effect: Effect.Effect<A, E, ClientSessions>
): Promise<Exit.Exit<A, E | SeamConfigurationError>> => {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {}, onError: () => new Response() },
    () => new Response(body())
  )
  const client = ClientSessions.layer({
    credentials: Credentials.ApiKey(apiKey),
    endpoint: `http://127.0.0.1:${server.addr.port}`,
    ...once
  }).pipe(Layer.provide(FetchHttpClient.layer))
  const exit = await Effect.runPromiseExit(Effect.provide(effect, client))
  await server.shutdown()
  return exit
}

Deno.test("stream() over HTTP gives what list() does, wherever the network cuts the body", async () => {
  const sessions = Array.from(
    { length: 2000 },
    (_, index) => numbered(index, { customer_key: "ü😀".repeat(index % 50) })
  )
  const bytes = new TextEncoder().encode(JSON.stringify({ client_sessions: sessions }))
  const cuts = Array.from(
    { length: Math.ceil(bytes.length / 7_777) },
    (_, index) => bytes.slice(index * 7_777, (index + 1) * 7_777)
  )
  const both = Effect.all([Stream.runCollect(ClientSessions.stream()), ClientSessions.list()])
  const exit = await overHttp(() => ReadableStream.from(cuts), both)
  assert.ok(Exit.isSuccess(exit), Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "")
  const [streamed, listed] = exit.value
  assert.equal(streamed.length, 2000)
  assert.deepEqual(streamed, listed)
})

Deno.test("stream() over HTTP that isn't read to its end ends the connection", async () => {
  let isCancelled = false
  const first = new TextEncoder().encode(`{"client_sessions":[${JSON.stringify(numbered(1))},`)
  const endless = () =>
    new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(first),
      pull: () => new Promise(() => {}),
      cancel: () => void (isCancelled = true)
    })
  const exit = await overHttp(
    endless,
    Effect.tap(Stream.runHead(ClientSessions.stream()), () => settle(() => isCancelled))
  )
  assert.ok(Exit.isSuccess(exit) && exit.value._tag === "Some")
  assert.ok(isCancelled)
})

Deno.test("stream() over HTTP that breaks off fails after the sessions that arrived", async () => {
  const cut = () => bodyOf([text.slice(0, -20)], "break").body
  const arrived: Array<string> = []
  const reading = Stream.runForEach(
    ClientSessions.stream(),
    ({ client_session_id }) => Effect.sync(() => arrived.push(client_session_id))
  )
  const exit = await overHttp(cut, reading)
  assert.ok(Exit.isFailure(exit))
  assert.match(Cause.pretty(exit.cause), /ConnectionFailed/)
  assert.deepEqual(arrived, ["cst1"])
})
