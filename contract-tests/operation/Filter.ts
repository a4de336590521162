/**
 * What a filter means: which values ask for an item, and which items a value asks for.
 *
 * ```ts
 * import { Filter } from "@seam-effect/contract-tests"
 *
 * const tag = Filter.member("tags")
 * console.log(tag.values({ tags: ["home", "work"] })) // [ "home", "work" ]
 * console.log(tag.matches("home", { tags: ["home", "work"] }, {})) // true
 * ```
 *
 * The meanings are plain predicates, and share no code with what they judge: a model that is a copy of it finds nothing.
 *
 * @module
 */
import type { Item, Scalar, Value } from "./Item.ts"
import * as Items from "./Item.ts"

/** The kinds of filters. */
export type Kind =
  | "equals"
  | "member"
  | "anyOf"
  | "oneOf"
  | "isNull"
  | "notNull"
  | "before"
  | "after"
  | "prefix"
  | "limit"
  | "custom"

/** How a target reads the open points of a filter, by the name of the point. */
export type Meaning = { readonly [point: string]: string }

/** A filter. `Field` names the fields that it looks at. */
export interface Filter<out Field extends string = string> {
  /** Which of the kinds it is. */
  readonly kind: Kind
  /** The fields that it looks at, as paths such as `properties.manufacturer`. */
  readonly fields: ReadonlyArray<Field>
  /** Whether its value is a list, a flag, or one value. */
  readonly takes: "value" | "list" | "flag"
  /** Whether `null` asks for the items that have no value. */
  readonly nullable: boolean
  /** Whether its values are compared as text, so that a value that only looks like another one may deceive it. */
  readonly text: boolean
  /** Whether text is compared as it stands; `false` where its case means nothing, or may. */
  readonly exact: boolean
  /** The points that the contract leaves open, each with its readings. The first is assumed where none was recognised. */
  readonly points: { readonly [point: string]: readonly [string, string, ...ReadonlyArray<string>] }
  /** The values that an item gives to ask with. */
  readonly values: (item: Item) => ReadonlyArray<Scalar | ReadonlyArray<Scalar>>
  /** Whether an item is one that a value asks for. */
  readonly matches: (value: Value, item: Item, meaning: Meaning) => boolean
  /** Of `limit`: the largest value that the target takes. */
  readonly max?: number
}

/** What is common to the filters that compare a value with those of items. */
export interface EqualsOptions {
  /**
   * Whether the values are UUIDs: whether their case counts is then recognised, since RFC 9562 section 4 makes it mean
   * nothing and many a server compares text. `false` by default.
   */
  readonly uuid?: boolean
  /** Whether `null` asks for the items that have no value. `false` by default. */
  readonly null?: boolean
  /** Whether upper and lower case of text count. `"counts"` by default. */
  readonly case?: "counts" | "ignored"
}

/** The options of `oneOf`. */
export interface OneOfOptions extends Omit<EqualsOptions, "null"> {
  /** What an empty list asks for. Recognised by default. */
  readonly empty?: "nothing" | "everything"
}

/** The options of `anyOf`. */
export interface AnyOfOptions<Field extends string = string> extends EqualsOptions {
  /** Further fields of which the contract doesn't say whether they count: it is recognised. */
  readonly perhaps?: ReadonlyArray<Field>
}

/** The options of `isNull` and `notNull`. */
export interface FlagOptions {
  /** What `false` asks for. Recognised by default. */
  readonly false?: "everything" | "the others"
}

/** The options of `before` and `after`. */
export interface RangeOptions {
  /** Whether the boundary itself is within. Recognised by default. */
  readonly inclusive?: boolean
}

const hex = "[0-9a-fA-F]"
const uuidForm = new RegExp(`^${[8, 4, 4, 4, 12].map((digits) => `${hex}{${digits}}`).join("-")}$`)

/** Whether a value is a UUID in its usual form. */
export const isUuid = (value: unknown): boolean => typeof value === "string" && uuidForm.test(value)

const bareUuid = (value: unknown): string | undefined => {
  // In the usual form its case is an open point of its own.
  const bare = typeof value === "string" && !isUuid(value) ? value.replace(/^urn:uuid:|[{}-]/gi, "").toLowerCase() : ""
  return /^[0-9a-f]{32}$/.test(bare) ? bare : undefined
}

/**
 * Where a filter of UUIDs is asked for one in another form, as databases read them, in braces or without hyphens: whether an
 * item has that.
 */
export const asOtherUuid = ({ fields, points }: Filter, value: unknown): ((item: Item) => boolean) | undefined => {
  const asked = (idsCompared in points ? (Array.isArray(value) ? value : [value]).map(bareUuid) : [])
    .filter((one) => one !== undefined)
  return asked.length === 0 ?
    undefined :
    (item) =>
      fields.some((field) =>
        Items.scalarsAt(item, field).some((other) =>
          isUuid(other) && asked.includes(`${other}`.replaceAll("-", "").toLowerCase())
        )
      )
}

