import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import assert from "node:assert/strict"
import {
  ClientSessions,
  type ClientSessionsOptions,
  Credentials,
  type ListError,
  type SeamConfigurationError,
  SeamConnectionFailed
} from "../../mod.ts"
import { apiKey, bodyOf, example, failureOf, httpOf, layerOf, ok, once } from "../internal/testing.ts"

/** What a middleware makes of a client; its errors may be anything. */
type Middleware = NonNullable<ClientSessionsOptions["transformClient"]>

/** As a program's own `HttpClient`, which fails with its own errors only: others become defects. */
const asHttpClient = (client: ReturnType<Middleware>): HttpClient.HttpClient =>
  HttpClient.make((request) =>
    Effect.catch(
      client.execute(request),
      (error) => HttpClientError.isHttpClientError(error) ? Effect.fail(error) : Effect.die(error)
    )
  )

const credentials = Credentials.ApiKey(apiKey)

type Client = Layer.Layer<ClientSessions, SeamConfigurationError>
type Place = (middleware: Middleware, respond: () => Response, options?: Partial<ClientSessionsOptions>) => Client

const places: Readonly<Record<string, Place>> = {
  transformClient: (transformClient, respond, options) => layerOf(respond, { ...options, transformClient }),
  "a provided HttpClient": (middleware, respond, options) =>
    ClientSessions.layer({ credentials, ...options }).pipe(
      Layer.provide(
        Layer.effect(
          HttpClient.HttpClient,
          Effect.map(HttpClient.HttpClient, (client) => asHttpClient(middleware(client)))
        )
      ),
      Layer.provide(httpOf(respond))
    )
}

/** How many sessions come. */
type Count = Effect.Effect<number, ListError, ClientSessions>

const operations: Readonly<Record<string, Count>> = {
  list: Effect.map(ClientSessions.list(), ({ length }) => length),
  stream: Stream.runCount(ClientSessions.stream())
}

/** What comes: sessions, or an error. Anything else fails the test. */
const cameOf = <E>(exit: Exit.Exit<number, E>): number | E => Exit.isSuccess(exit) ? exit.value : failureOf(exit)

const refusal = (status: number) => () =>
  Response.json({ ok: false, error: { type: "unauthorized", message: "No." } }, { status })

const answers: Readonly<
  Record<string, { readonly respond: () => Response; readonly comes: number | ListError["_tag"] }>
> = {
  sessions: { respond: () => ok(example, example), comes: 2 },
  "a 401": { respond: refusal(401), comes: "SeamUnauthorized" },
  "a 503": { respond: refusal(503), comes: "SeamServerError" },
  "a 503 in HTML": { respond: () => new Response("<html>", { status: 503 }), comes: "SeamServerError" },
  "a 503 without a body": { respond: () => new Response(null, { status: 503 }), comes: "SeamServerError" },
  "a body that is empty": { respond: () => new Response(""), comes: "SeamInvalidResponse" },
  "no body": { respond: () => new Response(null), comes: "SeamInvalidResponse" }
}

/** Keeps the first response, whose body it reads, and hands it out again and again. */
const cached: Middleware = (client) => {
  let kept: HttpClientResponse.HttpClientResponse | undefined
  return HttpClient.transform(client, (effect) =>
    Effect.suspend(() =>
      kept === undefined
        ? Effect.tap(effect, (response) => Effect.as(response.arrayBuffer, kept = response))
        : Effect.succeed(kept)
    ))
}

