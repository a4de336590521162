/**
 * A request as the checks think of it, before the secret is in it: what it sends, and the command that sends the same.
 *
 * @module
 */
import * as Redacted from "effect/Redacted"
import type { Parameters } from "../operation/Item.ts"
import * as Items from "../operation/Item.ts"
import type { NearMissOf } from "../operation/NearMisses.ts"
import type { Method, NextPage, Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import type { Authorization } from "./Authorization.ts"
import * as Authorizations from "./Authorization.ts"
import type { Credential, Target } from "./Target.ts"

/** Says of a request which near miss it asks with: no part of what is sent. */
export const nearMiss: unique symbol = Symbol("nearMiss")

/** One request to the operation. */
export interface Ask {
  readonly [nearMiss]?: NearMissOf
  readonly method: string
  readonly authorization: Authorization
  /** The filters that are asked with, where that is what it does. */
  readonly parameters?: Parameters
  readonly query?: ReadonlyArray<readonly [name: string, value: string]>
  readonly contentType?: string
  /** Headers in place of those that go with the credential; an empty one is left out. */
  readonly headers?: { readonly [name: string]: string }
  readonly body?: string | Uint8Array<ArrayBuffer>
  /** Whether the body is sent in chunks, without a length. */
  readonly chunked?: boolean
  /** Whether the connection is kept open for the next such request, where that can be chosen. */
  readonly keepAlive?: boolean
  /** Whether only the first page is wanted. */
  readonly firstPage?: boolean
}

/** Makes requests to one operation. */
export interface Asks {
  readonly authorizations: Authorizations.Authorizations
  /** The method in which questions are put. */
  readonly method: Method
  /** The operation with filters, by its own method. */
  readonly list: (parameters: Parameters, rest?: Partial<Ask>) => Ask
  /** The same by one of its methods. */
  readonly by: (method: Method, parameters: Parameters, rest?: Partial<Ask>) => Ask
  /** The same with the filters in the query of a GET. */
  readonly get: (parameters: Parameters, rest?: Partial<Ask>) => Ask
  /** The same with lists in a form of their own. */
  readonly inForm: (lists: Operation["lists"], parameters: Parameters) => Ask
  /** The same with a body as it stands, by POST. */
  readonly post: (body: string | Uint8Array<ArrayBuffer>, rest?: Partial<Ask>) => Ask
}

const json = "application/json"

/** Makes what makes the requests to an operation. `null` in a query is written as `nullText`. */
export const make = (operation: Operation, nullText: string = ""): Asks => {
  const { by, credentials } = operation
  const header = credentials?.header ?? "authorization"
  const authorizations = Authorizations.forScheme(
    credentials?.scheme ?? (header.toLowerCase() === "authorization" ? "Bearer" : "")
  )
  const { own: authorization } = authorizations
  const post: Asks["post"] = (body, rest) => ({ method: "POST", authorization, contentType: json, body, ...rest })
  const inForm: Asks["inForm"] = (lists, parameters) => ({
    method: "GET",
    authorization,
    parameters,
    query: Operations.toQuery({ lists }, Operations.complete(operation, parameters), nullText)
  })
  const get: Asks["get"] = (parameters, rest) => ({ ...inForm(operation.lists, parameters), ...rest })
  const body: Asks["list"] = (parameters, rest) =>
    post(JSON.stringify(Operations.complete(operation, parameters)), { parameters, ...rest })
  const method = by === "query" ? "GET" : "POST"
  const list = by === "query" ? get : body
  return {
    authorizations,
    method,
    get,
    inForm,
    post,
    list,
    by: (method, ...rest) => (method === "GET" ? get : body)(...rest)
  }
}

/** What two requests have in common that are the same. */
export const keyOf = ({ authorization, body, chunked, contentType, headers, method, query = [] }: Ask): string => {
  const sent = typeof body === "string" || body === undefined ? body : { bytes: Array.from(body).join() }
  return JSON.stringify([method, authorization.says, contentType, headers, chunked, query, sent])
}

const inChunks = new WeakSet<Request>()
const onOneConnection = new WeakSet<Request>()

/** How a request that the checks have made is to be sent, for who has the choice. */
export const transportOf = (request: Request): { readonly chunked: boolean; readonly keepAlive: boolean } => ({
  chunked: inChunks.has(request),
  keepAlive: onOneConnection.has(request)
})

/** The same request for the next page; `undefined` where it leads to another server, or none can be made. */
export const nextPage = (ask: Ask, next: NextPage, target: Target): Ask | undefined => {
  if ("url" in next) {
    const url = URL.parse(next.url, requestUrl(ask, target))
    const { origin, pathname } = new URL(requestUrl(ask, target))
    return url === null || url.origin !== origin || url.pathname !== pathname
      ? undefined
      : { ...ask, query: [...url.searchParams] }
  }
  if (ask.method === "GET" || typeof ask.body !== "string") {
    const query = Object.entries(next.parameters).map(([name, value]) => [name, `${value}`] as const)
    return { ...ask, query: [...(ask.query ?? []).filter(([name]) => !(name in next.parameters)), ...query] }
  }
  const body = parse(ask.body)
  return Items.isItem(body) ? { ...ask, body: JSON.stringify({ ...body, ...next.parameters }) } : undefined
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const credentialOf = (ask: Ask, target: Target): Credential | undefined =>
  ask.authorization.whose === "other" ? target.other ?? target.credential : target.credential

const headersOf = (ask: Ask, credential: Credential | undefined): { readonly [name: string]: string } =>
  ask.authorization.companions ? { ...credential?.headers, ...ask.headers } : ask.headers ?? {}

/** The header of the credential, where the operation has credentials. */
const credentialHeader = ({ operation: { credentials } }: Target): string | undefined =>
  credentials && (credentials.header ?? "authorization")

/** The whole URL. */
export const requestUrl = (ask: Ask, target: Target): string => {
  const query = new URLSearchParams((ask.query ?? []).map(([name, value]) => [name, value])).toString()
  return `${target.url}${target.operation.path}${query === "" ? "" : `?${query}`}`
}

/** The request itself, secret included. Redirects are not followed: the credential would travel with them. */
export const toRequest = (ask: Ask, target: Target, signal: AbortSignal): Request => {
  const credential = credentialOf(ask, target)
  const header = credentialHeader(target)
  const secret = ask.authorization.header(credential === undefined ? "" : Redacted.value(credential.secret))
  const headers = new Headers(
    Object.entries({ accept: json, ...headersOf(ask, credential) }).filter(([, value]) => value !== "")
  )
  if (header !== undefined && secret !== undefined && credential !== undefined) headers.set(header, secret)
  if (ask.contentType !== undefined) headers.set("content-type", ask.contentType)
  const { body, chunked = false } = ask
  const init = { method: ask.method, headers, redirect: "manual", signal } as const
  const request = new Request(
    requestUrl(ask, target),
    body === undefined ? init : chunked ? { ...init, body: pieces(body), ...halfDuplex } : { ...init, body }
  )
  if (chunked) inChunks.add(request)
  if (ask.keepAlive === true) onOneConnection.add(request)
  return request
}

// Fetch standard: a body that is a stream has to be said to be half-duplex. Not every runtime's types know it.
const halfDuplex: RequestInit = Object.fromEntries([["duplex", "half"]])

const pieceSize = 7

/** A body in small pieces. */
const pieces = (body: string | Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> => {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body
  let at = 0
  return new ReadableStream({
    pull: (controller) => {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(at, at + pieceSize))
      at += pieceSize
    }
  })
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

// An argument of a command can't hold a NUL, and a terminal mangles the other control characters and stray bytes.
const printable = (text: string): boolean => !/\p{Cc}|\p{Cs}|\ufffd/u.test(text)

const octal = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) =>
    byte > 0x20 && byte < 0x7f && byte !== 0x25 && byte !== 0x27 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\${byte.toString(8).padStart(3, "0")}`).join("")

/** The command that asks the same of the same target. A variable stands for the secret: the credential's. */
export const curl = (ask: Ask, target: Target): string => {
  const credential = credentialOf(ask, target)
  const header = credentialHeader(target)
  const shell = credential === undefined ? undefined : ask.authorization.shell(credential.variable)
  const body = typeof ask.body === "string" ? ask.body : new TextDecoder().decode(ask.body)
  const plain = printable(body)
  return [
    ...(ask.body === undefined || plain
      ? []
      : [`printf '${octal(typeof ask.body === "string" ? new TextEncoder().encode(ask.body) : ask.body)}' |`]),
    `curl -sS -i -X ${ask.method} ${quote(requestUrl(ask, target))}`,
    ...(shell === undefined || header === undefined ? [] : [`-H "${header}: ${shell}"`]),
    ...Object.entries(headersOf(ask, credential))
      .map(([name, value]) => `-H ${quote(value === "" ? `${name}:` : `${name}: ${value}`)}`),
    ...(ask.chunked === true ? ["-H 'transfer-encoding: chunked'"] : []),
    // curl names a content type of its own unless told otherwise.
    ...(ask.body === undefined ? [] : [`-H ${quote(`content-type:${ask.contentType ? ` ${ask.contentType}` : ""}`)}`]),
    ...(ask.body === undefined ? [] : [plain ? `--data-raw ${quote(body)}` : "--data-binary @-"])
  ].join(" ")
}

/** What was asked, for a report. Holds no secret. */
export const describe = (ask: Ask, { own }: Authorizations.Authorizations): { readonly [part: string]: unknown } => ({
  method: ask.method,
  ...(ask.authorization.says !== own.says && { authorization: ask.authorization.says }),
  ...(ask.contentType !== undefined && ask.contentType !== json && { content_type: ask.contentType }),
  ...(ask.headers !== undefined && { headers: ask.headers }),
  ...(ask.chunked === true && { chunked: true }),
  ...(ask.query !== undefined && { query: queryOf(ask.query) }),
  ...(ask.body !== undefined && {
    body: typeof ask.body === "string" ? ask.body : new TextDecoder().decode(ask.body)
  })
})

const queryOf = (query: NonNullable<Ask["query"]>): { readonly [name: string]: string | ReadonlyArray<string> } =>
  Object.fromEntries(
    [...new Set(query.map(([name]) => name))].map((name) => {
      const values = query.filter(([other]) => other === name).map(([, value]) => value)
      return [name, values.length === 1 ? values[0] ?? "" : values]
    })
  )
