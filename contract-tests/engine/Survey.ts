/**
 * What is there to draw from: the items that a target lists, and the questions that their values make. A value that
 * exists nowhere can't tell a right answer from a wrong one.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Filter } from "../operation/Filter.ts"
import type { Item, Parameters, Value } from "../operation/Item.ts"
import * as Items from "../operation/Item.ts"
import * as NearMisses from "../operation/NearMisses.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import type { Asks } from "./Ask.ts"
import type { Index } from "./Index.ts"
import * as Indexes from "./Index.ts"
import type { Answer, NoAnswer, Probe } from "./Probe.ts"
import type { Places } from "./Sets.ts"
import * as Sets from "./Sets.ts"

/** A question of one filter, made from a value that exists. */
export interface Single {
  /** The name of the filter. */
  readonly name: string
  readonly value: Value
  readonly parameters: Parameters
  /** What kind of value it is: see {@link NearMisses.kindOf}. */
  readonly kind: string
  /** The places of the items that it may find. */
  readonly matching: Places
  /** What tells it apart: the parameters. */
  readonly toJSON: () => Parameters
}

/** What was found. */
export interface Survey {
  /** The answer to the question for everything. */
  readonly answer: Answer
  /** The answer to the same question, asked once more. */
  readonly repeated: Answer
  /** Every item once, in an order of our own. */
  readonly items: ReadonlyArray<Item>
  /** The same, by the values of the filters. */
  readonly index: Index
  /** Characters of an item as JSON, on average: how much an answer holds is told by how many items it has. */
  readonly itemSize: number
  /** What the other tenant's credential lists. */
  readonly others: ReadonlyArray<Item>
  /** The fields that change by themselves: those declared, and those seen to. */
  readonly volatile: ReadonlySet<string>
}

// A target may have any number of items. Beyond this many values of a filter, more of them show nothing new.
const maxValues = 2_000

// Servers bound the length of a URL; 8,000 octets is what RFC 9110 section 4.1 asks them for.
const maxQuery = 2_000

/** Whether a value can be written in a query so that it is read as what it is. */
export const fitsQuery = (value: Value, lists: Operation["lists"]): boolean => {
  const text = `${value}`
  if (!text.isWellFormed() || encodeURIComponent(text).length > maxQuery) return false
  if (!Array.isArray(value)) return true
  // An empty list is no parameter at all, and with commas a comma in a value parts it.
  return value.length > 0 && (lists !== "commas" || value.every((one) => !`${one}`.includes(",")))
}

const byLength = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)

/** At most so many of some values, spread over all of them. */
export const spread = <A>(values: ReadonlyArray<A>, most: number): ReadonlyArray<A> => {
  const step = Math.max(1, values.length / most)
  return Array.from({ length: Math.min(values.length, most) }, (_, at) => values[Math.floor(at * step)])
    .filter((value) => value !== undefined)
}

interface Found {
  readonly value: Value
  kind: string
}

/** How the time or number of a range is written: what compares texts stumbles over fractions, offsets, digits and signs. */
const formOf = ({ fields }: Filter, item: Item): string =>
  fields.map((field) => {
    const value = Items.at(item, field)
    return (typeof value === "string" ? value.slice(19) : `${value}`).replace(/\d/g, "0")
  }).join()

/** The values of a filter in some items, simplest first. */
const valuesOf = (filter: Filter, items: ReadonlyArray<Item>): ReadonlyArray<Found> => {
  const found = new Map<string, Found>()
  const several = filter.kind === "member" || filter.kind === "anyOf"
  for (const item of items) {
    filter.values(item).forEach((value, place) => {
      const key = JSON.stringify(value)
      // An empty string is no filter, whatever an item holds.
      if (key === "\"\"" || key === "[\"\"]") return
      const kind = several
        ? place === 0 ? "first" : "further"
        : filter.kind === "prefix"
        ? `${place}`
        : filter.kind === "before" || filter.kind === "after"
        ? `${place}, ${formOf(filter, item)}`
        : NearMisses.kindOf(value)
      const known = found.get(key)
      if (known === undefined) found.set(key, { value, kind })
      else if (kind === "further") known.kind = kind
    })
  }
  return sample([...found].sort(([a], [b]) => byLength(a, b)).map(([, entry]) => entry))
}

/** As many values as are asked with: where there are more, as many of each kind as there is room for. */
const sample = (values: ReadonlyArray<Found>): ReadonlyArray<Found> => {
  if (values.length <= maxValues) return values
  const byKind = new Map<string, Array<Found>>()
  for (const value of values) {
    const same = byKind.get(value.kind)
    if (same === undefined) byKind.set(value.kind, [value])
    else same.push(value)
  }
  const kinds = [...byKind.values()].sort((a, b) => a.length - b.length)
  let room = maxValues
  const chosen = new Set(kinds.flatMap((kind, at) => {
    const some = spread(kind, Math.floor(room / (kinds.length - at)))
    room -= some.length
    return some
  }))
  return values.filter((value) => chosen.has(value))
}

// How long a list is asked with, and how many such lists.
const maxList = 20
const maxLists = 50

const withLists = (values: ReadonlyArray<Found>): ReadonlyArray<Found> => {
  const all = values.flatMap(({ value }) => Array.isArray(value) ? value : [])
  const pairs = all.slice(1, maxLists).map((value, at): Found => ({ value: [value, all[at] ?? value], kind: "two" }))
  return [...values, ...pairs, ...(all.length > 2 ? [{ value: spread(all, maxList), kind: "many" }] : [])]
}