const middlewares: Readonly<Record<string, Effect.Effect<Middleware, never, Scope.Scope>>> = {
  "that does nothing": Effect.succeed((client) => client),
  "that has read the body as text": Effect.succeed(HttpClient.tap((response) => response.text)),
  "that has read the body as JSON": Effect.succeed(HttpClient.tap((response) => response.json)),
  "that has read the body as bytes": Effect.succeed(HttpClient.tap((response) => response.arrayBuffer)),
  "that has read the body twice": Effect.succeed(
    HttpClient.tap((response) => Effect.andThen(response.text, response.arrayBuffer))
  ),
  "that has read the body as text, if it could": Effect.succeed(
    HttpClient.tap((response) => Effect.exit(response.json))
  ),
  "that is a cache": Effect.succeed(cached),
  "that limits the rate": Effect.map(
    RateLimiter.make.pipe(Effect.provide(RateLimiter.layerStoreMemory)),
    (limiter) => HttpClient.withRateLimiter({ limiter, key: "seam", limit: 100, window: "1 minute" })
  ),
  "that breaks the circuit": CircuitBreaker.make({
    tripPolicy: CircuitBreaker.consecutive(100),
    openDuration: "1 minute"
  }).pipe(
    Effect.provide(CircuitBreaker.layerStoreMemory()),
    Effect.map((breaker) => HttpClient.withCircuitBreaker({ breaker }))
  ),
  "that filters by status": Effect.succeed(HttpClient.filterStatusOk),
  "that filters by status, and has read the body": Effect.succeed((client) =>
    client.pipe(HttpClient.tap((response) => response.text), HttpClient.filterStatusOk)
  ),
  "that takes 401 only": Effect.succeed(HttpClient.filterStatus((status) => status === 401)),
  "that changes the request": Effect.succeed(HttpClient.mapRequest(HttpClientRequest.setHeader("x-tenant", "1"))),
  "that follows redirects": Effect.succeed(HttpClient.followRedirects())
}

for (const [what, middleware] of Object.entries(middlewares)) {
  for (const [where, place] of Object.entries(places)) {
    for (const [operation, call] of Object.entries(operations)) {
      Deno.test(`${operation}() works over a middleware ${what}, in ${where}`, async () => {
        for (const [answer, { comes, respond }] of Object.entries(answers)) {
          let requests = 0
          const twice = Effect.gen(function*() {
            const client = place(yield* middleware, () => (requests++, respond()), once)
            return yield* Effect.provide(Effect.all([Effect.exit(call), Effect.exit(call)]), client)
          })
          const exits = await Effect.runPromise(Effect.scoped(twice))
          for (const came of exits.map(cameOf)) {
            assert.equal(typeof came === "number" ? came : came._tag, comes, answer)
            if (typeof came !== "number" && "serverMessage" in came && /HTML|without/.exec(answer) === null) {
              assert.equal(came.serverMessage && Redacted.value(came.serverMessage), "No.", answer)
            }
          }
          assert.equal(requests, what === "that is a cache" ? 1 : 2, answer)
        }
      })
    }
  }
}

const drains: Readonly<Record<string, Middleware>> = {
  "drained the body": HttpClient.tap((response) => Effect.exit(Stream.runDrain(response.stream))),
  "taken the first piece of the body": HttpClient.tap((response) => Effect.exit(Stream.runHead(response.stream)))
}

for (const [what, middleware] of Object.entries(drains)) {
  for (const [where, place] of Object.entries(places)) {
    for (const [operation, call] of Object.entries(operations)) {
      Deno.test(`${operation}() says so where a middleware has ${what}, in ${where}`, async () => {
        for (const [answer, { comes, respond }] of Object.entries(answers)) {
          let requests = 0
          const came = cameOf(
            await Effect.runPromiseExit(
              Effect.provide(call, place(middleware, () => (requests++, respond()), { retry: { baseDelay: 1 } }))
            )
          )
          assert.ok(typeof came !== "number")
          assert.equal(came._tag, comes === 2 ? "SeamInvalidResponse" : comes, answer)
          if (came._tag === "SeamInvalidResponse") assert.match(came.message, /had been read/)
          // The client's own retries go on.
          assert.equal(requests, came._tag === "SeamServerError" ? 3 : 1, answer)
        }
      })
    }
  }
}

class Trap {
  get cause(): never {
    throw new Error("No cause")
  }
  get message(): never {
    throw new Error("No message")
  }
}

const own = (error: unknown): Middleware => (client) => HttpClient.transform(client, () => Effect.fail(error))

/** A client whose `execute` gives whatever it is told to, as JavaScript could. */
const giving = (value: unknown): Middleware => (client) =>
  new Proxy(client, { get: (target, key) => key === "execute" ? () => value : Reflect.get(target, key) })

