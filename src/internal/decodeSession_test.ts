import * as Result from "effect/Result"
import * as SchemaAST from "effect/SchemaAST"
import * as fc from "fast-check"
import assert from "node:assert/strict"
import { ClientSession } from "../ClientSession.ts"
import { decodeQuickly, decodeSession } from "./decodeSession.ts"
import { assertSame, bySchema, damaged, fields, wellFormed } from "./decodeTesting.ts"
import type { SeamProblem } from "./problems.ts"

/** The session, or everything that was reported. */
const decode = (json: unknown): Result.Result<ClientSession, ReadonlyArray<SeamProblem>> => {
  const problems: Array<SeamProblem> = []
  const session = decodeSession(json, (path, expected) => problems.push({ path, expected }))
  return session === undefined ? Result.fail(problems) : Result.succeed(session)
}

/** The two decode alike; whether it was a session. */
const assertAlike = (json: unknown): boolean => {
  const expected = bySchema(json)
  const actual = decode(json)
  if (Result.isSuccess(expected)) {
    assert.ok(Result.isSuccess(actual))
    assertSame(actual.success, expected.success)
    return true
  }
  assert.ok(Result.isFailure(actual))
  assert.deepEqual(actual.failure, expected.failure)
  return false
}

Deno.test("decodeSession() decodes every session as the schema does, without its help", () => {
  fc.assert(
    fc.property(wellFormed, (json) => {
      assert.ok(assertAlike(json))
      assert.ok(decodeQuickly(json) !== undefined)
    }),
    { numRuns: 1000 }
  )
})

Deno.test("decodeSession() decodes or refuses what may be no session as the schema does", () => {
  const counts = { decoded: 0, refused: 0 }
  fc.assert(
    fc.property(damaged, (json) => {
      counts[assertAlike(json) ? "decoded" : "refused"]++
    }),
    { numRuns: 3000 }
  )
  assert.ok(counts.decoded > 200 && counts.refused > 200, JSON.stringify(counts))
})

Deno.test("decodeSession() refuses values that JSON has no way to write as the schema does", () => {
  const [session] = fc.sample(wellFormed, { numRuns: 1, seed: 1 })
  for (const device_count of [NaN, Infinity, -Infinity, 1n]) assert.ok(!assertAlike({ ...session, device_count }))
  assert.ok(assertAlike({ ...session, device_count: -0 }))
  for (const json of [undefined, Symbol("s"), () => {}, new Date(0), [session]]) assert.ok(!assertAlike(json))
})

Deno.test("decodeQuickly() knows every field of the schema", () => {
  const { ast } = ClientSession
  assert.ok(SchemaAST.isObjects(ast))
  const names = ast.propertySignatures.map(({ name }) => String(name))
  assert.deepEqual(Object.keys(fields), names)
  const [session] = fc.sample(fc.record(fields), { numRuns: 1, seed: 1 })
  assert.deepEqual(Object.keys(decodeQuickly(session) ?? {}), names)
})
