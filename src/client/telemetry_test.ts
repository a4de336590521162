import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import assert from "node:assert/strict"
import config from "../../deno.json" with { type: "json" }
import {
  ClientSessions,
  type ClientSessionsOptions,
  Credentials,
  type ListError,
  type ListFilter,
  type SeamConfigurationError,
  SeamInvalidFilter
} from "../../mod.ts"
import {
  adjust,
  bodyOf,
  example,
  httpOf,
  layerOf,
  ok,
  once,
  recordingTracer,
  type Respond
} from "../internal/testing.ts"
import * as Metrics from "../metrics.ts"

/** What an operator sees of a program. */
interface Seen {
  readonly spans: ReadonlyArray<Tracer.NativeSpan>
  /** The debug logs, by what they say. */
  readonly logs: ReadonlyArray<ReadonlyArray<unknown>>
  readonly metrics: ReadonlyArray<Metric.Metric.Snapshot>
  readonly exit: Exit.Exit<unknown, ListError | SeamConfigurationError>
}

const listing = (filter?: ListFilter): Effect.Effect<unknown, ListError, ClientSessions> => ClientSessions.list(filter)
const streaming = (filter?: ListFilter): Effect.Effect<unknown, ListError, ClientSessions> =>
  Stream.runDrain(ClientSessions.stream(filter))

/** Runs a program inside a span of its own, on a test clock that `during` moves. */
const observe = (
  program: Effect.Effect<unknown, ListError, ClientSessions>,
  respond: Respond,
  options: Partial<ClientSessionsOptions> = once,
  during: (fiber: Fiber.Fiber<unknown, unknown>) => Effect.Effect<unknown> = () => Effect.void
): Promise<Seen> => {
  const { spans, tracer } = recordingTracer()
  const logs: Array<ReadonlyArray<unknown>> = []
  const logger = Logger.make(({ message }) => {
    logs.push(Array.isArray(message) ? message : [message])
  })
  return Effect.gen(function*() {
    const fiber = yield* program.pipe(
      Effect.withSpan("program"),
      Effect.provide(layerOf(respond, options)),
      Effect.forkChild
    )
    yield* during(fiber)
    const exit = yield* Fiber.await(fiber)
    return { spans, logs, exit, metrics: yield* Metric.snapshot }
  }).pipe(
    Effect.provide(Metrics.layer),
    Effect.provide(Logger.layer([logger])),
    Effect.provideService(References.MinimumLogLevel, "Debug"),
    Effect.provideService(Metric.MetricRegistry, new Map()),
    Effect.provideService(Tracer.Tracer, tracer),
    Effect.provide(TestClock.layer()),
    Effect.runPromise
  )
}

const attributesOf = (span: Tracer.NativeSpan | undefined): object => Object.fromEntries(span?.attributes ?? [])

const withId = (id: string, init: ResponseInit = {}): ResponseInit => ({ ...init, headers: { "seam-request-id": id } })

const request = { "http.request.method": "POST", "server.address": "connect.getseam.com" }

