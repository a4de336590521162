import * as DateTime from "effect/DateTime"
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import assert from "node:assert/strict"
import { inspect } from "node:util"
import { fromMillis } from "./decodeUtc.ts"

const uses: ReadonlyArray<readonly [name: string, (utc: DateTime.Utc) => unknown]> = [
  ["isDateTime", DateTime.isDateTime],
  ["isUtc", DateTime.isUtc],
  ["toEpochMillis", DateTime.toEpochMillis],
  ["toDateUtc", DateTime.toDateUtc],
  ["formatIso", DateTime.formatIso],
  ["formatUtc", DateTime.formatUtc({ dateStyle: "full", timeStyle: "long", locale: "en-GB" })],
  ["toPartsUtc", DateTime.toPartsUtc],
  ["partsUtc", (utc) => utc.partsUtc],
  ["add", (utc) => DateTime.formatIso(DateTime.add(utc, { months: 1, hours: 3 }))],
  ["startOf", (utc) => DateTime.formatIso(DateTime.startOf(utc, "week"))],
  ["makeZonedUnsafe", (utc) => String(DateTime.makeZonedUnsafe(utc, { timeZone: "Asia/Kathmandu" }))],
  ["Hash", Hash.hash],
  ["String", String],
  ["JSON", (utc) => JSON.stringify({ utc })],
  ["inspect", (utc) => inspect({ utc })],
  ["prototype", (utc) => Object.getPrototypeOf(utc) === Object.getPrototypeOf(DateTime.makeUnsafe(0))]
]

for (const millis of [0, 1_750_006_457_946, -62_167_219_200_000, 253_402_300_799_999]) {
  Deno.test(`fromMillis(${millis}) is what DateTime makes of it, before and after its parts are asked for`, () => {
    const actual = fromMillis(millis)
    const expected = DateTime.makeUnsafe(millis)
    assert.deepEqual(actual, expected)
    assert.deepEqual(Object.keys(actual), Object.keys(expected))
    for (let round = 0; round < 2; round++) {
      assert.ok(Equal.equals(actual, expected) && Equal.equals(expected, actual))
      for (const [name, use] of uses) assert.deepEqual(use(actual), use(expected), name)
    }
  })
}

Deno.test("fromMillis() takes the short way with this version of Effect", () => {
  assert.deepEqual(Object.getOwnPropertyNames(fromMillis(0)), ["epochMilliseconds"])
})
