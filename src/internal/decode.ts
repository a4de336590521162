/**
 * The body of a 200 answer, decoded: as a whole, or piece by piece as it arrives.
 *
 * @module
 */
import * as Result from "effect/Result"
import type { ClientSession } from "../ClientSession.ts"
import { decodeSession } from "./decodeSession.ts"
import * as Problems from "./problems.ts"

/** What is wrong with a body: the first problems, and how many there are. */
export interface Malformed {
  /** The first problems in the order of the text, at most `Problems.maxProblems`. */
  readonly problems: ReadonlyArray<Problems.SeamProblem>
  /** How many there are, as far as the body was read. */
  readonly total: number
}

/** `list` reads no further than to the session with this problem: a hundred megabytes can hold millions. */
export const maxCounted = 1000

/**
 * The most text that one session, or one other member of the envelope, may take: 1 Mi UTF-16 code units. It bounds what
 * is held in memory, and how deep JSON may nest. Counted by the piece: up to 32 Ki more may pass.
 */
export const maxValueLength = 1_048_576

const pieceLength = 32_768

const notObject = "a JSON object"

/** How much of the start of a body is kept, in UTF-16 code units. */
export const maxStart = 1024

/** Reads a body in pieces, which may be cut anywhere. */
export interface BodyReader {
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

// The engine's own message quotes the text, tokens included: it is dropped.
const parse = (json: string): unknown => Result.getOrUndefined(Result.try(() => JSON.parse(json)))

const parseElements = (text: string): ReadonlyArray<unknown> | undefined => {
  const json = parse(`[${text}]`)
  return Array.isArray(json) ? json : undefined
}

const parseMembers = (text: string): ReadonlyArray<readonly [string, unknown]> | undefined => {
  const json = parse(`{${text}}`)
  return typeof json === "object" && json !== null ? Object.entries(json) : undefined
}

const find = (text: string, what: string, from: number): number => {
  const at = text.indexOf(what, from)
  return at === -1 ? text.length : at
}

/**
 * Makes a reader that ends with problem number `limit`.
 *
 * It finds where the members of the envelope and the elements of `client_sessions` end, by counting the brackets outside
 * strings, and hands the text between to `JSON.parse`. If the text is JSON, those are its members and elements; and if
 * each of them parses, the text is JSON. So it takes and refuses what `JSON.parse` would, but that a second
 * `client_sessions` is a problem, that members and elements have a longest length, and that no more than one of them, or
 * one piece, is in memory as JSON at a time, however little text it takes to make a value.
 */
export const makeBodyReader = (limit: number): BodyReader => {
  let sessions: Array<ClientSession> = []
  const problems: Array<Problems.SeamProblem> = []
  let total = 0
  let isBroken = false
  let start = ""

  let place: "before" | "members" | "list" | "after" = "before"
  let members = 0
  let lists = 0
  let elements = 0
  let outside = 0
  // The member or element that has begun and not ended, and where the scan stands at its end.
  let pending = ""
  let depth = 0
  let isQuoted = false
  let skip = 0
  let hasBracket = false

  const isDone = (): boolean => isBroken || total >= limit

  const report = (path: string, expected: string): void => {
    if (total++ < Problems.maxProblems) problems.push({ path, expected })
  }

  const breakOff = (expected: string, path = ""): void => {
    if (!isBroken) report(path, expected)
    isBroken = true
  }

  // Members and white space can go on for ever, too.
  const countOutside = (length: number): void => {
    outside += length
    if (outside > maxValueLength) breakOff(`at most ${maxValueLength} characters beside client_sessions`)
  }

  const reportList = (expected: string): void => report("client_sessions", expected)

  const countList = (): void => {
    if (lists++ > 0) breakOff("one list (there is a second)", "client_sessions")
  }

  const addElements = (found: ReadonlyArray<unknown>): void => {
    for (let index = 0; index < found.length && !isDone(); index++) {
      const at = elements++
      const session = decodeSession(found[index], (path, expected) => report(`client_sessions[${at}]${path}`, expected))
      if (session !== undefined) sessions.push(session)
    }
  }

  const endElement = (text: string, isLast: boolean): void => {
    const found = parseElements(pending + text)
    pending = ""
    if (found === undefined || (found.length === 0 && !(isLast && elements === 0))) return breakOff("JSON")
    addElements(found)
  }

  const endMember = (text: string, isLast: boolean): void => {
    const found = parseMembers(pending + text)
    countOutside(pending.length + text.length + 1)
    pending = ""
    hasBracket = false
    if (found === undefined || (found.length === 0 && !(isLast && members === 0))) return breakOff("JSON")
    for (const [key, value] of found) {
      members++
      if (key === "ok" && value !== true) report("ok", "true")
      if (key === "client_sessions") {
        countList()
        if (!isBroken) reportList("array")
      }
    }
    if (isLast && lists === 0) reportList("a value (it is missing)")
  }

  const endList = (): void => {
    place = "members"
    // Only the end of a member may follow.
    pending = "\"\":[]"
  }

  /**
   * Adds the elements up to where the list seems to end, or else the last of them in this piece, and says where to scan
   * on. A scan takes longer than `JSON.parse` does; this leaves it with the edges of the piece. What parses as elements
   * ends where an element does, so a wrong guess costs time and nothing else.
   */
  const leap = (piece: string, from: number): number => {
    if (pending.length > piece.length) return from
    let comma = piece.lastIndexOf("},")
    // What precedes a key is no element.
    while (comma > from && piece[comma + 2] === "\"") comma = piece.lastIndexOf("},", comma - 1)
    for (const brace of [piece.indexOf("}]", Math.max(comma, from)), comma]) {
      const found = brace < from ? undefined : parseElements(pending + piece.slice(from, brace + 1))
      if (found === undefined) continue
      addElements(found)
      pending = ""
      depth = 0
      isQuoted = false
      if (piece[brace + 1] === "]") endList()
      return brace + 2
    }
    return from
  }

  const readPiece = (piece: string): void => {
    let from = place === "list" ? leap(piece, 0) : 0
    let at = from === 0 ? skip : from
    let quote = -1
    let backslash = -1
    while (at < piece.length && !isDone()) {
      if (isQuoted) {
        if (quote < at) quote = find(piece, "\"", at)
        if (backslash < at) backslash = find(piece, "\\", at)
        isQuoted = quote === piece.length || backslash < quote
        at = backslash < quote ? backslash + 2 : Math.min(quote + 1, piece.length)
        continue
      }
      const char = piece[at++]
      if (place === "before" || place === "after") {
        from = at
        if (char === " " || char === "\n" || char === "\r" || char === "\t") countOutside(1)
        else if (place === "after") breakOff("JSON")
        else if (char === "{") place = "members"
        else breakOff(notObject)
      } else if (char === "\"") isQuoted = true
      else if (char === "[" || char === "{") {
        // A member's first bracket may open the list.
        if (
          place === "members" && !hasBracket && char === "[" &&
          parseMembers(`${pending}${piece.slice(from, at - 1)}null`)?.[0]?.[0] === "client_sessions"
        ) {
          countList()
          place = "list"
          pending = ""
          if (!isBroken) from = at = leap(piece, at)
        } else depth++
        hasBracket = true
      } else if (depth > 0) {
        if (char === "]" || char === "}") depth--
      } else if (char === "," || char === "]" || char === "}") {
        const text = piece.slice(from, at - 1)
        from = at
        if (place === "list") {
          endElement(text, char !== ",")
          if (char === "}") breakOff("JSON")
          if (char === "]") endList()
        } else {
          endMember(text, char !== ",")
          if (char === "]") breakOff("JSON")
          if (char === "}") place = "after"
        }
      }
    }
    skip = at - piece.length
    pending += piece.slice(from)
    if (pending.length > maxValueLength && !isDone()) {
      breakOff(
        `at most ${maxValueLength} characters`,
        place === "list" ? `client_sessions[${elements}]` : ""
      )
    }
  }

  return {
    read: (text) => {
      start += text.slice(0, maxStart - start.length)
      for (let at = 0; at < text.length && !isDone(); at += pieceLength) readPiece(text.slice(at, at + pieceLength))
    },
    end: () => {
      if (isDone() || place === "after") return
      if (place === "before") {
        return breakOff(start === "" ? `${notObject} (the body is empty, or had been read before)` : notObject)
      }
      // The last session may be whole, and only the comma after it missing.
      if (place === "list" && depth === 0) addElements(parseElements(pending) ?? [])
      breakOff("JSON that ends")
    },
    takeSessions: () => {
      const taken = sessions
      sessions = []
      return taken
    },
    malformed: () => total === 0 ? undefined : { problems, total },
    isDone,
    start: () => start.split(/\W*(?:client_session|token)|\[/i, 1).join()
  }
}

/** The sessions in the text of a 200 answer, or what is wrong with it. */
export const decodeBody = (text: string): Result.Result<ReadonlyArray<ClientSession>, Malformed> => {
  const reader = makeBodyReader(maxCounted)
  reader.read(text)
  reader.end()
  const malformed = reader.malformed()
  return malformed === undefined ? Result.succeed(reader.takeSessions()) : Result.fail(malformed)
}
