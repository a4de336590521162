import fc from "fast-check"
import assert from "node:assert/strict"
import * as Contract from "../../engine/Contract.ts"
import type { Report } from "../../engine/Report.ts"
import * as Reports from "../../engine/Report.ts"
import type { TargetOptions } from "../../engine/Target.ts"
import { isQuick, onTestClock, valuesIn } from "../../engine/testing.ts"
import { clientSessions, conventions, credential, simulatorReadings } from "../mod.ts"
import type { World } from "../world.ts"
import * as Worlds from "../world.ts"
import { healthy, serve } from "./Healthy.ts"
import type { Mutant } from "./Mutants.ts"
import { mutants } from "./Mutants.ts"

// From every other seed the data is known. Where there is little time, each mutant is met from one of two.
const seeds = Array.from({ length: isQuick ? 2 : 20 }, (_, seed) => seed)

const all = { conventions: [conventions.page, conventions.wire] }
const catalogue = Contract.catalogue(clientSessions, all.conventions)

const worlds = new Map<string, World>()

const worldOf = (seed: number, sessions: number): World => {
  const name = `${seed}/${sessions}`
  const [made] = worlds.has(name) ? [] : fc.sample(Worlds.world({ sessions }), { seed, numRuns: 1 })
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
    credential: credential(
      mutant?.credential === "personal access token"
        ? { personalAccessToken: own.personal_access_token, workspaceId: own.workspace_id }
        : { apiKey: own.api_key }
    ),
    ...((known || mutant?.needsOtherCredential) && { otherCredential: other.api_key }),
    ...(known && { items: own.sessions })
  }
}

const run = (options: TargetOptions, rest: Contract.RunOptions): Promise<Report> =>
  onTestClock(Contract.run(clientSessions, options, { ...all, ...rest }), 50, Date.now())

Deno.test("mutants has at least 30, each with its own name, and no check that catches none", () => {
  assert(mutants.length >= 30)
  assert.equal(new Set(mutants.map(({ name }) => name)).size, mutants.length)
  const caught = new Set(mutants.flatMap(({ caughtBy }) => caughtBy))
  const names = catalogue.map(({ name }) => name)
  assert.deepEqual(names.filter((name) => !caught.has(name)), [])
  assert.deepEqual([...caught].filter((name) => !names.includes(name)), [])
})

Deno.test("mutants are caught by every check that is meant to, from any of 20 seeds", async (test) => {
  for (const [at, mutant] of mutants.entries()) {
    await test.step(`${mutant.name}: ${mutant.breaks}`, async () => {
      for (const seed of isQuick ? [at % seeds.length] : seeds) {
        // Every other time with nothing known but the credential.
        const known = seed % 2 === 0 || mutant.needsKnownWorld === true
        const world = worldOf(seed, mutant.sessions ?? (isQuick ? 25 : 60))
        const report = await run(target(world, mutant.serve(world), known, mutant), {
          seed,
          checks: mutant.caughtBy,
          shrink: false,
          ...(mutant.needsExpectedReadings && { expected: simulatorReadings })
        })
        const survived = report.checks.filter(({ outcome }) => outcome !== "failed")
        assert.deepEqual(survived, [], `seed ${seed}`)
        assert.deepEqual(valuesIn(report, world.workspaces.map(({ sessions }) => sessions)), [], `seed ${seed}`)
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
  // A healthy server passes whatever is asked: there, one seed says as much as several.
  for (const seed of seeds.slice(0, isQuick ? 1 : 3)) {
    const world = worldOf(seed, isQuick ? 25 : 60)
    const report = await run(target(world, serve(healthy, world), true), { seed, expected: simulatorReadings })
    holds(report)
    assert.deepEqual(report.checks.filter(({ outcome }) => outcome !== "passed"), [])
  }
})

Deno.test("healthy passes every check that needs no knowledge of the world", async () => {
  const world = worldOf(0, isQuick ? 25 : 60)
  const report = await run(target(world, serve(healthy, world), false), { seed: 0 })
  holds(report)
  const skipped = report.checks.filter(({ outcome }) => outcome === "skipped").map(({ name }) => name)
  assert.deepEqual(skipped, ["oracle", "reading_conformance"])
})
