/**
 * A Worker that decodes, as often as the query says and by the decoder that it names, the text that was posted to it.
 *
 * @module
 */
import { decoders } from "../decoders.ts"

let text = ""

const fetch = async (request: Request): Promise<Response> => {
  if (request.method === "POST") {
    text = await request.text()
    return new Response()
  }
  const { searchParams } = new URL(request.url)
  const decode = decoders[searchParams.get("name") ?? ""]
  let decoded = 0
  for (let left = Number(searchParams.get("times")); left > 0; left--) decoded += decode?.(text).length ?? NaN
  return new Response(String(decoded))
}

export default { fetch }
