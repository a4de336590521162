/**
 * The parsing cases of JSONTestSuite (github.com/nst/JSONTestSuite at 1ef36fa0, MIT licence beside them in `json-test-suite`): texts
 * whose names say whether they are JSON (`y_`), are not (`n_`), or may be taken or refused (`i_`). Those that aren't UTF-8 are in
 * Base64; the two largest are a text and how often it comes.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import assert from "node:assert/strict"
import { ClientSessions, type ListError } from "../../mod.ts"
import { example, failureOf, layerOf, once } from "../internal/testing.ts"
import { makeBytesReader } from "./bytes.ts"
import data from "./json-test-suite/cases.json" with { type: "json" }
import { maxCounted } from "./sessions.ts"
import { decodeStream } from "./stream.ts"

interface Case {
  readonly name: string
  readonly text?: string
  readonly times?: number
  readonly end?: string
  readonly base64?: string
}

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

const concat = (parts: ReadonlyArray<Uint8Array>): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** What `JSON.parse` and strict UTF-8 make of the bytes; nothing if they aren't JSON. */
const parse = (bytes: Uint8Array): { readonly json: unknown } | undefined =>
  Result.getOrUndefined(
    Result.try(() => ({ json: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) }))
  )

const all: ReadonlyArray<Case> = data

const cases = all.map(({ base64, end = "", name, text = "", times = 1 }) => {
  const bytes = base64 === undefined ? encode(text.repeat(times) + end) : Uint8Array.fromBase64(base64)
  return { name, bytes, json: parse(bytes) }
})

/** What comes of a body: how many sessions, and whether it is refused. */
interface Came {
  readonly sessions: number
  readonly isRefused: boolean
}

/** How the client reads a body: by what `list` and `stream` read with, without a client around them. */
const readers: Readonly<Record<string, (chunks: ReadonlyArray<Uint8Array>) => Came>> = {
  list: (chunks) => {
    const reader = makeBytesReader({ problems: maxCounted, bytes: Infinity, isWhole: true })
    for (const chunk of chunks) if (!reader.read(chunk)) break
    reader.read()
    return { sessions: reader.takeSessions().length, isRefused: reader.malformed() !== undefined }
  },
  stream: (chunks) => {
    let sessions = 0
    const decoded = decodeStream(Stream.fromIterable(chunks), () => "refused" as const)
    const exit = Effect.runSyncExit(Stream.runForEach(decoded, () => Effect.sync(() => sessions++)))
    return { sessions, isRefused: Exit.isFailure(exit) && failureOf(exit) === "refused" }
  }
}

const session = JSON.stringify(example)

/** A place in a body where a case may stand. */
interface Place {
  readonly before: string
  readonly after: string
  /** What comes of the body where the case is this JSON. */
  readonly ifJson: (json: unknown) => Came
  /** What comes of it where the case isn't JSON. */
  readonly ifNot: Came
}

const came = (sessions: number, isRefused: boolean): Came => ({ sessions, isRefused })

const places: Readonly<Record<string, Place>> = {
  "in a field of a session that nobody declared": {
    before: `{"client_sessions":[${session},{"undeclared":`,
    after: `,${session.slice(1)}]}`,
    ifJson: () => came(2, false),
    ifNot: came(1, true)
  },
  "beside the list, before it": {
    before: "{\"page\":",
    after: `,"client_sessions":[${session}]}`,
    ifJson: () => came(1, false),
    ifNot: came(0, true)
  },
  "beside the list, after it": {
    before: `{"client_sessions":[${session}],"page":`,
    after: "}",
    ifJson: () => came(1, false),
    ifNot: came(1, true)
  },
  "in the list": {
    before: `{"client_sessions":[${session},`,
    after: "]}",
    ifJson: () => came(1, true),
    ifNot: came(1, true)
  },
  "in place of the list": {
    before: "{\"client_sessions\":",
    after: "}",
    ifJson: (json) => came(0, !(Array.isArray(json) && json.length === 0)),
    ifNot: came(0, true)
  },
  "as the whole body": { before: "", after: "", ifJson: () => came(0, true), ifNot: came(0, true) }
}

/** What comes of the case in a place, by its name; nothing where that says nothing. */
const expectedOf = (
  { after, before, ifJson, ifNot }: Place,
  { bytes, json, name }: typeof cases[number]
): Came | undefined => {
  const isInside = before !== ""
  // Within a text, a mark of the byte order isn't skipped.
  if (isInside && bytes[0] === 0xef && bytes[1] === 0xbb) return undefined
  // What isn't JSON by itself may be a part of it, with a bracket too many or a comma: `1,"x":2`, or only white space.
  if (isInside && json === undefined && parse(concat([encode(before), bytes, encode(after)])) !== undefined) {
    return undefined
  }
  const isJson = name.startsWith("i_") ? json !== undefined : name.startsWith("y_")
  return isJson ? ifJson(json?.json) : ifNot
}

/** The case whole, and byte by byte, but for the largest two: those in pieces of a thousand bytes. */
const cuttings = (bytes: Uint8Array): ReadonlyArray<ReadonlyArray<Uint8Array>> => {
  const length = bytes.length > 10_000 ? 1000 : 1
  return [
    [bytes],
    Array.from({ length: Math.ceil(bytes.length / length) }, (_, at) => bytes.subarray(at * length, (at + 1) * length))
  ]
}

for (const [operation, read] of Object.entries(readers)) {
  for (const [where, place] of Object.entries(places)) {
    Deno.test(`${operation}() takes what is JSON of JSONTestSuite and refuses what isn't, ${where}, whole and byte by byte`, () => {
      const counts = { y: 0, n: 0, i: 0, open: 0 }
      for (const each of cases) {
        const expected = expectedOf(place, each)
        const kind = each.name[0]
        if (expected === undefined) counts.open++
        else if (kind === "y" || kind === "n" || kind === "i") counts[kind]++
        for (const chunks of cuttings(each.bytes)) {
          const body = [encode(place.before), ...chunks, encode(place.after)]
          const { isRefused, sessions } = read(body)
          if (expected !== undefined) assert.deepEqual({ sessions, isRefused }, expected, each.name)
          else assert.ok(isRefused || parse(concat(body)) !== undefined, each.name)
        }
      }
      assert.ok(counts.y >= 90 && counts.n >= 175 && counts.i >= 33 && counts.open <= 15, JSON.stringify(counts))
    })
  }
}

const calls: Readonly<Record<string, Effect.Effect<number, ListError, ClientSessions>>> = {
  list: Effect.map(ClientSessions.list(), ({ length }) => length),
  stream: Stream.runCount(ClientSessions.stream())
}

for (const [operation, call] of Object.entries(calls)) {
  Deno.test(`${operation}() takes what is JSON of JSONTestSuite and refuses what isn't, in a field of a session, over a client`, async () => {
    const place = places["in a field of a session that nobody declared"]
    assert.ok(place !== undefined)
    let taken = 0
    let refused = 0
    for (const each of cases) {
      const expected = expectedOf(place, each)
      if (expected === undefined) continue
      const body = concat([encode(place.before), each.bytes, encode(place.after)])
      const exit = await Effect.runPromiseExit(Effect.provide(call, layerOf(() => new Response(body), once)))
      if (expected.isRefused) assert.equal(failureOf(exit)._tag, "SeamInvalidResponse", each.name)
      else assert.ok(Exit.isSuccess(exit) && exit.value === expected.sessions, each.name)
      expected.isRefused ? refused++ : taken++
    }
    assert.ok(taken > 100 && refused > 175, `${taken} taken, ${refused} refused`)
  })
}
