/**
 * What was measured, as one document and as Markdown.
 *
 * @module
 */
import type { Sizes } from "../platform-tests/size.ts"
import type { Decode } from "./decode.ts"
import { type Measured, type Spread, spread } from "./harness.ts"
import type { List } from "./list.ts"
import type { Startup } from "./startup.ts"
import type { Stream } from "./stream.ts"

/** The measurements; each may be left out. */
export interface Measurements {
  readonly decode?: Decode
  readonly list?: ReadonlyArray<List>
  readonly stream?: ReadonlyArray<Stream>
  /** In bytes, gzipped, with the Worker's limit. */
  readonly size?: Sizes & { readonly budget: number }
  readonly startup?: ReadonlyArray<Startup>
}

/** Something that must be so, and what was measured of it. */
export interface Bar {
  readonly sentence: string
  /** Its median is held against the limit. */
  readonly measured: Spread
  readonly limit: number
  /** `×`, `MB` or `kB`. */
  readonly unit: string
  readonly holds: boolean
}

/** The whole document: what `--json` prints. */
export interface Report extends Measurements {
  /** ISO 8601, UTC. */
  readonly at: string
  /** Versions by name. */
  readonly runtimes: Readonly<Record<string, string>>
  readonly cpu: string
  readonly cores: number
  readonly bars: ReadonlyArray<Bar>
}

const million = 1_000_000

const named = <A extends { readonly name: string }>(from: ReadonlyArray<A> | undefined, name: string): A | undefined =>
  from?.find((each) => each.name === name)

const bar = (sentence: string, measured: Spread | undefined, limit: number, unit: string): ReadonlyArray<Bar> =>
  measured === undefined ? [] : [{ sentence, measured, limit, unit, holds: measured.median <= limit }]

const scaled = ({ high, low, median, rounds }: Spread, by: number): Spread => ({
  median: median * by,
  low: low * by,
  high: high * by,
  rounds
})

const peers = ["zod", "valibot", "arktype"]

const decodeBars = (runtime: string, decoders: ReadonlyArray<Measured> | undefined): ReadonlyArray<Bar> => {
  const ours = named(decoders, "ours")?.ratio
  const [fastest] = peers.flatMap((name) => named(decoders, name) ?? [])
    .toSorted((one, other) => one.ratio.median - other.ratio.median)
  return [
    ...bar(`Decoding 5,000 sessions ${runtime} takes at most 2.4 × the time of \`JSON.parse\``, ours, 2.4, "×"),
    ...bar(
      `… and no more than the fastest of its peers${
        fastest === undefined ? "" : `, ${fastest.name}: ${spreadOf(fastest.ratio, "×")}`
      }`,
      ours,
      fastest?.ratio.median ?? NaN,
      "×"
    )
  ]
}

/** What the measurements must show, as far as they were made: their medians against the limits. */
export const barsOf = ({ decode, list, size, startup, stream }: Measurements): ReadonlyArray<Bar> => {
  const grows = named(decode?.growth.factors, "ours")?.factor
  const parseGrows = named(decode?.growth.factors, "JSON.parse")?.factor
  const streamed = (count: number) => stream?.find(({ name, sessions }) => name === "stream" && sessions === count)
  const [few, many] = [streamed(50_000)?.growth, streamed(1_000_000)?.growth]
  return [
    ...decodeBars("on Deno", decode?.deno),
    ...decodeBars("in workerd", decode?.workerd),
    ...bar(
      "From 10 to 100,000 sessions on Deno our time per session is multiplied by at most what `JSON.parse`'s own is " +
        `multiplied by${parseGrows === undefined ? "" : `: ${spreadOf(parseGrows, "×")}`}`,
      grows,
      parseGrows?.median ?? NaN,
      "×"
    ),
    ...bar(
      "`list` of 10 sessions, all checked, costs at most 0.95 × the CPU time of the vendor SDK 2.32.0's",
      list?.find(({ sessions }) => sessions === 10)?.toVendor,
      0.95,
      "×"
    ),
    ...bar(
      "`stream` of 200,000 sessions takes at most 3 × the time of reading and `JSON.parse`",
      streamed(200_000)?.ratio,
      3,
      "×"
    ),
    ...bar(
      "From 50,000 to 1,000,000 sessions the memory that `stream` takes grows by at most 10 MB",
      few && many &&
        scaled(
          { ...many, median: many.median - few.median, low: many.low - few.high, high: many.high - few.low },
          1 / million
        ),
      10,
      "MB"
    ),
    ...bar(
      "The example Worker, gzipped, is at most 48.0 kB",
      size && spread([size.worker / 1000]),
      size === undefined ? NaN : size.budget / 1000,
      "kB"
    ),
    ...bar(
      "The list-only Worker starts in at most 1.05 × the time of the vendor SDK 2.32.0's",
      named(startup, "ours, list only")?.toVendor,
      1.05,
      "×"
    )
  ]
}

/** The number with three digits that count, or with all that stand before the point. */
export const figure = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3)

/** What is not measured in rounds has no spread. */
const spreadOf = ({ high, low, median, rounds }: Spread, unit: string): string =>
  `${figure(median)} ${unit}${rounds === 1 ? "" : ` (${figure(low)}–${figure(high)})`}`

