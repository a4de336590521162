import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import assert from "node:assert/strict"
import { setImmediate } from "node:timers"
import {
  ClientSessions,
  Credentials,
  type ListError,
  SeamBadRequest,
  type SeamConfigurationError,
  SeamConnectionFailed,
  SeamContractViolation,
  SeamInvalidFilter,
  SeamInvalidResponse,
  SeamRateLimited,
  SeamServerError,
  SeamTimedOut,
  SeamUnauthorized,
  SeamUnexpectedStatus
} from "../../mod.ts"
import { apiKey, failureOf, quick, turn } from "../internal/testing.ts"
import { type Failure, failures, type Outcome, secret } from "./failures.ts"
import * as FailureServer from "./failureServer.ts"
import { Observer } from "./telemetry.ts"

const classes = {
  SeamBadRequest,
  SeamConnectionFailed,
  SeamContractViolation,
  SeamInvalidFilter,
  SeamInvalidResponse,
  SeamRateLimited,
  SeamServerError,
  SeamTimedOut,
  SeamUnauthorized,
  SeamUnexpectedStatus
}

/** What came of a row. */
interface Played {
  readonly exit: Exit.Exit<void, ListError | SeamConfigurationError>
  readonly sessions: number
  readonly attempts: number
  readonly requests: number
  readonly millis: number
  /** Connections that were open when all was over. */
  readonly left: number
}

/** How long a test waits for what the network does, at most: only a test that fails takes that long. */
const patience = 10_000

const immediates = Effect.promise(async () => {
  for (let count = 0; count < 50; count++) await new Promise((resolve) => setImmediate(resolve))
})

/** Lets the event loop turn until a while has passed in which nothing happened. */
const quiet = (activity: () => number): Effect.Effect<void> =>
  Effect.gen(function*() {
    for (let turns = 0, last = activity(); turns < 3; turns++) {
      yield* immediates
      yield* turn
      if (activity() !== last) turns = -1
      last = activity()
    }
  })

/** The test clock, and when the sleeps on it end. */
const watched = (
  clock: Clock.Clock
): { readonly clock: Clock.Clock; readonly next: () => number; readonly slept: () => number } => {
  const ends = new Set<{ readonly at: number }>()
  let slept = 0
  return {
    clock: {
      ...clock,
      sleep: (duration) =>
        Effect.suspend(() => {
          const end = { at: clock.currentTimeMillisUnsafe() + Duration.toMillis(duration) }
          slept++
          ends.add(end)
          return Effect.ensuring(clock.sleep(duration), Effect.sync(() => ends.delete(end)))
        })
    },
    next: () => Math.min(...[...ends].map(({ at }) => at)),
    slept: () => slept
  }
}

/**
 * Plays a row. The clock moves only when the server has done what it will do and the client waits for the clock, and no
 * further than the row says: what would come later than that doesn't come, and fails the test.
 */
