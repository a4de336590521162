/**
 * For the tests of the decoders: values on the wire, right and damaged, made from their schema, and what it means for two
 * decoded ones to be the same.
 *
 * @module
 */
import * as DateTime from "effect/DateTime"
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import * as fc from "fast-check"
import assert from "node:assert/strict"
import { inspect } from "node:util"
import { ClientSession } from "../ClientSession.ts"
import type { SeamProblem } from "../internal/problems.ts"
import { makeSessionsReader, type Malformed, maxCounted } from "./sessions.ts"

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
    "2024-02-29T00:00:00.1+05:45",
    "9999-12-31T23:59:59-08:00",
    "0000-01-01T00:00:00+01:00"
  )
)

/** What may stand on the wire for a value that the schema makes. */
const wireOf = (ast: SchemaAST.AST): fc.Arbitrary<unknown> => {
  const [link] = ast.encoding ?? []
  if (SchemaAST.isDeclaration(ast)) {
    return ast.annotations?.["expected"] === Schema.DateTimeUtc.ast.annotations?.["expected"] ? date : text
  }
  if (link !== undefined) return wireOf(link.to)
  switch (ast._tag) {
    case "String":
      return text
    case "Boolean":
      return fc.boolean()
    case "Number":
      return fc.oneof(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true }))
    case "Null":
      return fc.constant(null)
    case "Literal":
      return fc.constant(ast.literal)
    case "Union":
      return fc.oneof(...ast.types.map(wireOf))
    case "Arrays":
      return fc.array(fc.oneof(...ast.rest.map(wireOf)), { maxLength: 3 })
    default:
      throw new Error(`Nothing is known of ${ast._tag}`)
  }
}

/** A schema whose sessions, or whatever it is of, are made up. */
type AnyStruct = Schema.Struct<Schema.Struct.Fields>

/** The names of its fields, in their order. */
export const namesOf = ({ ast }: AnyStruct): ReadonlyArray<string> =>
  ast.propertySignatures.map(({ name }) => String(name))

/** All its fields, each as it may stand on the wire. */
export const wholeOf = ({ ast }: AnyStruct): fc.Arbitrary<object> =>
  fc.tuple(...ast.propertySignatures.map(({ name, type }) => fc.tuple(fc.constant(String(name)), wireOf(type))))
    .map((entries) => Object.fromEntries(entries))

// `__proto__` has to be a key here, as JSON makes it, and not a prototype.
const withKey = (session: object, key: string, value: unknown): object =>
  Object.fromEntries([...Object.entries(session).filter(([other]) => other !== key), [key, value]])

const without = (session: object, key: string): object =>
  Object.fromEntries(Object.entries(session).filter(([other]) => other !== key))

const undeclared = fc.tuple(
  fc.constantFrom("customer_id", "__proto__", "constructor", "toString", "", "metadata"),
  fc.jsonValue({ maxDepth: 3 })
)

/** One on the wire as the schema has it, keys in any order, now and then with fields that it does not declare. */
export const wellFormedOf = (schema: AnyStruct): fc.Arbitrary<object> => {
  const optional = schema.ast.propertySignatures.filter(({ type }) => type.context?.isOptional)
    .map(({ name }) => String(name))
  return fc.tuple(
    wholeOf(schema),
    fc.subarray([...optional]),
    fc.array(undeclared.filter(([name]) => !namesOf(schema).includes(name)), { maxLength: 2 }),
    fc.infiniteStream(fc.nat())
  ).map(([whole, missing, extra, order]) => {
    const all = extra.reduce<object>((so, [key, value]) => withKey(so, key, value), missing.reduce(without, whole))
    const ranks = new Map(Object.keys(all).map((key) => [key, order.next().value ?? 0]))
    return Object.fromEntries(
      Object.entries(all).sort(([one], [other]) => (ranks.get(one) ?? 0) - (ranks.get(other) ?? 0))
    )
  })
}

/** A session on the wire. */
export const wellFormed: fc.Arbitrary<object> = wellFormedOf(ClientSession)

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

