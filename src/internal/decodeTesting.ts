/**
 * For the tests of the decoders: sessions on the wire, right and damaged, and what it means for two sessions to be the same.
 *
 * @module
 */
import * as DateTime from "effect/DateTime"
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as fc from "fast-check"
import assert from "node:assert/strict"
import { inspect } from "node:util"
import { ClientSession, type ClientSessionEncoded } from "../ClientSession.ts"
import type { SeamProblem } from "./problems.ts"

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.uuid(),
  fc.constantFrom("", "},", "},{", "}]", "]}", "\\", "\"", "\\\"},{\\\"", "\u2028", "\ud83d\ude00", "client_sessions")
)

const date = fc.oneof(
  fc.date({ min: new Date("0000-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true }).map((
    value
  ) => value.toISOString().slice(-24)),
  fc.constantFrom(
    "2025-06-15T16:54:17.946309Z",
    "2025-06-18T06:10:42Z",
    "2016-12-31T23:59:60Z",
    "2024-02-29T00:00:00.1+05:45"
  )
)

const required = {
  client_session_id: text,
  workspace_id: text,
  created_at: date,
  expires_at: date,
  token: text,
  user_identifier_key: fc.option(text),
  device_count: fc.oneof(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true })),
  connected_account_ids: fc.array(text, { maxLength: 3 }),
  connect_webview_ids: fc.array(text, { maxLength: 3 })
}

const optional = { user_identity_id: text, user_identity_ids: fc.array(text, { maxLength: 3 }), customer_key: text }

/** How each field of a session looks on the wire. The compiler holds the keys to those of the encoded interface. */
export const fields: { readonly [Key in keyof ClientSessionEncoded]-?: fc.Arbitrary<ClientSessionEncoded[Key]> } = {
  ...required,
  ...optional
}

const keys = Object.keys(fields)

// `__proto__` has to be a key here, as JSON makes it, and not a prototype.
const withKey = (session: object, key: string, value: unknown): object =>
  Object.fromEntries([...Object.entries(session).filter(([other]) => other !== key), [key, value]])

const without = (session: object, key: string): object =>
  Object.fromEntries(Object.entries(session).filter(([other]) => other !== key))

const undeclared = fc.tuple(
  fc.constantFrom("customer_id", "__proto__", "constructor", "toString", "", "metadata"),
  fc.jsonValue({ maxDepth: 3 })
)

/** A session on the wire as the contract has it, keys in any order, now and then with fields that it does not declare. */
export const wellFormed: fc.Arbitrary<object> = fc.tuple(
  fc.record(required),
  fc.record(optional, { requiredKeys: [] }),
  fc.array(undeclared, { maxLength: 2 }),
  fc.infiniteStream(fc.nat())
).map(([must, may, extra, order]) => {
  const whole = extra.reduce<object>((so, [key, value]) => withKey(so, key, value), { ...must, ...may })
  const ranks = new Map(Object.keys(whole).map((key) => [key, order.next().value ?? 0]))
  return Object.fromEntries(
    Object.entries(whole).sort(([one], [other]) => (ranks.get(one) ?? 0) - (ranks.get(other) ?? 0))
  )
})

const almost = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -0,
    "",
    [],
    {},
    [null],
    ["a"],
    ["a", 7],
    3,
    "2025-02-29T00:00:00Z",
    "2025-06-15T16:54:17Z"
  ),
  fc.jsonValue({ maxDepth: 2 })
)

/** A session with one or two things about it that are likely, but not sure, to be wrong. */
export const damaged: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  {
    weight: 9,
    arbitrary: fc.tuple(
      wellFormed,
      fc.array(fc.tuple(fc.constantFrom(...keys), fc.option(almost, { nil: undefined })), {
        minLength: 1,
        maxLength: 2
      })
    ).map(([session, changes]) =>
      changes.reduce<object>(
        (so, [key, value]) => value === undefined ? without(so, key) : withKey(so, key, value),
        session
      )
    )
  }
)

/** Fails unless no program can tell the two sessions apart. */
export const assertSame = (actual: ClientSession, expected: ClientSession): void => {
  assert.deepEqual(actual, expected)
  assert.deepEqual(Object.getOwnPropertyDescriptors(actual), Object.getOwnPropertyDescriptors(expected))
  assert.deepEqual(Object.keys(actual), Object.keys(expected))
  assert.equal(Object.getPrototypeOf(actual), Object.getPrototypeOf(expected))
  assert.ok(Equal.equals(actual, expected))
  assert.equal(Hash.hash(actual), Hash.hash(expected))
  assert.equal(JSON.stringify(actual), JSON.stringify(expected))
  assert.equal(inspect(actual), inspect(expected))
  assert.ok(Redacted.isRedacted(actual.token))
  assert.equal(Redacted.value(actual.token), Redacted.value(expected.token))
  for (const key of ["created_at", "expires_at"] as const) {
    assert.ok(DateTime.isDateTime(actual[key]))
    assert.equal(Object.getPrototypeOf(actual[key]), Object.getPrototypeOf(expected[key]))
    assert.ok(Object.is(actual[key].epochMilliseconds, expected[key].epochMilliseconds))
  }
}

const format = SchemaIssue.makeFormatterStandardSchemaV1()
const decode = Schema.decodeUnknownResult(ClientSession, { errors: "all" })

/** What the schema says of a value: the session, or the problems, with paths that start at `prefix`. */
export const bySchema = (json: unknown, prefix = ""): Result.Result<ClientSession, ReadonlyArray<SeamProblem>> =>
  Result.mapError(decode(json), ({ issue }) =>
    format(issue).issues.map(({ message, path = [] }) => ({
      path: path.map((segment) => typeof segment === "object" ? segment.key : segment).reduce<string>(
        (text, key) => typeof key === "number" ? `${text}[${key}]` : `${text}.${String(key)}`,
        prefix
      ),
      expected: message === "Missing key" ? "a value (it is missing)" : message.replace(/^Expected /, "")
    })))
