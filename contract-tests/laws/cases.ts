/**
 * The questions that the laws put: all that a declaration and the items listed give, by kind.
 *
 * @module
 */
import fc from "fast-check"
import type { Lab } from "../engine/Lab.ts"
import type { Case } from "../engine/Property.ts"
import type { Single } from "../engine/Survey.ts"
import * as Surveys from "../engine/Survey.ts"
import type { Filter } from "../operation/Filter.ts"
import type { Item, Parameters, Value } from "../operation/Item.ts"
import * as NearMisses from "../operation/NearMisses.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"

/** The filters that say which items are asked for. */
export const filtersOf = (
  { operation }: Pick<Lab, "operation">
): ReadonlyArray<readonly [name: string, filter: Filter]> => Operations.selecting(operation)

/** The JSON type of the values of a filter, those in its lists included; `undefined` where no item has any. */
export const typeOf = (filter: Filter, items: ReadonlyArray<Item>): "string" | "number" | "boolean" | undefined => {
  for (const item of items) {
    for (const value of filter.values(item).flat()) {
      const type = typeof value
      if (type === "string" || type === "number" || type === "boolean") return type
    }
  }
}

/** Whether a filter compares its values, and they are text. */
export const isText = (filter: Filter, items: ReadonlyArray<Item>): boolean =>
  filter.text && typeOf(filter, items) === "string"

/** Whether a question can be put in the operation's own method. */
const canAsk = ({ by, lists }: Operation, parameters: Parameters): boolean =>
  by !== "query" || Object.values(parameters).every((value) => Surveys.fitsQuery(value, lists))

/** Whether a question can be put in a query. */
export const fitsQuery = ({ operation: { lists } }: Lab, { value }: Single): boolean => Surveys.fitsQuery(value, lists)

/** The questions of one filter. */
export const singles = ({ singles }: Lab): ReadonlyArray<Case<Single>> =>
  singles.map((value) => ({ stratum: value.kind, value }))

// So many values of one filter are varied: the variants of more show nothing new.
const maxVaried = 100

/** Values that only look like existing ones. */
export const nearMisses = (lab: Lab): ReadonlyArray<Case<Parameters>> =>
  filtersOf(lab).flatMap(([name, filter]) => {
    const existing = lab.singles.filter((single) => single.name === name)
    const varied = existing.filter(({ value }) => filter.text && NearMisses.of(value).length > 0)
    return Surveys.spread(varied, maxVaried).flatMap((single): ReadonlyArray<Case<Parameters>> =>
      NearMisses.of(single.value)
        .map(({ kind, value }) => ({ stratum: `${name}, ${kind}`, value: { [name]: value } }))
        .filter(({ value }) => canAsk(lab.operation, value))
    )
  })

/** The questions of a filter that an item's own values make; `null` where it has none and the filter takes it. */
const own = (filter: Filter, item: Item, takesNull: boolean): ReadonlyArray<Value> => {
  const values = filter.takes === "flag"
    ? [true]
    : filter.values(item).filter((value) => value !== "" && `${value}` !== "")
  return values.length > 0 ? values : filter.nullable && takesNull ? [null] : []
}

/** Two questions of different filters, of which the first finds an item that the second doesn't ask for. */
export interface Pair {
  readonly kept: Single
  readonly dropped: Single
}

// So many items give the values, and each is paired with its own and with so many others'.
const maxItems = 60
const strides = [0, 1, 7, 13]
const maxPairsOfAKind = 12

/** Pairs of which leaving out the second shows: by the two filters, and whether they have an item in common. */
export const pairs = (lab: Lab): ReadonlyArray<Case<Pair>> => {
  const { may, operation, survey: { items }, takesNull } = lab
  const filters = filtersOf(lab)
  const known = new Map<string, Single>()
  const of = (at: number, [name, filter]: readonly [string, Filter]): ReadonlyArray<Single> => {
    const item = items[at % items.length]
    return (item === undefined ? [] : own(filter, item, takesNull))
      .filter((value) => canAsk(operation, { [name]: value }))
      .map((value) => {
        const key = `${name} ${JSON.stringify(value)}`
        const single = known.get(key) ?? Surveys.single(name, value, name, items, may)
        known.set(key, single)
        return single
      })
  }
  const found = new Map<string, Array<Case<Pair>>>()
  const step = Math.max(1, items.length / maxItems)
  for (let at = 0; at < items.length; at += step) {
    for (const stride of strides) {
      for (const first of filters) {
        for (const second of filters) {
          if (first[0] === second[0]) continue
          for (const kept of of(Math.floor(at), first)) {
            for (const dropped of of(Math.floor(at) + stride, second)) {
              const shows = [...kept.matching].some((index) => !dropped.matching.has(index))
              if (!shows) continue
              const common = [...kept.matching].some((index) => dropped.matching.has(index))
              const stratum = `${first[0]} kept, ${second[0]} dropped, ${common ? "overlapping" : "disjoint"}`
              const cases = found.get(stratum) ?? []
              if (cases.length < maxPairsOfAKind) cases.push({ stratum, value: { kept, dropped } })
              found.set(stratum, cases)
            }
          }
        }
      }
    }
  }
  return [...found.values()].flat()
}

