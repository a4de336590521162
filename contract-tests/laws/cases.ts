/**
 * The questions that the laws put: all that a declaration and the items listed give, by kind.
 *
 * @module
 */
import fc from "fast-check"
import type { Ask } from "../engine/Ask.ts"
import { nearMiss } from "../engine/Ask.ts"
import type { Lab } from "../engine/Lab.ts"
import * as Points from "../engine/Point.ts"
import type { Case } from "../engine/Property.ts"
import * as Sets from "../engine/Sets.ts"
import type { Single } from "../engine/Survey.ts"
import * as Surveys from "../engine/Survey.ts"
import type { Filter } from "../operation/Filter.ts"
import type { Item, Parameters, Value } from "../operation/Item.ts"
import * as NearMisses from "../operation/NearMisses.ts"
import type { Method, Operation } from "../operation/Operation.ts"
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

/** Whether a question can be put by a method: `null` in a query only where the target is known to take it. */
const canAskBy = ({ operation: { by, lists } }: Lab, method: Method, parameters: Parameters): boolean =>
  method === "POST" ||
  Object.values(parameters).every((value) => Surveys.fitsQuery(value, lists) && (value !== null || by === "query"))

/** Questions by every method that the target has. */
export const byMethod = (lab: Lab, cases: ReadonlyArray<Case<Parameters>>): ReadonlyArray<Case<Ask>> =>
  cases.flatMap(({ stratum, value }) =>
    lab.methods.flatMap((method): ReadonlyArray<Case<Ask>> =>
      canAskBy(lab, method, value)
        ? [{ stratum: named(lab, stratum, method), value: lab.asks.by(method, value) }]
        : []
    )
  )

/** The same of questions that fast-check generates. */
export const anyMethod = (lab: Lab, parameters: fc.Arbitrary<Parameters>): fc.Arbitrary<Ask> =>
  fc.tuple(parameters, fc.constantFrom(...lab.methods)).map(([parameters, method]) =>
    canAskBy(lab, method, parameters) ? lab.asks.by(method, parameters) : lab.asks.list(parameters)
  )

const named = ({ methods }: Lab, stratum: string, method: Method): string =>
  methods.length === 1 ? stratum : `${stratum}, ${method}`

/** Whether an answer that leaves the filters out would show. */
export const isTelling = ({ may, survey: { items } }: Lab, { method, parameters = {} }: Ask): boolean =>
  items.some((item) => !may(parameters, item, method === "GET" ? "GET" : "POST"))

/** The questions of one filter. */
export const singles = ({ singles }: Lab): ReadonlyArray<Case<Single>> =>
  singles.map((value) => ({ stratum: value.kind, value }))

// So many values of each kind are varied: the variants of more show nothing new.
const maxVaried = 5

/** Values that only look like existing ones: by the filter, the near miss and the kind of value, each pair that there is. */
export const nearMisses = (lab: Lab): ReadonlyArray<Case<Ask>> =>
  filtersOf(lab).filter(([, { text }]) => text).flatMap(([name]) => {
    const kinds = new Map<string, Array<Value>>()
    for (const single of lab.singles) {
      if (single.name !== name) continue
      const kind = NearMisses.kindOf(single.value)
      const values = kinds.get(kind) ?? []
      if (values.length < maxVaried) values.push(single.value)
      kinds.set(kind, values)
    }
    const pairs = new Map<string, Map<string, Array<Value>>>()
    for (const [kind, values] of kinds) {
      for (const { kind: miss, value } of values.flatMap(NearMisses.of)) {
        const ofMiss = pairs.get(miss) ?? new Map<string, Array<Value>>()
        ofMiss.set(kind, [...ofMiss.get(kind) ?? [], value])
        pairs.set(miss, ofMiss)
      }
    }
    return [...pairs].flatMap(([miss, ofMiss]) =>
      [...ofMiss].flatMap(([kind, values], at) => {
        // Every near miss by every method, every pair by one of them.
        const methods = ofMiss.size > 1
          ? lab.methods.filter((_, index) => index === at % lab.methods.length)
          : lab.methods
        return methods.flatMap((method) =>
          values.flatMap((value): ReadonlyArray<Case<Ask>> => {
            const parameters = { [name]: value }
            return canAskBy(lab, method, parameters)
              ? [{
                stratum: named(lab, `${name}, ${miss}, ${kind}`, method),
                value: lab.asks.by(method, parameters, { [nearMiss]: { kind: miss, of: kind } })
              }]
              : []
          })
        )
      })
    )
  })

