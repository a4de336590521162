import * as fc from "fast-check"
import assert from "node:assert/strict"
import { some } from "../internal/testing.ts"
import { format, parse } from "./rfc3339.ts"

Deno.test("parse() reads the date-times of RFC 3339 section 5.8", () => {
  assert.equal(parse("1985-04-12T23:20:50.52Z"), Date.UTC(1985, 3, 12, 23, 20, 50, 520))
  assert.equal(parse("1996-12-19T16:39:57-08:00"), Date.UTC(1996, 11, 20, 0, 39, 57))
  assert.equal(parse("1990-12-31T23:59:60Z"), Date.UTC(1991, 0, 1))
  assert.equal(parse("1990-12-31T15:59:60-08:00"), Date.UTC(1991, 0, 1))
  assert.equal(parse("1937-01-01T12:00:27.87+00:20"), Date.UTC(1937, 0, 1, 11, 40, 27, 870))
})

Deno.test("parse() reads the date-times of the recorded contract", () => {
  assert.equal(parse("2025-06-15T16:54:17.946309Z"), Date.UTC(2025, 5, 15, 16, 54, 17, 946))
  assert.equal(parse("2025-06-18T06:10:42.000Z"), Date.UTC(2025, 5, 18, 6, 10, 42))
})

Deno.test("parse() drops what is finer than a millisecond", () => {
  assert.equal(parse("1970-01-01T00:00:00.9999999999999999999Z"), 999)
  assert.equal(parse("1969-12-31T23:59:59.9999Z"), -1)
  assert.equal(parse("1970-01-01T00:00:00.1Z"), 100)
})

for (
  const text of [
    "",
    "2025-06-15",
    "2025-06-15T16:54Z",
    "2025-06-15T16:54:17",
    "2025-06-15 16:54:17Z",
    "2025-06-15T16:54:17.Z",
    "2025-06-15T16:54:17,5Z",
    "2025-06-15T16:54:17Z\n",
    " 2025-06-15T16:54:17Z",
    "+002025-06-15T16:54:17Z",
    "2025-13-01T00:00:00Z",
    "2025-00-01T00:00:00Z",
    "2025-01-00T00:00:00Z",
    "2025-02-29T00:00:00Z",
    "2025-01-01T24:00:00Z",
    "2025-01-01T00:60:00Z",
    "2025-01-01T00:00:61Z",
    "2025-06-15T23:59:60+01:00",
    "2025-01-01T00:00:00+24:00",
    "2025-01-01T00:00:00+00:60",
    "2025-01-01T00:00:00+0000",
    "2025-01-01T00:00:00-",
    "２025-01-01T00:00:00Z",
    "2025-01-01T00:00:0٣Z"
  ]
) {
  Deno.test(`parse() refuses ${JSON.stringify(text)}`, () => assert.equal(parse(text), undefined))
}

Deno.test("parse() knows every day of the years 0 to 9999, and no other", () => {
  const pad = (value: number, length = 2): string => String(value).padStart(length, "0")
  for (let year = 0; year <= 9999; year++) {
    for (let month = 1; month <= 12; month++) {
      for (const day of [1, 28, 29, 30, 31]) {
        const text = `${pad(year, 4)}-${pad(month)}-${pad(day)}T00:00:00Z`
        const date = new Date(0)
        date.setUTCFullYear(year, month - 1, day)
        assert.equal(parse(text), date.getUTCDate() === day ? date.getTime() : undefined, text)
      }
    }
  }
})

const shape = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/

/** What `parse` is measured by: slow, and plain. Leap seconds are left to the examples above. */
const reference = (text: string): number | undefined => {
  const match = shape.exec(text)
  if (match === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number)
  const [fraction = "", sign = "+", offsetHour = "00", offsetMinute = "00"] = match.slice(7)
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  if (!isReal || hour > 23 || minute > 59 || second > 59 || offsetHour > "23" || offsetMinute > "59") return undefined
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * Number(`${sign}1`)
  date.setUTCHours(hour, minute - offset, second, Number(fraction.padEnd(3, "0").slice(0, 3)))
  return date.getTime()
}

