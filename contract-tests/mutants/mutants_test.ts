import * as Effect from "effect/Effect"
import fc from "fast-check"
import assert from "node:assert/strict"
import * as Contract from "../engine/Contract.ts"
import type { Report } from "../engine/Report.ts"
import { isQuick, valuesIn } from "../engine/testing.ts"
import type { Operation } from "../operation/Operation.ts"
import { mutantsOf, mutantsOfOperation } from "./mutants.ts"
import type { Data, Server } from "./server.ts"
import { healthy, serve } from "./server.ts"
import { data, declarations } from "./things.ts"

// From every other seed the data is known. Where there is little time, each mutant is met from one of two.
const worlds = Array.from({ length: isQuick ? 2 : 20 }, (_, seed): Data => {
  const [made] = fc.sample(data(60), { seed, numRuns: 1 })
  assert(made !== undefined)
  return made
})

// A healthy server passes whatever is asked; how much of it is asked again matters less.
const runs = isQuick ? 20 : 100

const run = (
  operation: Operation,
  { own }: Data,
  fetch: Server,
  known: boolean,
  options: Contract.RunOptions
): Promise<Report> =>
  Effect.runPromise(Contract.run(operation, {
    url: "http://localhost",
    fetch,
    credential: "own-key",
    otherCredential: "other-key",
    ...(known && { items: own })
  }, options))

for (const [index, [what, declare]] of Object.entries(declarations).entries()) {
  // Where there is little time, by one method in turn.
  for (const by of (["body", "query"] as const).filter((_, place) => !isQuick || index % 2 === place)) {
    Deno.test(`a healthy server for ${what} by ${by} passes every check, none of them vacuous`, async () => {
      const [world] = worlds
      assert(world !== undefined)
      const operation = declare(by)
      const { checks } = await run(operation, world, serve(operation, world), true, { seed: 1, runs })
      const others = checks.filter(({ outcome }) => outcome !== "passed")
      assert.deepEqual(others.map(({ failure, name, outcome }) => [name, outcome, failure]), [
        ["reading_conformance", "skipped", undefined]
      ])
    })
  }

  Deno.test(`mutants for ${what} are caught by every check that is meant to`, async (test) => {
    const [first] = worlds
    assert(first !== undefined)
    const operation = declare("body")
    // Their filters are those of the others.
    const mutants = what === "pages" || what === "required"
      ? mutantsOfOperation(operation)
      : mutantsOf(operation, first.own)
    for (const [at, { caughtBy, name, steps }] of mutants.entries()) {
      await test.step(name, async () => {
        for (const [seed, world] of worlds.entries()) {
          if (isQuick && seed !== at % worlds.length) continue
          // Every other time by GET, with nothing known but the credentials.
          const known = seed % 2 === 0
          const operation = declare(known ? "body" : "query")
          const server = serve(operation, world, { ...healthy, ...steps() })
          const report = await run(operation, world, server, known, { seed, checks: caughtBy, shrink: false })
          const { checks } = report
          assert.deepEqual(valuesIn(report, world), [], `seed ${seed}`)
          const survived = checks.filter(({ outcome }) => outcome !== "failed")
          assert.deepEqual(survived.map(({ name }) => name), [], `seed ${seed}`)
          assert.equal(checks.length, caughtBy.length)
        }
      })
    }
  })
}

Deno.test("mutants are made for every kind of filter", () => {
  const kinds = new Set(
    Object.values(declarations).flatMap((declare) => Object.values(declare("body").filters).map(({ kind }) => kind))
  )
  assert.deepEqual([...kinds].sort(), [
    "after",
    "anyOf",
    "before",
    "custom",
    "equals",
    "isNull",
    "limit",
    "member",
    "notNull",
    "oneOf",
    "prefix"
  ])
})