const play = (row: Failure, operation: "list" | "stream", { millis }: Outcome): Promise<Played> =>
  Effect.gen(function*() {
    const testClock = yield* Clock.Clock
    const { clock, next, slept } = watched(testClock)
    const now = () => clock.currentTimeMillisUnsafe()
    const server = yield* Effect.acquireRelease(
      Effect.promise(() =>
        FailureServer.start(row, (millis) => Effect.runPromise(clock.sleep(Duration.millis(millis))))
      ),
      (server) => Effect.promise(() => server[Symbol.asyncDispose]())
    )
    const activity = () => server.activity() + slept()
    let sessions = 0
    let started = 0
    let attempts = 0
    // The client waits for the clock between two attempts, or for a server that waits or stalls.
    const isWaiting = () => started > 0 && (started === attempts || (server.connections() > 0 && server.isIdle()))
    let ended: { readonly at: number; readonly exit: Played["exit"] } | undefined
    const call = operation === "list"
      ? Effect.map(ClientSessions.list(row.filter), ({ length }) => void (sessions = length))
      : Stream.runForEach(ClientSessions.stream(row.filter), () => Effect.sync(() => void sessions++))
    const client = ClientSessions.layer({
      credentials: Credentials.ApiKey(apiKey),
      endpoint: server.endpoint,
      transformClient: HttpClient.tapRequest(() => Effect.sync(() => void started++))
    })
    yield* call.pipe(
      Effect.provide(Layer.provide(client, FetchHttpClient.layer)),
      Effect.provideService(Clock.Clock, clock),
      Effect.provideService(Random.Random, { nextDoubleUnsafe: () => 0, nextIntUnsafe: () => 0 }),
      Effect.provideService(Observer, {
        onAttempt: () => Effect.sync(() => void attempts++),
        onRetry: () => Effect.void,
        onCall: () => Effect.void
      }),
      Effect.onExit((exit) => Effect.sync(() => void (ended = { at: now(), exit }))),
      Effect.forkChild
    )
    const start = performance.now()
    let silences = 0
    while (ended === undefined) {
      yield* quiet(activity)
      if (ended !== undefined) break
      const at = next()
      // A runtime may leave a body open whose connection is gone.
      const isSilent = ++silences >= 30 && server.isIdle()
      if ((isWaiting() || isSilent) && at <= millis) {
        silences = 0
        yield* TestClock.setTime(at)
      } else if (performance.now() - start > patience) {
        return assert.fail(
          `Nothing came of it: ${server.requests()} requests, ${server.connections()} connections open, at ${now()} of ` +
            `${millis} ms on the clock, where something is to happen at ${at}`
        )
      }
    }
    const over = performance.now()
    while (server.connections() > 0 && performance.now() - over < 1000) yield* turn
    return {
      exit: ended.exit,
      sessions,
      attempts,
      requests: server.requests(),
      millis: ended.at,
      left: server.connections()
    }
  }).pipe(
    Effect.scoped,
    Effect.provide(TestClock.layer({ warningDelay: "1 hour" })),
    Effect.runPromise
  )

const retryAfterOf = (error: ListError): number | undefined =>
  "retryAfter" in error && error.retryAfter !== undefined
    ? Math.min(Duration.toMillis(error.retryAfter), Number.MAX_SAFE_INTEGER)
    : undefined

const check = (row: Failure, expected: Outcome, played: Played): void => {
  const { exit } = played
  if (Exit.isSuccess(exit)) assert.ok(expected.tag === undefined, "sessions came")
  else {
    const error = failureOf(exit)
    assert.ok(error._tag !== "SeamConfigurationError", error.message)
    assert.equal(error._tag, expected.tag, error.message)
    assert.ok(error instanceof classes[error._tag])
    assert.equal(error.name, expected.tag)
    assert.ok(error.message.length > 20)
    const printed = [Deno.inspect(error, { depth: 9 }), JSON.stringify(error), String(error), error.stack ?? ""].join()
    assert.ok(!printed.includes(secret), printed)
    assert.deepEqual({
      status: "status" in error ? error.status : undefined,
      requestId: "requestId" in error ? error.requestId : undefined,
      isRetryable: error.isRetryable,
      reason: "reason" in error ? error.reason : undefined,
      retryAfterMillis: retryAfterOf(error)
    }, {
      status: expected.status,
      requestId: expected.requestId,
      isRetryable: expected.isRetryable,
      reason: expected.reason,
      retryAfterMillis: expected.retryAfterMillis
    })
    if (expected.problems !== undefined) {
      assert.deepEqual("problems" in error ? error.problems.map(({ path }) => path) : undefined, expected.problems)
    }
  }
  const { attempts, left, millis, requests, sessions } = played
  const isServed = row.endpoint === undefined || row.endpoint === "http" || row.endpoint === "https"
  assert.deepEqual({ sessions, attempts, requests, millis, left }, {
    sessions: expected.sessions ?? 0,
    attempts: expected.attempts,
    requests: isServed ? expected.attempts : 0,
    millis: expected.millis,
    left: expected.left ?? 0
  })
}

/** The rows for which there is time: bodies of many MiB take seconds each. */
const played = failures.filter(({ name, runtimes }) =>
  (runtimes?.includes("deno") ?? true) && !(quick && name.includes(" MiB"))
)

for (const row of played) {
  // Where the stream ends as the list does, `test:full` sees it.
  const operations = quick && row.stream === undefined ? ["list"] as const : ["list", "stream"] as const
  for (const operation of operations) {
    const outcome = operation === "list" ? row.list : row.stream ?? row.list
    const expected = { ...outcome, ...outcome.on?.deno }
    Deno.test(`${operation}() ends in ${expected.tag ?? "success"} on ${row.name}`, async () => {
      check(row, expected, await play(row, operation, expected))
    })
  }
}
