/**
 * Finds out which reading of each open point a target takes, by asking it something that only one of them would answer
 * so. Where its data gives no chance to tell, or it could change between two requests, the point is "not observed".
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Ask from "./Ask.ts"
import * as Authorization from "./Authorization.ts"
import * as Oracle from "./Oracle.ts"
import type { Point, Reading, Readings } from "./Points.ts"
import { points } from "./Points.ts"
import type { Answer, NotAsked, Probe } from "./Probe.ts"
import type { Session, TextParameter } from "./Session.ts"
import * as Sessions from "./Session.ts"
import type { Single, Survey } from "./Survey.ts"

// How many different questions are put for one point. Two that disagree make it "something else".
const maxQuestions = 3

// Among so many filters that find several sessions there are some that overlap.
const maxShared = 200

type Found<P extends Point> = Effect.Effect<Reading<P>, NotAsked>

/** An id that nobody has: of the form that the contract gives to ids, and never made by anything. */
export const unknownId = "00000000-0000-4000-8000-00c0ffee0000"

const sameIds = (sessions: ReadonlyArray<Session> | undefined, expected: ReadonlySet<string>): boolean =>
  sessions !== undefined && new Set(Sessions.ids(sessions)).size === expected.size &&
  sessions.every(({ client_session_id }) => expected.has(client_session_id))

