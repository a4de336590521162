/**
 * Schemas for what JSON has no type for: dates, and fields that may be missing.
 *
 * `deno task generate` knows their transformations by identity, which is why {@link decodeDateTime} and
 * {@link missingIfNull} are exported.
 *
 * @module
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Rfc3339 from "./rfc3339.ts"

/** The time in a text. */
export const decodeDateTime = (
  text: string,
  options: SchemaAST.ParseOptions
): Effect.Effect<DateTime.Utc, SchemaIssue.Issue> => {
  const millis = Rfc3339.parse(text)
  return millis === undefined
    ? Effect.fail(new SchemaIssue.InvalidValue({ expected: Rfc3339.expected }, text, options))
    : Effect.succeed(DateTime.makeUnsafe(millis))
}

const encodeDateTime = (
  utc: DateTime.Utc,
  options: SchemaAST.ParseOptions
): Effect.Effect<string, SchemaIssue.Issue> => {
  const text = Rfc3339.format(utc.epochMilliseconds)
  return text === undefined
    ? Effect.fail(new SchemaIssue.InvalidValue({ expected: "a time in the years 0 to 9999" }, utc, options))
    : Effect.succeed(text)
}

/** A `DateTime.Utc`, as RFC 3339 text on the wire. */
export const dateTime = (): Schema.decodeTo<Schema.DateTimeUtc, Schema.String> =>
  Schema.String.pipe(
    Schema.decodeTo(
      Schema.DateTimeUtc,
      SchemaTransformation.transformEffect({ decode: decodeDateTime, encode: encodeDateTime })
    )
  )

/** Nothing for `null`. */
export const missingIfNull: <A>(value: Option.Option<A | null>) => Option.Option<A> = /* @__PURE__ */ Option.filter(
  Predicate.isNotNull
)

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
