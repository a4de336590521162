import * as Effect from "effect/Effect"
import assert from "node:assert/strict"
import * as Filters from "../operation/Filter.ts"
import * as Operations from "../operation/Operation.ts"
import type { AcceptedDeviation } from "./Accepted.ts"
import * as Accepted from "./Accepted.ts"
import * as Contract from "./Contract.ts"
import type { CheckResult } from "./Report.ts"
import * as Reports from "./Report.ts"
import { onTestClock } from "./testing.ts"

const things = Operations.make({
  path: "/things",
  by: "query",
  items: "",
  id: "id",
  filters: { colour: Filters.equals("colour"), size: Filters.equals("size") }
})

const rows = Array.from({ length: 12 }, (_, id) => ({
  id,
  colour: ["light green", "crimson red", "navy blue"][id % 3] ?? "",
  size: ["small", "large"][id % 2] ?? ""
}))

type Compare = (asked: string, held: string) => boolean

const same: Compare = (asked, held) => asked === held

const serving = (colour: Compare, size: Compare = same) => ({ url }: Request): Response => {
  const { searchParams } = new URL(url)
  const holds = (name: string, held: string, compare: Compare): boolean => {
    const asked = searchParams.get(name)
    return asked === null || compare(asked, held)
  }
  return Response.json(
    rows.filter((row) => holds("colour", row.colour, colour) && holds("size", row.size, size))
  )
}

const run = async (
  fetch: (request: Request) => Response,
  accepted: ReadonlyArray<AcceptedDeviation>,
  options: Contract.RunOptions = {}
): Promise<CheckResult> => {
  const target = { url: "http://localhost", fetch }
  const report = await onTestClock(
    Contract.run(things, target, { seed: 1, checks: ["filter_soundness"], accepted, ...options }),
    50,
    Date.parse("2027-01-31T23:59:00Z")
  )
  const [check] = report.checks
  assert(check !== undefined)
  return check
}

const trimmed: Compare = (asked, held) => asked.trim() === held
const unspaced: Compare = (asked, held) => asked.trimEnd() === held

const entry = (nearMiss: string, rest: Partial<AcceptedDeviation> = {}): AcceptedDeviation => ({
  check: "filter_soundness",
  filters: ["colour"],
  nearMiss,
  reason: "older clients pad it",
  ...rest
})

const all = ["trailing space", "leading space", "trailing newline"].map((miss) => entry(miss))

Deno.test("run() passes where all that deviates is accepted, and reports it with its reason", async () => {
  const check = await run(serving(trimmed), all)
  assert.equal(check.outcome, "passed")
  assert.deepEqual(
    check.accepted?.map(({ failure, reason }) => [failure.nearMiss, reason]).sort(),
    all.map(({ nearMiss, reason }) => [nearMiss, reason]).sort()
  )
  assert(Reports.checkLines(check).some((line) => line.includes("accepted  older clients pad it")))
})

Deno.test("run() goes on looking after an accepted failure, and finds each of the others", async () => {
  for (const left of all) {
    const check = await run(serving(trimmed), all.filter((entry) => entry !== left))
    assert.deepEqual([check.outcome, check.failure?.nearMiss, check.failure?.filters], [
      "failed",
      left.nearMiss,
      ["colour"]
    ])
  }
})

for (
  const [what, accepted] of [
    ["another filter", all.map((entry) => ({ ...entry, filters: ["size"] }))],
    ["one more filter", all.map((entry) => ({ ...entry, filters: ["colour", "size"] }))],
    ["no filter", all.map(({ filters: _, ...entry }) => entry)],
    ["no near miss", [entry("", { nearMiss: "prefix" })]],
    ["another check", all.map((entry) => ({ ...entry, check: "filter_completeness" }))],
    ["a reading too", all.map((entry) => ({ ...entry, reading: "order=unspecified" }))],
    ["a day that has passed", all.map((entry) => ({ ...entry, until: "2027-01-30" }))]
  ] satisfies ReadonlyArray<[string, ReadonlyArray<AcceptedDeviation>]>
) {
  Deno.test(`run() accepts no failure by an entry with ${what}`, async () => {
    const { accepted: met, failure, outcome } = await run(serving(trimmed), accepted)
    assert.deepEqual([outcome, met], ["failed", undefined])
    assert(all.some(({ nearMiss }) => nearMiss === failure?.nearMiss))
  })
}

