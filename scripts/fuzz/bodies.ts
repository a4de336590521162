/**
 * Makes the bodies of answers: lists of sessions, right and wrong, and what becomes of them when text, bytes or structure are
 * damaged on the way.
 *
 * @module
 */
import * as fc from "fast-check"
import { damaged, wellFormed } from "../../src/decode/testing.ts"
import { canary } from "./hostile.ts"

/** How a body goes on after its last byte. */
export type Ending =
  /** It ends. */
  | "end"
  /** Its connection breaks. */
  | "break"
  /** Nothing comes any more, nor an end. */
  | "stay"
  /** Something comes that isn't bytes. */
  | "odd"
  /** Chunks without a byte come, and no end. */
  | "void"

/** A body, as it comes over the network. */
export interface Body {
  /** How its envelope was made. */
  readonly kind: string
  /** What was done to it after that. */
  readonly damages: ReadonlyArray<string>
  /** All of it. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** How it is cut. */
  readonly cutting: string
  /** Where it is cut, in ascending order; a place that is named twice makes an empty chunk. */
  readonly cuts: ReadonlyArray<number>
  readonly ending: Ending
  /** Whether it can be read into memory of the reader. */
  readonly isByteStream: boolean
}

/** A session as its members, each a name and JSON text. */
type Members = ReadonlyArray<readonly [name: string, json: string]>

const membersOf = (session: object): Members =>
  Object.entries(session).map(([name, value]) => [
    name,
    name === "token" ? JSON.stringify(`seam_cst1${canary}${value}`) : JSON.stringify(value)
  ])

const textOf = (members: Members): string =>
  `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join()}}`

// RFC 3339 date-times, and what looks like one.
const dates = [
  "2025-06-15T16:54:17.946309Z",
  "2024-02-29T00:00:00.1+05:45",
  "2016-12-31T23:59:60Z",
  "2016-12-31T15:59:60-08:00",
  "0000-01-01T00:00:00+23:59",
  "9999-12-31t23:59:59-23:59",
  "2025-06-15t16:54:17z",
  "1970-01-01T00:00:00.99999999999999999999999999Z",
  "2025-02-29T00:00:00Z",
  "2025-06-15T23:59:60+01:00",
  "2025-01-01T24:00:00Z",
  "2025-13-01T00:00:00Z",
  "2025-00-10T00:00:00Z",
  "2025-06-31T00:00:00Z",
  "2025-01-01T00:00:00+24:00",
  "2025-01-01T00:00:00+0000",
  "2025-06-15 16:54:17Z",
  "2025-06-15T16:54:17",
  "2025-06-15T16:54:17.Z",
  "2025-06-15T16:54:17,5Z",
  "2025-06-15T16:54Z",
  "2025-06-15",
  "+002025-06-15T16:54:17Z",
  "2025-06-15T16:54:17Z\n",
  " 2025-06-15T16:54:17Z",
  "２025-06-15T16:54:17Z",
  "Sun, 15 Jun 2025 16:54:17 GMT",
  "1750006457946",
  ""
]

/** JSON that stands where something else is expected, or looks like JSON. */
const values: ReadonlyArray<string> = [
  ...["null", "true", "false", "0", "-0", "1", "-1.5e-7", "1e308", "1e999", "-1e999", "5e-324", "1e-999"],
  ...["12345678901234567890123", "9007199254740993", "[]", "{}", "[null]", "[\"a\"]", "[\"a\",7]", "[[\"a\"]]", "[{}]"],
  ...["\"\"", "\"a\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\u2028\"", "\"\ud83d\ude00\"", "\"},{\""],
  ...[
    "\"]}\"",
    "\"\\\\\"",
    "\"\\\"},{\\\"\"",
    "\"\\u005c\"",
    "{\"__proto__\":{\"token\":\"x\"}}",
    "{\"length\":1,\"0\":\"a\"}"
  ],
  ...["{\"a\":{\"b\":[{\"c\":[]}]},\"a\":1}", `"${canary}value"`, `["${canary}list"]`, `{"${canary}name":1}`],
  ...[`"${"x".repeat(3000)}"`, "[".repeat(300) + "]".repeat(300), "{\"x\":".repeat(100) + "0" + "}".repeat(100)],
  ...["tru", "nul", "True", "01", "+1", ".5", "1.", "-", "0x10", "1e", "NaN", "Infinity", "undefined", "'a'", "a"],
  ...[
    "\"a\tb\"",
    "\"\\x41\"",
    "\"\\u12\"",
    "\"\\",
    "/*c*/1",
    "1//c",
    "[1,]",
    "{\"a\":1,}",
    "{a:1}",
    "{\"a\"}",
    "[}",
    "{]",
    ""
  ],
  ...dates.map((date) => JSON.stringify(date))
]

