/**
 * The laws of several filters together.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Arbitraries from "../Arbitraries.ts"
import * as Ask from "../Ask.ts"
import type { Lab } from "../Lab.ts"
import { blame, differing, judge, named } from "../Lab.ts"
import type { Item, Property } from "../Property.ts"
import { drawn, generated, held, toothless } from "../Property.ts"
import type { Filter, Parameter } from "../Session.ts"
import * as Sessions from "../Session.ts"
import type { Single } from "../Survey.ts"
import { valuesOf } from "../Survey.ts"

/** Two filters of different parameters, of which the first finds a session that the second doesn't ask for. */
interface Pair {
  readonly kept: Single
  readonly dropped: Single
}

// So many sessions give the values, and each is paired with its own and with so many others'.
const maxSessions = 60
const strides = [0, 1, 7, 13]
const maxPairsOfAKind = 12

/** Pairs of which leaving out the second shows: by the two parameters, and whether they have a session in common. */
const pairs = ({ survey: { sessions, singles } }: Lab): ReadonlyArray<Item<Pair>> => {
  const index = new Map<Parameter, Map<Single["value"], Single>>()
  for (const single of singles) {
    const values = index.get(single.parameter) ?? new Map<Single["value"], Single>()
    index.set(single.parameter, values.set(single.value, single))
  }
  const of = (at: number, parameter: Parameter): ReadonlyArray<Single> => {
    const session = sessions[at % sessions.length]
    const values: ReadonlyArray<Single["value"]> = session === undefined
      ? []
      : parameter === "without_user_identifier_key"
      ? [true]
      : valuesOf(session, parameter)
    return (values.length > 0 ? values : [null]).flatMap((value) => index.get(parameter)?.get(value) ?? [])
  }
  const found = new Map<string, Array<Item<Pair>>>()
  const step = Math.max(1, sessions.length / maxSessions)
  for (let at = 0; at < sessions.length; at += step) {
    for (const stride of strides) {
      for (const first of Sessions.parameters) {
        for (const second of Sessions.parameters) {
          if (first === second) continue
          for (const kept of of(Math.floor(at), first)) {
            for (const dropped of of(Math.floor(at) + stride, second)) {
              const shows = [...kept.matching].some((index) => !dropped.matching.has(index))
              if (!shows) continue
              const common = [...kept.matching].some((index) => dropped.matching.has(index))
              const stratum = `${first} kept, ${second} dropped, ${common ? "overlapping" : "disjoint"}`
              const items = found.get(stratum) ?? []
              if (items.length < maxPairsOfAKind) items.push({ stratum, value: { kept, dropped } })
              found.set(stratum, items)
            }
          }
        }
      }
    }
  }
  return [...found.values()].flat()
}

// The position of a filter in the body must not decide whether it counts: both orders are cases.
const ordered = (lab: Lab): ReadonlyArray<Item<Pair & { readonly filter: Filter }>> =>
  pairs(lab).flatMap(({ stratum, value }) => [
    { stratum: `${stratum}, last`, value: { ...value, filter: { ...value.kept.filter, ...value.dropped.filter } } },
    { stratum: `${stratum}, first`, value: { ...value, filter: { ...value.dropped.filter, ...value.kept.filter } } }
  ])

/**
 * Three filters and more, all but one of which hold for a session: by the parameter that keeps it out, and whether that
 * one stands first or last. Without it, the session would be found.
 */
