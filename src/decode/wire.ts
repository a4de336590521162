/**
 * Schemas for what JSON has no type for: dates, secrets, and fields that may be missing.
 *
 * `deno task generate` knows them by the transformations that are exported here.
 *
 * @module
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Rfc3339 from "./rfc3339.ts"

/** From RFC 3339 text to the time. */
export const dateTimeFromText: SchemaTransformation.Transformation<DateTime.Utc, string> =
  /* @__PURE__ */ SchemaTransformation.transformEffect<DateTime.Utc, string>({
    decode: (text, options) => {
      const millis = Rfc3339.parse(text)
      return millis === undefined
        ? Effect.fail(new SchemaIssue.InvalidValue({ expected: Rfc3339.expected }, text, options))
        : Effect.succeed(DateTime.makeUnsafe(millis))
    },
    encode: (utc, options) => {
      const text = Rfc3339.format(utc.epochMilliseconds)
      return text === undefined
        ? Effect.fail(new SchemaIssue.InvalidValue({ expected: "a time in the years 0 to 9999" }, utc, options))
        : Effect.succeed(text)
    }
  })

/** From text to a secret. */
export const secretFromText: SchemaTransformation.Transformation<Redacted.Redacted<string>, string> =
  /* @__PURE__ */ SchemaTransformation.transform<Redacted.Redacted<string>, string>({
    decode: (text) => Redacted.make(text),
    encode: Redacted.value
  })

/** Nothing for `null`. */
export const missingIfNull: <A>(value: Option.Option<A | null>) => Option.Option<A> = /* @__PURE__ */ Option.filter(
  Predicate.isNotNull
)

/** A `DateTime.Utc`, as RFC 3339 text on the wire. */
export const dateTime = (): Schema.decodeTo<Schema.DateTimeUtc, Schema.String> =>
  Schema.String.pipe(Schema.decodeTo(Schema.DateTimeUtc, dateTimeFromText))

/** A `Redacted` text, in the clear on the wire. */
export const secret = (): Schema.decodeTo<Schema.Redacted<Schema.String>, Schema.String> =>
  Schema.String.pipe(Schema.decodeTo(Schema.Redacted(Schema.String), secretFromText))

/** A field that may be missing. `null` on the wire says that it is. */
export const nullMeansMissing = <S extends Schema.Constraint>(schema: S): Schema.decodeTo<
  Schema.optionalKey<Schema.toType<S>>,
  Schema.optionalKey<Schema.NullOr<S>>
> =>
  Schema.optionalKey(Schema.NullOr(schema)).pipe(
    Schema.decodeTo(
      Schema.optionalKey(Schema.toType(schema)),
      SchemaTransformation.transformOptional<S["Type"], S["Type"] | null>({
        decode: missingIfNull,
        encode: identity
      })
    )
  )
