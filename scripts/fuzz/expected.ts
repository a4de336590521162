/**
 * What must come of a case: a model of the client, without its code but for what a filter means.
 *
 * @module
 */
import { ListFilter } from "../../mod.ts"
import type { Body } from "./bodies.ts"
import { type Answer, type Case, headers, rejections } from "./case.ts"
import { filters, options } from "./inputs.ts"
import { lateness, middlewares } from "./middlewares.ts"
import type { Operation } from "./play.ts"
import type { Read, Reading } from "./reading.ts"

/** How a call ends: with all sessions, or with a failure by its tag. */
export type End = "sessions" | `Seam${string}`

/** A way in which a call may end. */
export interface Way {
  readonly end: End
  /** The sessions that come before it. */
  readonly sessions: ReadonlyArray<Read>
}

/** What must come of a case. */
export interface Expected {
  /** One of these; one alone, but where a client may stop reading sooner or later. */
  readonly ways: ReadonlyArray<Way>
  /** How many requests are made, at least and at most. */
  readonly requests: readonly [least: number, most: number]
  /** How long it takes on the clock, in milliseconds. */
  readonly millis: readonly [least: number, most: number]
}

/** How an attempt may end, and whether it is made again. */
interface Outcome extends Way {
  readonly isAgain: boolean
  /** What the server asks to wait before that, in milliseconds. */
  readonly wait?: Wait | undefined
  /** Whether the body of a refusal never ends, for which the client waits a while. */
  readonly isSlow?: boolean
  /** Whether it may show only after the time limit: a session after which nothing comes, not even a comma. */
  readonly isLate?: boolean
}

const ending = (end: End, isAgain = false, sessions: ReadonlyArray<Read> = []): Outcome => ({ end, isAgain, sessions })

/** The failure that a status means. */
const refusalOf = (status: number): End => {
  switch (status) {
    case 400:
      return "SeamBadRequest"
    case 401:
      return "SeamUnauthorized"
    case 429:
      return "SeamRateLimited"
    default:
      return status >= 500 && status <= 599 ? "SeamServerError" : "SeamUnexpectedStatus"
  }
}

/** A refusal's body is read no further than this, in bytes. */
const enoughOfRefusal = 16_384

const isRetryableStatus = (status: number): boolean => [408, 429, 500, 502, 503, 504].includes(status)

/** The limits that the options set; durations in milliseconds. */
const limitsOf = (
  name: string
): { readonly attempts: number; readonly timeout: number; readonly baseDelay: number; readonly maxDelay: number } => ({
  attempts: { "one attempt": 1, "ten attempts": 10, "credentials that are made": 2 }[name] ?? 3,
  timeout: name === "a short limit" ? 500 : 30_000,
  baseDelay: name === "ten attempts" ? 1 : 250,
  maxDelay: name === "ten attempts" ? 60_000 : 30_000
})

/** What a server asks to wait, at least and at most: of a date, less is left with each attempt. */
type Wait = readonly [least: number, most: number]

/** Of several headers of a name, Fetch makes one, of which the client takes the longest wait if all are numbers. */
const waitOf = (names: ReadonlyArray<string>): ReadonlyArray<Wait | undefined> => {
  const found = names.flatMap((name) => headers[name]?.name === "retry-after" ? [headers[name]] : [])
  const [first, ...others] = found
  if (first === undefined) return [undefined]
  const most = Math.max(...found.map(({ wait = 0 }) => wait))
  const isSeconds = found.every(({ value }) => /^\d[\d, ]*$/.test(value.trim()))
  const wait: Wait = [isSeconds ? most : 0, most]
  if (isSeconds || others.length === 0) return [first.wait === undefined ? undefined : wait]
  // Mixed forms mean whatever a reader makes of them.
  return [undefined, wait]
}

/** How an attempt may end whose answer is a 200 with this reading of its body. */
const ofBody = (
  operation: Operation,
  body: Body | undefined,
  { hasProblem, isWhole, mayBeTooLong, sessions }: Reading,
  isExcluded: (read: Read) => boolean
): ReadonlyArray<Outcome> => {
  const broken: Outcome = body?.ending === "stay"
    ? ending("SeamTimedOut")
    : ending("SeamConnectionFailed", operation === "list")
  const isEnded = body === undefined || body.ending === "end"
  const invalid = ending("SeamInvalidResponse")
  if (operation === "list") {
    const tooLong = mayBeTooLong ? [invalid] : []
    if (!isEnded) return hasProblem ? [invalid, broken] : [broken, ...tooLong]
    if (!isWhole) return [invalid]
    return sessions.some(isExcluded)
      ? [ending("SeamContractViolation"), ...tooLong]
      : [ending("sessions", false, sessions), ...tooLong]
  }
  const at = sessions.findIndex(isExcluded)
  if (at >= 0) {
    return [{ ...ending("SeamContractViolation", false, sessions.slice(0, at)), isLate: body?.ending === "stay" }]
  }
  const malformed = ending("SeamInvalidResponse", false, sessions)
  if (hasProblem || (isEnded && !isWhole)) return [malformed]
  return [ending(isEnded ? "sessions" : broken.end, false, sessions), ...mayBeTooLong ? [malformed] : []]
}

