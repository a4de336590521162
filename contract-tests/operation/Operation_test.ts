import assert from "node:assert/strict"
import * as Filter from "./Filter.ts"
import * as Operation from "./Operation.ts"

interface Todo {
  readonly id: number
  readonly done: boolean
  readonly assignee_id: string | null
  readonly tags: ReadonlyArray<string>
  readonly place?: { readonly city: string }
}

const options = { path: "/todos", by: "query", items: "", id: "id" } as const

Deno.test("make() holds the names of fields against the type of an item, when compiling", () => {
  const todos = Operation.make<Todo>({
    ...options,
    tenant: "assignee_id",
    volatile: ["tags"],
    order: ["-done", "id"],
    filters: { done: Filter.equals("done"), city: Filter.equals("place.city"), limit: Filter.limit() }
  })
  assert.deepEqual(todos.filters["city"]?.fields, ["place.city"])
  const wrong = [
    // @ts-expect-error There is no such field.
    Operation.make<Todo>({ ...options, filters: { done: Filter.equals("dnoe") } }),
    // @ts-expect-error There is no such field within the place.
    Operation.make<Todo>({ ...options, filters: { city: Filter.equals("place.town") } }),
    // @ts-expect-error The second of the fields is none.
    Operation.make<Todo>({ ...options, filters: { any: Filter.anyOf(["done", "donne"]) } }),
    // @ts-expect-error There is no such field to tell items apart by.
    Operation.make<Todo>({ ...options, id: "uuid", filters: { done: Filter.equals("done") } }),
    // @ts-expect-error There is no such field to sort by.
    Operation.make<Todo>({ ...options, order: ["-created"], filters: { done: Filter.equals("done") } })
  ]
  assert.equal(wrong.length, 5)
})

Deno.test("make() takes any field where the type of an item isn't given", () => {
  assert.deepEqual(Operation.make({ ...options, filters: { x: Filter.equals("a.b.c") } }).problems, [])
})

Deno.test("readItems() reads items that have an id, text or number, and nothing else", () => {
  const at = { id: "key.id", items: "data.things" }
  const things = [{ key: { id: 1 } }, { key: { id: "b" } }]
  assert.deepEqual(Operation.readItems(at, { data: { things } }), things)
  for (
    const body of [undefined, null, {}, { data: null }, { data: { things: {} } }, { data: { things: [...things, 3] } }]
  ) {
    assert.equal(Operation.readItems(at, body), undefined)
  }
  assert.equal(Operation.readItems(at, { data: { things: [{ id: 1 }] } }), undefined)
  assert.deepEqual(Operation.readItems({ id: "id", items: "" }, [{ id: 1 }]), [{ id: 1 }])
})

Deno.test("complete() sends what is always sent, and the widest of what is required unless one is asked for", () => {
  const operation = {
    always: { workspace: "w" },
    required: [{ oneOf: ["since", "between"], otherwise: { since: "2000-01-01" } }] as const
  }
  assert.deepEqual(Operation.complete(operation, { type: "a" }), { workspace: "w", since: "2000-01-01", type: "a" })
  assert.deepEqual(Operation.complete(operation, { between: ["a", "b"] }), { workspace: "w", between: ["a", "b"] })
})

Deno.test("toQuery() writes lists and null as the target takes them", () => {
  const parameters = { ids: ["a", "b"], done: false, count: 2, owner: null }
  const written = (lists: Operation.Operation["lists"]): string =>
    `${new URLSearchParams(Operation.toQuery({ lists }, parameters, "none").map(([name, value]) => [name, value]))}`
  assert.equal(written("repeated"), "ids=a&ids=b&done=false&count=2&owner=none")
  assert.equal(written("commas"), "ids=a%2Cb&done=false&count=2&owner=none")
  assert.equal(written("brackets"), "ids%5B%5D=a&ids%5B%5D=b&done=false&count=2&owner=none")
})
