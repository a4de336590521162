/**
 * Asks a target, and makes a result of whatever it does: answer, refuse, hang, break off or flood.
 *
 * An answer is remembered: who asks the same again gets the same answer, unless it is repetition that is judged. What is no
 * answer (429, 502, 503, 504, a broken connection) is asked for again, later and slower.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { parseRetryAfter, retryAfterDelay } from "effect/http/Headers"
import * as Result from "effect/Result"
import type { Item } from "../operation/Item.ts"
import * as Items from "../operation/Item.ts"
import type { NextPage, Operation, Page } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import * as Ask from "./Ask.ts"
import * as Connections from "./Connection.ts"
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
  /** Bytes of the body, where it holds what no other answer had. */
  readonly size: number
  /** Whether there were more pages than are read, each with new items. */
  readonly isCut?: true
  /** Whether there were more items than the checks can hold. */
  readonly isTooLong?: true
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
  /** Milliseconds that may be spent, over the whole run, on waiting before something is asked again. */
  readonly patience: number
  /** How many questions are asked at the same time: so many are lost together, and wait together. */
  readonly concurrency: number
}

const NoAnswerBase: TaggedErrorClass<"NoAnswer", NoAnswer> = Data.TaggedError("NoAnswer")<ErrorFields<NoAnswer>>

/** A question without an answer. It says nothing of what the target means. */
export class NoAnswer extends NoAnswerBase {
  /**
   * - `budget`: no requests are left
   * - `once`: this question was asked several times, and wasn't answered
   * - `gone`: the target has stopped answering: nothing more is asked
   */
  declare readonly reason: "budget" | "once" | "gone"
  /** Why, with what to do about it. */
  declare readonly message: string
}

/** Where the answers to what is asked for one case are collected: those remembered too. Without it, they are shown to who watches. */
export const Answers: Context.Reference<Array<Answer> | undefined> = Context.Reference<
  Array<Answer> | undefined
>("ContractTests/Answers", {
  defaultValue: () => undefined
})

/** What a run has asked. */
export interface Tally {
  /** Requests made, those for further pages and those asked again after no answer included. */
  readonly made: number
  /** How many of them were different. */
  readonly distinct: number
}

/** The means to ask a target. */
export interface Probe {
  readonly target: Target
  /** Asks, or remembers what was answered. */
  readonly ask: (ask: Ask.Ask) => Effect.Effect<Answer, NoAnswer>
  /** Asks, whatever was answered before. */
  readonly again: (ask: Ask.Ask) => Effect.Effect<Answer, NoAnswer>
  /** The same for several at once: whatever the rate, they are in flight together, and the others wait for it afterwards. */
  readonly together: (asks: ReadonlyArray<Ask.Ask>) => Effect.Effect<ReadonlyArray<Answer>, NoAnswer>
  /** The same as `ask`, where no answer is a result too: with status 0, 429, 502, 503 or 504. */
  readonly attempt: (ask: Ask.Ask) => Effect.Effect<Answer, NoAnswer>
  /** Forgets every answer. */
  readonly forget: () => void
  readonly tally: () => Tally
  /** Sets how many requests there may have been in all before the next one is not made. */
  readonly allow: (total: number) => void
  /** Has every answer that is not collected for a case shown to somebody as it comes. */
  readonly watch: (onAnswer: (answer: Answer) => void) => void
}

// So many questions in a row without an answer, and the target is given up: each may cost the whole time limit.
const maxLost = 5

// How often a question is asked again after no answer. A 429 is asked again as long as there is patience.
const maxTries = 3

// The least and the most to wait before that, in milliseconds: doubled each time, and never less than Retry-After says.
const minWait = 100
const maxWait = 10_000

// So many requests in all that came to nothing by the time limit, and the target is given up: else a run could last for days.
const maxHung = 20

// How many bytes of a body are read while another large one is: what several together hold is bounded, too.
const largeBody = 4 * 1024 * 1024

// How deeply a body may be nested: more than anything walks through without an end to its stack.
const maxDepth = 1_000

// How many objects and lists a body may have: they take many times the memory of their text.
const maxStructures = 2_000_000

// How many items a list may have: the checks hold each of them, with what is known of it.
const maxItems = 50_000

// How large a body may be that is kept though there is no list in it, in bytes.
const maxOther = 1024 * 1024

// How much of a header is looked at, in characters.
const maxHeader = 4_096

