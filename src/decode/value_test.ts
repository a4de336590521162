import * as DateTime from "effect/DateTime"
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import assert from "node:assert/strict"
import { inspect } from "node:util"
import { dateTime } from "./value.ts"

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
  ["inspect", (utc) => inspect({ utc }, { showHidden: true })],
  ["keys", Object.keys],
  ["properties", Object.getOwnPropertyDescriptors],
  ["prototype", (utc) => Object.getPrototypeOf(utc) === Object.getPrototypeOf(DateTime.makeUnsafe(0))]
]

for (
  const text of [
    "1970-01-01T00:00:00Z",
    "2025-06-15T16:54:17.946309Z",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999Z"
  ]
) {
  Deno.test(`dateTime() makes of ${text} what DateTime.makeUnsafe does, before and after it is used`, () => {
    const actual = dateTime(text)
    assert.ok(actual !== undefined)
    const expected = DateTime.makeUnsafe(actual.epochMilliseconds)
    for (let round = 0; round < 2; round++) {
      assert.deepEqual(actual, expected)
      assert.ok(Equal.equals(actual, expected) && Equal.equals(expected, actual))
      for (const [name, use] of uses) assert.deepEqual(use(actual), use(expected), name)
    }
  })
}

Deno.test("dateTime() makes two dates of one text that stay deep-equal when one is used", () => {
  const [one, other] = [dateTime("2025-06-15T16:54:17Z"), dateTime("2025-06-15T16:54:17Z")]
  assert.ok(one !== undefined)
  DateTime.toPartsUtc(one)
  assert.deepEqual(one, other)
})