const manyButOne = (lab: Lab): ReadonlyArray<Item<Filter>> => {
  const { sessions, singles } = lab.survey
  const step = Math.max(1, sessions.length / maxSessions)
  return Array.from({ length: Math.min(sessions.length, maxSessions) }, (_, at) => Math.floor(at * step)).flatMap(
    (at) => {
      const session = sessions[at]
      if (session === undefined) return []
      const holding = (parameter: Parameter): ReadonlyArray<Filter> => {
        const [value] = parameter === "without_user_identifier_key"
          ? session.user_identifier_key === null ? [true] : []
          : valuesOf(session, parameter)
        return value === undefined || value === "" ? [] : [Sessions.single(parameter, value)]
      }
      return Sessions.parameters.flatMap((last): ReadonlyArray<Item<Filter>> => {
        const keepsOut = singles.find(({ filter, parameter }) => parameter === last && !lab.may(filter, session))
          ?.filter
        const others = Sessions.parameters.filter((parameter) => parameter !== last).flatMap(holding)
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
    }
  )
}

/** Filters given together must all hold. */
export const conjunction = (lab: Lab): ReadonlyArray<Property> => {
  const law = "With several filters given, the sessions in the answer are exactly those for which all of them hold."
  return [
    drawn("pairs", law, ordered(lab), ({ dropped, filter, kept }) =>
      judge(
        lab,
        Ask.list(filter),
        filter,
        "both",
        lab.survey.sessions.some((session) => lab.may(kept.filter, session) && !lab.may(dropped.filter, session))
      )),
    drawn("many-but-one", law, manyButOne(lab), (filter) => judge(lab, Ask.list(filter), filter, "both", true)),
    generated("combinations", law, Arbitraries.filter(lab.survey.sessions, lab.takesNull), (filter) => {
      const names = Object.keys(filter)
      // Something can only go wrong if leaving a filter out would show.
      const matching = (of: Filter) => lab.survey.sessions.filter((session) => lab.may(of, session)).length
      const together = matching(filter)
      const bites = names.length > 1 && Object.entries(filter).some(([name, value]) => {
        const { [name]: _, ...rest }: { [name: string]: unknown } = { ...filter }
        return value !== false && matching(rest) !== together
      })
      return judge(lab, Ask.list(filter), filter, "both", bites)
    })
  ]
}

/** A further filter never adds a session. */
export const monotonicity = (lab: Lab): ReadonlyArray<Property> => [
  drawn(
    "pairs",
    "A further filter never adds a session to the answer.",
    ordered(lab),
    Effect.fnUntraced(function*({ filter, kept, dropped }) {
      const wide = yield* lab.probe.ask(Ask.list(dropped.filter))
      const narrow = yield* lab.probe.ask(Ask.list(filter))
      const within = new Set(Sessions.ids(wide.sessions ?? []))
      const added = Sessions.ids(narrow.sessions ?? []).filter((id) => !within.has(id))
      if (added.length > 0) {
        // It may have come into being between the two requests.
        const again = new Set(Sessions.ids((yield* lab.probe.ask(Ask.list(dropped.filter))).sessions ?? []))
        const still = added.filter((id) => !again.has(id))
        if (still.length > 0) {
          return blame(
            narrow,
            `no session that ${JSON.stringify(dropped.filter)} alone doesn't find`,
            filter,
            `also ${named(still)}`
          )
        }
      }
      return kept.matching.size > 0 ? held : toothless
    })
  )
]

/** The order of the filters in the body means nothing. */
export const parameterOrder = (lab: Lab): ReadonlyArray<Property> => [
  drawn(
    "pairs",
    "The order in which the filters stand in the body doesn't change which sessions are in the answer.",
    pairs(lab),
    Effect.fnUntraced(function*({ dropped, kept }: Pair) {
      const one = yield* lab.probe.ask(Ask.list({ ...kept.filter, ...dropped.filter }))
      const filter = { ...dropped.filter, ...kept.filter }
      const other = yield* lab.probe.ask(Ask.list(filter))
      if (differing(one, other).length === 0) return held
      // It may have changed between the two requests.
      const still = differing(yield* lab.probe.ask(one.ask), other)
      return still.length === 0
        ? held
        : blame(
          other,
          `the same as for ${one.ask.body}: ${one.seen}`,
          filter,
          `${other.seen}; not the same: ${named(still)}`
        )
    })
  )
]
