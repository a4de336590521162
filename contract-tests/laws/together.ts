/**
 * The laws of several filters together.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Lab } from "../engine/Lab.ts"
import { blame, differing, judge, named } from "../engine/Lab.ts"
import type { Property } from "../engine/Property.ts"
import { drawn, generated, held } from "../engine/Property.ts"
import { ids } from "../engine/Scene.ts"
import type { Parameters } from "../operation/Item.ts"
import type { Pair } from "./cases.ts"
import * as Cases from "./cases.ts"

/** Filters given together must all hold. */
export const conjunction = (lab: Lab): ReadonlyArray<Property> => {
  const { asks, may, survey: { items } } = lab
  const law = "With several filters given, the items in the answer are exactly those for which all of them hold."
  return [
    drawn("pairs", law, Cases.ordered(lab), ({ dropped, kept, parameters }) =>
      judge(
        lab,
        asks.list(parameters),
        "both",
        items.some((item) => may(kept.parameters, item) && !may(dropped.parameters, item))
      )),
    drawn("many-but-one", law, Cases.manyButOne(lab), (parameters) => judge(lab, asks.list(parameters), "both", true)),
    generated("combinations", law, Cases.combinations(lab), (parameters) => {
      // Something can only go wrong if leaving a filter out would show.
      const matching = (of: Parameters) => items.filter((item) => may(of, item)).length
      const together = matching(parameters)
      const canFail = Object.keys(parameters).length > 1 && Object.entries(parameters).some(([name, value]) => {
        const { [name]: _, ...rest } = parameters
        return value !== false && matching(rest) !== together
      })
      return judge(lab, asks.list(parameters), "both", canFail)
    })
  ]
}

/** A further filter never adds an item. */
export const monotonicity = (lab: Lab): ReadonlyArray<Property> => [
  drawn(
    "pairs",
    "A further filter never adds an item to the answer.",
    Cases.ordered(lab),
    Effect.fnUntraced(function*({ dropped, parameters }) {
      const wider = lab.asks.list(dropped.parameters)
      const within = new Set(ids(lab, (yield* lab.probe.ask(wider)).items ?? []))
      const narrow = yield* lab.probe.ask(lab.asks.list(parameters))
      const added = ids(lab, narrow.items ?? []).filter((id) => !within.has(id))
      if (added.length > 0) {
        // It may have come into being between the two requests.
        const again = new Set(ids(lab, (yield* lab.probe.ask(wider)).items ?? []))
        const still = added.filter((id) => !again.has(id))
        if (still.length > 0) {
          return blame(
            lab,
            narrow,
            `no item that ${JSON.stringify(dropped.parameters)} alone doesn't find`,
            `also ${named(still)}`
          )
        }
      }
      return held
    })
  )
]

/** The order of the filters means nothing. */
export const parameterOrder = (lab: Lab): ReadonlyArray<Property> => [
  drawn(
    "pairs",
    "The order in which the filters stand doesn't change which items are in the answer.",
    Cases.pairs(lab),
    Effect.fnUntraced(function*({ dropped, kept }: Pair) {
      const one = yield* lab.probe.ask(lab.asks.list({ ...kept.parameters, ...dropped.parameters }))
      const other = yield* lab.probe.ask(lab.asks.list({ ...dropped.parameters, ...kept.parameters }))
      if (differing(lab, one, other).length === 0) return held
      // It may have changed between the two requests.
      const still = differing(lab, yield* lab.probe.ask(one.ask), other)
      return still.length === 0
        ? held
        : blame(
          lab,
          other,
          `the same as for ${JSON.stringify(one.ask.parameters)}: ${one.seen}`,
          `${other.seen}; not the same: ${named(still)}`
        )
    })
  )
]