/** Finds out how a target reads every open point. */
export const recognise = (probe: Probe, survey: Survey): Effect.Effect<Readings, NotAsked> => {
  const { sessions, singles } = survey
  const idsAt = (indexes: Iterable<number>): ReadonlySet<string> =>
    new Set(Array.from(indexes, (index) => sessions[index]?.client_session_id ?? ""))
  const all = idsAt(sessions.keys())

  /** What all answers agree on. */
  const agree = <P extends Point>(
    questions: ReadonlyArray<Ask.Ask>,
    read: (answer: Answer, index: number) => Reading<P>
  ): Found<P> =>
    Effect.map(Effect.forEach(questions, probe.ask), (answers): Reading<P> => {
      const seen = new Set(answers.map(read))
      seen.delete("not observed")
      const [only = "not observed"] = seen
      return seen.size > 1 ? "something else" : only
    })

  const identities = (session: Session): ReadonlyArray<string> => session.user_identity_ids ?? []

  // Of each of the two, some sessions are the other's too, and some are not.
  const shared = singles.filter(({ matching, value }) => value !== true && matching.size > 1).slice(0, maxShared)
  const pairs = shared.flatMap((first) => {
    const second = shared.find(({ matching, parameter }) => {
      const common = [...matching].filter((index) => first.matching.has(index)).length
      return parameter !== first.parameter && common > 0 && common < matching.size && common < first.matching.size
    })
    return second === undefined ? [] : [{ first, second }]
  }).slice(0, maxQuestions)
  const filters_together: Found<"filters_together"> = agree(
    pairs.map(({ first, second }) => Ask.list({ ...first.filter, ...second.filter })),
    (answer, index) => {
      const pair = pairs[index]
      if (pair === undefined || answer.sessions === undefined) return "something else"
      const { first, second } = pair
      const both = [...first.matching].filter((at) => second.matching.has(at))
      return sameIds(answer.sessions, idsAt(both))
        ? "all must hold"
        : sameIds(answer.sessions, idsAt([...first.matching, ...second.matching]))
        ? "any may hold"
        : sameIds(answer.sessions, idsAt(first.matching))
        ? "the first one wins"
        : "something else"
    }
  )

  const finding = (answer: Answer): "an empty list" | "400" | "404" | "something else" =>
    answer.status === 400
      ? "400"
      : answer.status === 404
      ? "404"
      : answer.sessions?.length === 0
      ? "an empty list"
      : "something else"

  const unknown_id: Found<"unknown_id"> = agree([Ask.list({ client_session_id: unknownId })], finding)

  const keyed = singles.filter((single) => single.parameter === "user_identifier_key").slice(0, maxQuestions)
  const keyless = sessions.some((session) => session.user_identifier_key === null)
  const without_key_and_key: Found<"without_key_and_key"> = agree(
    keyed.map(({ filter }) => Ask.list({ ...filter, without_user_identifier_key: true })),
    (answer) => {
      const found = finding(answer)
      return found === "404" ? "something else" : found !== "something else"
        ? found
        : answer.sessions === undefined
        ? "something else"
        : "one of them ignored"
    }
  )

  const without_false: Found<"without_false"> = keyless && keyed.length > 0
    ? agree([Ask.list({ without_user_identifier_key: false })], ({ sessions: found }) =>
      sameIds(found, all)
        ? "no constraint"
        : found !== undefined && found.length > 0 && found.every((session) => session.user_identifier_key !== null)
        ? "only sessions that have a key"
        : "something else")
    : Effect.succeed("not observed")

  // A member of the deprecated list of a session that has another for its one identity.
  const members = sessions.flatMap((session) =>
    identities(session).filter((id) => id !== session.user_identity_id).slice(0, 1).map((id) => ({ id, session }))
  ).slice(0, maxQuestions)
  const user_identity_id_matches: Found<"user_identity_id_matches"> = agree(
    members.map(({ id }) => Ask.list({ user_identity_id: id })),
    (answer, index) =>
      answer.sessions?.some(({ client_session_id }) => client_session_id === members[index]?.session.client_session_id)
        ? "user_identity_id or a member of user_identity_ids"
        : answer.sessions !== undefined || finding(answer) !== "something else"
        ? "only user_identity_id"
        : "something else"
  )

  // Values that are another in the other case, and are nobody's then.
  const swapCase = (text: string): string => text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase()
  const known = new Set(singles.map(({ parameter, value }) => `${parameter} ${value}`))
  const swappable = (parameter: TextParameter): ReadonlyArray<Single & { readonly swapped: string }> =>
    singles.flatMap((single) => {
      const value = String(single.value)
      const swapped = swapCase(value)
      const usable = single.parameter === parameter && swapped !== value &&
        swapped.toLowerCase() === value.toLowerCase() && !known.has(`${parameter} ${swapped}`)
      return usable ? [{ ...single, swapped }] : []
    })

  const ids = Sessions.textParameters.filter((parameter) => parameter !== "user_identifier_key").flatMap((parameter) =>
    swappable(parameter).filter(({ swapped }) => Oracle.isUuid(swapped)).slice(0, 1)
  )
  const ids_compared: Found<"ids_compared"> = agree(
    ids.map(({ parameter, swapped }) => Ask.list(Sessions.single(parameter, swapped))),
    (answer, index) =>
      sameIds(answer.sessions, idsAt(ids[index]?.matching ?? []))
        ? "case-insensitively when both are UUIDs"
        : finding(answer) === "something else"
        ? "something else"
        : "exactly"
  )

  const keys = swappable("user_identifier_key").slice(0, maxQuestions)
  const user_identifier_key_compared: Found<"user_identifier_key_compared"> = agree(
    keys.map(({ swapped }) => Ask.list({ user_identifier_key: swapped })),
    (answer) =>
      answer.sessions !== undefined && answer.sessions.length > 0 && answer.sessions.length < sessions.length
        ? "case-folded"
        : finding(answer) === "something else"
        ? "something else"
        : "exactly"
  )

  const expired_sessions: Found<"expired_sessions"> = Effect.map(Clock.currentTimeMillis, (now) => {
    const isExpired = (session: Session): boolean => Date.parse(session.expires_at ?? "") <= now
    if (sessions.some(isExpired)) return "listed"
    const known = Sessions.readList({ client_sessions: probe.target.sessions ?? [] }) ?? []
    return known.some(isExpired) ? "left out" : "not observed"
  })

  const listed = survey.answer.sessions ?? []
  const order: Found<"order"> = Effect.succeed(
    listed.length < 2
      ? "not observed"
      : listed.every((session, index) => {
          const next = listed[index + 1]
          return next === undefined || byNewest(session, next) <= 0
        })
      ? "newest created_at first, then id"
      : "unspecified"
  )

  const unknown_parameter: Found<"unknown_parameter"> = agree(
    [post({ contract_check_parameter: "x" }), post({ contract_check_parameter: false })],
    (answer) => answer.status === 400 ? "400" : sameIds(answer.sessions, all) ? "ignored" : "something else"
  )

  const empty_string: Found<"empty_string"> = agree(
    Sessions.textParameters.map((parameter) => Ask.list(Sessions.single(parameter, ""))),
    (answer) => {
      const found = finding(answer)
      return found === "400"
        ? "400"
        : sessions.length === 0
        ? "not observed"
        : found !== "something else"
        ? "matches nothing"
        : sameIds(answer.sessions, all)
        ? "no constraint"
        : "something else"
    }
  )

  const nulls = Sessions.nullableParameters.map((parameter) => Sessions.single(parameter, null))
  const null_filter: Found<"null_filter"> = agree(
    nulls.map((filter) => Ask.list(filter)),
    (answer, index) => {
      if (answer.status === 400) return "400"
      if (answer.sessions === undefined) return "something else"
      if (sessions.length === 0) return "not observed"
      // Whether the deprecated list of identities counts is another point.
      const expected = points.user_identity_id_matches.map((user_identity_id_matches) =>
        Sessions.ids(Oracle.select(sessions, nulls[index] ?? {}, { ...Oracle.meaning, user_identity_id_matches }))
      )
      return expected.some((ids) => sameIds(answer.sessions, new Set(ids))) ? "not associated" : "something else"
    }
  )

  const othersIds = new Set(Sessions.ids(survey.others))
  const other_workspaces: Found<"other_workspaces"> = Effect.succeed(
    sessions.some((session) =>
        session.workspace_id !== sessions[0]?.workspace_id || othersIds.has(session.client_session_id)
      )
      ? "listed"
      : survey.others.length > 0 && sessions.length > 0
      ? "never"
      : "not observed"
  )

  const get: Found<"get"> = agree([Ask.get({})], (answer) =>
    answer.sessions !== undefined
      ? "the same operation"
      : answer.status >= 400 && (answer.status < 500 || answer.status === 501)
      ? "not supported"
      : "something else")

  const lower_case_bearer: Found<"lower_case_bearer"> = agree(
    [Ask.list({}, { authorization: Authorization.lowerCase })],
    (answer) =>
      answer.sessions !== undefined
        ? "accepted"
        : answer.status >= 400 && answer.status < 500
        ? "refused"
        : "something else"
  )

  return Effect.all({
    filters_together,
    unknown_id,
    without_key_and_key,
    without_false,
    user_identity_id_matches,
    ids_compared,
    user_identifier_key_compared,
    expired_sessions,
    order,
    unknown_parameter,
    empty_string,
    null_filter,
    other_workspaces,
    get,
    lower_case_bearer
  })
}

