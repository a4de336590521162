import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import assert from "node:assert/strict"
import * as Ask from "./Ask.ts"
import type { Limits } from "./Probe.ts"
import * as Probe from "./Probe.ts"
import * as Target from "./Target.ts"

const limits: Limits = { timeout: 1_000, rate: Infinity, maxBodyBytes: 1_000, patience: 60_000 }

const probe = (fetch: () => Response | Promise<Response>, rest: Partial<Limits> = {}): Probe.Probe =>
  Probe.make(Target.make({ url: "http://localhost", fetch, credential: { apiKey: "seam_test" } }), {
    ...limits,
    ...rest
  })

const ok = (): Response => Response.json({ client_sessions: [], ok: true })

/** Runs on a clock that jumps from one thing that is waited for to the next. */
const onTestClock = <A>(effect: Effect.Effect<A, unknown>): Promise<A> =>
  Effect.runPromise(
    Effect.gen(function*() {
      const fiber = yield* Effect.forkChild(effect)
      for (let step = 0; step < 200; step++) {
        yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve)))
        yield* TestClock.adjust(500)
      }
      return yield* Fiber.join(fiber)
    }).pipe(Effect.provide(TestClock.layer()))
  )

Deno.test("ask() keeps to the rate", async () => {
  const starts: Array<number> = []
  const { ask } = probe(ok, { rate: 2 })
  await onTestClock(
    Effect.forEach(
      [1, 2, 3, 4],
      () => Effect.tap(ask(Ask.list({})), () => Effect.map(Clock.currentTimeMillis, (now) => starts.push(now)))
    )
  )
  assert.deepEqual(starts, [0, 500, 1_000, 1_500])
})

Deno.test("ask() waits as Retry-After says, and asks again", async () => {
  let count = 0
  const { ask } = probe(() => ++count < 3 ? new Response(null, { status: 429, headers: { "retry-after": "7" } }) : ok())
  const [answer, now] = await onTestClock(Effect.zip(ask(Ask.list({})), Clock.currentTimeMillis))
  assert.deepEqual([answer.status, count, now], [200, 3, 14_000])
})

for (const [why, headers] of [["longer than there is patience for", { "retry-after": "61" }], ["no", {}]] as const) {
  Deno.test(`ask() takes a 429 with ${why} Retry-After for an answer`, async () => {
    let count = 0
    const { ask } = probe(() => {
      count++
      return new Response(null, { status: 429, headers })
    })
    const answer = await Effect.runPromise(ask(Ask.list({})))
    assert.deepEqual([answer.status, count], [429, 1])
  })
}

Deno.test("ask() gives a target up that keeps it waiting", async () => {
  let count = 0
  const { ask, lost } = probe(() => {
    count++
    return new Promise(() => {})
  })
  const outcomes = await onTestClock(
    Effect.forEach(
      Array.from({ length: 8 }),
      () => Effect.match(ask(Ask.list({})), { onFailure: ({ message }) => message, onSuccess: ({ seen }) => seen })
    )
  )
  assert.deepEqual(outcomes, [
    ...Array(5).fill("no answer within 1000 ms"),
    ...Array(3).fill("the target has stopped answering")
  ])
  assert.deepEqual([count, lost().length], [5, 5])
})

Deno.test("ask() aborts a request that takes too long", async () => {
  let aborted = false
  const { ask } = Probe.make(
    Target.make({
      url: "http://localhost",
      credential: { apiKey: "seam_test" },
      fetch: ({ signal }) =>
        new Promise(() =>
          signal.addEventListener("abort", () => {
            aborted = true
          })
        )
    }),
    limits
  )
  await onTestClock(ask(Ask.list({})))
  assert(aborted)
})

Deno.test("ask() makes no request beyond what is allowed", async () => {
  const { allow, ask, asked } = probe(ok)
  allow(2)
  const program = Effect.forEach([1, 2, 3], () => ask(Ask.list({})))
  const error = await Effect.runPromise(Effect.flip(program))
  assert.deepEqual([error.message, asked()], ["no requests are left", 2])
})
