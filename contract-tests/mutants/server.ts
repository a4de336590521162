/**
 * A small healthy server for a declaration, taken apart into its steps, so that a mutant can replace one of them. It knows the
 * kinds of filters by itself, and shares no code with what the checks expect.
 *
 * @module
 */
import type { Filter } from "../operation/Filter.ts"
import type { Operation } from "../operation/Operation.ts"

/** An item as on the wire. */
export type Row = { readonly [field: string]: unknown }

/** What was asked, as the server has understood it. */
export type Query = { readonly [filter: string]: unknown }

/** The items of two tenants. */
export interface Data {
  readonly own: ReadonlyArray<Row>
  readonly others: ReadonlyArray<Row>
}

/** What the server does, one step after the other. */
export interface Steps {
  /** Whether two values are the same. */
  same: (asked: unknown, stored: unknown, name: string) => boolean
  /** Below zero where the first comes first; `NaN` where two values have no order. */
  order: (a: unknown, b: unknown) => number
  /** Whether one filter holds for an item. */
  holds: (name: string, filter: Filter, value: unknown, row: Row, steps: Steps) => boolean
  /** The items that are asked for. */
  select: (query: Query, data: Data, operation: Operation, steps: Steps) => ReadonlyArray<Row>
  /** The first so many of them. */
  limit: (rows: ReadonlyArray<Row>, count: number) => ReadonlyArray<Row>
  /** Whether a question has what it must have. */
  admits: (query: Query, operation: Operation) => boolean
  /** The page of an answer that begins at a place. */
  page: (rows: ReadonlyArray<Row>, from: number, size: number) => ReadonlyArray<Row>
  /** What is understood of a question for a page that is not the first. */
  onwards: (query: Query) => Query
}

/** How many items a page has. */
export const pageSize = 25

const field = (row: Row, path: string): unknown =>
  path in row ? row[path] : path.split(".").reduce<unknown>((value, name) => Object(value)[name], row)

/** The values in some fields: of lists, those in them; nothing for what is missing or null. */
export const stored = (row: Row, fields: ReadonlyArray<string>): ReadonlyArray<unknown> =>
  fields.flatMap((path) => field(row, path) ?? []).filter((value) => value !== null)

const nanoseconds = (time: string): bigint => {
  const [, fraction = ""] = /\.(\d+)/.exec(time) ?? []
  return BigInt(Date.parse(time.replace(/\.\d+/, ""))) * 1_000_000n + BigInt(fraction.padEnd(9, "0"))
}

/** The steps of a server without a fault. */
export const healthy: Steps = {
  same: (asked, stored) => asked === stored,
  order: (a, b) =>
    typeof a === "number" && typeof b === "number"
      ? a - b
      : typeof a === "string" && typeof b === "string" && !Number.isNaN(Date.parse(a)) && !Number.isNaN(Date.parse(b))
      ? Number(nanoseconds(a) - nanoseconds(b))
      : NaN,
  holds: (name, filter, value, row, { order, same }) => {
    const values = stored(row, filter.fields)
    switch (filter.kind) {
      case "isNull":
        return value !== true || values.length === 0
      case "notNull":
        return value !== true || values.length > 0
      case "oneOf":
        return Array.isArray(value) && value.some((one) => values.some((other) => same(one, other, name)))
      case "before":
        return values.some((other) => order(other, value) < 0)
      case "after":
        return values.some((other) => order(other, value) > 0)
      case "prefix":
        return values.some((other) => typeof value === "string" && String(other).startsWith(value))
      case "custom":
        return values.some((other) => (Number(other) % 2 === 1 ? "odd" : "even") === value)
      default:
        return value === null ? values.length === 0 : values.some((other) => same(value, other, name))
    }
  },
  select: (query, { own }, { filters }, steps) =>
    own.filter((row) =>
      Object.entries(query).every(([name, value]) => {
        const filter = Object.hasOwn(filters, name) ? filters[name] : undefined
        return filter === undefined || filter.kind === "limit" || steps.holds(name, filter, value, row, steps)
      })
    ),
  limit: (rows, count) => rows.slice(0, count),
  admits: (query, { required }) => required.every(({ oneOf }) => oneOf.some((name) => name in query)),
  page: (rows, from, size) => rows.slice(from, from + size),
  onwards: (query) => query
}

/** A value of a query as what the data has in its place. */
const typed = (text: string, filter: Filter, rows: ReadonlyArray<Row>): unknown => {
  if (filter.kind === "limit") return Number(text)
  if (filter.kind === "isNull" || filter.kind === "notNull") {
    return text === "true"
      ? true
      : text === "false"
      ? false
      : text
  }
  if (filter.nullable && text === "") return null
  const [sample] = filter.kind === "custom" ? [] : rows.flatMap((row) => stored(row, filter.fields))
  return typeof sample === "number" ? Number(text) : typeof sample === "boolean" ? text === "true" : text
}

const isType = (value: unknown, filter: Filter): boolean =>
  filter.takes === "list"
    ? Array.isArray(value)
    : filter.takes === "flag"
    ? typeof value === "boolean"
    : value === null
    ? filter.nullable
    : typeof value !== "object"

/** Answers requests. */
export type Server = (request: Request) => Promise<Response>

/** The server that some steps make for a declaration, over some data. */
export const serve = (operation: Operation, data: Data, steps: Steps = healthy): Server => {
  const { filters } = operation
  const of = (name: string): Filter | undefined => Object.hasOwn(filters, name) ? filters[name] : undefined
  const understand = async (request: Request): Promise<Query | undefined> => {
    const { searchParams } = new URL(request.url)
    if (request.method === "GET") {
      return Object.fromEntries([...new Set(searchParams.keys())].flatMap((name): ReadonlyArray<[string, unknown]> => {
        const filter = of(name)
        const texts = searchParams.getAll(name)
        if (filter === undefined) return [[name, texts[0]]]
        const values = texts.map((text) => typed(text, filter, data.own))
        return [[name, filter.takes === "list" ? values : values[0]]]
      }))
    }
    const body: unknown = request.headers.get("content-type")?.startsWith("application/json")
      ? await request.json().catch(() => undefined)
      : undefined
    return typeof body === "object" && body !== null && !Array.isArray(body) ? { ...body } : undefined
  }
  return async (request) => {
    const refuse = (status: number): Response => Response.json({ error: "refused" }, { status })
    if (operation.credentials !== undefined && request.headers.get("authorization") !== "Bearer own-key") {
      if (request.headers.get("authorization") !== "Bearer other-key") return refuse(401)
      return Response.json({ ok: true, things: data.others })
    }
    const understood = await understand(request)
    if (understood === undefined) return refuse(400)
    const { cursor, ...query } = understood
    const wrong = Object.entries(query).some(([name, value]) => {
      const filter = of(name)
      return filter !== undefined && !isType(value, filter)
    })
    if (wrong || !steps.admits(query, operation)) return refuse(400)
    const from = Number(cursor ?? 0)
    const rows = steps.select(from > 0 ? steps.onwards(query) : query, data, operation, steps)
    const limits = Object.entries(filters).filter(([name, { kind }]) => kind === "limit" && name in query)
    const limited = limits.reduce((rows, [name]) => steps.limit(rows, Number(query[name])), rows)
    if (operation.pages === undefined) return Response.json({ ok: true, things: limited })
    return Response.json({
      ok: true,
      things: steps.page(limited, from, pageSize),
      next: from + pageSize < limited.length ? from + pageSize : null
    })
  }
}
