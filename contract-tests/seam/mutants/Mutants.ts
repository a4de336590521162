/**
 * Servers that are each broken in one way, with the checks that are meant to catch them. They are what the checks are
 * checked with: a mutant that survives is a fault that nobody would have been told of.
 *
 * @module
 */
import type { WireSession, Workspace, World } from "../world.ts"
import type { Query, Server, Steps } from "./Healthy.ts"
import { healthy, Refusal, serve, stringsIn } from "./Healthy.ts"

/** A broken server. */
export interface Mutant {
  readonly name: string
  /** What is wrong with it. */
  readonly breaks: string
  /** Each of these must fail. */
  readonly caughtBy: readonly [string, ...Array<string>]
  /** How many sessions a world needs for the fault to show. 60 unless given. */
  readonly sessions?: number
  /** Which credential it is asked with. The API key unless given. */
  readonly credential?: "personal access token"
  /** It looks right from outside: only who knows the data can tell. */
  readonly needsKnownWorld?: boolean
  /** It shows only to who has a credential of another workspace too. */
  readonly needsOtherCredential?: boolean
  /** It needs the readings to be held to those of the simulator: it is not wrong, but another reading. */
  readonly needsExpectedReadings?: boolean
  readonly serve: (world: World) => Server
}

type About = Omit<Mutant, "serve">

const mutant = (about: About, steps: Partial<Steps>): Mutant => ({
  ...about,
  serve: (world) => serve({ ...healthy, ...steps }, world)
})

/** A mutant that remembers: its steps are made anew for each server. */
const remembering = (about: About, make: () => Partial<Steps>): Mutant => ({
  ...about,
  serve: (world) => serve({ ...healthy, ...make() }, world)
})

const wrapping = (
  about: About,
  wrap: (healthy: Server, request: Request, world: World) => Promise<Response>
): Mutant => ({
  ...about,
  serve: (world) => {
    const server = serve(healthy, world)
    return (request) => wrap(server, request, world)
  }
})

/** A server that takes the parameters for others before it understands them. */
const misreading = (about: About, change: (parameters: unknown) => unknown): Mutant =>
  mutant(about, { understand: (parameters) => healthy.understand(change(parameters)) })

const parameter = "user_identifier_key"
const flag = "without_user_identifier_key"

const keyed = (sameKey: Steps["sameKey"]): Partial<Steps> => ({ sameKey })

const selecting = (
  change: (sessions: ReadonlyArray<WireSession>, query: Query) => ReadonlyArray<WireSession>
): Partial<Steps> => ({
  select: (query, workspace, steps, world) => change(healthy.select(query, workspace, steps, world), query)
})

/** Only some of the parameters of a filter count. */
const keeping = (keep: (names: ReadonlyArray<string>) => ReadonlyArray<string>): Partial<Steps> => ({
  select: (query, ...rest) => {
    const kept = keep(Object.keys(query))
    return healthy.select(Object.fromEntries(Object.entries(query).filter(([name]) => kept.includes(name))), ...rest)
  }
})

const rendering = (change: (session: WireSession) => WireSession): Partial<Steps> => ({ render: change })

/** An order that is another one each time. */
const rotating = (
  order: Steps["order"],
  when: (sessions: ReadonlyArray<WireSession>, most: number) => boolean
): Steps["order"] => {
  let turn = 0
  let most = 0
  return (sessions) => {
    most = Math.max(most, sessions.length)
    const at = when(sessions, most) ? ++turn % Math.max(1, sessions.length) : 0
    const sorted = order(sessions)
    return [...sorted.slice(at), ...sorted.slice(0, at)]
  }
}

const without = (session: WireSession, field: string): WireSession =>
  Object.fromEntries(Object.entries(session).filter(([name]) => name !== field))

const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const nullable = ["connect_webview_id", "user_identity_id"]

const dropNulls = (parameters: unknown): unknown =>
  isRecord(parameters)
    ? Object.fromEntries(
      Object.entries(parameters).filter(([name, value]) => value !== null || !nullable.includes(name))
    )
    : parameters

const mapValues = (change: (value: unknown, name: string) => unknown) => (parameters: unknown): unknown =>
  isRecord(parameters)
    ? Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, change(value, name)]))
    : parameters

/** A server that refuses some filters that the contract allows. */
const refusing = (about: About, when: (query: Query) => boolean): Mutant =>
  mutant(about, {
    understand: (parameters) => {
      const query = healthy.understand(parameters)
      return !(query instanceof Refusal) && when(query) ? new Refusal(400, "invalid_input") : query
    }
  })

/** A server that answers some requests with a status of its own. */
const restating = (about: About, from: number, to: number): Mutant =>
  wrapping(about, async (healthy, request) => {
    const response = await healthy(request)
    return response.status === from ? new Response(response.body, { status: to, headers: response.headers }) : response
  })

