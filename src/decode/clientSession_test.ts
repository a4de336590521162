import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import assert from "node:assert/strict"
import { ClientSession } from "../ClientSession.ts"
import type { SeamProblem } from "../internal/problems.ts"
import { some } from "../internal/testing.ts"
import { decode, explain } from "./clientSession.ts"
import { assertSame, bySchema, damaged, namesOf, wellFormed, wholeOf } from "./testing.ts"

/** The session, or everything that was reported. */
const decoded = (json: unknown): Result.Result<ClientSession, ReadonlyArray<SeamProblem>> => {
  const session = decode(json)
  const problems: Array<SeamProblem> = []
  explain(json, "", (path, expected) => problems.push({ path, expected }), "")
  assert.equal(session === undefined, problems.length > 0, "decode() and explain() are not of one mind")
  return session === undefined ? Result.fail(problems) : Result.succeed(session)
}

/** The compiled decoder and the schema decode alike; whether it was a session. */
const assertAlike = (json: unknown): boolean => {
  const expected = bySchema(json)
  const actual = decoded(json)
  if (Result.isSuccess(expected)) {
    assert.ok(Result.isSuccess(actual))
    assertSame(actual.success, expected.success)
    return true
  }
  assert.ok(Result.isFailure(actual))
  assert.deepEqual(actual.failure, expected.failure)
  return false
}

Deno.test("decode() decodes every session as the schema does", () => {
  fc.assert(fc.property(wellFormed, (json) => assert.ok(assertAlike(json))), { numRuns: some(1000) })
})

Deno.test("decode() and explain() decode or refuse what may be no session as the schema does", () => {
  const counts = { decoded: 0, refused: 0 }
  fc.assert(
    fc.property(damaged, (json) => {
      counts[assertAlike(json) ? "decoded" : "refused"]++
    }),
    { numRuns: some(3000) }
  )
  assert.ok(counts.decoded > some(200) && counts.refused > some(200), JSON.stringify(counts))
})

Deno.test("decode() refuses values that JSON has no way to write as the schema does", () => {
  const [session] = fc.sample(wellFormed, { numRuns: 1, seed: 1 })
  for (const device_count of [NaN, Infinity, -Infinity, 1n]) assert.ok(!assertAlike({ ...session, device_count }))
  assert.ok(assertAlike({ ...session, device_count: -0 }))
  for (const json of [undefined, Symbol("s"), () => {}, new Date(0), [session]]) assert.ok(!assertAlike(json))
})

Deno.test("decode() knows every field of the schema", () => {
  const withoutNull = wholeOf(ClientSession).filter((json) => !Object.values(json).includes(null))
  const [session] = fc.sample(withoutNull, { numRuns: 1, seed: 1 })
  assert.deepEqual(Object.keys(decode(session) ?? {}), namesOf(ClientSession))
})

Deno.test("what decode() decodes, the schema encodes to what decodes to the same again", () => {
  const encode = Schema.encodeSync(ClientSession)
  fc.assert(
    fc.property(wellFormed, (json) => {
      const session = decode(json)
      assert.ok(session !== undefined)
      const again = decode(encode(session))
      assert.ok(again !== undefined)
      assertSame(again, session)
      assert.equal(Redacted.value(again.token), Reflect.get(json, "token"))
    }),
    { numRuns: some(300) }
  )
})
