import * as Effect from "effect/Effect"
import fc from "fast-check"
import assert from "node:assert/strict"
import * as Filters from "../operation/Filter.ts"
import * as Operations from "../operation/Operation.ts"
import { clientSessions, conventions } from "../seam/mod.ts"
import { healthy, serve } from "../seam/mutants/Healthy.ts"
import type { Server } from "../seam/mutants/Healthy.ts"
import { mutants } from "../seam/mutants/Mutants.ts"
import type { World } from "../seam/world.ts"
import * as Worlds from "../seam/world.ts"
import * as Contract from "./Contract.ts"
import * as Replays from "./Replay.ts"
import type { CheckFailure, CheckResult } from "./Report.ts"
import * as Reports from "./Report.ts"

const [world] = fc.sample(Worlds.world({ sessions: 60 }), { seed: 7, numRuns: 1 })
assert(world !== undefined)
const [own, other] = world.workspaces
assert(own !== undefined && other !== undefined)

const run = (fetch: Server, options: Contract.RunOptions): Promise<ReadonlyArray<CheckResult>> =>
  Effect.runPromise(Contract.run(clientSessions, {
    url: "http://localhost",
    fetch,
    credential: own.api_key,
    otherCredential: other.api_key
  }, { conventions: [conventions.page, conventions.wire], ...options })).then((report) =>
    Reports.withValues(report).checks
  )

const mutant = (name: string) => {
  const found = mutants.find((mutant) => mutant.name === name)
  assert(found !== undefined)
  return found
}

/** The first failure of a check on a server. */
const failureOf = async (server: Server, check: string, options: Contract.RunOptions = {}): Promise<CheckFailure> => {
  const [result] = await run(server, { seed: 99, checks: [check], ...options })
  assert(result?.failure?.replay !== undefined, JSON.stringify(result))
  return result.failure
}

const changed = (
  sessions: (all: World["workspaces"][number]["sessions"]) => World["workspaces"][number]["sessions"]
): World => ({
  workspaces: world.workspaces.map((workspace) =>
    workspace === own ? { ...own, sessions: sessions(own.sessions) } : workspace
  )
})

Deno.test("parse() reads what format() writes", () => {
  const replays: ReadonlyArray<Replays.Replay> = [
    { check: "oracle", property: "singles", seed: -7, key: "0123456789abcdef" },
    { check: "partition", property: "a%20b-cells", seed: 0, key: "0123456789abcdef", path: "3:0:1" },
    {
      check: "no_duplicates",
      property: "everywhere^filter_soundness^existing",
      seed: 1,
      key: "f".repeat(16),
      before: "all"
    },
    { check: "idempotence", property: "again", seed: 1, key: "f".repeat(16), before: ["0".repeat(16), "1".repeat(16)] }
  ]
  for (const replay of replays) assert.deepEqual(Replays.parse(Replays.format(replay)), replay)
  for (const text of ["", "oracle", "oracle/singles/1/0:1", "oracle/singles/1/0123456789abcdef+x"]) {
    assert.equal(Replays.parse(text), undefined)
  }
})

Deno.test("run() with a replay id asks the same question again, and nothing else", async () => {
  let replayed = 0
  for (
    const name of [
      "or_instead_of_and",
      "key_prefix",
      "duplicates",
      "status_422",
      "stale",
      "requests_mixed",
      "unknown_id_lists_all",
      "stumbles_over_odd_text",
      "off_by_one",
      "all_workspaces",
      "not_ok_for_one"
    ]
  ) {
    const found = mutant(name)
    for (const check of found.caughtBy) {
      const failure = await failureOf(found.serve(world), check)
      // A new server each time: what it remembers is not part of the case.
      const [repeated, ...others] = await run(found.serve(world), { replay: failure.replay ?? "", seed: 0 })
      assert.deepEqual([repeated?.name, others], [check, []])
      const { counterexample, curl, law, replay } = repeated?.failure ?? {}
      assert.deepEqual({ counterexample, curl, law, replay }, {
        counterexample: failure.counterexample,
        curl: failure.curl,
        law: failure.law,
        replay: failure.replay
      }, name)
      replayed++
    }
  }
  assert(replayed >= 11)
})

Deno.test("run() sees in the answers to one law's questions what breaks another, and replays it", async () => {
  // Nobody looks for duplicates with three filters.
  const server = () =>
    serve({
      ...healthy,
      select: (query, ...rest) => {
        const found = healthy.select(query, ...rest)
        return Object.keys(query).length > 2 ? found.flatMap((session) => [session, session]) : found
      }
    }, world)
  const checks = await run(server(), { seed: 1, checks: ["filter_conjunction", "no_duplicates"] })
  assert.deepEqual(checks.map(({ name, outcome }) => [name, outcome]), [
    ["filter_conjunction", "passed"],
    ["no_duplicates", "failed"]
  ])
  const { counterexample, replay = "" } = checks[1]?.failure ?? {}
  assert.match(replay, /^no_duplicates\/everywhere\^filter_conjunction\^/)
  const [result] = await run(server(), { replay })
  assert.deepEqual([result?.outcome, result?.failure?.counterexample], ["failed", counterexample])
})

