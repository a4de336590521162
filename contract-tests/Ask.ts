/**
 * A request as the checks think of it, before the secret is in it: what it sends, and the command that sends the same.
 *
 * @module
 */
import * as Redacted from "effect/Redacted"
import * as Authorization from "./Authorization.ts"
import { path } from "./Recorded.ts"
import type { Filter } from "./Session.ts"
import type { Credential, Target } from "./Target.ts"

/** One request to the operation. */
export interface Ask {
  readonly method: string
  readonly authorization: Authorization.Authorization
  /** Parameters in the URL: only GET has them. */
  readonly query?: ReadonlyArray<readonly [name: string, value: string]>
  readonly contentType?: string
  /** A workspace's id, in place of the credential's own. */
  readonly workspaceId?: string
  readonly body?: string | Uint8Array<ArrayBuffer>
}

const json = "application/json"

/** The operation with a body as it stands. */
export const post = (body: string | Uint8Array<ArrayBuffer>, rest: Partial<Ask> = {}): Ask => ({
  method: "POST",
  authorization: Authorization.bearer,
  contentType: json,
  body,
  ...rest
})

/** The operation with a filter. */
export const list = (filter: Filter, rest: Partial<Ask> = {}): Ask => post(JSON.stringify(filter), rest)

/** The operation as GET, with the filter in the query: `null` is an empty value there, as the vendor's SDK writes it. */
export const get = (filter: Filter, rest: Partial<Ask> = {}): Ask => ({
  method: "GET",
  authorization: Authorization.bearer,
  query: Object.entries(filter).map(([name, value]) => [name, String(value ?? "")]),
  ...rest
})

const credentialOf = (ask: Ask, target: Target): Credential =>
  ask.authorization.whose === "other" ? target.other ?? target.credential : target.credential

const workspaceOf = (ask: Ask, credential: Credential): string | undefined =>
  ask.authorization.workspace ? ask.workspaceId ?? credential.workspaceId : undefined

const url = (ask: Ask, target: Target): string => {
  const query = new URLSearchParams((ask.query ?? []).map(([name, value]) => [name, value])).toString()
  return `${target.url}${path}${query === "" ? "" : `?${query}`}`
}

/** The request itself, secret included. Redirects are not followed: the credential would travel with them. */
export const toRequest = (ask: Ask, target: Target, signal: AbortSignal): Request => {
  const credential = credentialOf(ask, target)
  const authorization = ask.authorization.header(Redacted.value(credential.secret))
  const workspaceId = workspaceOf(ask, credential)
  const headers = new Headers({ accept: json })
  if (authorization !== undefined) headers.set("authorization", authorization)
  if (workspaceId !== undefined) headers.set("seam-workspace", workspaceId)
  if (ask.contentType !== undefined) headers.set("content-type", ask.contentType)
  return new Request(url(ask, target), {
    method: ask.method,
    headers,
    redirect: "manual",
    signal,
    ...(ask.body !== undefined && { body: ask.body })
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

/**
 * The command that asks the same of the same target. A variable stands for the secret: `$SEAM_API_KEY`,
 * `$SEAM_PERSONAL_ACCESS_TOKEN` or `$SEAM_OTHER_API_KEY`.
 */
export const curl = (ask: Ask, target: Target): string => {
  const credential = credentialOf(ask, target)
  const workspaceId = workspaceOf(ask, credential)
  const shell = ask.authorization.shell(credential.variable)
  const body = typeof ask.body === "string" ? ask.body : new TextDecoder().decode(ask.body)
  const plain = printable(body)
  return [
    ...(ask.body === undefined || plain
      ? []
      : [`printf '${octal(typeof ask.body === "string" ? new TextEncoder().encode(ask.body) : ask.body)}' |`]),
    `curl -sS -i -X ${ask.method} ${quote(url(ask, target))}`,
    ...(shell === undefined ? [] : [`-H "authorization: ${shell}"`]),
    ...(workspaceId === undefined ? [] : [`-H ${quote(`seam-workspace: ${workspaceId}`)}`]),
    // curl names a content type of its own unless told otherwise.
    ...(ask.body === undefined ? [] : [`-H ${quote(`content-type:${ask.contentType ? ` ${ask.contentType}` : ""}`)}`]),
    ...(ask.body === undefined ? [] : [plain ? `--data-raw ${quote(body)}` : "--data-binary @-"])
  ].join(" ")
}

/** What was asked, for a report. Holds no secret. */
export const describe = (ask: Ask): { readonly [part: string]: unknown } => ({
  method: ask.method,
  ...(ask.authorization !== Authorization.bearer && { authorization: ask.authorization.says }),
  ...(ask.contentType !== undefined && ask.contentType !== json && { content_type: ask.contentType }),
  ...(ask.workspaceId !== undefined && { workspace_id: ask.workspaceId }),
  ...(ask.query !== undefined && { query: Object.fromEntries(ask.query) }),
  ...(ask.body !== undefined && {
    body: typeof ask.body === "string" ? ask.body : new TextDecoder().decode(ask.body)
  })
})
