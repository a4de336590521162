/**
 * For this project's own tests: canaries. Every secret that goes in is written, in many spellings, into every place that a
 * server or a runtime can write to, and then looked for in everything that is shown.
 *
 * @module
 */
import assert from "node:assert/strict"
import type { ListFilter } from "../ListFilter.ts"
import { example, ok, quick, type Respond } from "./testing.ts"

/** The workspace that a token needs. */
export const workspace = "b887bf84-9849-4454-a562-cf84293d9781"
/** An API key. */
export const apiKey = "seam_canarykey_9fQ2"
/** A personal access token. */
export const accessToken = "seam_at1_canarypat_7xK"
/** The token of a console session. */
export const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.Y2FuYXJ5c2ln"
/** The token of a client session. */
export const sessionToken = "seam_cst1canarytoken_Zz8"

/** Every filter, with values that are personal. */
export const filter: Required<ListFilter> = {
  client_session_id: "c0ffee00-aaaa-4bbb-8ccc-canaryid0001",
  connect_webview_id: "canary-webview-7",
  user_identifier_key: "canary.user+\"7\" <jane@example.org>",
  user_identity_id: "c0ffee11-aaaa-4bbb-8ccc-dddddddddddd",
  without_user_identifier_key: false
}

/** Everything that must not come out. */
export const canaries: ReadonlyArray<string> = [
  apiKey,
  accessToken,
  jwt,
  sessionToken,
  ...Object.values(filter).filter((value) => typeof value === "string")
]

const hex = (character: string): string => character.charCodeAt(0).toString(16).padStart(2, "0")
const each = (spell: (character: string) => string) => (text: string): string => Array.from(text, spell).join("")

/** Ways in which the same text may be written. */
const spellings: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  "in capitals": (text) => text.toUpperCase(),
  "in lower case": (text) => text.toLowerCase(),
  "after an escaped line break": (text) => `bad:\\n${text}`,
  "after an escaped space": (text) => `x%20${text}`,
  "after a word": (text) => `token_${text}`,
  "before a word": (text) => `${text}_was_wrong`,
  "after a backslash": (text) => `\\${text}`,
  "with backslashes": each((character) => `\\${character}`),
  "in JSON": (text) => JSON.stringify(text),
  "in JSON within JSON": (text) => JSON.stringify(JSON.stringify(text)),
  "in Unicode escapes": each((character) => `\\u00${hex(character)}`),
  "in hexadecimal escapes": each((character) => `\\x${hex(character)}`),
  "in a URL": encodeURIComponent,
  "in a URL, every octet": each((character) => `%${hex(character)}`),
  "in a URL within a URL": (text) => encodeURIComponent(encodeURIComponent(text)),
  "in HTML": (text) => text.replaceAll("\"", "&quot;").replaceAll("<", "&lt;").replaceAll("_", "&lowbar;"),
  "in HTML, by number": each((character) => `&#${character.charCodeAt(0)};`),
  "in HTML, by hexadecimal number": each((character) => `&#x${hex(character)};`),
  "with soft hyphens": each((character) => `${character}\u00ad`),
  "with joiners": each((character) => `${character}\u200d`),
  "in quotes": (text) => `'${text}'`,
  "in halves": (text) => `${text.slice(0, 8)} ${text.slice(8)}`,
  "backwards, with marks": (text) => `<${Array.from(text).reverse().join("")}>`,
  "in Base64": (text) => `=${btoa(text)}=`,
  "as an authorization": (text) => `Authorization: Bearer ${text}`
}

/** The text as a header carries it: its octets in UTF-8. */
export const utf8Header = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("").replaceAll(/[\r\n\0]/g, " ")

const session = { ...example, ...filter, connect_webview_ids: ["a"], user_identity_ids: [], token: sessionToken }
const { without_user_identifier_key: _, connect_webview_id: __, ...listed } = session
/** A session that the filter finds. */
export const asked: Readonly<Record<string, unknown>> = { ...listed, connect_webview_ids: [filter.connect_webview_id] }