/** What must come of a case, for one of the operations. */
export const expect = (fuzzed: Case, operation: Operation, read: (bytes: Uint8Array) => Reading): Expected => {
  const { asks, then } = middlewares[fuzzed.middleware] ?? { then: "the same" }
  const { attempts, baseDelay, maxDelay, timeout } = limitsOf(fuzzed.options)
  const never = (end: End): Expected => ({ ways: [ending(end)], requests: [0, 0], millis: [0, 0] })
  if (then === "configuration" || options[fuzzed.options]?.isValid === false) return never("SeamConfigurationError")
  if (filters[fuzzed.filter]?.isValid === false) return never("SeamInvalidFilter")

  const filter = ListFilter.validate(filters[fuzzed.filter]?.make() ?? {})
  const isExcluded = ({ session }: Read): boolean =>
    filter._tag === "Success" && fuzzed.options !== "unverified" && !ListFilter.matches(filter.success, session)
  const readBody = (bytes: Uint8Array, body?: Body) => ofBody(operation, body, read(bytes), isExcluded)
  const empty = () => readBody(new TextEncoder().encode(`{"client_sessions":[]}`))
  const nothing = () => readBody(new Uint8Array())

  const failed = ending("SeamConnectionFailed")

  const ofAnswer = (answer: Answer | undefined): ReadonlyArray<Outcome> => {
    if (answer === undefined) return []
    switch (answer._tag) {
      case "Silence":
        return [ending("SeamTimedOut")]
      case "Rejection":
        return [ending("SeamConnectionFailed", rejections[answer.error]?.isFinal !== true)]
      case "NoResponse":
        // What comes of it is for `HttpClient` to say: a connection that failed, or a defect of it.
        return [failed, ending("SeamConnectionFailed", true)]
      case "Response": {
        const { body, status } = answer
        const hasBody = ![204, 205, 304].includes(status)
        const isHanging = hasBody && body.ending === "stay"
        const isSlow = isHanging && body.bytes.length < enoughOfRefusal && then !== "empties"
        if (isHanging && (then === "reads" || then === "drains")) return [ending("SeamTimedOut")]
        if (then === "fails") return [failed]
        if (then === "hangs") return [ending("SeamTimedOut")]
        if (then === "unexpected status") return [{ ...ending("SeamUnexpectedStatus"), isSlow }]
        if (status !== 200) {
          const waits = then === "headers" || then === "empties" ? [undefined] : waitOf(answer.headers)
          return waits.map((wait) => ({
            ...ending(refusalOf(status), isRetryableStatus(status) && (wait?.[1] ?? 0) <= maxDelay),
            wait,
            isSlow
          }))
        }
        if (then === "empties") return empty()
        if (then === "drains") {
          return [...nothing(), ...body.ending === "end" ? [] : [ending("SeamConnectionFailed", operation === "list")]]
        }
        if (then === "reads" && body.ending !== "end") return [ending("SeamConnectionFailed", operation === "list")]
        const outcomes = readBody(body.bytes, body)
        // What isn't bytes is then the middleware's fault.
        return then === "foreign" && ["odd", "void"].includes(body.ending)
          ? outcomes.map((outcome) => ({ ...outcome, isAgain: false }))
          : outcomes
      }
    }
  }

  const ways: Array<Way> = []
  const range = { requests: [Infinity, 0], millis: [Infinity, 0] } satisfies Record<string, [number, number]>
  const widen = (range: [number, number], least: number, most: number): void => {
    range[0] = Math.min(range[0], least)
    range[1] = Math.max(range[1], most)
  }
  const answerTo = (request: number) => fuzzed.answers[Math.min(request, fuzzed.answers.length - 1)]

  /** The outcomes of an attempt after so many requests, and how many there are after it. */
  const attemptOf = (attempt: number, requests: number): readonly [ReadonlyArray<Outcome>, number] => {
    if (then === "broken once" && attempt === 1) return [[ending("SeamConnectionFailed", true)], requests]
    if (asks === false) return [[then === "hangs" ? ending("SeamTimedOut") : failed], requests]
    const answer = answerTo(requests)
    // The first of two has to be answered.
    return then === "twice" && answer?._tag === "Response"
      ? [ofAnswer(answerTo(requests + 1)), requests + 2]
      : [ofAnswer(answer), requests + 1]
  }

  const follow = (attempt: number, requests: number, [least, most]: readonly [number, number]): void => {
    const [outcomes, made] = attemptOf(attempt, requests)
    for (
      const { end, isAgain, isLate = false, isSlow = false, sessions, wait: [asked, askedMost] = [0, 0] } of outcomes
    ) {
      // A stream waits for its answer and then for a piece. For the body of a refusal, nobody waits longer than a second.
      const pause = end === "SeamTimedOut" ? timeout : isSlow ? Math.min(1000, timeout) : 0
      const ended: readonly [number, number] = [least + pause, most + lateness + (isLate ? timeout : pause)]
      if (isAgain && attempt < attempts) {
        const delay = Math.min(baseDelay * 2 ** (attempt - 1), maxDelay)
        follow(attempt + 1, made, [ended[0] + Math.max(asked, delay / 2), ended[1] + Math.max(askedMost, delay)])
        continue
      }
      ways.push({ end, sessions })
      widen(range.requests, made, made)
      widen(range.millis, ...ended)
    }
  }
  follow(1, 0, [0, 0])
  return { ways, ...range }
}