/** Names that a member of the envelope may have, in JSON: twice the same, spelt otherwise, and nearly the same. */
const names = [
  ...[
    "\"page\"",
    "\"\"",
    "\"__proto__\"",
    "\"constructor\"",
    "\"ok\"",
    "\"\\u006fk\"",
    "\"Ok\"",
    "\"client_sessions\""
  ],
  ...["\"client\\u005fsessions\"", "\"client_sessions \"", "\"client_session\"", "\"]}\"", `"${canary}envelope"`]
]

const oks = [
  ...Array<string>(20).fill("true"),
  ...["", "", "", "", "", "", "false", "null", "1", "\"true\"", "[true]", "true,\"ok\":false"]
]

const spaces = ["", "", "", "", "", " ", "\n", "\t\r\n ", " ".repeat(400)]

/** Whole bodies that are no list of sessions. */
const others = [
  ...[
    "",
    " ",
    "{}",
    "[]",
    "null",
    "0",
    "\"\"",
    "{",
    "[",
    "}",
    "{\"client_sessions\":",
    "{\"client_sessions\":[",
    "\ufeff"
  ],
  ...["<!doctype html><title>Bad gateway</title>", "ok", "client_sessions", "{\"ok\":true}", "{\"ok\":false}", "\0"],
  ...["{\"client_sessions\":{}}", "{\"client_sessions\":null}", "{\"client_sessions\":[]}{\"client_sessions\":[]}"],
  ...["{\"client_sessions\":[]}\n{\"client_sessions\":[]}\n", "{\"client_sessions\":[],\"client_sessions\":[]}"],
  ...["{\"client_sessions\":[}", "{\"client_sessions\":[,]}", "{\"client_sessions\":[],}", "{,\"client_sessions\":[]}"],
  ...[
    "{\"client_sessions\":[]]",
    "[{\"client_sessions\":[]}]",
    "{\"client_sessions\":[[]]}",
    "{\"client_sessions\" []}"
  ],
  ...[
    "\"{\\\"client_sessions\\\":[]}\"",
    "data: {}\n\n",
    ")]}'\n{}",
    "callback({})",
    "[".repeat(2000),
    "{\"x\":".repeat(2000)
  ]
]

/** What stands in the body of a refusal. */
const errors = [
  `{"ok":false,"error":{"type":"unauthorized","message":"${canary}message"}}`,
  `{"error":{"type":"invalid_input","message":"${canary}m","validation_errors":{"user_identifier_key":{"_errors":["${canary}e"]}}}}`,
  `{"error":{"type":{"toString":"${canary}t"},"message":["${canary}m"],"validation_errors":[1,null]}}`,
  `{"error":"${canary}text"}`,
  `{"error":{"type":"invalid_input","message":"${canary}m","validation_errors":{"client_session_id":1,"${canary}n":2}}}`,
  `{"error":{"type":"${canary}type","message":"${canary}m"}}`,
  `{"error":{"type":"unauthorized","message":"${"m".repeat(20_000)}"}}`,
  `<html>${canary}html</html>`,
  `${canary}plain`
]

// Bytes that no text in UTF-8 has there: never any, a rest, the first of two, of three, of four, a surrogate, an overlong one.
const strayBytes = [[0xff], [0x80], [0xc3], [0xe2, 0x82], [0xf0, 0x9f], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf5, 0x80]]

const inserts = [
  ...[
    ",",
    "]",
    "}",
    "[",
    "{",
    "\"",
    "\\",
    "\n",
    " ",
    "0",
    "null",
    ",,",
    "}]",
    "]}",
    "},{",
    "[]",
    "{}",
    ":",
    "\ufeff",
    "\u0001"
  ],
  ...["e", "-", "\u00a0", "\u2028", "\ud83d\ude00", "é", "\\u0022", "\\ud800", "//", "\0", "\"\"", "\"a\":1,", "1e999"]
]

const damageKinds = [
  ...["cut", "cut", "drop", "double", "swap", "insert", "insert", "escape", "flood", "flip", "stray", "stray"],
  ...["append", "byte order mark", "second document"]
] as const

interface Damage {
  readonly kind: typeof damageKinds[number]
  readonly at: number
  readonly count: number
}

