import * as Effect from "effect/Effect"
import fc from "fast-check"
import assert from "node:assert/strict"
import { Simulator } from "../../src/simulator/mod.ts"
import type { World } from "../Arbitraries.ts"
import * as Arbitraries from "../Arbitraries.ts"
import { catalogue } from "../Catalogue.ts"
import * as Contract from "../Contract.ts"
import * as Points from "../Points.ts"
import type { Report } from "../Report.ts"
import * as Reports from "../Report.ts"
import type { TargetOptions } from "../Target.ts"
import { healthy, serve } from "./Healthy.ts"
import type { Mutant } from "./Mutants.ts"
import { mutants } from "./Mutants.ts"

const seeds = Array.from({ length: 20 }, (_, seed) => seed)

const worlds = new Map<string, World>()

const worldOf = (seed: number, sessions: number): World => {
  const name = `${seed}/${sessions}`
  const [made] = worlds.has(name) ? [] : fc.sample(Arbitraries.world({ sessions }), { seed, numRuns: 1 })
  if (made !== undefined) worlds.set(name, made)
  const world = worlds.get(name)
  assert(world !== undefined)
  return world
}

/** What a target is told of the world: all of it, or nothing but a credential, as a stranger's server would be. */
const target = (world: World, fetch: TargetOptions["fetch"], known: boolean, mutant?: Mutant): TargetOptions => {
  const [own, other] = world.workspaces
  assert(own !== undefined && other !== undefined && fetch !== undefined)
  return {
    url: "http://localhost",
    fetch,
    credential: mutant?.credential === "personal access token"
      ? { personalAccessToken: own.personal_access_token, workspaceId: own.workspace_id }
      : { apiKey: own.api_key },
    ...((known || mutant?.needsOtherCredential) && { otherApiKey: other.api_key }),
    ...(known && { sessions: own.sessions })
  }
}

const run = (options: TargetOptions, rest: Contract.RunOptions): Promise<Report> =>
  Effect.runPromise(Contract.run(options, rest))

Deno.test("mutants has at least 30, each with its own name, and no check that catches none", () => {
  assert(mutants.length >= 30)
  assert.equal(new Set(mutants.map(({ name }) => name)).size, mutants.length)
  const caught = new Set(mutants.flatMap(({ caughtBy }) => caughtBy))
  const names = catalogue.map(({ name }) => name)
  assert.deepEqual(names.filter((name) => !caught.has(name)), [])
  assert.deepEqual([...caught].filter((name) => !names.includes(name)), [])
})

Deno.test("mutants are caught by every check that is meant to, from any of 20 seeds", async (test) => {
  for (const mutant of mutants) {
    await test.step(`${mutant.name}: ${mutant.breaks}`, async () => {
      for (const seed of seeds) {
        // Every other time with nothing known but the credential.
        const known = seed % 2 === 0 || mutant.needsKnownWorld === true
        const world = worldOf(seed, mutant.sessions ?? 60)
        const report = await run(target(world, mutant.serve(world), known, mutant), {
          seed,
          checks: mutant.caughtBy,
          ...(mutant.needsExpectedReadings && { expected: Points.simulator })
        })
        const survived = report.checks.filter(({ outcome }) => outcome !== "failed")
        assert.deepEqual(survived, [], `seed ${seed}`)
        assert.equal(report.checks.length, mutant.caughtBy.length)
      }
    })
  }
})

const holds = (report: Report): void => {
  assert.deepEqual(report.checks.filter((check) => !Reports.isGood(check)), [])
  assert.equal(report.checks.length, catalogue.length)
}

Deno.test("healthy passes every check, none of them vacuous or skipped", async () => {
  for (const seed of seeds.slice(0, 3)) {
    const world = worldOf(seed, 60)
    const report = await run(target(world, serve(healthy, world), true), { seed, expected: Points.simulator })
    holds(report)
    assert.deepEqual(report.checks.filter(({ outcome }) => outcome !== "passed"), [])
  }
})

Deno.test("healthy passes every check that needs no knowledge of the world", async () => {
  const world = worldOf(0, 60)
  const report = await run(target(world, serve(healthy, world), false), { seed: 0 })
  holds(report)
  const skipped = report.checks.filter(({ outcome }) => outcome === "skipped").map(({ name }) => name)
  assert.deepEqual(skipped, ["oracle", "reading_conformance"])
})

Deno.test("the simulator passes every check, none of them vacuous or skipped", async () => {
  const workspaces = Simulator.generate({ seed: 1, sessions: 60, workspaces: 2 })
  const [own, other] = workspaces
  const [apiKey, otherApiKey] = [own?.credentials.apiKeys[0], other?.credentials.apiKeys[0]]
  assert(own !== undefined && apiKey !== undefined && otherApiKey !== undefined)
  const report = await run({
    url: "http://localhost",
    fetch: Simulator.make({ workspaces }).fetch,
    credential: { apiKey },
    otherApiKey,
    sessions: own.sessions
  }, { seed: 1, expected: Points.simulator })
  holds(report)
  assert.deepEqual(report.checks.filter(({ outcome }) => outcome !== "passed"), [])
})