const admitting = (
  about: About,
  admit: (secret: string, world: World, headers: Headers) => Workspace | undefined
): Mutant =>
  mutant(about, {
    admit: (headers, world) => {
      const right = healthy.admit(headers, world)
      const [, secret] = /^Bearer (.+)$/.exec(headers.get("authorization") ?? "") ?? []
      return right instanceof Refusal ? admit(secret ?? "", world, headers) ?? right : right
    }
  })

/** A server that fails on some bodies. */
const stumbling = (about: About, when: (body: string, world: World) => boolean): Mutant =>
  wrapping(about, async (healthy, request, world) => {
    const body = await request.clone().text()
    const answer = await healthy(request)
    return when(body, world) ? new Response(answer.body, { status: 500, headers: answer.headers }) : answer
  })

const errorPage = (status: number, id: string): Response =>
  new Response("<html><body><h1>Error</h1></body></html>", {
    status,
    headers: { "content-type": "text/html", "seam-request-id": id }
  })

const meaning: ReadonlyArray<Mutant> = [
  mutant({
    name: "or_instead_of_and",
    breaks: "any filter may hold",
    caughtBy: ["filter_conjunction", "filter_monotonicity"]
  }, {
    select: (query, { sessions }, steps) => {
      const entries = Object.entries(query)
      return sessions.filter((session) =>
        entries.length === 0 || entries.some(([name, value]) => steps.holds(name, value, session, steps))
      )
    }
  }),
  mutant(
    {
      name: "second_filter_ignored",
      breaks: "the first filter in the body wins",
      caughtBy: ["filter_conjunction", "parameter_order_irrelevance"]
    },
    keeping((names) => names.slice(0, 1))
  ),
  mutant(
    {
      name: "first_filter_ignored",
      breaks: "the last filter in the body wins",
      caughtBy: ["filter_conjunction", "parameter_order_irrelevance"]
    },
    keeping((names) => names.slice(-1))
  ),
  mutant(
    { name: "third_filter_ignored", breaks: "of three filters the last is left out", caughtBy: ["filter_conjunction"] },
    keeping((names) => names.slice(0, 2))
  ),
  ...["client_session_id", "connect_webview_id", parameter, "user_identity_id", flag].map((name) =>
    mutant(
      {
        name: `${name}_ignored`,
        breaks: `the filter ${name} is left out`,
        caughtBy: ["filter_soundness", "filter_conjunction"]
      },
      keeping((names) => names.filter((other) => other !== name))
    )
  ),
  mutant(
    {
      name: "webview_ignored_beside_key",
      breaks: "the webview is left out when a key is given too",
      caughtBy: ["filter_conjunction"]
    },
    keeping((names) => names.includes(parameter) ? names.filter((name) => name !== "connect_webview_id") : names)
  ),
  mutant(
    {
      name: "always_empty",
      breaks: "a filter never finds anything",
      caughtBy: ["filter_completeness", "partition"]
    },
    selecting((sessions, query) => Object.keys(query).length > 0 ? [] : sessions)
  ),
  mutant(
    {
      name: "two_filters_find_nothing",
      breaks: "more than one filter never finds anything",
      caughtBy: ["filter_conjunction"]
    },
    selecting((sessions, query) => Object.keys(query).length > 1 ? [] : sessions)
  ),
  mutant(
    {
      name: "key_case_folded",
      breaks: "keys that differ in case are taken for the same",
      caughtBy: ["filter_soundness"]
    },
    keyed((asked, stored) => asked.toLowerCase() === stored.toLowerCase())
  ),
  mutant(
    { name: "key_prefix", breaks: "a key is found by its beginning", caughtBy: ["filter_soundness"] },
    keyed((asked, stored) => stored.startsWith(asked))
  ),
  mutant(
    { name: "key_substring", breaks: "a key is found by a part of it", caughtBy: ["filter_soundness"] },
    keyed((asked, stored) => stored.includes(asked))
  ),
  mutant(
    { name: "key_extension", breaks: "a key is found by anything that begins with it", caughtBy: ["filter_soundness"] },
    keyed((asked, stored) => asked.startsWith(stored))
  ),
  mutant(
    { name: "key_trimmed", breaks: "white space around a key doesn't count", caughtBy: ["filter_soundness"] },
    keyed((asked, stored) => asked.trim() === stored.trim())
  ),
  mutant(
    { name: "key_normalized", breaks: "keys are compared in their composed form", caughtBy: ["filter_soundness"] },
    keyed((asked, stored) => asked.normalize("NFC") === stored.normalize("NFC"))
  ),
  mutant(
    { name: "key_accents_dropped", breaks: "accents in a key don't count", caughtBy: ["filter_soundness"] },
    keyed((asked, stored) => asked.localeCompare(stored, "en", { sensitivity: "base" }) === 0)
  ),
  mutant(
    { name: "key_like", breaks: "% and _ in a key stand for anything", caughtBy: ["filter_soundness"] },
    keyed((asked, stored) =>
      new RegExp(
        `^${asked.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("%", "[^]*").replaceAll("_", "[^]")}$`,
        "u"
      ).test(stored)
    )
  ),
  mutant(
    { name: "key_cut_at_nul", breaks: "a key ends at its first NUL", caughtBy: ["filter_soundness"] },
    keyed((asked, stored) => asked.split("\u0000")[0] === stored.split("\u0000")[0])
  ),
  mutant(
    {
      name: "key_cut_at_255",
      breaks: "of a long key only the first 255 characters count",
      caughtBy: ["filter_soundness"]
    },
    keyed((asked, stored) => asked.slice(0, 255) === stored.slice(0, 255))
  ),
  mutant(
    {
      name: "key_as_number",
      breaks: "keys that are the same number are taken for the same",
      caughtBy: ["filter_soundness"]
    },
    keyed((asked, stored) => asked === stored || (asked.trim() !== "" && Number(asked) === Number(stored)))
  ),
  mutant(
    { name: "key_with_nul_lost", breaks: "a key with a NUL in it is never found", caughtBy: ["filter_completeness"] },
    keyed((asked, stored) => asked === stored && !asked.includes("\u0000"))
  ),
  mutant(
    {
      name: "key_beyond_bmp_garbled",
      breaks: "characters beyond the BMP are all the same",
      caughtBy: ["filter_soundness"]
    },
    keyed(
      (asked, stored) =>
        asked.replace(/[\u{10000}-\u{10ffff}]/gu, "?") === stored.replace(/[\u{10000}-\u{10ffff}]/gu, "?")
    )
  ),
  mutant(
    {
      name: "key_null_is_null",
      breaks: "the key \"null\" finds the sessions without one",
      caughtBy: ["filter_soundness", "partition"]
    },
    {
      holds: (name, value, session, steps) =>
        healthy.holds(name, value, session, steps) || (name === parameter && value === String(session[parameter]))
    }
  ),
  mutant({ name: "id_prefix", breaks: "an id is found by its beginning", caughtBy: ["filter_soundness"] }, {
    sameId: (asked, stored) => stored.startsWith(asked)
  }),
  mutant({ name: "id_trimmed", breaks: "white space around an id doesn't count", caughtBy: ["filter_soundness"] }, {
    sameId: (asked, stored) => healthy.sameId(asked.trim(), stored)
  }),
  mutant(
    {
      name: "further_webview_missed",
      breaks: "only a session's first webview counts",
      caughtBy: ["filter_completeness"]
    },
    {
      holds: (name, value, session, steps) =>
        name === "connect_webview_id"
          ? stringsIn(session, "connect_webview_ids").slice(0, 1).some((id) => id === value)
          : healthy.holds(name, value, session, steps)
    }
  ),
  mutant(
    { name: "without_inverted", breaks: "true finds the sessions that have a key", caughtBy: ["filter_soundness"] },
    {
      holds: (name, value, session, steps) =>
        name === flag ? !value || session[parameter] !== null : healthy.holds(name, value, session, steps)
    }
  ),
  misreading(
    {
      name: "without_false_taken_for_true",
      breaks: "false finds the sessions without a key",
      caughtBy: ["filter_completeness"]
    },
    mapValues((value, name) => name === flag ? true : value)
  ),
  mutant(
    {
      name: "without_ignored_beside_others",
      breaks: "true counts only if it stands alone",
      caughtBy: ["filter_conjunction"]
    },
    keeping((names) => names.length > 1 ? names.filter((name) => name !== flag) : names)
  ),
  mutant({
    name: "first_page_only",
    breaks: "no more than 20 sessions are listed",
    caughtBy: ["filter_completeness", "empty_filter_identity"]
  }, {
    order: (sessions) => healthy.order(sessions).slice(0, 20)
  }),
  mutant(
    {
      name: "first_thousand_only",
      breaks: "no more than 1,000 sessions are listed",
      caughtBy: ["filter_completeness"],
      sessions: 1_500
    },
    { order: (sessions) => healthy.order(sessions).slice(0, 1_000) }
  ),
  mutant(
    { name: "off_by_one", breaks: "the last session of an answer is missing", caughtBy: ["filter_completeness"] },
    {
      order: (sessions) => healthy.order(sessions).slice(0, -1)
    }
  ),
  mutant(
    {
      name: "one_missing_in_all",
      breaks: "one session with a webview is missing in the list of all",
      caughtBy: ["empty_filter_identity", "filter_completeness"]
    },
    selecting((sessions, query) => {
      const missing = sessions.findIndex((session) => stringsIn(session, "connect_webview_ids").length > 0)
      return Object.keys(query).length === 0 ? sessions.filter((_, index) => index !== missing) : sessions
    })
  ),
  mutant(
    {
      name: "all_without_keyless",
      breaks: "the list of all leaves out sessions without a key",
      caughtBy: ["empty_filter_identity"]
    },
    selecting((sessions, query) =>
      Object.keys(query).length === 0 ? sessions.filter((session) => session[parameter] !== null) : sessions
    )
  ),
  mutant({
    name: "duplicates",
    breaks: "a session is listed once for each of its webviews",
    caughtBy: ["no_duplicates"]
  }, {
    order: (sessions) =>
      sessions.flatMap((session) => [session, ...stringsIn(session, "connect_webview_ids").slice(1).map(() => session)])
  }),
  mutant(
    { name: "all_workspaces", breaks: "sessions of every workspace are listed", caughtBy: ["no_cross_tenant_leak"] },
    {
      select: (query, workspace, steps, { workspaces }) =>
        workspaces.flatMap((each) =>
          healthy.select(query, { ...workspace, sessions: each.sessions }, steps, { workspaces })
        )
    }
  ),
  mutant(
    {
      name: "other_workspace_by_key",
      breaks: "a key finds its user in every workspace",
      caughtBy: ["no_cross_tenant_leak"]
    },
    {
      select: (query, workspace, steps, world) =>
        (parameter in query ? world.workspaces : [workspace]).flatMap((each) =>
          healthy.select(query, each, steps, world)
        )
    }
  ),
  mutant(
    {
      name: "other_workspace_by_id",
      breaks: "an id finds its session in every workspace",
      caughtBy: ["no_cross_tenant_leak"],
      needsOtherCredential: true
    },
    {
      select: (query, workspace, steps, world) =>
        ("client_session_id" in query ? world.workspaces : [workspace]).flatMap((each) =>
          healthy.select(query, each, steps, world)
        )
    }
  ),
  remembering({
    name: "filtered_order_unstable",
    breaks: "the order of an answer to a filter changes from answer to answer",
    caughtBy: ["order_stability"]
  }, () => ({ order: rotating(healthy.order, (sessions, all) => sessions.length < all) })),
  remembering(
    { name: "row_flickers", breaks: "every third answer lacks its last session", caughtBy: ["idempotence"] },
    () => {
      let turn = 0
      return { order: (sessions) => healthy.order(sessions).slice(0, ++turn % 3 === 0 ? -1 : undefined) }
    }
  ),
  remembering({
    name: "stale",
    breaks: "an answer is that of the request before",
    caughtBy: ["filter_soundness", "idempotence"]
  }, () => {
    let before: Query = {}
    return {
      select: (query, ...rest) => {
        const [now, last] = [query, before]
        before = now
        return healthy.select(last, ...rest)
      }
    }
  }),
  remembering(
    {
      name: "cached_by_names",
      breaks: "an answer is remembered for the names of the filters, not their values",
      caughtBy: ["filter_soundness", "filter_completeness"]
    },
    () => {
      const answers = new Map<string, ReadonlyArray<WireSession>>()
      return {
        select: (query, workspace, ...rest) => {
          const name = [workspace.workspace_id, ...Object.keys(query)].join()
          const known = answers.get(name) ?? healthy.select(query, workspace, ...rest)
          answers.set(name, known)
          return known
        }
      }
    }
  ),
  {
    name: "requests_mixed",
    breaks: "requests in flight together share one filter",
    caughtBy: ["concurrent_requests"],
    serve: (world) => {
      let current: unknown = {}
      return serve({
        ...healthy,
        read: async (request) => {
          current = await healthy.read(request)
          // As long as a question to a database takes, at least.
          await new Promise((resolve) => setTimeout(resolve))
          return current
        }
      }, world)
    }
  },
  mutant({
    name: "unknown_id_lists_all",
    breaks: "an id that finds nothing lists everything",
    caughtBy: ["unknown_value_finds_nothing"]
  }, {
    select: (query, workspace, ...rest) => {
      const found = healthy.select(query, workspace, ...rest)
      return found.length > 0 ? found : workspace.sessions
    }
  }),
  misreading(
    {
      name: "empty_session_id_ignored",
      breaks: "an empty client_session_id is taken for no filter",
      caughtBy: ["filter_soundness"]
    },
    (parameters) =>
      isRecord(parameters) && parameters["client_session_id"] === ""
        ? without(parameters, "client_session_id")
        : parameters
  ),
  misreading(
    {
      name: "null_lists_all",
      breaks: "null for a webview or an identity is taken for no filter",
      caughtBy: ["filter_soundness"]
    },
    dropNulls
  ),
  mutant({
    name: "null_lists_all_over_get",
    breaks: "in a query, an empty value for a webview or an identity is taken for no filter",
    caughtBy: ["filter_soundness"]
  }, {
    read: async (request) => {
      const read = await healthy.read(request)
      return request.method === "GET" ? dropNulls(read) : read
    }
  }),
  mutant({
    name: "null_refused_but_over_get",
    breaks: "null is refused, but an empty value in a query is taken for no filter",
    caughtBy: ["filter_soundness"]
  }, {
    read: async (request) => {
      const read = await healthy.read(request)
      if (request.method === "GET") return dropNulls(read)
      return isRecord(read) && nullable.some((name) => read[name] === null) ? new Refusal(400, "invalid_input") : read
    }
  }),
  mutant(
    {
      name: "null_finds_those_with_a_webview",
      breaks: "null finds the sessions that have a webview",
      caughtBy: ["filter_soundness", "filter_completeness"]
    },
    {
      holds: (name, value, session, steps) =>
        healthy.holds(name, value, session, steps) !== (name === "connect_webview_id" && value === null)
    }
  ),
  mutant({
    name: "null_overlooks_deprecated_identities",
    breaks: "null finds sessions whose identities are in the deprecated list alone",
    caughtBy: ["filter_soundness"]
  }, {
    holds: (name, value, session, steps) =>
      name === "user_identity_id" && value === null
        ? stringsIn(session, name).length === 0
        : healthy.holds(name, value, session, steps)
  }),
  mutant({ name: "null_finds_nothing", breaks: "null finds no session", caughtBy: ["filter_completeness"] }, {
    holds: (name, value, session, steps) => value !== null && healthy.holds(name, value, session, steps)
  }),
  mutant({
    name: "get_ignores_query",
    breaks: "GET lists everything, whatever its query",
    caughtBy: ["filter_soundness"]
  }, {
    read: (request) => request.method === "GET" ? Promise.resolve({}) : healthy.read(request)
  }),
  mutant({
    name: "other_media_type_ignored",
    breaks: "a body that isn't called JSON is taken for no filter",
    caughtBy: ["filter_soundness"]
  }, {
    read: async (request) => {
      const read = await healthy.read(request)
      return read instanceof Refusal && read.type === "invalid_content_type" ? {} : read
    }
  }),
  mutant(
    {
      name: "token_of_another",
      breaks: "a session comes with another one's token",
      caughtBy: ["oracle"],
      needsKnownWorld: true
    },
    {
      render: (session, { sessions }) => ({
        ...session,
        token: sessions[(sessions.indexOf(session) + 1) % sessions.length]?.["token"]
      })
    }
  ),
  mutant(
    {
      name: "dressed_up",
      breaks: "sessions are shown with the key that was asked for",
      caughtBy: ["filter_soundness"]
    },
    {
      select: (query, workspace, ...rest) => {
        const key = query[parameter]
        return typeof key === "string"
          ? workspace.sessions.map((session) => ({ ...session, [parameter]: key }))
          : healthy.select(query, workspace, ...rest)
      }
    }
  )
]

