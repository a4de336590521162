import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as fc from "fast-check"
import assert from "node:assert/strict"
import type { ClientSession } from "../ClientSession.ts"
import type { SeamProblem } from "../internal/problems.ts"
import { example, some } from "../internal/testing.ts"
import { type Malformed, maxLength } from "./sessions.ts"
import { decodeStream as decodeStreamWith } from "./stream.ts"
import { assertSame, damaged, decodeBody, wellFormed } from "./testing.ts"

interface MalformedBody {
  readonly _tag: "MalformedBody"
  readonly malformed: Malformed
}

const decodeStream = <E>(body: Stream.Stream<Uint8Array, E>): Stream.Stream<ClientSession, E | MalformedBody> =>
  decodeStreamWith(body, (malformed): MalformedBody => ({ _tag: "MalformedBody", malformed }))

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The sessions that arrive, and what ends them. */
const collect = <E>(
  body: Stream.Stream<Uint8Array, E>
): { readonly sessions: ReadonlyArray<ClientSession>; readonly failure: E | MalformedBody | undefined } =>
  Effect.runSync(Effect.gen(function*() {
    const sessions: Array<ClientSession> = []
    const exit = yield* Effect.exit(Stream.runForEach(decodeStream(body), (session) =>
      Effect.sync(() => {
        sessions.push(session)
      })))
    return {
      sessions,
      failure: Exit.isSuccess(exit) ? undefined : Option.getOrThrow(Cause.findErrorOption(exit.cause))
    }
  }))

const problemsOf = (failure: MalformedBody | undefined): ReadonlyArray<SeamProblem> => failure?.malformed.problems ?? []

const only = (path: string, expected: string): MalformedBody => ({
  _tag: "MalformedBody",
  malformed: { problems: [{ path, expected }], total: 1 }
})

/** The bytes, cut at the given places (as parts of the whole). */
const cutAt = (bytes: Uint8Array, places: ReadonlyArray<number>): ReadonlyArray<Uint8Array> => {
  const cuts = [0, ...places.map((place) => Math.floor(place * bytes.length)).sort((a, b) => a - b), bytes.length]
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end))
}

const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 })

const envelope = (elements: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  fc.tuple(fc.array(elements, { maxLength: 8 }), fc.constantFrom<unknown>(true, true, 1), fc.nat(2), fc.nat(2)).map(
    ([client_sessions, ok, order, indent]) => {
      const page = { "]}\u00e9\ud83d\ude00\\": [{ client_sessions: ["}", [{}], {}] }] }
      const members = [{ client_sessions, ok, page }, { page, ok, client_sessions }, { ok, client_sessions, page }]
      return JSON.stringify(members[order], undefined, indent)
    }
  )

Deno.test("decodeStream() gives what decodeBody does, wherever the bytes are cut", () => {
  const counts = { decoded: 0, refused: 0 }
  const elements = fc.oneof({ weight: 6, arbitrary: wellFormed }, damaged)
  fc.assert(
    fc.property(envelope(elements), places, fc.boolean(), (text, cuts, byteByByte) => {
      const bytes = encode(text)
      const chunks = byteByByte && bytes.length < 2000
        ? Array.from(bytes, (byte) => Uint8Array.of(byte))
        : cutAt(bytes, cuts)
      const { failure, sessions } = collect(Stream.fromIterable(chunks))
      const expected = decodeBody(text)
      if (Result.isSuccess(expected)) {
        counts.decoded++
        assert.equal(failure, undefined)
        assert.equal(sessions.length, expected.success.length)
        expected.success.forEach((session, index) => {
          const other = sessions[index]
          assert.ok(other !== undefined)
          assertSame(other, session)
        })
      } else {
        counts.refused++
        const problems = problemsOf(failure)
        assert.ok(problems.length > 0)
        assert.deepEqual(problems, expected.failure.problems.slice(0, problems.length))
        const path = /^client_sessions\[(\d+)\]/.exec(problems[0]?.path ?? "")?.[1]
        if (path !== undefined) assert.equal(sessions.length, Number(path))
      }
    }),
    { numRuns: some(600) }
  )
  assert.ok(counts.decoded > some(50) && counts.refused > some(50), JSON.stringify(counts))
})

Deno.test("decodeStream() gives the sessions that arrived whole, wherever the body breaks off and why ever", () => {
  const counts = { betweenSessions: 0, within: 0 }
  const sizeOf = (text: string): number => encode(text).length
  fc.assert(
    fc.property(
      fc.array(wellFormed, { minLength: 1, maxLength: 6 }),
      fc.record({
        session: fc.nat(5),
        part: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }))
      }),
      places,
      (elements, end, cuts) => {
        const texts = elements.map((element) => JSON.stringify(element))
        const whole = end.session % texts.length
        const before = `{"ok":true,"client_sessions":[${texts.slice(0, whole).join()}`
        const broken = `${whole > 0 ? "," : ""}${texts[whole]}`
        const bytes = encode(before + broken).subarray(0, sizeOf(before) + Math.floor(end.part * (sizeOf(broken) - 1)))
        const chunks = Stream.fromIterable(cutAt(bytes, cuts))

        const reset = collect(Stream.concat(chunks, Stream.fail("connection reset" as const)))
        assert.deepEqual([reset.sessions.length, reset.failure], [whole, "connection reset"])

        const { failure, sessions } = collect(chunks)
        assert.equal(sessions.length, whole)
        assert.ok(["JSON that ends", "UTF-8 text"].includes(problemsOf(failure)[0]?.expected ?? ""))
        counts[end.part === 0 && whole > 0 ? "betweenSessions" : "within"]++
      }
    ),
    { numRuns: some(400) }
  )
  assert.ok(counts.betweenSessions > some(20) && counts.within > some(100), JSON.stringify(counts))
})

