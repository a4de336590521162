/**
 * What came of a connection that failed, in a few words of our own: what a runtime says may hold anything.
 *
 * @module
 */

/**
 * The codes of Node's system, DNS and TLS errors, and what Deno's `fetch`, which has none, says in their place.
 * Sources: nodejs.org/api/errors.html, nodejs.org/api/tls.html ("X509 certificate error codes"), rustls' `CertificateError`.
 */
const kinds: ReadonlyArray<readonly [says: string, code: RegExp, text: RegExp]> = [
  ["refused: nothing listens there", /^E?CONN(?:ECTION)?REFUSED$/i, /connection refused|os error (?:111|61|10061)\b/i],
  [
    "TLS: its certificate isn't one that this machine trusts (DENO_CERT=FILE trusts one, NODE_EXTRA_CA_CERTS=FILE under Node)",
    /CERT|CRL_|SSL|TLS|^(?:EPROTO|UNABLE_TO_\w+|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH)$/,
    /certificate|\btls\b|handshake|corrupt message/i
  ],
  [
    "DNS: its host's name has no address",
    /^(?:ENOTFOUND|ENODATA|ESERVFAIL|EAI_\w+)$/,
    /\bdns\b|failed to lookup address|name or service not known/i
  ],
  [
    "the connection broke off",
    /^(?:E?CONN(?:ECTION)?(?:RESET|ABORTED)|EPIPE|BrokenPipe|UND_ERR_SOCKET)$/i,
    /reset by peer|broken pipe|closed before message completed/i
  ]
]

/** An error and its causes, nearest first. Nothing says that a chain of causes ends. */
const chain = (cause: unknown, depth = 5): ReadonlyArray<Error> =>
  depth === 0 || !(cause instanceof Error) ? [] : [cause, ...chain(cause.cause, depth - 1)]

/** What came of it: refused, TLS, DNS, broken off, or only that it failed. */
export const describe = (cause: unknown): string => {
  const errors = chain(cause)
  const found = kinds.find(([, code, text]) =>
    errors.some((error) => {
      const given = "code" in error && typeof error.code === "string" ? error.code : error.name
      return code.test(given) || text.test(error.message.replace(/\(https?:[^)]*\)/g, "").slice(0, 1_000))
    })
  )
  return found?.[0] ?? "the connection failed"
}