const broken = (start: string, error: unknown): Response => {
  let begun = false
  return new Response(
    new ReadableStream({
      pull: (controller) => {
        if (begun || start === "") return controller.error(error)
        begun = true
        controller.enqueue(new TextEncoder().encode(start))
      }
    })
  )
}

/** An error in whose every part the text stands. */
export const errorLike = (text: string): Error =>
  Object.assign(new TypeError(text, { cause: new Error(text, { cause: { text } }) }), {
    code: text,
    name: text,
    hostname: text,
    path: text
  })

const statuses = [302, 400, 401, 404, 408, 429, 500, 503]

/** Where a server can write; each gives an answer to a request. */
export const byServer: Readonly<Record<string, (text: string) => Respond>> = {
  "a field of a session, in the place of another type": (text) => () =>
    ok({ ...asked, token: [text], device_count: text }),
  "the name of a field": (text) => () => ok({ ...asked, [text]: text, token: 5 }),
  "an element that is no session": (text) => () => ok(asked, text, [text], { [text]: text }),
  "a session outside the filter": (text) => () =>
    ok(asked, { ...asked, client_session_id: text, user_identifier_key: text }),
  "a member of the envelope": (text) => () => Response.json({ [text]: text, ok: text, client_sessions: text }),
  "an envelope that says ok: false": (text) => () =>
    Response.json({ ok: false, error: { type: text, message: text }, client_sessions: [asked] }),
  "JSON that isn't": (text) => () => new Response(`{"client_sessions":[{"token":${text}}]}`),
  "text": (text) => () => new Response(text),
  "the body of a 200 that breaks off": (text) => () => broken(`{"client_sessions":[{"${text}`, errorLike(text)),
  ...Object.fromEntries(statuses.flatMap((status): ReadonlyArray<[string, (text: string) => Respond]> => [
    [`the envelope of a ${status}`, (text) => () =>
      Response.json({
        ok: false,
        error: {
          type: text,
          message: text,
          data: { [text]: text },
          validation_errors: {
            _errors: [text],
            [text]: { _errors: [text] },
            client_session_id: { _errors: [text], [text]: text }
          }
        }
      }, { status })],
    [`the text of a ${status}`, (text) => () => new Response(`${text} `.repeat(20), { status })],
    [
      `the end of the first 16 KiB of a ${status}`,
      (text) => () => new Response("x".repeat(16_384 - text.length / 2) + text, { status })
    ],
    [`the headers of a ${status}`, (text) => () =>
      new Response(null, {
        status,
        headers: {
          "retry-after": utf8Header(text),
          "content-type": utf8Header(text),
          location: utf8Header(text),
          "x-error": utf8Header(text)
        }
      })]
  ]))
}

/** Where a runtime can write: what `fetch` and a body reject with. */
export const byRuntime: Readonly<Record<string, (text: string) => Respond>> = {
  "the error of a connection": (text) => () => Promise.reject(errorLike(text)),
  "a rejection that is a text": (text) => () => Promise.reject(text),
  "a rejection that is an object": (text) => () =>
    Promise.reject({ message: text, toString: () => text, [text]: text }),
  "the error of a body": (text) => () => broken("", errorLike(text))
}

/** Fails, and shows where, if one of the texts is there. */
export const assertNoneOf = (shown: string, texts: Iterable<string>): void => {
  for (const text of texts) {
    const at = shown.indexOf(text)
    assert.equal(at, -1, at < 0 ? "" : `«${text}» in: …${shown.slice(Math.max(0, at - 200), at + 100)}…`)
  }
}

/** The spellings that are tried: one in eight, unless there is time. */
export const tried: ReadonlyArray<(text: string) => string> = Object.values(spellings).filter((_, at) =>
  !quick || at % 8 === 0
)