/** The point of whether the case of a UUID counts: one for all the filters of an operation. */
export const idsCompared = "uuids_compared"

const exactly = "exactly"

/** Whether the case of a text counts. */
const isFolded = (text: string, { case: fold }: EqualsOptions, meaning: Meaning): boolean =>
  fold === "ignored" || (meaning[idsCompared] !== undefined && meaning[idsCompared] !== exactly && isUuid(text))

const canonical = (value: Scalar, options: EqualsOptions, meaning: Meaning): Scalar =>
  typeof value === "string" && isFolded(value, options, meaning) ? value.toLowerCase() : value

/** Whether two values are the same. Every item is compared with every question: what costs most comes last. */
const isSame = (a: Scalar, b: Scalar, options: EqualsOptions, meaning: Meaning): boolean =>
  a === b ||
  (typeof a === "string" && typeof b === "string" &&
    a.toLowerCase() === b.toLowerCase() && isFolded(a, options, meaning))

const uuidPoints = (options: EqualsOptions): Filter["points"] =>
  options.uuid === true ? { [idsCompared]: ["case-insensitively when both are UUIDs", exactly] } : {}

const isExact = (options: EqualsOptions): boolean => options.uuid !== true && options.case !== "ignored"

const comparing = <Field extends string>(
  kind: Kind,
  fields: ReadonlyArray<Field>,
  options: EqualsOptions,
  perhaps: ReadonlyArray<Field> = []
): Filter<Field> => {
  const point = `also ${perhaps.join(", ")}`
  const [yes, no] = [[...fields, ...perhaps].join(" or "), `only ${fields.join(" or ")}`]
  const all = [...fields, ...perhaps]
  return {
    kind,
    fields: all,
    takes: "value",
    nullable: options.null === true,
    text: true,
    exact: isExact(options),
    points: { ...uuidPoints(options), ...(perhaps.length > 0 && { [point]: [yes, no] }) },
    values: (item) => [...new Set(all.flatMap((field) => Items.scalarsAt(item, field)))],
    matches: (value, item, meaning) => {
      const stored = (meaning[point] === no ? fields : all).flatMap((field) => Items.scalarsAt(item, field))
      if (value === null) return stored.length === 0
      return Items.isScalar(value) && stored.some((other) => isSame(value, other, options, meaning))
    }
  }
}

/** Items whose field has this value. */
export const equals = <const Field extends string>(field: Field, options: EqualsOptions = {}): Filter<Field> =>
  comparing("equals", [field], options)

/** Items whose field, a list, has this value in it. */
export const member = <const Field extends string>(field: Field, options: EqualsOptions = {}): Filter<Field> =>
  comparing("member", [field], options)

/** Items that have this value in any of several fields, each of which holds one value or a list. */
export const anyOf = <const Field extends string>(
  fields: readonly [Field, ...ReadonlyArray<Field>],
  options: AnyOfOptions<Field> = {}
): Filter<Field> => comparing("anyOf", fields, options, options.perhaps)

/** The readings of an empty list, of an empty value. */
const nothing = "nothing"
const everything = "everything"

/** Items whose field has one of these values: the filter's value is a list. */
export const oneOf = <const Field extends string>(field: Field, options: OneOfOptions = {}): Filter<Field> => ({
  kind: "oneOf",
  fields: [field],
  takes: "list",
  nullable: false,
  text: true,
  exact: isExact(options),
  points: {
    ...uuidPoints(options),
    ...(options.empty === undefined && { "empty list": [nothing, everything] })
  },
  values: (item) => Items.scalarsAt(item, field).map((value) => [value]),
  matches: (value, item, meaning) => {
    if (!Array.isArray(value)) return false
    if (value.length === 0) return (options.empty ?? meaning["empty list"]) === everything
    const asked = value.filter(Items.isScalar)
    return Items.scalarsAt(item, field).some((other) => asked.some((one) => isSame(one, other, options, meaning)))
  }
})

const flag = <Field extends string>(
  kind: Kind,
  field: Field,
  options: FlagOptions,
  isAsked: (has: boolean) => boolean
): Filter<Field> => ({
  kind,
  fields: [field],
  takes: "flag",
  nullable: false,
  text: false,
  exact: false,
  points: options.false === undefined ? { false: [everything, "the others"] } : {},
  values: (item) =>
    isAsked(Items.scalarsAt(item, field).length > 0 || Items.isItem(Items.at(item, field))) ? [true] : [],
  matches: (value, item, meaning) => {
    if (typeof value !== "boolean") return false
    const asked = isAsked(Items.scalarsAt(item, field).length > 0 || Items.isItem(Items.at(item, field)))
    return value ? asked : (options.false ?? meaning["false"]) === "the others" ? !asked : true
  }
})