const post = (body: { readonly [name: string]: unknown }): Ask.Ask => Ask.post(JSON.stringify(body))

/** A time in nanoseconds as text that sorts, since `Date` counts milliseconds and the contract's examples don't. */
const instant = (time: string | undefined): string => {
  const millis = Date.parse(time ?? "")
  const fraction = /\.(\d+)/.exec(time ?? "")?.[1] ?? ""
  return Number.isNaN(millis)
    ? ""
    : `${Math.floor(millis / 1000).toString().padStart(15, "0")}.${fraction.padEnd(9, "0")}`
}

/** Newest first; of two that were created at the same time, the lower id first. */
export const byNewest = (a: Session, b: Session): number => {
  const [left, right] = [instant(a.created_at), instant(b.created_at)]
  return left > right
    ? -1
    : left < right
    ? 1
    : a.client_session_id < b.client_session_id
    ? -1
    : a.client_session_id > b.client_session_id
    ? 1
    : 0
}

/** What is reported when the target could not even be asked. */
export const unobserved: Readings = {
  filters_together: "not observed",
  unknown_id: "not observed",
  without_key_and_key: "not observed",
  without_false: "not observed",
  user_identity_id_matches: "not observed",
  ids_compared: "not observed",
  user_identifier_key_compared: "not observed",
  expired_sessions: "not observed",
  order: "not observed",
  unknown_parameter: "not observed",
  empty_string: "not observed",
  null_filter: "not observed",
  other_workspaces: "not observed",
  get: "not observed",
  lower_case_bearer: "not observed"
}
