// A call that is cut off, at every point of it and by everything that can cut it off, leaves nothing behind.
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import assert from "node:assert/strict"
import {
  ClientSessions,
  type ClientSessionsOptions,
  Credentials,
  type ListError,
  type SeamConfigurationError
} from "../mod.ts"
import { adjust, apiKey, example, settle } from "./internal/testing.ts"

const session = JSON.stringify(example)

/** What a server does with one request. Nothing comes after the last piece; `end` ends the body. */
interface Step {
  /** None: no answer comes. */
  readonly status?: number
  readonly pieces?: ReadonlyArray<string>
  readonly end?: true
}

/** A server, and all that it can see of a client that goes away. */
const makeServer = (steps: ReadonlyArray<Step>) => {
  const signals: Array<AbortSignal> = []
  /** Bodies that have neither ended nor been let go. */
  const open = new Set<object>()
  let pulled = 0
  const bodyOf = ({ end, pieces = [] }: Step, signal: AbortSignal): ReadableStream<Uint8Array<ArrayBuffer>> => {
    const left = [...pieces]
    const id = {}
    open.add(id)
    return new ReadableStream({
      // As that of `fetch` does, whether somebody reads it or not.
      start: (controller) =>
        signal.addEventListener("abort", () => {
          if (open.delete(id)) controller.error(signal.reason)
        }),
      pull: (controller) => {
        pulled++
        const piece = left.shift()
        if (piece !== undefined) return controller.enqueue(new TextEncoder().encode(piece))
        if (end === undefined) return new Promise(() => {})
        open.delete(id)
        controller.close()
      },
      cancel: () => void open.delete(id)
    }, { highWaterMark: 0 })
  }
  const fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const { signal } = new Request(input, init)
    const step = steps[Math.min(signals.length, steps.length - 1)] ?? {}
    signals.push(signal)
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason))
      if (step.status !== undefined) resolve(new Response(bodyOf(step, signal), { status: step.status }))
    })
  }
  return { fetch, open, pulled: () => pulled, signals }
}

/** The clock, and how many sleep on it. */
const watched = (clock: Clock.Clock) => {
  let sleeping = 0
  return {
    sleeping: () => sleeping,
    clock: {
      ...clock,
      sleep: (duration: Parameters<Clock.Clock["sleep"]>[0]) =>
        Effect.acquireUseRelease(
          Effect.sync(() => void sleeping++),
          () => clock.sleep(duration),
          () => Effect.sync(() => void sleeping--)
        )
    }
  }
}

/** Spans that have begun and not ended. */
const openSpans = () => {
  const spans: Array<Tracer.NativeSpan> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  return { tracer, begun: () => spans.length, open: () => spans.filter(({ status }) => status._tag === "Started") }
}

type Failed = ListError | SeamConfigurationError
type Call = Effect.Effect<unknown, ListError, ClientSessions>

const calls: Readonly<Record<string, Call>> = {
  list: ClientSessions.list(),
  stream: Stream.runDrain(ClientSessions.stream())
}

/** Asserts that no promise is rejected that nobody waits for, meanwhile. */
const withoutRejections = async <A>(run: () => Promise<A>): Promise<A> => {
  const rejections: Array<unknown> = []
  const onRejection = (event: PromiseRejectionEvent): void => {
    event.preventDefault()
    rejections.push(event.reason)
  }
  addEventListener("unhandledrejection", onRejection)
  try {
    return await run()
  } finally {
    await new Promise((resolve) => setTimeout(resolve, 0))
    removeEventListener("unhandledrejection", onRejection)
    assert.deepEqual(rejections, [])
  }
}

/** A point of a call: where the server, or a middleware, keeps it waiting. */
interface Point {
  readonly steps: ReadonlyArray<Step>
  readonly options?: Partial<ClientSessionsOptions>
  /** How many requests have been made by then. */
  readonly requests: number
  /** Of a refusal: what the time limit ends in. */
  readonly refusal?: ListError["_tag"]
}

const begun = "{\"client_sessions\":["

