import * as Schema from "effect/Schema"
import fc from "fast-check"
import assert from "node:assert/strict"
import * as Labs from "../../contract-tests/engine/Lab.ts"
import { swapCase } from "../../contract-tests/engine/OpenPoints.ts"
import * as Cases from "../../contract-tests/laws/cases.ts"
import type { Item, Parameters } from "../../contract-tests/operation/Item.ts"
import { clientSessions, simulatorReadings } from "../../contract-tests/seam/mod.ts"
import * as Worlds from "../../contract-tests/seam/world.ts"
import { ClientSession } from "../../src/ClientSession.ts"
import { ListFilter } from "../../src/ListFilter.ts"

/** What the declaration says, which shares no code with the client. */
const matches = Labs.selection(clientSessions, simulatorReadings).must

/** Sessions of many small worlds. Making a world for each case would take most of the time, and show nothing more. */
const sessions = fc.sample(Worlds.world(), { seed: 1, numRuns: 100 })
  .flatMap(({ workspaces }) => workspaces.flatMap(({ sessions }) => sessions))

const texts = Object.entries(clientSessions.filters).flatMap(([name, { text }]) => text ? [name] : [])

/** A session, and a filter made from it or from any of them, in which some of the values have another case. */
const cases = fc.record({
  place: fc.nat(sessions.length - 1),
  own: fc.boolean(),
  swapped: fc.oneof(
    { weight: 2, arbitrary: fc.constant<Array<string>>([]) },
    fc.subarray<string>(texts)
  )
}).chain(({ own, place, swapped }) => {
  const items = sessions.slice(place, place + (own ? 1 : 20))
  return Cases.combinations({ operation: clientSessions, survey: { items }, takesNull: true }).map((filter) => ({
    wire: sessions[place],
    filter: Object.fromEntries(
      Object.entries(filter).map(([name, value]) => [
        name,
        typeof value === "string" && swapped.some((other) => other === name) ? swapCase(value) : value
      ])
    )
  }))
})

const decode = Schema.decodeUnknownSync(ClientSession)

Deno.test("the declaration and ListFilter.matches() agree on 10,000 generated cases", () => {
  const seen = { true: 0, false: 0 }
  const nulls = { true: 0, false: 0 }
  fc.assert(
    fc.property(cases, ({ filter, wire }) => {
      fc.pre(wire !== undefined)
      const expected = matches(filter, wire)
      assert.equal(ListFilter.matches(filter, decode(wire)), expected)
      seen[`${expected}`]++
      if (Object.values(filter).includes(null)) nulls[`${expected}`]++
    }),
    { numRuns: 10_000, seed: 1 }
  )
  // Neither answer is rare: two predicates that always say no agree as well.
  assert(seen.true > 1_000 && seen.false > 1_000, JSON.stringify(seen))
  assert(nulls.true > 300 && nulls.false > 300, JSON.stringify(nulls))
})

const session: Item = {
  client_session_id: "a083ce0f-8b03-4081-ac9a-1ad2ce6aaabc",
  connect_webview_ids: ["e0f522d4-a7b6-4f65-ba90-11cde67a893a", "cst1"],
  user_identifier_key: "jane_doe",
  user_identity_id: "b4ce8233-3b35-4d2d-82ec-d48513684f0a",
  user_identity_ids: ["11111111-3b35-4d2d-82ec-d48513684f0a"]
}

const bare: Item = {
  client_session_id: "a083ce0f-8b03-4081-ac9a-1ad2ce6aaabc",
  connect_webview_ids: [],
  user_identifier_key: null
}

for (
  const [what, of, webview, identity] of [
    ["without either", bare, true, true],
    ["with a webview", { ...bare, connect_webview_ids: ["cst1"] }, false, true],
    ["with an identity", { ...bare, user_identity_id: "cst1" }, true, false],
    ["with an identity in the deprecated list", { ...bare, user_identity_ids: ["cst1"] }, true, false],
    ["with an empty deprecated list", { ...bare, user_identity_ids: [] }, true, true],
    ["with both", session, false, false]
  ] satisfies ReadonlyArray<[string, Item, boolean, boolean]>
) {
  Deno.test(`the declaration takes null for none: a session ${what}`, () => {
    assert.equal(matches({ connect_webview_id: null }, of), webview)
    assert.equal(matches({ user_identity_id: null }, of), identity)
    assert.equal(matches({ connect_webview_id: null, user_identity_id: null }, of), webview && identity)
  })
}

for (
  const [filter, expected] of [
    [{}, true],
    [{ client_session_id: "A083CE0F-8B03-4081-AC9A-1AD2CE6AAABC" }, true],
    [{ client_session_id: "a083ce0f8b034081ac9a1ad2ce6aaabc" }, false],
    [{ connect_webview_id: "cst1" }, true],
    [{ connect_webview_id: "CST1" }, false],
    [{ user_identifier_key: "jane_doe" }, true],
    [{ user_identifier_key: "Jane_Doe" }, false],
    [{ user_identity_id: "11111111-3b35-4d2d-82ec-d48513684f0a" }, true],
    [{ without_user_identifier_key: false }, true],
    [{ without_user_identifier_key: true }, false],
    [{ user_identifier_key: "jane_doe", connect_webview_id: "cst2" }, false]
  ] satisfies ReadonlyArray<[Parameters, boolean]>
) {
  Deno.test(`the declaration says ${expected} to ${JSON.stringify(filter)}`, () => {
    assert.equal(matches(filter, session), expected)
  })
}
