/**
 * The items of a list as the checks see them: JSON objects, read liberally by paths.
 *
 * @module
 */

/** An item as on the wire. */
export type Item = { readonly [field: string]: unknown }

/** A value that a filter of one value may have. */
export type Scalar = string | number | boolean

/** A value that a filter may have, as JSON. */
export type Value = Scalar | null | ReadonlyArray<Scalar>

/** What is asked for: the values of filters, by their names. */
export type Parameters = { readonly [filter: string]: Value }

/** Whether a value is a JSON object. */
export const isItem = (value: unknown): value is Item =>
  typeof value === "object" && value !== null && !Array.isArray(value)

// Every item is looked at by the same few paths.
const paths = new Map<string, ReadonlyArray<string>>()

const namesOf = (path: string): ReadonlyArray<string> => {
  const known = paths.get(path)
  if (known !== undefined) return known
  const names = path.split(".")
  paths.set(path, names)
  return names
}

/** What stands at a path such as `properties.manufacturer`; the empty path leads to the value itself. */
export const at = (value: unknown, path: string): unknown => {
  if (path === "") return value
  let found = value
  for (const name of namesOf(path)) {
    if (!isItem(found) || !Object.hasOwn(found, name)) return undefined
    found = found[name]
  }
  return found
}

/** Whether a value can be a filter's. */
export const isScalar = (value: unknown): value is Scalar =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean"

/** The values in a field, be it one value or a list; none where it is missing or `null`. */
export const scalarsAt = (item: Item, path: string): ReadonlyArray<Scalar> => {
  const value = at(item, path)
  return Array.isArray(value) ? value.filter(isScalar) : isScalar(value) ? [value] : []
}

/** The text in a field, where there is one. */
export const textAt = (item: Item, path: string): string | undefined => {
  const value = at(item, path)
  return typeof value === "string" ? value : undefined
}

const readInstant = (text: string): bigint | undefined => {
  const [, fraction = ""] =
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.(\d{1,9})\d*)?)?(?:Z|[+-]\d\d:?\d\d)$/i.exec(text) ?? []
  const millis = /^\d{4}-\d\d-\d\d(?:T|$)/i.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(millis)
    ? undefined
    : BigInt(Math.floor(millis / 1000)) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"))
}

// The same times are compared with every question; so many of them are remembered.
const instants = new Map<string, bigint | undefined>()
const maxInstants = 100_000

/** A point in time in nanoseconds since 1970, since `Date` counts milliseconds; `undefined` where a text is none. */
export const instant = (text: string): bigint | undefined => {
  const known = instants.get(text)
  if (known !== undefined || instants.has(text)) return known
  if (instants.size >= maxInstants) instants.clear()
  const read = readInstant(text)
  instants.set(text, read)
  return read
}
