/**
 * The table of failures: what a server, or the network on the way to it, may do, and what must come of it.
 *
 * It is data, so that other runtimes can be tested by the same rows; `on` and `runtimes` say where they differ. A row that
 * isn't here is a neighbour of one that is: what holds for one example must hold for those around it.
 *
 * @module
 */
import type { ListError, SeamConnectionFailedReason } from "../ListError.ts"
import type { ListFilter } from "../ListFilter.ts"

/** Text in UTF-8, once or as often as said. */
export interface Text {
  /** The text. */
  readonly send: string
  /** How often. `endless`: until the other side closes the connection. Default: once. */
  readonly times?: number | "endless"
}

/** One thing that the server does. After the last step it closes the connection, unless that step says otherwise. */
export type Step =
  | Text
  /** Bytes, in Base64, once or as often as said. */
  | { readonly base64: string; readonly times?: number | "endless" }
  /** Text as a chunk of the chunked transfer coding. */
  | { readonly chunk: string }
  /** One gzip stream with all the texts in it. */
  | { readonly gzip: ReadonlyArray<Text> }
  /** Text, each byte of which is sent by itself. */
  | { readonly byteByByte: string }
  /** Waits for so many milliseconds on the clock of the test. */
  | { readonly wait: number }
  /** Ends the connection with a TCP reset. */
  | "reset"
  /** Sends no more, and keeps the connection open. */
  | "stall"

/** Where the table is played. */
export type Runtime = "bun" | "deno" | "node" | "workerd"

/** What must come of a call with the default options, where chance takes nothing off the waits between attempts. */
export interface Outcome {
  /** The failure. None: all sessions come. */
  readonly tag?: ListError["_tag"]
  /** How many sessions come, for a stream also before a failure. Default: none. */
  readonly sessions?: number
  /** The status that the failure knows. */
  readonly status?: number
  /** The request's id that the failure knows. */
  readonly requestId?: string
  /** Of a failure. */
  readonly isRetryable?: boolean
  /** How the connection failed. */
  readonly reason?: SeamConnectionFailedReason | undefined
  /** How long the failure says that the server asks to wait, at most `Number.MAX_SAFE_INTEGER`. */
  readonly retryAfterMillis?: number
  /** The paths of the failure's problems, if they are to be compared. */
  readonly problems?: ReadonlyArray<string>
  /** How many requests are made. */
  readonly attempts: number
  /** How much time passes on the clock. */
  readonly millis: number
  /** How many connections are open afterwards. Default: none. */
  readonly left?: number
  /** What is different in a runtime, which may say more of a connection, or less. */
  readonly on?: Readonly<Partial<Record<Runtime, Partial<Outcome>>>>
}

/** A row of the table. */
export interface Failure {
  /** What happens, in plain words. */
  readonly name: string
  /**
   * Where the client is sent to. Default: `http`, the server that plays the steps. `https` is that server, too: the steps
   * are all that it knows of TLS. `self-signed https` knows TLS, and has a certificate that nobody vouches for.
   */
  readonly endpoint?: "http" | "https" | "self-signed https" | "closed port" | "unknown host"
  /** When the steps begin: once the request is there, or once the connection is. Default: `request`. */
  readonly playsOn?: "connection" | "request"
  /** The steps for each request in turn; the last for all that follow. */
  readonly answers: ReadonlyArray<ReadonlyArray<Step>>
  /** What is asked for. Default: every session. */
  readonly filter?: ListFilter
  /** What must come of `list`. */
  readonly list: Outcome
  /** What must come of `stream`, where it isn't the same. */
  readonly stream?: Outcome
  /** The runtimes whose HTTP lets the row happen. Default: all. */
  readonly runtimes?: ReadonlyArray<Runtime>
}

/** What no failure may print: tokens and the server's own words hold it. */
export const secret = "hunter2"

const members =
  `"workspace_id":"w1","created_at":"2026-01-02T03:04:05.678Z","expires_at":"2026-02-02T03:04:05.678Z","token":"seam_cst_${secret}","device_count":1,"connected_account_ids":[],"connect_webview_ids":["wv1"]`
const session = `{"client_session_id":"cst1","user_identifier_key":"jane_doe",${members}}`
const stranger = `{"client_session_id":"cst2","user_identifier_key":"${secret}",${members}}`
const list = "{\"client_sessions\":["
const sessions = `${list}${session},${session}],"ok":true}`
const refused = `{"ok":false,"error":{"type":"unauthorized","message":"${secret}"}}`
const html = `<!doctype html><title>${secret}</title>`

const headers = "connection: close\r\ncontent-type: application/json\r\nseam-request-id: req-1\r\n"
const ok = `HTTP/1.1 200 OK\r\n${headers}`
const okInChunks =
  "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nseam-request-id: req-1\r\ntransfer-encoding: chunked\r\n\r\n"
const badRequest400 = `HTTP/1.1 400 Bad Request\r\n${headers}`
const unauthorized401 = `HTTP/1.1 401 Unauthorized\r\n${headers}`
const tooMany429 = `HTTP/1.1 429 Too Many Requests\r\n${headers}`
const unavailable503 = `HTTP/1.1 503 Service Unavailable\r\n${headers}`

// Three attempts, 250 and 500 ms apart.
const retried = { attempts: 3, millis: 750 } as const
const once = { attempts: 1, millis: 0 } as const
const requestId = "req-1"

const success: Outcome = { sessions: 2, ...once }
const badRequest: Outcome = { tag: "SeamBadRequest", status: 400, requestId, isRetryable: false, ...once }
const unauthorized: Outcome = { tag: "SeamUnauthorized", status: 401, requestId, isRetryable: false, ...once }
const rateLimited: Outcome = { tag: "SeamRateLimited", status: 429, requestId, isRetryable: true, ...retried }
const unavailable: Outcome = { tag: "SeamServerError", status: 503, requestId, isRetryable: true, ...retried }
const serverError: Outcome = { tag: "SeamServerError", requestId, isRetryable: false, ...once }
const unexpected: Outcome = { tag: "SeamUnexpectedStatus", requestId, isRetryable: false, ...once }
const invalid: Outcome = { tag: "SeamInvalidResponse", status: 200, requestId, isRetryable: false, ...once }
const violation: Outcome = { tag: "SeamContractViolation", status: 200, requestId, isRetryable: false, ...once }
const timedOut: Outcome = { tag: "SeamTimedOut", isRetryable: false, attempts: 1, millis: 30_000 }
const unconnected: Outcome = { tag: "SeamConnectionFailed", isRetryable: true, reason: "unknown", ...retried }
const brokenOff: Outcome = {
  tag: "SeamConnectionFailed",
  status: 200,
  requestId,
  isRetryable: true,
  reason: "body",
  ...retried
}

// Node's and Bun's `fetch` say in codes how a connection failed, Deno's and workerd's don't.
const isTls = { reason: "tls", isRetryable: false, ...once } as const
const tls: Outcome = { ...unconnected, on: { bun: isTls, node: isTls } }
const garbled: Outcome = { ...unconnected, on: { bun: { reason: "reset" } } }
const refusedConnection: Outcome = { ...unconnected, on: { bun: { reason: "refused" }, node: { reason: "refused" } } }
const reset: Outcome = { ...unconnected, on: { bun: { reason: "reset" }, node: { reason: "reset" } } }

// Node 20's `fetch` and Bun's take a reset for the end of a body that only the connection's end ends; the former also takes
// gzip that is cut for whole.
const seemsWhole = { tag: "SeamInvalidResponse", isRetryable: false, reason: undefined, ...once } as const
// Its body never ends where gzip is broken.
const stalls = { ...timedOut, status: 200, requestId, reason: undefined } as const

