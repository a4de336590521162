import * as Effect from "effect/Effect"
import fc from "fast-check"
import assert from "node:assert/strict"
import * as Contract from "../engine/Contract.ts"
import type { Report } from "../engine/Report.ts"
import { isQuick, onTestClock } from "../engine/testing.ts"
import * as Filters from "../operation/Filter.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import type { Data, Row, Server } from "./server.ts"
import { healthy, serve, stored } from "./server.ts"
import { data, declarations } from "./things.ts"

/**
 * Servers that differ from the usual one in just one thing, which is theirs to decide: each has to pass.
 */

const seeds = isQuick ? [1] : [1, 2, 3]

const worldOf = (seed: number): Data => {
  const [world] = fc.sample(data(isQuick ? 20 : 40), { seed, numRuns: 1 })
  assert(world !== undefined)
  return world
}

const run = (operation: Operation, fetch: Server, options: Contract.RunOptions): Promise<Report> =>
  onTestClock(
    Contract.run(operation, {
      url: "http://localhost",
      fetch,
      credential: "own-key",
      otherCredential: "other-key"
    }, options),
    1_000
  )

interface Healthy {
  readonly rule: string
  readonly declaration: "words" | "relations" | "ranges" | "pages"
  readonly by?: "body" | "query"
  /** What it is, made anew for each run. */
  readonly make: (operation: Operation, data: Data) => Server
  /** The checks that say nothing of it, and why. */
  readonly skipped?: { readonly [check: string]: RegExp }
  readonly reading?: readonly [point: string, reading: string]
  readonly options?: Contract.RunOptions
}

const plain = { oracle: /items of the target are not known/, reading_conformance: /no reading is expected/ }

const before =
  (change: (request: Request, count: number) => Response | undefined) => (operation: Operation, data: Data): Server => {
    const server = serve(operation, data)
    let count = 0
    return async (request) => change(request, ++count) ?? await server(request)
  }

const after =
  (change: (response: Response) => Response | Promise<Response>) => (operation: Operation, data: Data): Server => {
    const server = serve(operation, data)
    return async (request) => await change(await server(request))
  }

let drawn = 1
const random = (): number => drawn = drawn * 48_271 % 2_147_483_647

const shuffled = <A>(all: ReadonlyArray<A>): ReadonlyArray<A> =>
  all.map((value) => ({ value, at: random() })).sort((a, b) => a.at - b.at).map(({ value }) => value)

/** A server whose data changes with every request. */
const live =
  (next: (rows: ReadonlyArray<Row>, count: number) => ReadonlyArray<Row>) =>
  (operation: Operation, data: Data): Server => {
    let { own } = data
    let count = 0
    return (request) => {
      own = next(own, ++count)
      return serve(operation, { ...data, own })(request)
    }
  }

const fresh = ([first]: ReadonlyArray<Row>, at: number): Row => ({
  ...first,
  id: `0badcafe-0000-4000-8000-${`${at}`.padStart(12, "0")}`
})

