/**
 * Asks a target, and makes a result of whatever it does: answer, refuse, hang, break off or flood.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Ask from "./Ask.ts"
import type { Session } from "./Session.ts"
import * as Sessions from "./Session.ts"
import type { ErrorFields, TaggedErrorClass } from "./TaggedError.ts"
import type { Target } from "./Target.ts"

/** What came of a request. */
export interface Answer {
  readonly ask: Ask.Ask
  /** The status, or 0 when there was no answer. */
  readonly status: number
  /** The media type, in lower case and without parameters; empty when there is none. */
  readonly mediaType: string
  readonly requestId: string | undefined
  /** The body, parsed; `undefined` when it is no JSON. */
  readonly json: unknown
  /** The sessions, when it is a 200 that holds a list of them. */
  readonly sessions: ReadonlyArray<Session> | undefined
  /** What happened, in a few words: a status, a media type, a number of sessions. */
  readonly seen: string
}

/** The limits that a target is asked within. */
export interface Limits {
  /** Milliseconds for one request, the body included. */
  readonly timeout: number
  /** Requests a second, at most. */
  readonly rate: number
  /** Bytes of one answer, at most. */
  readonly maxBodyBytes: number
  /** Milliseconds that may be spent, over the whole run, on waiting as `Retry-After` says. */
  readonly patience: number
}

const NotAskedBase: TaggedErrorClass<"NotAsked", NotAsked> = Data.TaggedError("NotAsked")<ErrorFields<NotAsked>>

/** A request that was not made. It says nothing about the target. */
export class NotAsked extends NotAskedBase {
  declare readonly message: "no requests are left" | "the target has stopped answering"
}

/** The means to ask a target. */
export interface Probe {
  readonly target: Target
  readonly ask: (ask: Ask.Ask) => Effect.Effect<Answer, NotAsked>
  /** The requests that got no answer: the first few, since after that the target is given up. */
  readonly lost: () => ReadonlyArray<Answer>
  /** How many requests were made. */
  readonly asked: () => number
  /** Sets how many requests there may have been in all before the next one is not made. */
  readonly allow: (total: number) => void
}

// So many requests without an answer, and the target is given up: each costs the whole time limit.
const maxTimeouts = 5

interface Raw {
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array | undefined
  readonly problem?: string
}

const nothing = (problem: string): Raw => ({ status: 0, headers: new Headers(), body: undefined, problem })

const readBody = async (response: Response, limit: number): Promise<Uint8Array | undefined> => {
  if (response.body === null) return new Uint8Array()
  const reader = response.body.getReader()
  const chunks: Array<Uint8Array> = []
  let length = 0
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    chunks.push(next.value)
    length += next.value.length
    if (length > limit) {
      // The server may never notice: what happens to the rest of the flood is not this check's concern.
      void reader.cancel().catch(() => undefined)
      return undefined
    }
  }
  const [only] = chunks
  if (chunks.length === 1 && only !== undefined) return only
  const body = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.length
  }
  return body
}

const exchange = async (ask: Ask.Ask, target: Target, limit: number, signal: AbortSignal): Promise<Raw> => {
  let response: Response
  try {
    response = await target.fetch(Ask.toRequest(ask, target, signal))
  } catch {
    return nothing("no answer: the connection failed")
  }
  try {
    const body = await readBody(response, limit)
    return body === undefined
      ? nothing(`${response.status}, with more than ${limit} bytes`)
      : { status: response.status, headers: response.headers, body }
  } catch {
    return nothing(`${response.status}, then the body broke off`)
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

const parse = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(utf8.decode(body))
  } catch {
    return undefined
  }
}

const toAnswer = (ask: Ask.Ask, { body, headers, problem, status }: Raw): Answer => {
  const json = body === undefined || body.length === 0 ? undefined : parse(body)
  const sessions = status === 200 ? Sessions.readList(json) : undefined
  const mediaType = (headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? ""
  const what = sessions !== undefined
    ? sessions.length === 1 ? "1 session" : `${sessions.length} sessions`
    : body?.length === 0
    ? "no body"
    : `${mediaType || "an untyped body"}${json === undefined ? " that is not JSON" : ""}`
  return {
    ask,
    status,
    mediaType,
    requestId: headers.get("seam-request-id") ?? undefined,
    json,
    sessions,
    seen: problem ?? `${status} with ${what}`
  }
}

const retryAfter = (headers: Headers, now: number): number | undefined => {
  const value = headers.get("retry-after")
  if (value === null) return undefined
  const millis = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return Number.isFinite(millis) ? Math.max(millis, 0) : undefined
}

/** Makes the means to ask a target within limits. */
export const make = (target: Target, limits: Limits): Probe => {
  let asked = 0
  let allowed = Infinity
  let timeouts = 0
  const lost: Array<Answer> = []
  let patience = limits.patience
  let nextStart = 0

  const pace = Effect.fnUntraced(function*() {
    const now = yield* Clock.currentTimeMillis
    const start = Math.max(now, nextStart)
    nextStart = start + 1000 / limits.rate
    if (start > now) yield* Effect.sleep(start - now)
  })

  const once = Effect.fnUntraced(function*(ask: Ask.Ask) {
    if (timeouts >= maxTimeouts) return yield* new NotAsked({ message: "the target has stopped answering" })
    if (asked >= allowed) return yield* new NotAsked({ message: "no requests are left" })
    asked++
    if (Number.isFinite(limits.rate)) yield* pace()
    return yield* Effect.promise((signal) => exchange(ask, target, limits.maxBodyBytes, signal)).pipe(
      Effect.timeoutOrElse({
        duration: limits.timeout,
        orElse: () =>
          Effect.sync(() => {
            timeouts++
            return nothing(`no answer within ${limits.timeout} ms`)
          })
      })
    )
  })

  const ask = Effect.fnUntraced(function*(ask: Ask.Ask) {
    let raw = yield* once(ask)
    while (raw.status === 429) {
      const wait = retryAfter(raw.headers, yield* Clock.currentTimeMillis)
      if (wait === undefined || wait > patience) break
      patience -= Math.max(wait, 1)
      yield* Effect.sleep(wait)
      raw = yield* once(ask)
    }
    const answer = toAnswer(ask, raw)
    if (answer.status === 0 && lost.length < maxTimeouts) lost.push(answer)
    return answer
  })

  return { target, ask, lost: () => lost, asked: () => asked, allow: (total) => void (allowed = total) }
}