const faults: Readonly<Record<string, Middleware>> = {
  "fails with an error of its own": own(new Error("No.")),
  "fails with text": own("No."),
  "fails with nothing": own(undefined),
  "fails with null": own(null),
  "fails with an object that can't be looked at": own(new Trap()),
  "fails with an error that is its own cause": own(
    Object.defineProperty(new Error("No."), "cause", {
      get() {
        return this
      }
    })
  ),
  "fails with what looks like one of ours": own({ _tag: "SeamTimedOut", isRetryable: true }),
  "fails with the code of a connection": own(Object.assign(new Error("No."), { code: "ECONNRESET" })),
  throws: (client) =>
    HttpClient.transform(client, () => {
      throw new Error("No.")
    }),
  "throws as it is called": (client) =>
    new Proxy(client, {
      get: (target, key) => {
        if (key === "execute") throw new Error("No.")
        return Reflect.get(target, key)
      }
    }),
  dies: (client) => HttpClient.transform(client, () => Effect.die("No.")),
  "dies after an answer": HttpClient.tap(() => Effect.die(new Error("No."))),
  "dies of an object that can't be looked at": (client) => HttpClient.transform(client, () => Effect.die(new Trap())),
  "interrupts itself": (client) => HttpClient.transform(client, () => Effect.interrupt),
  "interrupts itself after an answer": HttpClient.tap(() => Effect.interrupt),
  "gives what is no effect to HttpClient": (client) => HttpClient.transform(client, () => Reflect.get({}, "an effect")),
  "gives nothing": giving(undefined),
  "gives a promise": giving(Promise.resolve(new Response())),
  "gives undefined for a response": giving(Effect.succeed(undefined)),
  "gives null for a response": giving(Effect.succeed(null)),
  "gives text for a response": giving(Effect.succeed("200")),
  "gives an empty object for a response": giving(Effect.succeed({})),
  "gives headers and no status for a response": giving(Effect.succeed({ headers: {} })),
  "gives a status that is text": giving(Effect.succeed({ headers: {}, status: "401" })),
  "gives a status that is no number": giving(Effect.succeed({ headers: {}, status: NaN })),
  "gives 200 and no headers for a response": giving(Effect.succeed({ status: 200 })),
  "gives 200 and no body for a response": giving(Effect.succeed({ status: 200, headers: {} })),
  "gives the Web's response": giving(Effect.sync(() => ok(example)))
}

for (const [what, middleware] of Object.entries(faults)) {
  for (const [where, place] of Object.entries(places)) {
    for (const [operation, call] of Object.entries(operations)) {
      Deno.test(`${operation}() ends in SeamConnectionFailed where a middleware ${what}, in ${where}`, async () => {
        let attempts = 0
        const counted: Middleware = (client) => ({
          execute: (request) => {
            attempts++
            return middleware(client).execute(request)
          }
        })
        const came = cameOf(await Effect.runPromiseExit(Effect.provide(call, place(counted, () => ok(example)))))
        assert.ok(came instanceof SeamConnectionFailed, String(came))
        assert.deepEqual([came.reason, came.isRetryable], ["middleware", false])
        assert.ok(!Deno.inspect(came, { depth: 9 }).includes("No."))
        assert.equal(attempts, 1)
      })
    }
  }
}

for (const [operation, call] of Object.entries(operations)) {
  for (
    const [how, middleware] of [
      ["has tried to read", HttpClient.tap((response) => Effect.exit(response.text))],
      ["reads", HttpClient.tap((response) => response.arrayBuffer)]
    ] as const
  ) {
    Deno.test(`${operation}() ends in SeamConnectionFailed on a body that broke off while a middleware ${how} it`, async () => {
      const client = layerOf(() => new Response(bodyOf(["{"], "break").body), { ...once, transformClient: middleware })
      const came = cameOf(await Effect.runPromiseExit(Effect.provide(call, client)))
      assert.ok(came instanceof SeamConnectionFailed && came.reason === "body" && came.isRetryable)
    })
  }

  Deno.test(`${operation}() says that the body had been read where a cache keeps responses it has not read`, async () => {
    let requests = 0
    const keeping: Middleware = (client) => {
      const kept = new Map<string, Effect.Effect<HttpClientResponse.HttpClientResponse, unknown>>()
      return {
        execute: (request) => {
          const answer = kept.get(request.url) ?? Effect.runSync(Effect.cached(client.execute(request)))
          kept.set(request.url, answer)
          return answer
        }
      }
    }
    const twice = Effect.all([call, Effect.flip(call)])
    const [first, second] = await Effect.runPromise(
      Effect.provide(twice, layerOf(() => (requests++, ok(example)), { transformClient: keeping }))
    )
    assert.equal(first, 1)
    assert.ok(second._tag === "SeamInvalidResponse")
    assert.match(second.message, /had been read/)
    assert.equal(requests, 1)
  })
}