const rules: ReadonlyArray<Healthy> = [
  {
    rule: "a random order",
    declaration: "relations",
    make: (operation, data) =>
      serve(operation, data, { ...healthy, select: (...asked) => shuffled(healthy.select(...asked)) }),
    skipped: { order_stability: /the contract promises none/ },
    reading: ["order_repeated", "another each time"]
  },
  {
    rule: "an empty string that means no constraint",
    declaration: "words",
    make: (operation, data) =>
      serve(operation, data, {
        ...healthy,
        select: (query, ...rest) =>
          healthy.select(Object.fromEntries(Object.entries(query).filter(([, value]) => value !== "")), ...rest)
      }),
    reading: ["empty_string", "no constraint"]
  },
  {
    rule: "one of two contradicting filters ignored",
    declaration: "relations",
    make: (operation, data) =>
      serve(operation, data, {
        ...healthy,
        select: ({ unowned, ...query }, ...rest) =>
          healthy.select(unowned !== undefined && !("owner" in query) ? { ...query, unowned } : query, ...rest)
      }),
    reading: ["unowned.beside owner", "one of them ignored"]
  },
  {
    rule: "errors as RFC 9457 has them",
    declaration: "relations",
    make: after((response) =>
      response.status < 400
        ? response
        : new Response(JSON.stringify({ type: "about:blank", status: response.status }), {
          status: response.status,
          headers: { "content-type": "application/problem+json" }
        })
    )
  },
  {
    rule: "errors without a body",
    declaration: "relations",
    make: after((response) => response.status < 400 ? response : new Response(null, { status: response.status }))
  },
  {
    rule: "one 503 in forty",
    declaration: "relations",
    make: before((_, count) => count % 40 === 7 ? new Response(null, { status: 503 }) : undefined)
  },
  {
    rule: "a connection that breaks now and then",
    declaration: "relations",
    make: before((_, count) => {
      if (count % 40 === 7) throw new TypeError("connection reset")
      return undefined
    })
  },
  {
    rule: "a limit of requests that says when to come again",
    declaration: "relations",
    make: (operation, data) => {
      const server = serve(operation, data)
      let refused = 0
      let count = 0
      return (request) => {
        // Every hundredth is one too many, and so is the one after it.
        if (++count % 100 === 50) refused = 2
        return refused-- > 0
          ? Promise.resolve(new Response(null, { status: 429, headers: { "retry-after": "0" } }))
          : server(request)
      }
    },
    options: { runs: 10 }
  },
  {
    rule: "a thing that is made with every request",
    declaration: "relations",
    make: live((rows, count) => [fresh(rows, count), ...rows])
  },
  {
    rule: "a thing that is made and one that goes with every request",
    declaration: "relations",
    make: live((rows, count) => [fresh(rows, count), ...rows.slice(0, -1)])
  },
  {
    rule: "a thing that is made or goes now and then, over pages",
    declaration: "pages",
    make: live((rows, count) =>
      count % 14 === 0 ? [fresh(rows, count), ...rows] : count % 14 === 7 ? rows.slice(1) : rows
    )
  },
  {
    rule: "a field that changes with every answer",
    declaration: "relations",
    make: (operation, data) => {
      let count = 0
      return (request) =>
        serve(operation, { ...data, own: data.own.map((row) => ({ ...row, seen: count })) })(request).finally(() =>
          count++
        )
    },
    reading: ["volatile_fields", "seen"]
  },
  {
    rule: "a field that somebody changes now and then",
    declaration: "relations",
    make: live((rows, count) =>
      count % 5 === 0
        ? rows.map((row, at) => at === count % rows.length ? { ...row, title: `title ${count}` } : row)
        : rows
    )
  },
  {
    rule: "a thing that is given to somebody else now and then",
    declaration: "relations",
    make: live((rows, count) =>
      count % 5 === 0
        ? rows.map((row, at) => at === count % rows.length ? { ...row, owner: rows[count % 3]?.["owner"] } : row)
        : rows
    )
  },
  ...(["relations", "words", "ranges"] as const).map((declaration): Healthy => ({
    rule: `things, by ${declaration}, that are what others were for a while, and themselves again`,
    declaration,
    make: (operation, data) => {
      const { own } = data
      const others = own.map((row, at): Row => at % 4 === 0 ? { ...own[(at + 1) % own.length], id: row["id"] } : row)
      let count = 0
      return (request) => serve(operation, { ...data, own: Math.floor(count++ / 20) % 2 === 0 ? own : others })(request)
    }
  })),
  {
    rule: "boundaries that are included",
    declaration: "ranges",
    make: (operation, data) =>
      serve(operation, data, {
        ...healthy,
        holds: (name, filter, value, row, steps) =>
          healthy.holds(name, filter, value, row, steps) ||
          ((filter.kind === "before" || filter.kind === "after") &&
            stored(row, filter.fields).some((other) => healthy.order(other, value) === 0))
      }),
    reading: ["made_before.boundary", "included"]
  },
  {
    rule: "UUIDs in braces and without hyphens",
    declaration: "relations",
    make: (operation, data) => {
      const bare = (value: unknown): unknown =>
        typeof value === "string" && /^[{}0-9a-f-]+$/i.test(value) ? value.replace(/[{}-]/g, "").toLowerCase() : value
      return serve(operation, data, { ...healthy, same: (asked, stored) => bare(asked) === bare(stored) })
    }
  },
  {
    rule: "a refusal of every other way to write a body",
    declaration: "relations",
    by: "body",
    make: before(({ headers, method }) =>
      method === "POST" &&
        !["application/json", "application/json; charset=utf-8"].includes(headers.get("content-type") ?? "")
        ? new Response(null, { status: 415 })
        : undefined
    )
  },
  {
    rule: "an unknown parameter refused",
    declaration: "relations",
    make: (operation, data) => {
      const server = serve(operation, data)
      return async (request) => {
        const names = request.method === "GET"
          ? [...new URL(request.url).searchParams.keys()]
          : Object.keys(Object(await request.clone().json().catch(() => ({}))))
        return names.every((name) => name in operation.filters)
          ? await server(request)
          : new Response(null, { status: 400 })
      }
    },
    reading: ["unknown_parameter", "400"]
  }
]

