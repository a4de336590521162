/**
 * The law of credentials: without a right one there is no answer.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Ask } from "../engine/Ask.ts"
import type { Given } from "../engine/Check.ts"
import type { Lab } from "../engine/Lab.ts"
import { blame } from "../engine/Lab.ts"
import type { Answer } from "../engine/Probe.ts"
import type { Case, Property, Verdict } from "../engine/Property.ts"
import { alone, drawn, held } from "../engine/Property.ts"
import { isRefusal } from "../engine/Scene.ts"
import * as Cases from "./cases.ts"

/** Why nothing can be said of credentials. */
export const withoutCredential = ({ target }: Pick<Given, "target">): string | undefined =>
  target.operation.credentials !== undefined && target.credential !== undefined
    ? undefined
    : "the target is asked without a credential"

// Questions of each filter that the wrong credentials are tried with.
const maxQuestions = 20

/** Requests without a right credential, with and without a filter: each pair of the two, by one of the methods. */
export const strangers = (lab: Lab): ReadonlyArray<Case<Ask>> => {
  if (withoutCredential(lab.probe) !== undefined) return []
  const filters = ["", ...Cases.filtersOf(lab).map(([name]) => name)]
  return lab.asks.authorizations.refused.flatMap((authorization, at) =>
    filters.flatMap((name, place) => {
      const questions = name === ""
        ? [{ stratum: "", value: {} }]
        : Cases.singles(lab).filter(({ value }) => value.name === name).slice(0, maxQuestions)
          .map(({ value }) => ({ stratum: "", value: value.parameters }))
      // Nothing at all, and something unknown, are what is tried first: by every method.
      const methods = at < 2
        ? lab.methods
        : lab.methods.filter((_, index) => index === (at + place) % lab.methods.length)
      return Cases.byMethod({ ...lab, methods }, questions).map(({ value }): Case<Ask> => ({
        stratum: `${authorization.says}, ${name}, ${value.method}`,
        value: { ...value, authorization }
      }))
    })
  )
}

/** A verdict on an answer to somebody who may not ask. */
export const keptOut = (lab: Lab, answer: Answer): Verdict =>
  isRefusal(answer) ? held : blame(lab, answer, "a refusal (401), and no item")

const maxKept = 6

/** No answer without the credential. */
export const ignoredAuth = (lab: Lab): ReadonlyArray<Property> => [
  drawn(
    "refused",
    "A request without a right credential is refused.",
    strangers(lab),
    (question) => Effect.map(lab.probe.ask(question), (answer) => keptOut(lab, answer))
  ),
  alone(drawn(
    "one-connection",
    "On a connection that is kept open, who asked before with the right credential opens nothing for who comes after.",
    strangers(lab).slice(0, maxKept * 10).filter((_, at) => at % 10 === 0).map(({ value }) => ({
      stratum: `${value.authorization.says}, ${value.method}`,
      value: { ...value, keepAlive: true }
    })),
    Effect.fnUntraced(function*(question) {
      yield* lab.probe.again({ ...question, authorization: lab.asks.authorizations.own })
      return keptOut(lab, yield* lab.probe.again(question))
    })
  ))
]
