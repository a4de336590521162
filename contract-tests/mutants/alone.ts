/**
 * Servers with one fault that one check alone can see: without that check, nobody would be told.
 *
 * A law that others imply has none: what breaks `filter_monotonicity`, `parameter_order_irrelevance`, `partition`,
 * `empty_filter_identity` or `unknown_value_finds_nothing` breaks a law of soundness, completeness or conjunction too, as far as the
 * values of the items show it.
 *
 * @module
 */
import type { Operation } from "../operation/Operation.ts"
import type { Data, Row, Server, Steps } from "./server.ts"
import { healthy } from "./server.ts"

/** A server that one check alone can see the fault of. */
export interface Alone {
  /** The check. */
  readonly check: string
  /** What is wrong. */
  readonly breaks: string
  /** Which of the declarations it is a server of. */
  readonly declaration: "words" | "relations" | "ranges" | "pages" | "required"
  /** How it is asked; both ways unless given. */
  readonly by?: "body" | "query"
  /** Whether it is no fault of one method alone. */
  readonly ofBoth?: true
  /** Whether the data is known, or a reading expected. */
  readonly known?: true
  readonly expected?: { readonly [point: string]: string }
  readonly steps?: () => Partial<Steps>
  /** What stands in front of a server, made anew for each. */
  readonly wrap?: (server: Server, data: Data, operation: Operation) => Server
}

const parameters = async (request: Request): Promise<string> =>
  request.method === "GET" ? decodeURIComponent(new URL(request.url).search) : await request.clone().text()

const changed = async (
  response: Response,
  change: (body: { readonly [name: string]: unknown }) => unknown
): Promise<Response> => {
  if (response.status !== 200) return response
  const body: { readonly [name: string]: unknown } = await response.json()
  return Response.json(change(body))
}

const things = (body: { readonly [name: string]: unknown }): ReadonlyArray<Row> =>
  Array.isArray(body["things"]) ? body["things"] : []

const listing = (rows: ReadonlyArray<Row>): { readonly ok: true; readonly things: ReadonlyArray<Row> } => ({
  ok: true,
  things: rows
})