for (const [at, { by, declaration, make, options, reading, rule, skipped = {} }] of rules.entries()) {
  // Where there is little time, each by one method in turn.
  const methods = by !== undefined
    ? [by]
    : (["body", "query"] as const).filter((_, place) => !isQuick || at % 2 === place)
  // However many questions are asked at a time; where there is little time, every third is asked eight.
  const together = isQuick ? [at % 3 === 0 ? 8 : 1] : [1, 8]
  for (const [how, concurrency] of methods.flatMap((how) => together.map((count) => [how, count] as const))) {
    Deno.test(`a server with ${rule} passes, by ${how}, asked ${concurrency} at a time`, async () => {
      for (const seed of seeds) {
        const operation = declarations[declaration]?.(how)
        assert(operation !== undefined)
        const report = await run(operation, make(operation, worldOf(seed)), {
          seed,
          concurrency,
          ...(isQuick && { runs: 20 }),
          ...options
        })
        const all: { readonly [check: string]: RegExp } = { ...plain, ...skipped }
        for (const { failure, name, outcome, why } of report.checks) {
          assert.deepEqual([outcome, failure], [all[name] === undefined ? "passed" : "skipped", undefined], name)
          if (all[name] !== undefined) assert.match(why ?? "", all[name])
        }
        if (reading === undefined) continue
        const [point, expected] = reading
        assert.equal(report.readings.find((reading) => reading.point === point)?.reading, expected)
      }
    })
  }
}

Deno.test("a server without a field of tenants, and without a flag of success, is not held to them", async () => {
  const operation = Operations.make({
    path: "/things",
    by: "query",
    items: "things",
    id: "id",
    credentials: { variable: "KEY" },
    filters: { code: Filters.equals("code") }
  })
  const rows = ["a", "b", "c"].map((code, id) => ({ id, code }))
  const report = await Effect.runPromise(Contract.run(operation, {
    url: "http://localhost",
    credential: "key",
    fetch: ({ headers, url }) => {
      const code = new URL(url).searchParams.get("code")
      return headers.get("authorization") === "Bearer key"
        ? Response.json({ things: rows.filter((row) => code === null || row.code === code) })
        : new Response(null, { status: 401 })
    }
  }, { seed: 1 }))
  const why = Object.fromEntries(report.checks.map(({ name, why = "" }) => [name, why]))
  assert.match(why["success_flag"] ?? "", /no flag of success/)
  assert.match(why["no_cross_tenant_leak"] ?? "", /no other tenant's credential/)
  assert.deepEqual(report.checks.filter(({ outcome }) => outcome !== "passed" && outcome !== "skipped"), [])
})
