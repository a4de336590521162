import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import assert from "node:assert/strict"
import * as Filters from "../operation/Filter.ts"
import * as Operations from "../operation/Operation.ts"
import { clientSessions } from "../seam/mod.ts"
import * as Ask from "./Ask.ts"
import type { Limits } from "./Probe.ts"
import * as Probe from "./Probe.ts"
import * as Target from "./Target.ts"

const { list } = Ask.make(clientSessions)

const limits: Limits = { timeout: 1_000, rate: Infinity, maxBodyBytes: 1_000, maxPages: 10, patience: 60_000 }

const probe = (fetch: () => Response | Promise<Response>, rest: Partial<Limits> = {}): Probe.Probe =>
  Probe.make(Target.make(clientSessions, { url: "http://localhost", fetch, credential: "seam_test" }), {
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
      () => Effect.tap(ask(list({})), () => Effect.map(Clock.currentTimeMillis, (now) => starts.push(now)))
    )
  )
  assert.deepEqual(starts, [0, 500, 1_000, 1_500])
})

Deno.test("ask() waits as Retry-After says, and asks again", async () => {
  let count = 0
  const { ask } = probe(() => ++count < 3 ? new Response(null, { status: 429, headers: { "retry-after": "7" } }) : ok())
  const [answer, now] = await onTestClock(Effect.zip(ask(list({})), Clock.currentTimeMillis))
  assert.deepEqual([answer.status, count, now], [200, 3, 14_000])
})

for (const [why, headers] of [["longer than there is patience for", { "retry-after": "61" }], ["no", {}]] as const) {
  Deno.test(`ask() takes a 429 with ${why} Retry-After for an answer`, async () => {
    let count = 0
    const { ask } = probe(() => {
      count++
      return new Response(null, { status: 429, headers })
    })
    const answer = await Effect.runPromise(ask(list({})))
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
      () => Effect.match(ask(list({})), { onFailure: ({ message }) => message, onSuccess: ({ seen }) => seen })
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
    Target.make(clientSessions, {
      url: "http://localhost",
      credential: "seam_test",
      fetch: ({ signal }) =>
        new Promise(() =>
          signal.addEventListener("abort", () => {
            aborted = true
          })
        )
    }),
    limits
  )
  await onTestClock(ask(list({})))
  assert(aborted)
})

Deno.test("ask() makes no request beyond what is allowed", async () => {
  const { allow, ask, asked } = probe(ok)
  allow(2)
  const program = Effect.forEach([1, 2, 3], () => ask(list({})))
  const error = await Effect.runPromise(Effect.flip(program))
  assert.deepEqual([error.message, asked()], ["no requests are left", 2])
})

// ---------------------------------------------------------------------------------------------------------------------
// Pages
// ---------------------------------------------------------------------------------------------------------------------

const numbers = Array.from({ length: 25 }, (_, id) => ({ id }))

const by = (pages: Operations.Pages, how: Operations.Operation["by"], items = "numbers"): Operations.Operation =>
  Operations.make({ path: "/numbers", by: how, items, id: "id", filters: { id: Filters.equals("id") }, pages })

const pageAt = (at: number) => ({ numbers: numbers.slice(at, at + 10), ...(at < 20 && { next: at + 10 }) })

const servers: ReadonlyArray<[string, Operations.Operation, (request: Request) => Promise<Response>]> = [
  [
    "a cursor in the query",
    by({ cursor: "from", next: "next" }, "query"),
    (request) => Promise.resolve(Response.json(pageAt(Number(new URL(request.url).searchParams.get("from")))))
  ],
  ["a cursor in the body", by({ cursor: "from", next: "next" }, "body"), async (request) => {
    const { from = 0 } = await request.json()
    return Response.json(pageAt(from))
  }],
  ["the header Link", by("link", "query", ""), (request) => {
    const at = Number(new URL(request.url).searchParams.get("from"))
    const link = `<http://localhost/numbers?from=0>; rel="first"${
      at < 20 ? `, </numbers?from=${at + 10}>; title="a, b"; rel="next"` : ""
    }`
    return Promise.resolve(Response.json(numbers.slice(at, at + 10), { headers: { link } }))
  }],
  [
    "a function",
    by(({ index }) => index < 2 ? { parameters: { from: (index + 1) * 10 } } : undefined, "query"),
    (request) => Promise.resolve(Response.json(pageAt(Number(new URL(request.url).searchParams.get("from")))))
  ]
]

for (const [what, operation, fetch] of servers) {
  Deno.test(`ask() gathers the pages that ${what} leads to`, async () => {
    const make = (rest: Partial<Limits>) =>
      Probe.make(Target.make(operation, { url: "http://localhost", fetch }), { ...limits, ...rest })
    const question = Ask.make(operation).list({})
    const { ask, asked } = make({})
    const answer = await Effect.runPromise(ask(question))
    assert.deepEqual(answer.items, numbers)
    assert.deepEqual([answer.seen, asked()], ["200 with 25 items", 3])
    const first = await Effect.runPromise(make({}).ask({ ...question, firstPage: true }))
    assert.equal(first.items?.length, 10)
    const cut = await Effect.runPromise(make({ maxPages: 2 }).ask(question))
    assert.deepEqual([cut.items, cut.seen], [undefined, "200, and more than 2 pages"])
  })
}

Deno.test("ask() follows no link to another place: the credential would travel with it", async () => {
  const asked: Array<string> = []
  const operation = by("link", "query", "")
  const { ask } = Probe.make(
    Target.make(operation, {
      url: "http://localhost",
      fetch: ({ url }) => {
        asked.push(url)
        return Response.json(numbers, { headers: { link: "<https://elsewhere.example/numbers?page=2>; rel=next" } })
      }
    }),
    limits
  )
  const answer = await Effect.runPromise(ask(Ask.make(operation).list({})))
  assert.deepEqual([answer.items, answer.seen, asked], [undefined, "200, and a next page at another place", [
    "http://localhost/numbers"
  ]])
})