const statuses: ReadonlyArray<Failure> = [
  { name: "400", answers: [[{ send: `${badRequest400}\r\n${refused}` }]], list: { ...badRequest, problems: [] } },
  { name: "401", answers: [[{ send: `${unauthorized401}\r\n${refused}` }]], list: unauthorized },
  { name: "401 in HTML", answers: [[{ send: `${unauthorized401}\r\n${html}` }]], list: unauthorized },
  {
    name: "401 without a body",
    answers: [[{ send: `${unauthorized401}content-length: 0\r\n\r\n` }]],
    list: unauthorized
  },
  {
    name: "402",
    answers: [[{ send: `HTTP/1.1 402 Payment Required\r\n${headers}\r\n${html}` }]],
    list: { ...unexpected, status: 402 }
  },
  {
    name: "403",
    answers: [[{ send: `HTTP/1.1 403 Forbidden\r\n${headers}\r\n${html}` }]],
    list: { ...unexpected, status: 403 }
  },
  {
    name: "404",
    answers: [[{ send: `HTTP/1.1 404 Not Found\r\n${headers}\r\n${html}` }]],
    list: { ...unexpected, status: 404 }
  },
  {
    name: "405",
    answers: [[{ send: `HTTP/1.1 405 Method Not Allowed\r\n${headers}allow: GET\r\n\r\n${refused}` }]],
    list: { ...unexpected, status: 405 }
  },
  {
    name: "407",
    answers: [[{ send: `HTTP/1.1 407 Proxy Authentication Required\r\n${headers}proxy-authenticate: Basic\r\n\r\n` }]],
    list: { ...unexpected, status: 407 },
    // A network error by the Fetch standard, section 4.6.
    runtimes: ["bun", "deno", "workerd"]
  },
  {
    name: "408",
    answers: [[{ send: `HTTP/1.1 408 Request Timeout\r\n${headers}\r\n` }]],
    list: { ...unexpected, status: 408, isRetryable: true, ...retried }
  },
  {
    name: "409",
    answers: [[{ send: `HTTP/1.1 409 Conflict\r\n${headers}\r\n` }]],
    list: { ...unexpected, status: 409 }
  },
  {
    name: "421, for which fetch may connect again",
    answers: [[{ send: `HTTP/1.1 421 Misdirected Request\r\n${headers}\r\n` }]],
    list: { ...unexpected, status: 421 },
    // undici makes the request again, as the Fetch standard allows.
    runtimes: ["bun", "deno", "workerd"]
  },
  {
    name: "425, which is 408's and 429's neighbour and not among those that are retried",
    answers: [[{ send: `HTTP/1.1 425 Too Early\r\n${headers}\r\n` }]],
    list: { ...unexpected, status: 425 }
  },
  { name: "429", answers: [[{ send: `${tooMany429}\r\n${refused}` }]], list: rateLimited },
  {
    name: "499",
    answers: [[{ send: `HTTP/1.1 499 Client Closed Request\r\n${headers}\r\n` }]],
    list: { ...unexpected, status: 499 }
  },
  {
    name: "500",
    answers: [[{ send: `HTTP/1.1 500 Internal Server Error\r\n${headers}\r\n${html}` }]],
    list: { ...serverError, status: 500, isRetryable: true, ...retried }
  },
  {
    name: "501",
    answers: [[{ send: `HTTP/1.1 501 Not Implemented\r\n${headers}\r\n${html}` }]],
    list: { ...serverError, status: 501 }
  },
  {
    name: "502",
    answers: [[{ send: `HTTP/1.1 502 Bad Gateway\r\n${headers}\r\n${html}` }]],
    list: { ...serverError, status: 502, isRetryable: true, ...retried }
  },
  { name: "503", answers: [[{ send: `${unavailable503}\r\n${html}` }]], list: unavailable },
  { name: "503 without a body", answers: [[{ send: `${unavailable503}\r\n` }]], list: unavailable },
  {
    name: "503 with sessions in it",
    answers: [[{ send: `${unavailable503}\r\n${sessions}` }]],
    list: unavailable
  },
  {
    name: "504",
    answers: [[{ send: `HTTP/1.1 504 Gateway Timeout\r\n${headers}\r\n${html}` }]],
    list: { ...serverError, status: 504, isRetryable: true, ...retried }
  },
  {
    name: "505",
    answers: [[{ send: `HTTP/1.1 505 HTTP Version Not Supported\r\n${headers}\r\n` }]],
    list: { ...serverError, status: 505 }
  },
  {
    name: "529, a status of nobody's",
    answers: [[{ send: `HTTP/1.1 529 Overloaded\r\n${headers}\r\n${refused}` }]],
    list: { ...serverError, status: 529 }
  },
  {
    name: "599",
    answers: [[{ send: `HTTP/1.1 599 \r\n${headers}\r\n` }]],
    list: { ...serverError, status: 599 }
  },
  {
    name: "201 with sessions in it",
    answers: [[{ send: `HTTP/1.1 201 Created\r\n${headers}\r\n${sessions}` }]],
    list: { ...unexpected, status: 201 }
  },
  {
    name: "202",
    answers: [[{ send: `HTTP/1.1 202 Accepted\r\n${headers}\r\n${sessions}` }]],
    list: { ...unexpected, status: 202 }
  },
  {
    name: "203, from a proxy that changed the answer",
    answers: [[{ send: `HTTP/1.1 203 Non-Authoritative Information\r\n${headers}\r\n${sessions}` }]],
    list: { ...unexpected, status: 203 }
  },
  {
    name: "204",
    answers: [[{ send: `HTTP/1.1 204 No Content\r\n${headers}\r\n` }]],
    list: { ...unexpected, status: 204 }
  },
  {
    name: "205",
    answers: [[{ send: `HTTP/1.1 205 Reset Content\r\n${headers}content-length: 0\r\n\r\n` }]],
    list: { ...unexpected, status: 205 }
  },
  {
    name: "206",
    answers: [[{ send: `HTTP/1.1 206 Partial Content\r\n${headers}content-range: bytes 0-9/99\r\n\r\n${sessions}` }]],
    list: { ...unexpected, status: 206 }
  },
  {
    name: "304",
    answers: [[{ send: `HTTP/1.1 304 Not Modified\r\n${headers}etag: "1"\r\n\r\n` }]],
    list: { ...unexpected, status: 304 }
  },
  {
    name: "103 before the answer",
    answers: [[{ send: `HTTP/1.1 103 Early Hints\r\nseam-request-id: early\r\n\r\n${ok}\r\n${sessions}` }]],
    list: success
  },
  {
    name: "100 before a refusal",
    answers: [[{ send: `HTTP/1.1 100 Continue\r\n\r\n${unauthorized401}\r\n${refused}` }]],
    list: unauthorized,
    // undici takes no 100 that it didn't ask for.
    runtimes: ["bun", "deno", "workerd"]
  },
  {
    name: "503, and then sessions",
    answers: [[{ send: `${unavailable503}\r\n` }], [{ send: `${ok}\r\n${sessions}` }]],
    list: { sessions: 2, attempts: 2, millis: 250 }
  },
  {
    name: "429, 502, and then sessions",
    answers: [
      [{ send: `${tooMany429}\r\n` }],
      [{ send: `HTTP/1.1 502 Bad Gateway\r\n${headers}\r\n` }],
      [{ send: `${ok}\r\n${sessions}` }]
    ],
    list: { sessions: 2, ...retried }
  },
  {
    name: "503, and then a final refusal",
    answers: [[{ send: `${unavailable503}\r\n` }], [{ send: `${unauthorized401}\r\n` }]],
    list: { ...unauthorized, attempts: 2, millis: 250 }
  }
]

const redirects: ReadonlyArray<Failure> = [
  {
    name: "300 with a Location",
    answers: [[{ send: `HTTP/1.1 300 Multiple Choices\r\n${headers}location: /elsewhere\r\n\r\n` }]],
    list: { ...unexpected, status: 300 }
  },
  {
    name: "301 to the same host",
    answers: [[{ send: `HTTP/1.1 301 Moved Permanently\r\n${headers}location: /elsewhere\r\n\r\n` }]],
    list: { ...unexpected, status: 301 }
  },
  {
    name: "301 to another host",
    answers: [[{
      send: `HTTP/1.1 301 Moved Permanently\r\n${headers}location: https://seam.invalid/${secret}\r\n\r\n`
    }]],
    list: { ...unexpected, status: 301 }
  },
  {
    name: "302 to the same host",
    answers: [[{ send: `HTTP/1.1 302 Found\r\n${headers}location: /elsewhere\r\n\r\n${html}` }]],
    list: { ...unexpected, status: 302 }
  },
  {
    name: "302 to another host",
    answers: [[{ send: `HTTP/1.1 302 Found\r\n${headers}location: //seam.invalid/${secret}\r\n\r\n${html}` }]],
    list: { ...unexpected, status: 302 }
  },
  {
    name: "302 without a Location",
    answers: [[{ send: `HTTP/1.1 302 Found\r\n${headers}\r\n${html}` }]],
    list: { ...unexpected, status: 302 }
  },
  {
    name: "302 to no URL",
    answers: [[{ send: `HTTP/1.1 302 Found\r\n${headers}location: http://[\r\n\r\n` }]],
    list: { ...unexpected, status: 302 }
  },
  {
    name: "302 to a URL that fetch refuses",
    answers: [[{ send: `HTTP/1.1 302 Found\r\n${headers}location: data:text/plain,\r\n\r\n` }]],
    list: { ...unexpected, status: 302 }
  },
  {
    name: "303",
    answers: [[{ send: `HTTP/1.1 303 See Other\r\n${headers}location: /elsewhere\r\n\r\n` }]],
    list: { ...unexpected, status: 303 }
  },
  {
    name: "307 to the same host",
    answers: [[{ send: `HTTP/1.1 307 Temporary Redirect\r\n${headers}location: /elsewhere\r\n\r\n` }]],
    list: { ...unexpected, status: 307 }
  },
  {
    name: "307 to another host",
    answers: [[{
      send: `HTTP/1.1 307 Temporary Redirect\r\n${headers}location: https://seam.invalid/${secret}\r\n\r\n`
    }]],
    list: { ...unexpected, status: 307 }
  },
  {
    name: "308 to the same host",
    answers: [[{ send: `HTTP/1.1 308 Permanent Redirect\r\n${headers}location: /elsewhere\r\n\r\n` }]],
    list: { ...unexpected, status: 308 }
  },
  {
    name: "308 to another host",
    answers: [[{
      send: `HTTP/1.1 308 Permanent Redirect\r\n${headers}location: https://seam.invalid/${secret}\r\n\r\n`
    }]],
    list: { ...unexpected, status: 308 }
  },
  {
    name: "a redirect whose body stalls",
    answers: [[{ send: `HTTP/1.1 307 Temporary Redirect\r\n${headers}location: /elsewhere\r\n\r\n${html}` }, "stall"]],
    list: { ...unexpected, status: 307, millis: 1000 }
  }
]

