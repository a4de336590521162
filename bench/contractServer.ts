/**
 * Large lists over HTTP, for `contractLarge.ts`: in a process of its own, with an index by every filter and the text of every
 * item made beforehand, so that what is measured is the checks. Its arguments are the name of a list and how many items it has.
 *
 * @module
 */
import { healthy, serve, stringsIn } from "../contract-tests/seam/mutants/Healthy.ts"
import type { WireSession } from "../contract-tests/seam/world.ts"
import { type Thing, thingsOf, worldOf } from "./contractLists.ts"

const texts = new WeakMap<object, string>()

const bodyOf = (name: string, items: ReadonlyArray<object>): string =>
  `{"${name}":[${items.map((item) => texts.get(item)).join()}],"ok":true}`

/** The items that have each value. */
const indexed = <A extends object>(items: ReadonlyArray<A>, values: (item: A) => ReadonlyArray<unknown>) => {
  const found = new Map<unknown, Array<A>>()
  for (const item of items) {
    texts.set(item, JSON.stringify(item))
    for (const value of new Set(values(item))) {
      const having = found.get(value)
      if (having === undefined) found.set(value, [item])
      else having.push(item)
    }
  }
  return (value: unknown): ReadonlyArray<A> => found.get(value) ?? []
}

const headers = { "content-type": "application/json" }

const sessionsServer = (count: number) => {
  const world = worldOf(count)
  const fields: { readonly [parameter: string]: ReadonlyArray<string> } = {
    client_session_id: ["client_session_id"],
    connect_webview_id: ["connect_webview_ids"],
    user_identifier_key: ["user_identifier_key"],
    user_identity_id: ["user_identity_id", "user_identity_ids"]
  }
  const names = Object.keys(fields)
  const keyOf = (name: string, value: string): string =>
    `${name} ${name === "user_identifier_key" ? value : value.toLowerCase()}`
  const valuesOf = (session: WireSession): ReadonlyArray<string> =>
    names.flatMap((name) =>
      (fields[name] ?? []).flatMap((field) => stringsIn(session, field)).map((value) => keyOf(name, value))
    )
  const indexes = new Map(world.workspaces.map((workspace) => [workspace, indexed(workspace.sessions, valuesOf)]))
  return serve({
    ...healthy,
    select: (query, workspace, steps, world) => {
      const [name] = names.filter((name) => typeof query[name] === "string")
      const sessions = name === undefined ? undefined : indexes.get(workspace)?.(keyOf(name, `${query[name]}`))
      return healthy.select(query, sessions === undefined ? workspace : { ...workspace, sessions }, steps, world)
    },
    order: (sessions) => sessions,
    succeed: (sessions, id) =>
      new Response(bodyOf("client_sessions", sessions), { headers: { ...headers, "seam-request-id": id } })
  }, world)
}

const thingsServer = (count: number) => {
  const things = thingsOf(count)
  const [byId, byColour, byTag] = [
    indexed(things, ({ id }) => [id]),
    indexed(things, ({ colour }) => [colour]),
    indexed(things, ({ tags }) => tags)
  ]
  // Oldest first, so that what lies before or after a time is one piece.
  const times = things.map(({ created_at }) => Date.parse(created_at))
  const place = (time: number): number => {
    let [low, high] = [0, times.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((times[middle] ?? 0) < time) low = middle + 1
      else high = middle
    }
    return low
  }
  const filters: { readonly [name: string]: (values: ReadonlyArray<string>) => ReadonlyArray<Thing> | undefined } = {
    id: ([id]) => byId(id),
    ids: (ids) => [...new Set(ids)].flatMap(byId),
    colour: ([colour]) => byColour(colour),
    colours: (colours) => [...new Set(colours)].flatMap(byColour),
    colourless: ([flag]) => flag === "true" ? byColour(null) : things,
    tag: ([tag]) => byTag(tag),
    // A fraction of a millisecond lies between two things.
    created_before: ([time = ""]) => things.slice(0, place(Math.floor(Date.parse(time)))),
    created_after: ([time = ""]) => things.slice(place(Math.floor(Date.parse(time)) + 1))
  }
  const isWrong = (name: string, value: string): boolean =>
    value === "" ||
    (name === "colourless" && value !== "true" && value !== "false") ||
    (name.startsWith("created_") && Number.isNaN(Date.parse(value)))
  return ({ method, url }: Request): Response => {
    const { searchParams } = new URL(url)
    const names = [...new Set(searchParams.keys())].filter((name) => Object.hasOwn(filters, name))
    if (method !== "GET" || names.some((name) => searchParams.getAll(name).some((value) => isWrong(name, value)))) {
      return Response.json({ error: "refused" }, { status: 400 })
    }
    const [first = things, ...others] = names.map((name) => filters[name]?.(searchParams.getAll(name)) ?? [])
    const found = others.map((items) => new Set(items)).reduce(
      (all, some) => all.filter((item) => some.has(item)),
      first
    )
    return new Response(bodyOf("things", found), { headers })
  }
}

const [name = "", count = ""] = Deno.args
const onListen = ({ port }: Deno.NetAddr): void => console.log(port)
Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen },
  name === "things" ? thingsServer(Number(count)) : sessionsServer(Number(count))
)