const noDamages: fc.Arbitrary<Array<Damage>> = fc.constant([])

const someDamage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom(...damageKinds),
  at: fc.nat(),
  count: fc.nat(255)
})

const encoder = new TextEncoder()

const splice = (bytes: Uint8Array, at: number, drop: number, insert: Uint8Array): Uint8Array<ArrayBuffer> => {
  const rest = bytes.subarray(at + drop)
  const result = new Uint8Array(at + insert.length + rest.length)
  result.set(bytes.subarray(0, at))
  result.set(insert, at)
  result.set(rest, at + insert.length)
  return result
}

const none = new Uint8Array()

/** The bytes, damaged in one place. Most damages are to a byte or a few, so that they also fall inside characters. */
const damage = (bytes: Uint8Array<ArrayBuffer>, { at, count, kind }: Damage): Uint8Array<ArrayBuffer> => {
  const place = at % (bytes.length + 1)
  const length = 1 + count % 8
  const pick = (list: ReadonlyArray<string>): Uint8Array => encoder.encode(list[count % list.length])
  switch (kind) {
    case "cut":
      return bytes.slice(0, place)
    case "drop":
      return splice(bytes, place, length, none)
    case "double":
      return splice(bytes, place, 0, bytes.subarray(place, place + length * 20))
    case "swap": {
      const moved = bytes.slice(place, place + length)
      return splice(splice(bytes, place, length, none), Math.min(place + 7, bytes.length - moved.length), 0, moved)
    }
    case "insert":
      return splice(bytes, place, 0, pick(inserts))
    case "escape": {
      const byte = bytes[place] ?? 0x61
      return splice(bytes, place, 1, encoder.encode(`\\u00${byte.toString(16).padStart(2, "0")}`))
    }
    case "flood":
      return splice(bytes, place, 0, encoder.encode(" \n\t\r".repeat(100 * length)))
    case "flip": {
      const copy = bytes.slice()
      copy[place] = (copy[place] ?? 0) ^ (1 << length % 8)
      return copy
    }
    case "stray":
      return splice(bytes, place, 0, Uint8Array.from(strayBytes[count % strayBytes.length] ?? []))
    case "append":
      return splice(bytes, bytes.length, 0, pick(inserts))
    case "byte order mark":
      return splice(bytes, 0, 0, Uint8Array.of(0xef, 0xbb, 0xbf))
    case "second document":
      return splice(bytes, bytes.length, 0, bytes)
  }
}

const cuttings = {
  whole: 20,
  "a few places": 10,
  "every character of more than one byte": 3,
  "bytes around a place": 4,
  "empty chunks": 3,
  "where sessions meet": 4,
  "every byte": 1
} as const

type Cutting = keyof typeof cuttings

const brace = 0x7d

const cut = (bytes: Uint8Array, cutting: Cutting, places: ReadonlyArray<number>): ReadonlyArray<number> => {
  const at = places.map((place) => place % (bytes.length + 1)).sort((one, other) => one - other)
  const [first = 0] = at
  const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)
  switch (cutting) {
    case "whole":
      return []
    case "a few places":
      return at
    case "every character of more than one byte":
      return range(0, bytes.length).filter((index) => (bytes[index] ?? 0) >= 0x80).slice(0, 30)
    case "bytes around a place":
      return range(first, Math.min(bytes.length, first + 16))
    case "empty chunks":
      return [0, ...at, ...at, ...at, bytes.length].sort((one, other) => one - other)
    case "where sessions meet":
      return range(1, bytes.length).filter((index) => bytes[index - 1] === brace).slice(0, 30)
    case "every byte":
      return range(1, Math.min(bytes.length, 500))
  }
}

interface Change {
  readonly field: number
  readonly value: number
  readonly how: "value" | "date" | "missing" | "twice" | "extra"
}

const noChanges: fc.Arbitrary<Array<Change>> = fc.constant([])

const change: fc.Arbitrary<Change> = fc.record({
  field: fc.nat(),
  value: fc.nat(),
  how: fc.constantFrom("date", "date", "date", "date", "value", "value", "missing", "twice", "extra", "extra")
})

/** So many as a weight says, in the order of the object. */
const weighed = <Name extends string>(weights: Readonly<Record<Name, number>>): fc.Arbitrary<Name> =>
  // `Object.entries` forgets which names there are.
  fc.oneof(
    ...(Object.keys(weights) as Array<Name>).map((name) => ({ weight: weights[name], arbitrary: fc.constant(name) }))
  )