const session = JSON.stringify(example)
const start = `{"client_sessions":[${session},`

Deno.test("decodeStream() refuses bytes that aren't UTF-8, after the sessions before them", () => {
  const { failure, sessions } = collect(Stream.make(encode(start), Uint8Array.of(0x22, 0xff, 0x22)))
  assert.equal(sessions.length, 1)
  assert.deepEqual(failure, only("", "UTF-8 text"))
})

// In text, a byte that never is UTF-8, one that belongs inside a character, and the first of two and of four.
const strayBytes = fc.constantFrom(0xff, 0x80, 0xc3, 0xf0)

Deno.test("decodeStream() gives the sessions before a byte that isn't UTF-8, wherever it is and the bytes are cut", () => {
  let before = 0
  const sessionsIn = fc.array(wellFormed, { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(sessionsIn, strayBytes, fc.nat(), places, fc.boolean(), (elements, stray, at, cuts, byteByByte) => {
      const ends: Array<number> = []
      let text = "{\"client_sessions\":["
      for (const element of elements) {
        text += `${ends.length === 0 ? "" : ","}${JSON.stringify(element)}`
        ends.push(encode(text).length)
      }
      const bytes = Array.from(encode(`${text}]}`))
      // Never right after the head of a character, where it could be its rest.
      let place = at % bytes.length
      while ((bytes[place] ?? 0) >= 0x80 || (bytes[place - 1] ?? 0) >= 0x80) place--
      const broken = Uint8Array.from(bytes.toSpliced(place, 0, stray, 0x20))
      const chunks = byteByByte && broken.length < 2000
        ? Array.from(broken, (byte) => Uint8Array.of(byte))
        : cutAt(broken, cuts)
      const { failure, sessions } = collect(Stream.fromIterable(chunks))
      assert.deepEqual(failure, only("", "UTF-8 text"))
      // The last session is whole before what follows it, too.
      assert.equal(sessions.length, ends.filter((end) => end <= place).length)
      before += sessions.length
    }),
    { numRuns: some(400) }
  )
  assert.ok(before > some(200), String(before))
})

Deno.test("decodeStream() skips a byte order mark", () => {
  const { failure, sessions } = collect(
    Stream.make(Uint8Array.of(0xef), Uint8Array.of(0xbb, 0xbf), encode(`${start}${session}]}`))
  )
  assert.deepEqual([sessions.length, failure], [2, undefined])
})

Deno.test("decodeStream() refuses a wrong envelope around the sessions, before and after", () => {
  const refused = (text: string) => {
    const { failure, sessions } = collect(Stream.make(encode(text)))
    return [sessions.length, failure]
  }
  assert.deepEqual(refused(`{"ok":1,${start.slice(1, -1)}]}`), [0, only("ok", "true")])
  assert.deepEqual(refused(`${start.slice(0, -1)}],"ok":1}`), [1, only("ok", "true")])
  assert.deepEqual(refused(`${start.slice(0, -1)}]}]`), [1, only("", "JSON")])
  assert.deepEqual(refused("{\"ok\":true}"), [0, only("client_sessions", "a value (it is missing)")])
})

const endless = (
  head: string,
  unit: string
): { readonly body: Stream.Stream<Uint8Array>; readonly read: () => number } => {
  const chunk = encode(unit.repeat(10_000))
  let read = 0
  const more = Stream.forever(Stream.fromEffect(Effect.sync(() => {
    read += chunk.length
    return chunk
  })))
  return { body: Stream.concat(Stream.make(encode(head)), more), read: () => read }
}

for (
  const [name, head, unit] of [
    ["session", start, "["],
    ["string in a session", `${start}{"x":"`, "\\\""],
    ["other member", "{\"x\":[", "{},"],
    ["space between sessions", start, " "],
    ["space before the body", "", "\t"],
    ["space after the body", `${start.slice(0, -1)}]}`, "\r\n"],
    ["row of members before the list", "{", "\"x\":0,"],
    ["row of members after the list", `${start.slice(0, -1)}],`, "\"x\":[],"]
  ] as const
) {
  Deno.test(`decodeStream() reads no more of an endless ${name} than is allowed`, () => {
    const { body, read } = endless(head, unit)
    const beside = /^(?:space [ab]f|space before the|row)/.test(name)
    const path = beside || !head.startsWith(start) ? "" : "client_sessions[1]"
    const expected = `at most ${maxLength} characters${beside ? " beside client_sessions" : ""}`
    assert.deepEqual(collect(body).failure, only(path, expected))
    assert.ok(read() < maxLength + 100_000)
  })
}

Deno.test("decodeStream() reads no further than to the first problem", () => {
  const { body, read } = endless(start, "0,")
  const { failure, sessions } = collect(body)
  assert.equal(sessions.length, 1)
  assert.deepEqual(failure, only("client_sessions[1]", "object"))
  assert.equal(read(), 20_000)
})

Deno.test("decodeStream() gives a session before the next chunk is asked for", () => {
  const untouched = Stream.suspend((): Stream.Stream<never> => assert.fail("the next chunk was asked for"))
  const body = Stream.concat(Stream.make(encode(start)), untouched)
  assert.equal(Effect.runSync(Stream.runCollect(Stream.take(decodeStream(body), 1))).length, 1)
})

Deno.test("decodeStream() hands on few sessions at a time, however many arrive at once", () => {
  const body = Stream.make(encode(`${start}${`${session},`.repeat(5000)}${session}]}`))
  const sizes = Effect.runSync(Stream.runCollect(Stream.map(Stream.chunks(decodeStream(body)), ({ length }) => length)))
  assert.equal(sizes.reduce((sum, size) => sum + size), 5002)
  assert.ok(Math.max(...sizes) <= 50, String(sizes))
})

Deno.test("decodeStream() starts afresh each time it is run", () => {
  const stream = decodeStream(Stream.make(encode(start), encode(`${session}]}`)))
  for (let run = 0; run < 2; run++) assert.equal(Effect.runSync(Stream.runCollect(stream)).length, 2)
})

/** A body of one session that never ends, and whether it was cancelled. */
const hanging = (): { readonly body: Stream.Stream<Uint8Array, "broken">; readonly isCancelled: () => boolean } => {
  let isCancelled = false
  const readable = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encode(start)),
    cancel: () => {
      isCancelled = true
    }
  })
  return {
    body: Stream.fromReadableStream({ evaluate: () => readable, onError: () => "broken" as const }),
    isCancelled: () => isCancelled
  }
}

