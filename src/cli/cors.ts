/**
 * CORS: lets the pages of one origin ask, and no others. Nothing of it is said unless it is asked for.
 *
 * @module
 */
import type { Handler } from "./httpServer.ts"

/** The origin, as a browser writes it: a scheme, a host and a port that isn't the scheme's own. Nothing for any other text. */
export const originOf = (text: string): string | undefined => {
  const url = URL.parse(text)
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.origin === text.replace(/\/$/, "")
  return isOrigin ? url.origin : undefined
}

/** The handler, for pages of the origin too. It answers their browser's question whether they may ask, without a credential. */
export const allow = (origin: string, handler: Handler): Handler => async (request) => {
  const { headers, method } = request
  const common = {
    "access-control-allow-origin": origin,
    "access-control-expose-headers": "retry-after, seam-request-id"
  }
  const asked = headers.get("access-control-request-method")
  if (method === "OPTIONS" && asked !== null && headers.get("origin") === origin) {
    return new Response(null, {
      status: 204,
      headers: {
        ...common,
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": headers.get("access-control-request-headers") ?? ""
      }
    })
  }
  const response = await handler(request)
  for (const [name, value] of Object.entries(common)) response.headers.set(name, value)
  return response
}
