import fc from "fast-check"
import assert from "node:assert/strict"
import { data, declarations } from "../mutants/things.ts"
import * as Filter from "../operation/Filter.ts"
import type { Item, Parameters, Value } from "../operation/Item.ts"
import * as Items from "../operation/Item.ts"
import * as NearMisses from "../operation/NearMisses.ts"
import * as Operations from "../operation/Operation.ts"
import type { Operation } from "../operation/Operation.ts"
import { clientSessions } from "../seam/clientSessions.ts"
import * as Worlds from "../seam/world.ts"
import * as Indexes from "./Index.ts"
import * as Labs from "./Lab.ts"
import * as Points from "./Point.ts"
import * as Sets from "./Sets.ts"
import * as Surveys from "./Survey.ts"

const [things] = fc.sample(data(20), { seed: 1, numRuns: 1 })
const [world] = fc.sample(Worlds.world({ sessions: 20 }), { seed: 1, numRuns: 1 })
assert(things !== undefined && world !== undefined)

const lists: { readonly [what: string]: readonly [Operation, ReadonlyArray<Item>] } = {
  times: [
    Operations.make({
      path: "/things",
      by: "query",
      items: "things",
      id: "id",
      filters: { made: Filter.equals("made"), priority: Filter.oneOf("priority") }
    }),
    things.own
  ],
  "client sessions": [clientSessions, world.workspaces[0]?.sessions ?? []],
  ...Object.fromEntries(
    Object.entries(declarations).flatMap(([what, by]) =>
      (["body", "query"] as const).map((method) => [`${what} by ${method}`, [by(method), things.own]])
    )
  )
}

/** Values of every filter: those that there are, those that only look like them, other forms of the same, and nothing. */
const parametersOf = (operation: Operation, items: ReadonlyArray<Item>): ReadonlyArray<Parameters> => {
  const all = Operations.selecting(operation).map(([name, filter]) => {
    const values = Surveys.spread(items.flatMap(filter.values), 12)
    const forms = values.flat().flatMap((value): ReadonlyArray<Value> => [
      `${value}`,
      `{${value}}`.toUpperCase(),
      `urn:uuid:${value}`,
      `${value}`.replaceAll("-", ""),
      `${value}`.replace("Z", "+00:00"),
      ` ${value}.0`,
      `${value},${value}`
    ])
    const one = [...values, ...forms, ...Surveys.spread(values, 2).flatMap(NearMisses.of).map(({ value }) => value)]
    const lists = one.map((value): Value => Items.isScalar(value) ? [value] : value)
    const nothing: ReadonlyArray<Value> = ["", " ", "null", null, true, false, [], [""], ["", "x"], 0, "0"]
    return [...one, ...lists, ...nothing].map((value): Parameters => ({ [name]: value }))
  })
  const beside = all.flatMap((some, at) =>
    some.map((one, place) => ({ ...all[(at + 1) % all.length]?.[place], ...one }))
  )
  return [{}, ...all.flat(), ...beside]
}

/** Every point read in one of its ways. */
const readingsOf = (operation: Operation, which: number): Points.Readings =>
  Object.fromEntries([
    ...Operations.selecting(operation).flatMap(([name, { points }]) =>
      Object.entries(points).map(([point, choices]) => [Points.nameOf(name, point), choices[which % choices.length]])
    ),
    ...Points.contradictions(operation).map(({ point }) => [point, which === 0 ? Points.oneIgnored : "400"]),
    ["empty_string", which === 0 ? Points.noConstraint : "400"]
  ])

for (const [what, [operation, items]] of Object.entries(lists)) {
  Deno.test(`places() leaves out nothing that may be found, of ${what}`, () => {
    const index = Indexes.make(operation, items)
    for (const readings of [{}, readingsOf(operation, 0), readingsOf(operation, 1)]) {
      const { may, must } = Labs.selection(operation, readings)
      for (const parameters of parametersOf(operation, items)) {
        const places = new Set(index.places(parameters))
        for (const [place, item] of items.entries()) {
          if (places.has(place)) continue
          const found = [may(parameters, item, "GET"), may(parameters, item, "POST"), must(parameters, item)]
          assert.deepEqual(found, [false, false, false], JSON.stringify([parameters, item, readings]))
        }
      }
    }
  })
}

Deno.test("places() are in their order, and few where a value is one item's", () => {
  const index = Indexes.make(clientSessions, world.workspaces[0]?.sessions ?? [])
  for (const [place, session] of index.items.entries()) {
    assert.deepEqual(index.places({ client_session_id: `${session["client_session_id"]}` }), [place])
  }
  for (const parameters of parametersOf(clientSessions, index.items)) {
    const places = index.places(parameters)
    assert.deepEqual(places, places.toSorted((a, b) => a - b))
  }
})

Deno.test("places has the places that it was made of, and no others", () => {
  fc.assert(fc.property(fc.uniqueArray(fc.nat(50)), (some) => {
    const ordered = some.toSorted((a, b) => a - b)
    const places = Sets.places(ordered)
    assert.deepEqual([...places], ordered)
    assert.equal(places.size, ordered.length)
    for (let place = 0; place <= 51; place++) assert.equal(places.has(place), ordered.includes(place))
  }))
})

Deno.test("affordable() is all of it for a small list, and some for any", () => {
  const of = (itemSize: number, count: number): number =>
    Surveys.affordable({ itemSize, items: Array.from({ length: count }, () => ({})) }, 100)
  assert.equal(of(600, 0), 100)
  assert.equal(of(600, 4_000), 100)
  assert.equal(of(600, 20_000), 20)
  assert.equal(of(600, 1_000_000), 10)
})
