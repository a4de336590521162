/**
 * The report as a picture: SVG, in colours for light and dark surroundings.
 *
 * @module
 */
import type { Measured } from "./harness.ts"
import { figure, type Report } from "./report.ts"

const style = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 13px }
  .quiet { fill: #59636e }
  .ours, .stream { fill: #0969da; stroke: #0969da }
  .others, .parse { fill: #9a6700; stroke: #9a6700 }
  .list { fill: #8250df; stroke: #8250df }
  .spread { stroke: #1f2328; stroke-width: 1.5; fill: none }
  .grid { stroke: #d1d9e0 }
  .bar { stroke: none }
  .line { fill: none; stroke-width: 2 }
  text.stream, text.list, text.parse { stroke: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .quiet { fill: #9198a1 }
    .ours, .stream { fill: #4493f8; stroke: #4493f8 }
    .others, .parse { fill: #d29922; stroke: #d29922 }
    .list { fill: #ab7df8; stroke: #ab7df8 }
    .spread { stroke: #f0f6fc }
    .grid { stroke: #3d444d }
  }`

const width = 440
const height = 270

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")

const text = (x: number, y: number, content: string, attributes = ""): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escaped(content)}</text>`

/** A bar for each contender, as long as its ratio. One that is several times as long as most is cut off, and says so. */
const bars = (title: string, contenders: ReadonlyArray<Measured>): string => {
  const [left, right, top, step] = [162, width - 90, 40, 32]
  const sorted = contenders.map(({ ratio }) => ratio.high).toSorted((a, b) => a - b)
  const most = Math.min(sorted.at(-1) ?? 1, 1.5 * (sorted.at(-2) ?? 1))
  const x = (ratio: number): number => left + (right - left) * Math.min(1, ratio / most)
  const rows = contenders.map(({ name, ratio: { high, low, median } }, index) => {
    const y = top + step * index
    const middle = (y + 9).toFixed(1)
    const isCut = median > most
    return [
      text(left - 8, y + 13, name.replace("fetch and ", "fetch, "), `text-anchor="end"`),
      `<rect class="bar ${name.startsWith("ours") ? "ours" : "others"}" x="${left}" y="${y}" width="${
        (x(median) - left).toFixed(1)
      }" height="18"/>`,
      isCut ? "" : `<path class="spread" d="M${x(low).toFixed(1)} ${middle}H${x(high).toFixed(1)}"/>`,
      text(Math.max(x(median), isCut ? 0 : x(high)) + 6, y + 13, `${isCut ? "⋯ " : ""}${figure(median)} ×`)
    ].join("")
  })
  return [text(12, 20, title, `class="title"`), ...rows].join("\n")
}

interface Point {
  readonly x: number
  readonly y: number
}

interface Line {
  readonly name: string
  readonly kind: "stream" | "list" | "parse"
  readonly points: ReadonlyArray<Point>
}

const decades = (from: number, to: number): ReadonlyArray<number> => {
  const first = Math.floor(Math.log10(from))
  return Array.from({ length: Math.ceil(Math.log10(to)) - first + 1 }, (_, index) => 10 ** (first + index))
}

/** Lines over the number of sessions; both axes are logarithmic. */
const lines = (title: string, unit: string, drawn: ReadonlyArray<Line>): string => {
  const [left, right, top, bottom] = [72, width - 104, 40, height - 40]
  const all = drawn.flatMap(({ points }) => points)
  const scale = (values: ReadonlyArray<number>, start: number, end: number, from: number, to: number) => ({
    ticks: values,
    at: (value: number): number =>
      start + (end - start) * (Math.log10(value) - Math.log10(from)) / (Math.log10(to) - Math.log10(from))
  })
  const xs = all.map(({ x }) => x)
  const ys = decades(Math.min(...all.map(({ y }) => y)), Math.max(...all.map(({ y }) => y)))
  const across = scale(decades(Math.min(...xs), Math.max(...xs) / 10), left, right, Math.min(...xs), Math.max(...xs))
  const up = scale(ys, bottom, top, ys[0] ?? 1, ys.at(-1) ?? 10)
  // Names that would lie on each other move apart.
  const labels = drawn.map(({ kind, name, points }) => ({ kind, name, y: up.at(points.at(-1)?.y ?? 1) }))
    .toSorted((a, b) => a.y - b.y)
  for (const [index, label] of labels.entries()) {
    label.y = Math.max(label.y, (labels[index - 1]?.y ?? -Infinity) + 15)
  }
  return [
    text(12, 20, title, `class="title"`),
    ...up.ticks.map((tick) =>
      `<path class="grid" d="M${left} ${up.at(tick).toFixed(1)}H${right}"/>` +
      text(left - 6, up.at(tick) + 4, `${tick.toLocaleString("en")} ${unit}`, `class="quiet" text-anchor="end"`)
    ),
    ...across.ticks.map((tick) =>
      text(across.at(tick), bottom + 18, tick.toLocaleString("en"), `class="quiet" text-anchor="middle"`)
    ),
    text(right, bottom + 34, "sessions", `class="quiet" text-anchor="end"`),
    ...drawn.map(({ kind, points }) =>
      `<path class="line ${kind}" d="M${
        points.map(({ x, y }) => `${across.at(x).toFixed(1)} ${up.at(y).toFixed(1)}`).join("L")
      }" style="fill:none"/>`
    ),
    ...labels.map(({ kind, name, y }) => text(right + 8, y + 4, name, `class="${kind}"`))
  ].join("\n")
}

const ways = [["stream", "stream"], ["list", "list"], ["fetch and JSON.parse", "parse"]] as const

/** The picture. */
export const plot = ({ decode, list, stream }: Report): string => {
  const over = (y: (one: NonNullable<Report["stream"]>[number]) => number): ReadonlyArray<Line> =>
    ways.map(([name, kind]) => ({
      name: name.replace("fetch and ", ""),
      kind,
      points: (stream ?? []).filter((one) => one.name === name).map((one) => ({ x: one.sessions, y: y(one) }))
    }))
  const panels = [
    ...decode === undefined ? [] : [bars("Decoding 5,000 sessions, times JSON.parse (time)", decode.deno)],
    ...list === undefined ?
      [] :
      list.slice(0, 1).map(({ contenders, sessions }) =>
        bars(`list of ${sessions} sessions, times fetch and JSON.parse (CPU)`, contenders)
      ),
    ...stream === undefined ? [] : [
      lines("Time to the first session", "ms", over(({ first }) => first.median)),
      lines("Growth of memory", "MB", over(({ growth }) => growth.median / 1_000_000))
    ]
  ]
  const placed = panels.map((panel, index) =>
    `<g transform="translate(${index % 2 * width} ${Math.floor(index / 2) * height})">\n${panel}\n</g>`
  )
  const whole = [2 * width, Math.ceil(panels.length / 2) * height]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${whole.join(" ")}" role="img" ` +
    `aria-label="What it costs to list client sessions">\n<style>${style}\n</style>\n${placed.join("\n")}\n</svg>\n`
}
