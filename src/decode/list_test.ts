import * as fc from "fast-check"
import assert from "node:assert/strict"
import { some } from "../internal/testing.ts"
import { makeListReader } from "./list.ts"
import { spoiltOf } from "./testing.ts"

interface Read {
  readonly elements: ReadonlyArray<unknown>
  readonly members: ReadonlyArray<readonly [string, unknown]>
  readonly problems: ReadonlyArray<readonly [path: string, expected: string]>
}

const maxLength = 600_000

/** What a reader makes of a text that comes in pieces; it ends with element or problem number `enough`. */
const read = (pieces: ReadonlyArray<string>, enough = Infinity): Read => {
  const elements: Array<unknown> = []
  const members: Array<readonly [string, unknown]> = []
  const problems: Array<readonly [string, string]> = []
  const reader = makeListReader({
    name: "things",
    maxLength,
    onElement: (element, index) => {
      assert.equal(index, elements.length)
      elements.push(element)
    },
    onMember: (name, value) => members.push([name, value]),
    onProblem: (path, expected) => problems.push([path, expected]),
    isEnough: () => elements.length + problems.length >= enough
  })
  for (const piece of pieces) reader.read(piece)
  reader.end()
  return { elements, members, problems }
}

/** The text in pieces, cut at the places. */
const cut = (text: string, places: ReadonlyArray<number>): ReadonlyArray<string> => {
  const at = [0, ...places.map((place) => place % (text.length + 1)).toSorted((a, b) => a - b), text.length]
  return at.slice(1).map((end, index) => text.slice(at[index], end))
}

const tricky = [
  "",
  "things",
  "},",
  "},{",
  "}]",
  "]}",
  "\\",
  "\"",
  "\\\"},{\\\"",
  "[",
  "]",
  ",",
  ":",
  "\u2028",
  "\ud83d\ude00"
]
// Without backslashes: V8 15.0 takes a key `"` for `\\`, when it has seen one of those before.
const key = fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom(...tricky, "__proto__"))
  .filter((key) => !key.includes("\\"))
const { json } = fc.letrec<{ readonly json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small" },
    fc.oneof(fc.constantFrom<unknown>(null, true, 0, -1.5e-7, ...tricky), fc.string({ unit: "binary", maxLength: 5 })),
    fc.array(tie("json"), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie("json")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries))
  )
}))

const indent = fc.constantFrom(undefined, undefined, 1, "\t", " \r\n")

/** Objects with a list, or with something else in its place, or without. */
const text = fc.tuple(
  fc.array(fc.tuple(key, json), { maxLength: 3 }),
  fc.oneof({ weight: 6, arbitrary: fc.array(json, { maxLength: 6 }) }, json),
  fc.array(fc.tuple(key, json), { maxLength: 2 }),
  fc.boolean(),
  indent
).map(([before, things, after, isThere, indent]) =>
  JSON.stringify(
    Object.fromEntries([...before, ...isThere ? [["things", things] as const] : [], ...after]),
    undefined,
    indent
  )
)

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Whether `JSON.parse` takes the text; what the reader makes of it must be the same. */
const assertAlike = (text: string, pieces: ReadonlyArray<string>): "read" | "refused" | "not JSON" => {
  const { elements, members, problems } = read(pieces)
  let whole: unknown
  try {
    whole = JSON.parse(text)
  } catch {
    assert.equal(problems.length > 0, true, text)
    // A second list ends the reading, before what is no JSON is reached.
    const last = problems.at(-1)?.[1] ?? ""
    assert.ok(["JSON", "JSON that ends", "a JSON object"].includes(last) || last.startsWith("one list"), text)
    return "not JSON"
  }
  if (!isObject(whole)) {
    assert.deepEqual(problems, [["", "a JSON object"]], text)
    return "refused"
  }
  // A second key of the same name is out of its reach, but for `things`, which is a problem of its own.
  if (problems.some(([, expected]) => expected.startsWith("one list"))) return "refused"
  const { things, ...others } = { things: undefined, ...whole }
  assert.deepEqual(Object.fromEntries(members), others, text)
  assert.deepEqual(elements, Array.isArray(things) ? things : [], text)
  const expected = Array.isArray(things) ? [] : [["things", "things" in whole ? "array" : "a value (it is missing)"]]
  assert.deepEqual(problems, expected, text)
  return problems.length === 0 ? "read" : "refused"
}

