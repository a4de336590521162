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
  const places: Index["places"] = (parameters) => {
    // Where a filter contradicts another one, a target may leave it out.
    const ignored = contradictions.flatMap(({ names }) => names.every((name) => name in parameters) ? names : [])
    let fewest = all
    for (const [name, value] of Object.entries(parameters)) {
      const filter = filters.get(name)
      if (filter === undefined || !comparing.includes(filter.kind) || ignored.includes(name)) continue
      const index = indexOf(name, filter)
      const found = keysOf(value)?.map((key) => index.get(key) ?? [])
      if (found === undefined || found.reduce((sum, { length }) => sum + length, 0) >= fewest.length) continue
      fewest = [...new Set(found.flat())].sort((a, b) => a - b)
    }
    return fewest
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