const points: Readonly<Record<string, Point>> = {
  "before the request, in a middleware": {
    steps: [{}],
    options: { transformClient: HttpClient.tapRequest(() => Effect.sleep("1 hour")) },
    requests: 0
  },
  "before the answer": { steps: [{}], requests: 1 },
  "before the body": { steps: [{ status: 200 }], requests: 1 },
  "between two sessions": { steps: [{ status: 200, pieces: [begun, session, ","] }], requests: 1 },
  "within a session": { steps: [{ status: 200, pieces: [begun, session.slice(0, 40)] }], requests: 1 },
  "after the last session": { steps: [{ status: 200, pieces: [`${begun}${session}]`] }], requests: 1 },
  "before the end of the body": { steps: [{ status: 200, pieces: [`${begun}${session}],"ok":true}`] }], requests: 1 },
  "in the body of a refusal": {
    steps: [{ status: 401, pieces: ["{"] }],
    requests: 1,
    refusal: "SeamUnauthorized"
  },
  "between two attempts": {
    steps: [{ status: 503, pieces: ["{}"], end: true }],
    options: { retry: { baseDelay: "1 hour", maxDelay: "1 day" } },
    requests: 1,
    // The limit is that of an attempt.
    refusal: "SeamServerError"
  },
  "in the second attempt": {
    steps: [{ status: 503, pieces: ["{}"], end: true }, { status: 200, pieces: [begun] }],
    options: { retry: { baseDelay: "1 milli" } },
    requests: 2
  }
}

/** What is cut off, and by what. It ends in an interruption, unless it says in which failure. */
type Cut = (call: Effect.Effect<unknown, Failed>, cut: Effect.Effect<unknown>) => Effect.Effect<unknown, unknown>

const cuts: Readonly<Record<string, Cut>> = {
  "an interruption": (call, cut) =>
    Effect.flatMap(Effect.forkChild(call), (fiber) => Effect.andThen(cut, Fiber.interrupt(fiber))),
  "the caller's time limit": (call, cut) =>
    Effect.timeoutOption(call, "500 millis").pipe(Effect.raceFirst(Effect.andThen(cut, Effect.never))),
  "the caller's signal": (call, cut) => {
    const caller = new AbortController()
    return Effect.context<never>().pipe(
      Effect.flatMap((context) => {
        const exit = Effect.runPromiseExitWith(context)(call, { signal: caller.signal })
        return cut.pipe(
          Effect.andThen(Effect.sync(() => caller.abort())),
          Effect.andThen(Effect.promise(() => exit)),
          Effect.tap((exit) =>
            Effect.sync(() => assert.ok(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)))
          )
        )
      })
    )
  },
  "a race that it loses": (call, cut) => Effect.raceFirst(call, cut),
  "the failure of another": (call, cut) =>
    Effect.exit(Effect.all([call, Effect.andThen(cut, Effect.fail("another"))], { concurrency: "unbounded" })),
  "the end of its scope": (call, cut) => Effect.scoped(Effect.andThen(Effect.forkScoped(call), cut))
}

/** Plays a cut at a point, and asserts that nothing is left of the call. */
const play = (call: Call, { options, requests, steps }: Point, cut: Cut): Promise<void> =>
  withoutRejections(() =>
    Effect.gen(function*() {
      const server = makeServer(steps)
      const { clock, sleeping } = watched(yield* Clock.Clock)
      const spans = openSpans()
      const client = ClientSessions.layer({ credentials: Credentials.ApiKey(apiKey), ...options }).pipe(
        Layer.provide(FetchHttpClient.layer),
        Layer.provide(Layer.succeedContext(Context.make(FetchHttpClient.Fetch, server.fetch)))
      )
      const there = Effect.andThen(adjust("100 millis"), settle(() => server.signals.length >= requests))
      const reached = Effect.andThen(
        there,
        Effect.sync(() => {
          assert.equal(server.signals.length, requests)
          assert.ok(spans.open().length > 0)
        })
      )
      yield* cut(
        call.pipe(
          Effect.provide(client),
          Effect.provideService(Clock.Clock, clock),
          Effect.provideService(Tracer.Tracer, spans.tracer)
        ),
        Effect.andThen(reached, adjust("500 millis"))
      )
      yield* settle()
      // Whatever would be made again is made within a day.
      yield* adjust("2 days")
      assert.equal(server.signals.length, requests, "requests")
      assert.equal(server.open.size, 0, "open bodies")
      assert.equal(sleeping(), 0, "sleeping")
      assert.ok(spans.begun() > 0)
      assert.deepEqual(spans.open().map(({ name }) => name), [], "open spans")
      // One whose body has been read to its end is over.
      assert.ok(server.signals.every(({ aborted }, at) => aborted || steps[at]?.end === true), "signals")
    }).pipe(Effect.provide(TestClock.layer({ warningDelay: "1 hour" })), Effect.runPromise)
  )

for (const [name, call] of Object.entries(calls)) {
  for (const [where, point] of Object.entries(points)) {
    Deno.test(`${name}() that is cut off ${where} leaves nothing behind, whatever cuts it off`, async () => {
      for (const cut of Object.values(cuts)) await play(call, point, cut)
    })
  }
}
