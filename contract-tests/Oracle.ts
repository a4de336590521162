/**
 * The oracle: what each filter means, as plain predicates over a plain array.
 *
 * It is written from the recorded contract and the readings of `spec/README.md`, and shares no code with `src/`: a model
 * that is a copy of what it judges finds nothing.
 *
 * @module
 */
import type { Readings } from "./Points.ts"
import { points } from "./Points.ts"
import type { Filter, Session } from "./Session.ts"

/** The readings that decide whether a session matches a filter. */
export type Meaning = Pick<Readings, "ids_compared" | "user_identity_id_matches" | "without_false">

/** The meaning that this project takes. */
export const meaning: Meaning = {
  ids_compared: points.ids_compared[0],
  user_identity_id_matches: points.user_identity_id_matches[0],
  without_false: points.without_false[0]
}

const hex = "[0-9a-fA-F]"
const uuid = new RegExp(`^${[8, 4, 4, 4, 12].map((digits) => `${hex}{${digits}}`).join("-")}$`)

/** Whether an id is a UUID in its usual form. */
export const isUuid = (id: string): boolean => uuid.test(id)

// RFC 9562 section 4: the hexadecimal digits of a UUID mean the same in either case.
const canonical = (id: string, { ids_compared }: Meaning): string =>
  ids_compared === "exactly" || !isUuid(id) ? id : id.toLowerCase()

// `null` asks for a session that has none.
const hasId = (ids: ReadonlyArray<string>, id: string | null, meaning: Meaning): boolean =>
  id === null ? ids.length === 0 : new Set(ids.map((other) => canonical(other, meaning))).has(canonical(id, meaning))

const identities = (session: Session, { user_identity_id_matches }: Meaning): ReadonlyArray<string> => [
  ...(session.user_identity_id === undefined ? [] : [session.user_identity_id]),
  ...(user_identity_id_matches === "only user_identity_id" ? [] : session.user_identity_ids ?? [])
]

const clauses: ReadonlyArray<(filter: Filter, session: Session, meaning: Meaning) => boolean> = [
  ({ client_session_id: id }, session, meaning) => id === undefined || hasId([session.client_session_id], id, meaning),
  ({ connect_webview_id: id }, session, meaning) => id === undefined || hasId(session.connect_webview_ids, id, meaning),
  ({ user_identifier_key: key }, session) => key === undefined || session.user_identifier_key === key,
  ({ user_identity_id: id }, session, meaning) => id === undefined || hasId(identities(session, meaning), id, meaning),
  ({ without_user_identifier_key: without }, session, { without_false }) => {
    if (without === true) return session.user_identifier_key === null
    if (without === false && without_false !== "no constraint") return session.user_identifier_key !== null
    return true
  }
]

/** Whether a session is one that a filter asks for. */
export const matches = (filter: Filter, session: Session, as: Meaning = meaning): boolean =>
  clauses.every((clause) => clause(filter, session, as))

/** The sessions that a filter asks for, in their order. */
export const select = (
  sessions: ReadonlyArray<Session>,
  filter: Filter,
  as: Meaning = meaning
): ReadonlyArray<Session> => sessions.filter((session) => matches(filter, session, as))

/** Every meaning that agrees with what was seen of a target: a point that was not seen may go either way. */
export const admissible = (readings: Meaning): ReadonlyArray<Meaning> => {
  const open = <A extends string>(choices: ReadonlyArray<A>, reading: string): ReadonlyArray<A> => {
    const known = choices.filter((choice) => choice === reading)
    return known.length > 0 ? known : choices
  }
  return open(points.ids_compared, readings.ids_compared).flatMap((ids_compared) =>
    open(points.user_identity_id_matches, readings.user_identity_id_matches).flatMap((user_identity_id_matches) =>
      open(points.without_false, readings.without_false).map((without_false) => ({
        ids_compared,
        user_identity_id_matches,
        without_false
      }))
    )
  )
}
