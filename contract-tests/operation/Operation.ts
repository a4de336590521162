/**
 * What a list operation is: where it is, how it is asked, what its answers hold, and what its filters mean. Everything that
 * the checks ask and expect follows from this declaration.
 *
 * ```ts
 * import { Filter, Operation } from "@seam-effect/contract-tests"
 *
 * interface Todo {
 *   readonly id: number
 *   readonly done: boolean
 *   readonly assignee_id: string | null
 *   readonly place: { readonly city: string }
 * }
 *
 * const todos = Operation.make<Todo>({
 *   path: "/todos",
 *   by: "query",
 *   items: "",
 *   id: "id",
 *   filters: {
 *     done: Filter.equals("done"),
 *     assignee: Filter.equals("assignee_id", { null: true }),
 *     city: Filter.equals("place.city") // the compiler holds each path against Todo
 *   }
 * })
 * console.log(Object.keys(todos.filters)) // [ "done", "assignee", "city" ]
 * ```
 *
 * @module
 */
import * as Data from "effect/Data"
import type { ErrorFields, TaggedErrorClass } from "../engine/TaggedError.ts"
import type { OpenApiOperation } from "../openapi/OpenApi.ts"
import type { Filter } from "./Filter.ts"
import type { Item, Parameters, Scalar, Value } from "./Item.ts"
import * as Items from "./Item.ts"

export type { Item, Parameters, Scalar, Value } from "./Item.ts"

/** The paths of the fields of an item type: `"place"` and `"place.city"`; any path where the type isn't known. */
export type FieldOf<A> = string extends keyof A ? string : Paths<A>

type Paths<A> = A extends ReadonlyArray<unknown> | string | number | boolean | null | undefined ? never
  : { readonly [K in keyof A & string]: K | `${K}.${Paths<NonNullable<A[K]>>}` }[keyof A & string]

/** The methods by which an operation is asked. */
export type Method = "GET" | "POST"

/** A page of an answer, for a function that asks for the next one. */
export interface Page {
  /** The body, parsed. */
  readonly body: unknown
  /** The headers. */
  readonly headers: Headers
  /** The URL that was asked, with its query. */
  readonly url: string
  /** How many pages came before this one. */
  readonly index: number
}

/** What is added to a request to ask for the next page: parameters, or a whole URL on the same server. */
export type NextPage = { readonly parameters: { readonly [name: string]: Scalar } } | { readonly url: string }

/**
 * How to ask for the next page:
 *
 * - `"link"`: at the URL of the header `Link`, `rel="next"` (RFC 8288)
 * - a cursor: the parameter that takes it, and the path in the body where the next one is; no more where that is missing,
 *   `null` or empty
 * - a function of the page before; `undefined` after the last one
 */
export type Pages = "link" | { readonly cursor: string; readonly next: string } | ((page: Page) => NextPage | undefined)

/** How a credential travels. */
export interface Credentials {
  /** The header. `authorization` by default. */
  readonly header?: string
  /** What stands before the secret. `Bearer` for `authorization`, nothing for any other header, by default. */
  readonly scheme?: string
  /** The environment variable that has the secret, for the command and in `curl` lines. */
  readonly variable: string
  /** The variable of another tenant's secret, with which isolation is checked from both sides. */
  readonly otherVariable?: string
  /** A header that names a tenant, where there is one. */
  readonly tenantHeader?: string
}

/** Filters of which at least one has to be given. */
export interface Required {
  /** Their names. */
  readonly oneOf: readonly [string, ...ReadonlyArray<string>]
  /** What is sent where a question has none of them: the widest there is. */
  readonly otherwise: Parameters
}

/** A declaration. `Field` names the fields of an item. */
export interface OperationOptions<Field extends string = string> {
  /** Its path under the URL of a target, such as `/todos`. */
  readonly path: string
  /** How it is asked: a JSON body by POST, the query by GET, or both. */
  readonly by: "body" | "query" | "both"
  /** Where the items are in the body of an answer, as a path; `""` where the body is the list itself. */
  readonly items: string
  /** The field that tells items apart: a text or a number. */
  readonly id: Field
  /** The filters, by the names of their parameters. */
  readonly filters: { readonly [parameter: string]: Filter<Field> }
  /** The field that says whose an item is, where items show it. */
  readonly tenant?: Field
  /** How to ask for the next page. Without, an answer has to hold everything. */
  readonly pages?: Pages
  /** How a credential travels. Without, no check is about credentials. */
  readonly credentials?: Credentials
  /** Fields that change by themselves: they are not compared. */
  readonly volatile?: ReadonlyArray<Field>
  /** Parameters that are always sent. */
  readonly always?: Parameters
  /** Filters without which the target refuses to answer. */
  readonly required?: ReadonlyArray<Required>
  /** The order of an answer, where the contract promises one: fields, each with `-` before it where it descends. */
  readonly order?: ReadonlyArray<Field | `-${Field}`>
  /** How a list is written in a query: `x=a&x=b`, `x=a,b` or `x[]=a&x[]=b`. `"repeated"` by default. */
  readonly lists?: "repeated" | "commas" | "brackets"
  /** Methods other than its own that do no harm at this path, and have to be refused. None by default. */
  readonly refuses?: ReadonlyArray<string>
  /** What an OpenAPI document says of it: adds the checks of statuses, schemas and wrong types. */
  readonly document?: OpenApiOperation
}

