/**
 * Client sessions as a table for a terminal.
 *
 * @module
 */
import * as CliOutput from "effect/cli/CliOutput"
import * as DateTime from "effect/DateTime"
import * as Redacted from "effect/Redacted"
import type { ClientSession } from "../ClientSession.ts"
import { escape, isolate } from "./printable.ts"

const widthOf = (text: string): number => /^[ -~]*$/.test(text) ? text.length : CliOutput.displayWidth(text)

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" })

const cut = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text
  let kept = ""
  for (const { segment } of graphemes.segment(text)) {
    if (widthOf(kept + segment) > width - 1) break
    kept += segment
  }
  return `${kept}…`
}

interface Column {
  readonly title: string
  readonly cells: ReadonlyArray<string>
  readonly width: number
  /** How far it may shrink. */
  readonly least: number
}

const date = (utc: DateTime.Utc, length: number): string => DateTime.formatIso(utc).replace("T", " ").slice(0, length)

const columnsOf = (sessions: ReadonlyArray<ClientSession>, dateLength: number): ReadonlyArray<Column> => {
  const column = (title: string, cell: (session: ClientSession) => string, least = Infinity): Column => {
    const cells = sessions.map((session) => escape(cell(session)))
    const width = cells.reduce((width, cell) => Math.max(width, widthOf(cell)), title.length)
    return { title, cells, width, least: Math.min(least, width) }
  }
  return [
    column("created", ({ created_at }) => date(created_at, dateLength)),
    column("expires", ({ expires_at }) => date(expires_at, dateLength)),
    column("user", ({ user_identifier_key }) => user_identifier_key ?? "-", 8),
    column("devices", ({ device_count }) => String(device_count)),
    column("id", ({ client_session_id }) => client_session_id, 8)
  ]
}

const excess = (widths: ReadonlyArray<number>, gap: number, room: number): number =>
  widths.reduce((sum, width) => sum + width + gap, -gap) - room

// What there is no room for even when all shrink goes, in this order.
const expendable = ["devices", "expires", "created", "user"]

// Then the user shrinks, and the ID only when that is not enough: it is there to be copied.
const shrinkable = ["user", "id"]

const narrow = (columns: ReadonlyArray<Column>, gap: number, room: number): ReadonlyArray<Column> => {
  const kept = expendable.reduce(
    (kept, title) =>
      excess(kept.map(({ least }) => least), gap, room) > 0 ? kept.filter((column) => column.title !== title) : kept,
    columns
  )
  return shrinkable.reduce((fitted, title) => {
    const missing = Math.max(0, excess(fitted.map(({ width }) => width), gap, room))
    return fitted.map((column) =>
      column.title === title ? { ...column, width: Math.max(column.least, column.width - missing) } : column
    )
  }, kept)
}

const layoutOf = (
  sessions: ReadonlyArray<ClientSession>,
  room: number
): { readonly columns: ReadonlyArray<Column>; readonly gap: number } => {
  const columns = columnsOf(sessions, "2025-06-15 16:54".length)
  return excess(columns.map(({ width }) => width), 2, room) <= 0
    ? { columns, gap: 2 }
    : { columns: narrow(columnsOf(sessions, "2025-06-15".length), 1, room), gap: 1 }
}

/**
 * The sessions as lines that fit the width, and a last one that says how many. With tokens, each follows its session on
 * a line of its own, whole.
 */
export const render = (
  sessions: ReadonlyArray<ClientSession>,
  options: { readonly width: number; readonly showTokens: boolean }
): string => {
  if (sessions.length === 0) return "No client sessions.\n"
  const { columns, gap } = layoutOf(sessions, options.width)
  const line = (cell: (column: Column) => string): string =>
    columns.map((column) => {
      const text = cut(cell(column), column.width)
      return isolate(text) + " ".repeat(Math.max(0, column.width - widthOf(text)))
    }).join(" ".repeat(gap)).trimEnd()
  const rows = sessions.flatMap((session, index) => [
    line(({ cells }) => cells[index] ?? ""),
    ...options.showTokens ? [`  ${escape(Redacted.value(session.token))}`] : []
  ])
  const count = `${sessions.length} client session${sessions.length === 1 ? "" : "s"}, times in UTC`
  return [line(({ title }) => title), ...rows, "", count, ""].join("\n")
}