// How much is remembered, in bytes of bodies. What is forgotten is asked again.
const maxRemembered = 64 * 1024 * 1024

interface Raw {
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array | undefined
  readonly problem?: string
  /** How often to ask again where there was no answer. */
  readonly tries?: number
}

const nothing = (problem: string, tries: number = maxTries): Raw => ({
  status: 0,
  headers: new Headers(),
  body: undefined,
  problem,
  tries
})

/** Lets one at a time do what it asks for. */
type Turn = () => Promise<() => void>

const makeTurn = (): Turn => {
  let last = Promise.resolve()
  return async () => {
    const before = last
    const { promise, resolve } = Promise.withResolvers<void>()
    last = promise
    await before
    return resolve
  }
}

const readBody = async (response: Response, limit: number, turn: Turn): Promise<Uint8Array | undefined> => {
  if (response.body === null) return new Uint8Array()
  const reader = response.body.getReader()
  const chunks: Array<Uint8Array> = []
  let length = 0
  let finish: (() => void) | undefined
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      chunks.push(next.value)
      length += next.value.length
      if (length > limit) {
        // The server may never notice: what happens to the rest of the flood is not this check's concern.
        void reader.cancel().catch(() => undefined)
        return undefined
      }
      if (length > largeBody) finish ??= await turn()
    }
  } finally {
    finish?.()
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

const exchange = async (
  ask: Ask.Ask,
  target: Target,
  limit: number,
  turn: Turn,
  signal: AbortSignal
): Promise<Raw> => {
  let response: Response
  try {
    response = await target.fetch(Ask.toRequest(ask, target, signal))
  } catch (cause) {
    return nothing(`no answer: ${Connections.describe(cause)}`)
  }
  try {
    const body = await readBody(response, limit, turn)
    return body === undefined
      ? nothing(`${response.status}, with more than ${limit} bytes`, 0)
      : { status: response.status, headers: response.headers, body }
  } catch {
    return nothing(`${response.status}, then the body broke off`)
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** What a body has too much of to be parsed: objects and lists, or of those in one another. Those in texts don't count. */
const excessIn = (body: Uint8Array): string | undefined => {
  let [depth, structures, isText] = [0, 0, false]
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]
    if (isText) {
      if (byte === 0x5c) at++
      else if (byte === 0x22) isText = false
    } else if (byte === 0x22) isText = true
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > maxDepth) return `nested more than ${maxDepth} deep`
      if (++structures > maxStructures) return `with more than ${maxStructures} objects and lists`
    } else if (byte === 0x5d || byte === 0x7d) depth--
  }
  return undefined
}

const parse = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(utf8.decode(body))
  } catch {
    return undefined
  }
}

const count = (items: ReadonlyArray<Item>): string => items.length === 1 ? "1 item" : `${items.length} items`

/** What answers have in common, which is kept once. */
interface Pool {
  /** Many an answer holds the same items. Gives the same of each, and whether any was new. */
  readonly items: (items: ReadonlyArray<Item>) => { readonly items: ReadonlyArray<Item>; readonly isNew: boolean }
  /** The answer that had this body, to the byte: the list of all comes again and again. */
  readonly recall: (body: Uint8Array) => Answer | undefined
  /** Keeps the answer with the largest body. */
  readonly keep: (body: Uint8Array, answer: Answer) => void
}

const isSameBody = (one: Uint8Array, other: Uint8Array): boolean => {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false
  return true
}

/** Whether two parsed values are written the same, the order of their members included. */
const isSameJson = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, at) => isSameJson(value, b[at]))
  }
  if (!Items.isItem(a) || !Items.isItem(b)) return false
  const names = Object.keys(b)
  return Object.keys(a).length === names.length &&
    Object.keys(a).every((name, at) => name === names[at] && isSameJson(a[name], b[name]))
}

// An item that changes by itself is another one in every answer.
const maxVersions = 4

