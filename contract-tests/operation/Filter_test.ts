import assert from "node:assert/strict"
import * as Filter from "./Filter.ts"
import type { Item, Value } from "./Item.ts"

const uuid = "a083ce0f-8b03-4081-ac9a-1ad2ce6aaabc"
const exactly = { uuids_compared: "exactly" }

type Row = readonly [
  what: string,
  filter: Filter.Filter,
  value: Value,
  item: Item,
  meaning: Filter.Meaning,
  expected: boolean
]

const rows: ReadonlyArray<Row> = [
  ["equals", Filter.equals("a"), "x", { a: "x" }, {}, true],
  ["equals", Filter.equals("a"), "x", { a: "X" }, {}, false],
  ["equals", Filter.equals("a"), 1, { a: "1" }, {}, false],
  ["equals of a path", Filter.equals("a.b"), "x", { a: { b: "x" } }, {}, true],
  ["equals of a path", Filter.equals("a.b"), "x", { "a.b": "x" }, {}, false],
  ["equals of an inherited member", Filter.equals("constructor.name"), "Object", {}, {}, false],
  ["equals without case", Filter.equals("a", { case: "ignored" }), "x", { a: "X" }, {}, true],
  ["equals of a UUID", Filter.equals("a", { uuid: true }), uuid.toUpperCase(), { a: uuid }, exactly, false],
  [
    "equals of a UUID",
    Filter.equals("a", { uuid: true }),
    uuid.toUpperCase(),
    { a: uuid },
    { uuids_compared: "case-insensitively when both are UUIDs" },
    true
  ],
  ["null", Filter.equals("a", { null: true }), null, {}, {}, true],
  ["null", Filter.equals("a", { null: true }), null, { a: null }, {}, true],
  ["null", Filter.equals("a", { null: true }), null, { a: "" }, {}, false],
  ["member", Filter.member("a"), "x", { a: ["y", "x"] }, {}, true],
  ["member", Filter.member("a"), "x", { a: [] }, {}, false],
  ["member, null", Filter.member("a", { null: true }), null, { a: [] }, {}, true],
  ["anyOf", Filter.anyOf(["a", "b"]), "x", { b: ["x"] }, {}, true],
  ["anyOf", Filter.anyOf(["a", "b"]), "x", { c: "x" }, {}, false],
  ["anyOf, perhaps", Filter.anyOf(["a"], { perhaps: ["b"] }), "x", { b: "x" }, {}, true],
  ["anyOf, perhaps", Filter.anyOf(["a"], { perhaps: ["b"] }), "x", { b: "x" }, { "also b": "only a" }, false],
  ["oneOf", Filter.oneOf("a"), ["x", "y"], { a: "y" }, {}, true],
  ["oneOf", Filter.oneOf("a"), ["x", "y"], { a: "z" }, {}, false],
  ["oneOf, empty", Filter.oneOf("a", { empty: "everything" }), [], { a: "z" }, {}, true],
  ["oneOf, empty", Filter.oneOf("a"), [], { a: "z" }, { "empty list": "nothing" }, false],
  ["isNull", Filter.isNull("a"), true, { a: null }, {}, true],
  ["isNull", Filter.isNull("a"), true, { a: [] }, {}, true],
  ["isNull", Filter.isNull("a"), true, { a: false }, {}, false],
  ["isNull", Filter.isNull("a"), false, { a: null }, {}, true],
  ["isNull", Filter.isNull("a", { false: "the others" }), false, { a: null }, {}, false],
  ["notNull", Filter.notNull("a"), true, { a: 0 }, {}, true],
  ["notNull", Filter.notNull("a"), true, {}, {}, false],
  ["before", Filter.before("a"), 2, { a: 1 }, {}, true],
  ["before", Filter.before("a"), 1, { a: 1 }, {}, false],
  ["before, inclusive", Filter.before("a", { inclusive: true }), 1, { a: 1 }, {}, true],
  ["before, inclusive", Filter.before("a"), 1, { a: 1 }, { boundary: "included" }, true],
  ["before, of nothing", Filter.before("a"), 1, { a: null }, {}, false],
  ["before, of times", Filter.before("a"), "2026-01-01T01:00:00Z", { a: "2026-01-01T00:30:00.5+00:00" }, {}, true],
  ["before, of times", Filter.before("a"), "2026-01-01T00:00:00Z", { a: "2026-01-01T00:30:00+01:00" }, {}, true],
  ["after, of times", Filter.after("a"), "2026-01-01T00:00:00.000001Z", { a: "2026-01-01T00:00:00.000002Z" }, {}, true],
  ["after", Filter.after("a"), 2, { a: 1 }, {}, false],
  ["prefix", Filter.prefix("a"), "ab", { a: "abc" }, {}, true],
  ["prefix", Filter.prefix("a"), "AB", { a: "abc" }, {}, false],
  ["prefix without case", Filter.prefix("a", { case: "ignored" }), "AB", { a: "abc" }, {}, true],
  ["limit", Filter.limit(), 1, {}, {}, true],
  [
    "one of two functions",
    Filter.make({
      fields: ["a"],
      values: () => [[0, 9]],
      asks: (value, { a }) => Array.isArray(value) && a === value[1]
    }),
    [0, 9],
    { a: 9 },
    {},
    true
  ]
]

for (const [what, filter, value, item, meaning, expected] of rows) {
  Deno.test(`matches() of ${what}: ${JSON.stringify(value)} and ${JSON.stringify(item)} is ${expected} ${JSON.stringify(meaning)}`, () => {
    assert.equal(filter.matches(value, item, meaning), expected)
  })
}

Deno.test("values() asks with what an item has, and beside a boundary", () => {
  assert.deepEqual(Filter.equals("a").values({ a: null }), [])
  assert.deepEqual(Filter.anyOf(["a", "b"]).values({ a: "x", b: ["x", "y"] }), ["x", "y"])
  assert.deepEqual(Filter.oneOf("a").values({ a: "x" }), [["x"]])
  assert.deepEqual(Filter.before("a").values({ a: 5 }), [6, 5, 4])
  assert.deepEqual(Filter.after("a").values({ a: "2026-01-01T00:00:00Z" }), [
    "2025-12-31T23:59:59.999Z",
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.001Z"
  ])
  assert.deepEqual(Filter.before("a").values({ a: "yesterday" }), [])
  assert.deepEqual(Filter.prefix("a").values({ a: "abcd" }), ["abcd", "ab"])
})