Deno.test("run() with a replay id asks the same of data that has changed, wherever the value now stands", async () => {
  const { replay = "", counterexample } = await failureOf(mutant("key_prefix").serve(world), "filter_soundness")
  // Turned around, with new ones before and behind, and without some.
  const other = changed((
    all
  ) => [
    ...all.slice(0, 3).map((session, at) => ({
      ...session,
      client_session_id: `0badcafe-0000-4000-8000-00000000000${at}`
    })),
    ...all.toReversed().filter((_, at) => at % 9 !== 1)
  ])
  const [result] = await run(mutant("key_prefix").serve(other), { replay })
  assert.deepEqual([result?.outcome, result?.failure?.counterexample], ["failed", counterexample])
})

Deno.test("run() says that a case was not reproduced where the answer is right now", async () => {
  const { replay = "" } = await failureOf(mutant("key_prefix").serve(world), "filter_soundness")
  const [result] = await run(serve(healthy, world), { replay })
  assert.deepEqual([result?.outcome, result?.cases], ["not reproduced", 1])
  assert(result !== undefined && !Reports.isGood(result, true))
  assert.match(result.why ?? "", /asked again, and the answer was right; .*--seed 99 --check filter_soundness/)
})

Deno.test("run() says that a case can't be put again where its value is gone", async () => {
  const { replay = "" } = await failureOf(mutant("key_prefix").serve(world), "filter_soundness")
  const other = changed((all) => all.map((session) => ({ ...session, user_identifier_key: "somebody" })))
  const [result] = await run(mutant("key_prefix").serve(other), { replay })
  assert.deepEqual([result?.outcome, result?.cases], ["not asked", 0])
  assert.match(result?.why ?? "", /no longer has what the question was made from/)
})

Deno.test("a replay id holds no value of the data", async () => {
  const ids = []
  for (const name of ["key_prefix", "or_instead_of_and", "off_by_one", "duplicates", "unknown_id_lists_all"]) {
    for (const check of mutant(name).caughtBy) {
      ids.push((await failureOf(mutant(name).serve(world), check)).replay ?? "")
    }
  }
  const values = own.sessions.flatMap((session) => Object.values(session).flat())
    .filter((value) => typeof value === "string" && value.length > 3)
  assert(values.length > 100)
  for (const id of ids) assert.deepEqual(values.filter((value) => id.includes(String(value))), [], id)
})

// ---------------------------------------------------------------------------------------------------------------------
// Failures that need what came before them
// ---------------------------------------------------------------------------------------------------------------------

const things = Operations.make({
  path: "/things",
  by: "query",
  items: "",
  id: "id",
  filters: { colour: Filters.equals("colour") }
})

const colours = ["red", "green", "blue", "black", "white", "brown", "grey", "pink"]
const rows = [...colours, ...colours].map((colour, id) => ({ id, colour }))

/** A server that goes wrong by what it was asked before. */
const remembering = (isWrong: (asked: ReadonlyArray<string>) => boolean) => (): (request: Request) => Response => {
  const asked: Array<string> = []
  return ({ url }) => {
    const colour = new URL(url).searchParams.get("colour")
    if (colour === null) return Response.json(rows)
    asked.push(colour)
    return Response.json(isWrong(asked) ? rows : rows.filter((row) => row.colour === colour))
  }
}

const runThings = (
  fetch: (request: Request) => Response,
  options: Contract.RunOptions
): Promise<ReadonlyArray<CheckResult>> =>
  Effect.runPromise(Contract.run(things, { url: "http://localhost", fetch }, { shrink: false, ...options }))
    .then(({ checks }) => checks)

Deno.test("run() says that a failure needs the case before it, and replays both", async () => {
  const make = remembering((asked) => ["red,blue", "blue,red"].includes(asked.slice(-2).join()))
  let found: CheckResult | undefined
  for (let seed = 1; found === undefined && seed < 30; seed++) {
    const [result] = await runThings(make(), { seed, checks: ["filter_soundness"] })
    if (result?.failure?.needs !== undefined) found = result
  }
  assert(found?.failure?.replay !== undefined)
  assert.match(found.failure.needs ?? "", /^the (?:case|\d+ cases) before it, which the replay asks first$/)
  assert(Reports.checkLines(found).some((line) => /^ +needs +the /.test(line)))
  const [again] = await runThings(make(), { replay: found.failure.replay })
  assert.deepEqual([again?.outcome, again?.failure?.counterexample], ["failed", found.failure.counterexample])
})

Deno.test("run() says that a failure was seen once and not again", async () => {
  let count = 0
  const make = remembering(() => ++count === 12)
  const [result] = await runThings(make(), { seed: 1, checks: ["filter_soundness"] })
  assert.equal(result?.outcome, "failed")
  assert.match(result.failure?.needs ?? "", /can't be repeated: it was seen once/)
})