const makePool = (operation: Operation): Pool => {
  const known = new Map<string, ReadonlyArray<Item>>()
  let size = 0
  let isNew = false
  const one = (item: Item): Item => {
    const id = Operations.idOf(operation, item) ?? ""
    const versions = known.get(id) ?? []
    const same = versions.find((version) => isSameJson(version, item))
    if (same !== undefined) return same
    isNew = true
    const { length } = JSON.stringify(item)
    size += length
    if (size > maxRemembered) {
      known.clear()
      size = length
    }
    known.set(id, [...versions.slice(1 - maxVersions), item])
    return item
  }
  let largest: { readonly body: Uint8Array; readonly answer: Answer } | undefined
  return {
    items: (items) => {
      isNew = false
      const pooled = items.map(one)
      return { items: pooled, isNew }
    },
    recall: (body) => largest !== undefined && isSameBody(largest.body, body) ? largest.answer : undefined,
    keep: (body, answer) => {
      if (body.length > (largest?.body.length ?? 0) && body.length <= maxRemembered) largest = { body, answer }
    }
  }
}

const mediaTypes: ReadonlySet<string> = new Set([
  "application/json",
  "application/ld+json",
  "application/octet-stream",
  "application/problem+json",
  "application/x-ndjson",
  "application/xml",
  "text/html",
  "text/plain",
  "text/xml"
])

/** A media type in a few words of our own: a server may write anything there. */
const mediaName = (mediaType: string): string =>
  mediaType === ""
    ? "an untyped body"
    : mediaTypes.has(mediaType)
    ? mediaType
    : mediaType.endsWith("+json")
    ? "a body of another JSON type"
    : "a body of another type"

const toAnswer = (
  ask: Ask.Ask,
  { body, headers, problem, status }: Raw,
  operation: Operation,
  pool: Pool
): Answer => {
  const mediaType = (headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? ""
  const same = status === 200 && body !== undefined ? pool.recall(body) : undefined
  if (same !== undefined) return { ...same, ask, mediaType, headers, size: 0 }
  const nothingIn = (seen: string): Answer => ({
    ask,
    status,
    mediaType,
    headers,
    json: undefined,
    items: undefined,
    seen,
    size: 0
  })
  const excess = body && excessIn(body)
  if (excess !== undefined) return nothingIn(`${status}, ${excess}`)
  const parsed = body === undefined || body.length === 0 ? undefined : parse(body)
  const read = status === 200 ? Operations.readItems(operation, parsed) : undefined
  if (read !== undefined && read.length > maxItems) {
    return { ...nothingIn(`${status} with more than ${maxItems} items`), isTooLong: true }
  }
  if (read === undefined && body !== undefined && body.length > maxOther) {
    return nothingIn(problem ?? `${status} with ${body.length} bytes of ${mediaName(mediaType)}, and no list in them`)
  }
  const pooled = read && pool.items(read)
  const items = pooled?.items
  // The list in the body would keep its own items.
  const json = items === undefined ? parsed : Operations.withItems(operation, parsed, items)
  const what = items !== undefined
    ? count(items)
    : body?.length === 0
    ? "no body"
    : `${mediaName(mediaType)}${json === undefined ? " that is not JSON" : ""}`
  const seen = problem ?? `${status} with ${what}`
  const size = pooled?.isNew === false ? 0 : body?.length ?? 0
  const answer: Answer = { ask, status, mediaType, headers, json, items, seen, size }
  if (items !== undefined && body !== undefined) pool.keep(body, answer)
  return answer
}

// RFC 8288 section 3, as far as it is needed to find one relation.
const linkNext = (headers: Headers): string | undefined =>
  /<([^>]*)>(?:\s*;\s*(?!rel\b)[\w*]+=(?:"[^"]*"|[^\s",;]*))*\s*;\s*rel=(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)/i
    .exec((headers.get("link") ?? "").slice(0, maxHeader))?.[1]

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

const retryAfter = (headers: Headers, now: number): number => {
  const parsed = parseRetryAfter(headers.get("retry-after") ?? "")
  return Result.isSuccess(parsed) ? Duration.toMillis(retryAfterDelay(parsed.success, now)) : 0
}

const noAnswers = [0, 429, 502, 503, 504]

/** Whether there was an answer at all. */
export const isAnswer = ({ status }: Pick<Answer, "status">): boolean => !noAnswers.includes(status)

/** What to say of a question that got no answer, though it was asked several times. */
export const unanswered = ({ seen }: Answer): NoAnswer =>
  new NoAnswer({ reason: "once", message: `${seen}, also when asked again: use --rate, or look at the target` })

