import * as Effect from "effect/Effect"
import fc from "fast-check"
import assert from "node:assert/strict"
import * as Contract from "../engine/Contract.ts"
import { isQuick } from "../engine/testing.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import type { Alone } from "./alone.ts"
import { alone } from "./alone.ts"
import type { Server } from "./server.ts"
import { healthy, serve } from "./server.ts"
import { data, declarations } from "./things.ts"

const declare = (name: string): (by: "body" | "query") => Operation => {
  const declare = declarations[name]
  assert(declare !== undefined)
  return declare
}

/** The checks that neither pass nor are skipped. */
const run = async (
  { check, expected, known, steps, wrap }: Alone,
  operation: Operation,
  seed: number,
  route: (faulty: Server, sound: Server) => Server
): Promise<ReadonlyArray<readonly [check: string, outcome: string]>> => {
  const [world] = fc.sample(data(isQuick ? 30 : 60), { seed, numRuns: 1 })
  assert(world !== undefined)
  const server = serve(operation, world, { ...healthy, ...steps?.() })
  const { checks } = await Effect.runPromise(Contract.run(operation, {
    url: "http://localhost",
    fetch: route(wrap?.(server, world, operation) ?? server, serve(operation, world)),
    credential: "own-key",
    otherCredential: "other-key",
    ...(known && { items: world.own })
  }, {
    seed,
    shrink: false,
    ...(expected && { expected }),
    // That no other check sees it takes all of them.
    ...(isQuick && { checks: [check] })
  }))
  return checks.filter(({ outcome }) => outcome !== "passed" && outcome !== "skipped")
    .map(({ name, outcome }) => [name, outcome] as const)
}

const seeds = isQuick ? [1] : [1, 2, 3]

/** The same fault in one method alone, where the other is healthy. */
const inOne = (method: string, faulty: Server, sound: Server): Server => (request) =>
  request.method === method ? faulty(request) : sound(request)

// Where there is little time, each by one method in turn.
for (const [at, fault] of alone.entries()) {
  const { breaks, by, check, declaration } = fault
  const methods = by !== undefined
    ? [by]
    : (["body", "query"] as const).filter((_, place) => !isQuick || at % 2 === place)
  for (const how of methods) {
    Deno.test(`${check} alone sees, by ${how}, that ${breaks}`, async () => {
      for (const seed of seeds) {
        const failed = await run(fault, declare(declaration)(how), seed, (server) => server)
        assert.deepEqual(failed, [[check, "failed"]], `seed ${seed}`)
      }
    })
  }
  // With both methods, the other one is right: what they differ in is seen by `request_equivalence` too.
  if (by !== undefined || fault.ofBoth === true) continue
  for (const method of ["POST", "GET"]) {
    Deno.test({
      name: `${check} sees, in ${method} alone, that ${breaks}`,
      ignore: isQuick,
      fn: async () => {
        for (const seed of seeds) {
          const operation = Operations.make({ ...declare(declaration)("body"), by: "both" })
          const failed = await run(fault, operation, seed, (faulty, sound) => inOne(method, faulty, sound))
          assert(failed.some(([name]) => name === check), `seed ${seed}: ${JSON.stringify(failed)}`)
        }
      }
    })
  }
}
