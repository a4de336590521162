/**
 * Seam's side of the contract, in memory.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { ClientSessionEncoded } from "../ClientSession.ts"
import * as Rfc3339 from "../decode/rfc3339.ts"
import { ListFilter } from "../ListFilter.ts"
import * as Body from "./body.ts"
import type { Fault } from "./Fault.ts"
import * as Protocol from "./protocol.ts"
import { documented, generate, type GenerateOptions, type Workspace } from "./Workspace.ts"

/** What a simulator is made of. */
export interface SimulatorOptions {
  /** Who may read what. */
  readonly workspaces: ReadonlyArray<Workspace>
  /**
   * How it misbehaves. Of a list, a request meets the first fault that still has `times` left; a function chooses for
   * each request, and `times` has no say. One without a valid credential is shown to it without its body. Default: not at all.
   */
  readonly faults?: ReadonlyArray<Fault> | ((request: ReceivedRequest) => Fault | undefined)
}

/** A request that the simulator has received. Printing one shows no secret and no filter value. */
export interface ReceivedRequest {
  /** Such as `POST`. */
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** The names of the filters in it. */
  readonly filters: ReadonlyArray<string>
  /** The names of its headers, in lower case. */
  readonly headerNames: ReadonlyArray<string>
  /** All of it, but for a body that wasn't read. */
  readonly sent: Redacted.Redacted<{ readonly url: string; readonly headers: Headers; readonly body: string }>
}

/** Seam's side of the contract, in memory. */
export interface Simulator {
  /** The operation as a server's handler: `Deno.serve(simulator.fetch)`, or the `fetch` of a Worker. */
  readonly fetch: (request: Request) => Promise<Response>
  /** The operation as an `HttpClient` that never touches the network. */
  readonly layer: Layer.Layer<HttpClient.HttpClient>
  /**
   * The requests with a valid credential, oldest first: the last 1,000, and no more of those than 8 MiB. Nothing is kept of any
   * other, and none of its body is read.
   */
  readonly requests: ReadonlyArray<ReceivedRequest>
}

const path = "/client_sessions/list"

const methods: ReadonlyArray<string> = ["GET", "POST"]

const maxRequests = 1000

/** How much of the requests is kept, in characters. */
const maxKept = 8 * 1024 * 1024

// Text that sorts as the instants do, to the last digit. `DateTime` would drop all digits after the millisecond.
const instant = (createdAt: string): string => {
  const millis = Rfc3339.parse(createdAt)
  if (millis === undefined) return ""
  const [, digits = ""] = /\.\d{3}(\d*?)0*(?:z|[+-]\d\d:\d\d)$/i.exec(createdAt) ?? []
  return new Date(millis).toISOString() + digits
}

const compare = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0

const newestFirst = (sessions: ReadonlyArray<ClientSessionEncoded>): ReadonlyArray<ClientSessionEncoded> =>
  sessions.map((session) => ({ session, at: instant(session.created_at) }))
    .sort((a, b) => compare(b.at, a.at) || compare(a.session.client_session_id, b.session.client_session_id))
    .map(({ session }) => session)

const chooser = (faults: SimulatorOptions["faults"] = []): (request: ReceivedRequest) => Fault | undefined => {
  if (typeof faults === "function") return faults
  const left = faults.map(({ times = Infinity }) => times)
  return () =>
    faults.find((_, index) => {
      const times = left[index] ?? 0
      left[index] = times - 1
      return times > 0
    })
}

const replyOf = (fault: Fault, headers: Headers): Protocol.Reply | undefined => {
  switch (fault._tag) {
    case "Answer":
      return { status: fault.status, headers: fault.headers ?? {}, body: fault.body ?? "" }
    case "RateLimited": {
      const reply = Protocol.refuse(429, "rate_limited", "Too many requests")
      const { retryAfter } = fault
      return retryAfter === undefined ? reply : { ...reply, headers: { ...reply.headers, "retry-after": retryAfter } }
    }
    case "HtmlPage": {
      const body = "<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1>"
      return { status: fault.status ?? 502, headers: { "content-type": "text/html" }, body }
    }
    case "Redirect":
      return { status: 307, headers: { location: fault.location }, body: "" }
    case "MalformedJson":
      return { status: 200, headers: Protocol.json, body: "{\"client_sessions\":[{]}" }
    case "EchoedCredential":
      return Protocol.refuse(fault.status ?? 400, "invalid_input", `Received ${headers.get("authorization")}`)
  }
  return undefined
}

const cutOf = (fault: Fault | undefined): Body.Cut | undefined => {
  switch (fault?._tag) {
    case "TruncatedBody":
      return { after: fault.after ?? 20, then: "end" }
    case "BrokenConnection":
      return { after: fault.after ?? 0, then: "break" }
    case "Hang":
      return { after: fault.after ?? 0, then: "hang" }
  }
  return undefined
}

const without = (filter: ListFilter, name: keyof ListFilter | undefined): ListFilter => {
  if (name === undefined) return {}
  const { [name]: _, ...rest } = filter
  return rest
}

function* listed(
  caller: Workspace,
  workspaces: ReadonlyArray<Workspace>,
  filter: ListFilter,
  fault: Fault | undefined
): Generator<object> {
  const read = fault?._tag === "OtherWorkspaces"
    ? [caller, ...workspaces.filter((other) => other !== caller)]
    : [caller]
  const applied = fault?._tag === "IgnoredFilter" ? without(filter, fault.filter) : filter
  for (const { sessions } of read) {
    for (const session of sessions) {
      if (!ListFilter.matches(applied, session)) continue
      yield fault?._tag === "WrongField" ? { ...session, [fault.field]: fault.value } : session
      if (fault?._tag === "DuplicatedSessions") yield session
    }
  }
}

