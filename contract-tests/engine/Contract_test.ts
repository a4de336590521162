import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import fc from "fast-check"
import assert from "node:assert/strict"
import * as OpenApi from "../openapi/OpenApi.ts"
import type { JsonSchema } from "../openapi/Schema.ts"
import * as Filters from "../operation/Filter.ts"
import * as Items from "../operation/Item.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import { clientSessions, conventions, credential, simulatorReadings } from "../seam/mod.ts"
import { healthy, Refusal, serve } from "../seam/mutants/Healthy.ts"
import type { Server, Steps } from "../seam/mutants/Healthy.ts"
import { mutants } from "../seam/mutants/Mutants.ts"
import * as Worlds from "../seam/world.ts"
import * as Contract from "./Contract.ts"
import type { Report } from "./Report.ts"
import * as Reports from "./Report.ts"
import type { TargetOptions } from "./Target.ts"
import { isQuick, onTestClock } from "./testing.ts"

const [world] = fc.sample(Worlds.world({ sessions: isQuick ? 20 : 60 }), { seed: 7, numRuns: 1 })
assert(world !== undefined)
const [own, other] = world.workspaces
assert(own !== undefined && other !== undefined)

const all = { conventions: [conventions.page, conventions.wire] }
const catalogue = Contract.catalogue(clientSessions, all.conventions)

const target = (fetch: TargetOptions["fetch"]): TargetOptions => ({
  url: "http://localhost",
  credential: own.api_key,
  ...(fetch !== undefined && { fetch })
})

const run = (target: TargetOptions, options: Contract.RunOptions = {}): Promise<Report> =>
  Effect.runPromise(
    Effect.map(Contract.run(clientSessions, target, { seed: 1, ...all, ...options }), Reports.withValues)
  )

/** A report without what is another each time. */
const timeless = (report: Report): Report => ({
  ...report,
  startedAt: "",
  seconds: 0,
  checks: report.checks.map((check) => ({ ...check, seconds: 0 }))
})

const failed = (report: Report): ReadonlyArray<string> =>
  report.checks.filter(({ outcome }) => outcome === "failed").map(({ name }) => name)

const mutant = (name: string): Server => {
  const found = mutants.find((mutant) => mutant.name === name)
  assert(found !== undefined)
  return found.serve(world)
}

Deno.test("run() reports in the documented form", async () => {
  const report = JSON.parse(JSON.stringify(await run(target(mutant("or_instead_of_and")), { runs: 20 })))
  assert.deepEqual(Object.keys(report), [
    "target",
    "seed",
    "startedAt",
    "seconds",
    "requests",
    "checks",
    "readings"
  ])
  assert(report.seconds >= 0 && Math.abs(Date.parse(report.startedAt) - Date.now()) < 600_000)
  const sum = report.checks.reduce((sum: number, { requests }: { requests: number }) => sum + requests, 0)
  assert(sum > 0 && sum < report.requests.made)
  assert(report.requests.distinct > 100 && report.requests.made >= report.requests.distinct)
  assert.deepEqual(report.checks.map(({ name }: { name: string }) => name), catalogue.map(({ name }) => name))
  for (const { bites, cases, cells, failure, kind, outcome, requests, seconds, why, ...rest } of report.checks) {
    assert.deepEqual(Object.keys(rest), ["name"])
    assert(Number.isInteger(requests) && seconds >= 0)
    assert.equal(why !== undefined, outcome === "skipped")
    assert(cells === undefined || (cells.covered > 0 && cells.covered <= cells.exist))
    assert(
      ["shape", "meaning"].includes(kind) &&
        ["passed", "failed", "vacuous", "unanswered", "not asked", "skipped"].includes(outcome)
    )
    assert(Number.isInteger(cases) && Number.isInteger(bites) && bites <= cases)
    assert.equal(failure !== undefined, outcome === "failed")
  }
  assert.deepEqual(
    report.readings.map(({ point }: { point: string }) => point),
    Contract.points(clientSessions, all.conventions).map(({ name }) => name)
  )
  const together = report.readings.find(({ point }: { point: string }) => point === "filters_together")
  assert.equal(together.reading, "any may hold")
})

Deno.test("run() gives the same report for the same seed", async () => {
  const options = { checks: ["filter_conjunction", "filter_soundness"], seed: 5 }
  const [one, two] = [
    timeless(await run(target(mutant("key_prefix")), options)),
    timeless(await run(target(mutant("key_prefix")), options))
  ]
  assert.deepEqual(one, two)
  assert.equal(failed(one)[0], "filter_soundness")
})

Deno.test("run() shrinks: the counterexample of a merged conjunction has two filters", async () => {
  const { checks: [check] } = await run(target(mutant("third_filter_ignored")), { checks: ["filter_conjunction"] })
  const counterexample = check?.failure?.counterexample
  assert(typeof counterexample === "object" && counterexample !== null)
  assert.equal(Object.keys(counterexample).length, 3)
})

