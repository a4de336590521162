/**
 * What a check has to work with: the means to ask, what was found, how the target reads the open points, and the one
 * comparison that most laws come down to.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Ask from "./Ask.ts"
import * as Oracle from "./Oracle.ts"
import type { Readings } from "./Points.ts"
import type { Answer, NotAsked, Probe } from "./Probe.ts"
import type { Verdict, Violation } from "./Property.ts"
import { broken, held, toothless } from "./Property.ts"
import type { Filter, Session } from "./Session.ts"
import * as Sessions from "./Session.ts"
import type { Survey } from "./Survey.ts"
import { nullSinglesOf } from "./Survey.ts"

/** What a check has to work with. */
export interface Lab {
  readonly probe: Probe
  /** What was found. Where the target takes `null`, its filters are among the `singles`. */
  readonly survey: Survey
  readonly readings: Readings
  /** The readings that the target is held to, where any are. */
  readonly expected: Partial<Readings>
  /** Whether the target takes `null`, in whatever way, for the filters that may have it since 2026-08. */
  readonly takesNull: boolean
  /** Whether a session may be in the answer to a filter, by what is known of the target's readings. */
  readonly may: (filter: Filter, session: Session) => boolean
  /** Whether it has to be. */
  readonly must: (filter: Filter, session: Session) => boolean
  /** The listed session of an id. */
  readonly listed: (id: string) => Session | undefined
}

/** Sets up a lab. */
export const make = (probe: Probe, survey: Survey, readings: Readings, expected: Partial<Readings>): Lab => {
  const meanings = Oracle.admissible(readings)
  const takesNull = readings.null_filter !== "400" && readings.null_filter !== "not observed"
  const byId = new Map(survey.sessions.map((session) => [session.client_session_id, session]))
  return {
    probe,
    survey: takesNull ? { ...survey, singles: [...survey.singles, ...nullSinglesOf(survey.sessions)] } : survey,
    readings,
    expected,
    takesNull,
    may: (filter, session) => meanings.some((meaning) => Oracle.matches(filter, session, meaning)),
    must: (filter, session) => meanings.every((meaning) => Oracle.matches(filter, session, meaning)),
    listed: (id) => byId.get(id)
  }
}

const maxNamed = 5

/** Some ids, for a report. */
export const named = (ids: Iterable<string>): string => {
  const all = [...ids]
  const shown = all.slice(0, maxNamed).map((id) => id.length > 64 ? `${id.slice(0, 63)}…` : id).join(", ")
  return all.length === 0 ? "none" : all.length > maxNamed ? `${shown} and ${all.length - maxNamed} more` : shown
}

/** What an answer showed, with the ids in it. */
export const seen = (answer: Answer): string =>
  answer.sessions === undefined || answer.sessions.length === 0
    ? answer.seen
    : `${answer.seen}: ${named(Sessions.ids(answer.sessions))}`

/** Whether the target refused a request as the client's fault. */
export const isRefusal = (answer: Answer): boolean => answer.status >= 400 && answer.status < 500

/** A request in a report: the filter alone where that says it all. */
export const told = (ask: Ask.Ask, filter?: Filter): unknown =>
  filter !== undefined && ask.method === "POST" && ask.contentType === "application/json" &&
    JSON.stringify(filter) === ask.body
    ? filter
    : Ask.describe(ask)

/** A verdict that blames one answer. */
export const blame = (answer: Answer, expected: string, filter?: Filter, what: string = seen(answer)): Verdict =>
  broken({ counterexample: told(answer.ask, filter), expected, seen: what, ask: answer.ask })

/** How an answer to a filter is held against what is listed. */
export interface Comparison {
  /** The sessions in it; none when the target says no to a filter that nothing matches. */
  readonly found: ReadonlyArray<Session>
  readonly violation?: Violation
}

/**
 * Holds an answer against the filter and the sessions listed: nothing that may not be in it (`sound`), and everything
 * that has to be (`complete`).
 *
 * The target may be live. Before a difference counts, everything is listed once more: only a session that was there
 * before and after has to be in the answer, and only one that was there neither before nor after may not be.
 */