Deno.test("run() accepts a failure on the last day that an entry names", async () => {
  const accepted = all.map((entry) => ({ ...entry, until: "2027-01-31" }))
  assert.equal((await run(serving(trimmed), accepted)).outcome, "passed")
})

Deno.test("run() fails where what is accepted no longer deviates, until it is taken out", async () => {
  const check = await run(serving(unspaced), all)
  assert.equal(check.outcome, "failed")
  assert.deepEqual(check.failure?.counterexample, all[1])
  assert.match(check.failure?.seen ?? "", /take it out/)
  assert.equal((await run(serving(unspaced), all.filter((_, at) => at !== 1))).outcome, "passed")
  assert.equal((await run(serving(same), [])).outcome, "passed")
})

Deno.test("run() says nothing of what is accepted where it has not looked", async () => {
  // Another check was asked for, too few requests were left, or not every kind of case was tried.
  const other = await run(serving(same), all, { checks: ["filter_completeness"] })
  assert.equal(other.outcome, "passed")
  assert.notEqual((await run(serving(same), all, { maxRequests: 15 })).outcome, "failed")
  assert.notEqual((await run(serving(same), all, { runs: 3 })).outcome, "failed")
})

Deno.test("run() accepts a reading, and that one alone", async () => {
  const expected = { order_repeated: "another each time" }
  const one = (reading: string) =>
    run(serving(same), [{ check: "reading_conformance", reading, reason: "no order is promised" }], {
      checks: ["reading_conformance"],
      expected
    })
  assert.equal((await one("order_repeated=the same again")).outcome, "passed")
  assert.equal((await one("order_repeated=something else")).outcome, "failed")
})

Deno.test("run() refuses entries that are none, and those of a check that there is not", async () => {
  const target = { url: "http://localhost", fetch: serving(same) }
  const error = await Effect.runPromise(
    Effect.flip(Contract.run(things, target, { accepted: [entry("prefix", { check: "no_such_check" })] }))
  )
  assert.equal(error._tag, "UnusableOptions")
})

for (
  const [what, list, message] of [
    ["no list", { check: "filter_soundness" }, "it has to be a list of entries"],
    ["a text", ["filter_soundness"], "entry 1: it is no object"],
    ["no check", [{ reason: "known" }], "entry 1: check has to be the name of a check"],
    ["no reason", [entry("prefix"), { check: "oracle" }], "entry 2: reason has to say why it is accepted"],
    ["an empty reason", [{ check: "oracle", reason: "" }], "entry 1: reason has to say why it is accepted"],
    [
      "filters that are none",
      [entry("prefix", {}), { ...entry("suffix"), filters: "colour" }],
      "entry 2: filters has to be a list of names of filters"
    ],
    ["a near miss that is none", [{ ...entry("prefix"), nearMiss: 1 }], "entry 1: nearMiss has to be a text"],
    [
      "a reading that is none",
      [{ ...entry("prefix"), reading: {} }],
      "entry 1: reading has to be a text: point=reading"
    ],
    [
      "a day that there is not",
      [entry("prefix", { until: "2027-02-30" })],
      "entry 1: until has to be a day: 2027-01-31"
    ],
    ["a time", [entry("prefix", { until: "2027-01-31T00:00:00Z" })], "entry 1: until has to be a day: 2027-01-31"],
    [
      "a key that is none",
      [{ ...entry("prefix"), near_miss: "secret" }],
      "entry 1: it has other keys than check, filters, nearMiss, reading, reason, until"
    ],
    [
      "the same twice",
      [entry("prefix"), entry("prefix", { reason: "again" })],
      "entry 2 says the same as one before it"
    ]
  ] satisfies ReadonlyArray<[string, unknown, string]>
) {
  Deno.test(`read() of ${what} says what is wrong, and where`, () => {
    assert.equal(Accepted.read(list), message)
  })
}

Deno.test("read() takes the entries that the README shows", async () => {
  const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url))
  const [, shown = ""] = /```json\n([^]*?)```/.exec(readme) ?? []
  const entries = JSON.parse(shown)
  assert.deepEqual([entries.length, Accepted.read(entries)], [2, entries])
})