// ---------------------------------------------------------------------------------------------------------------------
// Other readings
// ---------------------------------------------------------------------------------------------------------------------

const emptyAs = (status: number): Server => {
  const server = serve(healthy, world)
  return async (request) => {
    const response = await server(request.clone())
    const asked = request.method === "GET" ? new URL(request.url).search : await request.text()
    const empty = response.status === 200 && (await response.clone().text()).includes("\"client_sessions\":[]")
    return empty && asked.length > 2 ? healthy.refuse(new Refusal(status, "not_found"), crypto.randomUUID()) : response
  }
}

const reading = (steps: Partial<Steps>): Server => serve({ ...healthy, ...steps }, world)

const refuseWhen = (when: (parameters: object) => boolean): Partial<Steps> => ({
  understand: (parameters) => {
    const query = healthy.understand(parameters)
    return typeof parameters === "object" && parameters !== null && !(query instanceof Refusal) && when(parameters)
      ? new Refusal(400, "invalid_input")
      : query
  }
})

const texts = Object.entries(clientSessions.filters).flatMap(([name, { text }]) => text ? [name] : [])

const otherReadings: ReadonlyArray<readonly [point: string, reading: string, server: Server]> = [
  ["unknown_id", "404", emptyAs(404)],
  ["unknown_id", "400", emptyAs(400)],
  [
    "without_user_identifier_key.beside user_identifier_key",
    "400",
    reading(
      refuseWhen((parameters) =>
        "user_identifier_key" in parameters && Reflect.get(parameters, "without_user_identifier_key") === true
      )
    )
  ],
  [
    "without_user_identifier_key.beside user_identifier_key",
    "one of them ignored",
    reading({
      select: (query, workspace, steps, world) => {
        const { without_user_identifier_key: _, ...rest } = query
        return healthy.select("user_identifier_key" in query ? rest : query, workspace, steps, world)
      }
    })
  ],
  ["empty_string", "no constraint", mutant("empty_string_ignored")],
  ["order_repeated", "another each time", mutant("order_unstable")],
  ["without_user_identifier_key.false", "the others", mutant("false_means_keyed")],
  ["user_identity_id.also user_identity_ids", "only user_identity_id", mutant("one_identity_only")],
  ["uuids_compared", "exactly", mutant("ids_compared_exactly")],
  ["order", "unspecified", mutant("oldest_first")],
  ["unknown_parameter", "400", mutant("unknown_parameter_refused")],
  [
    "empty_string",
    "matches nothing",
    reading({
      understand: (parameters) => {
        const nothing = typeof parameters === "object" && parameters !== null &&
          texts.some((name) => Reflect.get(parameters, name) === "")
        return nothing ? { client_session_id: "nobody" } : healthy.understand(parameters)
      }
    })
  ],
  // As the recorded page has it.
  [
    "null_filter",
    "400",
    reading(refuseWhen((parameters) => Object.values(parameters).includes(null)))
  ],
  ["get", "not supported", mutant("no_get")],
  ["lower_case_scheme", "accepted", mutant("lower_case_scheme_accepted")]
]

for (const [point, expected, server] of otherReadings) {
  Deno.test(`run() recognises ${point}: ${expected}, and finds no fault in it`, async () => {
    const report = await run(target(server), { runs: isQuick ? 10 : 60 })
    assert.equal(report.readings.find((reading) => reading.point === point)?.reading, expected)
    assert.deepEqual(failed(report), [])
    assert(Reports.isHeld(report))
  })
}

for (
  const [name, point, expected] of [
    ["or_instead_of_and", "filters_together", "any may hold"],
    ["second_filter_ignored", "filters_together", "the first one wins"],
    ["key_case_folded", "user_identifier_key.compared", "case-folded"],
    ["null_lists_all", "null_filter", "something else"],
    ["all_workspaces", "other_tenants", "listed"]
  ] as const
) {
  Deno.test(`run() recognises ${point}: ${expected}, which a law forbids`, async () => {
    const report = await run({ ...target(mutant(name)), otherCredential: other.api_key }, {
      checks: ["filter_soundness"]
    })
    assert.equal(report.readings.find((reading) => reading.point === point)?.reading, expected)
  })
}

// ---------------------------------------------------------------------------------------------------------------------
// Targets that misbehave
// ---------------------------------------------------------------------------------------------------------------------

const page = "<html>"

const unjudged: ReadonlyArray<
  readonly [what: string, why: RegExp, fetch: (request: Request) => Response | Promise<Response>]