/**
 * Bodies whose sessions are made with the seed: some of them right, some nearly so, each then changed here and there. Those of
 * refusals hold more of what an error is.
 */
export const bodies = (
  seed: number
): { readonly ofLists: fc.Arbitrary<Body>; readonly ofRefusals: fc.Arbitrary<Body> } => {
  const good = fc.sample(wellFormed, { seed, numRuns: 24 }).map(membersOf)
  const bad = fc.sample(damaged, { seed, numRuns: 12 }).map((value) => JSON.stringify(value))

  const element = fc.record({
    base: fc.nat(),
    isBad: fc.nat(49).map((number) => number === 49),
    changes: fc.oneof(
      { withCrossShrink: true },
      { weight: 12, arbitrary: noChanges },
      { weight: 1, arbitrary: fc.array(change, { minLength: 1, maxLength: 2 }) }
    )
  }).map(({ base, changes, isBad }) => {
    if (isBad) return bad[base % bad.length] ?? "null"
    const members = changes.reduce<Members>((members, { field, how, value }) => {
      if (how === "date") {
        const text = JSON.stringify(dates[value % dates.length])
        const changed = field % 2 === 0 ? "created_at" : "expires_at"
        return members.map(([name, json]) => [name, name === changed ? text : json])
      }
      const at = field % members.length
      const [name] = members[at] ?? ["token"]
      const json = values[value % values.length] ?? "0"
      return how === "missing"
        ? members.toSpliced(at, 1)
        : how === "value"
        ? members.with(at, [name, json])
        : members.toSpliced(at, 0, [how === "twice" ? name : `undeclared${field}`, json])
    }, good[base % good.length] ?? [])
    return textOf(members)
  })

  const list = fc.record({
    elements: fc.array(element, { maxLength: 5 }),
    times: fc.oneof({ weight: 60, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constantFrom(20, 60, 200) }),
    ok: fc.constantFrom(...oks),
    extra: fc.oneof(
      { withCrossShrink: true },
      { weight: 8, arbitrary: fc.constant<readonly [string, number] | undefined>(undefined) },
      { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...names), fc.nat()) }
    ),
    order: fc.nat(5),
    space: fc.constantFrom(...spaces)
  }).map(({ elements, extra, ok, order, space, times }) => {
    const sessions = Array.from({ length: times }, () => elements).flat().join(`${space},`)
    const parts = [
      `"client_sessions"${space}:[${space}${sessions}]`,
      ...ok === "" ? [] : [`"ok":${space}${ok}`],
      // Half of them have the list for a value.
      ...extra === undefined
        ? []
        : [`${extra[0]}:${extra[1] % 2 === 0 ? `[${sessions}]` : values[extra[1] % values.length]}`]
    ]
    const turned = parts.map((_, index) => parts[(index + order) % parts.length])
    return [
      times > 1 ? "a long list" : elements.length === 0 ? "an empty list" : "a list",
      `${space}{${turned.join(`${space},${space}`)}}${space}`
    ] as const
  })

  const make = (ofRefusal: boolean): fc.Arbitrary<Body> =>
    fc.record({
      text: fc.oneof(
        { withCrossShrink: true },
        { weight: ofRefusal ? 4 : 17, arbitrary: list },
        { weight: 2, arbitrary: fc.constantFrom(...others).map((text) => ["something else", text] as const) },
        { weight: ofRefusal ? 8 : 1, arbitrary: fc.constantFrom(...errors).map((text) => ["an error", text] as const) }
      ),
      damages: fc.oneof(
        { withCrossShrink: true },
        { weight: 7, arbitrary: noDamages },
        {
          weight: 3,
          arbitrary: fc.array(someDamage, { minLength: 1, maxLength: 2 })
        }
      ),
      cutting: weighed(cuttings),
      places: fc.array(fc.nat(), { maxLength: 5 }),
      ending: weighed({ end: 300, break: 30, stay: 30, odd: 10, void: 1 } as const),
      isByteStream: fc.boolean()
    }).map(({ cutting, damages, ending, isByteStream, places, text: [kind, text] }) => {
      const bytes = damages.reduce<Uint8Array<ArrayBuffer>>(damage, encoder.encode(text))
      return {
        kind,
        damages: damages.map(({ kind }) => kind),
        bytes,
        cutting,
        cuts: cut(bytes, cutting, places),
        ending,
        isByteStream
      }
    })
  return { ofLists: make(false), ofRefusals: make(true) }
}
