import * as Effect from "effect/Effect"
import fc from "fast-check"
import assert from "node:assert/strict"
import { clientSessions, conventions } from "../seam/mod.ts"
import { healthy, serve } from "../seam/mutants/Healthy.ts"
import type { Server } from "../seam/mutants/Healthy.ts"
import { mutants } from "../seam/mutants/Mutants.ts"
import * as Worlds from "../seam/world.ts"
import * as Contract from "./Contract.ts"
import type { CheckResult } from "./Report.ts"
import * as Reports from "./Report.ts"
import { isQuick } from "./testing.ts"

const [world] = fc.sample(Worlds.world({ sessions: isQuick ? 25 : 60 }), { seed: 7, numRuns: 1 })
assert(world !== undefined)
const [own, other] = world.workspaces
assert(own !== undefined && other !== undefined)

/** A server that answers in another order than it is asked, and how many questions it had at the same time. */
const shuffling = (server: Server) => {
  let [inFlight, most, count] = [0, 0, 0]
  return {
    /** The most since it was asked for. */
    most: () => {
      const since = most
      most = 0
      return since
    },
    fetch: async (request: Request): Promise<Response> => {
      most = Math.max(most, ++inFlight)
      // A later question may well be answered before an earlier one.
      for (let turns = (++count * 7) % 5 * 10; turns > 0; turns--) await undefined
      const answer = await server(request)
      inFlight--
      return answer
    }
  }
}

const run = async (server: Server, concurrency: number, options: Contract.RunOptions) => {
  const { fetch, most } = shuffling(server)
  const together: { [check: string]: number } = {}
  const report = await Effect.runPromise(Contract.run(clientSessions, {
    url: "http://localhost",
    fetch,
    credential: own.api_key,
    otherCredential: other.api_key
  }, {
    seed: 1,
    conventions: [conventions.page, conventions.wire],
    concurrency,
    onCheck: ({ name }) => Effect.sync(() => together[name] = most()),
    ...options
  }))
  return { together, most: Math.max(...Object.values(together)), report: Reports.withValues(report) }
}

/** What a check found, whatever it cost. */
const found = ({ requests: _, seconds: __, ...rest }: CheckResult) => rest

/** Faults that no chance decides, each seen by another kind of law. */
const faults = [
  "key_prefix",
  "or_instead_of_and",
  "third_filter_ignored",
  "first_page_only",
  "key_cut_at_nul",
  "malformed_ignored",
  "no_request_id"
]

for (const name of faults) {
  Deno.test(`run() finds the same of ${name}, asking eight questions at a time`, async () => {
    const mutant = mutants.find((mutant) => mutant.name === name)
    assert(mutant !== undefined)
    const options = { ...(isQuick && { checks: mutant.caughtBy }) }
    const [one, eight] = [
      await run(mutant.serve(world), 1, options),
      await run(mutant.serve(world), 8, options)
    ]
    assert(eight.most > 4, `${eight.most} at a time`)
    assert.deepEqual(eight.report.checks.map(found), one.report.checks.map(found))
    assert(one.report.checks.some(({ outcome }) => outcome === "failed"))
    assert.deepEqual(eight.report.readings, one.report.readings)
  })
}

Deno.test("run() asks a healthy server no more, asking eight questions at a time, and has the same seen of it", async () => {
  const checks = [
    "filter_soundness",
    "filter_conjunction",
    "request_equivalence",
    "item_consistency",
    "request_id_present"
  ]
  const [one, eight] = [
    await run(serve(healthy, world), 1, { checks }),
    await run(serve(healthy, world), 8, { checks })
  ]
  assert.deepEqual([one.most, eight.most > 4], [1, true])
  assert.deepEqual(eight.report.checks.map(found), one.report.checks.map(found))
  assert.deepEqual(eight.report.requests, one.report.requests)
  assert(one.report.checks.every(({ bites, outcome }) => outcome === "passed" && bites > 0))
})

Deno.test("run() makes no more requests than allowed, asking eight questions at a time", async () => {
  const { most, report } = await run(serve(healthy, world), 8, { maxRequests: 100, checks: ["filter_soundness"] })
  assert(most > 4 && report.requests.made <= 100)
  assert.deepEqual(report.checks.map(({ outcome }) => outcome), ["passed"])
  assert.match(report.checks[0]?.why ?? "", /no requests were left/)
})

Deno.test("run() asks one question at a time where one may show in the answer to the next", async () => {
  const checks = ["filter_soundness", "idempotence", "order_stability"]
  const { together } = await run(serve(healthy, world), 8, { checks })
  const { filter_soundness = 0, ...others } = together
  assert(filter_soundness > 4)
  assert.deepEqual(others, { idempotence: 1, order_stability: 1 })
})