const wording: ReadonlyArray<Mutant> = [
  wrapping({
    name: "upper_case_media_type_ignored",
    breaks: "a body whose media type is in upper case is taken for no filter",
    caughtBy: ["request_equivalence"]
  }, async (healthy, request) => {
    const ignored = request.headers.get("content-type") === "APPLICATION/JSON"
    const headers = { ...Object.fromEntries(request.headers), "content-type": "application/json" }
    return await healthy(ignored ? new Request(request, { headers, body: "{}" }) : request)
  }),
  wrapping({
    name: "escaped_names_ignored",
    breaks: "a filter whose name is written in escapes is left out",
    caughtBy: ["request_equivalence"]
  }, async (healthy, request) => {
    const body = request.method === "POST" ? await request.clone().text() : ""
    return await healthy(body.includes("\\u0063\\u006c") ? new Request(request, { body: "{}" }) : request)
  }),
  mutant({
    name: "not_ok_for_one",
    breaks: "a single session comes with `ok: false`",
    caughtBy: ["success_flag"]
  }, {
    succeed: (sessions, id) =>
      Response.json({ client_sessions: sessions, ok: sessions.length !== 1 }, { headers: { "seam-request-id": id } })
  }),
  wrapping({
    name: "another_token_over_get",
    breaks: "over GET, a session comes with another token",
    caughtBy: ["item_consistency"]
  }, async (healthy, request) => {
    const response = await healthy(request)
    if (request.method !== "GET" || response.status !== 200) return response
    const text = await response.text()
    return new Response(text.replace(/"token":"seam_cst1/, "\"token\":\"seam_cst2"), response)
  }),
  mutant({
    name: "device_count_stale_by_key",
    breaks: "who asks for a key gets an older number of devices",
    caughtBy: ["item_consistency"]
  }, {
    select: (query, ...rest) =>
      healthy.select(query, ...rest).map((session) => parameter in query ? { ...session, device_count: 1e9 } : session)
  }),
  mutant({
    name: "identity_found_by_account",
    breaks: "an identity is looked for among the accounts too",
    caughtBy: ["filter_soundness"]
  }, {
    holds: (name, value, session, steps) =>
      healthy.holds(name, value, session, steps) ||
      (name === "user_identity_id" && typeof value === "string" &&
        stringsIn(session, "connected_account_ids").includes(value))
  })
]

