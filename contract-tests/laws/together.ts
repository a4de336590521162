/**
 * The laws of several filters together.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Lab } from "../engine/Lab.ts"
import { apart, asJson, beyond, blame, judge, named } from "../engine/Lab.ts"
import type { Property } from "../engine/Property.ts"
import { drawn, generated, held, toothless } from "../engine/Property.ts"
import { text } from "../engine/Text.ts"
import type { Parameters } from "../operation/Item.ts"
import * as Cases from "./cases.ts"

/** Filters given together must all hold. */
export const conjunction = (lab: Lab): ReadonlyArray<Property> => {
  const { may, survey: { index } } = lab
  const law = "With several filters given, the items in the answer are exactly those for which all of them hold."
  return [
    drawn("pairs", law, Cases.ordered(lab), ({ ask, isTelling }) => judge(lab, ask, "both", isTelling)),
    drawn("many-but-one", law, Cases.manyButOne(lab), (ask) => judge(lab, ask, "both", true)),
    generated("combinations", law, Cases.anyMethod(lab, Cases.combinations(lab)), (ask) => {
      const { parameters = {} } = ask
      if (Object.keys(parameters).length < 2) return Effect.succeed(toothless)
      // Something can only go wrong if leaving a filter out would show.
      const matching = (of: Parameters) => index.candidates(of).filter((item) => may(of, item)).length
      const together = matching(parameters)
      const canFail = Object.entries(parameters).some(([name, value]) => {
        const { [name]: _, ...rest } = parameters
        return value !== false && matching(rest) !== together
      })
      return judge(lab, ask, "both", canFail)
    })
  ]
}

/** A further filter never adds an item. */
export const monotonicity = (lab: Lab): ReadonlyArray<Property> => [
  drawn(
    "pairs",
    "A further filter never adds an item to the answer.",
    Cases.ordered(lab),
    Effect.fnUntraced(function*({ ask, wider }) {
      const added = yield* beyond(lab, ask, wider)
      return added.length === 0
        ? held
        : blame(
          lab,
          yield* lab.probe.ask(ask),
          text`no item that ${asJson(lab, wider.parameters ?? {})} alone doesn't find`,
          text`also ${named(added)}`
        )
    })
  )
]

/** The order of the filters means nothing. */
export const parameterOrder = (lab: Lab): ReadonlyArray<Property> => [
  drawn(
    "pairs",
    "The order in which the filters stand doesn't change which items are in the answer.",
    Cases.ordered(lab),
    Effect.fnUntraced(function*({ ask, reversed }) {
      const differing = yield* apart(lab, ask, reversed)
      if (differing.length === 0) return held
      const [one, other] = [yield* lab.probe.ask(ask), yield* lab.probe.ask(reversed)]
      return blame(
        lab,
        other,
        text`the same as for ${asJson(lab, ask.parameters ?? {})}: ${one.seen}`,
        text`${other.seen}; not the same: ${named(differing)}`
      )
    })
  )
]
