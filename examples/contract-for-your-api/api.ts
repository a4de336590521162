/**
 * A to-do API, such as you may have: `GET /todos`, with filters in the query. Run it with `deno run --allow-net api.ts`.
 *
 * @module
 */

interface Todo {
  readonly id: string
  readonly done: boolean
  readonly assignee_id: string | null
  readonly tags: ReadonlyArray<string>
  readonly created_at: string
}

const todos = Array.from({ length: 24 }, (_, at): Todo => ({
  id: `todo-${at}`,
  done: at % 3 === 0,
  assignee_id: at % 4 === 3 ? null : ["jane", "Jane", "jos\u00e9"][at % 3] ?? null,
  tags: ["home", "work", "home office"].filter((_, tag) => (at >> tag) % 2 === 1),
  created_at: new Date(Date.UTC(2026, 0, 1 + at % 9, 12)).toISOString()
}))

const filters: { readonly [name: string]: (todo: Todo, values: ReadonlyArray<string>) => boolean } = {
  done: ({ done }, [value]) => `${done}` === value,
  assignee: ({ assignee_id }, [value]) => assignee_id === (value === "" ? null : value),
  tag: ({ tags }, [value = ""]) => tags.includes(value),
  ids: ({ id }, values) => values.includes(id),
  created_before: ({ created_at }, [value = ""]) => Date.parse(created_at) < Date.parse(value),
  unassigned: ({ assignee_id }, [value]) => value !== "true" || assignee_id === null
}

/** Answers a request. */
export const fetch = (request: Request): Response => {
  const { pathname, searchParams } = new URL(request.url)
  if (pathname !== "/todos") return Response.json({ error: "no such path" }, { status: 404 })
  if (request.method !== "GET") return Response.json({ error: "only GET" }, { status: 405 })
  const asked = [...new Set(searchParams.keys())]
  const unknown = asked.find((name) => !Object.hasOwn(filters, name))
  if (unknown !== undefined) return Response.json({ error: `no such filter` }, { status: 400 })
  return Response.json(todos.filter((todo) => asked.every((name) => filters[name]?.(todo, searchParams.getAll(name)))))
}

if (import.meta.main) Deno.serve({ hostname: "127.0.0.1", port: 3000 }, fetch)