const throwing = (message: string) => () => {
  throw new Error(message)
}

const oddBodies: Readonly<Record<string, () => ReadableStream<unknown>>> = {
  "is made of text": () => ReadableStream.from(["{\"client_sessions\":[]}"]),
  "is made of nothing": () => ReadableStream.from([null]),
  "is made of buffers": () => ReadableStream.from([new ArrayBuffer(8)]),
  "goes on without a byte": () => new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(0)) }),
  "throws as it is asked": () => new ReadableStream({ pull: throwing("No.") })
}

for (const [what, body] of Object.entries(oddBodies)) {
  for (const [operation, call] of Object.entries(operations)) {
    Deno.test(`${operation}() ends in SeamConnectionFailed on a body that ${what}`, async () => {
      const client = layerOf(() => Reflect.construct(Response, [body()]), once)
      const came = cameOf(await Effect.runPromiseExit(Effect.provide(call, client)))
      assert.ok(came instanceof SeamConnectionFailed, String(came))
      assert.equal(came.reason, "body")
      assert.ok(!Deno.inspect(came, { depth: 9 }).includes("No."))
    })

    Deno.test(`${operation}() ends in SeamUnauthorized on a 401 whose body ${what}`, async () => {
      const client = layerOf(() => Reflect.construct(Response, [body(), { status: 401 }]), once)
      const came = cameOf(await Effect.runPromiseExit(Effect.provide(call, client)))
      assert.ok(typeof came !== "number" && came._tag === "SeamUnauthorized", String(came))
    })
  }
}

for (const [operation, call] of Object.entries(operations)) {
  Deno.test(`${operation}() ends in the failure of a body that can't be cancelled`, async () => {
    const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode("x".repeat(100))),
      cancel: throwing("No.")
    })
    const came = cameOf(
      await Effect.runPromiseExit(Effect.provide(call, layerOf(() => new Response(endless), once)))
    )
    assert.ok(typeof came !== "number" && came._tag === "SeamInvalidResponse", String(came))
  })

  Deno.test(`${operation}() takes nothing but text for a header`, async () => {
    const headers = { "retry-after": 5, "seam-request-id": { length: 1, toString: () => "abc", secret: "No." } }
    const middleware: Middleware = (client) => ({
      execute: (request) =>
        Effect.map(client.execute(request), (response) =>
          new Proxy(response, {
            get: (target, key) => key === "headers" ? headers : Reflect.get(target, key, target)
          }))
    })
    const client = layerOf(refusal(503), { ...once, transformClient: middleware })
    const came = cameOf(await Effect.runPromiseExit(Effect.provide(call, client)))
    assert.ok(typeof came !== "number" && came._tag === "SeamServerError", String(came))
    assert.deepEqual([came.requestId, came.retryAfter], [undefined, undefined])
  })
}

const badBodies: Readonly<Record<string, [Stream.Stream<Uint8Array, unknown>, SeamConnectionFailed["reason"]]>> = {
  "fails with an error of its own": [Stream.fail("No."), "body"],
  dies: [Stream.die(new Error("No.")), "middleware"],
  "fails after a piece": [Stream.concat(Stream.succeed(new Uint8Array([123])), Stream.fail(null)), "body"],
  "dies after a piece": [Stream.concat(Stream.succeed(new Uint8Array([123])), Stream.die(null)), "middleware"]
}

for (const [what, [stream, reason]] of Object.entries(badBodies)) {
  for (const [operation, call] of Object.entries(operations)) {
    Deno.test(`${operation}() ends in SeamConnectionFailed where a middleware's body ${what}`, async () => {
      const middleware: Middleware = (client) =>
        HttpClient.transform(client, (effect) =>
          Effect.map(effect, (response) =>
            new Proxy(response, {
              get: (target, key) =>
                key === "stream"
                  ? stream
                  : key === "arrayBuffer"
                  ? Effect.fail("None.")
                  : String(key).includes("WebSource")
                  ? undefined
                  : Reflect.get(target, key, target)
            })))
      const client = layerOf(() => ok(example), { ...once, transformClient: middleware })
      const came = cameOf(await Effect.runPromiseExit(Effect.provide(call, client)))
      assert.ok(came instanceof SeamConnectionFailed, String(came))
      assert.equal(came.reason, reason)
    })
  }
}

