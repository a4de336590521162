/**
 * What compiled decoders make values with: predicates, and functions that give `undefined` for what isn't theirs.
 *
 * @module
 */
import * as DateTime from "effect/DateTime"
import * as Redacted from "effect/Redacted"
import * as Rfc3339 from "./rfc3339.ts"

/** An object whose fields can be changed while it is made. */
export type Writable<A> = { -readonly [Key in keyof A]: A[Key] }

/** A JSON object. */
export const isObject = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === "object" && json !== null && !Array.isArray(json)

/** A number that isn't infinite. */
export const isFinite = (json: unknown): json is number => Number.isFinite(json)

/** An array whose elements all fit. */
export const isArrayOf = <A>(json: unknown, is: (element: unknown) => element is A): json is ReadonlyArray<A> =>
  Array.isArray(json) && json.every(is)

const epoch: DateTime.Utc = /* @__PURE__ */ DateTime.makeUnsafe(0)

/** The time in RFC 3339 text. */
export const dateTime = (json: unknown): DateTime.Utc | undefined => {
  const millis = typeof json === "string" ? Rfc3339.parse(json) : undefined
  // Faster than `makeUnsafe`, which takes whatever may be a date.
  return millis === undefined ? undefined : DateTime.mapEpochMillis(epoch, () => millis)
}

/** A text, wrapped so that nobody reads it who doesn't ask. */
export const secret = (json: unknown): Redacted.Redacted<string> | undefined =>
  typeof json === "string" ? Redacted.make(json) : undefined

/** `null`, or else a value. */
export const nullOr = <A>(value: (json: unknown) => A | undefined) => (json: unknown): A | null | undefined =>
  json === null ? null : value(json)

/** Values, if each element is one. */
export const arrayOf =
  <A>(value: (json: unknown) => A | undefined) => (json: unknown): ReadonlyArray<A> | undefined => {
    if (!Array.isArray(json)) return undefined
    const values = json.map((element) => value(element))
    return values.every((value) => value !== undefined) ? values : undefined
  }
