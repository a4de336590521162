/**
 * The laws of one filter: what its answer may hold, has to hold, and how it fits the list of all.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import fc from "fast-check"
import * as Ask from "../Ask.ts"
import type { Lab } from "../Lab.ts"
import { blame, compare, judge, named, relist, seen } from "../Lab.ts"
import * as NearMisses from "../NearMisses.ts"
import type { Item, Property } from "../Property.ts"
import { broken, drawn, each, generated, held, toothless } from "../Property.ts"
import type { Filter } from "../Session.ts"
import * as Sessions from "../Session.ts"
import type { Single } from "../Survey.ts"
import { nullSinglesOf } from "../Survey.ts"

/** The filters of one parameter, as cases. */
export const singles = ({ survey }: Lab): ReadonlyArray<Item<Single>> =>
  survey.singles.map((value) => ({ stratum: value.kind, value }))

const overGet = (lab: Lab): boolean => lab.readings.get === "the same operation"

// Servers bound the length of a URL; 8,000 octets is what RFC 9110 section 4.1 asks them for.
const fitsUrl = (single: Single): boolean => encodeURIComponent(String(single.value)).length < 2_000

// So many values of one parameter are varied: the variants of more show nothing new.
const maxVaried = 100

const nearMisses = (lab: Lab): ReadonlyArray<Item<Filter>> =>
  Sessions.textParameters.flatMap((parameter) => {
    const existing = lab.survey.singles.filter((single) => single.parameter === parameter && single.value !== null)
    const step = Math.max(1, existing.length / maxVaried)
    const varied = Array.from({ length: Math.min(existing.length, maxVaried) }, (_, at) =>
      existing[Math.floor(at * step)])
    return varied.flatMap((single): ReadonlyArray<Item<Filter>> =>
      single === undefined
        ? []
        : NearMisses.of(String(single.value)).map(({ kind, value }) => ({
          stratum: `${parameter}, ${kind}`,
          value: Sessions.single(parameter, value)
        }))
    )
  })

/** Every session in an answer is one that the filter asks for. */
export const soundness = (lab: Lab): ReadonlyArray<Property> => {
  const { sessions } = lab.survey
  const asks = (single: Single, ask: Ask.Ask) =>
    judge(lab, ask, single.filter, "sound", single.matching.size < sessions.length)
  const refusedOrSound = ({ filter, matching }: Single, ask: Ask.Ask) =>
    Effect.map(lab.probe.ask(ask), (answer) => {
      const wrong = answer.sessions?.filter((session) => !lab.may(filter, session)) ?? []
      return wrong.length > 0
        ? blame(
          answer,
          "a refusal, or only sessions that the filter asks for",
          undefined,
          `also ${named(Sessions.ids(wrong))}`
        )
        : matching.size < sessions.length
        ? held
        : toothless
    })
  const law = "Every session in the answer to a filter is one that the filter asks for."
  return [
    drawn("existing", law, singles(lab), (single) => asks(single, Ask.list(single.filter))),
    drawn(
      "near-misses",
      "A value that only looks like an existing one finds none of its sessions.",
      nearMisses(lab),
      (filter) => judge(lab, Ask.list(filter), filter, "sound", sessions.some((session) => !lab.may(filter, session)))
    ),
    each(
      "empty-string",
      "An empty string is no reason to list sessions that the filter doesn't ask for.",
      Sessions.textParameters.map((parameter): Filter => Sessions.single(parameter, "")),
      (filter) => judge(lab, Ask.list(filter), filter, "sound", sessions.length > 0)
    ),
    drawn(
      "other-media-type",
      "A filter sent under another media type is refused or applied, never left out.",
      singles(lab).slice(0, 20).flatMap(({ value }) =>
        ["text/plain", "application/x-www-form-urlencoded", undefined].map((contentType) => ({
          stratum: `${contentType}`,
          value: { single: value, contentType }
        }))
      ),
      ({ contentType, single }) => {
        const { contentType: _, ...bare } = Ask.list(single.filter)
        const ask = contentType === undefined
          ? { ...bare, body: new TextEncoder().encode(bare.body?.toString()) }
          : { ...bare, contentType }
        return refusedOrSound(single, ask)
      }
    ),
    ...(overGet(lab)
      ? [
        drawn(
          "over-get",
          "GET applies the filter in its query.",
          singles(lab).filter(({ value }) => fitsUrl(value)),
          (single) => asks(single, Ask.get(single.filter))
        ),
        each(
          "null-over-get",
          "An empty value in a query is no reason to list sessions that have one.",
          nullSinglesOf(sessions),
          (single) => refusedOrSound(single, Ask.get(single.filter))
        )
      ]
      : [])
  ]
}

/** Every session that the filter asks for is in the answer. */
export const completeness = (lab: Lab): ReadonlyArray<Property> => {
  const law = "Every listed session that the filter asks for is in its answer, and every session in it is listed."
  const bites = (single: Single) => single.matching.size > 0
  return [
    drawn(
      "existing",
      law,
      singles(lab),
      (single) => judge(lab, Ask.list(single.filter), single.filter, "complete", bites(single))
    ),
    each(
      "without-false",
      "A filter of false leaves out no session that has a key.",
      [{ without_user_identifier_key: false }],
      (filter: Filter) =>
        judge(
          lab,
          Ask.list(filter),
          filter,
          "complete",
          lab.survey.sessions.some((session) => lab.must(filter, session))
        )
    ),
    ...(overGet(lab)
      ? [
        drawn(
          "over-get",
          law,
          singles(lab).filter(({ value }) => fitsUrl(value)),
          (single) => judge(lab, Ask.get(single.filter), single.filter, "complete", bites(single))
        )
      ]
      : [])
  ]
}