> = [
  ["hangs", /no answer within 5 ms/, () => new Promise(() => {})],
  ["throws", /no answer: the connection failed/, () => Promise.reject(new Error("no route to seam_host"))],
  [
    "refuses",
    /no answer: refused: nothing listens there/,
    () =>
      Promise.reject(
        Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error(), { code: "ECONNREFUSED" }) })
      )
  ],
  ["has no address", /no answer: DNS: /, () => Promise.reject(new TypeError("client error (Connect): dns error: x"))],
  [
    "has another certificate",
    /no answer: TLS: /,
    () => Promise.reject(Object.assign(new Error(), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }))
  ],
  ["breaks off", /200, then the body broke off/, () =>
    new Response(
      new ReadableStream({
        pull: (controller) => {
          controller.enqueue(new TextEncoder().encode("{\"client_sessions\":["))
          controller.error(new Error("reset"))
        }
      })
    )],
  [
    "floods",
    /200, with more than 10000 bytes/,
    () => new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1_000)) }))
  ],
  ["never ends its body", /no answer within 5 ms/, () => new Response(new ReadableStream({}))],
  [
    "sends a page",
    /200 with text\/html that is not JSON, which is a web page; check the URL/,
    () => new Response(page, { headers: { "content-type": "text/html" } })
  ],
  [
    "redirects",
    /307, a redirect to another server, which is not followed/,
    () => new Response(null, { status: 307, headers: { location: "https://example.com/login?key=secret" } })
  ],
  [
    "redirects to nowhere",
    /302, a redirect to nowhere/,
    () => new Response(null, { status: 302, headers: { location: "https://" } })
  ],
  ["refuses the key", /401 .*it refuses the credential; check SEAM_API_KEY/, () => new Response(page, { status: 401 })],
  ["forbids", /403 .*it refuses the credential/, () => new Response(null, { status: 403 })],
  ["has another path", /404 .*there is nothing at \/client_sessions\/list/, () => new Response(page, { status: 404 })],
  ["has another method", /405 .*it doesn't take POST/, () => new Response(null, { status: 405 })],
  ["wants more", /422 .*always, required/, () => Response.json({}, { status: 422 })],
  ["is down", /503 with no body/, () => new Response(null, { status: 503 })],
  ["has no room", /429 with no body.*/, () => new Response(null, { status: 429, headers: { "retry-after": "3600" } })]
]

