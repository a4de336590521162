/**
 * Bodies that an operation must refuse, and bodies of which only an answer is expected.
 *
 * @module
 */
import fc from "fast-check"
import type { Lab } from "../engine/Lab.ts"
import type { Case } from "../engine/Property.ts"
import * as Operations from "../operation/Operation.ts"
import * as Cases from "./cases.ts"

/** A body that the contract doesn't allow, and why. */
export interface BadBody {
  /** What is wrong with it, in a few words. */
  readonly why: string
  /** The body itself, to the letter. */
  readonly body: string
}

const samples: ReadonlyArray<unknown> = [null, 0, 1, 1.5, true, false, [], ["x"], [1], {}, { "$ne": "" }]

/** Texts that spell a value of a type. */
const spelled = (types: unknown): ReadonlyArray<string> =>
  allows(types, "boolean")
    ? ["true", "false"]
    : allows(types, "number") || allows(types, "integer")
    ? ["1", "0"]
    : ["", "x"]

const jsonType = (value: unknown): string =>
  value === null
    ? "null"
    : Array.isArray(value)
    ? "array"
    : Number.isInteger(value)
    ? "integer"
    : typeof value

/** Whether a document that says so allows a type. */
const allows = (types: unknown, type: string): boolean => {
  const list: ReadonlyArray<unknown> = Array.isArray(types) ? types : [types]
  return list.includes(type) || (type === "integer" && list.includes("number"))
}

/** Bodies with a filter of a type that the document doesn't have for it, alone and beside a right one. */
export const wrongTypes = (lab: Lab): ReadonlyArray<BadBody> => {
  const existing = Cases.example(lab)
  const { document } = lab.operation
  return Object.entries(document?.parameters ?? {}).flatMap(([name, schema]) => {
    // Where null isn't refused, the checks of meaning say what it may find.
    const takesNull = lab.operation.filters[name]?.nullable === true && lab.readings["null_filter"] !== "400"
    const types = schema["type"]
    return [...samples, ...spelled(types)].flatMap((value): ReadonlyArray<BadBody> => {
      const type = jsonType(value)
      if (types === undefined || allows(types, type) || (type === "null" && takesNull)) return []
      // A list's elements are another matter.
      const { [name]: _, ...others } = existing
      const why = `${name} is ${Array.isArray(value) && value.length > 0 ? `array of ${jsonType(value[0])}` : type}`
      const body = (parameters: object): string =>
        JSON.stringify({ ...Operations.complete(lab.operation, {}), ...parameters, [name]: value })
      return [
        { why, body: body({}) },
        ...(Object.keys(others).length === 0 ? [] : [{ why: `${why} beside another filter`, body: body(others) }])
      ]
    })
  })
}

/** Bodies that are no JSON object. */
const malformed: ReadonlyArray<BadBody> = [
  ...["[]", "[{}]", "\"{}\"", "1", "true", "null"].map((body) => ({
    why: `${jsonType(JSON.parse(body))} for a body`,
    body
  })),
  ...["{", "{]", "{\"a\":", "{\"a\":\"x\",}", "{a:\"x\"}", "{}{}", "{} x", "nul", "{'a':1}", "a=x"]
    .map((body) => ({ why: "not JSON", body }))
]

/** Everything that has to be refused, where there are bodies at all. */
export const bad = (lab: Lab): ReadonlyArray<Case<BadBody>> =>
  lab.operation.by === "query" ? [] : [...malformed, ...wrongTypes(lab)].map((value) => ({ stratum: value.why, value }))

// What text software stumbles over.
const oddTexts = [
  "",
  "\ud800",
  "\u0000",
  "\u202e",
  "\u{1f600}",
  "x' OR '1'='1",
  "[",
  "(",
  "*",
  "\\",
  "%",
  "{",
  "$",
  "__proto__",
  "x".repeat(20_000)
]

/** Cursors that nobody was given: many a cursor is JSON in Base64, or a number. */
export const oddCursors: ReadonlyArray<string> = [
  "x",
  "-1",
  "0",
  "1e9",
  "null",
  ...["", "x", "null", "[]", "{}", "[1]", "[\"x\",{}]", "{\"id\":1}", "\u0000"].map((text) => btoa(text))
]

/** Texts of any kind at all. */
const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...oddTexts),
  fc.string({ unit: "binary", maxLength: 40 })
)

/** Bodies that software is known to stumble over: each of them is sent. */
export const hostile = ({ operation }: Lab): ReadonlyArray<string> => {
  const names = Object.keys(operation.filters)
  const [first = "a"] = names
  return [
    "",
    " ",
    "\ufeff{}",
    `{"${first}":1e999}`,
    `${"[".repeat(5_000)}${"]".repeat(5_000)}`,
    `${"{\"a\":".repeat(5_000)}1${"}".repeat(5_000)}`,
    `{"${first}":"a","${first}":"b"}`,
    ...names.flatMap((name) => [`{"${name}":"\\ud800"}`, `{"${name}":"\\u0000"}`]),
    // Each of the texts in one of the filters.
    ...oddTexts.map((text, at) => JSON.stringify({ [names[at % names.length] ?? first]: text }))
  ]
}

const maxQueryText = 1_000

/** Queries that software is known to stumble over: each of the odd texts, in one of the filters. */
export const oddQueries = (
  { operation }: Lab
): ReadonlyArray<ReadonlyArray<readonly [name: string, value: string]>> => {
  const names = Object.keys(operation.filters)
  return oddTexts.map((text, at) => [[names[at % names.length] ?? "a", text.toWellFormed().slice(0, maxQueryText)]])
}

/** Bodies of any kind at all: good, bad, odd and hostile. What the answer should be is not known; that there is one is. */
export const any = ({ operation }: Lab): fc.Arbitrary<string | Uint8Array<ArrayBuffer>> => {
  const names = Object.keys(operation.filters)
  const odd = [
    "__proto__",
    "toString",
    "length",
    "",
    ...(operation.tenant === undefined ? [] : [operation.tenant]),
    "limit",
    "page_cursor"
  ]
  const parameters = fc.dictionary(
    fc.oneof(fc.constantFrom(...names), fc.constantFrom(...odd)),
    fc.oneof(
      { weight: 3, arbitrary: anyText },
      fc.boolean(),
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom(1e308, -0, 2 ** 53)
    ),
    { maxKeys: 6 }
  )
  return fc.oneof(
    { weight: 6, arbitrary: parameters.map((body) => JSON.stringify(body)) },
    {
      weight: 2,
      arbitrary: fc.tuple(parameters, fc.nat(30)).map(([body, cut]) => JSON.stringify(body).slice(0, -1 - cut))
    },
    fc.json(),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => new Uint8Array(bytes))
  )
}

/** Queries of any kind at all. */
export const anyQuery = ({ operation }: Lab): fc.Arbitrary<ReadonlyArray<readonly [name: string, value: string]>> =>
  fc.array(
    fc.tuple(
      fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...Object.keys(operation.filters)) },
        fc.string({ unit: "binary", maxLength: 8 })
      ),
      anyText.map((text) => text.toWellFormed().slice(0, maxQueryText))
    ),
    { maxLength: 6 }
  )