/** A list operation, checked and complete: {@link make} makes it. */
export interface Operation extends OperationOptions {
  /** Fields that change by themselves. */
  readonly volatile: ReadonlyArray<string>
  /** Parameters that are always sent. */
  readonly always: Parameters
  /** Filters without which the target refuses to answer. */
  readonly required: ReadonlyArray<Required>
  /** The order of an answer. */
  readonly order: ReadonlyArray<string>
  /** How a list is written in a query. */
  readonly lists: "repeated" | "commas" | "brackets"
  /** Methods other than its own that do no harm at this path, and have to be refused. */
  readonly refuses: ReadonlyArray<string>
  /** What contradicts itself or the document, each with its place; a run refuses to ask where there is anything. */
  readonly problems: ReadonlyArray<string>
}

const UnusableOperationBase: TaggedErrorClass<"UnusableOperation", UnusableOperation> = Data.TaggedError(
  "UnusableOperation"
)<ErrorFields<UnusableOperation>>

/** A declaration that contradicts itself, the document, or every item that is listed. */
export class UnusableOperation extends UnusableOperationBase {
  /** For `Effect.catchTag` and `Effect.catchTags`. */
  declare readonly _tag: "UnusableOperation"
  /** Each contradiction with its place, such as `filters.done: no item has a field "dnoe"`. */
  declare readonly message: string
}

const names = (values: Iterable<string>): string => [...values].map((name) => `"${name}"`).join(", ") || "none"

/** Whether a JSON Schema lets an object have something at a path. */
const declares = (schema: unknown, path: string): boolean => {
  const [name = "", ...rest] = path.split(".")
  const alternatives = ["anyOf", "oneOf", "allOf"].flatMap((key) => {
    const list = Items.at(schema, key)
    return Array.isArray(list) ? list : []
  })
  if (alternatives.some((alternative) => declares(alternative, path))) return true
  const properties = Items.at(schema, "properties")
  if (!Items.isItem(properties)) return alternatives.length === 0
  return Object.hasOwn(properties, name) && (rest.length === 0 || declares(properties[name], rest.join(".")))
}

