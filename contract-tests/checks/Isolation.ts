/**
 * The law of workspaces: a credential sees its own workspace and no other.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Ask from "../Ask.ts"
import * as Authorization from "../Authorization.ts"
import type { Lab } from "../Lab.ts"
import { blame, named } from "../Lab.ts"
import type { Answer } from "../Probe.ts"
import type { Item, Property, Verdict } from "../Property.ts"
import { drawn, each, held, toothless } from "../Property.ts"
import type { Filter } from "../Session.ts"
import * as Sessions from "../Session.ts"
import { singlesOf } from "../Survey.ts"

/** No session of another workspace is ever in an answer. */
export const noCrossWorkspaceLeak = (lab: Lab): ReadonlyArray<Property> => {
  const { others, sessions, singles } = lab.survey
  const foreign = new Set(Sessions.ids(others))
  const [home] = Sessions.ids(sessions).map((id) => lab.listed(id)?.workspace_id)
  const workspace = lab.probe.target.credential.workspaceId ?? home
  const questions: ReadonlyArray<Item<Filter>> = [
    { stratum: "{}", value: {} },
    ...singles.map(({ filter, kind }) => ({ stratum: kind, value: filter }))
  ]
  const judge = (answer: Answer, filter: Filter, bites: boolean): Verdict => {
    const stray = (answer.sessions ?? []).filter(({ client_session_id, workspace_id }) =>
      workspace_id !== workspace || foreign.has(client_session_id)
    )
    return stray.length > 0
      ? blame(answer, `only sessions of workspace ${workspace}`, filter, `also ${named(Sessions.ids(stray))}`)
      : bites
      ? held
      : toothless
  }
  const law = "A credential never sees a session of another workspace."
  return [
    drawn(
      "own",
      law,
      questions,
      (filter) =>
        Effect.map(
          lab.probe.ask(Ask.list(filter)),
          (answer) => judge(answer, filter, (answer.sessions ?? []).length > 0)
        )
    ),
    ...(others.length === 0 ? [] : [
      drawn(
        "others-values",
        "A filter made from another workspace's session doesn't find it.",
        singlesOf(others).map(({ filter, kind }) => ({ stratum: kind, value: filter })),
        (filter: Filter) => Effect.map(lab.probe.ask(Ask.list(filter)), (answer) => judge(answer, filter, true))
      ),
      drawn(
        "alternating",
        "Answers to two workspaces' credentials that ask at the same time don't mix.",
        questions,
        Effect.fnUntraced(function*(filter: Filter) {
          const [own, other] = yield* Effect.all([
            lab.probe.ask(Ask.list(filter)),
            lab.probe.ask(Ask.list(filter, { authorization: Authorization.otherBearer }))
          ], { concurrency: "unbounded" })
          const mine = (other.sessions ?? []).filter(({ client_session_id }) =>
            lab.listed(client_session_id) !== undefined
          )
          return mine.length > 0
            ? blame(
              other,
              "no session that this credential's workspace has",
              filter,
              `also ${named(Sessions.ids(mine))}`
            )
            : judge(own, filter, true)
        })
      ),
      each(
        "workspace-header",
        "The name of another workspace in a header opens nothing.",
        [...new Set(others.flatMap(({ workspace_id }) => workspace_id ?? []))],
        (id) => Effect.map(lab.probe.ask(Ask.list({}, { workspaceId: id })), (answer) => judge(answer, {}, true))
      )
    ])
  ]
}