const shape: ReadonlyArray<Mutant> = [
  mutant(
    {
      name: "null_key_omitted",
      breaks: "a session without a key lacks the field",
      caughtBy: ["response_schema_conformance"]
    },
    rendering((session) => session[parameter] === null ? without(session, parameter) : session)
  ),
  mutant(
    { name: "device_count_as_text", breaks: "device_count is a string", caughtBy: ["response_schema_conformance"] },
    rendering((session) => ({ ...session, device_count: String(session["device_count"]) }))
  ),
  mutant(
    {
      name: "created_at_as_number",
      breaks: "created_at is a number of milliseconds",
      caughtBy: ["response_schema_conformance"]
    },
    rendering((session) => ({ ...session, created_at: Date.parse(String(session["created_at"])) }))
  ),
  mutant(
    {
      name: "created_at_in_words",
      breaks: "created_at is a date of another form",
      caughtBy: ["response_schema_conformance"]
    },
    rendering((session) => ({ ...session, created_at: new Date(String(session["created_at"])).toUTCString() }))
  ),
  mutant(
    {
      name: "webviews_null",
      breaks: "a session without webviews has null for a list",
      caughtBy: ["response_schema_conformance"]
    },
    rendering((session) =>
      stringsIn(session, "connect_webview_ids").length === 0 ? { ...session, connect_webview_ids: null } : session
    )
  ),
  mutant({ name: "not_ok", breaks: "the body of a 200 lacks ok", caughtBy: ["response_schema_conformance"] }, {
    succeed: (sessions, id) => Response.json({ client_sessions: sessions }, { headers: { "seam-request-id": id } })
  }),
  mutant({
    name: "bare_list",
    breaks: "the body of a 200 is the list itself",
    caughtBy: ["response_schema_conformance", "positive_data_acceptance"]
  }, {
    succeed: (sessions, id) => Response.json(sessions, { headers: { "seam-request-id": id } })
  }),
  mutant({ name: "json_as_text", breaks: "sessions come as text/plain", caughtBy: ["content_type_conformance"] }, {
    succeed: (sessions, id) =>
      new Response(JSON.stringify({ client_sessions: sessions, ok: true }), {
        headers: { "seam-request-id": id, "content-type": "text/plain" }
      })
  }),
  misreading(
    { name: "numbers_coerced", breaks: "a number is taken for a string", caughtBy: ["negative_data_rejection"] },
    mapValues((value) => typeof value === "number" ? String(value) : value)
  ),
  misreading(
    {
      name: "lists_coerced",
      breaks: "a list of one is taken for what is in it",
      caughtBy: ["negative_data_rejection"]
    },
    mapValues((value) => Array.isArray(value) && value.length === 1 ? value[0] : value)
  ),
  misreading(
    {
      name: "null_ignored",
      breaks: "null is taken for no filter",
      caughtBy: ["negative_data_rejection", "filter_soundness"]
    },
    (parameters) =>
      isRecord(parameters)
        ? Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== null))
        : parameters
  ),
  misreading(
    {
      name: "wrong_types_ignored",
      breaks: "a filter of a wrong type is left out",
      caughtBy: ["negative_data_rejection"]
    },
    (parameters) =>
      isRecord(parameters)
        ? Object.fromEntries(
          Object.entries(parameters).filter(([name, value]) =>
            name === flag ? typeof value === "boolean" : typeof value === "string"
          )
        )
        : parameters
  ),
  misreading(
    { name: "words_for_booleans", breaks: "\"true\" is taken for true", caughtBy: ["negative_data_rejection"] },
    mapValues((value, name) => name === flag && (value === "true" || value === "false") ? value === "true" : value)
  ),
  misreading(
    {
      name: "list_for_a_body",
      breaks: "a body that is a list is taken for no filter",
      caughtBy: ["negative_data_rejection"]
    },
    (parameters) => Array.isArray(parameters) ? {} : parameters
  ),
  mutant({
    name: "malformed_ignored",
    breaks: "a body that isn't JSON is taken for no filter",
    caughtBy: ["negative_data_rejection"]
  }, {
    read: async (request) => {
      const read = await healthy.read(request)
      return read instanceof Refusal && read.type === "invalid_json" ? {} : read
    }
  }),
  refusing(
    {
      name: "several_filters_refused",
      breaks: "more than one filter is refused",
      caughtBy: ["positive_data_acceptance", "filter_conjunction"]
    },
    (query) => Object.keys(query).length > 1
  ),
  refusing(
    {
      name: "long_key_refused",
      breaks: "a key of more than 255 characters is refused",
      caughtBy: ["positive_data_acceptance"]
    },
    (query) => String(query[parameter] ?? "").length > 255
  ),
  refusing(
    { name: "foreign_key_refused", breaks: "a key beyond ASCII is refused", caughtBy: ["positive_data_acceptance"] },
    (query) => /\P{ASCII}/u.test(String(query[parameter] ?? ""))
  ),
  refusing(
    {
      name: "false_refused",
      breaks: "without_user_identifier_key may not be false",
      caughtBy: ["positive_data_acceptance"]
    },
    (query) => query[flag] === false
  ),
  wrapping(
    {
      name: "charset_refused",
      breaks: "a media type with a character set is refused",
      caughtBy: ["positive_data_acceptance"]
    },
    (healthy, request) =>
      healthy(
        request.headers.get("content-type")?.includes(";")
          ? new Request(request, { headers: { ...Object.fromEntries(request.headers), "content-type": "text/plain" } })
          : request
      )
  ),
  restating({ name: "status_201", breaks: "a list is \"created\"", caughtBy: ["status_code_conformance"] }, 200, 201),
  restating(
    { name: "status_422", breaks: "a wrong request is \"unprocessable\"", caughtBy: ["status_code_conformance"] },
    400,
    422
  ),
  restating(
    { name: "status_403", breaks: "a stranger is \"forbidden\"", caughtBy: ["status_code_conformance"] },
    401,
    403
  ),
  restating(
    {
      name: "status_500",
      breaks: "a wrong request is the server's fault",
      caughtBy: ["not_a_server_error", "status_code_conformance"]
    },
    400,
    500
  ),
  restating(
    {
      name: "refusal_with_200",
      breaks: "a refusal has status 200",
      caughtBy: ["negative_data_rejection"]
    },
    400,
    200
  ),
  restating(
    {
      name: "stranger_with_200",
      breaks: "a stranger gets status 200",
      caughtBy: ["ignored_auth"]
    },
    401,
    200
  ),
  mutant({ name: "any_method", breaks: "every method lists", caughtBy: ["unsupported_method"] }, {
    read: async (request) => {
      const read = await healthy.read(request)
      return read instanceof Refusal && read.type === "method_not_allowed" ? {} : read
    }
  }),
  mutant({
    name: "error_page",
    breaks: "refusals come as web pages",
    caughtBy: ["error_envelope"]
  }, {
    refuse: ({ status }, id) => errorPage(status, id)
  }),
  mutant({ name: "bare_error", breaks: "a refusal is a string", caughtBy: ["error_envelope"] }, {
    refuse: ({ status, type }, id) => Response.json(type, { status, headers: { "seam-request-id": id } })
  }),
  mutant({ name: "ok_in_error", breaks: "a refusal says ok", caughtBy: ["error_envelope"] }, {
    refuse: ({ status, type }, id) =>
      Response.json({ ok: true, error: { type, message: type } }, { status, headers: { "seam-request-id": id } })
  }),
  mutant({ name: "no_request_id", breaks: "answers have no request id", caughtBy: ["request_id_present"] }, {
    requestId: () => ""
  }),
  mutant({
    name: "constant_request_id",
    breaks: "all answers have the same request id",
    caughtBy: ["request_id_present"]
  }, { requestId: () => "request" }),
  mutant({ name: "no_request_id_in_errors", breaks: "refusals have no request id", caughtBy: ["request_id_present"] }, {
    refuse: (refusal) => healthy.refuse(refusal, "")
  }),
  admitting(
    { name: "auth_ignored", breaks: "anybody is let in", caughtBy: ["ignored_auth"] },
    (_, { workspaces }) => workspaces[0]
  ),
  admitting({
    name: "key_compared_by_prefix",
    breaks: "a part of the key opens the workspace",
    caughtBy: ["ignored_auth"]
  }, (secret, { workspaces }) => workspaces.find(({ api_key }) => secret.length > 8 && api_key.startsWith(secret))),
  admitting(
    { name: "key_compared_loosely", breaks: "the case of a key doesn't count", caughtBy: ["ignored_auth"] },
    (secret, { workspaces }) => workspaces.find(({ api_key }) => api_key.toLowerCase() === secret.toLowerCase())
  ),
  admitting(
    { name: "other_schemes_accepted", breaks: "a key is taken without its scheme", caughtBy: ["ignored_auth"] },
    (_, { workspaces }, headers) =>
      workspaces.find(({ api_key }) =>
        headers.get("authorization")?.endsWith(api_key) && !/^bearer /.test(headers.get("authorization") ?? "")
      )
  ),
  wrapping({
    name: "auth_ignored_with_a_filter",
    breaks: "anybody may ask for a session by its id",
    caughtBy: ["ignored_auth"]
  }, async (healthy, request, { workspaces }) => {
    const body = await request.clone().text()
    return body.includes("client_session_id") && request.method === "POST"
      ? healthy(
        new Request(request, {
          headers: { ...Object.fromEntries(request.headers), authorization: `Bearer ${workspaces[0]?.api_key}` }
        })
      )
      : healthy(request)
  }),
  admitting({
    name: "session_token_accepted",
    breaks: "a client session token lists the workspace",
    caughtBy: ["wrong_kind_of_auth"]
  }, (secret, { workspaces }) => workspaces.find(({ sessions }) => sessions.some(({ token }) => token === secret))),
  admitting({
    name: "publishable_key_accepted",
    breaks: "a publishable key lists the workspace",
    caughtBy: ["wrong_kind_of_auth"]
  }, (secret, { workspaces }) => secret.startsWith("seam_pk") ? workspaces[0] : undefined),
  admitting(
    {
      name: "workspace_not_needed",
      breaks: "a personal access token opens a workspace without naming it",
      caughtBy: ["wrong_kind_of_auth"],
      credential: "personal access token"
    },
    (secret, { workspaces }) => workspaces.find(({ personal_access_token }) => personal_access_token === secret)
  ),
  stumbling({
    name: "stumbles_over_odd_text",
    breaks: "a lone surrogate is the server's failure",
    caughtBy: ["not_a_server_error"]
  }, (body) => /\\ud[89a-f]/i.test(body)),
  stumbling({
    name: "stumbles_over_depth",
    breaks: "a deeply nested body is the server's failure",
    caughtBy: ["not_a_server_error"]
  }, (body) => body.length > 5_000 && /^[[{]/.test(body)),
  stumbling(
    {
      name: "stumbles_over_unknown_ids",
      breaks: "an id that finds nothing is the server's failure",
      caughtBy: ["unknown_value_finds_nothing"]
    },
    (body, world) =>
      body.includes("client_session_id") &&
      !world.workspaces.some(({ sessions }) =>
        sessions.some(({ client_session_id }) => body.includes(String(client_session_id)))
      )
  ),
  wrapping(
    { name: "body_breaks_off", breaks: "the answer to false breaks off", caughtBy: ["not_a_server_error"] },
    async (healthy, request) => {
      const asked = request.method === "GET" ? request.url : await request.clone().text()
      const response = await healthy(request)
      const body = await response.text()
      if (!asked.includes("false")) return new Response(body, response)
      const half = new TextEncoder().encode(body).slice(0, 10_000)
      return new Response(
        new ReadableStream({
          pull: (controller) => {
            controller.enqueue(half)
            controller.error(new Error("the connection broke"))
          }
        }, { highWaterMark: 0 }),
        response
      )
    }
  )
]

const otherReadings: ReadonlyArray<Mutant> = [
  misreading(
    {
      name: "empty_string_ignored",
      breaks: "an empty string is taken for no filter",
      caughtBy: ["reading_conformance"],
      needsExpectedReadings: true
    },
    (parameters) =>
      isRecord(parameters)
        ? Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ""))
        : parameters
  ),
  remembering({
    name: "order_unstable",
    breaks: "the order changes from answer to answer",
    caughtBy: ["reading_conformance"],
    needsExpectedReadings: true
  }, () => ({ order: rotating((sessions) => sessions, () => true) })),
  mutant({
    name: "lower_case_scheme_accepted",
    breaks: "`bearer` is as good as `Bearer`",
    caughtBy: ["reading_conformance"],
    needsExpectedReadings: true
  }, {
    admit: (headers, world) =>
      healthy.admit(
        new Headers(
          [...headers].map(([name, value]): [string, string] => [name, value.replace(/^bearer /, "Bearer ")])
        ),
        world
      )
  }),
  mutant({
    name: "ids_compared_exactly",
    breaks: "the case of a UUID counts",
    caughtBy: ["reading_conformance"],
    needsExpectedReadings: true
  }, {
    sameId: (asked, stored) => asked === stored
  }),
  mutant({
    name: "one_identity_only",
    breaks: "the deprecated list of identities is not looked at",
    caughtBy: ["reading_conformance"],
    needsExpectedReadings: true
  }, {
    holds: (name, value, session, steps) =>
      healthy.holds(
        name,
        value,
        name === "user_identity_id" ? without(session, "user_identity_ids") : session,
        steps
      )
  }),
  mutant({
    name: "false_means_keyed",
    breaks: "false finds only sessions that have a key",
    caughtBy: ["reading_conformance"],
    needsExpectedReadings: true
  }, {
    holds: (name, value, session, steps) =>
      name === flag && value === false ? session[parameter] !== null : healthy.holds(name, value, session, steps)
  }),
  mutant({
    name: "oldest_first",
    breaks: "the oldest session comes first",
    caughtBy: ["reading_conformance"],
    needsExpectedReadings: true
  }, {
    order: (sessions) => healthy.order(sessions).toReversed()
  }),
  mutant({
    name: "unknown_parameter_refused",
    breaks: "a parameter that the contract lacks is refused",
    caughtBy: ["reading_conformance"],
    needsExpectedReadings: true
  }, {
    understand: (parameters) => {
      const query = healthy.understand(parameters)
      return isRecord(parameters) && !(query instanceof Refusal) &&
          Object.keys(parameters).length > Object.keys(query).length
        ? new Refusal(400, "invalid_input")
        : query
    }
  }),
  mutant({ name: "no_get", breaks: "GET is refused", caughtBy: ["reading_conformance"], needsExpectedReadings: true }, {
    read: (request) =>
      request.method === "GET" ? Promise.resolve(new Refusal(405, "method_not_allowed")) : healthy.read(request)
  }),
  mutant(
    {
      name: "expired_left_out",
      breaks: "expired sessions are not listed",
      caughtBy: ["reading_conformance"],
      needsExpectedReadings: true,
      needsKnownWorld: true
    },
    selecting(
      (sessions) => sessions.filter(({ expires_at }) => Date.parse(String(expires_at)) > new Date().getTime())
    )
  )
]

/** All of them. */
export const mutants: ReadonlyArray<Mutant> = [...meaning, ...wording, ...shape, ...otherReadings]