// A UUID that says which request it was.
const requestId = (count: number): string => `00000000-0000-4000-8000-${count.toString().padStart(12, "0")}`

// Fetch standard, "null body status": a `Response` with one of these refuses any body, an empty one included.
const bodiless = new Set([204, 205, 304])

const make = ({ faults, workspaces: given }: SimulatorOptions): Simulator => {
  const workspaces = given.map((workspace) => ({ ...workspace, sessions: newestFirst(workspace.sessions) }))
  const choose = chooser(faults)
  const requests: Array<ReceivedRequest> = []
  const sizes: Array<number> = []
  let kept = 0
  let received = 0

  const entryOf = (request: Request, body: string): ReceivedRequest => {
    const { headers, method, url } = request
    const parameters = Result.getOrElse(Protocol.parameters(request, body), () => ({}))
    return {
      method,
      path: URL.parse(url)?.pathname ?? "",
      filters: ListFilter.names.filter((name) => Object.hasOwn(Object(parameters), name)),
      headerNames: [...headers.keys()],
      sent: Redacted.make({ url, headers: new Headers(headers), body })
    }
  }

  const keep = (entry: ReceivedRequest): void => {
    const { body, headers, url } = Redacted.value(entry.sent)
    const size = url.length + body.length + [...headers].join().length
    requests.push(entry)
    sizes.push(size)
    kept += size
    while (requests.length > maxRequests || kept > maxKept) {
      requests.shift()
      kept -= sizes.shift() ?? 0
    }
  }

  /** Who asks, as far as the head of the request tells whether it may. */
  const admit = (request: Request): Result.Result<Workspace, Protocol.Reply> =>
    Result.gen(function*() {
      const url = URL.parse(request.url)
      if (url === null) return yield* Result.fail(Protocol.badUrl)
      if (url.pathname !== path) return yield* Result.fail(Protocol.notFound)
      const caller = yield* Protocol.authenticate(workspaces, request.headers)
      return methods.includes(request.method) ? caller : yield* Result.fail(Protocol.methodNotAllowed)
    })

  // Fails with what `fetch` would reject with.
  const handle = Effect.fnUntraced(function*(request: Request): Effect.fn.Return<Response, unknown> {
    const id: Record<string, string> = { "seam-request-id": requestId(++received) }
    const send = ({ anonymous = false, body, headers, status }: Protocol.Reply): Response =>
      new Response(bodiless.has(status) ? null : body, { status, headers: anonymous ? headers : { ...id, ...headers } })
    const caller = admit(request)
    const body = Result.isSuccess(caller) ? yield* Effect.promise(() => Body.read(request)) : Result.succeed("")
    const entry = entryOf(request, Result.getOrElse(body, () => ""))
    if (Result.isSuccess(caller)) keep(entry)
    const fault = choose(entry)
    const aborted = Effect.tryPromise({ try: () => Body.aborted(request), catch: (reason) => reason })
    if (fault?._tag === "Latency") yield* Effect.raceFirst(Effect.sleep(fault.duration), aborted)
    if (fault?._tag === "Hang" && fault.after === undefined) return yield* aborted
    if (fault?._tag === "BrokenConnection" && fault.after === undefined) {
      return yield* Effect.fail(new TypeError("the connection broke"))
    }
    const spoiled = fault && replyOf(fault, request.headers)
    if (spoiled !== undefined) return send(spoiled)
    const asked = Result.gen(function*() {
      const workspace = yield* caller
      const parameters = yield* Protocol.parameters(request, yield* body)
      return { workspace, filter: yield* Protocol.validate(parameters) }
    })
    return Result.match(asked, {
      onFailure: send,
      onSuccess: ({ filter, workspace }) => {
        const chunks = Body.render(listed(workspace, workspaces, filter, fault))
        return new Response(Body.stream(chunks, request, cutOf(fault)), { headers: { ...id, ...Protocol.json } })
      }
    })
  })

  const client = HttpClient.make((request, _url, signal) => {
    const transportError = (cause: unknown) =>
      new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })
    return Effect.fromResult(HttpClientRequest.toWebResult(request, { signal })).pipe(
      Effect.flatMap(handle),
      Effect.mapBoth({
        onFailure: transportError,
        onSuccess: (response) => HttpClientResponse.fromWeb(request, response)
      })
    )
  })

  return {
    fetch: (request) => Effect.runPromise(handle(request)),
    layer: Layer.succeed(HttpClient.HttpClient, client),
    requests
  }
}

/** Makes simulators, and what to put into them. */
export const Simulator: {
  /** A simulator. Its sessions are sorted once, here; it neither waits nor reads a clock nor draws random numbers. */
  readonly make: (options: SimulatorOptions) => Simulator
  /**
   * Workspaces with sessions as one finds them: users with several sessions and webviews, sessions without a key,
   * a webview or an identity, sessions that have expired, identities in the present field and in the deprecated one.
   *
   * Every workspace has an API key of its own; one personal access token and one console session open all of them.
   */
  readonly generate: (options?: GenerateOptions) => ReadonlyArray<Workspace>
  /** The workspace of the vendor's documentation: the one session of its examples, and a made-up API key. */
  readonly documented: Workspace
} = { make, generate, documented }
