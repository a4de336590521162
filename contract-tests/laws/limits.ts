/**
 * The law of limits: at most so many items, of the same list.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Lab } from "../engine/Lab.ts"
import { blame, named } from "../engine/Lab.ts"
import type { Case, Property } from "../engine/Property.ts"
import { drawn, held, toothless } from "../engine/Property.ts"
import { ids } from "../engine/Scene.ts"
import * as Surveys from "../engine/Survey.ts"
import type { Parameters } from "../operation/Item.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Cases from "./cases.ts"

/** Whether there is a limit to ask with. */
export const hasLimit = ({ filters }: Operation): boolean => Object.values(filters).some(({ kind }) => kind === "limit")

// Questions whose answers are limited, beside the one for everything.
const maxQuestions = 20

/** A question with a limit. */
interface Question {
  readonly name: string
  readonly count: number
  readonly parameters: Parameters
}

/** With a limit there are at most so many items, and they are the first of those that there are without it. */
export const limits = (lab: Lab): ReadonlyArray<Property> => {
  const everything = { parameters: {}, size: lab.survey.items.length }
  const singles = Cases.singles(lab).map(({ value: { matching, parameters } }) => ({ parameters, size: matching.size }))
    .filter(({ size }) => size > 1)
  const cases = Object.entries(lab.operation.filters).flatMap(([name, { kind, max = 100 }]) =>
    kind !== "limit" ?
      [] :
      [everything, ...Surveys.spread(singles, maxQuestions)].flatMap(({ parameters, size }) =>
        Object.entries({
          "one": 1,
          "two": 2,
          "all but one": size - 1,
          "all": size,
          "one more": size + 1,
          "the most": max
        })
          .filter(([, count]) => count >= 1 && count <= max)
          .map(([kind, count]): Case<Question> => ({ stratum: `${name}, ${kind}`, value: { name, count, parameters } }))
      )
  )
  return [
    drawn(
      "first",
      "With a limit, the answer holds so many items, or all if there are fewer, and they are the first of the same list.",
      cases,
      Effect.fnUntraced(function*({ count, name, parameters }) {
        const whole = yield* lab.probe.ask(lab.asks.list(parameters))
        const limited = yield* lab.probe.ask(lab.asks.list({ ...parameters, [name]: count }, { firstPage: true }))
        if (limited.items === undefined) return blame(lab, limited, "200 with a list of items")
        const [all, some] = [ids(lab, whole.items ?? []), ids(lab, limited.items)]
        if (some.length > count) return blame(lab, limited, `at most ${count}`, `${limited.seen}`)
        // It may have changed between the two requests.
        const again = ids(lab, (yield* lab.probe.ask(lab.asks.list(parameters))).items ?? [])
        if (again.join() !== all.join()) return toothless
        const due = all.slice(0, count)
        const wrong = some.filter((id, at) => id !== due[at])
        return some.length !== due.length || wrong.length > 0
          ? blame(lab, limited, `the first ${due.length} of the same list: ${named(due)}`)
          : all.length > count
          ? held
          : toothless
      })
    )
  ]
}