const retryAfters: ReadonlyArray<Failure> = [
  {
    name: "503 that asks to wait for 2 s",
    answers: [[{ send: `${unavailable503}retry-after: 2\r\n\r\n` }]],
    list: { ...unavailable, retryAfterMillis: 2000, millis: 4000 }
  },
  {
    name: "429 that asks to wait for 2 s",
    answers: [[{ send: `${tooMany429}retry-after: 2\r\n\r\n` }]],
    list: { ...rateLimited, retryAfterMillis: 2000, millis: 4000 }
  },
  {
    name: "408 that asks to wait for 2 s",
    answers: [[{ send: `HTTP/1.1 408 Request Timeout\r\n${headers}retry-after: 2\r\n\r\n` }]],
    list: { ...unexpected, status: 408, isRetryable: true, retryAfterMillis: 2000, attempts: 3, millis: 4000 }
  },
  {
    name: "500 that asks to wait for 31 s",
    answers: [[{ send: `HTTP/1.1 500 Internal Server Error\r\n${headers}retry-after: 31\r\n\r\n` }]],
    list: { ...serverError, status: 500, isRetryable: true, retryAfterMillis: 31_000 }
  },
  {
    name: "408 that asks to wait for 31 s",
    answers: [[{ send: `HTTP/1.1 408 Request Timeout\r\n${headers}retry-after: 31\r\n\r\n` }]],
    list: { ...unexpected, status: 408, isRetryable: true, retryAfterMillis: 31_000 }
  },
  {
    name: "501 that asks to wait, and isn't retried for that",
    answers: [[{ send: `HTTP/1.1 501 Not Implemented\r\n${headers}retry-after: 1\r\n\r\n` }]],
    list: { ...serverError, status: 501, retryAfterMillis: 1000 }
  },
  {
    name: "401 that asks to wait, and isn't retried for that",
    answers: [[{ send: `${unauthorized401}retry-after: 1\r\n\r\n` }]],
    list: unauthorized
  },
  {
    name: "sessions that come with a Retry-After",
    answers: [[{ send: `${ok}retry-after: 60\r\n\r\n${sessions}` }]],
    list: success
  },
  {
    name: "Retry-After: 0",
    answers: [[{ send: `${unavailable503}retry-after: 0\r\n\r\n` }]],
    list: { ...unavailable, retryAfterMillis: 0 }
  },
  {
    name: "Retry-After: 000",
    answers: [[{ send: `${unavailable503}retry-after: 000\r\n\r\n` }]],
    list: { ...unavailable, retryAfterMillis: 0 }
  },
  {
    name: "Retry-After: 007",
    answers: [[{ send: `${unavailable503}retry-after: 007\r\n\r\n` }]],
    list: { ...unavailable, retryAfterMillis: 7000, millis: 14_000 }
  },
  {
    name: "Retry-After of the longest wait, 30 s",
    answers: [[{ send: `${unavailable503}retry-after: 30\r\n\r\n` }]],
    list: { ...unavailable, retryAfterMillis: 30_000, millis: 60_000 }
  },
  {
    name: "Retry-After of a second more than the longest wait",
    answers: [[{ send: `${unavailable503}retry-after: 31\r\n\r\n` }]],
    list: { ...unavailable, retryAfterMillis: 31_000, ...once }
  },
  {
    name: "Retry-After of a day",
    answers: [[{ send: `${tooMany429}retry-after: 86400\r\n\r\n` }]],
    list: { ...rateLimited, retryAfterMillis: 86_400_000, ...once }
  },
  {
    name: "Retry-After of more seconds than a number holds exactly",
    answers: [[{ send: `${tooMany429}retry-after: 9007199254740993\r\n\r\n` }]],
    list: { ...rateLimited, retryAfterMillis: 9_007_199_254_740_991, ...once }
  },
  {
    name: "Retry-After of 400 digits",
    answers: [[{ send: `${tooMany429}retry-after: ` }, { send: "9", times: 400 }, { send: "\r\n\r\n" }]],
    list: { ...rateLimited, retryAfterMillis: 9_007_199_254_740_991, ...once }
  },
  {
    name: "Retry-After of 400 digits, and then garbage",
    answers: [[{ send: `${tooMany429}retry-after: ` }, { send: "9", times: 400 }, { send: "soon\r\n\r\n" }]],
    list: rateLimited
  },
  {
    name: "Retry-After of 400 digits, all but the last of them zeros",
    answers: [[{ send: `${unavailable503}retry-after: ` }, { send: "0", times: 399 }, { send: "1\r\n\r\n" }]],
    list: { ...unavailable, retryAfterMillis: 1000, millis: 2000 }
  },
  {
    name: "Retry-After with white space around it",
    answers: [[{ send: `${unavailable503}retry-after: \t 2 \t\r\n\r\n` }]],
    list: { ...unavailable, retryAfterMillis: 2000, millis: 4000 }
  },
  {
    name: "Retry-After as an IMF-fixdate",
    answers: [[{ send: `${unavailable503}retry-after: Thu, 01 Jan 1970 00:00:20 GMT\r\n\r\n` }]],
    // The second and third answers come when the date is there.
    list: { ...unavailable, retryAfterMillis: 0, millis: 20_500 }
  },
  {
    name: "Retry-After as a date of RFC 850",
    answers: [[{ send: `${unavailable503}retry-after: Thursday, 01-Jan-70 00:00:20 GMT\r\n\r\n` }]],
    list: { ...unavailable, retryAfterMillis: 0, millis: 20_500 }
  },
  {
    name: "Retry-After as a date of asctime",
    answers: [[{ send: `${unavailable503}retry-after: Thu Jan  1 00:00:20 1970\r\n\r\n` }]],
    list: { ...unavailable, retryAfterMillis: 0, millis: 20_500 }
  },
  {
    name: "Retry-After as the date in 30 s",
    answers: [[{ send: `${unavailable503}retry-after: Thu, 01 Jan 1970 00:00:30 GMT\r\n\r\n` }]],
    list: { ...unavailable, retryAfterMillis: 0, millis: 30_500 }
  },
  {
    name: "Retry-After as the date in 31 s",
    answers: [[{ send: `${unavailable503}retry-after: Thu, 01 Jan 1970 00:00:31 GMT\r\n\r\n` }]],
    list: { ...unavailable, retryAfterMillis: 31_000, ...once }
  },
  {
    name: "Retry-After as a date in the past",
    answers: [[{ send: `${unavailable503}retry-after: Wed, 31 Dec 1969 23:59:00 GMT\r\n\r\n` }]],
    list: { ...unavailable, retryAfterMillis: 0 }
  },
  {
    name: "Retry-After as the date of now",
    answers: [[{ send: `${unavailable503}retry-after: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n` }]],
    list: { ...unavailable, retryAfterMillis: 0 }
  },
  {
    name: "Retry-After as a date in the year 9999",
    answers: [[{ send: `${unavailable503}retry-after: Fri, 31 Dec 9999 23:59:59 GMT\r\n\r\n` }]],
    list: { ...unavailable, retryAfterMillis: 253_402_300_799_000, ...once }
  },
  {
    name: "Retry-After as a date that there isn't",
    answers: [[{ send: `${unavailable503}retry-after: Thu, 32 Jan 1970 00:00:20 GMT\r\n\r\n` }]],
    list: unavailable
  },
  {
    name: "Retry-After as a date of ISO 8601",
    answers: [[{ send: `${unavailable503}retry-after: 1970-01-01T00:00:20Z\r\n\r\n` }]],
    list: unavailable
  },
  {
    name: "Retry-After that is garbage",
    answers: [[{ send: `${unavailable503}retry-after: ${secret} soon\r\n\r\n` }]],
    list: unavailable
  },
  {
    name: "Retry-After that is empty",
    answers: [[{ send: `${unavailable503}retry-after:\r\n\r\n` }]],
    list: unavailable
  },
  {
    name: "Retry-After that is negative",
    answers: [[{ send: `${unavailable503}retry-after: -5\r\n\r\n` }]],
    list: unavailable
  },
  {
    name: "Retry-After with a plus sign",
    answers: [[{ send: `${unavailable503}retry-after: +5\r\n\r\n` }]],
    list: unavailable
  },
  {
    name: "Retry-After that is a fraction",
    answers: [[{ send: `${unavailable503}retry-after: 1.5\r\n\r\n` }]],
    list: unavailable
  },
  {
    name: "Retry-After with an exponent",
    answers: [[{ send: `${unavailable503}retry-after: 1e3\r\n\r\n` }]],
    list: unavailable
  },
  {
    name: "Retry-After in hexadecimal",
    answers: [[{ send: `${unavailable503}retry-after: 0x10\r\n\r\n` }]],
    list: unavailable
  },
  {
    name: "Retry-After with a unit",
    answers: [[{ send: `${unavailable503}retry-after: 5s\r\n\r\n` }]],
    list: unavailable
  },
  {
    name: "Retry-After of NaN",
    answers: [[{ send: `${unavailable503}retry-after: NaN\r\n\r\n` }]],
    list: unavailable
  },
  {
    name: "Retry-After of Infinity",
    answers: [[{ send: `${unavailable503}retry-after: Infinity\r\n\r\n` }]],
    list: unavailable
  },
  {
    name: "Retry-After in digits that aren't ASCII's",
    answers: [[{ send: `${unavailable503}retry-after: ٥\r\n\r\n` }]],
    list: unavailable
  },
  {
    name: "Retry-After twice",
    answers: [[{ send: `${unavailable503}retry-after: 5\r\nretry-after: 10\r\n\r\n` }]],
    list: { ...unavailable, retryAfterMillis: 10_000, millis: 20_000 }
  },
  {
    name: "Retry-After of two digits that are far apart",
    answers: [[{ send: `${unavailable503}retry-after: 1` }, { send: " ", times: 8000 }, { send: "1\r\n\r\n" }]],
    list: unavailable
  },
  {
    name: "a first answer that asks to wait, and a second that doesn't",
    answers: [[{ send: `${unavailable503}retry-after: 3\r\n\r\n` }], [{ send: `${unavailable503}\r\n` }]],
    list: { ...unavailable, millis: 3500 }
  },
  {
    name: "a first answer that asks to wait, and then sessions",
    answers: [[{ send: `${tooMany429}retry-after: 30\r\n\r\n` }], [{ send: `${ok}\r\n${sessions}` }]],
    list: { sessions: 2, attempts: 2, millis: 30_000 }
  },
  {
    name: "a second answer that asks to wait for longer than the client will",
    answers: [[{ send: `${unavailable503}\r\n` }], [{ send: `${tooMany429}retry-after: 31\r\n\r\n` }]],
    list: { ...rateLimited, retryAfterMillis: 31_000, attempts: 2, millis: 250 }
  }
]

