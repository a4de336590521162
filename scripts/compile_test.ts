import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as fc from "fast-check"
import assert from "node:assert/strict"
import type { Explain } from "../src/decode/explain.ts"
import { assertSame, by, damagedOf, wellFormedOf } from "../src/decode/testing.ts"
import * as Wire from "../src/decode/wire.ts"
import type { SeamProblem } from "../src/internal/problems.ts"
import { quick, some } from "../src/internal/testing.ts"
import { compile } from "./compile.ts"

/** The source of types that are known, but for those that may be missing. */
const { simple, type } = fc.letrec<{ readonly simple: string; readonly type: string }>((tie) => ({
  simple: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(
      "Schema.String",
      "Schema.Finite",
      "Schema.Boolean",
      `Schema.Literal("a\\nb")`,
      `Schema.String.annotate({ description: "For readers." })`,
      "Wire.dateTime()",
      "Wire.secret()"
    ),
    tie("type").map((element) => `Schema.Array(${element})`)
  ),
  type: fc.oneof(
    { weight: 3, arbitrary: tie("simple") },
    tie("simple").map((type) => `Schema.NullOr(${type})`),
    fc.constant(`Schema.Literals(["a", "b\\"", "a"])`)
  )
}))

const names = fc.constantFrom("id", "ok", "then", "of", "effect", "async", "a_b", "type", "value_", "json_2", "length")

/** The source of a schema: fields that must be there, then such as may be missing. */
const struct = fc.uniqueArray(names, { minLength: 1, maxLength: 8 }).chain((names) =>
  fc.tuple(
    ...names.map((name) =>
      fc.tuple(
        fc.constant(JSON.stringify(name)),
        fc.oneof(
          { weight: 2, arbitrary: fc.tuple(fc.constant(0), type) },
          fc.tuple(fc.constant(1), type.map((type) => `Schema.optionalKey(${type})`)),
          fc.tuple(fc.constant(1), simple.map((type) => `Wire.nullMeansMissing(${type})`))
        )
      )
    )
  )
).map((fields) => {
  const inOrder = fields.toSorted(([, [one]], [, [other]]) => one - other)
  return `Schema.Struct({ ${inOrder.map(([name, [, type]]) => `${name}: ${type}`).join(", ")} })`
})

interface Compiled {
  readonly source: string
  readonly schema: Schema.Struct<Schema.Struct.Fields> & Schema.Decoder<object>
  readonly decode: (json: unknown) => object | undefined
  readonly explain: Explain
}

const src = import.meta.resolve("../src")

/** Writes each schema, and what it is compiled to, as a module, and gives what they export. */
const compileAll = async (folder: string, sources: ReadonlyArray<string>): Promise<ReadonlyArray<Compiled>> => {
  const found: Array<Compiled> = []
  for (const [index, source] of sources.entries()) {
    const [from, to] = [`./schema${index}.ts`, `./decoder${index}.ts`].map((name) => `${folder}/${name}`)
    await Deno.writeTextFile(
      from ?? "",
      `import * as Schema from "effect/Schema"
       import * as Wire from "${src}/decode/wire.ts"
       export const Thing = ${source}
       export type Thing = typeof Thing.Type`
    )
    const { Thing: schema } = await import(`file://${from}`)
    await Deno.writeTextFile(
      to ?? "",
      compile({ schema, name: "Thing", from: `./schema${index}.ts`, folder: `${src}/decode` })
    )
    found.push({ source, schema, ...await import(`file://${to}`) })
  }
  return found
}

/** Whether the value was one that the schema decodes, and the compiled decoder too. */
const assertAlike = ({ decode, explain, schema, source }: Compiled, json: unknown): boolean => {
  const expected = by(schema)(json)
  const actual = decode(json)
  const problems: Array<SeamProblem> = []
  explain(json, "", (path, expected) => problems.push({ path, expected }), "")
  const about = `${source} of ${JSON.stringify(json)}`
  assert.deepEqual(problems, Result.isFailure(expected) ? expected.failure : [], about)
  assert.equal(actual !== undefined, Result.isSuccess(expected), about)
  if (actual === undefined || !Result.isSuccess(expected)) return false
  assertSame(actual, expected.success)
  return true
}

Deno.test("compile() makes decoders that agree with their schemas, in whatever they decode and in every word", async () => {
  const folder = await Deno.makeTempDir({ dir: import.meta.dirname ?? ".", prefix: "compiled_" })
  try {
    const counts = { decoded: 0, refused: 0 }
    for (const compiled of await compileAll(folder, fc.sample(struct, some(60)))) {
      const values = fc.oneof(wellFormedOf(compiled.schema), damagedOf(compiled.schema))
      fc.assert(
        fc.property(values, (json) => {
          counts[assertAlike(compiled, json) ? "decoded" : "refused"]++
        }),
        { numRuns: 100 }
      )
    }
    assert.ok(counts.decoded > some(1000) && counts.refused > some(1000), JSON.stringify(counts))
    if (quick) return
    // What is compiled is also right by its types.
    const { code, stderr } = await new Deno.Command(Deno.execPath(), { args: ["check", "--quiet", folder] }).output()
    assert.equal(code, 0, new TextDecoder().decode(stderr))
  } finally {
    await Deno.remove(folder, { recursive: true })
  }
})