/** No filter, `{}`, and nothing at all ask for the same. */
export const emptyFilter = (lab: Lab): ReadonlyArray<Property> => {
  const { sessions } = lab.survey
  const all = (ask: Ask.Ask) => judge(lab, ask, {}, "complete", sessions.length > 0)
  return [
    drawn(
      "covers",
      "The list of all has every session that a filter finds.",
      // An id that was listed can't find a session that was not.
      singles(lab).filter(({ value }) => value.parameter !== "client_session_id"),
      Effect.fnUntraced(function*(single: Single) {
        const answer = yield* lab.probe.ask(Ask.list(single.filter))
        const hidden = (answer.sessions ?? []).filter(({ client_session_id }) =>
          lab.listed(client_session_id) === undefined
        )
        if (hidden.length === 0) return answer.sessions?.length ? held : toothless
        const after = yield* relist(lab)
        const still = Sessions.ids(hidden).filter((id) => !after.has(id))
        return still.length === 0 ? held : blame(
          answer,
          "sessions that {} lists too",
          single.filter,
          `${named(still)}, which {} leaves out`
        )
      })
    ),
    each(
      "repeated",
      "{} lists every session, however it is written.",
      ["{}", " {\n} ", "{}\n"],
      (body) => all(Ask.post(body))
    ),
    ...(overGet(lab)
      ? [each("over-get", "GET without a query lists every session.", [{}], (filter: Filter) => all(Ask.get(filter)))]
      : [])
  ]
}

// Together in one case, so that a key's sessions can be held against those of other keys.
const keysPerCase = 8

/** Those without a key and those of each key are disjoint, and make up the whole. */
export const keyPartition = (lab: Lab): ReadonlyArray<Property> => {
  const cells: ReadonlyArray<Filter> = [
    { without_user_identifier_key: true },
    ...lab.survey.singles.filter(({ parameter }) => parameter === "user_identifier_key").map(({ filter }) => filter)
  ]
  const places = fc.uniqueArray(fc.nat(cells.length - 1), { minLength: 1, maxLength: keysPerCase })
  const law = "The sessions without a key and those of each key are disjoint, and together they are all there are."
  const check = Effect.fnUntraced(function*(indexes: ReadonlyArray<number>) {
    const home = new Map<string, Filter>()
    for (const index of indexes) {
      const filter = cells[index]
      if (filter === undefined) continue
      const answer = yield* lab.probe.ask(Ask.list(filter))
      for (const { client_session_id: id } of answer.sessions ?? []) {
        const other = home.get(id)
        if (other !== undefined && other !== filter) {
          return blame(answer, `no session of ${JSON.stringify(other)}`, filter, `also ${id}`)
        }
        home.set(id, filter)
      }
      const { violation } = yield* compare(lab, answer, filter, "both")
      if (violation !== undefined) return broken(violation)
    }
    return home.size > 0 ? held : toothless
  })
  const whole = Effect.fnUntraced(function*() {
    const home = new Set<string>()
    for (const filter of cells) {
      const answer = yield* lab.probe.ask(Ask.list(filter))
      for (const { client_session_id } of answer.sessions ?? []) home.add(client_session_id)
    }
    const missing = Sessions.ids(lab.survey.sessions).filter((id) => !home.has(id))
    if (missing.length === 0) return lab.survey.sessions.length > 0 ? held : toothless
    const after = yield* relist(lab)
    const still = missing.filter((id) => after.has(id))
    const [first] = still
    if (first === undefined) return held
    const key = lab.listed(first)?.user_identifier_key ?? null
    const filter: Filter = key === null ? { without_user_identifier_key: true } : { user_identifier_key: key }
    const answer = yield* lab.probe.ask(Ask.list(filter))
    return blame(answer, `every session of the list of all, ${named(still)} among them`, filter)
  })
  return [
    generated("cells", law, places, check),
    // With very many keys the cells are sampled, and the whole can't be put together from them.
    ...(cells.length <= maxCells ? [each("whole", law, [{}], whole)] : [])
  ]
}

const maxCells = 200

/** An id that nobody has finds nothing. */
export const unknownId = (lab: Lab): ReadonlyArray<Property> => {
  const known = new Set(lab.survey.singles.map(({ value }) => value))
  return Sessions.textParameters.map((parameter) =>
    generated(
      parameter,
      "A value that no session has finds no session: the answer is an empty list, or says that there is no such thing.",
      fc.oneof(fc.uuid(), fc.stringMatching(/^[a-z]{1,12}$/), fc.string({ unit: "binary", minLength: 1 })).filter((
        value
      ) => !known.has(value) && value.isWellFormed()),
      (value) => {
        const filter = Sessions.single(parameter, value)
        return Effect.map(lab.probe.ask(Ask.list(filter)), (answer) =>
          answer.sessions?.some((session) =>
                !lab.may(filter, session)
              ) === true ||
            (answer.sessions === undefined && (answer.status < 400 || answer.status >= 500))
            ? blame(answer, "an empty list, 400 or 404", filter, seen(answer))
            : lab.survey.sessions.length > 0
            ? held
            : toothless)
      }
    )
  )
}
