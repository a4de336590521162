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
  /** Times what reading and `JSON.parse` took in all, in the same round. */
  readonly ratio: Spread
  /** Bytes by which the process grew at its largest. */
  readonly growth: Spread
}

const counts = [100, 1000, 10_000, 50_000, 200_000]

/** A way to list, and flags for V8. The first is what the others are measured by. */
const ways: ReadonlyArray<{ readonly name: string; readonly way: string; readonly flags?: string }> = [
  { name: "fetch and JSON.parse", way: "JSON.parse" },
  { name: "stream", way: "stream" },
  // Where there is room, V8 lets new objects fill dozens of megabytes before it looks which of them can go.
  { name: "stream, V8 held to semi-spaces of 8 MiB", way: "stream", flags: "--max-semi-space-size=8" },
  { name: "list", way: "list" }
]

const read = async (way: string, endpoint: string, count: number, flags?: string): Promise<Reading> => {
  const reading: Reading = JSON.parse(await printed("streamReader.ts", [way, endpoint], flags))
  if (reading.sessions !== count) throw new Error(`${way} did not list ${count} sessions`)
  return reading
}

/** Measures. */
export const stream = async (): Promise<ReadonlyArray<Stream>> => {
  await using server = child("streamServer.ts", counts.map(String)).spawn()
  const { value = "" } = await server.stdout.pipeThrough(new TextDecoderStream()).getReader().read()
  const found: Array<Stream> = []
  for (const count of counts) {
    const endpoint = `http://127.0.0.1:${value.trim()}/${count}`
    const readings = await inTurn(ways.map(({ flags, way }) => () => read(way, endpoint, count, flags)), 12)
    const totals = readings.map((own) => own.map(({ total }) => total))
    for (const [index, { name }] of ways.entries()) {
      const own = readings[index] ?? []
      found.push({
        sessions: count,
        name,
        first: spread(own.map(({ first }) => first)),
        total: spread(totals[index] ?? []),
        ratio: spread(ratios(totals[index] ?? [], totals[0] ?? [])),
        growth: spread(own.map(({ growth }) => growth))
      })
    }
  }
  return found
}