const plain401 = "HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n"
const anonymous: Outcome = { tag: "SeamUnauthorized", status: 401, isRetryable: false, ...once }

const requestIds: ReadonlyArray<Failure> = [
  { name: "no request id", answers: [[{ send: `${plain401}\r\n` }]], list: anonymous },
  {
    name: "a request id of 64 characters",
    answers: [[{ send: `${plain401}seam-request-id: ` }, { send: "a-Z9", times: 16 }, { send: "\r\n\r\n" }]],
    list: { ...anonymous, requestId: "a-Z9a-Z9a-Z9a-Z9a-Z9a-Z9a-Z9a-Z9a-Z9a-Z9a-Z9a-Z9a-Z9a-Z9a-Z9a-Z9" }
  },
  {
    name: "a request id of 65 characters",
    answers: [[{ send: `${plain401}seam-request-id: ` }, { send: "a-Z9", times: 16 }, { send: "a\r\n\r\n" }]],
    list: anonymous
  },
  {
    name: "a request id with an underscore, as the vendor's tokens have",
    answers: [[{ send: `${plain401}seam-request-id: seam_${secret}\r\n\r\n` }]],
    list: anonymous
  },
  {
    name: "a request id with a period, as JWTs have",
    answers: [[{ send: `${plain401}seam-request-id: ey.${secret}\r\n\r\n` }]],
    list: anonymous
  },
  {
    name: "a request id with a space",
    answers: [[{ send: `${plain401}seam-request-id: req 1\r\n\r\n` }]],
    list: anonymous
  },
  {
    name: "a request id in letters that aren't ASCII's",
    answers: [[{ send: `${plain401}seam-request-id: réq-1\r\n\r\n` }]],
    list: anonymous
  },
  { name: "an empty request id", answers: [[{ send: `${plain401}seam-request-id:\r\n\r\n` }]], list: anonymous },
  {
    name: "two request ids",
    answers: [[{ send: `${plain401}seam-request-id: req-1\r\nseam-request-id: req-2\r\n\r\n` }]],
    list: anonymous
  },
  {
    name: "a request id that is the filter's value",
    filter: { user_identifier_key: "jane-doe" },
    answers: [[{ send: `${plain401}seam-request-id: jane-doe\r\n\r\n` }]],
    list: anonymous
  },
  {
    name: "a request id with the filter's value in it, in another case",
    filter: { user_identifier_key: "jane-doe" },
    answers: [[{ send: `${plain401}seam-request-id: 1-JANE-Doe-2\r\n\r\n` }]],
    list: anonymous
  },
  {
    name: "a request id with the value of a second filter in it",
    filter: { user_identifier_key: "jane-doe", connect_webview_id: "wv1" },
    answers: [[{ send: `${plain401}seam-request-id: req-wv1\r\n\r\n` }]],
    list: anonymous
  },
  {
    name: "a request id beside filters whose values aren't text",
    filter: { connect_webview_id: null, without_user_identifier_key: true },
    answers: [[{ send: `${plain401}seam-request-id: null-true\r\n\r\n` }]],
    list: { ...anonymous, requestId: "null-true" }
  },
  {
    name: "a request id of 60 kB",
    answers: [[{ send: `${plain401}seam-request-id: ` }, { send: "a", times: 60_000 }, { send: "\r\n\r\n" }]],
    list: anonymous,
    // Node takes 16 KiB of headers.
    runtimes: ["deno"]
  },
  {
    name: "sessions that come with a request id of 60 kB",
    answers: [[{ send: "HTTP/1.1 200 OK\r\nconnection: close\r\nseam-request-id: " }, { send: "-", times: 60_000 }, {
      send: `\r\n\r\n${sessions}`
    }]],
    list: success,
    runtimes: ["deno"]
  },
  {
    name: "a second attempt with an id of its own",
    answers: [[{ send: `${unavailable503}\r\n` }], [{ send: `${plain401}seam-request-id: req-2\r\n\r\n` }]],
    list: { ...unauthorized, requestId: "req-2", attempts: 2, millis: 250 }
  },
  {
    name: "a second attempt without an id",
    answers: [[{ send: `${unavailable503}\r\n` }], [{ send: `${plain401}\r\n` }]],
    list: { ...anonymous, attempts: 2, millis: 250 }
  },
  {
    name: "a second attempt without an answer",
    answers: [[{ send: `${unavailable503}\r\n` }], []],
    list: reset
  }
]