const anyDate = SchemaTransformation.transform<DateTime.Utc, string>({
  decode: (text) => DateTime.makeUnsafe(text),
  encode: DateTime.formatIso
})
const shout = SchemaTransformation.transform<string, string>({ decode: (text) => text.toUpperCase(), encode: identity })
const trueFilter = Schema.makeFilter(() => true)
const long = Schema.String.check(Schema.isMinLength(5))

/** `null` taken away between two types that have nothing to do with each other. */
const otherwise = <T extends Schema.Top, W extends Schema.Top>(type: T, wire: W): Schema.Top =>
  wire.pipe(
    Schema.decodeTo(
      type,
      SchemaTransformation.transformOptional<T["Encoded"], W["Type"]>({ decode: Wire.missingIfNull, encode: identity })
    )
  )

const unknowns: ReadonlyArray<readonly [name: string, schema: Schema.Top, what: string]> = [
  ["another type", Schema.BigInt, "the type BigInt"],
  ["anything", Schema.Unknown, "the type Unknown"],
  ["a number that may be infinite", Schema.Number, "the type Number"],
  ["an object in it", Schema.Struct({ a: Schema.String }), "the type Objects"],
  ["a record", Schema.Record(Schema.String, Schema.String), "the type Objects"],
  ["a recursion", Schema.suspend(() => Schema.String), "the type Suspend"],
  ["a template", Schema.TemplateLiteral(["a", Schema.String]), "the type TemplateLiteral"],
  ["a tuple", Schema.Tuple([Schema.String]), "a tuple"],
  ["a tuple with a rest", Schema.TupleWithRest(Schema.Tuple([Schema.String]), [Schema.Finite]), "a tuple"],
  ["an array with an end", Schema.TupleWithRest(Schema.Tuple([]), [Schema.String, Schema.Finite]), "a tuple"],
  ["a union of types", Schema.Union([Schema.String, Schema.Finite]), "a union"],
  ["a union of nothing", Schema.Union([]), "a union"],
  ["a union that starts with null", Schema.Union([Schema.Null, Schema.String]), "a union"],
  ["a union of which one has to match", Schema.Union([Schema.String, Schema.Null], { mode: "oneOf" }), "a union"],
  [
    "a union with null that says more",
    Schema.Union([Schema.String, Schema.Null.annotate({ message: "No." })]),
    "a union"
  ],
  ["texts or null", Schema.NullOr(Schema.Literals(["a", "b"])), "a union"],
  ["undefined", Schema.optional(Schema.String), "a union"],
  ["null alone", Schema.Null, "the type Null"],
  ["a bigint", Schema.Literal(1n), "a literal that isn't a text"],
  ["a number as a literal", Schema.Literals([0, 1]), "a literal that isn't a text"],
  ["a check of a text", long, "the check `a value with a length of at least 5`"],
  ["a check of a number", Schema.Int, "the check `an integer`"],
  ["a second check", Schema.Finite.check(Schema.isInt()), "the check `a finite number`"],
  ["a check of one's own", Schema.String.check(trueFilter), "the check `<filter>`"],
  ["a check of a number of one's own", Schema.Number.check(trueFilter), "the check `<filter>`"],
  ["a check of an array", Schema.Array(Schema.String).check(Schema.isMinLength(1)), "the check"],
  ["a check in an array", Schema.Array(long), "the check"],
  [
    "a check of what an array encodes",
    Schema.flip(Schema.Array(Schema.String).check(trueFilter)),
    "checks of what is encoded"
  ],
  ["a check beside null", Schema.NullOr(Schema.String).check(trueFilter), "the check"],
  ["a check of a date", Wire.dateTime().check(trueFilter), "the check"],
  ["a check of a secret", Wire.secret().check(trueFilter), "the check"],
  ["a check of a date's text", long.pipe(Schema.decodeTo(Schema.DateTimeUtc, Wire.dateTimeFromText)), "the check"],
  [
    "a check in a secret",
    Schema.String.pipe(Schema.decodeTo(Schema.Redacted(long), Wire.secretFromText)),
    "a transformation"
  ],
  ["a check of what may be missing", Wire.nullMeansMissing(Schema.String).check(Schema.isMinLength(1)), "a field that"],
  [
    "another type than is on the wire, of what may be missing",
    otherwise(Schema.optionalKey(Schema.Array(long)), Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String)))),
    "a field that"
  ],
  [
    "a field that must be there, of what may be missing",
    otherwise(Schema.String, Schema.optionalKey(Schema.NullOr(Schema.String))),
    "a field that"
  ],
  [
    "a field that may be missing, of what must be there",
    otherwise(Schema.optionalKey(Schema.String), Schema.NullOr(Schema.String)),
    "a field that"
  ],
  ["a message", Schema.String.annotate({ message: "No." }), "the annotation `message`"],
  ["a message for a number", Schema.Finite.annotate({ message: "No." }), "the check `a finite number`"],
  ["other words for a number", Schema.Finite.annotate({ expected: "a count" }), "the check `a count`"],
  ["an identifier", Schema.String.annotate({ identifier: "Id" }), "the annotation `identifier`"],
  ["an annotation of one's own", Schema.Boolean.annotate({ mine: 1 }), "the annotation `mine`"],
  [
    "a message where it is missing",
    Schema.String.annotateKey({ messageMissingKey: "No." }),
    "the annotation `messageMissingKey`"
  ],
  ["a message in a date", Wire.dateTime().annotate({ message: "No." }), "a transformation"],
  [
    "a message of a date's text",
    Schema.String.annotate({ message: "No." }).pipe(Schema.decodeTo(Schema.DateTimeUtc, Wire.dateTimeFromText)),
    "the annotation"
  ],
  ["another way to read dates", Schema.String.pipe(Schema.decodeTo(Schema.DateTimeUtc, anyDate)), "a transformation"],
  ["Effect's way to read dates", Schema.DateTimeUtcFromString, "the annotation `expected`"],
  ["dates from numbers", Schema.DateTimeUtcFromMillis, "a value that isn't made of a text in one step"],
  ["dates of JavaScript", Schema.DateFromString, "the annotation `expected`"],
  [
    "a date of another text",
    Schema.String.pipe(Schema.decodeTo(Wire.dateTime(), shout)),
    "a value that isn't made of a text in one step"
  ],
  ["a secret in Effect's way", Schema.RedactedFromValue(Schema.String), "a transformation"],
  [
    "a secret with a label",
    Schema.String.pipe(Schema.decodeTo(Schema.Redacted(Schema.String, { label: "token" }), Wire.secretFromText)),
    "a transformation"
  ],
  [
    "a secret that isn't what was sent",
    Schema.String.pipe(Schema.decodeTo(
      Schema.Redacted(Schema.String),
      SchemaTransformation.transform<Redacted.Redacted<string>, string>({
        decode: (text) => Redacted.make(text.replace(/^Bearer /, "")),
        encode: Redacted.value
      })
    )),
    "a transformation"
  ],
  ["a number in a secret", Schema.RedactedFromValue(Schema.Finite), "a value that isn't made of a text"],
  ["a transformation", Schema.String.pipe(Schema.decodeTo(Schema.String, shout)), "a transformation"],
  ["a number from a text", Schema.NumberFromString, "a transformation"],
  ["a default", Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed("a"))), "a transformation"]
]

