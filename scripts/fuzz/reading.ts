/**
 * What the body of a 200 means: slow and plain, by `JSON.parse`, the schema and a reader of dates, with nothing of the client's
 * decoder. The measure that `list` and `stream` are held against.
 *
 * @module
 */
import * as DateTime from "effect/DateTime"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { ClientSession } from "../../src/ClientSession.ts"

/** A session, and all that can be read of it as text. */
export interface Read {
  readonly session: ClientSession
  readonly text: string
}

/** What can be said of a body, or of as much of it as came. */
export interface Reading {
  /** The sessions before the first problem, in their order. */
  readonly sessions: ReadonlyArray<Read>
  /** Whether what came can't be the start of an answer. An answer that merely hasn't ended has no problem. */
  readonly hasProblem: boolean
  /** Whether what came is a whole answer. */
  readonly isWhole: boolean
  /** Whether some part may be too long for the client: then it may be refused for that. */
  readonly mayBeTooLong: boolean
}

/** All that can be read of a session as text; two are the same if this is. */
export const textOf = (session: ClientSession): string =>
  JSON.stringify(
    Object.entries(session).map(([name, value]) => [
      name,
      Redacted.isRedacted(value)
        ? Redacted.value(value)
        : DateTime.isDateTime(value)
        ? DateTime.toEpochMillis(value)
        : Object.is(value, -0)
        ? "-0"
        : value
    ])
  )

// The schema with its dates left as text: who reads those is held against something, too.
const decodeTexts = Schema.decodeUnknownResult(
  Schema.Struct({ ...ClientSession.fields, created_at: Schema.String, expires_at: Schema.String })
)

const dateShape = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/

/** The time of an RFC 3339 date-time; what is finer than a millisecond is dropped. */
const dateOf = (text: string): DateTime.Utc | undefined => {
  const match = dateShape.exec(text)
  if (match === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number)
  const [fraction = "", sign = "+", offsetHour = "0", offsetMinute = "0"] = match.slice(7)
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 60) {
    return undefined
  }
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === "-" ? -1 : 1)
  const inMinute = new Date(date.getTime() + (hour * 60 + minute - offset) * 60_000)
  // RFC 3339 section 5.7: a leap second is the last second of a day in UTC.
  if (second === 60 && !(inMinute.getUTCHours() === 23 && inMinute.getUTCMinutes() === 59)) return undefined
  return DateTime.makeUnsafe(inMinute.getTime() + second * 1000 + Number(fraction.slice(0, 3).padEnd(3, "0")))
}

/** The session in parsed JSON, if it is one. */
const decode = (json: unknown): ClientSession | undefined => {
  const read = Result.getOrUndefined(decodeTexts(json))
  const created_at = read && dateOf(read.created_at)
  const expires_at = read && dateOf(read.expires_at)
  return read && created_at && expires_at && { ...read, created_at, expires_at }
}

const parse = (text: string): Result.Result<unknown, unknown> => Result.try(() => JSON.parse(text))

/** The bytes up to the first that isn't UTF-8. */
const decodeText = (
  bytes: Uint8Array
): { readonly text: string; readonly isBroken: boolean; readonly isCut: boolean } => {
  const whole = Result.try(() => new TextDecoder("utf-8", { fatal: true }).decode(bytes))
  if (Result.isSuccess(whole)) return { text: whole.success, isBroken: false, isCut: false }
  const decoder = new TextDecoder("utf-8", { fatal: true })
  let text = ""
  const all = Result.try(() => {
    for (const byte of bytes) text += decoder.decode(Uint8Array.of(byte), { stream: true })
  })
  return { text, isBroken: Result.isFailure(all), isCut: Result.isSuccess(all) }
}

/** The place of the bracket or comma that ends the value at a place, or the length of the text. */
const endOf = (text: string, from: number): number => {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const char = text[at]
    if (char === "\"") {
      for (at++; at < text.length && text[at] !== "\""; at++) if (text[at] === "\\") at++
    } else if (char === "[" || char === "{") depth++
    else if (char === "]" || char === "}" || char === ",") {
      if (depth === 0) return at
      if (char !== ",") depth--
    }
  }
  return text.length
}

const space = /[ \n\r\t]*/y

const skipSpace = (text: string, from: number): number => {
  space.lastIndex = from
  space.exec(text)
  return space.lastIndex
}

