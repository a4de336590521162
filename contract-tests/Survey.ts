/**
 * What is there to draw from: the sessions that a target lists, and the filters that their values make. A filter value
 * that exists nowhere can't tell a right answer from a wrong one.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Ask from "./Ask.ts"
import * as Authorization from "./Authorization.ts"
import * as NearMisses from "./NearMisses.ts"
import * as Oracle from "./Oracle.ts"
import type { Answer, NotAsked, Probe } from "./Probe.ts"
import type { Filter, Parameter, Session, TextParameter } from "./Session.ts"
import * as Sessions from "./Session.ts"

/** A filter of one parameter, made from a value that exists. */
export interface Single {
  readonly parameter: Parameter
  readonly value: string | boolean | null
  readonly filter: Filter
  /** What kind of value it is: see {@link NearMisses.kindOf}. */
  readonly kind: string
  /** The places in `sessions` of those that match. */
  readonly matching: ReadonlySet<number>
}

/** What was found. */
export interface Survey {
  /** Whether the target lists anything at all that reads as sessions. */
  readonly answer: Answer
  /** Every session once, in an order of our own. */
  readonly sessions: ReadonlyArray<Session>
  /** Their live tokens. */
  readonly tokens: ReadonlyMap<string, string>
  /** The filters of one parameter, simplest first. */
  readonly singles: ReadonlyArray<Single>
  /** What the other workspace's credential lists. */
  readonly others: ReadonlyArray<Session>
}

/** The values of a session that a parameter can ask for, in their order. */
export const valuesOf = (session: Session, parameter: TextParameter): ReadonlyArray<string> => {
  switch (parameter) {
    case "client_session_id":
      return [session.client_session_id]
    case "connect_webview_id":
      return session.connect_webview_ids
    case "user_identifier_key":
      return session.user_identifier_key === null ? [] : [session.user_identifier_key]
    case "user_identity_id":
      return [
        ...(session.user_identity_id === undefined ? [] : [session.user_identity_id]),
        ...(session.user_identity_ids ?? [])
      ]
  }
}

// A target may have any number of sessions. Beyond this many values of a parameter, more of them show nothing new.
const maxValues = 2_000

const compare = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)

/** The filters of one parameter that the values of some sessions make, simplest first. */
export const singlesOf = (sessions: ReadonlyArray<Session>): ReadonlyArray<Single> => {
  const found = Sessions.textParameters.flatMap((parameter) => {
    const values = new Map<string, { kind: string; matching: Set<number> }>()
    sessions.forEach((session, index) => {
      valuesOf(session, parameter).forEach((value, place) => {
        const kind = parameter === "connect_webview_id" || parameter === "user_identity_id"
          ? place === 0 ? "first" : "further"
          : NearMisses.kindOf(value)
        const known = values.get(value)
        if (known === undefined) values.set(value, { kind, matching: new Set([index]) })
        else {
          known.matching.add(index)
          if (kind === "further") known.kind = kind
        }
      })
    })
    // An empty string is no filter, whatever a session holds.
    values.delete("")
    const all = [...values].sort(([a], [b]) => compare(a, b))
    const step = Math.max(1, all.length / maxValues)
    return Array.from({ length: Math.min(all.length, maxValues) }, (_, at) => all[Math.floor(at * step)])
      .filter((entry) => entry !== undefined)
      .map(([value, { kind, matching }]): Single => ({
        parameter,
        value,
        filter: Sessions.single(parameter, value),
        kind: `${parameter}, ${kind}`,
        matching
      }))
  })
  const without: Filter = { without_user_identifier_key: true }
  return [...found, {
    parameter: "without_user_identifier_key",
    value: true,
    filter: without,
    kind: "without_user_identifier_key",
    matching: new Set(sessions.flatMap((session, index) => Oracle.matches(without, session) ? [index] : []))
  }]
}

/** The filters of one parameter that ask for the sessions without such a value. */
export const nullSinglesOf = (sessions: ReadonlyArray<Session>): ReadonlyArray<Single> =>
  Sessions.nullableParameters.map((parameter): Single => ({
    parameter,
    value: null,
    filter: Sessions.single(parameter, null),
    kind: `${parameter}, null`,
    matching: new Set(
      sessions.flatMap((session, index) => valuesOf(session, parameter).length === 0 ? [index] : [])
    )
  }))

/** Every session once, in an order that doesn't depend on the target's. */
export const canonical = (sessions: Iterable<Session>): ReadonlyArray<Session> =>
  [...new Map(Array.from(sessions, (session) => [session.client_session_id, session])).values()]
    .sort((a, b) => compare(a.client_session_id, b.client_session_id))

/** Lists what there is. */
export const make: (probe: Probe) => Effect.Effect<Survey, NotAsked> = Effect.fnUntraced(function*(probe) {
  const answer = yield* probe.ask(Ask.list({}))
  const others = probe.target.other === undefined
    ? []
    : (yield* probe.ask(Ask.list({}, { authorization: Authorization.otherBearer }))).sessions ?? []
  const sessions = canonical(answer.sessions ?? [])
  return {
    answer,
    sessions,
    tokens: Sessions.readTokens(answer.json),
    singles: singlesOf(sessions),
    others: canonical(others)
  }
})
