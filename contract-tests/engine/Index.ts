/**
 * Which items of a list a question may be about, found by its values: with many items and many questions, looking at each item
 * for each question is what takes time.
 *
 * An index only leaves out what no reading of a question finds. Whether an item is found, the filters say.
 *
 * @module
 */
import type { Filter } from "../operation/Filter.ts"
import type { Item, Parameters, Scalar, Value } from "../operation/Item.ts"
import * as Items from "../operation/Item.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import * as Points from "./Point.ts"

/** Items, and the way to those that a question may find. */
export interface Index {
  readonly items: ReadonlyArray<Item>
  /** The places of the items that a question may find, in their order, and perhaps of some others. */
  readonly places: (parameters: Parameters) => ReadonlyArray<number>
  /** The items at these places. */
  readonly candidates: (parameters: Parameters) => ReadonlyArray<Item>
}

const comparing: ReadonlyArray<Filter["kind"]> = ["equals", "member", "anyOf", "oneOf"]

/** What is the same for two values wherever any comparison takes them for the same: whatever the case, or the form of a UUID. */
const folded = (value: Scalar): string => `${value}`.toLowerCase().replace(/^urn:uuid:|[{}-]/g, "")

const timeOf = (value: Scalar): ReadonlyArray<string> => {
  const time = typeof value === "string" && /^\d{4}-/.test(value) ? Items.instant(value) : undefined
  return time === undefined ? [] : [`@${time}`]
}

/** The keys under which the items that a value finds are; `undefined` where they may be anywhere. */
const keysOf = (value: Value): ReadonlyArray<string> | undefined => {
  const values: ReadonlyArray<unknown> = Array.isArray(value) ? value : [value]
  const asked = values.filter(Items.isScalar)
  // What is nothing, or spells it, asks for everything or for the items without a value.
  const isNothing = (one: Scalar): boolean => ["", "null"].includes(`${one}`.trim())
  if (asked.length === 0 || asked.length < values.length || asked.some(isNothing)) return undefined
  return asked.flatMap((one) => {
    const text = `${one}`
    return [one, Number(text), ...(Array.isArray(value) ? text.split(",") : [])].map(folded).concat(timeOf(one))
  })
}

/** The place of a time or a number among those of its kind. Where it is rounded, none changes places with another. */
const rankOf = (value: unknown): number => {
  const time = typeof value === "string" ? Items.instant(value) : undefined
  return time !== undefined ? Number(time) : typeof value === "number" ? value : NaN
}

/** The ranks that a boundary may have: in a query a number is text. */
const ranksOf = (value: Value): ReadonlyArray<number> =>
  Array.isArray(value) || `${value}`.trim() === ""
    ? []
    : [rankOf(value), Number(value)].filter((rank) => !Number.isNaN(rank))

/** Makes an index. What it holds of a filter is worked out when that is first asked for. */
export const make = (operation: Operation, items: ReadonlyArray<Item>): Index => {
  const all = [...items.keys()]
  const filters = new Map(Operations.selecting(operation))
  const contradictions = Points.contradictions(operation)
  const known = new Map<string, ReadonlyMap<string, ReadonlyArray<number>>>()
  const indexOf = (name: string, { fields }: Filter): ReadonlyMap<string, ReadonlyArray<number>> => {
    const existing = known.get(name)
    if (existing !== undefined) return existing
    const found = new Map<string, Array<number>>()
    for (const [place, item] of items.entries()) {
      const values = fields.flatMap((field) => Items.scalarsAt(item, field))
      for (const key of new Set(values.flatMap((value) => [folded(value), ...timeOf(value)]))) {
        const places = found.get(key)
        if (places === undefined) found.set(key, [place])
        else places.push(place)
      }
    }
    known.set(name, found)
    return found
  }
  const ranks = new Map<string, Float64Array>()
  const ranksIn = (field: string): Float64Array => {
    const existing = ranks.get(field)
    if (existing !== undefined) return existing
    const found = Float64Array.from(items, (item) => rankOf(Items.at(item, field)))
    ranks.set(field, found)
    return found
  }
  /** The places that a filter leaves of some, for all that is known of it. */
  const within = (filter: Filter, name: string, value: Value, some: ReadonlyArray<number>): ReadonlyArray<number> => {
    const [field = ""] = filter.fields
    if (filter.kind === "before" || filter.kind === "after") {
      const bounds = ranksOf(value)
      if (bounds.length === 0) return some
      const own = ranksIn(field)
      const least = bounds.reduce((least, bound) => Math.min(least, bound), Infinity)
      const most = bounds.reduce((most, bound) => Math.max(most, bound), -Infinity)
      return filter.kind === "before"
        ? some.filter((place) => (own[place] ?? NaN) <= most)
        : some.filter((place) => (own[place] ?? NaN) >= least)
    }
    const index = comparing.includes(filter.kind) ? indexOf(name, filter) : undefined
    const found = index && keysOf(value)?.map((key) => index.get(key) ?? [])
    return found === undefined || found.reduce((sum, { length }) => sum + length, 0) >= some.length
      ? some
      : [...new Set(found.flat())].sort((a, b) => a - b)
  }
  const places: Index["places"] = (parameters) => {
    // Where a filter contradicts another one, a target may leave it out.
    const ignored = contradictions.flatMap(({ names }) => names.every((name) => name in parameters) ? names : [])
    return Object.entries(parameters).reduce<ReadonlyArray<number>>((some, [name, value]) => {
      const filter = filters.get(name)
      return filter === undefined || ignored.includes(name) ? some : within(filter, name, value, some)
    }, all)
  }
  return {
    items,
    places,
    candidates: (parameters) => {
      const found = places(parameters)
      return found === all ? items : found.map((place) => items[place] ?? {})
    }
  }
}
