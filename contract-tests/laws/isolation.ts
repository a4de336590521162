/**
 * The law of tenants: a credential sees what is its own and nothing else. What is seen of every answer stands in `everywhere.ts`;
 * these are the questions that a leak would answer.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Ask } from "../engine/Ask.ts"
import type { Given } from "../engine/Check.ts"
import * as Indexes from "../engine/Index.ts"
import type { Lab } from "../engine/Lab.ts"
import { blame } from "../engine/Lab.ts"
import type { Answer, NoAnswer } from "../engine/Probe.ts"
import type { Property, Verdict } from "../engine/Property.ts"
import { alone, drawn, each, held, toothless } from "../engine/Property.ts"
import * as Surveys from "../engine/Survey.ts"
import * as Items from "../operation/Item.ts"
import * as Cases from "./cases.ts"
import * as Everywhere from "./everywhere.ts"

const name = "no_cross_tenant_leak"

/** Two questions, one after the other or together. */
interface Two {
  readonly first: Ask
  readonly second: Ask
}

/** Why nothing can tell tenants apart. */
export const withoutTenants = ({ target }: Given): string | undefined =>
  target.operation.tenant !== undefined || target.other !== undefined
    ? undefined
    : "items show no tenant, and no other tenant's credential was given"

/** No item of another tenant is ever in an answer. */
export const noCrossTenantLeak = (lab: Lab): ReadonlyArray<Property> => {
  const { asks, operation, survey: { others } } = lab
  const { credentials, tenant } = operation
  const everywhere = Everywhere.everywhere(name)(lab)
  const verdict = (answer: Answer): Verdict => {
    const sight = lab.watch.invariant(name)?.see(answer)
    return sight?.problem === undefined ? held : blame(lab, answer, sight.problem.expected, sight.problem.seen)
  }
  if (others.length === 0) return everywhere
  const theirs = { authorization: asks.authorizations.other }
  const both = (answers: Effect.Effect<ReadonlyArray<Answer>, NoAnswer>): Effect.Effect<Verdict, NoAnswer> =>
    Effect.map(answers, (answers) => {
      const verdicts = answers.map(verdict)
      return verdicts.find(({ violation }) => violation !== undefined) ??
        (answers.some(({ items }) => items?.length) ? held : toothless)
    })
  const own = Cases.questions(lab)
  const inTurn = (most: number, keepAlive: boolean) =>
    Surveys.spread(own, most).map(({ value }) => {
      const rest = keepAlive ? { keepAlive } : {}
      return {
        stratum: value.method,
        value: { first: { ...value, ...rest }, second: { ...value, ...theirs, ...rest } }
      }
    })
  return [
    drawn(
      "others-values",
      "A filter made from another tenant's item doesn't find it.",
      Cases.byMethod(
        lab,
        Surveys.singlesOf(operation, Indexes.make(operation, others), lab.may, lab.takesNull)
          .map(({ kind, parameters }) => ({ stratum: kind, value: parameters }))
      ),
      (ask) => Effect.map(lab.probe.ask(ask), verdict)
    ),
    drawn(
      "others-combinations",
      "Several filters made from another tenant's item don't find it.",
      Cases.byMethod(lab, Cases.together(lab, Surveys.spread(others, maxOthers))),
      (ask) => Effect.map(lab.probe.ask(ask), verdict)
    ),
    alone(drawn(
      "together",
      "Answers to two tenants' credentials that ask at the same time don't mix.",
      inTurn(maxTogether, false),
      ({ first, second }: Two) => both(lab.probe.together([first, second]))
    )),
    alone(drawn(
      "one-connection",
      "Two tenants' credentials on one connection that is kept open get each its own answer.",
      inTurn(maxKept, true),
      ({ first, second }: Two) => both(Effect.forEach([first, second], lab.probe.again))
    )),
    ...(credentials?.tenantHeader === undefined || tenant === undefined ? [] : [
      each(
        "tenant-header",
        "The name of another tenant in a header opens nothing.",
        [...new Set(others.map((item) => Items.at(item, tenant)).filter((id) => typeof id === "string"))]
          .flatMap((id) =>
            lab.methods.map((method) => asks.by(method, {}, { headers: { [credentials.tenantHeader ?? ""]: id } }))
          ),
        (ask) => Effect.map(lab.probe.ask(ask), verdict)
      )
    ]),
    ...everywhere
  ]
}

const maxTogether = 8
const maxKept = 6
const maxOthers = 3
