import * as Result from "effect/Result"
import * as fc from "fast-check"
import assert from "node:assert/strict"
import type { ClientSession } from "../ClientSession.ts"
import * as Problems from "../internal/problems.ts"
import { example, some } from "../internal/testing.ts"
import { type Malformed, maxCounted, maxLength } from "./sessions.ts"
import { assertSame, bySchema, damaged, decodeBody, spoiltOf, wellFormed } from "./testing.ts"

const parse = (text: string): unknown => Result.getOrUndefined(Result.try(() => JSON.parse(text)))

/**
 * What `decodeBody` is measured by: `JSON.parse` of the whole text, and the schema for every session. Second keys of the
 * envelope are out of its reach.
 */
const reference = (text: string): Result.Result<ReadonlyArray<ClientSession>, "not JSON" | Malformed> => {
  const json = parse(text)
  if (json === undefined) return Result.fail("not JSON")
  const sessions: Array<ClientSession> = []
  const problems: Array<Problems.SeamProblem> = []
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return Result.fail({ problems: [{ path: "", expected: "a JSON object" }], total: 1 })
  }
  for (const [key, value] of Object.entries(json)) {
    if (key === "ok" && value !== true) problems.push({ path: "ok", expected: "true" })
    if (key !== "client_sessions") continue
    if (!Array.isArray(value)) problems.push({ path: key, expected: "array" })
    else {
      value.forEach((element, index) => {
        const session = bySchema(element, `${key}[${index}]`)
        if (Result.isSuccess(session)) sessions.push(session.success)
        else problems.push(...session.failure)
      })
    }
  }
  if (!("client_sessions" in json)) problems.push({ path: "client_sessions", expected: "a value (it is missing)" })
  const total = problems.length
  return total === 0
    ? Result.succeed(sessions)
    : Result.fail({ problems: problems.slice(0, Problems.maxProblems), total })
}

const endsOfText = ["JSON", "JSON that ends", "a JSON object"]

/** The two agree about the text; how it ended. */
const assertAlike = (text: string): "decoded" | "refused" | "not JSON" => {
  const expected = reference(text)
  const actual = decodeBody(text)
  if (Result.isSuccess(expected)) {
    assert.ok(Result.isSuccess(actual))
    assert.equal(actual.success.length, expected.success.length)
    expected.success.forEach((session, index) => {
      const other = actual.success[index]
      assert.ok(other !== undefined)
      assertSame(other, session)
    })
    return "decoded"
  }
  assert.ok(Result.isFailure(actual))
  if (expected.failure !== "not JSON") {
    assert.deepEqual(actual.failure, expected.failure)
    return "refused"
  }
  const last = actual.failure.problems.at(-1)
  assert.ok(
    actual.failure.total > Problems.maxProblems || last?.path === "" && endsOfText.includes(last.expected),
    text
  )
  return "not JSON"
}

const envelope = (elements: fc.Arbitrary<ReadonlyArray<unknown>>): fc.Arbitrary<string> =>
  fc.tuple(
    elements,
    fc.constantFrom<unknown>(true, true, true, false, null, "true"),
    fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 2 }),
    fc.constantFrom(0, 1, 2, 3),
    fc.constantFrom(undefined, undefined, 2, "\t")
  ).map(([client_sessions, ok, extra, order, indent]) => {
    const [list, rest] = [{ client_sessions }, { ok }]
    const members = [
      { ...list, ...rest, ...extra },
      { ...rest, ...extra, ...list },
      { ...extra, ...list },
      { ...rest, ...extra }
    ]
    return JSON.stringify(members[order], undefined, indent)
  })

const countAll = (texts: fc.Arbitrary<string>, numRuns: number): Record<ReturnType<typeof assertAlike>, number> => {
  const counts = { decoded: 0, refused: 0, "not JSON": 0 }
  fc.assert(
    fc.property(texts, (text) => {
      counts[assertAlike(text)]++
    }),
    { numRuns: some(numRuns) }
  )
  return counts
}