/** All of them. */
export const alone: ReadonlyArray<Alone> = [
  {
    check: "not_a_server_error",
    breaks: "a text of many letters is the server's failure",
    declaration: "words",
    wrap: (server) => async (request) =>
      /x{900}/.test(await parameters(request)) ? Response.json({}, { status: 500 }) : await server(request)
  },
  {
    check: "status_code_conformance",
    breaks: "a stranger is told that there is no such thing",
    declaration: "words",
    wrap: (server) => async (request) => {
      const response = await server(request)
      return response.status === 401 ? Response.json({}, { status: 404 }) : response
    }
  },
  {
    check: "content_type_conformance",
    breaks: "items come as text",
    declaration: "relations",
    wrap: (server) => async (request) => {
      const response = await server(request)
      return response.status === 200
        ? new Response(await response.text(), { headers: { "content-type": "text/plain" } })
        : response
    }
  },
  {
    check: "negative_data_rejection",
    breaks: "a list for a body is taken for no filter",
    declaration: "words",
    by: "body",
    wrap: (server) => async (request) =>
      request.method === "POST" && (await request.clone().text()).startsWith("[")
        ? server(new Request(request, { body: "{}" }))
        : server(request)
  },
  {
    check: "required_filters",
    breaks: "a filter that has to be given may be left out",
    declaration: "required",
    steps: () => ({ admits: () => true })
  },
  {
    check: "positive_data_acceptance",
    breaks: "a media type with a character set is refused",
    declaration: "words",
    by: "body",
    wrap: (server) => async (request) =>
      request.headers.get("content-type")?.includes("charset")
        ? Response.json({}, { status: 400 })
        : await server(request)
  },
  {
    check: "ignored_auth",
    breaks: "a longer scheme is as good as the right one",
    declaration: "words",
    wrap: (server) => async (request) => {
      const authorization = request.headers.get("authorization")?.replace(/^xBearer/, "Bearer") ?? ""
      return await server(new Request(request, { headers: { ...Object.fromEntries(request.headers), authorization } }))
    }
  },
  {
    check: "ignored_auth",
    breaks: "who is a stranger may ask with a filter",
    declaration: "relations",
    wrap: (server) => async (request) => {
      const headers = { ...Object.fromEntries(request.headers) }
      const isOpen = !headers["authorization"] && (await parameters(request)).includes("owner")
      return await server(
        isOpen ? new Request(request, { headers: { ...headers, authorization: "Bearer own-key" } }) : request
      )
    }
  },
  {
    check: "oracle",
    breaks: "a thing is shown with the address of another",
    declaration: "relations",
    known: true,
    wrap: (server, { own }) => async (request) =>
      await changed(await server(request), (body) =>
        listing(
          things(body).map((row) => {
            const at = own.findIndex(({ id }) => id === row["id"])
            return at < 0 ? row : { ...row, title: own[(at + 1) % own.length]?.["title"] }
          })
        ))
  },
  {
    check: "filter_soundness",
    breaks: "a title is looked for among the codes too",
    declaration: "words",
    steps: () => ({
      holds: (name, filter, value, row, steps) =>
        healthy.holds(name, filter, value, row, steps) || (name === "title" && row["code"] === value)
    })
  },
  {
    check: "filter_soundness",
    breaks: "a list with an empty text finds those without an owner",
    declaration: "relations",
    steps: () => ({
      holds: (name, filter, value, row, steps) =>
        healthy.holds(name, filter, value, row, steps) ||
        (name === "ids" && Array.isArray(value) && value.includes("") && row["owner"] === null)
    })
  },
  {
    check: "filter_completeness",
    breaks: "false, and nothing else, leaves out the last thing",
    declaration: "relations",
    steps: () => ({
      select: (query, ...rest) => {
        const rows = healthy.select(query, ...rest)
        return Object.keys(query).length === 1 && query["unowned"] === false ? rows.slice(0, -1) : rows
      }
    })
  },
  {
    check: "filter_conjunction",
    breaks: "two filters find nothing",
    declaration: "relations",
    steps: () => ({
      select: (query, ...rest) => Object.keys(query).length > 1 ? [] : healthy.select(query, ...rest)
    })
  },
  {
    check: "limit_prefix",
    breaks: "a limit gives the last",
    declaration: "words",
    steps: () => ({ limit: (rows, count) => rows.slice(-count) })
  },
  {
    check: "idempotence",
    breaks: "what a filter found before a refusal lacks its last item after it",
    ofBoth: true,
    declaration: "relations",
    wrap: (server) => {
      const known = new Set<string>()
      let wasRefused = false
      return async (request) => {
        const asked = await parameters(request)
        const key = request.method + asked
        const response = await server(request)
        const lacks = wasRefused && known.has(key) && response.status === 200 && asked.length > 2
        wasRefused = response.status >= 400
        if (response.status === 200) known.add(key)
        return lacks ? await changed(response, (body) => listing(things(body).slice(0, -1))) : response
      }
    }
  },
  {
    check: "order_stability",
    breaks: "the order of an answer to a filter changes from answer to answer",
    declaration: "relations",
    steps: () => {
      let turn = 0
      return {
        select: (query, ...rest) => {
          const rows = healthy.select(query, ...rest)
          const at = Object.keys(query).length > 0 ? ++turn % Math.max(1, rows.length) : 0
          return [...rows.slice(at), ...rows.slice(0, at)]
        }
      }
    }
  },
  {
    check: "concurrent_requests",
    breaks: "the eleventh request in flight gets the answer of the first",
    declaration: "relations",
    wrap: (server) => {
      const inFlight: Array<Promise<Response>> = []
      return async (request) => {
        const [first] = inFlight
        if (first !== undefined && inFlight.length >= 10) return (await first).clone()
        const answer = new Promise((resolve) => setTimeout(resolve)).then(() => server(request))
        inFlight.push(answer)
        await answer
        inFlight.splice(inFlight.indexOf(answer), 1)
        return (await answer).clone()
      }
    }
  },
  {
    check: "request_equivalence",
    breaks: "a body that comes in chunks is taken for none",
    declaration: "relations",
    by: "body",
    wrap: (server) => async (request) => {
      if (request.body === null) return await server(request)
      const reader = request.body.getReader()
      const first = await reader.read()
      const second = first.done ? first : await reader.read()
      const chunks = [first.value, second.value].filter((chunk) => chunk !== undefined)
      const rest = await new Response(
        new ReadableStream({
          start: async (controller) => {
            for (const chunk of chunks) controller.enqueue(chunk)
            for (let next = await reader.read(); !next.done; next = await reader.read()) controller.enqueue(next.value)
            controller.close()
          }
        })
      ).text()
      const { headers, method, url } = request
      return await server(new Request(url, { method, headers, body: second.done ? rest : "{}" }))
    }
  },
  {
    check: "request_equivalence",
    breaks: "who accepts anything gets everything",
    declaration: "relations",
    wrap: (server, { own }) => async (request) => {
      const response = await server(request)
      return request.headers.get("accept") === "*/*" ? await changed(response, () => listing(own)) : response
    }
  },
  {
    check: "request_equivalence",
    breaks: "one value in brackets is taken for no filter, where a list in brackets is none",
    declaration: "relations",
    by: "query",
    wrap: (server) => async (request) => {
      const url = new URL(request.url)
      const query = [...url.searchParams].flatMap(([name, value]) =>
        name === "ids[]" ? [["ids", value]] : name.endsWith("[]") ? [] : [[name, value]]
      )
      return await server(new Request(`${url.origin}${url.pathname}?${new URLSearchParams(query)}`, request))
    }
  },
  {
    check: "reading_conformance",
    breaks: "an unknown parameter is refused",
    ofBoth: true,
    declaration: "relations",
    expected: { unknown_parameter: "ignored" },
    wrap: (server, _, { filters }) => async (request) => {
      const text = await parameters(request)
      return /contract_check_parameter/.test(text) && Object.keys(filters).length > 0
        ? Response.json({}, { status: 400 })
        : await server(request)
    }
  },
  {
    check: "success_flag",
    breaks: "an answer to a filter says that it is no success",
    declaration: "relations",
    wrap: (server) => async (request) => {
      const text = await parameters(request)
      return await changed(await server(request), (body) => ({ ...body, ok: !text.includes("tag") }))
    }
  },
  {
    check: "no_cross_tenant_leak",
    breaks: "an id finds another tenant's thing",
    declaration: "relations",
    steps: () => ({
      select: (query, { others, own }, ...rest) =>
        healthy.select(query, { own: "id" in query ? [...own, ...others] : own, others }, ...rest)
    })
  },
  {
    check: "no_cross_tenant_leak",
    breaks: "two filters together look into every tenant's things",
    declaration: "relations",
    steps: () => ({
      select: (query, { others, own }, operation, steps) => {
        const isTheirs = Object.keys(query).length > 1 && others.some(({ id }) => id === query["id"])
        return healthy.select(query, { own: isTheirs ? others : own, others }, operation, steps)
      }
    })
  },
  {
    check: "item_consistency",
    breaks: "a thing that a filter finds has another code",
    declaration: "relations",
    wrap: (server) => async (request) => {
      const text = await parameters(request)
      return await changed(
        await server(request),
        (body) => text.includes("tag") ? listing(things(body).map((row) => ({ ...row, code: "?" }))) : body
      )
    }
  },
  {
    check: "item_consistency",
    breaks: "a thing that a filter finds has another code, beside a field that changes by itself",
    declaration: "relations",
    wrap: (server) => {
      let seen = 0
      return async (request) => {
        const text = await parameters(request)
        seen++
        return await changed(
          await server(request),
          (body) => listing(things(body).map((row) => ({ ...row, seen, ...(text.includes("tag") && { code: "?" }) })))
        )
      }
    }
  },
  {
    check: "no_duplicates",
    breaks: "a thing is listed once for each of the values that it was asked by",
    declaration: "relations",
    steps: () => ({
      select: (query, ...rest) =>
        healthy.select(query, ...rest).flatMap((row) =>
          Array.isArray(query["ids"]) && query["ids"].length > 1 ? [row, row] : [row]
        )
    })
  }
]
