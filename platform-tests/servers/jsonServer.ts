/**
 * json-server with sixty to-dos in it, and what its lists are declared to do.
 *
 * @module
 */
import { Filter, Operation } from "@seam-effect/contract-tests"
import jsonServer from "json-server"
import type { Started } from "./fakeSeamConnect.ts"

const titles = [
  "Buy milk",
  "buy milk",
  "Buy milk ",
  "Buy oat milk",
  "Caf\u00e9",
  "Cafe\u0301",
  "100 %",
  "a.c",
  "abc",
  "01",
  "1",
  "1.0",
  "true",
  "null",
  "a&b=c#d",
  "it's \"quoted\""
]

const pad = (number: number): string => `${number}`.padStart(2, "0")

/** The to-dos: with titles that software stumbles over, times of different precision, and some without an assignee. */
export const todos = Array.from({ length: 60 }, (_, at) => ({
  id: at + 1,
  title: titles[at % titles.length] ?? "",
  done: at % 3 === 0,
  priority: at % 7,
  assignee_id: at % 5 === 4 ? null : `user${at % 4}`,
  address: { city: ["Graz", "Linz", "Wien"][at % 3] ?? "" },
  created_at: `2026-01-${pad(1 + at % 20)}T10:${pad(at)}:00${["Z", ".500Z", ".250Z"][at % 3] ?? "Z"}`
}))

/** Starts it. */
export const startJsonServer = async (): Promise<Started> => {
  const app = jsonServer.create()
  app.use(jsonServer.defaults({ logger: false }))
  app.use(jsonServer.router({ todos: structuredClone(todos) }))
  const server = app.listen(0, "127.0.0.1")
  await new Promise((resolve) => server.once("listening", resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve(undefined)))
  }
}

const options = {
  path: "/todos",
  by: "query",
  items: "",
  id: "id",
  pages: "link",
  always: { _page: 1, _limit: 25 }
} as const

/** Equality on every field, and pages by `Link`: what it is known for. */
export const byEquality: Operation.Operation = Operation.make<(typeof todos)[number]>({
  ...options,
  filters: {
    "id": Filter.oneOf("id"),
    "title": Filter.equals("title"),
    "done": Filter.equals("done"),
    "priority": Filter.equals("priority"),
    "assignee_id": Filter.equals("assignee_id"),
    "address.city": Filter.equals("address.city")
  }
})

/** A text as a regular expression that finds it. */
const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** Its operators: `_gte` and `_lte` include the boundary, `_like` is a regular expression, without case. */
export const byOperators: Operation.Operation = Operation.make<(typeof todos)[number]>({
  ...options,
  filters: {
    priority_gte: Filter.after("priority", { inclusive: true }),
    priority_lte: Filter.before("priority", { inclusive: true }),
    created_at_gte: Filter.after("created_at", { inclusive: true }),
    created_at_lte: Filter.before("created_at", { inclusive: true }),
    title_like: Filter.make({
      fields: ["title"],
      values: ({ title }) => typeof title === "string" ? [literally(title)] : [],
      asks: (pattern, { title }) =>
        typeof pattern === "string" && typeof title === "string" && new RegExp(pattern, "i").test(title)
    })
  }
})