const bodies: ReadonlyArray<Failure> = [
  {
    name: "400 that objects to two filters",
    answers: [[{
      send:
        `${badRequest400}\r\n{"error":{"type":"invalid_input","validation_errors":{"_errors":["${secret}"],"user_identity_id":{"_errors":["${secret}"]},"client_session_id":null,"${secret}":1}}}`
    }]],
    list: { ...badRequest, problems: ["client_session_id", "user_identity_id"] }
  },
  {
    name: "400 that objects to a filter, thousands of objects deep",
    answers: [[
      { send: `${badRequest400}\r\n{"error":{"validation_errors":{"user_identifier_key":` },
      { send: "{\"a\":", times: 2600 },
      { send: `"${secret}"` },
      { send: "}", times: 2600 },
      { send: "}}}" }
    ]],
    list: { ...badRequest, problems: ["user_identifier_key"] }
  },
  {
    name: "400 that objects to the same filter, hundreds of objects deep",
    answers: [[
      { send: `${badRequest400}\r\n{"error":{"validation_errors":` },
      { send: "{\"user_identifier_key\":", times: 650 },
      { send: `"${secret}"` },
      { send: "}", times: 650 },
      { send: "}}" }
    ]],
    list: { ...badRequest, problems: ["user_identifier_key"] }
  },
  {
    name: "400 that objects to a filter, thousands of lists deep",
    answers: [[
      { send: `${badRequest400}\r\n{"error":{"validation_errors":{"connect_webview_id":` },
      { send: "[", times: 8000 },
      { send: "]", times: 8000 },
      { send: "}}}" }
    ]],
    list: { ...badRequest, problems: ["connect_webview_id"] }
  },
  {
    name: "400 whose JSON is cut at 16 KiB",
    answers: [[
      { send: `${badRequest400}\r\n{"error":{"validation_errors":{"connect_webview_id":` },
      { send: "[", times: 8200 },
      { send: "]", times: 8200 },
      { send: "}}}" }
    ]],
    list: { ...badRequest, problems: [] }
  },
  {
    name: "400 with names in it that every object has",
    answers: [[{
      send:
        `${badRequest400}\r\n{"error":{"type":"constructor","message":5,"validation_errors":{"__proto__":{"user_identity_id":1},"toString":1}}}`
    }]],
    list: { ...badRequest, problems: [] }
  },
  {
    name: "400 whose validation_errors is a list",
    answers: [[{ send: `${badRequest400}\r\n{"error":{"validation_errors":["user_identity_id"]}}` }]],
    list: { ...badRequest, problems: [] }
  },
  {
    name: "400 whose validation_errors is text",
    answers: [[{ send: `${badRequest400}\r\n{"error":{"validation_errors":"user_identity_id"}}` }]],
    list: { ...badRequest, problems: [] }
  },
  {
    name: "400 whose validation_errors is null",
    answers: [[{ send: `${badRequest400}\r\n{"error":{"validation_errors":null}}` }]],
    list: { ...badRequest, problems: [] }
  },
  {
    name: "400 whose error is null",
    answers: [[{ send: `${badRequest400}\r\n{"error":null}` }]],
    list: { ...badRequest, problems: [] }
  },
  {
    name: "400 whose error is text",
    answers: [[{ send: `${badRequest400}\r\n{"error":"${secret}"}` }]],
    list: { ...badRequest, problems: [] }
  },
  {
    name: "400 that is null",
    answers: [[{ send: `${badRequest400}\r\nnull` }]],
    list: { ...badRequest, problems: [] }
  },
  {
    name: "400 that is a list",
    answers: [[{ send: `${badRequest400}\r\n[]` }]],
    list: { ...badRequest, problems: [] }
  },
  {
    name: "401 that isn't UTF-8",
    answers: [[{ send: `${unauthorized401}\r\n{"error":{"message":"` }, { base64: "//79" }, { send: "\"}}" }]],
    list: unauthorized
  },
  {
    name: "401 whose 16 KiB end within a character",
    answers: [[{ send: `${unauthorized401}\r\na` }, { send: "😀", times: 5000 }]],
    list: unauthorized
  },
  {
    name: "401 of which nothing comes but the head",
    answers: [[{ send: `${unauthorized401}\r\n` }, "stall"]],
    list: { ...unauthorized, millis: 1000 }
  },
  {
    name: "401 that stalls within its body",
    answers: [[{ send: `${unauthorized401}content-length: 100\r\n\r\n{"error":` }, "stall"]],
    list: { ...unauthorized, millis: 1000 }
  },
  {
    name: "503 that stalls within its body",
    answers: [[{ send: `${unavailable503}transfer-encoding: chunked\r\n\r\n9\r\n{"error":\r\n` }, "stall"]],
    list: { ...unavailable, millis: 3750 }
  },
  {
    name: "503 that stalls, and then sessions",
    answers: [[{ send: `${unavailable503}\r\n${html}` }, "stall"], [{ send: `${ok}\r\n${sessions}` }]],
    list: { sessions: 2, attempts: 2, millis: 1250 }
  },
  {
    name: "503 that asks to wait for 2 s, and stalls",
    answers: [[{ send: `${unavailable503}retry-after: 2\r\n\r\n` }, "stall"]],
    list: { ...unavailable, retryAfterMillis: 2000, millis: 7000 }
  },
  {
    name: "429 that asks to wait for a day, and stalls",
    answers: [[{ send: `${tooMany429}retry-after: 86400\r\n\r\n` }, "stall"]],
    list: { ...rateLimited, retryAfterMillis: 86_400_000, attempts: 1, millis: 1000 }
  },
  {
    name: "404 that stalls after 16 KiB",
    answers: [[{ send: `HTTP/1.1 404 Not Found\r\n${headers}\r\n` }, { send: "x", times: 16_384 }, "stall"]],
    list: { ...unexpected, status: 404 }
  },
  {
    name: "404 that stalls one byte before 16 KiB",
    answers: [[{ send: `HTTP/1.1 404 Not Found\r\n${headers}\r\n` }, { send: "x", times: 16_383 }, "stall"]],
    list: { ...unexpected, status: 404, millis: 1000 }
  },
  {
    name: "401 whose body comes a piece every 400 ms",
    answers: [[
      { send: `${unauthorized401}\r\n{` },
      { wait: 400 },
      { send: " " },
      { wait: 400 },
      { send: " " },
      { wait: 400 },
      { send: " " },
      { wait: 400 },
      { send: "}" }
    ]],
    list: { ...unauthorized, millis: 1000 }
  },
  {
    name: "401 whose body comes within a second",
    answers: [[{ send: `${unauthorized401}\r\n{` }, { wait: 900 }, { send: "}" }]],
    list: { ...unauthorized, millis: 900 }
  },
  {
    name: "401 that comes just before the time limit, and stalls",
    answers: [[{ wait: 29_500 }, { send: `${unauthorized401}\r\n` }, "stall"]],
    list: { ...unauthorized, millis: 30_000 }
  },
  {
    name: "503 that comes just before the time limit, and stalls",
    answers: [[{ wait: 29_500 }, { send: `${unavailable503}\r\n` }, "stall"]],
    list: { ...unavailable, millis: 90_750 }
  },
  {
    name: "401 that breaks off by its length",
    answers: [[{ send: `${unauthorized401}content-length: 100\r\n\r\n{"error":` }]],
    list: unauthorized
  },
  {
    name: "503 that breaks off within a chunk",
    answers: [[{ send: `${unavailable503}transfer-encoding: chunked\r\n\r\nff\r\n{"error":` }]],
    list: unavailable
  },
  {
    name: "400 that is reset within its body",
    answers: [[{ send: `${badRequest400}content-length: 100\r\n\r\n{"error":` }, { wait: 100 }, "reset"]],
    list: { ...badRequest, millis: 100 }
  },
  {
    name: "503 with a bad chunk",
    answers: [[{ send: `${unavailable503}transfer-encoding: chunked\r\n\r\n1\r\n{\r\nnot a length\r\n` }]],
    list: unavailable
  },
  {
    name: "503 in a broken gzip",
    answers: [[{ send: `${unavailable503}content-encoding: gzip\r\n\r\n${html}` }]],
    list: { ...unavailable, on: { node: { millis: 3750 } } }
  },
  {
    name: "401 in gzip",
    answers: [[{ send: `${unauthorized401}content-encoding: gzip\r\n\r\n` }, { gzip: [{ send: refused }] }]],
    list: unauthorized
  },
  {
    name: "503 in a gzip of 64 MiB",
    answers: [[{ send: `${unavailable503}content-encoding: gzip\r\n\r\n` }, {
      gzip: [{ send: " ", times: 67_108_864 }]
    }]],
    list: unavailable
  },
  {
    name: "401 that never ends",
    answers: [[{ send: `${unauthorized401}\r\n` }, { send: `{"${secret}":`, times: "endless" }]],
    list: unauthorized
  },
  {
    name: "503 that never ends",
    answers: [[{ send: `${unavailable503}\r\n` }, { send: html, times: "endless" }]],
    list: unavailable
  },
  {
    name: "503 that never ends, in chunks",
    answers: [[
      { send: `${unavailable503}transfer-encoding: chunked\r\n\r\n` },
      { send: `10\r\n${secret}         \r\n`, times: "endless" }
    ]],
    list: unavailable
  },
  {
    name: "404 with a body of 4 GiB, by its length",
    answers: [[
      { send: `HTTP/1.1 404 Not Found\r\n${headers}content-length: 4294967296\r\n\r\n` },
      { send: "\0", times: "endless" }
    ]],
    list: { ...unexpected, status: 404 }
  }
]

