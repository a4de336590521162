/**
 * What the contenders are given: the simulator's sessions, as the text of an answer.
 *
 * @module
 */
import { type ClientSessionEncoded, Simulator } from "@seam-effect/client-sessions/simulator"

/** So many sessions, always the same. */
export const sessions = (count: number): ReadonlyArray<ClientSessionEncoded> =>
  Simulator.generate({ sessions: count }).flatMap(({ sessions }) => sessions)

/** The body of a 200 answer with the sessions. */
export const bodyOf = (client_sessions: ReadonlyArray<ClientSessionEncoded>): string =>
  JSON.stringify({ client_sessions, ok: true })

/** The key that the contenders use. */
export const apiKey = "seam_benchmark"