Deno.test("decodeStream() cancels the body when it is interrupted", async () => {
  const { body, isCancelled } = hanging()
  await Effect.runPromise(Effect.gen(function*() {
    const arrived = yield* Deferred.make<void>()
    const fiber = yield* Effect.forkChild(
      Stream.runForEach(decodeStream(body), () => Deferred.succeed(arrived, undefined))
    )
    yield* Deferred.await(arrived)
    assert.ok(!isCancelled())
    yield* Fiber.interrupt(fiber)
  }))
  assert.ok(isCancelled())
})

Deno.test("decodeStream() cancels the body when no more sessions are wanted", async () => {
  const { body, isCancelled } = hanging()
  assert.equal((await Effect.runPromise(Stream.runCollect(Stream.take(decodeStream(body), 1)))).length, 1)
  assert.ok(isCancelled())
})

Deno.test("decodeStream() cancels the body when it is malformed", async () => {
  let isCancelled = false
  const readable = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encode("{\"client_sessions\":[0,")),
    cancel: () => {
      isCancelled = true
    }
  })
  const body = Stream.fromReadableStream({ evaluate: () => readable, onError: () => "broken" as const })
  assert.ok(Exit.isFailure(await Effect.runPromiseExit(Stream.runDrain(decodeStream(body)))))
  assert.ok(isCancelled)
})