const answers: ReadonlyArray<Failure> = [
  { name: "sessions", answers: [[{ send: `${ok}\r\n${sessions}` }]], list: success },
  {
    name: "sessions, and more than their length says",
    answers: [[{ send: `${ok}content-length: 22\r\n\r\n{"client_sessions":[]}${secret}` }]],
    list: once
  },
  {
    name: "sessions a byte at a time",
    answers: [[{ byteByByte: `${ok}\r\n${sessions}` }]],
    list: success
  },
  {
    name: "sessions in chunks, with an extension and a trailer",
    answers: [[
      { send: `${ok}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n1;a=b\r\n"\r\n` },
      { chunk: `client_sessions":[${session},` },
      { chunk: session },
      { chunk: "]}" },
      { send: "0\r\ntrailer: 1\r\n\r\n" }
    ]],
    list: success
  },
  {
    name: "sessions of HTTP/1.0",
    answers: [[{ send: `HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n${sessions}` }]],
    list: success
  },
  {
    name: "sessions that say they are text",
    answers: [[{
      send: `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/html; charset=utf-16\r\n\r\n${sessions}`
    }]],
    list: success
  },
  {
    name: "sessions after a byte order mark",
    answers: [[{ send: `${ok}\r\n` }, { base64: "77u/" }, { send: sessions }]],
    list: success
  },
  {
    name: "sessions within white space",
    answers: [[{ send: `${ok}\r\n` }, { send: " \t\r\n", times: 10_000 }, { send: sessions }, {
      send: "\n",
      times: 40_000
    }]],
    list: success
  },
  {
    name: "sessions after a name that is written with escapes",
    answers: [[{ send: `${ok}\r\n{"client\\u005fsessions":[${session},${session}],"ok":true}` }]],
    list: success
  },
  {
    name: "no sessions",
    answers: [[{ send: `${ok}\r\n{"client_sessions":[],"ok":true}` }]],
    list: once
  },
  {
    name: "sessions without ok, with members that the contract doesn't have",
    answers: [[{ send: `${ok}\r\n{"a":{"client_sessions":[5]},"client_sessions":[${session},${session}],"b":[[]]}` }]],
    list: success
  },
  {
    name: "null in optional fields",
    answers: [[{
      send:
        `${ok}\r\n${list}${session},{"user_identity_id":null,"user_identity_ids":null,"customer_key":null,"client_session_id":"","user_identifier_key":null,${members}}]}`
    }]],
    list: success
  },
  {
    name: "null in a required field",
    answers: [[{ send: `${ok}\r\n${list}${session},{"token":"${secret}","device_count":null}]}` }]],
    list: {
      ...invalid,
      problems: [
        "client_sessions[1].client_session_id",
        "client_sessions[1].workspace_id",
        "client_sessions[1].created_at",
        "client_sessions[1].expires_at",
        "client_sessions[1].user_identifier_key",
        "client_sessions[1].device_count",
        "client_sessions[1].connected_account_ids",
        "client_sessions[1].connect_webview_ids"
      ]
    },
    stream: { ...invalid, sessions: 1 }
  },
  {
    name: "null for a session",
    answers: [[{ send: `${ok}\r\n${list}null]}` }]],
    list: { ...invalid, problems: ["client_sessions[0]"] }
  },
  {
    name: "null for the list",
    answers: [[{ send: `${ok}\r\n{"client_sessions":null,"ok":true}` }]],
    list: { ...invalid, problems: ["client_sessions"] }
  },
  {
    name: "an object for the list",
    answers: [[{ send: `${ok}\r\n{"client_sessions":{"0":${session}},"ok":true}` }]],
    list: { ...invalid, problems: ["client_sessions"] }
  },
  { name: "200 in HTML", answers: [[{ send: `${ok}\r\n${html}` }]], list: { ...invalid, problems: [""] } },
  { name: "200 without a body", answers: [[{ send: `${ok}\r\n` }]], list: { ...invalid, problems: [""] } },
  {
    name: "200 with a length of 0",
    answers: [[{ send: `${ok}content-length: 0\r\n\r\n` }]],
    list: { ...invalid, problems: [""] }
  },
  {
    name: "200 with no chunk",
    answers: [[{ send: `${ok}transfer-encoding: chunked\r\n\r\n0\r\n\r\n` }]],
    list: { ...invalid, problems: [""] }
  },
  { name: "200 of white space", answers: [[{ send: `${ok}\r\n \n` }]], list: { ...invalid, problems: [""] } },
  { name: "200 that is null", answers: [[{ send: `${ok}\r\nnull` }]], list: { ...invalid, problems: [""] } },
  { name: "200 that is a list", answers: [[{ send: `${ok}\r\n[${session}]` }]], list: { ...invalid, problems: [""] } },
  { name: "200 that is text", answers: [[{ send: `${ok}\r\n"${secret}"` }]], list: { ...invalid, problems: [""] } },
  {
    name: "200 with other JSON",
    answers: [[{ send: `${ok}\r\n{"devices":[{"device_id":"${secret}"}],"ok":true}` }]],
    list: { ...invalid, problems: ["client_sessions"] }
  },
  {
    name: "200 with an empty object",
    answers: [[{ send: `${ok}\r\n{}` }]],
    list: { ...invalid, problems: ["client_sessions"] }
  },
  {
    name: "ok: false without sessions",
    answers: [[{ send: `${ok}\r\n${refused}` }]],
    list: { ...invalid, problems: ["ok", "client_sessions"] },
    stream: invalid
  },
  {
    name: "ok: false before sessions",
    answers: [[{ send: `${ok}\r\n{"ok":false,"client_sessions":[${session}]}` }]],
    list: { ...invalid, problems: ["ok"] }
  },
  {
    name: "ok: false after sessions",
    answers: [[{ send: `${ok}\r\n{"client_sessions":[${session}],"ok":false}` }]],
    list: { ...invalid, problems: ["ok"] },
    stream: { ...invalid, sessions: 1, problems: ["ok"] }
  },
  {
    name: "ok: null",
    answers: [[{ send: `${ok}\r\n{"ok":null,"client_sessions":[]}` }]],
    list: { ...invalid, problems: ["ok"] }
  },
  {
    name: "a second list",
    answers: [[{ send: `${ok}\r\n{"client_sessions":[${session}],"client_sessions":[]}` }]],
    list: { ...invalid, problems: ["client_sessions"] },
    stream: { ...invalid, sessions: 1, problems: ["client_sessions"] }
  },
  {
    name: "sessions and then more JSON",
    answers: [[{ send: `${ok}\r\n${sessions}${sessions}` }]],
    list: { ...invalid, problems: [""] },
    stream: { ...invalid, sessions: 2, problems: [""] }
  },
  {
    name: "JSON that is cut within a session",
    answers: [[{ send: `${ok}\r\n${list}${session},{"token":"${secret}` }]],
    list: { ...invalid, problems: [""] },
    stream: { ...invalid, sessions: 1, problems: [""] }
  },
  {
    name: "JSON that is cut after a session",
    answers: [[{ send: `${ok}\r\n${list}${session}` }]],
    list: { ...invalid, problems: [""] },
    stream: { ...invalid, sessions: 1, problems: [""] }
  },
  {
    name: "JSON that is cut after the list",
    answers: [[{ send: `${ok}\r\n${list}${session}]` }]],
    list: { ...invalid, problems: [""] },
    stream: { ...invalid, sessions: 1, problems: [""] }
  },
  {
    name: "JSON that is cut at its first character",
    answers: [[{ send: `${ok}\r\n{` }]],
    list: { ...invalid, problems: [""] }
  },
  {
    name: "JSON with a comma too many",
    answers: [[{ send: `${ok}\r\n${list}${session},]}` }]],
    list: { ...invalid, problems: [""] },
    stream: { ...invalid, sessions: 1, problems: [""] }
  },
  {
    name: "invalid UTF-8 after whole sessions",
    answers: [[{ send: `${ok}\r\n${list}${session},${session},{"token":"` }, { base64: "/w==" }, { send: "\"}]}" }]],
    list: { ...invalid, problems: [""] },
    stream: { ...invalid, sessions: 2, problems: [""] }
  },
  {
    name: "invalid UTF-8 at once",
    answers: [[{ send: `${ok}\r\n` }, { base64: "//4=" }]],
    list: { ...invalid, problems: [""] }
  },
  {
    name: "UTF-8 that ends within a character, after whole sessions",
    answers: [[{ send: `${ok}\r\n${list}${session},{"token":"` }, { base64: "8J+Y" }]],
    list: { ...invalid, problems: [""] },
    stream: { ...invalid, sessions: 1, problems: [""] }
  },
  {
    name: "a surrogate in UTF-8, after whole sessions",
    answers: [[{ send: `${ok}\r\n${list}${session},{"token":"` }, { base64: "7aCA" }, { send: "\"}]}" }]],
    list: { ...invalid, problems: [""] },
    stream: { ...invalid, sessions: 1, problems: [""] }
  },
  {
    name: "UTF-16",
    answers: [[{ send: `${ok}\r\n` }, { base64: "//57AH0A" }]],
    list: { ...invalid, problems: [""] }
  },
  {
    name: "white space without end after the body",
    answers: [[{ send: `${ok}\r\n${sessions}` }, { send: " ", times: "endless" }]],
    list: { ...invalid, problems: [""] },
    stream: { ...invalid, sessions: 2, problems: [""] }
  },
  {
    name: "white space without end before the body",
    answers: [[{ send: `${ok}\r\n` }, { send: "\n", times: "endless" }]],
    list: { ...invalid, problems: [""] }
  },
  {
    name: "white space without end in the list",
    answers: [[{ send: `${ok}\r\n${list}${session},` }, { send: "\t", times: "endless" }]],
    list: { ...invalid, problems: ["client_sessions[1]"] },
    stream: { ...invalid, sessions: 1, problems: ["client_sessions[1]"] }
  },
  {
    name: "white space without end between members",
    answers: [[{ send: `${ok}\r\n${list}${session}]` }, { send: "\r\n", times: "endless" }]],
    list: { ...invalid, problems: [""] },
    stream: { ...invalid, sessions: 1, problems: [""] }
  },
  {
    name: "members without end",
    answers: [[{ send: `${ok}\r\n{"client_sessions":[${session}]` }, { send: ",\"a\":1", times: "endless" }]],
    list: { ...invalid, problems: [""] },
    stream: { ...invalid, sessions: 1, problems: [""] }
  },
  {
    name: "a member that doesn't end",
    answers: [[{ send: `${ok}\r\n{"a":"` }, { send: secret, times: "endless" }]],
    list: { ...invalid, problems: [""] }
  },
  {
    name: "a name that doesn't end",
    answers: [[{ send: `${ok}\r\n{"` }, { send: "\\\"", times: "endless" }]],
    list: { ...invalid, problems: [""] }
  },
  {
    name: "a session that doesn't end",
    answers: [[{ send: `${ok}\r\n${list}${session},{"token":"` }, { send: secret, times: "endless" }]],
    list: { ...invalid, problems: ["client_sessions[1]"] },
    stream: { ...invalid, sessions: 1, problems: ["client_sessions[1]"] }
  },
  {
    name: "empty sessions without end",
    answers: [[{ send: `${ok}\r\n${list}${session},{}` }, { send: ",{}", times: "endless" }]],
    list: invalid,
    stream: { ...invalid, sessions: 1 }
  },
  {
    name: "brackets without end in the list",
    answers: [[{ send: `${ok}\r\n${list}${session},` }, { send: "[", times: "endless" }]],
    list: { ...invalid, problems: ["client_sessions[1]"] },
    stream: { ...invalid, sessions: 1, problems: ["client_sessions[1]"] }
  },
  {
    name: "braces without end in a member",
    answers: [[{ send: `${ok}\r\n` }, { send: "{\"a\":", times: "endless" }]],
    list: { ...invalid, problems: [""] }
  },
  {
    name: "a member that is a million brackets deep",
    answers: [[
      { send: `${ok}\r\n{"a":` },
      { send: "[", times: 500_000 },
      { send: "]", times: 500_000 },
      { send: `,"client_sessions":[${session},${session}]}` }
    ]],
    list: success
  },
  {
    name: "a session with a field that is hundreds of thousands of objects deep",
    answers: [[
      { send: `${ok}\r\n${list}${session},{"a":` },
      { send: "{\"a\":", times: 170_000 },
      { send: "0" },
      { send: "}", times: 170_000 },
      { send: `,"client_session_id":"cst2","user_identifier_key":null,${members}}]}` }
    ]],
    list: success
  },
  {
    name: "a field that is thousands of lists deep where text belongs",
    answers: [[
      { send: `${ok}\r\n${list}{"user_identity_ids":` },
      { send: "[", times: 100_000 },
      { send: `"${secret}"` },
      { send: "]", times: 100_000 },
      { send: `,"client_session_id":"cst2","user_identifier_key":null,${members}}]}` }
    ]],
    list: { ...invalid, problems: ["client_sessions[0].user_identity_ids[0]"] }
  },
  {
    name: "a session that the filter excludes, after one that it doesn't",
    filter: { user_identifier_key: "jane_doe" },
    answers: [[{ send: `${ok}\r\n${list}${session},${stranger}]}` }]],
    list: violation,
    stream: { ...violation, sessions: 1 }
  },
  {
    name: "a session that the filter excludes, and JSON that is cut after it",
    filter: { client_session_id: "cst1" },
    answers: [[{ send: `${ok}\r\n${list}${stranger},${session}` }]],
    list: { ...invalid, problems: [""] },
    stream: violation
  },
  {
    name: "sessions in gzip",
    answers: [[{ send: `${ok}content-encoding: gzip\r\n\r\n` }, { gzip: [{ send: sessions }] }]],
    list: success
  },
  {
    name: "sessions of 140 MiB in gzip",
    answers: [[
      { send: `${ok}content-encoding: gzip\r\n\r\n` },
      {
        gzip: [
          { send: list },
          { send: `${session},`, times: 550_000 },
          { send: `${session}]}` }
        ]
      }
    ]],
    list: { ...invalid, problems: [""] },
    stream: { ...once, sessions: 550_001 }
  },
  {
    name: "white space of 64 MiB in gzip",
    answers: [[{ send: `${ok}content-encoding: gzip\r\n\r\n` }, { gzip: [{ send: " ", times: 67_108_864 }] }]],
    list: { ...invalid, problems: [""] }
  },
  {
    name: "sessions in an encoding that nobody knows",
    answers: [[{ send: `${ok}content-encoding: ${secret}\r\n\r\n${sessions}` }]],
    list: success
  },
  {
    name: "a session, and then nothing",
    answers: [[{ send: `${ok}\r\n${list}${session},` }, "stall"]],
    list: { ...timedOut, status: 200, requestId },
    stream: { ...timedOut, status: 200, requestId, sessions: 1 }
  },
  {
    name: "a head, and then nothing",
    answers: [[{ send: `${ok}\r\n` }, "stall"]],
    list: { ...timedOut, status: 200, requestId }
  },
  {
    name: "all of the JSON, and then nothing",
    answers: [[{ send: `${ok}content-length: 10000\r\n\r\n${sessions}` }, "stall"]],
    list: { ...timedOut, status: 200, requestId },
    stream: { ...timedOut, status: 200, requestId, sessions: 2 }
  },
  {
    name: "a piece of the body every 20 s",
    answers: [[
      { send: `${ok}\r\n${list}` },
      { wait: 20_000 },
      { send: `${session},` },
      { wait: 20_000 },
      { send: `${session}]}` }
    ]],
    list: { ...timedOut, status: 200, requestId },
    stream: { ...success, millis: 40_000 }
  },
  {
    name: "a problem, and then nothing",
    answers: [[{ send: `${ok}\r\n${html}` }, "stall"]],
    list: { ...timedOut, status: 200, requestId },
    stream: { ...invalid, problems: [""] }
  }
]