/** A pair as it is sent: the position of a filter must not decide whether it counts, so both orders are cases. */
export const ordered = (lab: Lab): ReadonlyArray<Case<Pair & { readonly parameters: Parameters }>> =>
  pairs(lab).flatMap(({ stratum, value }) => {
    const { dropped, kept } = value
    return [
      { stratum: `${stratum}, last`, value: { ...value, parameters: { ...kept.parameters, ...dropped.parameters } } },
      { stratum: `${stratum}, first`, value: { ...value, parameters: { ...dropped.parameters, ...kept.parameters } } }
    ]
  })

/**
 * Three filters and more, all but one of which hold for an item: by the filter that keeps it out, and whether that one
 * stands first or last. Without it, the item would be found.
 */
export const manyButOne = (lab: Lab): ReadonlyArray<Case<Parameters>> => {
  const { items } = lab.survey
  const filters = filtersOf(lab)
  return Surveys.spread(items.map((item, at) => ({ item, at })), maxItems).flatMap(({ at, item }) => {
    const holding = ([name, filter]: readonly [string, Filter]): ReadonlyArray<Parameters> =>
      own(filter, item, false).map((value) => ({ [name]: value }))
        .filter((parameters) => lab.must(parameters, item) && canAsk(lab.operation, parameters)).slice(0, 1)
    return filters.flatMap(([last]): ReadonlyArray<Case<Parameters>> => {
      const keepsOut = lab.singles.find(({ name, parameters }) => name === last && !lab.may(parameters, item))
        ?.parameters
      const others = filters.filter(([name]) => name !== last).flatMap(holding)
      if (keepsOut === undefined) return []
      return others.slice(1).flatMap((_, index) => {
        // Not always the same ones are left out.
        const some = [...others.slice(at % others.length), ...others.slice(0, at % others.length)].slice(0, index + 2)
        return [
          { stratum: `${some.length + 1} filters, ${last} last`, value: Object.assign({}, ...some, keepsOut) },
          { stratum: `${some.length + 1} filters, ${last} first`, value: Object.assign({}, keepsOut, ...some) }
        ]
      })
    })
  })
}

/**
 * Any number of filters, with values of one item, of different ones (contradictory, mostly), and now and then of none.
 */
export const combinations = (
  { operation, survey, takesNull }: Pick<Lab, "operation" | "takesNull"> & {
    readonly survey: { readonly items: ReadonlyArray<Item> }
  }
): fc.Arbitrary<Parameters> => {
  const { items } = survey
  const filters = Operations.selecting(operation).map(([name, filter]) => ({
    name,
    filter,
    text: isText(filter, items)
  }))
  const place = fc.nat(Math.max(0, items.length - 1))
  return fc.record({
    chosen: fc.subarray([...filters.keys()]),
    own: place,
    others: fc.array(place, { minLength: filters.length, maxLength: filters.length }),
    same: fc.boolean(),
    which: fc.nat(2),
    flag: fc.boolean(),
    stray: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: strays })
  }).map(({ chosen, flag, others, own: one, same, stray, which }): Parameters =>
    Object.fromEntries(chosen.flatMap((at): ReadonlyArray<readonly [string, Value]> => {
      const chosen = filters[at]
      if (chosen === undefined) return []
      const { filter, name, text } = chosen
      if (filter.takes === "flag") return [[name, flag]]
      const item = items[same ? one : others[at] ?? 0]
      const values = item === undefined ? [] : own(filter, item, takesNull)
      const value = stray !== undefined && text
        ? (filter.takes === "list" ? [stray] : stray)
        : values[which % Math.max(1, values.length)]
      return value === undefined || !canAsk(operation, { [name]: value }) ? [] : [[name, value]]
    }))
  )
}

const strays = fc.oneof(fc.uuid(), fc.string({ minLength: 1, unit: "grapheme" }))

/** Requests that are right: no filter, each filter with a value that exists, flags of `false`, and two of one item. */
export const good = (lab: Lab): ReadonlyArray<Case<Parameters>> => {
  const filters = filtersOf(lab)
  const textOf = (item: Item): ReadonlyArray<Parameters> =>
    filters.filter(([, filter]) => filter.takes !== "flag")
      .flatMap(([name, filter]) => own(filter, item, false).slice(0, 1).map((value) => ({ [name]: value })))
      .filter((parameters) => canAsk(lab.operation, parameters))
  return [
    { stratum: "{}", value: {} },
    ...singles(lab).map(({ stratum, value }) => ({ stratum, value: value.parameters })),
    ...filters.flatMap(([name, { takes }]): ReadonlyArray<Case<Parameters>> =>
      takes === "flag" ? [{ stratum: `${name} false`, value: { [name]: false } }] : []
    ),
    ...lab.survey.items.slice(0, 40).flatMap((item, index): ReadonlyArray<Case<Parameters>> => {
      const [first, ...others] = textOf(item)
      const second = others[index % Math.max(1, others.length)]
      return first === undefined || second === undefined ? [] : [{ stratum: "two", value: { ...first, ...second } }]
    })
  ]
}

/** A question that finds something, to put beside what is wrong: as many as two filters of one item. */
export const example = (lab: Lab): Parameters => {
  const both = good(lab).find(({ stratum }) => stratum === "two")
  return (both ?? singles(lab).map(({ value }) => ({ value: value.parameters }))[0])?.value ?? {}
}