const countAll = (
  texts: fc.Arbitrary<string>,
  numRuns: number
): Record<ReturnType<typeof assertAlike>, number> => {
  const counts = { read: 0, refused: 0, "not JSON": 0 }
  fc.assert(
    fc.property(texts, fc.array(fc.nat(), { maxLength: 5 }), (text, places) => {
      counts[assertAlike(text, cut(text, places))]++
    }),
    { numRuns: some(numRuns) }
  )
  return counts
}

Deno.test("makeListReader() reads what JSON.parse does, wherever the text is cut", () => {
  const counts = countAll(text, 3000)
  assert.ok(counts.read > some(1000) && counts.refused > some(300), JSON.stringify(counts))
})

Deno.test("makeListReader() reads what JSON.parse does of lists of more than one of its own pieces", () => {
  const many = fc.array(json, { minLength: 20, maxLength: 40 })
    .map((some) => JSON.stringify({ before: 1, things: Array(300).fill(some).flat(), after: [] }))
    .filter((text) => text.length > 150_000 && text.length < 580_000)
  const counts = countAll(many, 60)
  assert.equal(counts.read, some(60))
})

Deno.test("makeListReader() takes and refuses the texts that JSON.parse does, however they are spoilt", () => {
  const counts = countAll(spoiltOf(text), 6000)
  assert.ok(counts["not JSON"] > some(2000) && counts.read > some(300), JSON.stringify(counts))
})

Deno.test("makeListReader() reads no further than a second list, whether JSON follows or not", () => {
  for (const rest of ["}", "}}", "} x"]) {
    const { problems } = read([`{"things":null,"things":{}${rest}`])
    assert.deepEqual(problems, [["things", "array"], ["things", "one list (there is a second)"]])
  }
})

Deno.test("makeListReader() has given every element that was whole before the text breaks off", () => {
  const list = `{"things":[{"a":1},[2],"3",4,{"b":"}"}]`
  for (
    const [length, count] of [[11, 0], [18, 1], [19, 1], [22, 2], [23, 2], [26, 3], [37, 4], [38, 5], [39, 5]] as const
  ) {
    const { elements, problems } = read([list.slice(0, length)])
    assert.equal(elements.length, count, list.slice(0, length))
    assert.deepEqual(problems, [["", "JSON that ends"]])
  }
})

Deno.test("makeListReader() reads no further than it is asked to", () => {
  assert.deepEqual(read([`{"things":[1,2,3`, `,4],"things":0} and more`], 2), {
    elements: [1, 2],
    members: [],
    problems: []
  })
})

Deno.test("makeListReader() tells of the members before and after the list, but not of the list", () => {
  const { members } = read([`{"ok":true,"things":[{}],"":0}`])
  assert.deepEqual(members, [["ok", true], ["", 0]])
})

const refusals: ReadonlyArray<readonly [name: string, text: string, path: string, expected: string]> = [
  ["no text", "", "", "a JSON object"],
  ["a list in place of the object", "[]", "", "a JSON object"],
  ["no list", "{}", "things", "a value (it is missing)"],
  ["a list that isn't one", `{"things":{"a":[]}}`, "things", "array"],
  ["a second list", `{"things":[1],"things":[2]}`, "things", "one list (there is a second)"],
  ["a second list, written another way", `{"things":[1],"th\\u0069ngs":[2]}`, "things", "one list (there is a second)"],
  ["something after the list", `{"things":[1]2}`, "", "JSON"],
  ["another list after the list", `{"things":[1][2]}`, "", "JSON"],
  ["a brace that ends the list", `{"things":[1}`, "", "JSON"],
  ["a bracket that ends the object", `{"things":[1]]`, "", "JSON"],
  ["something after the end", `{"things":[1]}0`, "", "JSON"],
  [
    "an element that is too long",
    `{"things":[0,"${"x".repeat(maxLength)}`,
    "things[1]",
    `at most ${maxLength} characters`
  ],
  ["a member that is too long", `{"x":"${"x".repeat(maxLength)}`, "", `at most ${maxLength} characters`],
  ["too many members", `{${"\"x\":0,".repeat(maxLength / 6 + 1)}`, "", `at most ${maxLength} characters beside things`],
  ["too much space", " ".repeat(maxLength + 1), "", `at most ${maxLength} characters beside things`]
]

for (const [name, text, path, expected] of refusals) {
  Deno.test(`makeListReader() refuses ${name}`, () => assert.deepEqual(read([text]).problems.at(-1), [path, expected]))
}