/** One with one or two things about it that are likely, but not sure, to be wrong. */
export const damagedOf = (schema: AnyStruct): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
    {
      weight: 9,
      arbitrary: fc.tuple(
        wellFormedOf(schema),
        fc.array(fc.tuple(fc.constantFrom(...namesOf(schema)), fc.option(almost, { nil: undefined })), {
          minLength: 1,
          maxLength: 2
        })
      ).map(([whole, changes]) =>
        changes.reduce<object>(
          (so, [key, value]) => value === undefined ? without(so, key) : withKey(so, key, value),
          whole
        )
      )
    }
  )

/** A session with one or two things about it that are likely, but not sure, to be wrong. */
export const damaged: fc.Arbitrary<unknown> = damagedOf(ClientSession)

/** Fails unless no program can tell the two values apart. */
const assertSameValue = (actual: unknown, expected: unknown): void => {
  assert.deepEqual(actual, expected)
  assert.equal(inspect(actual), inspect(expected))
  assert.equal(Hash.hash(actual), Hash.hash(expected))
  assert.equal(JSON.stringify(actual), JSON.stringify(expected))
  if (Array.isArray(actual) && Array.isArray(expected)) {
    actual.forEach((element, index) => assertSameValue(element, expected[index]))
  } else if (typeof actual === "object" && actual !== null && typeof expected === "object" && expected !== null) {
    assert.ok(Equal.equals(actual, expected))
    assert.equal(Object.getPrototypeOf(actual), Object.getPrototypeOf(expected))
    assert.deepEqual(Object.getOwnPropertyDescriptors(actual), Object.getOwnPropertyDescriptors(expected))
    if (Redacted.isRedacted(actual) && Redacted.isRedacted(expected)) {
      assert.equal(Redacted.value(actual), Redacted.value(expected))
    }
    if (DateTime.isDateTime(actual) && DateTime.isDateTime(expected)) {
      assert.ok(Object.is(actual.epochMilliseconds, expected.epochMilliseconds))
      // What a date keeps once it is used shows in neither.
      assert.notEqual(DateTime.toPartsUtc(actual), undefined)
      assert.deepEqual(actual, expected)
      assert.equal(inspect(actual), inspect(expected))
    }
  } else assert.ok(Object.is(actual, expected))
}

/** Fails unless no program can tell the two sessions apart, or whatever they are. */
export const assertSame = (actual: object, expected: object): void => {
  assert.deepEqual(Object.keys(actual), Object.keys(expected))
  assertSameValue(actual, expected)
  for (const key of Object.keys(expected)) assertSameValue(Reflect.get(actual, key), Reflect.get(expected, key))
}

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** What a schema says of a value: what it decodes to, or the problems, with paths that start at `prefix`. */
export const by = <A>(
  schema: Schema.Decoder<A>
): (json: unknown, prefix?: string) => Result.Result<A, ReadonlyArray<SeamProblem>> => {
  const decode = Schema.decodeUnknownResult(schema, { errors: "all" })
  return (json, prefix = "") =>
    Result.mapError(decode(json), ({ issue }) =>
      format(issue).issues.map(({ message, path = [] }) => ({
        path: path.map((segment) => typeof segment === "object" ? segment.key : segment).reduce<string>(
          (text, key) => typeof key === "number" ? `${text}[${key}]` : `${text}.${String(key)}`,
          prefix
        ),
        expected: message === "Missing key" ? "a value (it is missing)" : message.replace(/^Expected /, "")
      })))
}

/** What the schema says of a session. */
export const bySchema = by(ClientSession)

/** The sessions in the text of a 200 answer, or what is wrong with it. */
export const decodeBody = (text: string): Result.Result<ReadonlyArray<ClientSession>, Malformed> => {
  const reader = makeSessionsReader(maxCounted)
  reader.read(text)
  reader.end()
  const malformed = reader.malformed()
  return malformed === undefined ? Result.succeed(reader.takeSessions()) : Result.fail(malformed)
}

const inserts = [
  ...["", ",", "]", "}", "[", "{", "\"", "\\", "\n", " "],
  ...["0", "null", ",,", "}]", "[]", ":", "\ufeff", "\u0001", "e"]
]

/** The texts, each with some characters at some place exchanged for something that JSON may trip over. */
export const spoiltOf = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(texts, fc.nat(), fc.nat(3), fc.constantFrom(...inserts)).map(([text, place, length, insert]) => {
    const at = place % (text.length + 1)
    return text.slice(0, at) + insert + text.slice(at + length)
  })