for (const [name, call] of [["list", listing], ["stream", streaming]] as const) {
  Deno.test(`${name}() makes one span, with what the answer was`, async () => {
    const { logs, spans } = await observe(
      call({ user_identifier_key: "jane_doe", without_user_identifier_key: false }),
      () => Response.json({ client_sessions: [example] }, withId("req-1"))
    )
    assert.deepEqual(spans.map(({ name }) => name), ["program", `ClientSessions.${name}`])
    assert.equal(spans[1]?.kind, "client")
    assert.deepEqual(attributesOf(spans[1]), {
      ...request,
      "seam.filters": ["user_identifier_key", "without_user_identifier_key"],
      "http.response.status_code": 200,
      "seam.request_id": "req-1",
      "seam.client_sessions.count": 1
    })
    assert.deepEqual([spans[1]?.events, logs], [[], []])
  })

  Deno.test(`${name}() makes one span for a refusal, too`, async () => {
    const { spans } = await observe(call(), () => new Response(null, { status: 401 }))
    assert.deepEqual(spans.map(({ name }) => name), ["program", `ClientSessions.${name}`])
    assert.deepEqual(attributesOf(spans[1]), {
      ...request,
      "seam.filters": [],
      "http.response.status_code": 401,
      "error.type": "SeamUnauthorized"
    })
    assert.equal(spans[1]?.status._tag, "Ended")
  })

  Deno.test(`${name}() says in its span that the filter was wrong, and counts no call`, async () => {
    const { metrics, spans } = await observe(call({ user_identifier_key: "" }), () => ok())
    assert.deepEqual(spans.map(({ name }) => name), ["program", `ClientSessions.${name}`])
    assert.deepEqual(attributesOf(spans[1]), { "error.type": "SeamInvalidFilter" })
    assert.deepEqual(metrics, [])
  })

  Deno.test(`${name}() tells of each attempt that is made again: why, and how long it waits`, async () => {
    let requests = 0
    const respond: Respond = () => {
      requests++
      return requests === 1
        ? new Response(null, { status: 503, headers: { "seam-request-id": "req-1", "retry-after": "2" } })
        : requests === 2
        ? Promise.reject(new TypeError("reset"))
        : Response.json({ client_sessions: [example, example] }, withId("req-3"))
    }
    const { logs, metrics, spans } = await observe(
      call(),
      respond,
      { retry: { baseDelay: "1 second", maxDelay: "2 seconds" } },
      () => Effect.andThen(adjust("2 seconds"), adjust("2 seconds"))
    )
    const why = [
      {
        "error.type": "SeamServerError",
        "http.response.status_code": 503,
        "seam.request_id": "req-1",
        "seam.retry.delay_ms": 2000
      },
      { "error.type": "SeamConnectionFailed" }
    ]
    const events = spans[1]?.events.map(([name, , attributes]) => [name, attributes]) ?? []
    assert.deepEqual(events.map(([name]) => name), ["ClientSessions.retry", "ClientSessions.retry"])
    for (const [index, expected] of why.entries()) {
      const event = events[index]?.[1]
      assert.deepEqual({ ...Object(event), ...expected }, event)
      assert.deepEqual(logs[index]?.[1], event)
    }
    assert.equal(events.length, logs.length)
    assert.deepEqual(attributesOf(spans[1]), {
      ...request,
      "seam.filters": [],
      "http.response.status_code": 200,
      "http.request.resend_count": 2,
      "seam.request_id": "req-3",
      "seam.client_sessions.count": 2
    })
    const failed = { ...request, "error.type": "SeamConnectionFailed" }
    const refused = { ...request, "http.response.status_code": "503", "error.type": "SeamServerError" }
    const succeeded = { ...request, "http.response.status_code": "200" }
    assert.deepEqual(counted(metrics, "seam.client_sessions.calls"), [[succeeded, 1]])
    assert.deepEqual(counted(metrics, "seam.client_sessions.retries"), [[refused, 1], [failed, 1]])
    assert.deepEqual(counted(metrics, "http.client.request.duration"), [[refused, 1], [failed, 1], [succeeded, 1]])
  })

  Deno.test(`${name}() keeps nothing of an answer in its span that a later attempt did not get`, async () => {
    let requests = 0
    const { spans } = await observe(
      call(),
      () =>
        requests++ === 0
          ? new Response(null, withId("req-1", { status: 503 }))
          : Promise.reject(new TypeError("refused")),
      { retry: { attempts: 2 } },
      () => adjust("250 millis")
    )
    assert.deepEqual(attributesOf(spans[1]), {
      ...request,
      "seam.filters": [],
      "http.request.resend_count": 1,
      "error.type": "SeamConnectionFailed"
    })
  })

  Deno.test(`${name}() that is interrupted says so`, async () => {
    const { metrics, spans } = await observe(
      call(),
      () => new Promise<Response>(() => {}),
      once,
      (fiber) => Effect.andThen(adjust("1 second"), Fiber.interrupt(fiber))
    )
    assert.equal(spans[1]?.status._tag, "Ended")
    assert.deepEqual(attributesOf(spans[1]), { ...request, "seam.filters": [], "error.type": "interrupted" })
    assert.deepEqual(counted(metrics, "seam.client_sessions.calls"), [[{ ...request, "error.type": "interrupted" }, 1]])
  })

  Deno.test(`${name}() that is interrupted before it is tried again has made one request, and no retry`, async () => {
    let requests = 0
    const { metrics, spans } = await observe(
      call(),
      () => (requests++, new Response(null, { status: 503 })),
      {},
      (fiber) => Effect.andThen(adjust("100 millis"), Fiber.interrupt(fiber))
    )
    assert.equal(requests, 1)
    assert.deepEqual(spans[1]?.events.map(([name]) => name), ["ClientSessions.retry"])
    assert.equal(spans[1]?.attributes.get("http.request.resend_count"), undefined)
    assert.deepEqual(counted(metrics, "seam.client_sessions.retries"), [])
  })

  Deno.test(`${name}() measures an attempt in seconds`, async () => {
    const { metrics } = await observe(
      call(),
      () => new Promise<Response>(() => {}),
      { ...once, timeout: "3 seconds" },
      () => adjust("3 seconds")
    )
    const [duration] = metrics.filter(({ id }) => id === "http.client.request.duration")
    assert.ok(duration?.type === "Histogram")
    assert.equal(duration.state.sum, 3)
  })
}

/** How often a metric was updated, by its attributes. */
const counted = (
  metrics: ReadonlyArray<Metric.Metric.Snapshot>,
  name: string
): ReadonlyArray<readonly [attributes: unknown, count: number]> =>
  metrics.filter(({ id }) => id === name).map((metric) => {
    assert.ok(metric.type === "Counter" || metric.type === "Histogram")
    return [{ ...metric.attributes }, Number(metric.state.count)]
  })

