/**
 * The law of tenants: a credential sees what is its own and nothing else.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Lab } from "../engine/Lab.ts"
import { blame, named } from "../engine/Lab.ts"
import type { Answer } from "../engine/Probe.ts"
import type { Case, Property, Verdict } from "../engine/Property.ts"
import { drawn, each, held, toothless } from "../engine/Property.ts"
import { idOf, ids } from "../engine/Scene.ts"
import * as Surveys from "../engine/Survey.ts"
import type { Parameters } from "../operation/Item.ts"
import * as Items from "../operation/Item.ts"
import type { Operation } from "../operation/Operation.ts"

/** Whether there is anything to tell tenants apart by. */
export const hasTenants = ({ credentials, tenant }: Operation): boolean =>
  tenant !== undefined || credentials !== undefined

/** No item of another tenant is ever in an answer. */
export const noCrossTenantLeak = (lab: Lab): ReadonlyArray<Property> => {
  const { asks, operation, probe: { target }, singles, survey: { items, others } } = lab
  const { credentials, tenant } = operation
  const foreign = new Set(ids(lab, others))
  const [first] = items
  const headed = credentials?.tenantHeader && target.credential?.headers[credentials.tenantHeader]
  const home = tenant === undefined || first === undefined ? undefined : headed ?? Items.at(first, tenant)
  const questions: ReadonlyArray<Case<Parameters>> = [
    { stratum: "{}", value: {} },
    ...singles.map(({ kind, parameters }) => ({ stratum: kind, value: parameters }))
  ]
  const verdict = (answer: Answer, canFail: boolean): Verdict => {
    const stray = (answer.items ?? []).filter((item) =>
      (tenant !== undefined && Items.at(item, tenant) !== home) || foreign.has(idOf(lab, item))
    )
    return stray.length > 0
      ? blame(
        lab,
        answer,
        home === undefined ? "only the credential's own items" : `only items of ${home}`,
        `also ${named(ids(lab, stray))}`
      )
      : canFail
      ? held
      : toothless
  }
  const law = "A credential never sees an item of another tenant."
  return [
    drawn(
      "own",
      law,
      questions,
      (parameters) =>
        Effect.map(lab.probe.ask(asks.list(parameters)), (answer) => verdict(answer, (answer.items ?? []).length > 0))
    ),
    ...(others.length === 0 ? [] : [
      drawn(
        "others-values",
        "A filter made from another tenant's item doesn't find it.",
        Surveys.singlesOf(operation, others, lab.may).map(({ kind, parameters }) => ({
          stratum: kind,
          value: parameters
        })),
        (parameters: Parameters) => Effect.map(lab.probe.ask(asks.list(parameters)), (answer) => verdict(answer, true))
      ),
      drawn(
        "alternating",
        "Answers to two tenants' credentials that ask at the same time don't mix.",
        questions,
        Effect.fnUntraced(function*(parameters: Parameters) {
          const [own, other] = yield* Effect.all([
            lab.probe.ask(asks.list(parameters)),
            lab.probe.ask(asks.list(parameters, { authorization: asks.authorizations.other }))
          ], { concurrency: "unbounded" })
          const mine = ids(lab, other.items ?? []).filter((id) => lab.listed(id) !== undefined)
          return mine.length > 0
            ? blame(lab, other, "no item that is the other tenant's", `also ${named(mine)}`)
            : verdict(own, true)
        })
      ),
      ...(credentials?.tenantHeader === undefined || tenant === undefined ? [] : [
        each(
          "tenant-header",
          "The name of another tenant in a header opens nothing.",
          [...new Set(others.map((item) => Items.at(item, tenant)).filter((id) => typeof id === "string"))],
          (id) =>
            Effect.map(
              lab.probe.ask(asks.list({}, { headers: { [credentials.tenantHeader ?? ""]: id } })),
              (answer) => verdict(answer, true)
            )
        )
      ])
    ])
  ]
}