const listStart = /[ \n\r\t]*("(?:[^"\\]|\\[^])*")[ \n\r\t]*:[ \n\r\t]*\[/y

// More than this in one part, and the client may refuse it.
const longest = 1_048_576

/** Reads bodies; what it has seen of sessions it keeps, since they come again and again. */
export const makeReader = (): (bytes: Uint8Array) => Reading => {
  const known = new Map<string, Read | undefined>()

  const sessionOf = (text: string): Read | undefined => {
    if (known.has(text)) return known.get(text)
    const json = parse(text)
    const session = Result.isSuccess(json) ? decode(json.success) : undefined
    const read = session && { session, text: textOf(session) }
    if (known.size > 5000) known.clear()
    known.set(text, read)
    return read
  }

  /** Goes through the text, member by member and element by element, to the first problem. */
  const walk = (text: string): { readonly sessions: Array<Read>; readonly state: "problem" | "open" | "whole" } => {
    const sessions: Array<Read> = []
    const ended = (state: "problem" | "open" | "whole") => ({ sessions, state })
    let at = skipSpace(text, 0)
    if (at === text.length) return ended("open")
    if (text[at++] !== "{") return ended("problem")
    let members = 0
    let hasList = false
    for (;;) {
      listStart.lastIndex = at
      const [, key = ""] = listStart.exec(text) ?? []
      const isList = key !== "" && Result.getOrUndefined(parse(key)) === "client_sessions"
      let end: number
      if (isList) {
        if (hasList) return ended("problem")
        hasList = true
        at = listStart.lastIndex
        for (let elements = 0, last = false; !last; elements++) {
          const to = endOf(text, at)
          const element = text.slice(at, to)
          const isEmpty = skipSpace(text, at) >= to
          if (isEmpty && to < text.length && !(text[to] === "]" && elements === 0)) return ended("problem")
          const session = isEmpty ? undefined : sessionOf(element)
          // An element that the text ends in may be whole, too.
          if (session !== undefined) sessions.push(session)
          if (to === text.length) return ended("open")
          if ((session === undefined && !isEmpty) || text[to] === "}") return ended("problem")
          last = text[to] === "]"
          at = to + 1
        }
        end = endOf(text, at)
        if (end === text.length) return ended("open")
        if (skipSpace(text, at) !== end || text[end] === "]") return ended("problem")
      } else {
        end = endOf(text, at)
        if (end === text.length) return ended("open")
        const found = parse(`{${text.slice(at, end)}}`)
        const entries = Result.isSuccess(found) ? Object.entries(Object(found.success)) : undefined
        if (
          text[end] === "]" || entries === undefined || (entries.length === 0 && !(members === 0 && text[end] === "}"))
        ) {
          return ended("problem")
        }
        if (entries.some(([name, value]) => name === "client_sessions" || (name === "ok" && value !== true))) {
          return ended("problem")
        }
      }
      members++
      at = end + 1
      if (text[end] === "}") break
    }
    return ended(skipSpace(text, at) === text.length && hasList ? "whole" : "problem")
  }

  /** Whether the schema, and the rules of the envelope, take the whole text: for those, only the last of two keys is there. */
  const isTaken = (text: string): boolean => {
    const json = Result.getOrUndefined(parse(text))
    if (typeof json !== "object" || json === null || Array.isArray(json)) return false
    const list: unknown = Object.hasOwn(json, "client_sessions") ? Reflect.get(json, "client_sessions") : undefined
    return Array.isArray(list) && list.every((element) => decode(element) !== undefined) &&
      (!Object.hasOwn(json, "ok") || Reflect.get(json, "ok") === true)
  }

  return (bytes) => {
    const { isBroken, isCut, text } = decodeText(bytes)
    const { sessions, state } = walk(text)
    const isWhole = state === "whole" && !isBroken && !isCut
    // Two ways to the same answer: what is walked through can also see a key that comes twice.
    if (!isBroken && !isCut && text.length < 20_000) {
      const isTwice = (text.match(/"(?:o|\\u00|c|k)[^"]*"\s*:/g) ?? []).length > 1
      const taken = isTaken(text)
      if (taken !== isWhole && !(taken && isTwice)) throw new Error(`The measure disagrees with itself: ${text}`)
    }
    return { sessions, hasProblem: state === "problem" || isBroken, isWhole, mayBeTooLong: text.length > longest }
  }
}