for (const [what, why, fetch] of unjudged) {
  Deno.test(`run() and checks() say in one line why a target that ${what} can't be judged`, async () => {
    const options = { timeout: 5, maxBodyBytes: 10_000, patience: 5, seed: 1 }
    const error = await Effect.runPromise(Effect.flip(Contract.run(clientSessions, target(fetch), options)))
    assert.equal(error._tag, "CannotJudge")
    assert.match(error.message, /^http:\/\/localhost can't be judged: [^\n]+\.$/)
    assert.match(error.message, why)
    assert(!error.message.includes("secret") && !error.message.includes("seam_"))
    // Every check that was asked for: whatever it is about, none is good.
    const cases = Contract.checks(clientSessions, target(fetch), { ...options, checks: ["oracle", "no_duplicates"] })
    assert.equal(cases.length, 2)
    for (const { run } of cases) await assert.rejects(run(), ({ message }: Error) => why.test(message))
  })
}

Deno.test("run() says that there are more pages than it reads, and takes pages in a circle for a fault", async () => {
  const rows = Array.from({ length: 250 }, (_, id) => ({ id, colour: ["red", "green"][id % 2] }))
  const operation = Operations.make({
    path: "/things",
    by: "query",
    items: "things",
    id: "id",
    pages: { cursor: "from", next: "next" },
    filters: { colour: Filters.equals("colour") }
  })
  const paged = (isCircle: boolean) => (request: Request): Response => {
    const { searchParams } = new URL(request.url)
    const from = isCircle ? Number(searchParams.has("from")) * 2 : Number(searchParams.get("from"))
    return Response.json({ things: rows.slice(from, from + 2), next: from + 2 })
  }
  const asked = (fetch: (request: Request) => Response) =>
    Contract.run(operation, { url: "http://localhost/things/", fetch }, { seed: 1, maxPages: 5, runs: 3 })
  const error = await Effect.runPromise(Effect.flip(asked(paged(false))))
  assert.match(
    error.message,
    /^http:\/\/localhost can't be judged: 200, and more than 5 pages; allow more of them: maxPages\.$/
  )
  assert(failed(await Effect.runPromise(asked(paged(true)))).includes("positive_data_acceptance"))
})

Deno.test("run() hides a credential in whatever stands around it, and makes a result of what nests too deeply", async () => {
  const deep = `{"client_sessions":[{"client_session_id":"a","x":${"[".repeat(20_000)}${
    "]".repeat(20_000)
  }}],"ok":true}`
  const report = await run(target(() => new Response(deep, { headers: { "content-type": "application/json" } })), {
    runs: 3
  })
  assert.equal(report.checks.length, catalogue.length)
  const server = serve(healthy, world)
  const echoing = await run({
    ...target(async (request) => {
      const response = await server(request)
      return response.status === 400
        ? new Response(null, { status: 500, headers: { "content-type": `text/${own.api_key.toUpperCase()}` } })
        : response
    })
  }, { runs: 5 })
  assert(failed(echoing).length > 0)
  assert(!JSON.stringify(echoing).toLowerCase().includes(own.api_key.toLowerCase()))
})

Deno.test("run() doesn't pass over a declaration whose function throws", async () => {
  const operation = Operations.make({
    path: "/things",
    by: "query",
    items: "",
    id: "id",
    filters: {
      colour: Filters.make({
        fields: ["colour"],
        text: true,
        values: ({ colour }) => [String(colour)],
        asks: (value, { colour }) => {
          if (value !== "red" && value !== "green") throw new Error("no such colour")
          return value === colour
        }
      })
    }
  })
  const rows = ["red", "green"].map((colour, id) => ({ id, colour }))
  const fetch = ({ url }: Request): Response => {
    const asked = new URL(url).searchParams.get("colour")
    // What it doesn't know lists everything: then the function is asked.
    return Response.json(rows.filter(({ colour }) => rows.every((row) => row.colour !== asked) || colour === asked))
  }
  await assert.rejects(
    Effect.runPromise(
      Contract.run(operation, { url: "http://localhost", fetch }, { seed: 1, checks: ["unknown_value_finds_nothing"] })
    ),
    /no such colour/
  )
})

const listless: { readonly [what: string]: () => Response } = {
  "says nothing": () => new Response(null, { status: 204 }),
  "sends null": () => Response.json(null),
  "sends a list of nonsense": () => Response.json({ client_sessions: [1, null, {}], ok: true }),
  "fails": () => Response.json({}, { status: 500 })
}

for (const [what, fetch] of Object.entries(listless)) {
  Deno.test(`run() fails every check of meaning on a target that ${what}`, async () => {
    const report = await run(target(fetch), { runs: 5 })
    assert.equal(report.checks.length, catalogue.length)
    for (const { failure, kind, name, outcome } of report.checks) {
      if (kind !== "meaning") continue
      assert.equal(outcome, "failed", name)
      assert.equal(failure?.law, "The question for everything gets a list of items.")
    }
    assert(failed(report).includes("positive_data_acceptance"))
  })
}

Deno.test("run() calls checks vacuous where there are no sessions, and lets them pass only if told to", async () => {
  const empty = { workspaces: [{ ...own, sessions: [] }] }
  const report = await run(target(serve(healthy, empty)), { runs: 20 })
  const vacuous = report.checks.filter(({ outcome }) => outcome === "vacuous")
  assert.deepEqual(vacuous.filter(({ bites }) => bites > 0), [])
  assert(vacuous.some(({ name }) => name === "filter_soundness"))
  assert.deepEqual(failed(report), [])
  assert(!Reports.isHeld(report) && Reports.isHeld(report, true))
})

// ---------------------------------------------------------------------------------------------------------------------
// Limits and options
// ---------------------------------------------------------------------------------------------------------------------

Deno.test("run() makes no more requests than allowed, and gives every check its share", async () => {
  let count = 0
  const server = serve(healthy, world)
  const report = await run(
    target((request) => {
      count++
      return server(request)
    }),
    { maxRequests: 300 }
  )
  assert(count <= 300, `${count}`)
  assert.deepEqual(report.checks.filter(({ cases, outcome }) => cases === 0 && outcome !== "skipped"), [])
  assert.deepEqual(failed(report), [])
})

Deno.test("run() calls only the one operation", async () => {
  const seen = new Set<string>()
  const server = serve(healthy, world)
  await run(
    target((request) => {
      seen.add(`${request.method} ${new URL(request.url).pathname}`)
      return server(request)
    }),
    { runs: 10 }
  )
  assert.deepEqual(
    [...seen].sort(),
    ["DELETE", "GET", "PATCH", "POST", "PUT"].map((method) => `${method} /client_sessions/list`)
  )
})

Deno.test("run() says that a check was not asked where no requests were left, and never that it is vacuous", async () => {
  const report = await run(target(serve(healthy, world)), { maxRequests: 60 })
  const asked = report.checks.filter(({ outcome }) => outcome === "passed")
  const left = report.checks.filter(({ outcome }) => outcome === "not asked")
  assert(asked.length > 0 && left.length > 0)
  assert.deepEqual(report.checks.filter(({ outcome }) => outcome === "vacuous"), [])
  for (const { why } of left) assert.equal(why, "no requests were left")
})

Deno.test("checks() shares the requests too, whichever of them run", async () => {
  let count = 0
  const server = serve(healthy, world)
  const cases = Contract.checks(
    clientSessions,
    target((request) => {
      count++
      return server(request)
    }),
    { maxRequests: 400, seed: 1, ...all }
  )
  // As a runner does that starts them together.
  const ends = await Promise.allSettled(cases.map(({ run }) => run()))
  assert(count <= 400, `${count}`)
  assert.deepEqual(
    ends.flatMap((end) => end.status === "rejected" ? [String(end.reason)] : []).filter((text) =>
      !text.includes("not asked")
    ),
    []
  )
  assert(ends.filter(({ status }) => status === "fulfilled").length > cases.length / 2)
})

Deno.test("a check that was asked for by its name and can't run is not good; among all others it is skipped", async () => {
  const server = serve(healthy, world)
  const one = await run(target(server), { checks: ["oracle"] })
  assert.deepEqual([one.checks.map(({ outcome }) => outcome), Reports.isHeld(one), Reports.exitCode(one)], [
    ["skipped"],
    false,
    3
  ])
  assert.match(one.checks[0]?.why ?? "", /items of the target are not known/)
  const every = await run(target(server), { runs: 10 })
  assert.deepEqual([every.checks.find(({ name }) => name === "oracle")?.outcome, Reports.isHeld(every)], [
    "skipped",
    true
  ])
  const [only] = Contract.checks(clientSessions, target(server), { checks: ["oracle"] })
  await assert.rejects(only?.run() ?? Promise.resolve(), /skipped +oracle/)
})

Deno.test("run() says that a check is unanswered where its questions are, with what to do", async () => {
  const server = serve(healthy, world)
  let seen = 0
  const report = await onTestClock(
    Contract.run(
      clientSessions,
      target(async (request) => {
        const isGet = request.method === "GET"
        if (isGet && ++seen > 40) return new Response(null, { status: 429, headers: { "retry-after": "5" } })
        return await server(request)
      }),
      { seed: 1, checks: ["filter_soundness", "filter_completeness"] }
    ),
    500
  )
  for (const { name, outcome, why } of report.checks) {
    assert.equal(outcome, "unanswered", name)
    assert.match(why ?? "", /^429 with no body, also when asked again: use --rate$/)
  }
  assert.equal(Reports.exitCode(report), 3)
})

Deno.test("run() asks few questions twice, and prints how many", async () => {
  const [large] = fc.sample(Worlds.world({ sessions: 500 }), { seed: 1, numRuns: 1 })
  const [own, other] = large?.workspaces ?? []
  assert(large !== undefined && own !== undefined && other !== undefined)
  const asked = new Set<string>()
  let made = 0
  const server = serve(healthy, large)
  const report = await run({
    url: "http://localhost",
    credential: own.api_key,
    otherCredential: other.api_key,
    items: own.sessions,
    fetch: async (request) => {
      made++
      asked.add(JSON.stringify([request.method, request.url, [...request.headers], await request.clone().text()]))
      return await server(request)
    }
  }, { expected: simulatorReadings })
  assert.deepEqual(failed(report), [])
  assert.equal(report.requests.made, made)
  assert(made <= 2_500, `${made} requests`)
  assert(made <= 1.1 * asked.size, `${made} requests, ${asked.size} of them different`)
  for (const { cells, name } of report.checks) assert.equal(cells?.covered, cells?.exist, name)
})

for (
  const [what, options] of [
    ["an unknown check", { checks: ["filter_sanity"] }],
    ["a replay id that is none", { replay: "filter_soundness" }],
    ["a replay id of an unknown check", { replay: "filter_sanity/existing/1/0123456789abcdef" }],
    ["no runs", { runs: 0 }],
    ["a rate that is no number", { rate: NaN }],
    ["patience that is no number", { patience: NaN }],
    ["a seed that is no whole number", { seed: 1.5 }],
    ["too few requests", { maxRequests: 1 }],
    ["an open point that there is not", { expected: { weather: "fine" } }],
    ["a reading that there is not", { expected: { empty_string: "fine" } }]
  ] satisfies ReadonlyArray<[string, Contract.RunOptions]>
) {
  Deno.test(`run() refuses ${what}, and asks nothing`, async () => {
    let asked = false
    const error = await Effect.runPromise(Effect.flip(Contract.run(
      clientSessions,
      target(() => {
        asked = true
        return new Response()
      }),
      options
    )))
    assert.equal(error._tag, "UnusableOptions")
    assert(error.message.length > 10)
    assert.equal(asked, false)
  })
}

// ---------------------------------------------------------------------------------------------------------------------
// Declarations
// ---------------------------------------------------------------------------------------------------------------------

const things = {
  path: "/things",
  by: "query",
  items: "things",
  id: "id",
  filters: { colour: Filters.equals("colour"), made_before: Filters.before("made") }
} as const

const refusal = async (
  operation: Operation,
  answer: (request: Request) => Response
): Promise<{ readonly tag: string; readonly message: string; readonly asked: number }> => {
  let asked = 0
  const error = await Effect.runPromise(Effect.flip(Contract.run(operation, {
    url: "http://localhost",
    fetch: (request) => {
      asked++
      return answer(request)
    }
  })))
  return { tag: error._tag, message: error.message, asked }
}

for (
  const [what, operation, place] of [
    ["a path without a slash", { ...things, path: "things" }, "path:"],
    ["no filter at all", { ...things, filters: {} }, "filters:"],
    ["a filter over a volatile field", { ...things, volatile: ["colour"] }, "filters.colour:"],
    ["a volatile id", { ...things, volatile: ["id"] }, "volatile:"],
    ["a filter that is always sent", { ...things, always: { colour: "red" } }, "filters.colour:"],
    ["a required filter that there is not", {
      ...things,
      required: [{ oneOf: ["since"], otherwise: { since: 0 } }]
    }, "required.0.oneOf:"],
    ["a required filter without its widest value", {
      ...things,
      required: [{ oneOf: ["colour"], otherwise: {} }]
    }, "required.0.otherwise:"],
    ["a filter that is the cursor", { ...things, pages: { cursor: "colour", next: "next" } }, "filters.colour:"],
    [
      "a cursor where the body is the list",
      { ...things, items: "", pages: { cursor: "at", next: "next" } },
      "pages.next:"
    ],
    ["a limit of nothing", { ...things, filters: { limit: Filters.limit({ max: 0 }) } }, "filters.limit:"],
    ["a variable that is none", { ...things, credentials: { variable: "my key" } }, "credentials.variable:"],
    ["a filter that no parameter has", {
      ...clientSessions,
      tenant: "workspace_id",
      document: clientSessions.document ?? assert.fail(),
      pages: "link",
      credentials: { variable: "KEY" },
      filters: { colour: Filters.equals("client_session_id") }
    }, "filters.colour: the document has no such parameter"],
    ["a field that no item has", {
      ...clientSessions,
      tenant: "workspace_id",
      document: clientSessions.document ?? assert.fail(),
      pages: "link",
      credentials: { variable: "KEY" },
      filters: { client_session_id: Filters.equals("colour") }
    }, "filters.client_session_id: no item has a field \"colour\""]
  ] satisfies ReadonlyArray<[string, Operations.OperationOptions, string]>
) {
  Deno.test(`run() refuses a declaration with ${what}, with its place, and asks nothing`, async () => {
    const { asked, message, tag } = await refusal(Operations.make(operation), () => new Response())
    assert.deepEqual([tag, asked], ["UnusableOperation", 0])
    assert(message.includes(place), message)
  })
}

Deno.test("run() refuses a declaration with a field that no item listed has, with its place", async () => {
  const { message, tag } = await refusal(Operations.make(things), () => Response.json({ things: [{ id: 1, made: 7 }] }))
  assert.deepEqual([tag, message], ["UnusableOperation", "filters.colour: no item has a field \"colour\""])
})

for (
  const [field, body, headers] of [
    ["has_more", { has_more: true }, {}],
    ["pagination.has_next_page", { pagination: { has_next_page: true, next_page_cursor: null } }, {}],
    ["pagination.next_page_cursor", { pagination: { next_page_cursor: "abc" } }, {}],
    ["nextPageToken", { nextPageToken: "abc" }, {}],
    ["links.next", { links: { next: "/things?page=2" } }, {}],
    ["total_count", { total_count: 2 }, {}],
    ["the header Link", {}, { link: "</things?page=1>; rel=\"first\", </things?page=2>; rel=\"next\"" }],
    ["the header X-Total-Count", {}, { "x-total-count": "2" }]
  ] satisfies ReadonlyArray<[string, object, Record<string, string>]>
) {
  Deno.test(`run() can't judge an answer that says in ${field} that there is more, where the declaration has no pages`, async () => {
    const item = { id: 1, colour: "red", made: 7 }
    const { message, tag } = await refusal(
      Operations.make(things),
      () => Response.json({ things: [item], ...body }, { headers })
    )
    assert.equal(tag, "CannotJudge")
    assert(message.includes(`: ${field}`) && message.includes("pages"), message)
  })
}

Deno.test("run() takes an answer that says that there is no more for a whole one", async () => {
  const body = { has_more: false, next: null, cursor: "", total: 1, pagination: { has_next_page: false } }
  const item = { id: 1, colour: "red", made: 7 }
  const report = await Effect.runPromise(Contract.run(Operations.make(things), {
    url: "http://localhost",
    fetch: () => Response.json({ things: [item], ...body })
  }, { checks: ["no_duplicates"] }))
  assert.equal(report.checks[0]?.outcome, "passed")
})

Deno.test("run() shows no secret, whatever the target sends back", async () => {
  const echoing = mutant("or_instead_of_and")
  const secrets = [own.api_key, other.api_key, ...own.sessions.map(({ token }) => String(token))]
  const server: Server = async (request) => {
    const response = await echoing(request)
    const body = await response.text()
    const key = request.headers.get("authorization") ?? "none"
    return new Response(body.replaceAll("\"ok\":false", `"ok":"${key}"`), {
      status: response.status === 401 ? 200 : response.status,
      headers: { "content-type": `text/${key.replaceAll(/[^a-z_]/gi, "")}`, "seam-request-id": key }
    })
  }
  const report = await run({ ...target(server), otherCredential: other.api_key, items: own.sessions }, {
    expected: simulatorReadings
  })
  assert(failed(report).length > 5)
  const told = [JSON.stringify(report), ...Reports.lines(report), Reports.junit(report)].join("\n")
  for (const secret of secrets) assert(!told.includes(secret))
  assert(told.includes("$SEAM_API_KEY"))
})

Deno.test("checks() has a test for each check, which rejects with the failure in words", async () => {
  const cases = Contract.checks(clientSessions, target(mutant("key_prefix")), {
    seed: 1,
    checks: ["no_duplicates", "filter_soundness"]
  })
  assert.deepEqual(cases.map(({ name }) => name), ["filter_soundness", "no_duplicates"])
  const [soundness, duplicates] = cases
  await duplicates?.run()
  await assert.rejects(soundness?.run() ?? Promise.resolve(), (error: Error) => {
    assert.match(error.message, /^No item is listed that the filter doesn't ask for\.\nfailed/)
    assert.match(error.message, /--replay 'filter_soundness\//)
    return true
  })
})

// ---------------------------------------------------------------------------------------------------------------------
// The command that a failure prints
// ---------------------------------------------------------------------------------------------------------------------

const hasCurl = await new Deno.Command("sh", { args: ["-c", "command -v curl"], stdout: "null" }).output()

Deno.test({
  name: "run() prints a curl line that makes the same request",
  ignore: !hasCurl.success,
  fn: async (test) => {
    for (
      const [index, name] of [
        "key_prefix",
        "key_cut_at_nul",
        "session_token_accepted",
        "get_ignores_query",
        "malformed_ignored",
        "auth_ignored",
        "any_method",
        "key_compared_loosely",
        "other_schemes_accepted",
        "workspace_not_needed",
        "stumbles_over_odd_text"
      ].entries()
    ) {
      await test.step(name, async () => {
        const found = mutants.find((mutant) => mutant.name === name)
        assert(found !== undefined)
        const seen: Array<{ readonly head: ReadonlyArray<string>; readonly body: string }> = []
        const server = found.serve(world)
        const http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
          const { pathname, search } = new URL(request.url)
          const header = (name: string) => request.headers.get(name) ?? ""
          seen.push({
            head: [
              request.method,
              pathname + search,
              header("authorization"),
              header("seam-workspace"),
              header("content-type")
            ],
            body: await request.clone().text()
          })
          return server(request)
        })
        const pat = found.credential !== undefined
        const report = await run({
          url: `http://127.0.0.1:${http.addr.port}`,
          credential: credential(
            pat
              ? { personalAccessToken: own.personal_access_token, workspaceId: own.workspace_id }
              : { apiKey: own.api_key }
          )
        }, { checks: [found.caughtBy[0]], seed: index })
        const failure = report.checks[0]?.failure
        assert(failure?.curl !== undefined && failure.replay !== undefined)
        await run({
          url: `http://127.0.0.1:${http.addr.port}`,
          credential: credential(
            pat
              ? { personalAccessToken: own.personal_access_token, workspaceId: own.workspace_id }
              : { apiKey: own.api_key }
          )
        }, { replay: failure.replay })
        const asked = [...seen]
        seen.length = 0
        const { stdout, success } = await new Deno.Command("sh", {
          args: ["-c", failure.curl],
          env: { SEAM_API_KEY: own.api_key, SEAM_PERSONAL_ACCESS_TOKEN: own.personal_access_token }
        }).output()
        assert(success, failure.curl)
        assert.match(new TextDecoder().decode(stdout), /^HTTP\/1\.1 \d{3}/)
        const last = seen.at(-1)
        assert(last !== undefined)
        const same = asked.some(({ body, head }) => body === last.body && head.join() === last.head.join())
        assert(same, `${failure.curl}\n${JSON.stringify(last)}`)
        await http.shutdown()
      })
    }
  }
})

// ---------------------------------------------------------------------------------------------------------------------
// Ways to read a declaration
// ---------------------------------------------------------------------------------------------------------------------

for (const [reading, text] of [["an empty value", ""], ["the word null", "null"]] as const) {
  Deno.test(`run() recognises that a query spells null as ${reading}, and asks with it`, async () => {
    const owners = ["jane", null, "joe", undefined, "jane"]
    const all = owners.map((owner, id) => ({ id, ...(owner !== undefined && { owner }) }))
    const report = await Effect.runPromise(Contract.run(
      Operations.make({
        path: "/things",
        by: "query",
        items: "",
        id: "id",
        filters: { owner: Filters.equals("owner", { null: true }) }
      }),
      {
        url: "http://localhost",
        fetch: ({ url }) => {
          const asked = new URL(url).searchParams.get("owner")
          return Response.json(
            all.filter(({ owner }) => asked === null || (asked === text ? null : asked) === (owner ?? null))
          )
        }
      },
      { seed: 1, checks: ["filter_soundness", "filter_completeness", "partition"] }
    ))
    assert.deepEqual(
      report.checks.map(({ failure, outcome }) => [outcome, failure]),
      Array(3).fill(["passed", undefined])
    )
    assert.equal(report.readings.find(({ point }) => point === "null_in_query")?.reading, reading)
  })
}

Deno.test("run() reports the keywords of a document that it doesn't check, and passes over none in silence", async () => {
  const schema = { type: "object", required: ["id"], properties: { id: { type: "integer", format: "serial" } } }
  const content = { "application/json": { schema: { type: "array", items: schema } } }
  const parameters = [{ name: "id", in: "query", schema: { type: "integer" } }]
  const get = { parameters, responses: { 200: { description: "OK", content } } }
  const document = Result.getOrThrow(
    OpenApi.read({ openapi: "3.1.0", paths: { "/things": { get } } }, { path: "/things", items: "", method: "GET" })
  )
  const report = await Effect.runPromise(Contract.run(
    Operations.make({
      path: "/things",
      by: "query",
      items: "",
      id: "id",
      document,
      filters: { id: Filters.equals("id") }
    }),
    {
      url: "http://localhost",
      fetch: ({ url }) => {
        const asked = new URL(url).searchParams.get("id")
        return Response.json([1, 2, 3].filter((id) => asked === null || `${id}` === asked).map((id) => ({ id })))
      }
    },
    { seed: 1, checks: ["response_schema_conformance", "filter_soundness"] }
  ))
  assert.deepEqual(report.checks.map(({ outcome, unchecked }) => [outcome, unchecked]), [
    ["passed", undefined],
    ["passed", ["format: serial at #/items/properties/id/format"]]
  ])
  assert(Reports.lines(report).includes("         unchecked format: serial at #/items/properties/id/format"))
})

const thing = { type: "object", properties: { id: { type: "integer" } } }
const listed = { type: "array", items: thing }

for (
  const [what, list, body] of [
    ["an item", listed, { things: [{ id: 1 }, { id: "2" }] }],
    ["an item on a later page", listed, { things: [{ id: 1 }], next: [{ id: "2" }] }],
    ["what stands around the items", listed, { total: "2", things: [{ id: 1 }, { id: 2 }] }],
    ["how many items there are", { ...listed, maxItems: 1 }, { things: [{ id: 1 }, { id: 2 }] }],
    ["the first item", { ...listed, prefixItems: [{ required: ["name"] }] }, { things: [{ id: 1 }, { id: 2 }] }]
  ] satisfies ReadonlyArray<[string, JsonSchema, { readonly [name: string]: unknown }]>
) {
  Deno.test(`response_schema_conformance sees that ${what} isn't what the document says`, async () => {
    const schema = { type: "object", properties: { total: { type: "integer" }, things: list } }
    const get = {
      parameters: [{ name: "id", in: "query", schema: {} }],
      responses: { 200: { description: "OK", content: { "application/json": { schema } } } }
    }
    const operation = Operations.make({
      path: "/things",
      by: "query",
      items: "things",
      id: "id",
      pages: ({ body, url }) => Items.at(body, "next") === undefined ? undefined : { url: `${url}?page=2` },
      document: Result.getOrThrow(
        OpenApi.read({ openapi: "3.1.0", paths: { "/things": { get } } }, {
          path: "/things",
          items: "things",
          method: "GET"
        })
      ),
      filters: { id: Filters.equals("id") }
    })
    const outcome = async (fetch: (request: Request) => Response) => {
      const options = { seed: 1, checks: ["response_schema_conformance"] }
      const report = await Effect.runPromise(Contract.run(operation, { url: "http://localhost", fetch }, options))
      return report.checks.map(({ outcome }) => outcome)
    }
    assert.deepEqual(await outcome(() => Response.json({ total: 1, things: [{ id: 1, name: "a" }] })), ["passed"])
    assert.deepEqual(
      await outcome(({ url }) => Response.json(url.includes("page=2") ? { things: body["next"] } : body)),
      ["failed"]
    )
  })
}
