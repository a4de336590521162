/**
 * The checks against what is known beforehand: the sessions themselves, and the readings that a target is held to.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Arbitraries from "../Arbitraries.ts"
import * as Ask from "../Ask.ts"
import type { Lab } from "../Lab.ts"
import { blame, isRefusal, named, seen } from "../Lab.ts"
import type { Point } from "../Points.ts"
import * as Points from "../Points.ts"
import type { Property } from "../Property.ts"
import { broken, drawn, each, generated, held, toothless } from "../Property.ts"
import { contract } from "../Recorded.ts"
import type { Filter } from "../Session.ts"
import * as Sessions from "../Session.ts"
import { canonical, nullSinglesOf, singlesOf } from "../Survey.ts"

const rows = (body: unknown): ReadonlyMap<string, { readonly [field: string]: unknown }> => {
  const found = new Map<string, { readonly [field: string]: unknown }>()
  const list: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "client_sessions") : undefined
  for (const row of Array.isArray(list) ? list : []) {
    const session = Sessions.read(row)
    if (session !== undefined) found.set(session.client_session_id, row)
  }
  return found
}

/** The answer to any filter is what the oracle selects from the known sessions, with the values that they have. */
export const oracle = (lab: Lab): ReadonlyArray<Property> => {
  const wire = rows({ client_sessions: lab.probe.target.sessions ?? [] })
  const known = canonical(Sessions.readList({ client_sessions: [...wire.values()] }) ?? [])
  const singles = [...singlesOf(known), ...(lab.takesNull ? nullSinglesOf(known) : [])]
  const law = "The answer to a filter is exactly the known sessions for which it holds, value for value."
  const check = Effect.fnUntraced(function*(filter: Filter) {
    const now = yield* Clock.currentTimeMillis
    const answer = yield* lab.probe.ask(Ask.list(filter))
    const due = Sessions.ids(known.filter((session) =>
      lab.must(filter, session) &&
      (lab.readings.expired_sessions !== "left out" || Date.parse(session.expires_at ?? "") > now)
    ))
    if (answer.sessions === undefined) {
      return due.length === 0 && isRefusal(answer) ? held : blame(answer, `200 with ${named(due)}`, filter)
    }
    const allowed = new Set(Sessions.ids(known.filter((session) => lab.may(filter, session))))
    const got = new Set(Sessions.ids(answer.sessions))
    const wrong = [...got].filter((id) => !allowed.has(id))
    if (wrong.length > 0) return blame(answer, `exactly ${named(due)}`, filter, `also ${named(wrong)}`)
    const missing = due.filter((id) => !got.has(id))
    if (missing.length > 0) {
      return blame(answer, `exactly ${named(due)}`, filter, `${seen(answer)}; missing: ${named(missing)}`)
    }
    for (const [id, row] of rows(answer.json)) {
      const original = wire.get(id)
      const other = Object.keys(contract.session.properties ?? {}).find((field) =>
        JSON.stringify(row[field]) !== JSON.stringify(original?.[field])
      )
      if (other !== undefined) return blame(answer, `${other} of session ${id} as it is`, filter, `another ${other}`)
    }
    return known.length > 0 ? held : toothless
  })
  return [
    drawn("singles", law, singles.map(({ filter, kind }) => ({ stratum: kind, value: filter })), check),
    generated("filters", law, Arbitraries.filter(known, lab.takesNull), check)
  ]
}

/** The target reads the open points as it is expected to. */
export const readingConformance = (lab: Lab): ReadonlyArray<Property> => [
  each(
    "points",
    "The target reads each open point of the contract as it is expected to.",
    Points.names.filter((point) => lab.expected[point] !== undefined),
    (point: Point) => {
      const [expected, seen] = [lab.expected[point], lab.readings[point]]
      return Effect.succeed(
        seen === expected
          ? held
          : seen === "not observed"
          ? toothless
          : broken({ counterexample: { point }, expected: `${expected}`, seen, ask: Ask.list({}) })
      )
    }
  )
]