// A filter's value may end up in a log, and a secret must not.
const secret = /token|secret|password|passwd|credential|api_?key/i

const maxElsewhere = 3

/** The values of every text field of the items, by the field. */
const textsByField = (items: ReadonlyArray<Item>): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>()
  const visit = (value: unknown, path: string, depth: number): void => {
    if (depth > 4 || secret.test(path)) return
    if (typeof value === "string") {
      const texts = found.get(path) ?? new Set()
      if (value !== "" && value.length <= 300 && texts.size < maxElsewhere) texts.add(value)
      found.set(path, texts)
    } else if (Array.isArray(value)) { for (const one of value.slice(0, 3)) visit(one, path, depth + 1) }
    else if (typeof value === "object" && value !== null && depth < 3) {
      for (const [name, inner] of Object.entries(value)) visit(inner, path === "" ? name : `${path}.${name}`, depth + 1)
    }
  }
  for (const item of items.slice(0, 200)) visit(item, "", 0)
  return found
}

/** Each filter of text with the values of every other field: what finds an item by them looks where it shouldn't. */
export const fromElsewhere = (lab: Lab): ReadonlyArray<Case<Ask>> => {
  const texts = textsByField(lab.survey.items)
  return byMethod(
    lab,
    filtersOf(lab).filter(([, filter]) => isText(filter, lab.survey.items)).flatMap(([name, { fields, takes }]) => {
      const of = (stratum: string) => (value: string): Case<Parameters> => ({
        stratum: `${name}, ${stratum}`,
        value: { [name]: takes === "list" ? [value] : value }
      })
      return [
        ...[...texts].filter(([field]) => !fields.includes(field))
          .flatMap(([field, values]) => [...values].map(of(field))),
        ...NearMisses.words.flatMap((word) => [word].map(of(`"${word}"`)))
      ]
    })
  )
}

/** The questions of a filter that an item's own values make; `null` where it has none and the filter takes it. */
const own = (filter: Filter, item: Item, takesNull: boolean): ReadonlyArray<Value> => {
  const values = filter.takes === "flag"
    ? [true]
    : filter.values(item).filter((value) => value !== "" && `${value}` !== "")
  return values.length > 0 ? values : filter.nullable && takesNull ? [null] : []
}

/** The filters of one item together: each two of them, and all. */
export const together = (
  { operation, takesNull }: Lab,
  items: ReadonlyArray<Item>
): ReadonlyArray<Case<Parameters>> =>
  items.flatMap((item) => {
    const values = filtersOf({ operation }).flatMap(([name, filter]) =>
      own(filter, item, takesNull).map((value): Parameters => ({ [name]: value }))
        .filter((parameters) => canAsk(operation, parameters)).slice(0, 1)
    )
    return [
      ...values.flatMap((one, at) => values.slice(at + 1).map((other) => ({ ...one, ...other }))),
      Object.assign({}, ...values)
    ].map((value): Case<Parameters> => ({ stratum: Object.keys(value).join(" and "), value }))
  })

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
const pairs = (lab: Lab): ReadonlyArray<Case<Pair>> => {
  const { may, operation, survey: { index: all, items }, takesNull } = lab
  const filters = filtersOf(lab)
  const known = new Map<string, Single>()
  const singlesAt = (at: number): ReadonlyArray<readonly [name: string, singles: ReadonlyArray<Single>]> =>
    filters.map(([name, filter]) => {
      const item = items[at % items.length]
      const values = item === undefined ? [] : own(filter, item, takesNull)
      const singles = values.filter((value) => canAsk(operation, { [name]: value })).map((value) => {
        const key = `${name} ${JSON.stringify(value)}`
        const single = known.get(key) ?? Surveys.single(name, value, name, all, may)
        known.set(key, single)
        return single
      })
      return [name, singles]
    })
  const found = new Map<string, Array<Case<Pair>>>()
  const casesOf = (stratum: string) => {
    const cases = found.get(stratum) ?? []
    found.set(stratum, cases)
    return {
      isFull: () => cases.length >= maxPairsOfAKind,
      add: (value: Pair) => void cases.push({ stratum, value })
    }
  }
  for (const index of Surveys.spread([...items.keys()], maxItems)) {
    const ofFirst = singlesAt(index)
    for (const stride of strides) {
      const ofSecond = singlesAt(index + stride)
      for (const [first, keeping] of ofFirst) {
        for (const [second, dropping] of ofSecond) {
          if (first === second) continue
          const kinds = `${first} kept, ${second} dropped`
          const [disjoint, overlapping] = [casesOf(`${kinds}, disjoint`), casesOf(`${kinds}, overlapping`)]
          if (disjoint.isFull() && overlapping.isFull()) continue
          for (const kept of keeping) {
            for (const dropped of dropping) {
              if (Sets.isWithin(kept.matching, dropped.matching)) continue
              const cases = Sets.isDisjoint(kept.matching, dropped.matching) ? disjoint : overlapping
              if (!cases.isFull()) cases.add({ kept, dropped })
            }
          }
        }
      }
    }
  }
  return [...found.values()].flat()
}

