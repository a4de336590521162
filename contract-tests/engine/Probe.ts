/**
 * Asks a target, and makes a result of whatever it does: answer, refuse, hang, break off or flood.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { Item } from "../operation/Item.ts"
import * as Items from "../operation/Item.ts"
import type { NextPage, Operation, Page } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import * as Ask from "./Ask.ts"
import type { ErrorFields, TaggedErrorClass } from "./TaggedError.ts"
import type { Target } from "./Target.ts"

/** What came of a request. */
export interface Answer {
  readonly ask: Ask.Ask
  /** The status, or 0 when there was no answer. */
  readonly status: number
  /** The media type, in lower case and without parameters; empty when there is none. */
  readonly mediaType: string
  readonly headers: Headers
  /** The body, parsed; `undefined` when it is no JSON. Of several pages it is the first one's. */
  readonly json: unknown
  /** The items, when it is a 200 that holds a list of them: those of all pages. */
  readonly items: ReadonlyArray<Item> | undefined
  /** What happened, in a few words: a status, a media type, a number of items. */
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
  /** Pages of one answer, at most. */
  readonly maxPages: number
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

const count = (items: ReadonlyArray<Item>): string => items.length === 1 ? "1 item" : `${items.length} items`

const toAnswer = (ask: Ask.Ask, { body, headers, problem, status }: Raw, operation: Operation): Answer => {
  const json = body === undefined || body.length === 0 ? undefined : parse(body)
  const items = status === 200 ? Operations.readItems(operation, json) : undefined
  const mediaType = (headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? ""
  const what = items !== undefined
    ? count(items)
    : body?.length === 0
    ? "no body"
    : `${mediaType || "an untyped body"}${json === undefined ? " that is not JSON" : ""}`
  return { ask, status, mediaType, headers, json, items, seen: problem ?? `${status} with ${what}` }
}

// RFC 8288 section 3, as far as it is needed to find one relation.
const linkNext = (headers: Headers): string | undefined =>
  /<([^>]*)>(?:\s*;\s*(?!rel\b)[\w*]+=(?:"[^"]*"|[^\s",;]*))*\s*;\s*rel=(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)/i
    .exec(headers.get("link") ?? "")?.[1]

const nextOf = ({ pages }: Operation, page: Page): NextPage | undefined => {
  if (pages === undefined) return undefined
  if (pages === "link") {
    const url = linkNext(page.headers)
    return url === undefined ? undefined : { url }
  }
  if (typeof pages === "function") return pages(page)
  const cursor = Items.at(page.body, pages.next)
  return Items.isScalar(cursor) && cursor !== "" && cursor !== false
    ? { parameters: { [pages.cursor]: cursor } }
    : undefined
}

const moreNames =
  /^(?:has_?(?:more|next)(?:_?pages?)?|next(?:_?(?:page|cursor|token|url|link|offset))*|(?:page|continuation)_?token|more|truncated|is_?truncated|end_?cursor)$/i

const totalNames = /^total(?:_?(?:count|items|results))?$/i

/** The place in an answer that says that there is more than its items; `undefined` where nothing does. */
export const saysMore = (operation: Operation, { headers, items = [], json }: Answer): string | undefined => {
  if (linkNext(headers) !== undefined) return "the header Link, rel=\"next\""
  if (Number(headers.get("x-total-count")) > items.length) return "the header X-Total-Count"
  if (operation.items === "") return undefined
  const search = (value: unknown, path: string, depth: number): string | undefined => {
    if (!Items.isItem(value) || depth > 3) return undefined
    for (const [name, inner] of Object.entries(value)) {
      const place = path === "" ? name : `${path}.${name}`
      if (place === operation.items) continue
      if (moreNames.test(name) && Items.isScalar(inner) && inner !== "" && inner !== false) return place
      if (totalNames.test(name) && typeof inner === "number" && inner > items.length) return place
      const found = search(inner, place, depth + 1)
      if (found !== undefined) return found
    }
    return undefined
  }
  return search(json, "", 0)
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
    const answer = toAnswer(ask, raw, target.operation)
    if (answer.status === 0 && lost.length < maxTimeouts) lost.push(answer)
    return answer
  })

  const askAll = Effect.fnUntraced(function*(question: Ask.Ask) {
    const first = yield* ask(question)
    if (question.firstPage === true || first.items === undefined) return first
    const items = [...first.items]
    const noList = (seen: string): Answer => ({ ...first, items: undefined, seen })
    let [page, asked] = [first, question]
    for (let index = 0;; index++) {
      const next = nextOf(target.operation, {
        body: page.json,
        headers: page.headers,
        url: Ask.requestUrl(asked, target),
        index
      })
      if (next === undefined) {
        return index === 0
          ? first
          : { ...first, items, seen: `${first.status} with ${count(items)}` }
      }
      if (index + 1 >= limits.maxPages) return noList(`${first.status}, and more than ${limits.maxPages} pages`)
      const following = Ask.nextPage(asked, next, target)
      if (following === undefined) return noList(`${first.status}, and a next page at another place`)
      asked = following
      page = yield* ask(asked)
      if (page.items === undefined) return { ...page, ask: question, seen: `${page.seen} for page ${index + 2}` }
      items.push(...page.items)
    }
  })

  return { target, ask: askAll, lost: () => lost, asked: () => asked, allow: (total) => void (allowed = total) }
}
