/**
 * Time to the first session, time in all, and memory, as the list grows: with `stream`, with `list`, and with the whole
 * body read and parsed at once. Each reading is made by a process of its own, over HTTP.
 *
 * @module
 */
import { child, printed } from "./child.ts"
import { inTurn, ratios, type Spread, spread } from "./harness.ts"
import type { Reading } from "./streamReader.ts"

/** What a way to list took. */
export interface Stream {
  readonly sessions: number
  readonly name: string
  /** Milliseconds until the program had the first session. */
  readonly first: Spread
  /** Milliseconds until it had had them all. */
  readonly total: Spread
  /** Times what reading and `JSON.parse` took in all, in the same round, if they were read too. */
  readonly ratio?: Spread
  /** Bytes by which the process grew at its largest. */
  readonly growth: Spread
}

/** A way to list, with flags for V8. */
interface Way {
  readonly name: string
  readonly way: string
  readonly flags?: string
}

const streaming: ReadonlyArray<Way> = [
  { name: "stream", way: "stream" },
  // V8 lets new objects fill more and more memory before it looks which of them can go: up to two spaces of 32 MiB. Each
  // time it looks, it copies the table of `Redacted`'s values, and what it copies is what makes it take more.
  { name: "stream, V8 held to semi-spaces of 8 MiB", way: "stream", flags: "--max-semi-space-size=8" }
]

/** The first is what the others are measured by. */
const ways: ReadonlyArray<Way> = [
  { name: "fetch and JSON.parse", way: "fetch and JSON.parse" },
  ...streaming,
  { name: "list", way: "list" }
]

const counts = [100, 1000, 10_000, 50_000, 200_000]

/** More than the other ways have memory for. */
const most = 1_000_000

const read = async ({ flags, way }: Way, endpoint: string, count: number): Promise<Reading> => {
  const reading: Reading = JSON.parse(await printed("streamReader.ts", [way, endpoint], flags))
  if (reading.sessions !== count) throw new Error(`${way} did not list ${count} sessions`)
  return reading
}

/** Measures. */
export const stream = async (): Promise<ReadonlyArray<Stream>> => {
  await using server = child("streamServer.ts", [...counts, most].map(String)).spawn()
  const { value = "" } = await server.stdout.pipeThrough(new TextDecoderStream()).getReader().read()
  const found: Array<Stream> = []
  for (const count of [...counts, most]) {
    const endpoint = `http://127.0.0.1:${value.trim()}/${count}`
    const asked = count === most ? streaming : ways
    const readings = await inTurn(asked.map((way) => () => read(way, endpoint, count)), 12)
    const totals = readings.map((own) => own.map(({ total }) => total))
    for (const [index, { name }] of asked.entries()) {
      const own = readings[index] ?? []
      found.push({
        sessions: count,
        name,
        first: spread(own.map(({ first }) => first)),
        total: spread(totals[index] ?? []),
        ...count === most ? {} : { ratio: spread(ratios(totals[index] ?? [], totals[0] ?? [])) },
        growth: spread(own.map(({ growth }) => growth))
      })
    }
  }
  return found
}