/** With `true`, items whose field is `null`, missing or an empty list. */
export const isNull = <const Field extends string>(field: Field, options: FlagOptions = {}): Filter<Field> =>
  flag("isNull", field, options, (has) => !has)

/** With `true`, items whose field is neither `null` nor missing nor an empty list. */
export const notNull = <const Field extends string>(field: Field, options: FlagOptions = {}): Filter<Field> =>
  flag("notNull", field, options, (has) => has)

/** Below zero where the first comes first; `undefined` where two values have no order. */
const order = (a: unknown, b: unknown): number | undefined => {
  if (typeof a === "number" && typeof b === "number") return a - b
  const [left, right] = [
    typeof a === "string" ? Items.instant(a) : undefined,
    typeof b === "string" ? Items.instant(b) : undefined
  ]
  return left === undefined || right === undefined ? undefined : left < right ? -1 : left > right ? 1 : 0
}

/** The next value, in the smallest step that servers agree on: a millisecond, or one. */
const step = (value: Scalar, by: 1 | -1): Scalar | undefined => {
  if (typeof value === "number") return value + by
  if (typeof value !== "string" || Items.instant(value) === undefined) return undefined
  const time = Math.floor(Date.parse(value)) + by
  return Math.abs(time) < 8e15 ? new Date(time).toISOString() : undefined
}

const range = <Field extends string>(
  kind: "before" | "after",
  field: Field,
  { inclusive }: RangeOptions
): Filter<Field> => {
  const sign = kind === "before" ? 1 : -1
  return {
    kind,
    fields: [field],
    takes: "value",
    nullable: false,
    text: false,
    exact: false,
    points: inclusive === undefined ? { boundary: ["left out", "included"] } : {},
    values: (item) => {
      const value = Items.at(item, field)
      if (!Items.isScalar(value) || order(value, value) === undefined) return []
      // Just beyond the boundary first: that one asks for the item, however the boundary is read.
      return [step(value, sign), value, step(value, sign === 1 ? -1 : 1)].filter((near) => near !== undefined)
    },
    matches: (value, item, meaning) => {
      const sorted = order(Items.at(item, field), value)
      const included = inclusive ?? meaning["boundary"] === "included"
      return sorted !== undefined && (sorted * sign < 0 || (sorted === 0 && included))
    }
  }
}

/** Items whose field, a time or a number, comes before this value. */
export const before = <const Field extends string>(field: Field, options: RangeOptions = {}): Filter<Field> =>
  range("before", field, options)

/** Items whose field, a time or a number, comes after this value. */
export const after = <const Field extends string>(field: Field, options: RangeOptions = {}): Filter<Field> =>
  range("after", field, options)

/** Items whose field, a text, begins with this value. */
export const prefix = <const Field extends string>(
  field: Field,
  options: Pick<EqualsOptions, "case"> = {}
): Filter<Field> => ({
  kind: "prefix",
  fields: [field],
  takes: "value",
  nullable: false,
  text: true,
  exact: isExact(options),
  points: {},
  values: (item) => {
    const text = Items.textAt(item, field)
    if (text === undefined || text === "") return []
    const letters = Array.from(text)
    return [...new Set([text, letters.slice(0, Math.ceil(letters.length / 2)).join("")])]
  },
  matches: (value, item, meaning) => {
    const text = Items.textAt(item, field)
    return typeof value === "string" && text !== undefined &&
      String(canonical(text, options, meaning)).startsWith(String(canonical(value, options, meaning)))
  }
})

/** The options of `limit`. */
export interface LimitOptions {
  /** The largest value that the target takes. 100 by default. */
  readonly max?: number
}

/** At most so many items, of the same list. */
export const limit = ({ max = 100 }: LimitOptions = {}): Filter<never> => ({
  kind: "limit",
  fields: [],
  takes: "value",
  nullable: false,
  text: false,
  exact: false,
  points: {},
  max,
  values: () => [],
  matches: () => true
})

/** What makes a filter that is none of the kinds. */
export interface MakeOptions<Field extends string = string> {
  /** The fields that it looks at. */
  readonly fields: ReadonlyArray<Field>
  /** The values of an item to ask with. */
  readonly values: (item: Item) => ReadonlyArray<Scalar | ReadonlyArray<Scalar>>
  /** Whether an item is one that a value asks for. */
  readonly asks: (value: Value, item: Item) => boolean
  /** Whether its value is a list, a flag, or one value. `"value"` by default. */
  readonly takes?: "value" | "list" | "flag"
  /** Whether near misses of text are to be tried. `false` by default. */
  readonly text?: boolean
}

/** A filter made of two functions. */
export const make = <const Field extends string>(options: MakeOptions<Field>): Filter<Field> => ({
  kind: "custom",
  fields: options.fields,
  takes: options.takes ?? "value",
  nullable: false,
  text: options.text ?? false,
  exact: false,
  points: {},
  values: options.values,
  matches: (value, item) => options.asks(value, item)
})