const connections: ReadonlyArray<Failure> = [
  {
    name: "a port that nothing listens on",
    endpoint: "closed port",
    answers: [],
    list: refusedConnection
  },
  {
    name: "a host that has no address",
    endpoint: "unknown host",
    answers: [],
    list: { ...unconnected, on: { bun: { reason: "dns" }, node: { reason: "dns" } } }
  },
  {
    name: "a certificate that nobody vouches for",
    endpoint: "self-signed https",
    answers: [[{ send: `${ok}\r\n${sessions}` }]],
    list: tls
  },
  {
    name: "a server that speaks no TLS",
    endpoint: "https",
    playsOn: "connection",
    answers: [[{ send: "HTTP/1.1 400 Bad Request\r\n\r\n" }]],
    list: tls
  },
  {
    name: "a server that agrees on no way to speak TLS",
    endpoint: "https",
    playsOn: "connection",
    // The alert `handshake_failure` of TLS 1.2.
    answers: [[{ base64: "FQMDAAICKA==" }]],
    list: tls
  },
  {
    name: "a server that closes the connection during the handshake of TLS",
    endpoint: "https",
    playsOn: "connection",
    answers: [[]],
    list: reset
  },
  {
    name: "a server that says nothing in the handshake of TLS",
    endpoint: "https",
    playsOn: "connection",
    answers: [["stall"]],
    // Node 20's `fetch` goes on for ten seconds with a connection that nobody waits for.
    list: { ...timedOut, on: { node: { left: 1 } } }
  },
  { name: "a reset before the request", playsOn: "connection", answers: [["reset"]], list: reset },
  { name: "a connection that is closed before the request", playsOn: "connection", answers: [[]], list: reset },
  { name: "a reset before the head", answers: [["reset"]], list: reset },
  { name: "a connection that is closed without an answer", answers: [[]], list: reset },
  {
    name: "a reset in the status line",
    answers: [[{ send: "HTTP/1.1 20" }, { wait: 100 }, "reset"]],
    list: { ...reset, millis: 1050 }
  },
  {
    name: "a reset in the head",
    answers: [[{ send: `${ok}x-${secret}: ` }, { wait: 100 }, "reset"]],
    list: { ...reset, millis: 1050 }
  },
  { name: "a connection that is closed in the head", answers: [[{ send: ok }]], list: reset },
  {
    name: "a reset after the head",
    answers: [[{ send: okInChunks }, { wait: 100 }, "reset"]],
    list: { ...brokenOff, millis: 1050 },
    stream: { ...brokenOff, attempts: 1, millis: 100 }
  },
  {
    name: "a reset within the sessions",
    answers: [[{ send: okInChunks }, { chunk: `${list}${session},{` }, { wait: 100 }, "reset"]],
    list: { ...brokenOff, millis: 1050 },
    stream: { ...brokenOff, sessions: 1, attempts: 1, millis: 100 }
  },
  {
    name: "a reset within the sessions, where the end of the connection would be theirs",
    answers: [[{ send: `${ok}\r\n${list}${session},{` }, { wait: 100 }, "reset"]],
    list: {
      ...brokenOff,
      millis: 1050,
      on: { bun: { ...seemsWhole, millis: 100 }, node: { ...seemsWhole, millis: 100 } }
    },
    stream: {
      ...brokenOff,
      sessions: 1,
      attempts: 1,
      millis: 100,
      on: { bun: { ...seemsWhole, millis: 100 }, node: { ...seemsWhole, millis: 100 } }
    }
  },
  {
    name: "a reset after all of the JSON",
    answers: [[{ send: okInChunks }, { chunk: sessions }, { wait: 100 }, "reset"]],
    list: { ...brokenOff, millis: 1050 },
    stream: { ...brokenOff, sessions: 2, attempts: 1, millis: 100 }
  },
  {
    name: "a reset within the sessions, and then all of them",
    answers: [[{ send: okInChunks }, { chunk: list }, { wait: 100 }, "reset"], [{ send: `${ok}\r\n${sessions}` }]],
    list: { ...success, attempts: 2, millis: 350 },
    stream: { ...brokenOff, attempts: 1, millis: 100 }
  },
  {
    name: "a reset before the head, and then sessions",
    answers: [["reset"], [{ send: `${ok}\r\n${sessions}` }]],
    list: { ...success, attempts: 2, millis: 250 }
  },
  { name: "a head that doesn't come", answers: [["stall"]], list: timedOut },
  { name: "a head that stalls", answers: [[{ send: ok }, "stall"]], list: timedOut },
  {
    name: "a head that doesn't come, after 503",
    answers: [[{ send: `${unavailable503}\r\n` }], ["stall"]],
    list: { ...timedOut, attempts: 2, millis: 30_250 }
  },
  {
    name: "a head that comes just before the time limit",
    answers: [[{ wait: 29_999 }, { send: `${ok}\r\n${sessions}` }]],
    list: { ...success, millis: 29_999 }
  },
  { name: "garbage instead of HTTP", answers: [[{ send: `${secret}\r\n\r\n` }]], list: garbled },
  { name: "SSH instead of HTTP", answers: [[{ send: "SSH-2.0-OpenSSH_9.9\r\n" }]], list: unconnected },
  { name: "bytes instead of HTTP", answers: [[{ base64: "AAECA/8=" }]], list: garbled },
  { name: "JSON without a head", answers: [[{ send: sessions }]], list: unconnected },
  { name: "a status that isn't a number", answers: [[{ send: `HTTP/1.1 OK\r\n${headers}\r\n` }]], list: unconnected },
  {
    name: "a header without a colon",
    answers: [[{ send: `HTTP/1.1 200 OK\r\n${secret}\r\n\r\n${sessions}` }]],
    list: unconnected
  },
  {
    name: "two lengths",
    answers: [[{ send: `${ok}content-length: 5\r\ncontent-length: 6\r\n\r\n${sessions}` }]],
    list: unconnected
  },
  {
    name: "a length that isn't a number",
    answers: [[{ send: `${ok}content-length: many\r\n\r\n${sessions}` }]],
    list: unconnected
  },
  {
    name: "headers without end",
    answers: [[{ send: ok }, { send: `x-${secret}: 1\r\n`, times: "endless" }]],
    list: unconnected
  },
  {
    name: "a header without end",
    answers: [[{ send: `${ok}x: ` }, { send: secret, times: "endless" }]],
    list: unconnected
  },
  {
    name: "a body that is shorter than its length",
    answers: [[{ send: `${ok}content-length: 10000\r\n\r\n${sessions}` }, { wait: 100 }]],
    list: { ...brokenOff, millis: 1050 },
    stream: { ...brokenOff, sessions: 2, attempts: 1, millis: 100 }
  },
  {
    name: "no body, by a length that isn't 0",
    answers: [[{ send: `${ok}content-length: 1\r\n\r\n` }]],
    list: brokenOff,
    stream: { ...brokenOff, ...once }
  },
  {
    name: "a bad chunk, after sessions",
    answers: [[
      { send: `${ok}transfer-encoding: chunked\r\n\r\n` },
      { chunk: `${list}${session},` },
      { wait: 100 },
      { send: "not a length\r\n" }
    ]],
    list: { ...brokenOff, millis: 1050 },
    stream: { ...brokenOff, sessions: 1, attempts: 1, millis: 100 }
  },
  {
    name: "a bad chunk at once",
    answers: [[{ send: `${ok}transfer-encoding: chunked\r\n\r\nnot a length\r\n` }]],
    list: brokenOff,
    stream: { ...brokenOff, ...once }
  },
  {
    name: "chunks without the last",
    answers: [[{ send: okInChunks }, { chunk: sessions }, { wait: 100 }]],
    list: { ...brokenOff, millis: 1050 },
    stream: { ...brokenOff, sessions: 2, attempts: 1, millis: 100 }
  },
  {
    name: "a chunk that is cut",
    answers: [[{ send: `${okInChunks}ffff\r\n${list}${session},` }, { wait: 100 }]],
    list: { ...brokenOff, millis: 1050 },
    stream: { ...brokenOff, sessions: 1, attempts: 1, millis: 100 }
  },
  {
    name: "gzip that is plain text",
    answers: [[{ send: `${ok}content-encoding: gzip\r\n\r\n${sessions}` }]],
    list: { ...brokenOff, on: { node: stalls } },
    stream: { ...brokenOff, ...once, on: { node: stalls } }
  },
  {
    name: "gzip that is cut",
    // The first twelve bytes of a gzip stream.
    answers: [[{ send: `${ok}content-encoding: gzip\r\n\r\n` }, { base64: "H4sIAAAAAAAAA6tW" }]],
    list: { ...brokenOff, on: { node: seemsWhole } },
    stream: { ...brokenOff, ...once, on: { node: seemsWhole } }
  }
]

/** Every row. */
export const failures: ReadonlyArray<Failure> = [
  ...statuses,
  ...redirects,
  ...retryAfters,
  ...requestIds,
  ...bodies,
  ...answers,
  ...connections
]
