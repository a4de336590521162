import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import assert from "node:assert/strict"
import * as Filters from "../operation/Filter.ts"
import * as Operations from "../operation/Operation.ts"
import { clientSessions } from "../seam/mod.ts"
import * as Ask from "./Ask.ts"
import type { Limits } from "./Probe.ts"
import * as Probe from "./Probe.ts"
import * as Target from "./Target.ts"
import { onTestClock } from "./testing.ts"

const { list } = Ask.make(clientSessions)

const limits: Limits = {
  timeout: 1_000,
  rate: Infinity,
  maxBodyBytes: 1_000,
  maxPages: 10,
  patience: 60_000,
  concurrency: 1
}

const probe = (fetch: () => Response | Promise<Response>, rest: Partial<Limits> = {}): Probe.Probe =>
  Probe.make(Target.make(clientSessions, { url: "http://localhost", fetch, credential: "seam_test" }), {
    ...limits,
    ...rest
  })

const ok = (): Response => Response.json({ client_sessions: [], ok: true })

/** When requests were made, and what was asked for. */
const timed = (answer: (count: number) => Response | Promise<Response>, rest: Partial<Limits> = {}) => {
  const starts: Array<number> = []
  let now = 0
  const means = probe(() => {
    starts.push(now)
    return answer(starts.length)
  }, rest)
  const again = (times: number) =>
    Effect.forEach(
      Array.from({ length: times }),
      () => Effect.match(means.again(list({})), { onFailure: ({ reason }) => reason, onSuccess: ({ seen }) => seen })
    )
  const ticking = Effect.forever(
    Effect.andThen(Effect.sleep(50), Effect.map(Clock.currentTimeMillis, (time) => void (now = time)))
  )
  /** Asks so many times, one after the other. */
  const ask = (times: number): Promise<ReadonlyArray<string>> =>
    onTestClock(Effect.gen(function*() {
      yield* Effect.forkChild(ticking)
      return yield* again(times)
    }))
  return { ask, starts, tally: means.tally }
}

const tooMany = (retryAfter?: string): Response =>
  new Response(null, { status: 429, ...(retryAfter !== undefined && { headers: { "retry-after": retryAfter } }) })

const gaps = (starts: ReadonlyArray<number>): ReadonlyArray<number> =>
  starts.slice(1).map((start, at) => start - (starts[at] ?? 0))

Deno.test("ask() keeps to the rate", async () => {
  const { ask, starts } = timed(ok, { rate: 2 })
  await ask(4)
  for (const gap of gaps(starts)) assert(gap >= 450 && gap <= 550, `${gaps(starts)}`)
})

Deno.test("together() asks at once, whatever the rate, and what comes after it waits", async () => {
  let inFlight = 0
  let most = 0
  const starts: Array<number> = []
  const { again, together } = probe(async () => {
    most = Math.max(most, ++inFlight)
    await new Promise((resolve) => setTimeout(resolve))
    inFlight--
    return ok()
  }, { rate: 2 })
  const now = Effect.map(Clock.currentTimeMillis, (now) => void starts.push(now))
  await onTestClock(
    Effect.andThen(
      Effect.andThen(together(Array.from({ length: 4 }, () => list({}))), now),
      Effect.andThen(again(list({})), now)
    )
  )
  assert.equal(most, 4)
  const [first = 0, second = 0] = starts
  assert(first < 500 && second >= 2_000, `${starts}`)
})

Deno.test("ask() asks once what it is asked twice, and again() asks each time", async () => {
  let count = 0
  const { again, ask, tally } = probe(() => {
    count++
    return ok()
  })
  await Effect.runPromise(Effect.andThen(ask(list({})), ask(list({}))))
  assert.deepEqual([count, tally()], [1, { made: 1, distinct: 1 }])
  await Effect.runPromise(again(list({})))
  assert.deepEqual([count, tally()], [2, { made: 2, distinct: 1 }])
})

