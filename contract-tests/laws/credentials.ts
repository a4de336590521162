/**
 * The law of credentials: without a right one there is no answer.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Ask } from "../engine/Ask.ts"
import type { Lab } from "../engine/Lab.ts"
import { blame } from "../engine/Lab.ts"
import type { Answer } from "../engine/Probe.ts"
import type { Case, Property, Verdict } from "../engine/Property.ts"
import { drawn, each, held } from "../engine/Property.ts"
import { isRefusal } from "../engine/Scene.ts"
import * as Cases from "./cases.ts"

/** Whether the target is asked with a credential at all. */
export const hasCredential = ({ operation, probe: { target } }: Lab): boolean =>
  operation.credentials !== undefined && target.credential !== undefined

// Questions that each of the wrong credentials is tried with.
const maxQuestions = 400

/** Requests without a right credential, with and without a filter. */
export const strangers = (lab: Lab): ReadonlyArray<Case<Ask>> =>
  !hasCredential(lab) ?
    [] :
    lab.asks.authorizations.refused.flatMap((authorization) =>
      [{}, ...Cases.singles(lab).slice(0, maxQuestions).map(({ value }) => value.parameters)].map((parameters) => ({
        stratum: `${authorization.says}, ${Object.keys(parameters).join()}`,
        value: lab.asks.list(parameters, { authorization })
      }))
    )

/** A verdict on an answer to somebody who may not ask. */
export const keptOut = (lab: Lab, answer: Answer): Verdict =>
  isRefusal(answer) ? held : blame(lab, answer, "a refusal (401), and no item")

/** No answer without the credential. */
export const ignoredAuth = (lab: Lab): ReadonlyArray<Property> => {
  const ask = (question: Ask) => Effect.map(lab.probe.ask(question), (answer) => keptOut(lab, answer))
  return [
    drawn("refused", "A request without a right credential is refused.", strangers(lab), ask),
    ...(lab.overGet
      ? [
        each(
          "over-get",
          "A GET without a right credential is refused.",
          lab.asks.authorizations.refused.map((authorization) => lab.asks.get({}, { authorization })),
          ask
        )
      ]
      : [])
  ]
}