/**
 * The questions of one filter that the values of some items make, simplest first. `may` says whether an item may be in the
 * answer.
 */
export const singlesOf = (
  operation: Operation,
  index: Index,
  may: (parameters: Parameters, item: Item) => boolean,
  takesNull: boolean = false
): ReadonlyArray<Single> =>
  Operations.selecting(operation).flatMap(([name, filter]) => {
    const values = valuesOf(filter, index.items)
    const all = filter.takes === "flag"
      ? [{ value: true, kind: "true" }]
      : filter.takes === "list"
      ? withLists(values)
      : [...values, ...(filter.nullable && takesNull ? [{ value: null, kind: "null" }] : [])]
    return all
      .filter(({ value }) => operation.by !== "query" || fitsQuery(value, operation.lists))
      .map(({ kind, value }): Single => single(name, value, `${name}, ${kind}`, index, may))
  })

/** A question of one filter. Which items it finds is worked out when it is asked for. */
export const single = (
  name: string,
  value: Value,
  kind: string,
  { items, places }: Index,
  may: (parameters: Parameters, item: Item) => boolean
): Single => {
  const parameters = { [name]: value }
  let matching: Places | undefined
  return {
    name,
    value,
    parameters,
    kind,
    get matching() {
      return matching ??= Sets.places(places(parameters).filter((place) => may(parameters, items[place] ?? {})))
    },
    // Which items it finds is no part of the question.
    toJSON: () => parameters
  }
}

// So many items show how large they are.
const maxMeasured = 200

const averageSize = (items: ReadonlyArray<Item>): number =>
  items.reduce((sum, item) => sum + JSON.stringify(item).length, 0) / Math.max(1, items.length)

// How much of what is asked over and over may be answered with everything, in characters of all answers together.
const maxAnswered = 250e6
const fewest = 10

/** How many of so many questions are put that everything may be the answer to: fewer, where that is large. */
export const affordable = ({ itemSize, items }: Pick<Survey, "itemSize" | "items">, questions: number): number =>
  Math.min(questions, Math.max(fewest, Math.floor(maxAnswered / Math.max(1, itemSize * items.length))))

/** Every item once, in an order that doesn't depend on the target's. */
export const canonical = (operation: Operation, items: Iterable<Item>): ReadonlyArray<Item> =>
  [...new Map(Array.from(items, (item) => [Operations.idOf(operation, item) ?? "", item]))]
    .sort(([a], [b]) => byLength(a, b)).map(([, item]) => item)

const sorted = (values: ReadonlyArray<unknown>): string =>
  JSON.stringify(values.map((value) => JSON.stringify(value)).sort())

// The order of the values in a field is seldom promised: databases gather them as they come.
const sameValue = (a: unknown, b: unknown): boolean =>
  a === b || (Array.isArray(a) && Array.isArray(b)
    ? a.length === b.length && (a.every((value, at) => sameValue(value, b[at])) || sorted(a) === sorted(b))
    : Items.isItem(a) && Items.isItem(b) && Object.keys(a).length === Object.keys(b).length &&
      Object.entries(a).every(([name, value]) => Object.hasOwn(b, name) && sameValue(value, b[name])))

/** The fields in which two items differ. */
export const differingFields = (a: Item, b: Item): ReadonlyArray<string> =>
  a === b
    ? []
    : [...new Set([...Object.keys(a), ...Object.keys(b)])]
      .filter((name) => Object.hasOwn(a, name) !== Object.hasOwn(b, name) || !sameValue(a[name], b[name]))

/**
 * The fields that differ in most items between two lists that nothing lies between: what somebody has just changed is a few
 * items' concern. Those that a filter looks at are never among them.
 */
const changing = (
  operation: Operation,
  first: ReadonlyArray<Item>,
  second: ReadonlyArray<Item>
): ReadonlyArray<string> => {
  const known = new Map(first.map((item) => [Operations.idOf(operation, item), item]))
  const fixed = new Set([
    operation.id,
    ...(operation.tenant === undefined ? [] : [operation.tenant]),
    ...Object.values(operation.filters).flatMap(({ fields }) => fields)
  ].map((path) => path.split(".")[0]))
  const counts = new Map<string, number>()
  let common = 0
  for (const item of second) {
    const before = known.get(Operations.idOf(operation, item))
    if (before === undefined) continue
    common++
    for (const field of differingFields(before, item)) counts.set(field, (counts.get(field) ?? 0) + 1)
  }
  return [...counts].flatMap(([field, count]) => count * 2 > common && !fixed.has(field) ? [field] : []).sort()
}

/** Lists what there is, twice. */
export const make = Effect.fnUntraced(
  function*(probe: Probe, asks: Asks, answer: Answer): Effect.fn.Return<Survey, NoAnswer> {
    const { operation, other } = probe.target
    const repeated = yield* probe.again(asks.list({}))
    const others = other === undefined
      ? []
      : (yield* probe.ask(asks.list({}, { authorization: asks.authorizations.other }))).items ?? []
    const items = canonical(operation, answer.items ?? [])
    return {
      answer,
      repeated,
      items,
      index: Indexes.make(operation, items),
      itemSize: averageSize(spread(items, maxMeasured)),
      others: canonical(operation, others),
      volatile: new Set([...operation.volatile, ...changing(operation, answer.items ?? [], repeated.items ?? [])])
    }
  }
)