for (
  const [retryAfter, least] of [
    ["7", 7_000],
    // Not what RFC 9110 section 10.2.3 has: it says nothing, and is no reason to hurry.
    ["1.5", 100],
    ["soon", 100],
    ["0", 100],
    [undefined, 100],
    ["Thu, 01 Jan 1970 00:00:05 GMT", 4_900]
  ] as const
) {
  Deno.test(`ask() asks again after a 429 with Retry-After: ${retryAfter}, not before ${least} ms, and then slower`, async () => {
    const { ask, starts } = timed((count) => count === 1 ? tooMany(retryAfter) : ok())
    assert.deepEqual(await ask(3), Array(3).fill("200 with 0 items"))
    const [first = 0, ...others] = gaps(starts)
    assert(first >= least - 50 && first <= Math.max(least, 1_500) + 500, `${gaps(starts)}`)
    // There was one request in the second before the 429.
    assert.deepEqual(others.filter((gap) => gap < 950), [], `${gaps(starts)}`)
  })
}

Deno.test("ask() waits longer each time that there are still too many", async () => {
  const { ask, starts } = timed((count) => count <= 4 ? tooMany() : ok())
  assert.deepEqual(await ask(1), ["200 with 0 items"])
  const waits = gaps(starts)
  assert.equal(waits.length, 4)
  assert(waits.every((wait, at) => wait >= 100 * 2 ** at - 50), `${waits}`)
})

Deno.test("ask() gives a target up that has no room for it, and says to use --rate", async () => {
  const { ask, starts } = timed(() => tooMany("61"))
  assert.deepEqual(await ask(3), ["gone", "gone", "gone"])
  assert.equal(starts.length, 1)
  const { message } = await Effect.runPromise(Effect.flip(probe(() => tooMany("61")).ask(list({}))))
  assert.match(message, /^429 .*use --rate$/)
})

for (const status of [502, 503, 504]) {
  Deno.test(`ask() takes a ${status} for no answer: one of them changes nothing`, async () => {
    const { ask, starts } = timed((count) => count === 1 ? new Response(null, { status }) : ok())
    assert.deepEqual([await ask(1), starts.length], [["200 with 0 items"], 2])
  })

  Deno.test(`ask() has no answer where there are only ${status}s, and gives up after a while`, async () => {
    const { ask, starts } = timed(() => new Response(null, { status }))
    assert.deepEqual(await ask(7), ["once", "once", "once", "once", "gone", "gone", "gone"])
    assert.equal(starts.length, 20)
  })
}

Deno.test("ask() asks again where a connection broke", async () => {
  const { ask, starts } = timed((count) => count % 2 === 1 ? Promise.reject(new Error("reset")) : ok())
  assert.deepEqual(await ask(3), Array(3).fill("200 with 0 items"))
  assert.equal(starts.length, 6)
})

Deno.test("attempt() shows what was no answer", async () => {
  const { attempt } = probe(() => new Response(null, { status: 503 }))
  const { seen, status } = await onTestClock(attempt(list({})))
  assert.deepEqual([status, seen], [503, "503 with no body"])
})

Deno.test("ask() gives a target up that keeps it waiting", async () => {
  const { ask, starts } = timed(() => new Promise(() => {}))
  assert.deepEqual(await ask(8), ["once", "once", "once", "once", "gone", "gone", "gone", "gone"])
  assert.equal(starts.length, 10)
})

Deno.test("ask() aborts a request that takes too long", async () => {
  let aborted = false
  const { attempt } = Probe.make(
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
  await onTestClock(attempt(list({})))
  assert(aborted)
})

Deno.test("ask() makes no request beyond what is allowed", async () => {
  const { allow, again, tally } = probe(ok)
  allow(2)
  const program = Effect.forEach([1, 2, 3], () => again(list({})))
  const error = await Effect.runPromise(Effect.flip(program))
  assert.deepEqual([error.reason, tally()], ["budget", { made: 2, distinct: 1 }])
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
    const { ask, tally } = make({})
    const answer = await Effect.runPromise(ask(question))
    assert.deepEqual(answer.items, numbers)
    assert.deepEqual([answer.seen, tally().made], ["200 with 25 items", 3])
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