export const compare: (
  lab: Lab,
  answer: Answer,
  filter: Filter,
  side: "sound" | "complete" | "both"
) => Effect.Effect<Comparison, NotAsked> = Effect.fnUntraced(function*(lab, answer, filter, side) {
  const { survey } = lab
  const due = survey.sessions.filter((session) => lab.must(filter, session))
  const violation = (expected: string, what: string = seen(answer)): Comparison => ({
    found: answer.sessions ?? [],
    violation: { counterexample: told(answer.ask, filter), expected, seen: what, ask: answer.ask }
  })
  if (answer.sessions === undefined) {
    return due.length === 0 && isRefusal(answer)
      ? { found: [] }
      : violation(due.length === 0 ? "no session" : `200 with ${named(Sessions.ids(due))}`)
  }
  const found = answer.sessions
  if (side !== "complete") {
    const wrong = found.filter((session) => !lab.may(filter, session))
    if (wrong.length > 0) {
      return violation("only sessions that the filter asks for", `also ${named(Sessions.ids(wrong))}`)
    }
    const dressed = found.filter((session) => {
      const known = lab.listed(session.client_session_id)
      return known !== undefined && !lab.may(filter, known)
    })
    if (dressed.length > 0) {
      const after = yield* relist(lab)
      const still = dressed.filter(({ client_session_id }) => {
        const known = after.get(client_session_id)
        return known !== undefined && !lab.may(filter, known)
      })
      if (still.length > 0) {
        return violation(
          "only sessions that the filter asks for",
          `also ${named(Sessions.ids(still))}, whose values in the list of all are others`
        )
      }
    }
  }
  if (side !== "sound") {
    const got = new Set(Sessions.ids(found))
    const missing = due.filter(({ client_session_id }) => !got.has(client_session_id))
    const unlisted = found.filter(({ client_session_id }) => lab.listed(client_session_id) === undefined)
    if (missing.length > 0 || unlisted.length > 0) {
      const after = yield* relist(lab)
      const lost = missing.filter(({ client_session_id }) => {
        const known = after.get(client_session_id)
        return known !== undefined && lab.must(filter, known)
      })
      if (lost.length > 0) return violation(`also ${named(Sessions.ids(lost))}`)
      const hidden = unlisted.filter(({ client_session_id }) => !after.has(client_session_id))
      if (hidden.length > 0) {
        return violation(
          "only sessions that the list of all has too",
          `also ${named(Sessions.ids(hidden))}, which the list of all leaves out`
        )
      }
    }
  }
  return { found }
})

/** What two answers differ in: ids that only one of them has, or their statuses where one is no list. */
export const differing = (a: Answer, b: Answer): ReadonlyArray<string> => {
  if (a.sessions === undefined || b.sessions === undefined) return a.status === b.status ? [] : [a.seen, b.seen]
  const [left, right] = [new Set(Sessions.ids(a.sessions)), new Set(Sessions.ids(b.sessions))]
  return [...[...left].filter((id) => !right.has(id)), ...[...right].filter((id) => !left.has(id))]
}

/** Lists everything once more. */
export const relist = (lab: Lab): Effect.Effect<ReadonlyMap<string, Session>, NotAsked> =>
  Effect.map(
    lab.probe.ask(Ask.list({})),
    (answer) => new Map((answer.sessions ?? []).map((session) => [session.client_session_id, session]))
  )

/** Asks with a filter and holds the answer against it. */
export const judge: (
  lab: Lab,
  ask: Ask.Ask,
  filter: Filter,
  side: "sound" | "complete" | "both",
  bites: boolean
) => Effect.Effect<Verdict, NotAsked> = Effect.fnUntraced(function*(lab, ask, filter, side, bites) {
  const { violation } = yield* compare(lab, yield* lab.probe.ask(ask), filter, side)
  return violation !== undefined ? broken(violation) : bites ? held : toothless
})
