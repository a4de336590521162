/**
 * The text of a 200 answer, in pieces, to sessions and what is wrong. `list.ts` reads the JSON.
 *
 * @module
 */
import type { ClientSession } from "../ClientSession.ts"
import * as Problems from "../internal/problems.ts"
import { decode, explain } from "./clientSession.ts"
import { makeListReader } from "./list.ts"

/** What is wrong with a body: the first problems, and how many there are. */
export interface Malformed {
  /** The first problems in the order of the text, at most `Problems.maxProblems`. */
  readonly problems: ReadonlyArray<Problems.SeamProblem>
  /** How many there are, as far as the body was read. */
  readonly total: number
}

/** `list` reads no further than to the session with this problem: a hundred megabytes can hold millions. */
export const maxCounted = 1000

/** The most text that one session, or all that is beside the list, may take: 1 Mi UTF-16 code units. */
export const maxLength = 1_048_576

/** How much of the start of a body is kept, in UTF-16 code units. */
export const maxStart = 1024

/** Reads a body in pieces, which may be cut anywhere. */
export interface SessionsReader {
  /** Reads the next piece of the text. */
  readonly read: (text: string) => void
  /** Takes note that the text has ended, or has broken off. */
  readonly end: () => void
  /** The sessions read since the last call, in their order. */
  readonly takeSessions: () => ReadonlyArray<ClientSession>
  /** What is wrong so far. */
  readonly malformed: () => Malformed | undefined
  /** Whether there is no use in reading on. */
  readonly isDone: () => boolean
  /** The start of the text, for whoever looks into what is wrong with it; no further than to what may be a session. */
  readonly start: () => string
}

/** Makes a reader that ends with problem number `limit`. */
export const makeSessionsReader = (limit: number): SessionsReader => {
  let sessions: Array<ClientSession> = []
  const problems: Array<Problems.SeamProblem> = []
  let total = 0
  let start = ""

  const report = (path: string, expected: string): void => {
    if (total++ < Problems.maxProblems) problems.push({ path, expected })
  }

  const reader = makeListReader({
    name: "client_sessions",
    maxLength,
    onElement: (json, index) => {
      const session = decode(json)
      if (session !== undefined) sessions.push(session)
      else explain(json, `client_sessions[${index}]`, report, "")
    },
    onMember: (name, value) => {
      if (name === "ok" && value !== true) report("ok", "true")
    },
    onProblem: report,
    isEnough: () => total >= limit
  })

  return {
    read: (text) => {
      start += text.slice(0, maxStart - start.length)
      reader.read(text)
    },
    end: () => {
      if (start === "") report("", "a JSON object (the body is empty, or had been read before)")
      else reader.end()
    },
    takeSessions: () => {
      const taken = sessions
      sessions = []
      return taken
    },
    malformed: () => total === 0 ? undefined : { problems, total },
    isDone: reader.isDone,
    start: () => start.split(/\W*(?:client_session|token)|\[/i, 1).join()
  }
}