Deno.test("decodeBody() decodes and refuses bodies as JSON.parse and the schema do", () => {
  const counts = countAll(
    envelope(fc.array(fc.oneof({ weight: 5, arbitrary: wellFormed }, damaged), { maxLength: 6 })),
    1000
  )
  assert.ok(counts.decoded > some(100) && counts.refused > some(100), JSON.stringify(counts))
})

Deno.test("decodeBody() decodes and refuses bodies of more than one piece as JSON.parse and the schema do", () => {
  const many = fc.array(wellFormed, { minLength: 10, maxLength: 20 }).map((some) => Array(60).fill(some).flat())
  const bodyOf = (client_sessions: ReadonlyArray<unknown>) => JSON.stringify({ client_sessions, ok: true })
  const texts = many.map(bodyOf).filter((text) => text.length > 300_000)
  assert.equal(countAll(texts, 15).decoded, some(15))
  const refused = fc.tuple(many, fc.constantFrom(null, "x", [], {})).map(([some, wrong]) => bodyOf([...some, wrong]))
  assert.equal(countAll(refused, 15).refused, some(15))
})

Deno.test("decodeBody() reads characters that lie across two pieces", () => {
  for (const start of ["", " "]) {
    const customer_key = "\u{1f600}".repeat(100_000)
    const body = decodeBody(start + JSON.stringify({ client_sessions: [{ ...example, customer_key }] }))
    assert.ok(Result.isSuccess(body))
    assert.equal(body.success[0]?.customer_key, customer_key)
  }
})

Deno.test("decodeBody() refuses exactly the texts that JSON.parse refuses, however they are spoilt", () => {
  const counts = countAll(spoiltOf(envelope(fc.array(wellFormed, { maxLength: 3 }))), 3000)
  assert.ok(counts["not JSON"] > some(1000) && counts.decoded > some(100), JSON.stringify(counts))
})

const failureOf = (text: string): Malformed => {
  const body = decodeBody(text)
  assert.ok(Result.isFailure(body))
  return body.failure
}

const only = (path: string, expected: string): Malformed => ({ problems: [{ path, expected }], total: 1 })

const session = JSON.stringify(example)
const list = (...elements: ReadonlyArray<string>): string => `"client_sessions":[${elements.join()}]`

const rows: ReadonlyArray<readonly [name: string, text: string, Malformed]> = [
  ["no text", "", only("", "a JSON object (the body is empty, or had been read before)")],
  ["ok: false beside sessions", `{"ok":false,${list(session)}}`, only("ok", "true")],
  ["ok: false after sessions", `{${list(session)},"ok":false}`, only("ok", "true")],
  ["text that isn't JSON", "<html></html>", only("", "a JSON object")],
  ["a list in place of the envelope", `[${session}]`, only("", "a JSON object")],
  ["a client_sessions that isn't an array", "{\"client_sessions\":{}}", only("client_sessions", "array")],
  ["a second client_sessions", `{${list(session)},${list()}}`, only("client_sessions", "one list (there is a second)")],
  [
    "a second client_sessions, written another way",
    `{${list(session)},"client\\u005fsessions":[]}`,
    only("client_sessions", "one list (there is a second)")
  ],
  [
    "a second client_sessions that isn't an array",
    `{${list()},"client_sessions":0}`,
    only("client_sessions", "one list (there is a second)")
  ],
  [
    "a number beyond range",
    `{${list(session.replace("\"device_count\":1", "\"device_count\":1e999"))}}`,
    only("client_sessions[0].device_count", "a finite number")
  ],
  ["a brace in place of a comma", `{"client_sessions":[${session}}${session}]}`, only("", "JSON")],
  ["a bracket in place of a comma", `{${list(session)}]"ok":true}`, only("", "JSON")],
  ["a brace in the place of a comma, and no element", "{\"client_sessions\":[}", only("", "JSON")],
  ["something after the end", `{${list()}}{}`, only("", "JSON")],
  ["a body that breaks off", `{${list(session).slice(0, -1)}`, only("", "JSON that ends")],
  [
    "a member of more than the longest length",
    `{"x":"${" ".repeat(maxLength)}`,
    only("", `at most ${maxLength} characters`)
  ],
  [
    "more white space after the end than the longest length",
    `{${list(session)}}${" ".repeat(maxLength + 1)}`,
    only("", `at most ${maxLength} characters beside client_sessions`)
  ],
  [
    "more white space before the start than the longest length",
    `${"\n".repeat(maxLength + 1)}{${list(session)}}`,
    only("", `at most ${maxLength} characters beside client_sessions`)
  ],
  [
    "more members than the longest length",
    `{${"\"x\":0,".repeat(maxLength / 6 + 1)}${list(session)}}`,
    only("", `at most ${maxLength} characters beside client_sessions`)
  ],
  [
    "a session of more than the longest length",
    `{"client_sessions":[${session},{"x":"${" ".repeat(maxLength)}`,
    only("client_sessions[1]", `at most ${maxLength} characters`)
  ]
]