/** The ratio; of the contender that the others are measured by, the time. */
const ratioOf = (one: Measured | undefined, index: number): string =>
  one === undefined ? "" : index === 0 ? `1 (${figure(one.milliseconds.median)} ms)` : spreadOf(one.ratio, "×")

const sessionsOf = (count: number): string => count.toLocaleString("en")

const row = (cells: ReadonlyArray<string>, widths: ReadonlyArray<number>): string =>
  `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((cells) => cells[column]?.length ?? 0)))
  return [
    row(head, widths),
    row(widths.map((width) => "-".repeat(width)), widths),
    ...rows.map((cells) => row(cells, widths))
  ].join("\n")
}

const decodeTables = ({ bytes, deno, growth, parts, sessions, workerd }: Decode): ReadonlyArray<string> => [
  `Decoding ${sessionsOf(sessions)} sessions (${figure(bytes / million)} MB), times \`JSON.parse\` of the same text:`,
  table(
    ["", "Deno", "workerd"],
    deno.map((one, index) => [one.name, ratioOf(one, index), ratioOf(named(workerd, one.name), index)])
  ),
  "What of it makes dates, and hides tokens, on Deno:",
  table(["", "Deno"], parts.map((one, index) => [one.name, ratioOf(one, index)])),
  "On Deno as the list grows:",
  table(
    ["sessions", "`JSON.parse`, a session", "ours, a session", "times `JSON.parse`"],
    growth.sizes.map(({ contenders, sessions }) => [
      sessionsOf(sessions),
      ...contenders.map(({ milliseconds }) => spreadOf(scaled(milliseconds, 1000 / sessions), "µs")),
      ...contenders.slice(1).map(({ ratio }) => spreadOf(ratio, "×"))
    ])
  ),
  `From the fewest to the most, the time a session grows by: ${
    growth.factors.map(({ factor, name }) => `${name} ${spreadOf(factor, "×")}`).join(", ")
  }.`
]

const listTables = (list: ReadonlyArray<List>): ReadonlyArray<string> => [
  "CPU time of one call, from the filter to the sessions, through the same function in place of `fetch`:",
  table(
    ["", ...list.map(({ sessions }) => `${sessionsOf(sessions)} sessions`)],
    (list[0]?.contenders ?? []).map(({ name }) => [
      name,
      ...list.map(({ contenders }) => {
        const one = named(contenders, name)
        return one === undefined ? "" : `${figure(one.milliseconds.median)} ms, ${spreadOf(one.ratio, "×")}`
      })
    ])
  )
]

const streamTables = (stream: ReadonlyArray<Stream>): ReadonlyArray<string> => {
  const names = [...new Set(stream.map(({ name }) => name))]
  const grid = (cell: (one: Stream) => string): string =>
    table(
      ["sessions", ...names],
      [...new Set(stream.map(({ sessions }) => sessions))].map((count) => [
        sessionsOf(count),
        ...names.map((name) => {
          const one = stream.find((each) => each.name === name && each.sessions === count)
          return one === undefined ? "" : cell(one)
        })
      ])
    )
  return [
    "Time until a program has the first session, over HTTP on one machine, and with the code not yet warm:",
    grid(({ first }) => spreadOf(first, "ms")),
    "Until it has them all:",
    grid(({ total }) => spreadOf(total, "ms")),
    "How much resident memory has grown at its largest:",
    grid(({ growth }) => spreadOf(scaled(growth, 1 / million), "MB"))
  ]
}

const workerTables = ({ size, startup }: Measurements): ReadonlyArray<string> => [
  ...size === undefined ? [] : [
    "A Worker that makes this call, minified and gzipped:",
    table(["", "size"], [
      ["ours, list only", `${figure(size.listWorker / 1000)} kB`],
      ["ours, list and stream", `${figure(size.worker / 1000)} kB`],
      ["vendor SDK 2.32.0", `${figure(size.vendor / 1000)} kB`]
    ])
  ],
  ...startup === undefined ? [] : [
    "How long it takes in workerd from nothing to its first list, beyond what an empty Worker takes to answer:",
    table(
      ["", "start-up", "times the vendor's"],
      startup.map(({ milliseconds, name, toVendor }) => [name, spreadOf(milliseconds, "ms"), spreadOf(toVendor, "×")])
    )
  ]
]

/** What must hold, and whether it does. */
export const summary = ({ at, bars, cores, cpu, runtimes }: Report): string => {
  const versions = Object.entries(runtimes).map(([name, version]) => `${name} ${version}`).join(", ")
  return [
    `${versions}; ${cpu}, ${cores} cores; ${at.slice(0, 10)}. Medians of alternating rounds, with their quartiles.`,
    ...bars.length === 0 ? [] : [
      table(
        ["", "measured", ""],
        bars.map(({ holds, measured, sentence, unit }) => [
          sentence,
          spreadOf(measured, unit),
          holds ? "holds" : "does not hold"
        ])
      )
    ]
  ].join("\n\n")
}

/** The report as Markdown. */
export const markdown = (report: Report): string => {
  const { decode, list, stream } = report
  return [
    summary(report),
    ...decode === undefined ? [] : decodeTables(decode),
    ...list === undefined ? [] : listTables(list),
    ...stream === undefined ? [] : streamTables(stream),
    ...workerTables(report)
  ].join("\n\n") + "\n"
}