/** A pair as it is sent. */
export interface SentPair {
  /** Both filters. */
  readonly ask: Ask
  /** The same in the other order. */
  readonly reversed: Ask
  /** The second of them alone: the one that leaves out items that the first finds. */
  readonly wider: Ask
  /** Whether leaving the second out would show. */
  readonly isTelling: boolean
}

// Several laws are about the same pairs.
const orderedOf = new WeakMap<Lab, ReadonlyArray<Case<SentPair>>>()

/** Pairs as they are sent: the position of a filter must not decide whether it counts, so both orders are cases. */
export const ordered = (lab: Lab): ReadonlyArray<Case<SentPair>> => {
  const known = orderedOf.get(lab) ?? makeOrdered(lab)
  orderedOf.set(lab, known)
  return known
}

const makeOrdered = (lab: Lab): ReadonlyArray<Case<SentPair>> => {
  const { asks, may, operation, readings, survey: { index } } = lab
  // Where a target leaves one of two contradicting filters out, nothing follows from the other one.
  const loose = Points.contradictions(operation).filter(({ point }) => readings[point] === Points.oneIgnored)
  const isLoose = (one: string, other: string): boolean =>
    loose.some(({ names }) => names.includes(one) && names.includes(other))
  return pairs(lab).flatMap(({ stratum, value: { dropped, kept } }) => {
    if (isLoose(dropped.name, kept.name)) return []
    const last = { ...kept.parameters, ...dropped.parameters }
    const first = { ...dropped.parameters, ...kept.parameters }
    const isTelling = index.candidates(kept.parameters).some((item) =>
      may(kept.parameters, item) && !may(dropped.parameters, item)
    )
    return lab.methods.filter((method) => canAskBy(lab, method, last)).flatMap(
      (method): ReadonlyArray<Case<SentPair>> => {
        const [ask, reversed] = [asks.by(method, last), asks.by(method, first)]
        const common = { wider: asks.by(method, dropped.parameters), isTelling }
        return [
          { stratum: named(lab, `${stratum}, last`, method), value: { ask, reversed, ...common } },
          { stratum: named(lab, `${stratum}, first`, method), value: { ask: reversed, reversed: ask, ...common } }
        ]
      }
    )
  })
}

/**
 * Three filters and more, all but one of which hold for an item: by the filter that keeps it out, and whether that one
 * stands first or last. Without it, the item would be found.
 */
export const manyButOne = (lab: Lab): ReadonlyArray<Case<Ask>> => {
  const { items } = lab.survey
  const filters = filtersOf(lab)
  const cases = Surveys.spread(items.map((item, at) => ({ item, at })), maxItems).flatMap(({ at, item }) => {
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
  return byMethod(lab, cases)
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

/** Questions that are right: no filter, each filter with a value that exists, flags of `false`, and two of one item. */
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

/** The same by every method. */
export const questions = (lab: Lab): ReadonlyArray<Case<Ask>> => byMethod(lab, good(lab))

/** A question that finds something, to put beside what is wrong: as many as two filters of one item. */
export const example = (lab: Lab): Parameters => {
  const both = good(lab).find(({ stratum }) => stratum === "two")
  return (both ?? singles(lab).map(({ value }) => ({ value: value.parameters }))[0])?.value ?? {}
}