const compiling = (schema: Schema.Top) => (): string => compile({ schema, name: "Thing", from: "./Thing.ts" })

for (const [name, schema, what] of unknowns) {
  Deno.test(`compile() refuses ${name}, and names the field`, () => {
    assert.throws(compiling(Schema.Struct({ fine: Schema.String, odd_one: schema })), (error) => {
      assert.ok(error instanceof Error)
      assert.ok(error.message.includes(`\n  odd_one: ${what}`), error.message)
      assert.doesNotMatch(error.message, /fine:/)
      return true
    })
  })
}

const structs: ReadonlyArray<readonly [name: string, schema: Schema.Top, message: RegExp]> = [
  ["what isn't a struct", Schema.String, /expected a Schema\.Struct/],
  ["a struct without fields", Schema.Struct({}), /expected a Schema\.Struct/],
  ["a record", Schema.Record(Schema.String, Schema.String), /expected a Schema\.Struct/],
  ["a struct with a check", Schema.Struct({ a: Schema.String }).check(trueFilter), /the whole: the check/],
  [
    "a struct with a message",
    Schema.Struct({ a: Schema.String }).annotate({ message: "No." }),
    /the whole: the annotation/
  ],
  [
    "other names on the wire",
    Schema.Struct({ a: Schema.String }).pipe(Schema.encodeKeys({ a: "b" })),
    /Schema\.Struct/
  ],
  ["a name that every object has", Schema.Struct({ constructor: Schema.String }), /constructor: a name/],
  ["a name that is a word of the language", Schema.Struct({ class: Schema.String }), /class: a name/],
  ["a name that the module uses", Schema.Struct({ json: Schema.String }), /json: a name/],
  ["a name that isn't snake_case", Schema.Struct({ "a-b": Schema.String }), /a-b: a name/],
  ["a name that isn't a text", Schema.Struct({ [Symbol.for("s")]: Schema.String }), /Symbol\(s\): a name/],
  [
    "a field after those that may be missing",
    Schema.Struct({ a: Schema.optionalKey(Schema.String), b: Schema.String }),
    /b: its place/
  ]
]

for (const [name, schema, message] of structs) {
  Deno.test(`compile() refuses ${name}`, () => assert.throws(compiling(schema), { message }))
}

Deno.test("compile() names every field that it refuses, and says what to do", () => {
  const schema = Schema.Struct({ a: Schema.Int, b: Schema.String, c: Schema.Unknown })
  assert.throws(compiling(schema), { message: /a: the check .*\n.*c: the type Unknown\n.*teach it/ })
})