Deno.test("parse() agrees with a plain reading, on date-times with a character or two out of place", () => {
  const counts = { read: 0, refused: 0 }
  const edit = fc.tuple(fc.nat(30), fc.constantFrom(..."0123456789-:.TtZz+ "), fc.constantFrom("set", "add", "drop"))
  const base = fc.constantFrom(
    "2025-06-15T16:54:17.946309Z",
    "2024-02-29T23:59:59z",
    "0000-01-01t00:00:00.5+23:59",
    "9999-12-31T00:00:00-00:01"
  )
  fc.assert(
    fc.property(base, fc.array(edit, { maxLength: 2 }), (text, edits) => {
      const edited = edits.reduce<string>(
        (before, [at, char, how]) =>
          `${before.slice(0, at)}${how === "drop" ? "" : char}${before.slice(how === "add" ? at : at + 1)}`,
        text
      )
      fc.pre(!edited.includes(":60"))
      const expected = reference(edited)
      counts[expected === undefined ? "refused" : "read"]++
      assert.equal(parse(edited), expected, edited)
    }),
    { numRuns: some(20_000) }
  )
  assert.ok(counts.read > some(1000) && counts.refused > some(1000), JSON.stringify(counts))
})

Deno.test("format() writes what parse() reads as the same time, for every time that parse() can read", () => {
  const counts = { UTC: 0, other: 0 }
  const two = (most: number): fc.Arbitrary<string> => fc.nat(most).map((value) => String(value).padStart(2, "0"))
  const date = fc.constantFrom("0000-01-01", "0000-01-02", "2024-02-29", "9999-12-30", "9999-12-31")
  const offset = fc.oneof(
    fc.constant("Z"),
    fc.tuple(fc.constantFrom("+", "-"), two(23), two(59)).map(([sign, hour, minute]) => `${sign}${hour}:${minute}`)
  )
  fc.assert(
    fc.property(
      date,
      two(23),
      two(59),
      two(59),
      fc.nat(999),
      offset,
      (date, hour, minute, second, fraction, offset) => {
        const millis = parse(`${date}T${hour}:${minute}:${second}.${String(fraction).padStart(3, "0")}${offset}`)
        assert.ok(millis !== undefined)
        const text = format(millis)
        assert.ok(text !== undefined)
        assert.equal(parse(text), millis)
        counts[text.endsWith("Z") ? "UTC" : "other"]++
      }
    ),
    { numRuns: some(5000) }
  )
  assert.ok(counts.UTC > some(100) && counts.other > some(100), JSON.stringify(counts))
})

for (
  const [text, written] of [
    ["9999-12-31T23:59:59-08:00", "9999-12-31T08:00:59.000-23:59"],
    ["0000-01-01T00:00:00+01:00", "0000-01-01T22:59:00.000+23:59"],
    ["9999-12-31T23:59:60Z", "9999-12-31T00:01:00.000-23:59"],
    ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
    ["0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"]
  ] as const
) {
  Deno.test(`format() writes ${text} as ${written}`, () => {
    const millis = parse(text)
    assert.ok(millis !== undefined)
    assert.equal(format(millis), written)
    assert.equal(parse(written), millis)
  })
}

Deno.test("format() has no text for times that no offset has a date of four digits for", () => {
  const last = parse("9999-12-31T23:59:59.999-23:59")
  const first = parse("0000-01-01T00:00:00+23:59")
  assert.ok(first !== undefined && last !== undefined)
  assert.deepEqual([format(last), format(first)], ["9999-12-31T23:59:59.999-23:59", "0000-01-01T00:00:00.000+23:59"])
  for (const millis of [last + 1, first - 1, 8.64e15, -8.64e15, NaN, Infinity]) assert.equal(format(millis), undefined)
})