Deno.test("list() counts no session of an answer that goes beyond the filter", async () => {
  const { exit, spans } = await observe(
    listing({ user_identifier_key: "nobody" }),
    () => Response.json({ client_sessions: [example] }, withId("req-1"))
  )
  assert.ok(Exit.isFailure(exit))
  assert.deepEqual(attributesOf(spans[1]), {
    ...request,
    "seam.filters": ["user_identifier_key"],
    "http.response.status_code": 200,
    "seam.request_id": "req-1",
    "error.type": "SeamContractViolation"
  })
})

Deno.test("stream() says in its span how it ended after it had begun, and what had come by then", async () => {
  const { metrics, spans } = await observe(
    streaming(),
    () => new Response(bodyOf([`{"client_sessions":[${JSON.stringify(example)},`], "break").body)
  )
  assert.deepEqual(attributesOf(spans[1]), {
    ...request,
    "seam.filters": [],
    "http.response.status_code": 200,
    "seam.client_sessions.count": 1,
    "error.type": "SeamConnectionFailed"
  })
  const ended = { ...request, "http.response.status_code": "200" }
  // The attempt was good: the answer had begun.
  assert.deepEqual(counted(metrics, "http.client.request.duration"), [[ended, 1]])
  assert.deepEqual(counted(metrics, "seam.client_sessions.calls"), [[{
    ...ended,
    "error.type": "SeamConnectionFailed"
  }, 1]])
})

for (
  const [name, reader] of [
    ["fails", () => Effect.fail({ _tag: "no such user: jane_doe" })],
    ["fails with one of ours", () => Effect.fail(new SeamInvalidFilter({ message: "jane_doe", problems: [] }))],
    ["dies", () => Effect.die(new Error("jane_doe"))]
  ] as const
) {
  Deno.test(`stream() whose reader ${name} is no failure of the call`, async () => {
    const { metrics, spans } = await observe(
      Stream.runDrain(Stream.mapEffect(ClientSessions.stream(), reader)).pipe(Effect.exit),
      () => ok(example)
    )
    const ended = { ...request, "http.response.status_code": 200 }
    assert.deepEqual(attributesOf(spans[1]), { ...ended, "seam.filters": [], "seam.client_sessions.count": 1 })
    assert.equal(counted(metrics, "seam.client_sessions.calls").length, 1)
    assert.doesNotMatch(Deno.inspect([metrics, spans[1]?.attributes], { depth: 9 }), /jane_doe|error\.type/)
  })
}

Deno.test("stream() that isn't read to its end is no failure", async () => {
  const { spans } = await observe(
    Stream.runDrain(Stream.take(ClientSessions.stream(), 1)),
    () => new Response(bodyOf([`{"client_sessions":[${JSON.stringify(example)},`], "stay").body)
  )
  assert.deepEqual(attributesOf(spans[1]), {
    ...request,
    "seam.filters": [],
    "http.response.status_code": 200,
    "seam.client_sessions.count": 1
  })
})

Deno.test("Metrics.layer counts the calls of a client that is built with it", async () => {
  const metrics = await ClientSessions.list().pipe(
    Effect.provide(
      ClientSessions.layer({ credentials: Credentials.ApiKey("seam_x") })
        .pipe(Layer.provide(httpOf(() => ok())), Layer.provide(Metrics.layer))
    ),
    Effect.andThen(Metric.snapshot),
    Effect.provideService(Metric.MetricRegistry, new Map()),
    Effect.runPromise
  )
  assert.equal(counted(metrics, "seam.client_sessions.calls").length, 1)
})

/** The headers that a call sends inside a span, and the span of the call. */
const sent = async (options: Partial<ClientSessionsOptions>) => {
  let headers = new Headers()
  const { spans } = await observe(listing(), (request) => {
    headers = request.headers
    return ok()
  }, options)
  return { headers, span: spans[1] }
}

Deno.test("list() sends no trace headers unless asked to", async () => {
  const plain = ["accept", "authorization", "content-type", "seam-sdk-name", "seam-sdk-version"]
  const withoutTrace = (await sent({})).headers
  assert.deepEqual([...withoutTrace.keys()], plain)
  assert.equal(withoutTrace.get("content-type"), "application/json")
  const { headers, span } = await sent({ propagateTrace: true })
  assert.deepEqual([...headers.keys()], [...plain, "b3", "traceparent"].sort())
  assert.ok(headers.get("traceparent")?.includes(span?.spanId ?? "no span"))
})

Deno.test("list() sends no trace headers where tracing is not to be propagated", async () => {
  let headers = new Headers()
  const respond: Respond = (request) => (headers = request.headers, ok())
  await observe(Effect.provideService(listing(), Tracer.DisablePropagation, true), respond, { propagateTrace: true })
  assert.equal(headers.get("authorization") === null, false)
  assert.deepEqual([headers.get("traceparent"), headers.get("b3")], [null, null])
})

Deno.test("list() names the library and the version that is published", async () => {
  const { headers } = await sent({})
  assert.equal(headers.get("seam-sdk-name"), "seam-effect-client-sessions")
  assert.equal(headers.get("seam-sdk-version"), config.version)
})