for (const [name, text, expected] of rows) {
  Deno.test(`decodeBody() refuses ${name}`, () => assert.deepEqual(failureOf(text), expected))
}

Deno.test("decodeBody() takes the last of two keys in a session, as JSON.parse does", () => {
  const body = decodeBody(`{${list(session.replace("{", "{\"device_count\":\"?\","))}}`)
  assert.ok(Result.isSuccess(body))
  assert.equal(body.success[0]?.device_count, 1)
})

Deno.test("decodeBody() never quotes the body", () => {
  for (const text of [`{${list(session.slice(0, -1))}`, `{${list(`${session}seam_cst`)}}`, `{"seam_cst1":seam_cst2`]) {
    assert.ok(!JSON.stringify(failureOf(text)).includes("seam_cst"), text)
  }
})

// What would take gigabytes as JSON values, or overflow a stack.
for (
  const [name, head, unit] of [
    ["brackets", "", "["],
    ["brackets in client_sessions", "{\"client_sessions\":[", "["],
    ["brackets in another member", "{\"x\":", "["],
    ["nested objects", "{\"x\":", "{\"x\":"],
    ["empty objects", "{\"client_sessions\":[", "{},"],
    ["empty arrays", "{\"client_sessions\":[", "[],"],
    ["numbers", "{\"client_sessions\":[", "0,"],
    ["empty objects in another member", "{\"x\":[", "{},"],
    ["arrays side by side in another member", "{\"x\":", "[]"],
    ["backslashes", "{\"client_sessions\":[\"", "\\\\"]
  ] as const
) {
  Deno.test(`decodeBody() refuses 100 MB of ${name}`, () => {
    const failure = failureOf(head + unit.repeat(100_000_000 / unit.length))
    assert.ok(failure.total >= 1 && failure.total <= maxCounted + Object.keys(example).length)
  })
}

Deno.test("decodeBody() takes a session with half a million levels in a field that nobody declared", () => {
  const deep = "[".repeat(500_000) + "]".repeat(500_000)
  const body = decodeBody(`{${list(session.replace("{", `{"x":${deep},`))}}`)
  assert.ok(Result.isSuccess(body))
  assert.equal(body.success.length, 1)
  assert.deepEqual(failureOf(`{${list(deep)}}`), only("client_sessions[0]", "object"))
})

Deno.test("decodeBody() counts the problems up to a bound", () => {
  assert.equal(failureOf(`{${list(...Array<string>(900).fill("0"))}}`).total, 900)
  const { problems, total } = failureOf(`{${list(...Array<string>(2000).fill("0"))}}`)
  assert.deepEqual([problems.length, total], [Problems.maxProblems, maxCounted])
})