Deno.test("list() ends in SeamConnectionFailed while a circuit is broken, and asks nobody", async () => {
  let requests = 0
  const program = Effect.gen(function*() {
    const breaker = yield* CircuitBreaker.make({ tripPolicy: CircuitBreaker.consecutive(1), openDuration: "1 minute" })
    const client = layerOf(() => (requests++, new Response(null, { status: 503 })), {
      ...once,
      transformClient: HttpClient.withCircuitBreaker({ breaker })
    })
    return yield* Effect.provide(
      Effect.all([Effect.flip(ClientSessions.list()), Effect.flip(ClientSessions.list())]),
      client
    )
  })
  const [first, second] = await Effect.runPromise(
    program.pipe(Effect.scoped, Effect.provide(CircuitBreaker.layerStoreMemory()))
  )
  assert.equal(first._tag, "SeamServerError")
  assert.ok(second._tag === "SeamConnectionFailed" && second.reason === "middleware")
  assert.equal(requests, 1)
})

Deno.test("list() ends in SeamConnectionFailed where a limit of the rate is reached, and asks nobody", async () => {
  let requests = 0
  const limiter = await Effect.runPromise(RateLimiter.make.pipe(Effect.provide(RateLimiter.layerStoreMemory)))
  const client = layerOf(() => (requests++, ok(example)), {
    transformClient: (client) =>
      HttpClient.transform(
        client,
        (effect) =>
          Effect.andThen(limiter.consume({ key: "seam", limit: 1, window: "1 minute", onExceeded: "fail" }), effect)
      )
  })
  const both = Effect.provide(Effect.all([ClientSessions.list(), Effect.flip(ClientSessions.list())]), client)
  const [, error] = await Effect.runPromise(both)
  assert.ok(error._tag === "SeamConnectionFailed" && error.reason === "middleware" && !error.isRetryable)
  assert.equal(requests, 1)
})

const transforms: Readonly<Record<string, unknown>> = {
  throws: () => {
    throw new Error("No.")
  },
  "throws something that can't be looked at": () => {
    throw new Trap()
  },
  ...Object.fromEntries(
    [undefined, null, "client", {}, { execute: 5 }, Promise.resolve()].map((
      client
    ) => [`gives ${Deno.inspect(client)}`, () => client])
  )
}

for (const [what, transformClient] of Object.entries(transforms)) {
  Deno.test(`layer() ends in SeamConfigurationError where transformClient ${what}`, async () => {
    const options = { credentials }
    Reflect.set(options, "transformClient", transformClient)
    const layer = Layer.provide(ClientSessions.layer(options), httpOf(() => ok(example)))
    const error = failureOf(await Effect.runPromiseExit(Effect.provide(ClientSessions.list(), layer)))
    assert.ok(error._tag === "SeamConfigurationError", String(error))
    assert.equal(error.option, "transformClient")
    assert.ok(!Deno.inspect(error).includes("No."))
  })
}

Deno.test("stream() lets the body go over a middleware, where it isn't read to its end", async () => {
  const { body, isCancelled } = bodyOf([`{"client_sessions":[${JSON.stringify(example)},`], "stay")
  const client = layerOf(() => new Response(body), { transformClient: HttpClient.filterStatusOk })
  await Effect.runPromise(Effect.provide(Stream.runHead(ClientSessions.stream()), client))
  assert.ok(isCancelled())
})

const noStatuses: Readonly<Record<string, () => unknown>> = {
  "has no number for a status": () => NaN,
  "throws where the status is read": throwing("No.")
}

for (const [what, status] of Object.entries(noStatuses)) {
  for (const [operation, call] of Object.entries(operations)) {
    Deno.test(`${operation}() lets the body go of an answer that ${what}`, async () => {
      const { body, isCancelled } = bodyOf(["{"], "stay")
      const middleware: Middleware = (client) => ({
        execute: (request) =>
          Effect.map(client.execute(request), (response) =>
            new Proxy(response, {
              get: (target, key) => key === "status" ? status() : Reflect.get(target, key, target)
            }))
      })
      const client = layerOf(() => new Response(body), { transformClient: middleware })
      const came = cameOf(await Effect.runPromiseExit(Effect.provide(call, client)))
      assert.ok(came instanceof SeamConnectionFailed && came.reason === "middleware")
      assert.ok(isCancelled())
    })
  }
}
