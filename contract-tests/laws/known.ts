/**
 * The checks against what is known beforehand: the items themselves, and the readings that a target is held to.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Ask } from "../engine/Ask.ts"
import * as Indexes from "../engine/Index.ts"
import type { Lab } from "../engine/Lab.ts"
import { blame, named, seen, toldItem } from "../engine/Lab.ts"
import * as Points from "../engine/Point.ts"
import type { Property } from "../engine/Property.ts"
import { broken, drawn, each, generated, held, toothless } from "../engine/Property.ts"
import { idOf, ids, isRefusal } from "../engine/Scene.ts"
import * as Surveys from "../engine/Survey.ts"
import { text, Told } from "../engine/Text.ts"
import * as Cases from "./cases.ts"

/** The answer to any filter is what the declaration selects from the known items, with the values that they have. */
export const oracle = (lab: Lab): ReadonlyArray<Property> => {
  const { operation } = lab
  const known = Surveys.canonical(operation, lab.probe.target.items ?? [])
  const index = Indexes.make(operation, known)
  const originals = new Map(known.map((item) => [idOf(lab, item), item]))
  const singles = Surveys.singlesOf(operation, index, lab.may, lab.takesNull)
    .map(({ kind, parameters }) => ({ stratum: kind, value: parameters }))
  const law = "The answer to a filter is exactly the known items for which it holds, value for value."
  const check = Effect.fnUntraced(function*(ask: Ask) {
    const answer = yield* lab.probe.ask(ask)
    const { parameters = {} } = ask
    const candidates = index.candidates(parameters)
    const due = ids(lab, candidates.filter((item) => lab.must(parameters, item) && !lab.mayOmit(item)))
    if (answer.items === undefined) {
      return due.length === 0 && isRefusal(answer) ? held : blame(lab, answer, text`200 with ${named(due)}`)
    }
    const allowed = new Set(
      ids(lab, candidates.filter((item) => lab.may(parameters, item, ask.method === "GET" ? "GET" : "POST")))
    )
    const got = new Set(ids(lab, answer.items))
    const wrong = [...got].filter((id) => !allowed.has(id))
    if (wrong.length > 0) return blame(lab, answer, text`exactly ${named(due)}`, text`also ${named(wrong)}`)
    const missing = due.filter((id) => !got.has(id))
    if (missing.length > 0) {
      return blame(lab, answer, text`exactly ${named(due)}`, text`${seen(lab, answer)}; missing: ${named(missing)}`)
    }
    for (const item of answer.items) {
      const id = idOf(lab, item)
      const known = originals.get(id)
      const field = known &&
        Surveys.differingFields(known, item).find((name) => name in known && !lab.survey.volatile.has(name))
      if (field !== undefined) return blame(lab, answer, text`${field} of ${toldItem(id)} as it is`, `another ${field}`)
    }
    return known.length > 0 ? held : toothless
  })
  return [
    drawn("singles", law, Cases.byMethod(lab, singles), check),
    generated("filters", law, Cases.anyMethod(lab, Cases.combinations({ ...lab, survey: { items: known } })), check, 60)
  ]
}

/** The target reads the open points as it is expected to. */
export const readingConformance = (lab: Lab): ReadonlyArray<Property> => [
  each(
    "points",
    "The target reads each open point of the contract as it is expected to.",
    Object.keys(lab.expected),
    (point: string) => {
      const [expected, seen = Points.notObserved] = [lab.expected[point], lab.readings[point]]
      return Effect.succeed(
        seen === expected
          ? held
          : seen === Points.notObserved
          ? toothless
          : broken({
            counterexample: new Told({ point }, { point }),
            reading: `${point}=${seen}`,
            expected: `${expected}`,
            seen,
            ask: lab.asks.list({})
          })
      )
    }
  )
]