const problemsOf = (operation: Omit<Operation, "problems">): ReadonlyArray<string> => {
  const { always, by, credentials, document, filters, id, items, order, pages, path, required, tenant, volatile } =
    operation
  const problems: Array<string> = []
  const wrong = (place: string, what: string): void => void problems.push(`${place}: ${what}`)
  if (!/^\/[^?#\s]*$/.test(path)) wrong("path", "begins with a slash, and has no query")
  if (id === "") wrong("id", "names the field that tells items apart")
  if (/^\.|\.\.|\.$/.test(items)) wrong("items", "is a path such as data.todos, or empty")
  if (volatile.includes(id)) wrong("volatile", `the id, "${id}", can't change by itself`)
  if (tenant !== undefined && volatile.includes(tenant)) {
    wrong("volatile", `the tenant, "${tenant}", can't change by itself`)
  }
  const parameters = Object.entries(filters)
  if (parameters.length === 0) wrong("filters", "there is none to check")
  for (const [name, filter] of parameters) {
    const place = `filters.${name}`
    if (name === "") wrong("filters", "a filter has an empty name")
    if (filter.fields.includes("")) wrong(place, "looks at a field without a name")
    const changing = filter.fields.find((field) => volatile.includes(field))
    if (changing !== undefined) wrong(place, `looks at "${changing}", which is volatile: its answers can't be judged`)
    if (name in always) wrong(place, "is always sent with the same value: it can't be asked with others")
    if (typeof pages === "object" && pages.cursor === name) wrong(place, "is the parameter of the next page")
    if (filter.max !== undefined && !(Number.isInteger(filter.max) && filter.max > 0)) {
      wrong(place, "max is a whole number above 0")
    }
  }
  for (const [at, { oneOf, otherwise }] of required.entries()) {
    for (const name of oneOf) if (!(name in filters)) wrong(`required.${at}.oneOf`, `there is no filter "${name}"`)
    if (!oneOf.some((name) => name in otherwise)) {
      wrong(`required.${at}.otherwise`, `has none of ${names(oneOf)}, of which one has to be given`)
    }
  }
  if (typeof pages === "object" && (pages.cursor === "" || pages.next === "")) {
    wrong("pages", "names the parameter of the cursor, and where the next one is")
  }
  if (typeof pages === "object" && items === "") {
    wrong("pages.next", "the body is the list itself, and has no place for it")
  }
  if (credentials !== undefined && !/^[A-Za-z_]\w*$/.test(credentials.variable)) {
    wrong("credentials.variable", "is the name of an environment variable")
  }
  if (document !== undefined) {
    const methods = document.methods.map((method) => method.toUpperCase())
    const needed = by === "body" ? ["POST"] : by === "query" ? ["GET"] : ["POST", "GET"]
    for (const method of needed) if (!methods.includes(method)) wrong("by", `the document has no ${method} ${path}`)
    for (const [name] of parameters) {
      if (!Object.hasOwn(document.parameters, name)) {
        wrong(
          `filters.${name}`,
          `the document has no such parameter; it has ${names(Object.keys(document.parameters))}`
        )
      }
    }
    const fields: ReadonlyArray<readonly [place: string, field: string]> = [
      ["id", id],
      ...(tenant === undefined ? [] : [["tenant", tenant] as const]),
      ...volatile.map((field) => ["volatile", field] as const),
      ...order.map((field) => ["order", field.replace(/^-/, "")] as const),
      ...parameters.flatMap(([name, filter]) => filter.fields.map((field) => [`filters.${name}`, field] as const))
    ]
    for (const [place, field] of fields) {
      if (!declares(document.item, field)) wrong(place, `no item has a field "${field}", by the document`)
    }
  }
  return problems
}

/**
 * Makes a declaration complete. With the type of an item, the compiler holds the names of fields against it.
 *
 * What contradicts itself or the document is in `problems`, and whoever runs the checks gets {@link UnusableOperation}
 * before anything is asked.
 */
export const make = <A = Item>(options: OperationOptions<FieldOf<NoInfer<A>>>): Operation => {
  const operation: Omit<Operation, "problems"> = {
    volatile: [],
    always: {},
    required: [],
    order: [],
    lists: "repeated",
    refuses: [],
    ...options
  }
  return { ...operation, problems: problemsOf(operation) }
}

/** Whether a value is a declaration: what a module for `--operation` has to export. */
export const isOperation = (value: unknown): value is Operation =>
  Items.isItem(value) && typeof value["path"] === "string" && Items.isItem(value["filters"]) &&
  Array.isArray(value["problems"])

/**
 * What the items listed contradict in a declaration: a field that none of them has. Where a document declares it, the
 * data may lack it.
 */
export const missingFields = (operation: Operation, items: ReadonlyArray<Item>): ReadonlyArray<string> =>
  operation.document !== undefined || items.length === 0 ?
    [] :
    Object.entries(operation.filters).flatMap(([name, filter]) =>
      filter.fields
        .filter((field) => !items.some((item) => Items.at(item, field) !== undefined))
        .map((field) => `filters.${name}: no item has a field "${field}"`)
    )

/** The id of an item, as text; `undefined` where it has none. */
export const idOf = ({ id }: Pick<Operation, "id">, item: unknown): string | undefined => {
  const value = Items.at(item, id)
  return typeof value === "string" ? value : typeof value === "number" ? `${value}` : undefined
}

/** The items in a body; `undefined` where it holds no list of items, each with an id. */
export const readItems = (
  operation: Pick<Operation, "id" | "items">,
  body: unknown
): ReadonlyArray<Item> | undefined => {
  const list = Items.at(body, operation.items)
  if (!Array.isArray(list)) return undefined
  const items = list.filter(Items.isItem)
  return items.length === list.length && items.every((item) => idOf(operation, item) !== undefined) ? items : undefined
}

/** A body with other items in the place of its own. */
export const withItems = (
  { items: path }: Pick<Operation, "items">,
  body: unknown,
  items: ReadonlyArray<Item>
): unknown => {
  if (path === "") return items
  const [name = "", ...rest] = path.split(".")
  return Items.isItem(body) ? { ...body, [name]: withItems({ items: rest.join(".") }, body[name], items) } : body
}

/** The filters that say which items are asked for: all but `limit`. */
export const selecting = (
  { filters }: Pick<Operation, "filters">
): ReadonlyArray<readonly [name: string, filter: Filter]> =>
  Object.entries(filters).filter(([, { kind }]) => kind !== "limit")

/** Everything that is sent for some parameters: with what is always sent, and what is required. */
export const complete = (
  { always, required }: Pick<Operation, "always" | "required">,
  parameters: Parameters
): Parameters => ({
  ...always,
  ...Object.assign(
    {},
    ...required.flatMap(({ oneOf, otherwise }) => oneOf.some((name) => name in parameters) ? [] : [otherwise])
  ),
  ...parameters
})

/** Parameters as a query. `null` is written as the target takes it. */
export const toQuery = (
  { lists }: Pick<Operation, "lists">,
  parameters: Parameters,
  nullText: string
): ReadonlyArray<readonly [name: string, value: string]> =>
  Object.entries(parameters).flatMap(([name, value]): ReadonlyArray<readonly [string, string]> => {
    const text = (one: Value): string => one === null ? nullText : `${one}`
    if (!Array.isArray(value)) return [[name, text(value)]]
    return lists === "commas"
      ? [[name, value.map(text).join(",")]]
      : value.map((one) => [lists === "brackets" ? `${name}[]` : name, text(one)])
  })