/** Makes the means to ask a target within limits. */
export const make = (target: Target, limits: Limits): Probe => {
  const { operation } = target
  let made = 0
  let allowed = Infinity
  let lost = 0
  let hung = 0
  let gone: string | undefined
  let patience = limits.patience * limits.concurrency
  let rate = limits.rate
  let nextStart = 0
  let watcher: (answer: Answer) => void = () => undefined
  let slowedAt = -Infinity
  const pool = makePool(operation)
  const turn = makeTurn()
  const asked = new Set<string>()
  /** When requests of the last second were made. */
  const recent: Array<number> = []

  /** Waits for the next turn, and takes it: at once where several are to go together. */
  const pace = Effect.fnUntraced(function*(atOnce: boolean) {
    const now = yield* Clock.currentTimeMillis
    const start = Number.isFinite(rate) ? Math.max(now, nextStart) : now
    nextStart = start + 1000 / rate
    if (start > now && !atOnce) yield* Effect.sleep(start - now)
    recent.push(atOnce ? now : start)
  })

  /** Asks for less than was asked for in the second before. */
  const slowDown = Effect.fnUntraced(function*() {
    const now = yield* Clock.currentTimeMillis
    // Those in flight together are refused together.
    if (now - slowedAt < 1_000) return
    slowedAt = now
    while (recent.length > 0 && (recent[0] ?? 0) <= now - 1000) recent.shift()
    rate = Math.min(rate, Math.max(0.5, recent.length * 0.75))
  })

  const once = Effect.fnUntraced(function*(ask: Ask.Ask, atOnce: boolean): Effect.fn.Return<Raw, NoAnswer> {
    if (gone !== undefined) return yield* new NoAnswer({ reason: "gone", message: gone })
    if (made >= allowed) return yield* new NoAnswer({ reason: "budget", message: "no requests were left" })
    made++
    asked.add(Ask.keyOf(ask))
    yield* pace(atOnce)
    if (recent.length > 2_000) recent.splice(0, 1_000)
    return yield* Effect.promise((signal) => exchange(ask, target, limits.maxBodyBytes, turn, signal)).pipe(
      Effect.timeoutOrElse({
        duration: limits.timeout,
        orElse: () =>
          Effect.sync(() => {
            const problem = `no answer within ${limits.timeout} ms`
            if (++hung >= maxHung * limits.concurrency) {
              gone ??=
                `the target has let ${hung} requests wait for nothing (${problem}): use --rate, or look at the target`
            }
            // Another time may cost as much.
            return nothing(problem, 1)
          })
      })
    )
  })

  /** One page, asked for until there is an answer. */
  const page = Effect.fnUntraced(function*(ask: Ask.Ask, atOnce: boolean): Effect.fn.Return<Answer, NoAnswer> {
    let raw = yield* once(ask, atOnce)
    for (let tries = 1; !isAnswer(raw); tries++) {
      const limited = raw.status === 429
      if (limited) yield* slowDown()
      if (!limited && tries > (raw.tries ?? maxTries)) break
      const backoff = Math.min(maxWait, minWait * 2 ** (tries - 1))
      const wait = Math.max(backoff, retryAfter(raw.headers, yield* Clock.currentTimeMillis))
      if (wait > patience) {
        if (limited) gone = `${toAnswer(ask, raw, operation, pool).seen}, also when asked again: use --rate`
        break
      }
      patience -= wait
      yield* Effect.sleep(wait)
      raw = yield* once(ask, false)
    }
    const answer = toAnswer(ask, raw, operation, pool)
    // Those that go together are lost together.
    lost = isAnswer(answer) ? 0 : atOnce ? lost : lost + 1
    if (lost >= maxLost * limits.concurrency) {
      gone ??= `the target has stopped answering (${answer.seen}): use --rate, or look at the target`
    }
    return answer
  })

  const gather = Effect.fnUntraced(function*(question: Ask.Ask, atOnce: boolean): Effect.fn.Return<Answer, NoAnswer> {
    const first = yield* page(question, atOnce)
    if (question.firstPage === true || first.items === undefined) return first
    const items = [...first.items]
    const noList = (seen: string): Answer => ({ ...first, items: undefined, seen })
    let [last, asked] = [first, question]
    for (let index = 0;; index++) {
      const next = nextOf(operation, {
        body: last.json,
        headers: last.headers,
        url: Ask.requestUrl(asked, target),
        index
      })
      if (next === undefined) {
        return index === 0
          ? first
          : { ...first, items, seen: `${first.status} with ${count(items)}` }
      }
      if (index + 1 >= limits.maxPages) {
        const known = new Set(
          items.slice(0, -(last.items?.length ?? 0)).map((item) => Operations.idOf(operation, item))
        )
        const isNew = last.items?.some((item) => !known.has(Operations.idOf(operation, item))) === true
        return {
          ...noList(`${first.status}, and more than ${limits.maxPages} pages`),
          // Where no page has anything new, they lead in a circle.
          ...(isNew && { isCut: true as const })
        }
      }
      const following = Ask.nextPage(asked, next, target)
      if (following === undefined) return noList(`${first.status}, and a next page at another place`)
      if (Ask.keyOf(following) === Ask.keyOf(asked)) return noList(`${first.status}, and a next page that is the same`)
      asked = following
      last = yield* page(asked, false)
      if (last.items === undefined) return { ...last, ask: question, seen: `${last.seen} for page ${index + 2}` }
      for (const item of last.items) items.push(item)
    }
  })

  const remembered = new Map<string, { readonly answer: Answer; readonly size: number }>()
  let size = 0
  const forget = (key: string): void => {
    size -= remembered.get(key)?.size ?? 0
    remembered.delete(key)
  }
  const remember = (key: string, answer: Answer): void => {
    // The first answer is the one that is judged; those to the same question again are held against it.
    if (remembered.has(key)) return
    const entry = { answer, size: 1_000 + answer.size + 16 * (answer.items?.length ?? 0) }
    remembered.set(key, entry)
    size += entry.size
    for (const [oldest] of remembered) {
      if (size <= maxRemembered) break
      forget(oldest)
    }
  }

  const memoryKey = (ask: Ask.Ask): string => `${ask.firstPage === true ? 1 : ""}${Ask.keyOf(ask)}`

  const fresh = Effect.fnUntraced(function*(ask: Ask.Ask, atOnce: boolean): Effect.fn.Return<Answer, NoAnswer> {
    const answer = yield* gather(ask, atOnce)
    if (isAnswer(answer)) remember(memoryKey(ask), answer)
    return answer
  })

  /** Has an answer looked at by who asked for it: for a case in its turn, or at once. */
  const show = (answer: Answer): Effect.Effect<Answer> =>
    Effect.map(Answers, (answers) => {
      if (answers !== undefined) answers.push(answer)
      else watcher(answer)
      return answer
    })

  /** The questions that are being asked: who has the same waits for the same answer. */
  const pending = new Map<string, Deferred.Deferred<Answer, NoAnswer>>()

  const firstAnswer = (ask: Ask.Ask): Effect.Effect<Answer, NoAnswer> =>
    Effect.suspend(() => {
      const key = memoryKey(ask)
      const known = remembered.get(key)
      if (known !== undefined) return Effect.succeed(known.answer)
      const asked = pending.get(key)
      if (asked !== undefined) return Deferred.await(asked)
      const answer = Deferred.makeUnsafe<Answer, NoAnswer>()
      pending.set(key, answer)
      return fresh(ask, false).pipe(
        Effect.onExit((exit) => {
          pending.delete(key)
          return Deferred.done(answer, exit)
        })
      )
    })

  const attempt = (ask: Ask.Ask): Effect.Effect<Answer, NoAnswer> =>
    // What is sent is the same; what it is thought to mean is the asker's.
    Effect.flatMap(firstAnswer(ask), (answer) => show({ ...answer, ask }))

  const answered = (answer: Answer): Effect.Effect<Answer, NoAnswer> =>
    isAnswer(answer)
      ? Effect.succeed(answer)
      : Effect.fail(gone === undefined ? unanswered(answer) : new NoAnswer({ reason: "gone", message: gone }))

  return {
    target,
    ask: (ask) => Effect.flatMap(attempt(ask), answered),
    again: (ask) => fresh(ask, false).pipe(Effect.flatMap(show), Effect.flatMap(answered)),
    together: (asks) =>
      Effect.forEach(asks, (ask) => Effect.flatMap(fresh(ask, true), answered), { concurrency: "unbounded" }).pipe(
        Effect.tap(Effect.forEach(show))
      ),
    attempt,
    forget: () => {
      remembered.clear()
      size = 0
    },
    tally: () => ({ made, distinct: asked.size }),
    allow: (total) => void (allowed = total),
    watch: (onAnswer) => void (watcher = onAnswer)
  }
}
